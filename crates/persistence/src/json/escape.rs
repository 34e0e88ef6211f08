//! Strings of JSON.

/// How many bytes are looked at together: the compiler makes vector instructions of such a loop.
const BLOCK: usize = 64;

/// Whether a byte may begin what is escaped: U+2028 and U+2029 begin with 0xE2.
const fn is_special(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\' || byte == 0xE2
}

/// How many bytes can be copied as they are.
fn plain(text: &[u8]) -> usize {
    let (blocks, rest) = text.as_chunks::<BLOCK>();
    for (at, block) in blocks.iter().enumerate() {
        let mut any = false;
        for byte in block {
            any |= is_special(*byte);
        }
        if any {
            let inside = block.iter().position(|byte| is_special(*byte));
            return at * BLOCK + inside.unwrap_or(BLOCK);
        }
    }
    let inside = rest.iter().position(|byte| is_special(*byte));
    text.len() - rest.len() + inside.unwrap_or(rest.len())
}

/// Writes a string as Python's `json.dumps(ensure_ascii=False)`, and U+2028 and U+2029 escaped, as DRF does.
pub(crate) fn push_string(out: &mut Vec<u8>, text: &str) {
    out.reserve(text.len() + 2);
    out.push(b'"');
    let mut rest = text.as_bytes();
    loop {
        let (copied, special) = rest.split_at(plain(rest));
        out.extend_from_slice(copied);
        let taken = match special {
            [] => break,
            [0xE2, 0x80, last @ (0xA8 | 0xA9), ..] => {
                out.extend_from_slice(if *last == 0xA8 { b"\\u2028" } else { b"\\u2029" });
                3
            }
            [0xE2, ..] => {
                out.push(0xE2);
                1
            }
            [byte, ..] => {
                escape(out, *byte);
                1
            }
        };
        rest = &special[taken..];
    }
    out.push(b'"');
}

fn escape(out: &mut Vec<u8>, byte: u8) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let short = match byte {
        b'"' | b'\\' => byte,
        b'\n' => b'n',
        b'\r' => b'r',
        b'\t' => b't',
        0x08 => b'b',
        0x0C => b'f',
        _ => {
            out.extend_from_slice(b"\\u00");
            out.push(HEX[usize::from(byte >> 4)]);
            out.push(HEX[usize::from(byte & 15)]);
            return;
        }
    };
    out.extend_from_slice(&[b'\\', short]);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `serde_json` writes, and DRF's own escapes.
    fn expected(text: &str) -> String {
        let json = serde_json::to_string(text).unwrap();
        json.replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
    }

    #[test]
    fn strings_are_those_of_serde_json_with_drfs_escapes() {
        let pieces = [
            "a", "\"", "\\", "\n", "\0", "\u{1f}", "\u{7f}", "é", "“", "\u{2028}", "\u{2029}", "\u{2027}",
            "🎉",
        ];
        for first in pieces {
            for second in pieces {
                for before in [0, 1, 7, 61, 62, 63, 64, 65, 130] {
                    let text = format!("{}{first}{second}{}", "x".repeat(before), "y".repeat(66));
                    let mut out = Vec::new();
                    push_string(&mut out, &text);
                    assert_eq!(String::from_utf8(out).unwrap(), expected(&text));
                }
            }
        }
    }
}
