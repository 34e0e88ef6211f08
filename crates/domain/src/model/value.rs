//! Records, and the values of their fields.

use std::fmt;

use super::field::Field;
use super::key::Key;
use super::scalars::{Float, duration_text, time_text, uuid_text};
use crate::timestamp::Timestamp;

/// A related record: its key and its label.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    pub id: Key,
    pub label: String,
}

/// A value of a field, by its [`super::Kind`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Empty where the column is NULL.
    Text(String),
    Integer(i64),
    Boolean(bool),
    Timestamp(Option<Timestamp>),
    One(Option<Reference>),
    /// In the order of the other model.
    Many(Vec<Reference>),
    /// No value, of any kind but those above that have their own.
    Null,
    Float(Float),
    /// As digits, with the places of its field: `-12.50`.
    Decimal(String),
    Date(time::Date),
    Time(time::Time),
    /// In microseconds.
    Duration(i64),
    Uuid(u128),
    Json(serde_json::Value),
}

impl Value {
    /// The value as Python's `str` writes it; empty where there is none.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Text(text) | Self::Decimal(text) => text.clone(),
            Self::Integer(number) => number.to_string(),
            Self::Boolean(flag) => if *flag { "True" } else { "False" }.to_owned(),
            Self::Timestamp(timestamp) => timestamp.map(Timestamp::to_python).unwrap_or_default(),
            Self::One(reference) => reference.as_ref().map(|it| it.label.clone()).unwrap_or_default(),
            Self::Many(references) => {
                references.iter().map(|it| it.label.as_str()).collect::<Vec<_>>().join(", ")
            }
            Self::Null => String::new(),
            Self::Float(number) => number.to_string(),
            Self::Date(date) => date.to_string(),
            Self::Time(time) => time_text(*time),
            Self::Duration(micros) => duration_text(*micros),
            Self::Uuid(uuid) => uuid_text(*uuid),
            Self::Json(json) => json.to_string(),
        }
    }
}

/// A digest of all values of a record, with its relations and without its password, for optimistic locking.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Version([u8; 32]);

impl Version {
    #[must_use]
    pub const fn from_bytes(digest: [u8; 32]) -> Self {
        Self(digest)
    }

    /// Parses what [`fmt::Display`] wrote into a form: 64 hexadecimal digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits: Vec<u8> =
            text.chars().map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok())).collect::<Option<_>>()?;
        let (pairs, rest) = digits.as_chunks::<2>();
        let bytes: Vec<u8> = pairs.iter().map(|[high, low]| high * 16 + low).collect();
        if rest.is_empty() { bytes.try_into().ok().map(Self) } else { None }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Version({self})")
    }
}

/// A record in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub id: Key,
    pub label: String,
    /// The columns of the query, in its order.
    pub values: Vec<(&'static Field, Value)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    pub id: Key,
    pub label: String,
    /// All fields but the password, in the order of the model.
    pub values: Vec<(&'static Field, Value)>,
    /// A form made from the record has to send it.
    pub version: Version,
}

fn get<'v>(values: &'v [(&'static Field, Value)], name: &str) -> Option<&'v Value> {
    values.iter().find(|(field, _)| field.name == name).map(|(_, value)| value)
}

impl Row {
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        get(&self.values, name)
    }
}

impl Record {
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        get(&self.values, name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_goes_through_a_form_and_back() {
        let version = Version::from_bytes(std::array::from_fn(|at| u8::try_from(at * 8).unwrap()));
        assert_eq!(Version::parse(&version.to_string()), Some(version));
        let text = version.to_string();
        for bad in ["", "00", &text[1..], &format!("{text}0"), &format!("{text}00"), &text.replace('f', "g")]
        {
            assert_eq!(Version::parse(bad), None, "{bad}");
        }
    }
}
