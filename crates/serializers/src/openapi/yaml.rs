//! YAML 1.2 in block style, for people.

use super::node::Node;

/// Texts that YAML, or one of its older readers, takes for something else (YAML 1.1, types `bool` and `null`).
const RESERVED: [&str; 11] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf"];

/// The document as YAML.
#[must_use]
pub fn to_yaml(node: &Node) -> String {
    let mut text = String::new();
    write(&mut text, node, 0);
    text.push('\n');
    text
}

/// Writes a node behind what names it, without the end of its last line.
fn write(text: &mut String, node: &Node, depth: usize) {
    match node {
        Node::Null => text.push_str("null"),
        Node::Bool(value) => text.push_str(if *value { "true" } else { "false" }),
        Node::Integer(value) => text.push_str(&value.to_string()),
        Node::Text(value) => write_text(text, value),
        Node::List(items) if items.is_empty() => text.push_str("[]"),
        Node::Map(members) if members.is_empty() => text.push_str("{}"),
        Node::List(items) => {
            for (at, item) in items.iter().enumerate() {
                new_line(text, depth, at);
                text.push_str("- ");
                write(text, item, depth + 1);
            }
        }
        Node::Map(members) => {
            for (at, (name, value)) in members.iter().enumerate() {
                new_line(text, depth, at);
                write_text(text, name);
                text.push(':');
                if is_block(value) {
                    text.push('\n');
                    text.push_str(&"  ".repeat(depth + 1));
                } else {
                    text.push(' ');
                }
                write(text, value, depth + 1);
            }
        }
    }
}

/// The first entry stands where its parent has left off.
fn new_line(text: &mut String, depth: usize, at: usize) {
    if at > 0 {
        text.push('\n');
        text.push_str(&"  ".repeat(depth));
    }
}

fn is_block(node: &Node) -> bool {
    !node.items().is_empty() || !node.members().is_empty()
}

fn write_text(text: &mut String, value: &str) {
    if is_plain(value) {
        text.push_str(value);
    } else {
        // A text of JSON is one of YAML.
        text.push_str(&serde_json::to_string(value).unwrap_or_default());
    }
}

/// Whether a text can stand without quotes. Fewer than YAML lets through: letters first, nothing that means anything.
fn is_plain(value: &str) -> bool {
    value.starts_with(|c: char| c.is_ascii_alphabetic())
        && value.chars().all(|c| c.is_ascii_alphanumeric() || " _-/.()$,;".contains(c))
        && !value.ends_with(' ')
        && !RESERVED.iter().any(|word| value.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_indented_and_texts_quoted_where_they_must_be() {
        let node = Node::map()
            .with("openapi", "3.1.0")
            .with("200", Node::map().with("ok", true).with("none", Node::map()))
            .with("list", Node::list([Node::map().with("a", 1_i64).with("b", ["x", "no"]), "- y".into()]))
            .with("text", "One: two\nthree \"four\" \\u0000")
            .with("/api/{id}/", Node::List(Vec::new()));
        assert_eq!(
            to_yaml(&node),
            r#"openapi: "3.1.0"
"200":
  ok: true
  none: {}
list:
  - a: 1
    b:
      - x
      - "no"
  - "- y"
text: "One: two\nthree \"four\" \\u0000"
"/api/{id}/": []
"#
        );
    }
}
