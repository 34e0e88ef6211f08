//! From the fields of a resource to JSON Schema (2020-12, as in OpenAPI 3.1).

use serde_json::{Value, json};

use super::WithMembers as _;
use crate::field::{Field, Kind};

/// The pattern of texts from clients: no NUL, and not empty once trimmed. White space is Python's, see
/// [`crate::strip`]; ECMA's `\s` lacks five of them.
const NOT_BLANK: &str = r"^[^\u0000]*[^\s\u0000\u001c-\u001f\u0085][^\u0000]*$";

pub const NO_NUL: &str = r"^[^\u0000]*$";

const TIMESTAMP: &str = "2026-11-23T10:15:46.655971Z";

/// Whether a request must have every writable field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Required {
    /// POST and PUT.
    All,
    /// PATCH.
    None,
}

/// The schema of a field in responses.
#[must_use]
pub fn value(field: &Field) -> Value {
    let named = |name: &'static str| {
        let kind = if field.nullable { json!([name, "null"]) } else { name.into() };
        json!({ "type": kind })
    };
    let schema = match field.kind {
        Kind::Integer => named("integer").with("format", "int64"),
        Kind::Boolean => named("boolean"),
        Kind::DateTime => named("string").with("format", "date-time"),
        Kind::Text { max_length } => named("string").with_some("maxLength", max_length),
        Kind::Password => named("string").with("format", "password"),
    };
    schema.with("title", field.label).with_some("readOnly", field.read_only.then_some(true))
}

/// The schema of a field in requests.
fn input(field: &Field) -> Value {
    match field.kind {
        Kind::Password => value(field).with("minLength", 1).with("pattern", NO_NUL),
        Kind::Text { .. } => value(field).with("minLength", 1).with("pattern", NOT_BLANK),
        Kind::Integer | Kind::Boolean | Kind::DateTime => value(field),
    }
}

fn writable(fields: &'static [Field]) -> impl Iterator<Item = &'static Field> {
    fields.iter().filter(|field| !field.read_only)
}

fn object(properties: Value) -> Value {
    json!({ "type": "object" }).with("properties", properties)
}

fn names<'f>(fields: impl Iterator<Item = &'f Field>) -> Value {
    fields.map(|field| field.name).collect()
}

/// The resource in responses, with all fields.
#[must_use]
pub fn representation(fields: &'static [Field]) -> Value {
    object(fields.iter().map(|field| (field.name, value(field))).collect())
        .with("required", names(fields.iter()))
}

/// The resource in requests, with its writable fields.
#[must_use]
pub fn request(fields: &'static [Field], required: Required) -> Value {
    let schema = object(writable(fields).map(|field| (field.name, input(field))).collect());
    match required {
        Required::All => schema.with("required", names(writable(fields).filter(|field| field.required))),
        Required::None => schema,
    }
}

#[must_use]
pub fn example(fields: &'static [Field]) -> Value {
    fields.iter().map(|field| (field.name, example_value(field))).collect()
}

#[must_use]
pub fn request_example(fields: &'static [Field]) -> Value {
    writable(fields).map(|field| (field.name, example_value(field))).collect()
}

fn example_value(field: &Field) -> Value {
    match (field.kind, field.example) {
        (Kind::Integer, _) => 1.into(),
        (Kind::Boolean, _) => true.into(),
        (Kind::DateTime, example) => example.unwrap_or(TIMESTAMP).into(),
        (Kind::Text { .. } | Kind::Password, example) => example.unwrap_or(field.label).into(),
    }
}

/// The body of a 400.
#[must_use]
pub fn field_errors(fields: &'static [Field]) -> Value {
    errors(writable(fields).map(|field| field.name).chain(["non_field_errors"]))
}

#[must_use]
pub fn errors(names: impl Iterator<Item = &'static str>) -> Value {
    let messages = || {
        let text = json!({ "type": "string" });
        json!({ "type": "array", "items": text, "minItems": 1 })
    };
    object(names.map(|name| (name, messages())).collect())
        .with("minProperties", 1)
        .with("additionalProperties", false)
}

/// `{"detail": "…"}`: the body of every other failure.
#[must_use]
pub fn detail() -> Value {
    object(json!({ "detail": { "type": "string" } }))
        .with("required", ["detail"])
        .with("additionalProperties", false)
}

/// [`crate::Page`]
#[must_use]
pub fn page(item: Value) -> Value {
    let count = json!({ "type": "integer", "format": "int64", "minimum": 0 });
    envelope(json!({ "count": count }), item)
}

/// [`crate::UncountedPage`]
#[must_use]
pub fn uncounted_page(item: Value) -> Value {
    envelope(json!({}), item)
}

#[must_use]
pub fn array(item: Value) -> Value {
    json!({ "type": "array" }).with("items", item)
}

fn envelope(properties: Value, item: Value) -> Value {
    let address = || json!({ "type": ["string", "null"], "format": "uri" });
    let properties =
        properties.with("next", address()).with("previous", address()).with("results", array(item));
    let required: Value = properties.as_object().into_iter().flat_map(|it| it.keys().cloned()).collect();
    object(properties).with("required", required)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::{Page, UncountedPage};
    use crate::posts::FIELDS;
    use crate::render::{Indent, to_json};

    fn json(node: &Value) -> String {
        String::from_utf8(to_json(node, Indent::Compact)).unwrap()
    }

    fn keys(node: &Value) -> Vec<&str> {
        node.as_object().unwrap().keys().map(String::as_str).collect()
    }

    #[test]
    fn a_resource_is_described_by_its_fields() {
        let schema = representation(FIELDS);
        assert_eq!(
            keys(schema.get("properties").unwrap()),
            ["id", "title", "content", "created_at", "updated_at"]
        );
        assert_eq!(
            json(schema.get("properties").unwrap().get("created_at").unwrap()),
            r#"{"type":"string","format":"date-time","title":"Created at","readOnly":true}"#
        );
        let title = request(FIELDS, Required::All);
        assert_eq!(json(title.get("required").unwrap()), r#"["title","content"]"#);
        let title = title.get("properties").unwrap().get("title").unwrap();
        assert!(json(title).starts_with(r#"{"type":"string","maxLength":50,"title":"Title","minLength":1,"#));
        assert_eq!(request(FIELDS, Required::None).get("required"), None);
    }

    #[test]
    fn errors_are_told_by_the_fields_that_can_be_wrong() {
        let errors = field_errors(FIELDS);
        assert_eq!(keys(errors.get("properties").unwrap()), ["title", "content", "non_field_errors"]);
    }

    #[test]
    fn envelopes_have_the_members_of_pages() {
        let counted = Page::<bool> { count: 0, next: None, previous: None, results: Vec::new() };
        let uncounted = UncountedPage::<bool> { next: None, previous: None, results: Vec::new() };
        for (schema, page) in [
            (page(json!({})), serde_json::to_value(&counted).unwrap()),
            (uncounted_page(json!({})), serde_json::to_value(&uncounted).unwrap()),
        ] {
            let mut described = keys(schema.get("properties").unwrap());
            described.sort_unstable();
            let members: Vec<_> = page.as_object().unwrap().keys().map(String::as_str).collect();
            assert_eq!(described, members);
        }
    }
}
