//! URLs of other pages.

use actix_web::HttpRequest;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::failure::Failure;
use crate::links::{Links, TrustedProxies};
use crate::query::Query;

/// The URL of a list, of which those of its pages are made.
#[derive(Debug)]
pub struct ListAddress<'r> {
    links: Links,
    path: &'r str,
    query: &'r str,
}

impl<'r> ListAddress<'r> {
    /// The absolute URL of the list that is requested.
    ///
    /// # Errors
    /// 400 where the host is invalid.
    pub fn of(request: &'r HttpRequest, proxies: &TrustedProxies) -> Result<Self, Failure> {
        let links = Links::of(request, proxies)?;
        Ok(Self { links, path: request.uri().path(), query: request.query_string() })
    }

    /// The URL with some values of its query replaced, or removed where they are `None` (DRF's
    /// `replace_query_param`: sorted by name, the values of one name in their order).
    pub(super) fn with(&self, values: &[(&str, Option<String>)]) -> String {
        let mut pairs: Vec<(String, String)> = Query::parse_strictly(self.query)
            .into_pairs()
            .into_iter()
            .filter(|(name, _)| values.iter().all(|(replaced, _)| name != replaced))
            .collect();
        for (name, value) in values {
            pairs.extend(value.clone().map(|value| ((*name).to_owned(), value)));
        }
        pairs.sort_by(|(one, _), (other, _)| one.cmp(other));
        let query: Vec<String> =
            pairs.iter().map(|(name, value)| format!("{}={}", quote(name), quote(value))).collect();
        let mark = if query.is_empty() { "" } else { "?" };
        self.links.absolute(&format!("{}{mark}{}", self.path, query.join("&")))
    }
}

/// The characters that Python's `quote_plus` does not escape, beside letters and digits.
const QUOTED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'_').remove(b'.').remove(b'-').remove(b'~').remove(b' ');

/// Python's `quote_plus`.
pub(crate) fn quote(text: &str) -> String {
    utf8_percent_encode(text, QUOTED).to_string().replace(' ', "+")
}
