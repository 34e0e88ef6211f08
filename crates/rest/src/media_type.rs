//! Media types as REST framework compares them (`rest_framework/utils/mediatypes.py`).

/// A media type or range out of `Accept` or `Content-Type`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MediaType<'a> {
    main: String,
    sub: String,
    parameters: Vec<(String, &'a str)>,
}

impl<'a> MediaType<'a> {
    /// Reads a media type. Any text is one: what fits nothing matches nothing.
    pub fn parse(text: &'a str) -> Self {
        let mut parts = split_parameters(text);
        let full = parts.next().unwrap_or("").trim().to_ascii_lowercase();
        let (main, sub) = full.split_once('/').unwrap_or((&full, ""));
        let parameters = parts
            .filter_map(|part| {
                let (name, value) = part.split_once('=')?;
                Some((name.trim().to_ascii_lowercase(), unquote(value.trim())))
            })
            .collect();
        Self { main: main.to_owned(), sub: sub.to_owned(), parameters }
    }

    /// The value of a parameter.
    pub fn parameter(&self, name: &str) -> Option<&'a str> {
        self.parameters.iter().rev().find(|(known, _)| known == name).map(|(_, value)| *value)
    }

    /// Whether all but the values of parameters is ASCII.
    pub fn has_ascii_names(&self) -> bool {
        self.main.is_ascii() && self.sub.is_ascii() && self.parameters.iter().all(|(name, _)| name.is_ascii())
    }

    /// Whether `known`, a media type without parameters, is one of this range.
    pub fn covers(&self, known: &str) -> bool {
        let (main, sub) = known.split_once('/').unwrap_or((known, ""));
        (self.sub == "*" || self.sub == sub) && (self.main == "*" || self.main == main)
    }

    /// How specific this is: 0 for `*/*`, 1 for `text/*`, 2 for `text/html`, 3 with parameters other than `q`.
    pub fn precedence(&self) -> u8 {
        if self.main == "*" {
            0
        } else if self.sub == "*" {
            1
        } else if self.parameters.iter().all(|(name, _)| name == "q") {
            2
        } else {
            3
        }
    }
}

/// Parts between semicolons that stand outside of quotes.
fn split_parameters(text: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    text.split(move |c| {
        quoted ^= c == '"';
        c == ';' && !quoted
    })
}

fn unquote(value: &str) -> &str {
    value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(value)
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
            assert_eq!(MediaType::parse(range).covers("application/json"), covers, "{range}");
        }
    }

    #[test]
    fn parameters_may_be_quoted() {
        let parsed = MediaType::parse("multipart/form-data; Boundary=\"a;b\"; charset = utf-8");
        assert_eq!(parsed.parameter("boundary"), Some("a;b"));
        assert_eq!(parsed.parameter("charset"), Some("utf-8"));
        assert_eq!(parsed.precedence(), 3);
    }
}
