//! Header lines of parts, and their parameters (Django's `parse_header`).

use std::borrow::Cow;

use encoding_rs::Encoding;
use percent_encoding::percent_decode;

use crate::decoding::Charset;

/// A line: what stands before the first semicolon, in small letters, and parameters.
#[derive(Debug)]
pub(super) struct Header<'a> {
    key: String,
    parameters: Vec<(String, Value<'a>)>,
}

/// The value of a parameter.
#[derive(Debug)]
pub(super) enum Value<'a> {
    /// As it was sent, without its quotes.
    Plain(Cow<'a, [u8]>),
    /// In a character set of its own (`name*=utf-8''…`, RFC 2231).
    Extended { text: String, is_known: bool },
}

impl<'a> Header<'a> {
    /// `None` where a name is not ASCII.
    pub(super) fn parse(line: &'a [u8]) -> Option<Self> {
        let mut parts = split(line).into_iter();
        let key = ascii(parts.next()?)?;
        let mut parameters = Vec::new();
        for part in parts {
            let Some(at) = part.iter().position(|byte| *byte == b'=') else { continue };
            let name = ascii(part[..at].trim_ascii())?;
            let value = part[at + 1..].trim_ascii();
            let parameter = match name.strip_suffix('*') {
                Some(name) if part.split(|byte| *byte == b'\'').count() == 3 => {
                    (name.to_owned(), extended(value)?)
                }
                Some(name) => (name.to_owned(), Value::Plain(unquote(value))),
                None => (name, Value::Plain(unquote(value))),
            };
            parameters.push(parameter);
        }
        Some(Self { key, parameters })
    }

    /// The header's name.
    pub(super) fn name(&self) -> Option<&str> {
        self.key.split_once(':').map(|(name, _)| name)
    }

    /// What stands behind the colon, up to the first semicolon.
    pub(super) fn value(&self) -> &str {
        self.key.split_once(':').map_or("", |(_, value)| value.trim())
    }

    /// The last parameter of this name.
    pub(super) fn parameter(&self, name: &str) -> Option<&Value<'a>> {
        self.parameters.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    pub(super) fn has_unknown_charset(&self) -> bool {
        self.parameters.iter().any(|(_, value)| matches!(value, Value::Extended { is_known: false, .. }))
    }
}

impl Value<'_> {
    pub(super) fn bytes(&self) -> &[u8] {
        match self {
            Self::Plain(bytes) => bytes,
            Self::Extended { text, .. } => text.as_bytes(),
        }
    }

    pub(super) fn text(&self, charset: Charset) -> String {
        match self {
            Self::Plain(bytes) => charset.decode_lossily(bytes),
            Self::Extended { text, .. } => text.clone(),
        }
    }
}

/// Parts between semicolons outside of quotes, trimmed. A quote that is never closed reaches to the end.
fn split(line: &[u8]) -> Vec<&[u8]> {
    let mut parts = Vec::new();
    let (mut from, mut quoted) = (0, false);
    for (at, byte) in line.iter().enumerate() {
        quoted ^= *byte == b'"';
        if *byte == b';' && !quoted {
            parts.push(line[from..at].trim_ascii());
            from = at + 1;
        }
    }
    parts.push(line[from..].trim_ascii());
    parts
}

fn ascii(bytes: &[u8]) -> Option<String> {
    bytes.is_ascii().then(|| String::from_utf8_lossy(bytes).to_ascii_lowercase())
}

fn unquote(value: &[u8]) -> Cow<'_, [u8]> {
    let inner = value.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\""));
    let Some(inner) = inner else { return Cow::Borrowed(value) };
    if !inner.contains(&b'\\') {
        return Cow::Borrowed(inner);
    }
    Cow::Owned(replace(&replace(inner, b"\\\\", b"\\"), b"\\\"", b"\""))
}

/// Python's `bytes.replace`.
fn replace(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut replaced = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(at) = memchr::memmem::find(rest, from) {
        replaced.extend_from_slice(&rest[..at]);
        replaced.extend_from_slice(to);
        rest = &rest[at + from.len()..];
    }
    replaced.extend_from_slice(rest);
    replaced
}

/// `charset'language'escaped`; `None` where it does not have these three parts.
fn extended<'a>(value: &[u8]) -> Option<Value<'a>> {
    let text = std::str::from_utf8(value).ok()?;
    let mut parts = text.split('\'');
    let (label, escaped) = (parts.next()?, parts.nth(1)?);
    let bytes = percent_decode(escaped.as_bytes()).collect::<Vec<_>>();
    let encoding = Encoding::for_label(label.as_bytes());
    let text = match encoding {
        Some(encoding) => encoding.decode_without_bom_handling(&bytes).0.into_owned(),
        None => String::new(),
    };
    // Where nothing is escaped, Python does not look at the character set.
    let plain = !escaped.contains('%');
    Some(Value::Extended {
        text: if plain { escaped.to_owned() } else { text },
        is_known: plain || encoding.is_some(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameter(line: &str, name: &str) -> Option<String> {
        Some(Header::parse(line.as_bytes())?.parameter(name)?.text(Charset::UTF_8))
    }

    #[test]
    fn parameters_are_read_as_django_reads_them() {
        let line = "content-disposition: form-data; NAME=\"a;b\"; filename=\"c:\\\\d \\\"e\\\"\";; x";
        assert_eq!(Header::parse(line.as_bytes()).unwrap().name(), Some("content-disposition"));
        assert_eq!(parameter(line, "name").as_deref(), Some("a;b"));
        assert_eq!(parameter(line, "filename").as_deref(), Some("c:\\d \"e\""));
        assert_eq!(parameter(line, "x"), None);
        for (line, name) in [
            ("a; name=b; name=c", "c"),
            ("a; name = b ", "b"),
            ("a; name=\"b", "\"b"),
            ("a; name=b; name*=utf-8'en'%C3%A9", "é"),
            ("a; name*=x''b", "b"),
            ("a; name*=b", "b"),
            ("a;name=", ""),
        ] {
            assert_eq!(parameter(line, "name").as_deref(), Some(name), "{line}");
        }
    }

    #[test]
    fn what_is_in_no_known_character_set_is_told() {
        assert!(Header::parse(b"a; name*=x''%41").unwrap().has_unknown_charset());
        assert!(Header::parse("a; é=b".as_bytes()).is_none());
    }
}
