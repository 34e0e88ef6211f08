//! The answer to OPTIONS (DRF's `SimpleMetadata`).

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::field::{Field, Kind};

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
