//! A parsed request body, before validation.

use std::fmt::Write;

/// The value of a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Member {
    Null,
    Bool,
    /// A number in the form of Python's `str()`: text fields accept numbers.
    Number(String),
    Text(String),
    /// A list, an object or a file, which no field accepts.
    Other,
}

impl Member {
    /// The number of this JSON text.
    #[must_use]
    pub fn number(json: &str) -> Self {
        if !json.contains(['.', 'e', 'E']) {
            return Self::Number(if json == "-0" { "0".to_owned() } else { json.to_owned() });
        }
        // `f64` parses every number of JSON; beyond its range the result is infinity, as in Python.
        Self::Number(json.parse::<f64>().map_or_else(|_| json.to_owned(), python_float))
    }
}

/// Python's `str(float)`: the shortest digits, with an exponent below 1e-4 and from 1e16 on.
fn python_float(value: f64) -> String {
    if value.is_infinite() {
        return if value > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    let scientific = format!("{value:e}");
    let Some((mantissa, exponent)) = scientific.split_once('e') else { return scientific };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..16).contains(&exponent) {
        return format!("{value:?}").replace("e0", "");
    }
    let mut text = mantissa.to_owned();
    // Writing to a String cannot fail.
    let _ = write!(text, "e{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.unsigned_abs());
    text
}

/// A parsed body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// An object or a form. Of two members with the same name the last counts.
    Members(Vec<(String, Member)>),
    /// `null`
    Null,
    /// Another value, with Python's name of its type: `list`, `str`, `int`, `float`, `bool`.
    Other(&'static str),
}

impl Input {
    /// An object without members.
    #[must_use]
    pub const fn empty() -> Self {
        Self::Members(Vec::new())
    }

    #[must_use]
    pub fn member(&self, name: &str) -> Option<&Member> {
        match self {
            Self::Members(members) => {
                members.iter().rev().find(|(known, _)| known == name).map(|(_, member)| member)
            }
            Self::Null | Self::Other(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_python_writes_them() {
        for (json, python) in [
            ("7", "7"),
            ("-0", "0"),
            ("12.5", "12.5"),
            ("1.0", "1.0"),
            ("1e22", "1e+22"),
            ("1e16", "1e+16"),
            ("1e15", "1000000000000000.0"),
            ("0.0001", "0.0001"),
            ("0.00001", "1e-05"),
            ("1e400", "inf"),
            ("-1e400", "-inf"),
            ("-0.0", "-0.0"),
            ("1.5e300", "1.5e+300"),
            ("1E2", "100.0"),
            ("123456789012345678901234567890", "123456789012345678901234567890"),
            ("123456789012345.6", "123456789012345.6"),
            ("5e-324", "5e-324"),
            ("0.1", "0.1"),
        ] {
            assert_eq!(Member::number(json), Member::Number(python.to_owned()), "{json}");
        }
    }

    #[test]
    fn of_two_members_with_one_name_the_last_counts() {
        let input = Input::Members(vec![("a".into(), Member::Null), ("a".into(), Member::Bool)]);
        assert_eq!(input.member("a"), Some(&Member::Bool));
        assert_eq!(input.member("b"), None);
    }
}
