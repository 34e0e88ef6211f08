//! The values that a request of the API writes into one record.

use std::fmt;

use super::definition::Model;
use super::field::Field;
use super::input::Input;
use super::key::Key;
use super::kind::Kind;

/// The values that a request of the API writes into one record. They were validated by their serializer; hooks may change
/// them.
#[derive(Debug, Clone)]
pub struct Draft {
    model: &'static Model,
    values: Vec<(&'static Field, Input)>,
    unknown: Option<String>,
}

impl Draft {
    #[must_use]
    pub const fn new(model: &'static Model) -> Self {
        Self { model, values: Vec::new(), unknown: None }
    }

    #[must_use]
    pub const fn model(&self) -> &'static Model {
        self.model
    }

    /// Sets a field, whoever may edit it. A name that the model does not have is remembered ([`Self::unknown`]): a
    /// project's hooks are tried when the program starts.
    pub fn set(&mut self, name: &str, value: impl Into<Input>) {
        match self.model.field(name) {
            Some(field) => self.set_field(field, value.into()),
            None => self.unknown = Some(name.to_owned()),
        }
    }

    /// The last name that was set and is no field.
    #[must_use]
    pub fn unknown(&self) -> Option<&str> {
        self.unknown.as_deref()
    }

    pub fn set_field(&mut self, field: &'static Field, value: Input) {
        let value = match (field.kind, value) {
            (Kind::One(_), Input::Integer(key)) => Input::Key(Some(key.into())),
            (Kind::One(_), Input::Uuid(key)) => Input::Key(Some(Key::Uuid(key))),
            (_, value) => value,
        };
        self.values.retain(|(known, _)| known.name != field.name);
        self.values.push((field, value));
    }

    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Input> {
        self.values.iter().find(|(field, _)| field.name == name).map(|(_, value)| value)
    }

    /// The key of the record that a foreign key refers to, where the draft has one.
    #[must_use]
    pub fn key(&self, name: &str) -> Option<Key> {
        match self.get(name) {
            Some(Input::Key(key)) => *key,
            _ => None,
        }
    }

    /// The text of a field, where the draft has one.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.get(name) {
            Some(Input::Text(text)) => Some(text),
            _ => None,
        }
    }

    #[must_use]
    pub fn values(&self) -> &[(&'static Field, Input)] {
        &self.values
    }
}

/// What only the database knows of a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Violation {
    /// Another record has this value.
    Taken(&'static Field),
    /// The field has no value, and its column may not be NULL.
    Null(&'static Field),
    /// The field is negative, and its column has a CHECK.
    Negative(&'static Field),
    /// The field refers to a record that does not exist.
    Missing(&'static Field, Key),
    /// Another record has these values together.
    TakenTogether(&'static [&'static str]),
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Taken(field) => write!(f, "Another record has this value: {}.", field.name),
            Self::Null(field) => write!(f, "This field may not be null: {}.", field.name),
            Self::Negative(field) => write!(f, "This field may not be negative: {}.", field.name),
            Self::Missing(field, key) => {
                write!(f, "Invalid pk \"{key}\" - object does not exist: {}.", field.name)
            }
            Self::TakenTogether(names) => {
                write!(f, "The fields {} must make a unique set.", names.join(", "))
            }
        }
    }
}
