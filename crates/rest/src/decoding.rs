//! The character set of a body.

use encoding_rs::{Encoding, UTF_8, mem};

use crate::media_type::MediaType;

/// A body's character set: the one that its media type names where WHATWG's Encoding Standard has it, else UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Charset(&'static Encoding);

impl Charset {
    pub const UTF_8: Self = Self(UTF_8);

    /// The character set that a `Content-Type` names.
    pub fn of(content_type: &MediaType<'_>) -> Self {
        let Some(label) = content_type.parameter("charset") else { return Self::UTF_8 };
        // Python's names are the same but for their punctuation: `latin-1`, `ISO_8859_1`.
        let letters: Vec<u8> = label.iter().copied().filter(u8::is_ascii_alphanumeric).collect();
        let known = Encoding::for_label(label).or_else(|| Encoding::for_label(&letters));
        Self(known.unwrap_or(UTF_8))
    }

    /// The text of a body, or `None` where a byte does not fit. A byte order mark is a character, as in Python.
    pub fn decode(self, bytes: &[u8]) -> Option<String> {
        let text = self.0.decode_without_bom_handling_and_without_replacement(bytes);
        text.map(std::borrow::Cow::into_owned)
    }

    /// The text, with U+FFFD for what does not fit.
    pub fn decode_lossily(self, bytes: &[u8]) -> String {
        self.0.decode_without_bom_handling(bytes).0.into_owned()
    }
}

/// Each byte as the character of its number.
pub(crate) fn latin1(bytes: &[u8]) -> String {
    mem::decode_latin1(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(charset: &str) -> Charset {
        Charset::of(&MediaType::parse(&format!("text/plain; charset={charset}")).unwrap())
    }

    #[test]
    fn character_sets_are_known_by_the_names_of_the_web_and_by_pythons_spellings_of_them() {
        for name in ["latin-1", "LATIN1", "iso-8859-1", "ISO_8859_1", "l1", "windows-1252"] {
            assert_eq!(of(name).decode(b"\x80\xe9").as_deref(), Some("€é"), "{name}");
        }
        for name in ["utf-8", "UTF_8", "utf8", "nonsense", ""] {
            assert_eq!(of(name), Charset::UTF_8, "{name}");
        }
        assert_eq!(of("utf-16le").decode(b"h\0i\0").as_deref(), Some("hi"));
        assert_eq!(of("shift_jis").decode(b"\x93\xfa").as_deref(), Some("日"));
    }

    #[test]
    fn bytes_that_do_not_fit_are_refused_or_replaced() {
        assert_eq!(of("utf-8").decode(b"a\xe9"), None);
        assert_eq!(of("utf-8").decode_lossily(b"a\xe9"), "a\u{fffd}");
        assert_eq!(of("utf-8").decode(b"\xef\xbb\xbfa").as_deref(), Some("\u{feff}a"));
    }
}
