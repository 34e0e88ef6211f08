//! Validation errors in DRF's form.

use std::borrow::Cow;

use serde::ser::{Serialize, SerializeMap, Serializer};

pub type Message = Cow<'static, str>;

/// Messages by field, in the order of the fields.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldErrors(Vec<(&'static str, Vec<Message>)>);

impl FieldErrors {
    pub fn add(&mut self, field: &'static str, messages: impl IntoIterator<Item = Message>) {
        let messages: Vec<Message> = messages.into_iter().collect();
        if messages.is_empty() {
            return;
        }
        match self.0.iter_mut().find(|(name, _)| *name == field) {
            Some((_, known)) => known.extend(messages),
            None => self.0.push((field, messages)),
        }
    }

    #[must_use]
    pub fn of(&self, field: &str) -> Vec<Message> {
        self.0
            .iter()
            .find(|(name, _)| *name == field)
            .map(|(_, messages)| messages.clone())
            .unwrap_or_default()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for FieldErrors {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (field, messages) in &self.0 {
            map.serialize_entry(field, messages)?;
        }
        map.end()
    }
}

/// The body of a 400.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Errors {
    /// `{"title": ["…"], …}`
    Fields(FieldErrors),
    /// `{"non_field_errors": ["…"]}`
    NonField(Message),
}

impl Serialize for Errors {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Fields(fields) => fields.serialize(serializer),
            Self::NonField(message) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry("non_field_errors", &[message])?;
                map.end()
            }
        }
    }
}
