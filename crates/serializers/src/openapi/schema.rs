//! From the fields of a resource to JSON Schema (2020-12, as in OpenAPI 3.1).

use presspass_domain::model::{KeyKind, scalars};
use serde_json::{Value, json};

use super::WithMembers as _;
use crate::field::{Field, Kind, Origin, TextFormat};

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
    let text = |format: &'static str| named("string").with("format", format);
    let schema = match field.kind {
        Kind::Integer => named("integer")
            .with("format", "int64")
            .with_some("minimum", field.min)
            .with_some("maximum", field.max),
        Kind::Key(KeyKind::Integer) => named("integer").with("format", "int64"),
        Kind::Float => named("number").with("format", "double"),
        Kind::Decimal { digits, places } => text("decimal").with("pattern", decimal_pattern(digits, places)),
        Kind::Boolean => named("boolean"),
        Kind::Date => text("date"),
        Kind::Time => text("time"),
        Kind::DateTime => text("date-time"),
        Kind::Duration => named("string").with("pattern", DURATION),
        Kind::Uuid | Kind::Key(KeyKind::Uuid) => text("uuid"),
        Kind::Json => json!({}),
        Kind::Text { max_length } => {
            let format = match field.format {
                TextFormat::Any | TextFormat::Slug => None,
                TextFormat::Email => Some("email"),
                TextFormat::Url => Some("uri"),
            };
            named("string").with_some("format", format).with_some("maxLength", max_length)
        }
        Kind::Password => text("password"),
        Kind::Choice(choices) => named("string").with("enum", enumeration(field, choices)),
        Kind::Keys(KeyKind::Integer) => array(json!({ "type": "integer", "format": "int64" })),
        Kind::Keys(KeyKind::Uuid) => array(json!({ "type": "string", "format": "uuid" })),
        Kind::Object(fields) => representation(fields).with("type", named("object")["type"].clone()),
        Kind::Objects(fields) => array(representation(fields)),
    };
    let help = field.help.filter(|_| field.origin != Origin::Code);
    schema
        .with("title", field.label)
        .with_some("description", help)
        .with_some("readOnly", field.read_only.then_some(true))
}

/// A duration as it is written; others are accepted, too.
const DURATION: &str = r"^(-?\d+ )?(-?\d+:)?(-?\d+:)?-?\d+(\.\d{1,12})?$";

fn decimal_pattern(digits: u8, places: u8) -> String {
    let whole = digits.saturating_sub(places);
    if places == 0 {
        return format!(r"^-?\d{{0,{whole}}}$");
    }
    format!(r"^-?\d{{0,{whole}}}(?:\.\d{{0,{places}}})?$")
}

fn enumeration(field: &Field, choices: &[(&'static str, &'static str)]) -> Value {
    let empty = field.blank.then(|| Value::from(""));
    let null = field.nullable.then_some(Value::Null);
    choices.iter().map(|(value, _)| Value::from(*value)).chain(empty).chain(null).collect()
}

/// The schema of a field in requests.
fn input(field: &Field) -> Value {
    let schema = match field.kind {
        Kind::Password => value(field).with("minLength", 1).with("pattern", NO_NUL),
        Kind::Text { .. } => {
            let pattern = match (field.pattern, field.format) {
                (Some(pattern), _) => pattern.expression(),
                (None, TextFormat::Slug) if field.blank => "^[-a-zA-Z0-9_]*$",
                (None, TextFormat::Slug) => "^[-a-zA-Z0-9_]+$",
                (None, _) if field.blank => NO_NUL,
                (None, _) => NOT_BLANK,
            };
            value(field).with_some("minLength", (!field.blank).then_some(1)).with("pattern", pattern)
        }
        Kind::Keys(_) => value(field).with_some("minItems", (!field.blank).then_some(1)),
        _ => value(field),
    };
    schema.with_some("default", default(field))
}

/// The default of the model, where it is the same for every record.
fn default(field: &Field) -> Option<Value> {
    let text = field.default()?;
    match field.kind {
        Kind::Integer | Kind::Float | Kind::Boolean | Kind::Json | Kind::Key(KeyKind::Integer) => {
            serde_json::from_str(&text.to_ascii_lowercase()).ok()
        }
        _ => Some(text.into()),
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

/// A UUID of examples.
pub const UUID: &str = "0b0b1d5c-8a3e-4c6f-9d3c-2f6a1e7d4b90";

fn example_value(field: &Field) -> Value {
    let text = |otherwise: &'static str| Value::from(field.example.unwrap_or(otherwise));
    match field.kind {
        Kind::Integer => field.min.unwrap_or(1).max(1).into(),
        Kind::Key(KeyKind::Integer) => 1.into(),
        Kind::Float => 1.5.into(),
        Kind::Decimal { places, .. } => {
            let zero = scalars::decimal("0", 1_u8.saturating_add(places), places).unwrap_or_default();
            field.example.map_or_else(|| zero.into(), Value::from)
        }
        Kind::Boolean => true.into(),
        Kind::Date => text("2026-11-23"),
        Kind::Time => text("10:15:46"),
        Kind::DateTime => text(TIMESTAMP),
        Kind::Duration => text("1 02:30:00"),
        Kind::Uuid | Kind::Key(KeyKind::Uuid) => text(UUID),
        Kind::Json => json!({ "key": "value" }),
        Kind::Text { .. } => match field.format {
            TextFormat::Any => text(field.label),
            TextFormat::Email => text("ada@example.com"),
            TextFormat::Url => text("https://example.com/"),
            TextFormat::Slug => text("a-slug"),
        },
        Kind::Password => text(field.label),
        Kind::Choice(choices) => choices.first().map_or(Value::Null, |(value, _)| Value::from(*value)),
        Kind::Keys(KeyKind::Integer) => json!([1]),
        Kind::Keys(KeyKind::Uuid) => json!([UUID]),
        Kind::Object(fields) => example(fields),
        Kind::Objects(fields) => json!([example(fields)]),
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

/// `{"count": …, "next": …, "previous": …, "results": […]}`
#[must_use]
pub fn page(item: Value) -> Value {
    let count = json!({ "type": "integer", "format": "int64", "minimum": 0 });
    envelope(json!({ "count": count }), item)
}

/// `{"next": …, "previous": …, "results": […]}`: a page of a list that was not counted.
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
    use crate::field::Look;
    use crate::render::{Indent, to_json};

    const FIELDS: &[Field] = &[
        Field::read_only("id", "ID", Kind::Integer),
        Field::text("title", "Title", Some(50)).example("Hello"),
        Field::text("content", "Content", None).look(Look::Area).example("World"),
        Field::read_only("created_at", "Created at", Kind::DateTime),
        Field::read_only("updated_at", "Updated at", Kind::DateTime),
    ];

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

    const MEMBERS: &[Field] = &[Field::of("id", "ID", Kind::Integer)];

    #[test]
    fn every_kind_has_its_schema() {
        let of = |kind| {
            let mut schema = value(&Field::of("a", "A", kind));
            schema.as_object_mut().unwrap().remove("title");
            json(&schema)
        };
        for (kind, schema) in [
            (Kind::Float, r#"{"type":"number","format":"double"}"#),
            (
                Kind::Decimal { digits: 6, places: 2 },
                r#"{"type":"string","format":"decimal","pattern":"^-?\\d{0,4}(?:\\.\\d{0,2})?$"}"#,
            ),
            (Kind::Date, r#"{"type":"string","format":"date"}"#),
            (Kind::Uuid, r#"{"type":"string","format":"uuid"}"#),
            (Kind::Json, "{}"),
            (Kind::Choice(&[("s", "S"), ("m", "M")]), r#"{"type":"string","enum":["s","m"]}"#),
            (Kind::Key(KeyKind::Integer), r#"{"type":"integer","format":"int64"}"#),
            (Kind::Key(KeyKind::Uuid), r#"{"type":"string","format":"uuid"}"#),
            (Kind::Keys(KeyKind::Uuid), r#"{"type":"array","items":{"type":"string","format":"uuid"}}"#),
            (Kind::Keys(KeyKind::Integer), r#"{"type":"array","items":{"type":"integer","format":"int64"}}"#),
        ] {
            assert_eq!(of(kind), schema, "{kind:?}");
        }
        let limits = Field { min: Some(-1), max: Some(1), ..Field::of("a", "A", Kind::Integer) }.nullable();
        let schema = r#"{"type":["integer","null"],"format":"int64","minimum":-1,"maximum":1,"title":"A"}"#;
        assert_eq!(json(&value(&limits)), schema);
        let nested = Field::of("of", "Of", Kind::Object(MEMBERS)).nullable();
        assert_eq!(
            json(&value(&nested)),
            r#"{"type":["object","null"],"properties":{"id":{"type":"integer","format":"int64","title":"ID"}},"required":["id"],"title":"Of"}"#
        );
    }

    #[test]
    fn errors_are_told_by_the_fields_that_can_be_wrong() {
        let errors = field_errors(FIELDS);
        assert_eq!(keys(errors.get("properties").unwrap()), ["title", "content", "non_field_errors"]);
    }

    #[test]
    fn envelopes_have_the_members_of_pages() {
        let members = |schema: Value| {
            let mut members: Vec<_> =
                keys(schema.get("properties").unwrap()).iter().map(ToString::to_string).collect();
            members.sort_unstable();
            members
        };
        assert_eq!(members(page(json!({}))), ["count", "next", "previous", "results"]);
        assert_eq!(members(uncounted_page(json!({}))), ["next", "previous", "results"]);
    }
}
