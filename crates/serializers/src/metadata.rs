//! The answer to OPTIONS (DRF's `SimpleMetadata`).

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use crate::field::{Field, Kind, Origin};

/// A method with a body.
#[derive(Debug, Clone, Copy)]
pub struct MetadataAction {
    pub method: &'static str,
    pub fields: &'static [Field],
}

#[derive(Debug, Clone)]
pub struct Metadata {
    pub name: &'static str,
    pub description: &'static str,
    pub renders: &'static [&'static str],
    pub parses: &'static [&'static str],
    /// What this caller may do.
    pub actions: Vec<MetadataAction>,
}

impl Serialize for Metadata {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("name", self.name)?;
        map.serialize_entry("description", self.description)?;
        map.serialize_entry("renders", self.renders)?;
        map.serialize_entry("parses", self.parses)?;
        if !self.actions.is_empty() {
            map.serialize_entry("actions", &Actions(&self.actions))?;
        }
        map.end()
    }
}

struct Actions<'a>(&'a [MetadataAction]);

impl Serialize for Actions<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|action| (action.method, Fields(action.fields))))
    }
}

struct Fields(&'static [Field]);

impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|field| (field.name, Described(field))))
    }
}

struct Described(&'static Field);

impl Serialize for Described {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let field = self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", field.type_name())?;
        map.serialize_entry("required", &field.required)?;
        map.serialize_entry("read_only", &field.read_only)?;
        map.serialize_entry("label", field.label)?;
        // The help of our own endpoints is for pages alone.
        if let (Some(help), Origin::Own(_)) = (field.help, field.origin) {
            map.serialize_entry("help_text", help)?;
        }
        if let Kind::Text { max_length: Some(limit) } = field.kind {
            map.serialize_entry("max_length", &limit)?;
        }
        if let Some(min) = field.min {
            map.serialize_entry("min_value", &min)?;
        }
        if let Some(max) = field.max {
            map.serialize_entry("max_value", &max)?;
        }
        match field.kind {
            Kind::Choice(choices) if !field.read_only => map.serialize_entry("choices", &Choices(choices))?,
            Kind::Object(fields) => map.serialize_entry("children", &Fields(fields))?,
            Kind::Objects(fields) => map.serialize_entry("child", &Child(fields))?,
            _ => {}
        }
        map.end()
    }
}

struct Choices(&'static [(&'static str, &'static str)]);

impl Serialize for Choices {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Choice {
            value: &'static str,
            display_name: &'static str,
        }
        serializer.collect_seq(self.0.iter().map(|&(value, display_name)| Choice { value, display_name }))
    }
}

/// The serializer within a `ListSerializer`.
struct Child(&'static [Field]);

impl Serialize for Child {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", "nested object")?;
        map.serialize_entry("required", &false)?;
        map.serialize_entry("read_only", &true)?;
        map.serialize_entry("children", &Fields(self.0))?;
        map.end()
    }
}
