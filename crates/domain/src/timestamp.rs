//! Timestamps, in the formats of the databases and the wire.

use std::fmt;

use time::{OffsetDateTime, PrimitiveDateTime, UtcOffset};

/// A timestamp in UTC to the microsecond, as Django stores it: no finer, so what is read equals what was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(OffsetDateTime);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a timestamp")]
pub struct TimestampError;

impl Timestamp {
    /// 1970-01-01T00:00:00Z.
    pub const EPOCH: Self = Self(OffsetDateTime::UNIX_EPOCH);

    /// Truncates to whole microseconds.
    #[must_use]
    pub fn new(timestamp: OffsetDateTime) -> Self {
        let utc = timestamp.to_offset(UtcOffset::UTC);
        // A microsecond below a million is always in range.
        Self(utc.replace_microsecond(utc.microsecond()).unwrap_or(utc))
    }

    /// `None` outside of the years 1 to 9999, which is Python's range.
    #[must_use]
    pub fn from_unix_micros(micros: i64) -> Option<Self> {
        let timestamp = OffsetDateTime::from_unix_timestamp_nanos(i128::from(micros) * 1000).ok()?;
        (timestamp.year() > 0).then_some(Self(timestamp))
    }

    #[must_use]
    pub fn unix_micros(self) -> i64 {
        self.0.unix_timestamp() * 1_000_000 + i64::from(self.0.microsecond())
    }

    #[must_use]
    pub const fn get(self) -> OffsetDateTime {
        self.0
    }

    /// Parses Django's text on SQLite: `2026-01-01 06:00:00.007404`, or without a fraction.
    ///
    /// # Errors
    /// Where the text is in another format, or no such time exists.
    pub fn parse_sqlite(text: &str) -> Result<Self, TimestampError> {
        let number = |range: std::ops::Range<usize>| -> Result<u32, TimestampError> {
            let digits = text.as_bytes().get(range).ok_or(TimestampError)?;
            digits.iter().try_fold(0, |sum, digit| {
                if digit.is_ascii_digit() {
                    Ok(sum * 10 + u32::from(digit - b'0'))
                } else {
                    Err(TimestampError)
                }
            })
        };
        let small = |range| number(range).and_then(|value| u8::try_from(value).map_err(|_| TimestampError));
        let bytes = text.as_bytes();
        let separators = [(4, b'-'), (7, b'-'), (10, b' '), (13, b':'), (16, b':')];
        if separators.iter().any(|(at, separator)| bytes.get(*at) != Some(separator)) {
            return Err(TimestampError);
        }
        let micros = match bytes.len() {
            19 => 0,
            // Python's own adapters write six digits; other tools write fewer.
            21..=26 if bytes[19] == b'.' => {
                let digits = bytes.len() - 20;
                number(20..bytes.len())? * 10_u32.pow(u32::try_from(6 - digits).map_err(|_| TimestampError)?)
            }
            _ => return Err(TimestampError),
        };
        let year = i32::try_from(number(0..4)?).ok().filter(|year| *year > 0).ok_or(TimestampError)?;
        let month = time::Month::try_from(small(5..7)?).map_err(|_| TimestampError)?;
        let date = time::Date::from_calendar_date(year, month, small(8..10)?).map_err(|_| TimestampError)?;
        let time = time::Time::from_hms_micro(small(11..13)?, small(14..16)?, small(17..19)?, micros)
            .map_err(|_| TimestampError)?;
        Ok(Self(PrimitiveDateTime::new(date, time).assume_utc()))
    }

    /// Django's text on SQLite: exactly six digits of a fraction, or none where it is 0.
    #[must_use]
    pub fn to_sqlite(self) -> String {
        self.written(' ', "")
    }

    /// The format of DRF's `DateTimeField`: `2026-11-23T10:15:46.655971Z`.
    #[must_use]
    pub fn to_wire(self) -> String {
        self.written('T', "Z")
    }

    /// Python's `str`, as DRF's cursors have it: `2026-01-01 06:00:00.007404+00:00`.
    #[must_use]
    pub fn to_python(self) -> String {
        self.written(' ', "+00:00")
    }

    fn written(self, separator: char, zone: &str) -> String {
        let at = self.0;
        let year = at.year().unsigned_abs();
        let mut text = Vec::with_capacity(32);
        // Lists write two timestamps for each item, and the standard library's formatter would be half of that work.
        let mut push = |value: u32| text.extend(DIGITS[(value % 100) as usize]);
        push(year / 100);
        push(year);
        for (mark, value) in [
            (b'-', u8::from(at.month())),
            (b'-', at.day()),
            (u8::try_from(separator).unwrap_or(b' '), at.hour()),
            (b':', at.minute()),
            (b':', at.second()),
        ] {
            text.push(mark);
            text.extend(DIGITS[usize::from(value % 100)]);
        }
        let micros = at.microsecond();
        if micros != 0 {
            text.push(b'.');
            for value in [micros / 10_000, micros / 100, micros] {
                text.extend(DIGITS[(value % 100) as usize]);
            }
        }
        text.extend_from_slice(zone.as_bytes());
        // All of it is ASCII.
        String::from_utf8(text).unwrap_or_default()
    }

    /// Parses a timestamp, or a date as its midnight (Django's `DateTimeField.to_python`).
    ///
    /// # Errors
    /// Where the text is neither.
    pub fn parse_iso_or_date(text: &str) -> Result<Self, TimestampError> {
        Self::parse_iso(text).or_else(|_| Self::parse_iso(&format!("{text} 00:00")))
    }

    /// Parses what clients write: a date, `T` or a space, a time to the minute, the second or a fraction of it, and a zone;
    /// without a zone it is UTC (Django's `parse_datetime`).
    ///
    /// # Errors
    /// Where the text is in another format, or no such time exists.
    pub fn parse_iso(text: &str) -> Result<Self, TimestampError> {
        let mut rest = Scanner(text.as_bytes());
        let year = rest.digits(4, 4)?;
        rest.one_of(b"-")?;
        let month = rest.digits(1, 2)?;
        rest.one_of(b"-")?;
        let day = rest.digits(1, 2)?;
        rest.one_of(b"T ")?;
        let hour = rest.digits(1, 2)?;
        rest.one_of(b":")?;
        let minute = rest.digits(1, 2)?;
        let (mut second, mut micros) = (0, 0);
        if rest.one_of(b":").is_ok() {
            second = rest.digits(1, 2)?;
            if rest.one_of(b".").is_ok() {
                let before = rest.0.len();
                let digits = rest.digits(1, 6)?;
                let read = u32::try_from(before - rest.0.len()).map_err(|_| TimestampError)?;
                micros = digits * 10_u32.pow(6 - read);
                // Further digits are dropped.
                let _ = rest.digits(1, 6);
            }
        }
        let offset = rest.zone()?;
        let small = |value: u32| u8::try_from(value).map_err(|_| TimestampError);
        let year = i32::try_from(year).ok().filter(|year| *year > 0).ok_or(TimestampError)?;
        let month = time::Month::try_from(small(month)?).map_err(|_| TimestampError)?;
        let date = time::Date::from_calendar_date(year, month, small(day)?).map_err(|_| TimestampError)?;
        let time = time::Time::from_hms_micro(small(hour)?, small(minute)?, small(second)?, micros)
            .map_err(|_| TimestampError)?;
        let local = PrimitiveDateTime::new(date, time);
        let utc = local.checked_sub(offset).filter(|utc| utc.year() > 0).ok_or(TimestampError)?;
        Ok(Self(utc.assume_utc()))
    }
}

/// `00` to `99`.
const DIGITS: [[u8; 2]; 100] = {
    let mut digits = [[b'0'; 2]; 100];
    let mut at = 0_u8;
    while at < 100 {
        digits[at as usize] = [b'0' + at / 10, b'0' + at % 10];
        at += 1;
    }
    digits
};

/// The rest of a text that is being parsed.
struct Scanner<'t>(&'t [u8]);

impl Scanner<'_> {
    fn digits(&mut self, least: usize, most: usize) -> Result<u32, TimestampError> {
        let count = self.0.iter().take(most).take_while(|byte| byte.is_ascii_digit()).count();
        if count < least {
            return Err(TimestampError);
        }
        let (digits, rest) = self.0.split_at(count);
        self.0 = rest;
        Ok(digits.iter().fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0')))
    }

    fn one_of(&mut self, known: &[u8]) -> Result<u8, TimestampError> {
        match self.0.split_first() {
            Some((byte, rest)) if known.contains(byte) => {
                self.0 = rest;
                Ok(*byte)
            }
            _ => Err(TimestampError),
        }
    }

    /// `Z`, `+05`, `+0530`, `+05:30` or nothing, and then the end.
    fn zone(&mut self) -> Result<time::Duration, TimestampError> {
        let sign = match self.0 {
            [] | [b'Z'] => return Ok(time::Duration::ZERO),
            _ => self.one_of(b"+-")?,
        };
        let hours = self.digits(2, 2)?;
        let _ = self.one_of(b":");
        let minutes = if self.0.is_empty() { 0 } else { self.digits(2, 2)? };
        let total = i64::from(hours * 60 + minutes);
        if !self.0.is_empty() || total >= 24 * 60 {
            return Err(TimestampError);
        }
        Ok(time::Duration::minutes(if sign == b'-' { -total } else { total }))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_wire())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_digits_are_written_or_none() {
        let whole = Timestamp::from_unix_micros(1_767_225_600_000_000).unwrap();
        assert_eq!(whole.to_sqlite(), "2026-01-01 00:00:00");
        assert_eq!(whole.to_wire(), "2026-01-01T00:00:00Z");
        let half = Timestamp::from_unix_micros(1_767_225_600_500_000).unwrap();
        assert_eq!(half.to_sqlite(), "2026-01-01 00:00:00.500000");
        assert_eq!(half.to_wire(), "2026-01-01T00:00:00.500000Z");
    }

    #[test]
    fn what_is_written_is_read_again() {
        for micros in [0, 1, -1, 1_767_225_600_007_404, 253_402_300_799_999_999] {
            let timestamp = Timestamp::from_unix_micros(micros).unwrap();
            assert_eq!(Timestamp::parse_sqlite(&timestamp.to_sqlite()), Ok(timestamp));
            assert_eq!(Timestamp::parse_iso(&timestamp.to_wire()), Ok(timestamp));
            assert_eq!(timestamp.unix_micros(), micros);
        }
    }

    #[test]
    fn other_texts_are_no_timestamps() {
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
            assert_eq!(Timestamp::parse_sqlite(text), Err(TimestampError), "{text}");
        }
    }

    #[test]
    fn timestamps_are_read_as_django_reads_them() {
        for (text, micros) in [
            ("2026-01-01T00:00:00Z", 0),
            ("2026-1-1 0:0", 0),
            ("2026-01-01 00:00:00.5", 500_000),
            ("2026-01-01T05:00+05:00", 0),
            ("2026-01-01T05:30:00+0530", 0),
            ("2025-12-31T19:00:00-05", 0),
            ("2026-01-01T00:00:00.123456789", 123_456),
        ] {
            let timestamp = Timestamp::parse_iso(text).unwrap();
            assert_eq!(timestamp.unix_micros() - 1_767_225_600_000_000, micros, "{text}");
        }
        for text in [
            "",
            "2026-01-02",
            "nonsense",
            "2026-13-01T00:00",
            "2026-01-01T00",
            "2026-01-01T24:00",
            "2026-01-01T00:00:00.",
            "2026-01-01T00:00:00z",
            "2026-01-01T00:00+24:00",
            "2026-01-01T00:00+5",
            "0000-01-01T00:00",
            "0001-01-01T00:00+05:00",
            "2026-01-01T00:00Zx",
            "26-01-01T00:00",
            "2026-01-01T00:00:00.1234567890123",
        ] {
            assert!(Timestamp::parse_iso(text).is_err(), "{text}");
        }
    }

    #[test]
    fn nanoseconds_are_dropped() {
        let fine = OffsetDateTime::from_unix_timestamp_nanos(1_999).unwrap();
        assert_eq!(Timestamp::new(fine).unix_micros(), 1);
    }
}
