//! A header's value with its parameters: `form-data; name="title"` (Django's `parse_header`).

use std::borrow::Cow;

/// A header line, or the value of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ParsedHeader<'a> {
    /// Everything before the first semicolon, in lower case.
    pub value: String,
    parameters: Vec<(String, Cow<'a, [u8]>)>,
}

impl<'a> ParsedHeader<'a> {
    /// `None` where the value or a parameter's name is not ASCII. Names after RFC 2231 (`filename*=utf-8''…`) count as those
    /// without the asterisk, and their values are not decoded.
    pub fn parse(line: &'a [u8]) -> Option<Self> {
        let mut quoted = false;
        let mut parts = line.split(|byte| {
            quoted ^= *byte == b'"';
            *byte == b';' && !quoted
        });
        let value = ascii(parts.next().unwrap_or_default())?;
        let mut parameters = Vec::new();
        for part in parts {
            let Some(at) = part.iter().position(|byte| *byte == b'=') else { continue };
            let name = ascii(&part[..at])?;
            let name = name.strip_suffix('*').map_or_else(|| name.clone(), str::to_owned);
            parameters.push((name, unquote(part[at + 1..].trim_ascii())));
        }
        Some(Self { value, parameters })
    }

    /// The last parameter of this name.
    pub fn parameter(&self, name: &str) -> Option<&[u8]> {
        self.parameters.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.as_ref())
    }

    pub fn parameter_names(&self) -> impl Iterator<Item = &str> {
        self.parameters.iter().map(|(name, _)| name.as_str())
    }
}

fn ascii(bytes: &[u8]) -> Option<String> {
    bytes.is_ascii().then(|| String::from_utf8_lossy(bytes.trim_ascii()).to_ascii_lowercase())
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

#[cfg(test)]
mod tests {
    use super::*;

    fn parameter(line: &str, name: &str) -> Option<String> {
        let parsed = ParsedHeader::parse(line.as_bytes())?;
        parsed.parameter(name).map(|value| String::from_utf8_lossy(value).into_owned())
    }

    #[test]
    fn parameters_are_read_as_django_reads_them() {
        let line = "form-data; NAME=\"a;b\"; filename=\"c:\\\\d \\\"e\\\"\";; x";
        assert_eq!(ParsedHeader::parse(line.as_bytes()).unwrap().value, "form-data");
        assert_eq!(parameter(line, "name").as_deref(), Some("a;b"));
        assert_eq!(parameter(line, "filename").as_deref(), Some("c:\\d \"e\""));
        assert_eq!(parameter(line, "x"), None);
        for (line, name) in [
            ("a; name=b; name=c", "c"),
            ("a; name = b ", "b"),
            ("a; name=\"b", "\"b"),
            ("a; name*=b", "b"),
            ("a; name*=utf-8''%41", "utf-8''%41"),
            ("a;name=", ""),
        ] {
            assert_eq!(parameter(line, "name").as_deref(), Some(name), "{line}");
        }
        assert_eq!(ParsedHeader::parse("a; é=b".as_bytes()), None);
    }
}
