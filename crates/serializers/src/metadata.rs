//! What OPTIONS answers (REST framework's `SimpleMetadata`).

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::field::{Field, Kind};

/// A method that takes a body, and the fields of it.
#[derive(Debug, Clone, Copy)]
pub struct MetadataAction {
    /// `POST` or `PUT`.
    pub method: &'static str,
    /// The fields.
    pub fields: &'static [Field],
}

/// What an endpoint is, and what it takes from this caller.
#[derive(Debug, Clone)]
pub struct Metadata {
    /// The view's name.
    pub name: &'static str,
    /// What it is for.
    pub description: &'static str,
    /// The media types that it answers in.
    pub renders: &'static [&'static str],
    /// The media types that it reads.
    pub parses: &'static [&'static str],
    /// What this caller may send.
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
        let Field { name: _, label, kind, read_only, required, .. } = self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", kind.label())?;
        map.serialize_entry("required", required)?;
        map.serialize_entry("read_only", read_only)?;
        map.serialize_entry("label", label)?;
        if let Kind::Text { max_length: Some(limit) } = kind {
            map.serialize_entry("max_length", limit)?;
        }
        map.end()
    }
}
