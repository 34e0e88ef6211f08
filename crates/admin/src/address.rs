//! Escapes values of query parameters.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Characters that need no escape in the value of a query (RFC 3986, sections 2.3 and 3.4).
const UNESCAPED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

#[must_use]
pub fn query_value(text: &str) -> String {
    utf8_percent_encode(text, UNESCAPED).to_string()
}
