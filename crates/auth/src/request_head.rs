//! The part of a request that authentication needs.

use std::borrow::Cow;
use std::fmt;
use std::net::IpAddr;

use crate::sessions::{FrameworkSession, SessionKey};

/// Looks up headers. It is implemented for each framework's own type, so that nothing is copied and no framework
/// appears in the API.
pub trait Headers: Sync {
    /// The value of the header `name` (in lower case). The values of a repeated header are joined with commas (RFC
    /// 9110, section 5.3), those of `cookie` with `; `: over HTTP/2 and HTTP/3, browsers send each cookie in a header
    /// of its own (RFC 9113, section 8.2.3).
    fn value(&self, name: &str) -> Option<Cow<'_, [u8]>>;
}

/// The values of the header `name`, joined.
pub(crate) fn joined<'h>(name: &str, mut values: impl Iterator<Item = &'h [u8]>) -> Option<Cow<'h, [u8]>> {
    let first = values.next()?;
    let Some(second) = values.next() else { return Some(Cow::Borrowed(first)) };
    let separator: &[u8] = if name == "cookie" { b"; " } else { b"," };
    let mut joined = first.to_vec();
    for value in std::iter::once(second).chain(values) {
        joined.extend_from_slice(separator);
        joined.extend_from_slice(value);
    }
    Some(Cow::Owned(joined))
}

impl<H: Headers + ?Sized> Headers for &H {
    fn value(&self, name: &str) -> Option<Cow<'_, [u8]>> {
        (**self).value(name)
    }
}

/// Headers as pairs of a name (in lower case) and a value.
impl Headers for [(&str, &str)] {
    fn value(&self, name: &str) -> Option<Cow<'_, [u8]>> {
        joined(name, self.iter().filter(|(known, _)| *known == name).map(|(_, value)| value.as_bytes()))
    }
}

impl<const N: usize> Headers for [(&str, &str); N] {
    fn value(&self, name: &str) -> Option<Cow<'_, [u8]>> {
        self.as_slice().value(name)
    }
}

/// Method, path, headers and client of a request.
#[derive(Clone, Copy)]
pub struct RequestHead<'r> {
    method: &'r str,
    path: &'r str,
    headers: &'r dyn Headers,
    session: Option<&'r SessionKey>,
    framework_session: Option<&'r dyn FrameworkSession>,
    client: Option<IpAddr>,
}

impl<'r> RequestHead<'r> {
    /// The head of a request. Nothing is copied.
    #[must_use]
    pub const fn new(method: &'r str, path: &'r str, headers: &'r dyn Headers) -> Self {
        Self { method, path, headers, session: None, framework_session: None, client: None }
    }

    /// With the session of the framework. The adapters set it.
    #[must_use]
    pub const fn with_framework_session(mut self, session: Option<&'r dyn FrameworkSession>) -> Self {
        self.framework_session = session;
        self
    }

    /// The session of the framework.
    #[must_use]
    pub const fn framework_session(&self) -> Option<&'r dyn FrameworkSession> {
        self.framework_session
    }

    /// With the key of a session of this crate that a layer of the service has found in the request.
    #[must_use]
    pub const fn with_session(mut self, key: Option<&'r SessionKey>) -> Self {
        self.session = key;
        self
    }

    /// The key of a session of this crate that a layer of the service has found.
    #[must_use]
    pub const fn session(&self) -> Option<&'r SessionKey> {
        self.session
    }

    /// With the client's address.
    #[must_use]
    pub const fn from_client(self, client: Option<IpAddr>) -> Self {
        Self { client, ..self }
    }

    /// The client's address, if the service has set it: that of the connection, or the one that a trusted proxy
    /// names.
    #[must_use]
    pub const fn client(&self) -> Option<IpAddr> {
        self.client
    }

    /// The same request with another method.
    #[must_use]
    pub(crate) const fn with_method(self, method: &'r str) -> Self {
        Self { method, ..self }
    }

    /// The method, as sent (`GET`).
    #[must_use]
    pub const fn method(&self) -> &'r str {
        self.method
    }

    /// The path, without the query.
    #[must_use]
    pub const fn path(&self) -> &'r str {
        self.path
    }

    /// The value of the header `name` (in lower case).
    #[must_use]
    pub fn header(&self, name: &str) -> Option<Cow<'r, [u8]>> {
        self.headers.value(name)
    }

    /// The value of a cookie, as Django's `parse_cookie` reads it: the last of two with the same name counts, and a
    /// quoted value is unquoted.
    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<String> {
        let header = self.header("cookie")?;
        let text = String::from_utf8_lossy(&header);
        let value = text.split(';').rev().find_map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or(("", pair));
            (key.trim() == name).then(|| value.trim())
        })?;
        Some(unquote(value))
    }
}

/// Python's `http.cookies._unquote` without its octal escapes: `"a\"b"` is `a"b`.
fn unquote(value: &str) -> String {
    let Some(inner) = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else {
        return value.to_owned();
    };
    let mut plain = String::with_capacity(inner.len());
    let mut characters = inner.chars();
    while let Some(character) = characters.next() {
        let escaped = if character == '\\' { characters.next() } else { None };
        plain.push(escaped.unwrap_or(character));
    }
    plain
}

impl fmt::Debug for RequestHead<'_> {
    /// Headers can contain credentials, so they are not shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestHead")
            .field("method", &self.method)
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_two_cookies_with_one_name_counts() {
        let headers = [("cookie", "a=1; b = \"2\" ;a=3;c;d=\"x\\\"\"")];
        let head = RequestHead::new("GET", "/", &headers);
        assert_eq!(head.cookie("a").as_deref(), Some("3"));
        assert_eq!(head.cookie("b").as_deref(), Some("2"));
        assert_eq!(head.cookie("c"), None);
        assert_eq!(head.cookie("d").as_deref(), Some("x\""));
        assert_eq!(unquote(r#""\9\""#), "9\\");
    }

    #[test]
    fn a_header_sent_twice_is_joined_by_a_comma() {
        let headers = [("authorization", "JWT a"), ("authorization", "JWT b")];
        let head = RequestHead::new("GET", "/", &headers);
        assert_eq!(head.header("authorization").as_deref(), Some(&b"JWT a,JWT b"[..]));
    }

    #[test]
    fn cookies_in_headers_of_their_own_are_all_read() {
        let headers = [("cookie", "a=1"), ("cookie", "b=2"), ("cookie", "c=3; a=4")];
        let head = RequestHead::new("GET", "/", &headers);
        assert_eq!(head.header("cookie").as_deref(), Some(&b"a=1; b=2; c=3; a=4"[..]));
        assert_eq!(head.cookie("a").as_deref(), Some("4"));
        assert_eq!(head.cookie("b").as_deref(), Some("2"));
    }

    #[test]
    fn debug_shows_no_header() {
        let headers = [("authorization", "JWT secret")];
        assert!(!format!("{:?}", RequestHead::new("GET", "/", &headers)).contains("secret"));
    }
}
