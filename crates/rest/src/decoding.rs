//! The character set of a body.

use encoding_rs::{Encoding, UTF_8, mem};

use crate::media_type::MediaType;

/// A body's character set: the one that its media type names where that is known, else UTF-8.
///
/// Names are the web's (WHATWG), but for two that Python's clients send and that mean something else there: on the web
/// both are windows-1252.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Charset {
    /// Each byte is the character of its number.
    Latin1,
    /// Bytes below 128 alone.
    Ascii,
    /// Any other.
    Web(&'static Encoding),
}

impl Charset {
    /// UTF-8.
    pub const UTF_8: Self = Self::Web(UTF_8);

    /// The character set that a media type names.
    pub fn of(media_type: &MediaType<'_>) -> Self {
        let Some(label) = media_type.parameter("charset") else { return Self::UTF_8 };
        let plain: String = label.chars().filter(char::is_ascii_alphanumeric).collect();
        match plain.to_ascii_lowercase().as_str() {
            "latin1" | "latin" | "l1" | "iso88591" | "88591" | "cp819" | "8859" => Self::Latin1,
            "ascii" | "usascii" | "646" => Self::Ascii,
            _ => Self::Web(Encoding::for_label(label.as_bytes()).unwrap_or(UTF_8)),
        }
    }

    /// The text, or `None` where a byte does not fit.
    pub fn decode(self, bytes: &[u8]) -> Option<String> {
        match self {
            Self::Latin1 => Some(latin1(bytes)),
            Self::Ascii => bytes.is_ascii().then(|| latin1(bytes)),
            Self::Web(encoding) => encoding
                .decode_without_bom_handling_and_without_replacement(bytes)
                .map(std::borrow::Cow::into_owned),
        }
    }

    /// The text, with U+FFFD for what does not fit.
    pub fn decode_lossily(self, bytes: &[u8]) -> String {
        match self {
            Self::Latin1 => latin1(bytes),
            Self::Ascii => bytes
                .iter()
                .map(|byte| if byte.is_ascii() { char::from(*byte) } else { char::REPLACEMENT_CHARACTER })
                .collect(),
            Self::Web(encoding) => encoding.decode_without_bom_handling(bytes).0.into_owned(),
        }
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
        Charset::of(&MediaType::parse(&format!("text/plain; charset={charset}")))
    }

    #[test]
    fn latin_1_and_ascii_are_what_python_takes_them_for() {
        for name in ["latin-1", "LATIN1", "iso-8859-1", "ISO_8859_1", "l1"] {
            assert_eq!(of(name).decode(b"\x80\xe9").as_deref(), Some("\u{80}é"), "{name}");
        }
        assert_eq!(of("ascii").decode(b"a\xe9"), None);
        assert_eq!(of("us-ascii").decode_lossily(b"a\xe9"), "a\u{fffd}");
        assert_eq!(of("windows-1252").decode(b"\x80").as_deref(), Some("€"));
        assert_eq!(of("nonsense").decode("é".as_bytes()).as_deref(), Some("é"));
    }
}
