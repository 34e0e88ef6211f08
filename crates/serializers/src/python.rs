//! Python's forms of values: `repr()`, `int()`, `float()`.

use std::fmt::Write as _;

use presspass_auth::python_int::ascii_digits;
use serde_json::Value;

use crate::input::Member;
use crate::validation::is_space;

/// `repr()` of a value of JSON: `['a', 1, None]`.
pub(crate) fn repr(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        Value::Array(items) => format!("[{}]", items.iter().map(repr).collect::<Vec<_>>().join(", ")),
        Value::Object(members) => {
            let members: Vec<String> =
                members.iter().map(|(name, value)| format!("{}: {}", quoted(name), repr(value))).collect();
            format!("{{{}}}", members.join(", "))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => Member::of(value).to_python(),
    }
}

fn quoted(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut repr = String::from(quote);
    for c in text.chars() {
        match c {
            '\n' => repr.push_str("\\n"),
            '\r' => repr.push_str("\\r"),
            '\t' => repr.push_str("\\t"),
            '\\' => repr.push_str("\\\\"),
            c if c == quote => repr.extend(['\\', c]),
            c if u32::from(c) < 0x20 || u32::from(c) == 0x7f => {
                // Writing to a String cannot fail.
                let _ = write!(repr, "\\x{:02x}", u32::from(c));
            }
            c => repr.push(c),
        }
    }
    repr.push(quote);
    repr
}

/// What `int()` makes of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Int {
    Fits(i64),
    /// It is an integer beyond 64 bits.
    TooSmall,
    TooLarge,
}

/// Python's `int(text)`: digits of any script with single underscores between them, a sign, spaces around.
pub(crate) fn int(text: &str) -> Option<Int> {
    let text = &*ascii_digits(text.trim());
    let (sign, digits) = match text.strip_prefix(['-', '+']) {
        Some(rest) => (&text[..1], rest),
        None => ("", text),
    };
    let digits = digits_of(digits)?;
    Some(match format!("{sign}{digits}").parse() {
        Ok(number) => Int::Fits(number),
        Err(_) if sign == "-" => Int::TooSmall,
        Err(_) => Int::TooLarge,
    })
}

/// Digits with single underscores between them, without the underscores.
pub(crate) fn digits_of(text: &str) -> Option<String> {
    let groups: Vec<&str> = text.split('_').collect();
    let is_group = |group: &&str| !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit());
    groups.iter().all(is_group).then(|| groups.concat())
}

/// Python's `float(text)`, where it is finite.
pub(crate) fn float(text: &str) -> Option<f64> {
    any_float(text).filter(|number| number.is_finite())
}

/// Python's `float(text)`, infinity and NaN too.
pub(crate) fn any_float(text: &str) -> Option<f64> {
    let text = &*ascii_digits(text.trim());
    let name = text.trim_start_matches(['+', '-']).to_ascii_lowercase();
    let is_number = matches!(name.as_str(), "inf" | "infinity" | "nan")
        || text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-' | b'_'));
    if !is_number || text.starts_with('_') || text.ends_with('_') || text.contains("__") {
        return None;
    }
    text.replace('_', "").parse().ok()
}

/// The text without a fraction of zeros, as DRF's `IntegerField` reads it: `1.0` is 1.
pub(crate) fn without_zero_fraction(text: &str) -> &str {
    let trimmed = text.trim_end_matches(is_space);
    match trimmed.rsplit_once('.') {
        Some((whole, zeros)) if zeros.bytes().all(|byte| byte == b'0') => whole,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_shown_as_python_shows_them() {
        let value = json!([1, "a", null, 1.0, {"x": true}, "it's", "\"'", "\n\u{1}é"]);
        assert_eq!(repr(&value), r#"[1, 'a', None, 1.0, {'x': True}, "it's", '"\'', '\n\x01é']"#);
    }

    #[test]
    fn integers_are_read_as_python_reads_them() {
        for (text, number) in [
            (" 12 ", Some(Int::Fits(12))),
            ("+1_000", Some(Int::Fits(1000))),
            ("-0", Some(Int::Fits(0))),
            ("9223372036854775808", Some(Int::TooLarge)),
            ("-9223372036854775809", Some(Int::TooSmall)),
            ("1__0", None),
            ("_1", None),
            ("", None),
            ("1.0", None),
            ("0x1", None),
        ] {
            assert_eq!(int(text), number, "{text}");
        }
        for (text, whole) in
            [("1.0", "1"), ("1.", "1"), ("1.00 ", "1"), ("1.5", "1.5"), (".", ""), ("1", "1")]
        {
            assert_eq!(without_zero_fraction(text), whole);
        }
    }

    #[test]
    fn floats_are_read_as_python_reads_them_where_they_are_finite() {
        for (text, number) in
            [(" 1.5 ", Some(1.5)), ("1e5", Some(1e5)), (".5", Some(0.5)), ("1_0.0", Some(10.0))]
        {
            assert_eq!(float(text), number, "{text}");
        }
        for bad in ["", "inf", "nan", "1e400", "x", "1 0", "_1", "."] {
            assert_eq!(float(bad), None, "{bad}");
        }
    }
}
