//! Query strings and form bodies, as Django's `QueryDict` reads them.

use std::borrow::Cow;

use percent_encoding::percent_decode;

use crate::decoding::Charset;

/// Names and values in their order; of several with one name the last counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query(Vec<(String, String)>);

impl Query {
    /// Reads a query string in UTF-8.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        Self::decode(text.as_bytes(), Charset::UTF_8)
    }

    /// Reads a query string or a form body. Pairs stand between `&` or `;` (Django 2.1's `limited_parse_qsl`); a name
    /// without `=` has an empty value.
    pub(crate) fn decode(bytes: &[u8], charset: Charset) -> Self {
        let decode = |part: &[u8]| {
            let spaced: Cow<'_, [u8]> = if part.contains(&b'+') {
                part.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect::<Vec<u8>>().into()
            } else {
                part.into()
            };
            let plain: Cow<'_, [u8]> = percent_decode(&spaced).into();
            charset.decode_lossily(&plain)
        };
        let pairs =
            bytes.split(|byte| matches!(byte, b'&' | b';')).filter(|pair| !pair.is_empty()).map(|pair| {
                let at = pair.iter().position(|byte| *byte == b'=');
                let (name, value) = at.map_or((pair, &b""[..]), |at| (&pair[..at], &pair[at + 1..]));
                (decode(name), decode(value))
            });
        Self(pairs.collect())
    }

    /// The value of a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The first value of a name, where it is given several times.
    #[must_use]
    pub fn first(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// All pairs in their order.
    #[must_use]
    pub fn into_pairs(self) -> Vec<(String, String)> {
        self.0
    }
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
}
