//! JSON as Python's `json.dumps` writes it by default: compact here, and in ASCII, as clients that read a payload with
//! `atob` alone would show UTF-8 as garbage.

use std::fmt::Write;

pub(super) fn push_number(json: &mut String, number: i64) {
    // Writing to a String cannot fail.
    let _ = write!(json, "{number}");
}

/// A string, with everything outside ASCII escaped.
pub(super) fn push_text(json: &mut String, text: &str) {
    json.push('"');
    for character in text.chars() {
        match character {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            '\n' => json.push_str("\\n"),
            '\r' => json.push_str("\\r"),
            '\t' => json.push_str("\\t"),
            '\u{8}' => json.push_str("\\b"),
            '\u{c}' => json.push_str("\\f"),
            ' '..='\u{7f}' => json.push(character),
            other => push_escaped(json, other),
        }
    }
    json.push('"');
}

/// JSON that is already written. Outside its strings there is nothing beyond ASCII.
pub(super) fn push_written(json: &mut String, written: &str) {
    for character in written.chars() {
        if character.is_ascii() {
            json.push(character);
        } else {
            push_escaped(json, character);
        }
    }
}

fn push_escaped(json: &mut String, character: char) {
    for unit in character.encode_utf16(&mut [0; 2]) {
        // Writing to a String cannot fail.
        let _ = write!(json, "\\u{unit:04x}");
    }
}
