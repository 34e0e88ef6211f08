//! Primary keys.

use std::fmt;

use super::scalars::{uuid, uuid_text};

/// The primary key of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Key {
    /// Of four or eight bytes: the database numbers the records.
    Integer(i64),
    /// Made when the record is created.
    Uuid(u128),
}

/// What the keys of a model are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    Integer,
    Uuid,
}

impl KeyKind {
    /// Parses a key; `None` where no record can have it.
    #[must_use]
    pub fn parse(self, text: &str) -> Option<Key> {
        match self {
            Self::Integer => text.parse().ok().map(Key::Integer),
            Self::Uuid => uuid(text).map(Key::Uuid),
        }
    }
}

impl Key {
    #[must_use]
    pub const fn kind(self) -> KeyKind {
        match self {
            Self::Integer(_) => KeyKind::Integer,
            Self::Uuid(_) => KeyKind::Uuid,
        }
    }

    /// The number, where it is one: accounts have no other keys.
    #[must_use]
    pub const fn integer(self) -> Option<i64> {
        match self {
            Self::Integer(number) => Some(number),
            Self::Uuid(_) => None,
        }
    }
}

impl From<i64> for Key {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

/// As on the wire and in addresses: digits, or a UUID with hyphens.
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(number) => number.fmt(f),
            Self::Uuid(uuid) => f.write_str(&uuid_text(*uuid)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_parsed_by_its_kind_and_written_in_one_form() {
        let uuid = "a0000000-0000-0000-0000-000000000001";
        for form in [uuid, &uuid.to_uppercase(), &uuid.replace('-', ""), &format!("{{{uuid}}}")] {
            assert_eq!(KeyKind::Uuid.parse(form).map(|key| key.to_string()).as_deref(), Some(uuid), "{form}");
            assert_eq!(KeyKind::Integer.parse(form), None);
        }
        assert_eq!(KeyKind::Integer.parse("007"), Some(Key::Integer(7)));
        for bad in ["", "7", "x", &uuid[1..], &format!("{uuid} ")] {
            assert_eq!(KeyKind::Uuid.parse(bad), None, "{bad}");
        }
        assert_eq!((Key::from(7).integer(), Key::Uuid(7).integer()), (Some(7), None));
    }
}
