//! What records hold.

use std::fmt;

use super::model::Field;
use crate::timestamp::Timestamp;

/// A record of another model, as far as a relation shows it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    /// Its primary key.
    pub id: i64,
    /// What it is called.
    pub label: String,
}

/// A value of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Of [`super::Kind::Text`]; empty where the column holds none.
    Text(String),
    /// Of [`super::Kind::Integer`].
    Integer(i64),
    /// Of [`super::Kind::Boolean`].
    Boolean(bool),
    /// Of [`super::Kind::Timestamp`].
    Timestamp(Option<Timestamp>),
    /// Of [`super::Kind::One`].
    One(Option<Reference>),
    /// Of [`super::Kind::Many`], in the order of the other model.
    Many(Vec<Reference>),
}

/// A digest over all that a record holds, its relations included and its password not. It can only be compared.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Version([u8; 32]);

impl Version {
    /// The version of this digest.
    #[must_use]
    pub const fn from_bytes(digest: [u8; 32]) -> Self {
        Self(digest)
    }

    /// Reads what [`fmt::Display`] wrote into a form: 64 hexadecimal digits.
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

/// A record in a list: only the columns that were asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its primary key.
    pub id: i64,
    /// What it is called: the original's `str()`.
    pub label: String,
    /// The columns that were asked for, in that order.
    pub values: Vec<(&'static Field, Value)>,
}

/// A record with all its fields but its password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its primary key.
    pub id: i64,
    /// What it is called: the original's `str()`.
    pub label: String,
    /// All its fields but its password, in the order of the model.
    pub values: Vec<(&'static Field, Value)>,
    /// What a form that is made of it has to send along.
    pub version: Version,
}

fn get<'v>(values: &'v [(&'static Field, Value)], name: &str) -> Option<&'v Value> {
    values.iter().find(|(field, _)| field.name == name).map(|(_, value)| value)
}

impl Row {
    /// The value of this column, where it was asked for.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        get(&self.values, name)
    }
}

impl Record {
    /// The value of this field.
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
