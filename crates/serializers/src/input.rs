//! A parsed request body, before validation.

use std::fmt::Write;

use crate::python;

/// The value of a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Member {
    Null,
    Bool(bool),
    /// A number in the form of Python's `str()`: text fields accept numbers.
    Number(String),
    Text(String),
    /// A list or an object, as JSON, for a field that accepts one.
    Nested(String),
    /// A list, an object or a file, which the field does not accept.
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

    /// The member of this value.
    #[must_use]
    pub fn of(value: &serde_json::Value) -> Self {
        match value {
            serde_json::Value::Null => Self::Null,
            serde_json::Value::Bool(flag) => Self::Bool(*flag),
            serde_json::Value::Number(number) => Self::number(&number.to_string()),
            serde_json::Value::String(text) => Self::Text(text.clone()),
            nested => Self::Nested(nested.to_string()),
        }
    }

    /// The name of its type in Python.
    pub(crate) fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "NoneType",
            Self::Bool(_) => "bool",
            Self::Number(number) if number.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'-')) => "int",
            Self::Number(_) => "float",
            Self::Text(_) | Self::Other => "str",
            Self::Nested(json) if json.starts_with('{') => "dict",
            Self::Nested(_) => "list",
        }
    }

    /// Python's `str()` of it.
    pub(crate) fn to_python(&self) -> String {
        match self {
            Self::Null => "None".to_owned(),
            Self::Bool(flag) => if *flag { "True" } else { "False" }.to_owned(),
            Self::Number(text) | Self::Text(text) => text.clone(),
            Self::Nested(json) => {
                serde_json::from_str(json).map_or_else(|_| json.clone(), |value| python::repr(&value))
            }
            Self::Other => String::new(),
        }
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
    /// An object. Of two members with the same name the last counts.
    Members(Vec<(String, Member)>),
    /// A form: its members are texts and files. A list is several members with one name; else the last counts.
    Form(Vec<(String, Member)>),
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
        self.all(name).next_back()
    }

    /// The members of this name.
    #[must_use]
    pub fn all<'i>(&'i self, name: &str) -> impl DoubleEndedIterator<Item = &'i Member> {
        self.members().iter().filter(move |(known, _)| known == name).map(|(_, member)| member)
    }

    /// All members; none where it is neither an object nor a form.
    #[must_use]
    pub fn members(&self) -> &[(String, Member)] {
        match self {
            Self::Members(members) | Self::Form(members) => members,
            Self::Null | Self::Other(_) => &[],
        }
    }

    #[must_use]
    pub const fn is_form(&self) -> bool {
        matches!(self, Self::Form(_))
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
        let input = Input::Members(vec![("a".into(), Member::Null), ("a".into(), Member::Bool(true))]);
        assert_eq!(input.member("a"), Some(&Member::Bool(true)));
        assert_eq!(input.member("b"), None);
    }
}
