//! The character set of a body.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, mem};

use crate::media_type::MediaType;

/// A body's character set: the one that its media type names where that is known, else UTF-8.
///
/// Names are the web's (WHATWG), but for those that mean something else to Python, and that its clients send.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Charset {
    /// Each byte is the character of its number.
    Latin1,
    /// Bytes below 128 alone.
    Ascii,
    /// UTF-8, perhaps behind a byte order mark.
    Utf8Signed,
    /// UTF-16 behind a byte order mark.
    Utf16,
    /// UTF-32: behind a byte order mark, or in this order.
    Utf32(Option<Order>),
    /// Any other.
    Web(&'static Encoding),
}

/// Which byte comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    Little,
    Big,
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
            // Of the last four no more is read than what they have in common with it.
            "ascii" | "usascii" | "646" | "utf7" | "u7" | "idna" | "hex" => Self::Ascii,
            "utf8sig" => Self::Utf8Signed,
            "utf16" | "u16" => Self::Utf16,
            "utf32" | "u32" => Self::Utf32(None),
            "utf32le" => Self::Utf32(Some(Order::Little)),
            "utf32be" => Self::Utf32(Some(Order::Big)),
            _ => {
                let known = Encoding::for_label(label.as_bytes());
                // Python takes one for the other.
                let known = known.or_else(|| Encoding::for_label(label.replace('_', "-").as_bytes()));
                Self::Web(known.unwrap_or(UTF_8))
            }
        }
    }

    /// The text of a body, or `None` where a byte does not fit, or a byte order mark is missing.
    pub fn decode(self, bytes: &[u8]) -> Option<String> {
        match self {
            Self::Latin1 => Some(latin1(bytes)),
            Self::Ascii => bytes.is_ascii().then(|| latin1(bytes)),
            Self::Utf8Signed => strictly(UTF_8, bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)),
            Self::Utf16 => {
                let (order, rest) = utf16_order(bytes);
                strictly(order?, rest)
            }
            Self::Utf32(order) => {
                let (marked, rest) = if order.is_some() { (order, bytes) } else { utf32_order(bytes) };
                utf32(marked?, rest).collect()
            }
            Self::Web(encoding) => strictly(encoding, bytes),
        }
    }

    /// The same of a form, which needs no byte order mark: Python then takes the machine's own order, the little one.
    pub fn decode_form(self, bytes: &[u8]) -> Option<String> {
        match self {
            Self::Utf16 if utf16_order(bytes).0.is_none() => strictly(UTF_16LE, bytes),
            Self::Utf32(None) if utf32_order(bytes).0.is_none() => utf32(Order::Little, bytes).collect(),
            other => other.decode(bytes),
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
            Self::Utf8Signed => {
                let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
                UTF_8.decode_without_bom_handling(bytes).0.into_owned()
            }
            Self::Utf16 => {
                let (order, rest) = utf16_order(bytes);
                order.unwrap_or(UTF_16LE).decode_without_bom_handling(rest).0.into_owned()
            }
            Self::Utf32(order) => {
                let (marked, rest) = if order.is_some() { (order, bytes) } else { utf32_order(bytes) };
                let characters = utf32(marked.unwrap_or(Order::Little), rest);
                characters.map(|it| it.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
            }
            Self::Web(encoding) => encoding.decode_without_bom_handling(bytes).0.into_owned(),
        }
    }
}

fn strictly(encoding: &'static Encoding, bytes: &[u8]) -> Option<String> {
    encoding.decode_without_bom_handling_and_without_replacement(bytes).map(std::borrow::Cow::into_owned)
}

/// The order that a byte order mark tells, and what follows it.
fn utf16_order(bytes: &[u8]) -> (Option<&'static Encoding>, &[u8]) {
    match bytes {
        [0xff, 0xfe, rest @ ..] => (Some(UTF_16LE), rest),
        [0xfe, 0xff, rest @ ..] => (Some(UTF_16BE), rest),
        _ => (None, bytes),
    }
}

/// The same for UTF-32.
fn utf32_order(bytes: &[u8]) -> (Option<Order>, &[u8]) {
    match bytes {
        [0xff, 0xfe, 0, 0, rest @ ..] => (Some(Order::Little), rest),
        [0, 0, 0xfe, 0xff, rest @ ..] => (Some(Order::Big), rest),
        _ => (None, bytes),
    }
}

/// `None` for what is no character.
fn utf32(order: Order, bytes: &[u8]) -> impl Iterator<Item = Option<char>> {
    bytes.chunks(4).map(move |chunk| {
        let four: [u8; 4] = chunk.try_into().ok()?;
        let number = if order == Order::Little { u32::from_le_bytes(four) } else { u32::from_be_bytes(four) };
        char::from_u32(number)
    })
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

    #[test]
    fn byte_order_marks_are_read_and_needed_in_bodies_but_not_in_forms() {
        for (name, marked, plain) in [
            ("utf-16", &b"\xff\xfeh\0i\0"[..], &b"h\0i\0"[..]),
            ("UTF_16", b"\xfe\xff\0h\0i", b"h\0i\0"),
            ("utf-32", b"\xff\xfe\0\0h\0\0\0i\0\0\0", b"h\0\0\0i\0\0\0"),
            ("u32", b"\0\0\xfe\xff\0\0\0h\0\0\0i", b"h\0\0\0i\0\0\0"),
        ] {
            let charset = of(name);
            assert_eq!(charset.decode(marked).as_deref(), Some("hi"), "{name}");
            assert_eq!(charset.decode(plain), None, "{name}");
            assert_eq!(charset.decode_form(plain).as_deref(), Some("hi"), "{name}");
            assert_eq!(charset.decode_lossily(plain), "hi", "{name}");
        }
        for marked in [&b"\xef\xbb\xbfhi"[..], b"hi"] {
            assert_eq!(of("utf-8-sig").decode(marked).as_deref(), Some("hi"));
        }
        assert_eq!(of("utf-32be").decode(b"\0\0\0h\0\0\0i").as_deref(), Some("hi"));
        assert_eq!(of("utf-32le").decode(b"h\0\0\0i"), None);
        assert_eq!(of("utf-7").decode(b"a\xe9"), None);
        assert_eq!(of("windows_1252").decode(b"\x80").as_deref(), Some("\u{20ac}"));
    }
}
