//! Query strings and form bodies, as Django's `QueryDict` reads them.

use std::borrow::Cow;

use actix_web::HttpRequest;
use percent_encoding::percent_decode_str;

use crate::decoding::{Charset, latin1};
use crate::failure::Failure;

/// The maximum number of fields of a query or a form (Django's `DATA_UPLOAD_MAX_NUMBER_FIELDS`).
pub(crate) const MAX_FIELDS: usize = 1000;

/// Names and values in their order; of several with the same name the last counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query(Vec<(String, String)>);

impl Query {
    /// # Errors
    /// 400 where it has more than 1000 pairs.
    pub fn of(request: &HttpRequest) -> Result<Self, Failure> {
        let text = request.query_string();
        if Self::has_too_many(text.as_bytes()) {
            return Err(Failure::Parse(format!("The query has more than {MAX_FIELDS} fields.")));
        }
        Ok(Self::parse(text))
    }

    /// Parses a query string in UTF-8, with `&` and `;` between pairs (Django 2.1's `limited_parse_qsl`). A name without
    /// `=` has an empty value.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        Self::split(text, &['&', ';'], Charset::UTF_8)
    }

    /// Parses a query string with `&` alone between pairs, as Python's `parse_qs` does.
    pub(crate) fn parse_strictly(text: &str) -> Self {
        Self::split(text, &['&'], Charset::UTF_8)
    }

    /// Parses a form body: text in its character set, or else in latin-1 (Django's `QueryDict`), with escaped bytes in that
    /// character set.
    pub(crate) fn decode(bytes: &[u8], charset: Charset) -> Self {
        let text = charset.decode(bytes).unwrap_or_else(|| latin1(bytes));
        Self::split(&text, &['&', ';'], charset)
    }

    fn split(text: &str, separators: &[char], charset: Charset) -> Self {
        let pairs = text.split(separators).filter(|pair| !pair.is_empty()).map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (unquote(name, charset), unquote(value, charset))
        });
        Self(pairs.collect())
    }

    /// Whether a query string or a form has too many pairs. They are counted before any is decoded, to refuse it cheaply.
    pub(crate) fn has_too_many(text: &[u8]) -> bool {
        text.iter().filter(|byte| matches!(byte, b'&' | b';')).count() >= MAX_FIELDS
    }

    /// The last value of a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// All values of a name, in their order.
    pub fn all<'q>(&'q self, name: &str) -> impl Iterator<Item = &'q str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The first value of a name.
    #[must_use]
    pub fn first(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    #[must_use]
    pub fn into_pairs(self) -> Vec<(String, String)> {
        self.0
    }
}

/// Python's `unquote_plus`: each run of ASCII is unescaped by itself, and other characters are kept.
fn unquote(text: &str, charset: Charset) -> String {
    let spaced = text.replace('+', " ");
    if !spaced.contains('%') {
        return spaced;
    }
    let mut plain = String::with_capacity(spaced.len());
    let mut rest = spaced.as_str();
    while !rest.is_empty() {
        let ascii = rest.find(|c: char| !c.is_ascii()).unwrap_or(rest.len());
        let (run, after) = rest.split_at(ascii);
        let bytes: Cow<'_, [u8]> = percent_decode_str(run).into();
        plain.push_str(&charset.decode_lossily(&bytes));
        let other = after.find(|c: char| c.is_ascii()).unwrap_or(after.len());
        let (kept, next) = after.split_at(other);
        plain.push_str(kept);
        rest = next;
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_several_values_counts() {
        let query = Query::parse("limit=2&offset=1;limit=%33&a&b=+%C3%A9%ff");
        assert_eq!(query.get("limit"), Some("3"));
        assert_eq!(query.get("a"), Some(""));
        assert_eq!(query.get("b"), Some(" é\u{fffd}"));
        assert_eq!(query.get("c"), None);
    }

    #[test]
    fn a_form_that_is_not_in_its_character_set_is_latin_1() {
        let form = Query::decode(b"a=\xff&b=%C3%A9&c=\xc3%A9", Charset::UTF_8);
        assert_eq!(form.get("a"), Some("ÿ"));
        assert_eq!(form.get("b"), Some("é"));
        assert_eq!(form.get("c"), Some("Ã\u{fffd}"));
    }

    #[test]
    fn a_query_of_more_than_1000_pairs_is_refused() {
        let of = |pairs: usize| {
            let target = format!("/?{}", vec!["a=1"; pairs].join("&"));
            Query::of(&actix_web::test::TestRequest::get().uri(&target).to_http_request())
        };
        assert!(of(1000).is_ok_and(|query| query.get("a") == Some("1")));
        assert!(matches!(of(1001), Err(Failure::Parse(_))));
    }

    #[test]
    fn cursors_are_split_at_ampersands_alone() {
        assert_eq!(Query::parse_strictly("a=1;b=2&c=3").get("a"), Some("1;b=2"));
    }
}
