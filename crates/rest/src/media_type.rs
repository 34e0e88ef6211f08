//! Media types as DRF compares them (`rest_framework/utils/mediatypes.py`).

use crate::parsed_header::ParsedHeader;

/// A media type or range out of `Accept` or `Content-Type`. One that fits nothing matches nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MediaType<'a>(ParsedHeader<'a>);

impl<'a> MediaType<'a> {
    /// `None` where more than the values of parameters is not ASCII.
    pub fn parse(text: &'a str) -> Option<Self> {
        ParsedHeader::parse(text.as_bytes()).map(Self)
    }

    /// The value of a parameter.
    pub fn parameter(&self, name: &str) -> Option<&[u8]> {
        self.0.parameter(name)
    }

    fn parts(&self) -> (&str, &str) {
        self.0.value.split_once('/').unwrap_or((&self.0.value, ""))
    }

    /// Whether `known`, a media type without parameters, is one of this range.
    pub fn covers(&self, known: &str) -> bool {
        let (main, sub) = self.parts();
        let (known_main, known_sub) = known.split_once('/').unwrap_or((known, ""));
        (sub == "*" || sub == known_sub) && (main == "*" || main == known_main)
    }

    /// How specific this is: 0 for `*/*`, 1 for `text/*`, 2 for `text/html`, 3 with parameters other than `q`.
    pub fn precedence(&self) -> u8 {
        match self.parts() {
            ("*", _) => 0,
            (_, "*") => 1,
            _ if self.0.parameter_names().all(|name| name == "q") => 2,
            _ => 3,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_cover_what_they_name() {
        for (range, covers) in [
            ("*/*", true),
            ("application/*", true),
            ("Application/JSON; indent=4", true),
            ("*", false),
            ("", false),
            ("garbage", false),
            ("text/*", false),
            ("*/json", true),
        ] {
            assert_eq!(MediaType::parse(range).unwrap().covers("application/json"), covers, "{range}");
        }
    }

    #[test]
    fn a_range_with_parameters_is_more_specific_than_one_without() {
        for (range, precedence) in [
            ("*/*; indent=4", 0),
            ("text/*; indent=4", 1),
            ("text/html; q=0.5", 2),
            ("text/html; q=0.5; level=1", 3),
        ] {
            assert_eq!(MediaType::parse(range).unwrap().precedence(), precedence, "{range}");
        }
    }
}
