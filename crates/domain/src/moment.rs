//! A moment, as the database and the wire know it.

use std::fmt;

use time::format_description::well_known::Rfc3339;
use time::macros::format_description;
use time::{OffsetDateTime, PrimitiveDateTime, UtcOffset};

/// A moment in UTC with microseconds, as the original keeps it: no finer, so what is read equals what was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(OffsetDateTime);

/// A text that is no moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a moment")]
pub struct MomentError;

impl Moment {
    /// 1970-01-01T00:00:00Z.
    pub const EPOCH: Self = Self(OffsetDateTime::UNIX_EPOCH);

    /// The moment in UTC, cut to whole microseconds.
    #[must_use]
    pub fn new(moment: OffsetDateTime) -> Self {
        let utc = moment.to_offset(UtcOffset::UTC);
        // A microsecond below a million is always in range.
        Self(utc.replace_microsecond(utc.microsecond()).unwrap_or(utc))
    }

    /// The moment so many microseconds after 1970, `None` beyond the years 0 to 9999.
    #[must_use]
    pub fn from_unix_micros(micros: i64) -> Option<Self> {
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(micros) * 1000).ok().map(Self)
    }

    /// Microseconds since 1970.
    #[must_use]
    pub fn unix_micros(self) -> i64 {
        self.0.unix_timestamp() * 1_000_000 + i64::from(self.0.microsecond())
    }

    /// The moment as `time` has it.
    #[must_use]
    pub const fn get(self) -> OffsetDateTime {
        self.0
    }

    /// Reads the original's SQLite text: `2026-01-01 06:00:00.007404`, or without a fraction.
    ///
    /// # Errors
    /// Where the text is in another form, or no such moment exists.
    pub fn parse_sqlite(text: &str) -> Result<Self, MomentError> {
        let number = |range: std::ops::Range<usize>| -> Result<u32, MomentError> {
            let digits = text.as_bytes().get(range).ok_or(MomentError)?;
            digits.iter().try_fold(0, |sum, digit| {
                if digit.is_ascii_digit() { Ok(sum * 10 + u32::from(digit - b'0')) } else { Err(MomentError) }
            })
        };
        let small = |range| number(range).and_then(|value| u8::try_from(value).map_err(|_| MomentError));
        let bytes = text.as_bytes();
        let separators = [(4, b'-'), (7, b'-'), (10, b' '), (13, b':'), (16, b':')];
        if separators.iter().any(|(at, separator)| bytes.get(*at) != Some(separator)) {
            return Err(MomentError);
        }
        let micros = match bytes.len() {
            19 => 0,
            // Python's own adapters write six digits; other tools that fill a database write fewer.
            21..=26 if bytes[19] == b'.' => {
                let digits = bytes.len() - 20;
                number(20..bytes.len())? * 10_u32.pow(u32::try_from(6 - digits).map_err(|_| MomentError)?)
            }
            _ => return Err(MomentError),
        };
        let year = i32::try_from(number(0..4)?).map_err(|_| MomentError)?;
        let month = time::Month::try_from(small(5..7)?).map_err(|_| MomentError)?;
        let date = time::Date::from_calendar_date(year, month, small(8..10)?).map_err(|_| MomentError)?;
        let time = time::Time::from_hms_micro(small(11..13)?, small(14..16)?, small(17..19)?, micros)
            .map_err(|_| MomentError)?;
        Ok(Self(PrimitiveDateTime::new(date, time).assume_utc()))
    }

    /// Writes the original's SQLite text: exactly six digits of a fraction, or none where it is 0.
    #[must_use]
    pub fn to_sqlite(self) -> String {
        self.written(' ', "")
    }

    /// Writes the wire's form (`2026-11-23T10:15:46.655971Z`), by REST framework's `DateTimeField`.
    #[must_use]
    pub fn to_wire(self) -> String {
        self.written('T', "Z")
    }

    fn written(self, separator: char, zone: &str) -> String {
        use std::fmt::Write;
        let at = self.0;
        let mut text = String::with_capacity(32);
        // Writing to a String cannot fail.
        let _ = write!(
            text,
            "{:04}-{:02}-{:02}{separator}{:02}:{:02}:{:02}",
            at.year(),
            u8::from(at.month()),
            at.day(),
            at.hour(),
            at.minute(),
            at.second()
        );
        if at.microsecond() != 0 {
            let _ = write!(text, ".{:06}", at.microsecond());
        }
        text.push_str(zone);
        text
    }

    /// Reads a moment as people and clients write it: RFC 3339, or a date with or without a time, in UTC.
    ///
    /// # Errors
    /// Where it is none of these.
    pub fn parse(text: &str) -> Result<Self, MomentError> {
        if let Ok(moment) = OffsetDateTime::parse(text, &Rfc3339) {
            return Ok(Self::new(moment));
        }
        Self::parse_sqlite(text).or_else(|_| {
            time::Date::parse(text, format_description!("[year]-[month]-[day]"))
                .map(|date| Self(date.midnight().assume_utc()))
                .map_err(|_| MomentError)
        })
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_wire())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_digits_are_written_or_none() {
        let whole = Moment::from_unix_micros(1_767_225_600_000_000).unwrap();
        assert_eq!(whole.to_sqlite(), "2026-01-01 00:00:00");
        assert_eq!(whole.to_wire(), "2026-01-01T00:00:00Z");
        let half = Moment::from_unix_micros(1_767_225_600_500_000).unwrap();
        assert_eq!(half.to_sqlite(), "2026-01-01 00:00:00.500000");
        assert_eq!(half.to_wire(), "2026-01-01T00:00:00.500000Z");
    }

    #[test]
    fn what_is_written_is_read_again() {
        for micros in [0, 1, -1, 1_767_225_600_007_404, 253_402_300_799_999_999] {
            let moment = Moment::from_unix_micros(micros).unwrap();
            assert_eq!(Moment::parse_sqlite(&moment.to_sqlite()), Ok(moment));
            assert_eq!(Moment::parse(&moment.to_wire()), Ok(moment));
            assert_eq!(moment.unix_micros(), micros);
        }
    }

    #[test]
    fn other_texts_are_no_moments() {
        for text in [
            "",
            "2026-01-01",
            "2026-13-01 00:00:00",
            "2026-01-01 00:00:00.",
            "2026-01-01 00:00:00.1234567",
            "2026-01-01T00:00:00",
            "+026-01-01 00:00:00",
            "2026-02-30 00:00:00",
            "２026-01-01 00:00:00",
        ] {
            assert_eq!(Moment::parse_sqlite(text), Err(MomentError), "{text}");
        }
    }

    #[test]
    fn nanoseconds_are_cut() {
        let fine = OffsetDateTime::from_unix_timestamp_nanos(1_999).unwrap();
        assert_eq!(Moment::new(fine).unix_micros(), 1);
    }
}
