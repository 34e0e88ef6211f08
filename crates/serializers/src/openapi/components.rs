//! Components, to which a document refers by name.

use std::collections::BTreeSet;

use serde_json::{Value, json};

/// A link to a component: `reference("schemas", "Post")`.
#[must_use]
pub fn reference(group: &str, name: &str) -> Value {
    json!({ "$ref": format!("#/components/{group}/{name}") })
}

/// The groups that are referred to by `$ref`. Security schemes are referred to by name.
const GROUPS: [&str; 3] = ["schemas", "responses", "headers"];

/// The document without the components that nothing in it refers to.
#[must_use]
pub fn without_unused(mut document: Value) -> Value {
    loop {
        let used = references(&document);
        let mut dropped = 0;
        if let Some(components) = document.get_mut("components") {
            for group in GROUPS {
                if let Some(Value::Object(members)) = components.get_mut(group) {
                    let before = members.len();
                    members.retain(|name, _| used.contains(&format!("#/components/{group}/{name}")));
                    dropped += before - members.len();
                }
            }
        }
        // Components that only the removed ones referred to are unused now.
        if dropped == 0 {
            return document;
        }
    }
}

/// All references of a document.
#[must_use]
pub fn references(document: &Value) -> BTreeSet<String> {
    fn collect(node: &Value, found: &mut BTreeSet<String>) {
        found.extend(node.get("$ref").and_then(Value::as_str).map(str::to_owned));
        match node {
            Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
            Value::Object(members) => members.values().for_each(|value| collect(value, found)),
            _ => {}
        }
    }
    let mut found = BTreeSet::new();
    collect(document, &mut found);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nothing_refers_to_is_dropped_with_what_it_alone_refers_to() {
        let schemas = json!({ "Used": {}, "Unused": reference("schemas", "Deep"), "Deep": {} });
        let document = json!({
            "paths": { "/": reference("schemas", "Used") },
            "components": { "schemas": schemas },
        });
        let left = without_unused(document);
        assert_eq!(left["components"]["schemas"], json!({ "Used": {} }));
    }
}
