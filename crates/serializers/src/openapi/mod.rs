//! Parts of an OpenAPI 3.1 document, made of the fields that validate and represent. The paths are those of the program.
//!
//! A document is a [`Value`] whose members keep their order; [`crate::to_json`] and [`to_yaml`] write it.

mod components;
mod operation;
mod schema;

pub use serde_json::{Value, json};

pub use components::{reference, references, without_unused};
pub use operation::{Operation, ParameterLocation, body, component, parameter, response};
pub use schema::{
    NO_NUL, Required, UUID, array, detail, errors, example, field_errors, page, representation, request,
    request_example, uncounted_page, value,
};

/// Adds members to a JSON object, in their order.
pub trait WithMembers: Sized {
    /// The object with this member, in the place of one that had its name.
    #[must_use]
    fn with(self, name: impl Into<String>, value: impl Into<Value>) -> Self;

    /// The same where there is a value.
    #[must_use]
    fn with_some(self, name: impl Into<String>, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }
}

impl WithMembers for Value {
    fn with(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        if let Self::Object(members) = &mut self {
            members.insert(name.into(), value.into());
        }
        self
    }
}

/// A document as YAML.
#[must_use]
pub fn to_yaml(document: &Value) -> String {
    let yaml = serde_saphyr::to_string(document);
    // Writing to a String cannot fail, and every value of JSON is one of YAML.
    debug_assert!(yaml.is_ok(), "a document that is no YAML");
    yaml.unwrap_or_default()
}
