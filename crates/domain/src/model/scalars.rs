//! Values of single fields in the forms of Django and DRF: dates, times, durations, decimals, UUIDs, floats.

use std::fmt;

use time::{Date, Month, Time};

/// A finite number. Two are equal where their bits are.
#[derive(Debug, Clone, Copy, PartialOrd)]
pub struct Float(f64);

impl Float {
    /// `None` for infinity and what is no number: JSON has neither.
    #[must_use]
    pub const fn new(number: f64) -> Option<Self> {
        if number.is_finite() { Some(Self(number)) } else { None }
    }

    #[must_use]
    pub const fn get(self) -> f64 {
        self.0
    }
}

impl PartialEq for Float {
    fn eq(&self, other: &Self) -> bool {
        self.0.to_bits() == other.0.to_bits()
    }
}

impl Eq for Float {}

/// As Python's `repr`: the shortest digits, with an exponent below 1e-4 and from 1e16 on.
impl fmt::Display for Float {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scientific = format!("{:e}", self.0);
        let Some((mantissa, exponent)) = scientific.split_once('e') else { return f.write_str(&scientific) };
        let exponent: i32 = exponent.parse().unwrap_or(0);
        if self.0 == 0.0 || (-4..16).contains(&exponent) {
            // Debug writes `1.0` and never uses an exponent in this range.
            return if self.0 == 0.0 || self.0.abs() >= 1e-4 {
                write_plain(f, self.0)
            } else {
                f.write_str(&scientific)
            };
        }
        write!(f, "{mantissa}e{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.unsigned_abs())
    }
}

fn write_plain(f: &mut fmt::Formatter<'_>, number: f64) -> fmt::Result {
    let text = format!("{number}");
    f.write_str(&text)?;
    if text.contains('.') { Ok(()) } else { f.write_str(".0") }
}

fn digits(text: &str, range: std::ops::RangeInclusive<usize>) -> Option<u32> {
    let fits = range.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if fits { text.parse().ok() } else { None }
}

/// Parses a date as Django does: `2026-1-2`.
#[must_use]
pub fn date(text: &str) -> Option<Date> {
    let mut parts = text.splitn(3, '-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let year = i32::try_from(digits(year, 4..=4)?).ok().filter(|year| *year > 0)?;
    let month = Month::try_from(u8::try_from(digits(month, 1..=2)?).ok()?).ok()?;
    Date::from_calendar_date(year, month, u8::try_from(digits(day, 1..=2)?).ok()?).ok()
}

/// Parses a time as Django does: `9:05`, `09:05:01.5`.
#[must_use]
pub fn time(text: &str) -> Option<Time> {
    let mut parts = text.splitn(3, ':');
    let (hour, minute, second) = (parts.next()?, parts.next()?, parts.next().unwrap_or("0"));
    let (second, fraction) = second.split_once(['.', ',']).unwrap_or((second, "0"));
    // Django reads six digits of a fraction and ignores what follows them.
    let fraction_digits = fraction.get(..fraction.len().min(6))?;
    let micros = digits(fraction, 1..=12).or_else(|| digits(fraction_digits, 6..=6))?;
    let _ = micros;
    let scale = 10_u32.checked_pow(u32::try_from(6 - fraction_digits.len()).ok()?)?;
    let micros = digits(fraction_digits, 1..=6)? * scale;
    let small = |text| u8::try_from(digits(text, 1..=2)?).ok();
    Time::from_hms_micro(small(hour)?, small(minute)?, small(second)?, micros).ok()
}

/// Python's `isoformat`: `09:05:01`, with six digits of a fraction where it is not 0.
#[must_use]
pub fn time_text(time: Time) -> String {
    let (hour, minute, second, micros) = time.as_hms_micro();
    let text = format!("{hour:02}:{minute:02}:{second:02}");
    if micros == 0 { text } else { format!("{text}.{micros:06}") }
}

const SECOND: i64 = 1_000_000;
const DAY: i64 = 86_400 * SECOND;

/// Parses a duration in microseconds, as Django writes it: `[-][D ][HH:[MM:]]SS[.uuuuuu]`.
#[must_use]
pub fn duration(text: &str) -> Option<i64> {
    let text = text.trim();
    let (days, rest) = match text.split_once(' ') {
        Some((days, rest)) => {
            (days.parse::<i64>().ok()?, rest.trim_start_matches("day, ").trim_start_matches("days, "))
        }
        None => (0, text),
    };
    let (is_negative, rest) = rest.strip_prefix('-').map_or((false, rest), |rest| (true, rest));
    let (rest, fraction) = rest.split_once(['.', ',']).unwrap_or((rest, ""));
    let fraction: String = fraction.chars().chain(std::iter::repeat('0')).take(6).collect();
    let micros = i64::from(digits(&fraction, 6..=6)?);
    let seconds = rest.split(':').try_fold(0_i64, |sum, part| {
        let part = i64::from(digits(part, 1..=9)?);
        sum.checked_mul(60)?.checked_add(part)
    })?;
    if rest.split(':').count() > 3 {
        return None;
    }
    let time = seconds.checked_mul(SECOND)?.checked_add(micros)?;
    days.checked_mul(DAY)?.checked_add(if is_negative { -time } else { time })
}

/// Django's `duration_string`: `[D ]HH:MM:SS[.uuuuuu]`.
#[must_use]
pub fn duration_text(micros: i64) -> String {
    let (days, rest) = (micros.div_euclid(DAY), micros.rem_euclid(DAY));
    let (seconds, micros) = (rest / SECOND, rest % SECOND);
    let days = if days == 0 { String::new() } else { format!("{days} ") };
    let text = format!("{days}{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    if micros == 0 { text } else { format!("{text}.{micros:06}") }
}

/// Parses a UUID in any form of Python's `UUID(hex=…)`.
#[must_use]
pub fn uuid(text: &str) -> Option<u128> {
    let hex = text.replace("urn:", "").replace("uuid:", "");
    let hex = hex.trim_matches(['{', '}']).replace('-', "");
    let is_hex = hex.len() == 32 && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_hex { u128::from_str_radix(&hex, 16).ok() } else { None }
}

/// With hyphens, as on the wire.
#[must_use]
pub fn uuid_text(uuid: u128) -> String {
    let hex = format!("{uuid:032x}");
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}

/// Parses a decimal of at most this many digits; returns it with exactly these places: `12.50`.
#[must_use]
pub fn decimal(text: &str, digits: u8, places: u8) -> Option<String> {
    let (is_negative, text) = match text.strip_prefix(['-', '+']) {
        Some(rest) => (text.starts_with('-'), rest),
        None => (false, text),
    };
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_number = !(whole.is_empty() && fraction.is_empty())
        && whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit());
    let whole = whole.trim_start_matches('0');
    let (digits, places) = (usize::from(digits), usize::from(places));
    if !is_number || fraction.len() > places || whole.len() > digits - places {
        return None;
    }
    let sign = if is_negative { "-" } else { "" };
    let whole = if whole.is_empty() { "0" } else { whole };
    Some(if places == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction:0<places$}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_are_written_as_python_writes_them() {
        for (number, text) in [
            (1.0, "1.0"),
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (0.1, "0.1"),
            (1e22, "1e+22"),
            (1e16, "1e+16"),
            (1e15, "1000000000000000.0"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (3.0 / 7.0, "0.42857142857142855"),
            (1.5e300, "1.5e+300"),
        ] {
            assert_eq!(Float::new(number).unwrap().to_string(), text);
        }
        assert_eq!(Float::new(f64::NAN), None);
    }

    #[test]
    fn dates_and_times_are_read_as_django_reads_them() {
        assert_eq!(date("2026-1-2").unwrap().to_string(), "2026-01-02");
        for bad in ["", "2026-02-30", "26-01-01", "2026-01-01T00:00", "2026-001-1", "0000-01-01"] {
            assert_eq!(date(bad), None, "{bad}");
        }
        assert_eq!(time_text(time("9:05").unwrap()), "09:05:00");
        assert_eq!(time_text(time("09:05:01.5").unwrap()), "09:05:01.500000");
        assert_eq!(time("24:00"), None);
    }

    #[test]
    fn durations_go_there_and_back() {
        for (text, micros) in [
            ("00:00:01", SECOND),
            ("1 00:00:00", DAY),
            ("-1 23:59:59", -SECOND),
            ("3 04:05:06.000007", 3 * DAY + 4 * 3600 * SECOND + 5 * 60 * SECOND + 6 * SECOND + 7),
        ] {
            assert_eq!(duration(text), Some(micros), "{text}");
            assert_eq!(duration_text(micros), text);
        }
        assert_eq!(duration("15"), Some(15 * SECOND));
        assert_eq!(duration("a"), None);
    }

    #[test]
    fn decimals_have_the_places_of_their_field() {
        for (text, kept) in
            [("1", "1.00"), ("-0.5", "-0.50"), ("007.25", "7.25"), (".5", "0.50"), ("9999.99", "9999.99")]
        {
            assert_eq!(decimal(text, 6, 2).as_deref(), Some(kept), "{text}");
        }
        for bad in ["", ".", "1.234", "10000", "1e5", "NaN", "--1"] {
            assert_eq!(decimal(bad, 6, 2), None, "{bad}");
        }
    }

    #[test]
    fn uuids_have_hyphens() {
        let text = "00112233-4455-6677-8899-aabbccddeeff";
        assert_eq!(uuid(text).map(uuid_text).as_deref(), Some(text));
        assert_eq!(uuid(&text.replace('-', "")), uuid(text));
        assert_eq!(uuid("0011"), None);
    }
}
