//! Numbers and booleans.

use presspass_auth::python_int::ascii_digits;
use presspass_domain::model::Input as Value;
use presspass_domain::model::scalars::Float;

use crate::errors::Message;
use crate::field::{Field, Kind};
use crate::input::{Input, Member};
use crate::python::{self, Int, digits_of};
use crate::validation::strip;

/// DRF reads no longer texts, in code points.
const LONGEST: usize = 1000;
const TOO_LONG: &str = "String value too large.";
const NO_INTEGER: &str = "A valid integer is required.";
const NO_NUMBER: &str = "A valid number is required.";

fn is_too_long(text: &str) -> bool {
    text.len() > LONGEST && text.chars().count() > LONGEST
}

pub(super) fn integer(field: &Field, member: &Member) -> Result<i64, Message> {
    let text = match member {
        Member::Text(text) if is_too_long(text) => return Err(TOO_LONG.into()),
        Member::Text(text) | Member::Number(text) => text,
        _ => return Err(NO_INTEGER.into()),
    };
    let (min, max) = (field.min.unwrap_or(i64::MIN), field.max.unwrap_or(i64::MAX));
    let too_large = || Err(format!("Ensure this value is less than or equal to {max}.").into());
    let too_small = || Err(format!("Ensure this value is greater than or equal to {min}.").into());
    match python::int(python::without_zero_fraction(text)) {
        None => Err(NO_INTEGER.into()),
        Some(Int::Fits(number)) if number > max => too_large(),
        Some(Int::Fits(number)) if number < min => too_small(),
        Some(Int::Fits(number)) => Ok(number),
        Some(Int::TooLarge) => too_large(),
        Some(Int::TooSmall) => too_small(),
    }
}

/// Whether DRF accepts a value of this field that no column holds: an integer beyond 64 bits, where the field has no limit, and
/// a float that is not finite.
pub(super) fn is_unstorable(field: &Field, input: &Input) -> bool {
    let text = match input.member(field.name) {
        Some(Member::Text(text)) if is_too_long(text) => return false,
        Some(Member::Text(text) | Member::Number(text)) => text,
        _ => return false,
    };
    match field.kind {
        Kind::Integer => match python::int(python::without_zero_fraction(text)) {
            Some(Int::TooLarge) => field.max.is_none(),
            Some(Int::TooSmall) => field.min.is_none(),
            _ => false,
        },
        Kind::Float => python::any_float(text).is_some_and(|number| !number.is_finite()),
        _ => false,
    }
}

/// Infinity and NaN are refused: Django stores them, and fails on the way out.
pub(super) fn float(member: &Member) -> Result<Float, Message> {
    let number = match member {
        Member::Text(text) if is_too_long(text) => return Err(TOO_LONG.into()),
        Member::Text(text) | Member::Number(text) => python::float(text),
        Member::Bool(flag) => Some(f64::from(u8::from(*flag))),
        _ => None,
    };
    number.and_then(Float::new).ok_or_else(|| NO_NUMBER.into())
}

/// Returns it with exactly these places.
pub(super) fn decimal(digits: u8, places: u8, member: &Member) -> Result<String, Message> {
    let text = match member {
        Member::Text(text) | Member::Number(text) => strip(text),
        _ => return Err(NO_NUMBER.into()),
    };
    if is_too_long(text) {
        return Err(TOO_LONG.into());
    }
    let decimal = Decimal::parse(text).ok_or(NO_NUMBER)?;
    let (total, whole, after) = decimal.precision();
    let (digits, places) = (i64::from(digits), i64::from(places));
    if total > digits {
        Err(format!("Ensure that there are no more than {digits} digits in total.").into())
    } else if after > places {
        Err(format!("Ensure that there are no more than {places} decimal places.").into())
    } else if whole > digits - places {
        let whole = digits - places;
        Err(format!("Ensure that there are no more than {whole} digits before the decimal point.").into())
    } else {
        Ok(decimal.with_places(usize::try_from(places).unwrap_or(0)))
    }
}

/// A number as Python's `decimal` parses it.
pub(super) struct Decimal {
    is_negative: bool,
    /// Without leading zeros; `0` where there are no others.
    digits: String,
    exponent: i64,
}

impl Decimal {
    pub fn parse(text: &str) -> Option<Self> {
        let text = &*ascii_digits(text);
        let (is_negative, text) = match text.strip_prefix(['-', '+']) {
            Some(rest) => (text.starts_with('-'), rest),
            None => (false, text),
        };
        // Python's `decimal` ignores underscores.
        let text = text.replace('_', "");
        let (number, exponent) = match text.split_once(['e', 'E']) {
            Some((number, exponent)) => (number, exponent),
            None => (text.as_str(), "0"),
        };
        digits_of(exponent.strip_prefix(['-', '+']).unwrap_or(exponent))?;
        let exponent: i64 = exponent.parse().ok().filter(|it: &i64| it.unsigned_abs() < 1 << 58)?;
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let digits = digits_of(&format!("{whole}{fraction}"))?;
        let digits = match digits.trim_start_matches('0') {
            "" => "0",
            digits => digits,
        };
        let exponent = exponent - i64::try_from(fraction.len()).ok()?;
        Some(Self { is_negative, digits: digits.to_owned(), exponent })
    }

    /// The number of digits: in total, before the point, after it (DRF's `validate_precision`).
    fn precision(&self) -> (i64, i64, i64) {
        let length = i64::try_from(self.digits.len()).unwrap_or(i64::MAX);
        let after = self.exponent.min(0).abs();
        if self.exponent >= 0 {
            (length + self.exponent, length + self.exponent, 0)
        } else if length > after {
            (length, length - after, after)
        } else {
            (after, 0, after)
        }
    }

    /// Whether Python's `int()` of it has more than 64 bits.
    pub fn is_beyond_64_bits(&self) -> bool {
        let (_, whole, _) = self.precision();
        let Ok(whole) = usize::try_from(whole) else { return whole > 0 };
        let digits = self.digits.get(..whole).unwrap_or(&self.digits);
        let sign = if self.is_negative { "-" } else { "" };
        self.digits != "0"
            && whole > 0
            && (whole > 19 || format!("{sign}{digits:0<whole$}").parse::<i64>().is_err())
    }

    /// Python's `int()` of it, within 64 bits.
    pub fn truncated(&self) -> i64 {
        let (_, whole, _) = self.precision();
        let digits = match usize::try_from(whole) {
            _ if self.digits == "0" => "0".to_owned(),
            Ok(whole @ 0..=19) => format!("{:0<whole$}", self.digits.get(..whole).unwrap_or(&self.digits)),
            _ => return if self.is_negative { i64::MIN } else { i64::MAX },
        };
        let number = format!("0{digits}").parse().unwrap_or(i64::MAX);
        if self.is_negative { -number } else { number }
    }

    /// With all of its places. One that is larger than any column, or closer to 0, is replaced by a number of 100 digits.
    pub fn plain(&self) -> String {
        const MOST: u8 = 100;
        let (_, whole, after) = self.precision();
        let sign = if self.is_negative { "-" } else { "" };
        let zeros = "0".repeat(usize::from(MOST));
        if self.digits == "0" {
            "0".to_owned()
        } else if whole > i64::from(MOST) {
            format!("{sign}1{zeros}")
        } else if whole == 0 && after > i64::from(MOST) {
            format!("{sign}0.{zeros}1")
        } else {
            self.with_places(usize::try_from(after).unwrap_or(0))
        }
    }

    /// For a number that has at most these places.
    fn with_places(&self, places: usize) -> String {
        let zeros = usize::try_from(i64::try_from(places).unwrap_or(0) + self.exponent).unwrap_or(0);
        let digits = format!("{}{}", self.digits, "0".repeat(zeros));
        let digits = format!("{digits:0>width$}", width = places + 1);
        let (whole, fraction) = digits.split_at(digits.len() - places);
        let whole = match whole.trim_start_matches('0') {
            "" => "0",
            whole => whole,
        };
        let sign = if self.is_negative { "-" } else { "" };
        if places == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
    }
}

pub(super) fn boolean(nullable: bool, member: &Member) -> Result<Value, Message> {
    let text = match member {
        Member::Bool(flag) => return Ok(Value::Boolean(*flag)),
        Member::Text(text) | Member::Number(text) => text.as_str(),
        _ => "?",
    };
    match text {
        "t" | "T" | "y" | "Y" | "yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" | "1" => {
            Ok(Value::Boolean(true))
        }
        "f" | "F" | "n" | "N" | "no" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" | "0" => {
            Ok(Value::Boolean(false))
        }
        "1.0" if matches!(member, Member::Number(_)) => Ok(Value::Boolean(true)),
        "0.0" | "-0.0" if matches!(member, Member::Number(_)) => Ok(Value::Boolean(false)),
        "null" | "Null" | "NULL" | "" if nullable => Ok(Value::Null),
        _ => Err("Must be a valid boolean.".into()),
    }
}
