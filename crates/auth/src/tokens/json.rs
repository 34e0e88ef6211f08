//! Writes JSON as Python's `json.dumps` does, but compact: in ASCII, because clients that decode a payload with `atob`
//! alone would show UTF-8 as garbage.

use std::fmt::Write;

use serde_json::Value;

/// A JSON object that is written member by member, in the order of the calls.
pub(super) struct ObjectWriter(String);

impl ObjectWriter {
    pub fn new() -> Self {
        Self(String::with_capacity(224))
    }

    fn name(&mut self, name: &str) {
        self.0.push(if self.0.is_empty() { '{' } else { ',' });
        push_text(&mut self.0, name);
        self.0.push(':');
    }

    pub fn text(&mut self, name: &str, text: &str) {
        self.name(name);
        push_text(&mut self.0, text);
    }

    pub fn number(&mut self, name: &str, number: i64) {
        self.name(name);
        // Writing to a String cannot fail.
        let _ = write!(self.0, "{number}");
    }

    pub fn value(&mut self, name: &str, value: &Value) {
        self.name(name);
        // Outside strings, serde_json writes ASCII alone.
        for character in value.to_string().chars() {
            if character.is_ascii() {
                self.0.push(character);
            } else {
                push_escaped(&mut self.0, character);
            }
        }
    }

    pub fn finish(mut self) -> String {
        if self.0.is_empty() {
            self.0.push('{');
        }
        self.0.push('}');
        self.0
    }
}

/// Writes a string, with every character outside ASCII escaped.
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

fn push_escaped(json: &mut String, character: char) {
    for unit in character.encode_utf16(&mut [0; 2]) {
        // Writing to a String cannot fail.
        let _ = write!(json, "\\u{unit:04x}");
    }
}
