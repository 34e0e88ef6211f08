//! A JSON array that is written item by item, for streamed lists.

use std::mem;

use crate::layout::write_indented;
use crate::render::{Indent, escape_line_separators};

/// Writes an array item by item, and returns it in chunks. Together they are what
/// [`to_json`](crate::to_json) makes of all items.
#[derive(Debug)]
pub struct ArrayWriter {
    indent: Indent,
    is_empty: bool,
    json: Vec<u8>,
}

impl ArrayWriter {
    #[must_use]
    pub fn new(indent: Indent) -> Self {
        // As in `to_json`: most arrays begin so.
        Self { indent, is_empty: true, json: Vec::with_capacity(1000) }
    }

    /// Writes an item, which is compact JSON.
    pub fn push_json(&mut self, item: &[u8]) {
        self.json.push(if self.is_empty { b'[' } else { b',' });
        self.is_empty = false;
        match self.indent {
            Indent::Compact => self.json.extend_from_slice(item),
            Indent::Spaces(count) => {
                self.json.push(b'\n');
                self.json.resize(self.json.len() + usize::from(count), b' ');
                write_indented(item, count, 1, &mut self.json);
            }
        }
    }

    /// The number of bytes since the last chunk.
    #[must_use]
    pub const fn waiting(&self) -> usize {
        self.json.len()
    }

    /// The next chunk, which ends with an item.
    #[must_use]
    pub fn take(&mut self) -> Vec<u8> {
        // The next chunk will hardly be longer.
        let next = Vec::with_capacity(self.json.len());
        escape_line_separators(mem::replace(&mut self.json, next))
    }

    /// The last chunk, with the end of the array.
    #[must_use]
    pub fn finish(mut self) -> Vec<u8> {
        self.json.extend_from_slice(match (self.is_empty, self.indent) {
            (true, _) => b"[]",
            (false, Indent::Compact) => b"]",
            (false, Indent::Spaces(_)) => b"\n]",
        });
        escape_line_separators(self.json)
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::to_json;

    /// Values as deep as representations are, with the characters that are escaped.
    fn item() -> impl Strategy<Value = Value> {
        let text = "[a\"\\\\é\u{2028}\u{2029}\u{1}\u{10348}\n]{0,8}";
        prop_oneof![
            text.prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            (text, vec(text, 0..3), any::<bool>()).prop_map(|(title, list, flag)| {
                json!({"title": title, "list": list, "empty": {}, "flag": flag, "none": null})
            }),
        ]
    }

    proptest! {
        #[test]
        fn the_pieces_are_what_the_whole_is(items in vec(item(), 0..12), piece in 1..200_usize) {
            for indent in std::iter::once(Indent::Compact).chain((1..=8).map(Indent::Spaces)) {
                let mut writer = ArrayWriter::new(indent);
                let mut written = Vec::new();
                for item in &items {
                    writer.push_json(&to_json(item, Indent::Compact));
                    if writer.waiting() >= piece {
                        written.extend(writer.take());
                        prop_assert_eq!(writer.waiting(), 0);
                    }
                }
                written.extend(writer.finish());
                let whole = to_json(&items, indent);
                prop_assert_eq!(String::from_utf8(written).unwrap(), String::from_utf8(whole).unwrap());
            }
        }
    }
}
