//! JSON that is written already, in the layout that a client asked for.

use crate::render::Indent;

/// Compact JSON in this layout: Python's `json.dumps` with an indent. Numbers and texts stay byte for byte.
#[must_use]
pub fn laid_out(json: Vec<u8>, indent: Indent) -> Vec<u8> {
    match indent {
        Indent::Compact => json,
        Indent::Spaces(count) => {
            let mut out = Vec::with_capacity(json.len() * 2);
            write_indented(&json, count, 0, &mut out);
            out
        }
    }
}

/// Writes compact JSON with line breaks; `depth` is how deep it stands.
pub(crate) fn write_indented(json: &[u8], count: u8, mut depth: usize, out: &mut Vec<u8>) {
    let break_line = |out: &mut Vec<u8>, depth: usize| {
        out.push(b'\n');
        out.resize(out.len() + depth * usize::from(count), b' ');
    };
    let (mut in_text, mut is_escaped) = (false, false);
    for (at, byte) in json.iter().enumerate() {
        if in_text {
            out.push(*byte);
            in_text = is_escaped || *byte != b'"';
            is_escaped = !is_escaped && *byte == b'\\';
            continue;
        }
        match byte {
            b'{' | b'[' => {
                out.push(*byte);
                // The brackets of what is empty stand together.
                if !matches!(json.get(at + 1), Some(b'}' | b']')) {
                    depth += 1;
                    break_line(out, depth);
                }
            }
            b'}' | b']' => {
                if !matches!(at.checked_sub(1).and_then(|before| json.get(before)), Some(b'{' | b'[')) {
                    depth = depth.saturating_sub(1);
                    break_line(out, depth);
                }
                out.push(*byte);
            }
            b',' => {
                out.push(b',');
                break_line(out, depth);
            }
            b':' => out.extend_from_slice(b": "),
            b'"' => {
                in_text = true;
                out.push(b'"');
            }
            _ => out.push(*byte),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::to_json;

    #[test]
    fn written_json_is_laid_out_as_values_are() {
        for value in [
            json!([]),
            json!({}),
            json!({"a": [], "b": [1, {"c": {}}], "d": "x{[,:\"\\"}),
            json!(["\\", "\\\"", "a\\\\"]),
            json!({"a": {"b": [[], [[]], 1.5, null, true]}}),
        ] {
            let compact = to_json(&value, Indent::Compact);
            for indent in [Indent::Compact, Indent::Spaces(1), Indent::Spaces(4)] {
                let (ours, theirs) = (laid_out(compact.clone(), indent), to_json(&value, indent));
                assert_eq!(String::from_utf8(ours).unwrap(), String::from_utf8(theirs).unwrap());
            }
        }
    }
}
