//! Addresses with queries.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What needs no escape in the value of a query (RFC 3986, sections 2.3 and 3.4).
const PRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// A text as the value of a query's parameter.
#[must_use]
pub fn query_value(text: &str) -> String {
    utf8_percent_encode(text, PRESERVED).to_string()
}
