//! Components, which a document refers to by name.

use std::collections::BTreeSet;

use super::node::Node;

/// A link to a component: `reference("schemas", "Post")`.
#[must_use]
pub fn reference(group: &str, name: &str) -> Node {
    Node::map().with("$ref", format!("#/components/{group}/{name}"))
}

/// The groups whose components are referred to by `$ref`. Security schemes are by their bare names.
const GROUPS: [&str; 3] = ["schemas", "responses", "headers"];

/// The document without the components that nothing in it refers to.
#[must_use]
pub fn without_unused(mut document: Node) -> Node {
    loop {
        let used = references(&document);
        let mut dropped = 0;
        if let Some(components) = document.get_mut("components") {
            for group in GROUPS {
                if let Some(Node::Map(members)) = components.get_mut(group) {
                    let before = members.len();
                    members.retain(|(name, _)| used.contains(&format!("#/components/{group}/{name}")));
                    dropped += before - members.len();
                }
            }
        }
        // What only the dropped ones referred to is used no more.
        if dropped == 0 {
            return document;
        }
    }
}

/// All that is referred to in a document.
#[must_use]
pub fn references(document: &Node) -> BTreeSet<String> {
    fn collect(node: &Node, found: &mut BTreeSet<String>) {
        found.extend(node.get("$ref").and_then(Node::text).map(str::to_owned));
        node.items().iter().for_each(|item| collect(item, found));
        node.members().iter().for_each(|(_, value)| collect(value, found));
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
        let schemas = Node::map()
            .with("Used", Node::map())
            .with("Unused", reference("schemas", "Deep"))
            .with("Deep", Node::map());
        let document = Node::map()
            .with("paths", Node::map().with("/", reference("schemas", "Used")))
            .with("components", Node::map().with("schemas", schemas));
        let left = without_unused(document);
        let left = left.get("components").unwrap().get("schemas").unwrap().members();
        assert_eq!(left.iter().map(|(name, _)| name.as_ref()).collect::<Vec<_>>(), ["Used"]);
    }
}
