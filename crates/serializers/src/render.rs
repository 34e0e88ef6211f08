//! JSON in DRF's layout.

use presspass_domain::Timestamp;
use serde::{Serialize, Serializer};
use serde_json::ser::PrettyFormatter;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Indent {
    /// On one line, without spaces.
    Compact,
    /// 1 to 8 spaces for each level.
    Spaces(u8),
}

/// A value as JSON in UTF-8. U+2028 and U+2029 are escaped, as they end lines in JavaScript (DRF's
/// `JSONRenderer`).
#[must_use]
pub fn to_json(value: &impl Serialize, indent: Indent) -> Vec<u8> {
    // Most responses fit, and allocations of this size are cheap.
    let mut json = Vec::with_capacity(1000);
    let written = match indent {
        Indent::Compact => value.serialize(&mut serde_json::Serializer::new(&mut json)),
        Indent::Spaces(count) => {
            value.serialize(&mut serde_json::Serializer::with_formatter(&mut json, indented(count)))
        }
    };
    // Writing to a Vec cannot fail, and representations have text keys and finite numbers.
    debug_assert!(written.is_ok(), "a representation that is no JSON");
    escape_line_separators(json)
}

fn indented(count: u8) -> PrettyFormatter<'static> {
    const BLANKS: &[u8; 8] = &[b' '; 8];
    PrettyFormatter::with_indent(&BLANKS[..usize::from(count.min(8))])
}

/// The separators are E2 80 A8 and E2 80 A9 in UTF-8, and JSON has them only in strings.
pub(crate) fn escape_line_separators(json: Vec<u8>) -> Vec<u8> {
    let separator = |window: &[u8]| matches!(window, [0xe2, 0x80, 0xa8 | 0xa9]);
    if !json.contains(&0xe2) || !json.windows(3).any(separator) {
        return json;
    }
    let mut escaped = Vec::with_capacity(json.len() + 16);
    let mut rest = json.as_slice();
    while let Some(at) = rest.windows(3).position(separator) {
        escaped.extend_from_slice(&rest[..at]);
        escaped.extend_from_slice(if rest[at + 2] == 0xa8 { b"\\u2028" } else { b"\\u2029" });
        rest = &rest[at + 3..];
    }
    escaped.extend_from_slice(rest);
    escaped
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct WireTimestamp(pub Timestamp);

impl Serialize for WireTimestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.to_wire())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_separators_are_escaped_and_nothing_else_is() {
        let json = to_json(&"é\u{2028}✓\u{2029}\u{7f}<\"\\\u{8}\u{1f}", Indent::Compact);
        assert_eq!(String::from_utf8(json).unwrap(), "\"é\\u2028✓\\u2029\u{7f}<\\\"\\\\\\b\\u001f\"");
    }

    #[test]
    fn an_indent_is_pythons() {
        let json = to_json(&serde_json::json!({"a": [], "b": [1]}), Indent::Spaces(2));
        assert_eq!(String::from_utf8(json).unwrap(), "{\n  \"a\": [],\n  \"b\": [\n    1\n  ]\n}");
    }
}
