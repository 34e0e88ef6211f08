//! Differences that need no report: each rule stands for a line of docs/differences.md, or of `not_yet.rs`.

use crate::answer::Recorded;
use crate::case::{Body, Request};

/// A request to which the two answered otherwise.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen<'a> {
    pub(crate) request: &'a Request,
    pub(crate) theirs: &'a Recorded,
    pub(crate) ours: &'a Recorded,
}

#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) reason: &'static str,
    applies: fn(&Seen<'_>) -> bool,
}

impl Seen<'_> {
    fn header(&self, name: &str) -> impl Iterator<Item = &str> {
        let lines = self.request.headers.iter();
        lines.filter(move |(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    fn content_type_has(&self, text: &str) -> bool {
        self.header("Content-Type").any(|value| value.to_ascii_lowercase().contains(text))
    }

    fn body(&self) -> String {
        match &self.request.body {
            Body::None => String::new(),
            Body::Text(text) => text.clone(),
            Body::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        }
    }

    fn query(&self) -> &str {
        self.request.path.split_once('?').map_or("", |(_, query)| query)
    }
}

pub(crate) const RULES: &[Rule] = &[
    Rule {
        reason: "targets that are no URLs are 400 without a body",
        applies: |seen| {
            seen.ours.status == 400
                && seen.ours.body.is_empty()
                && seen.request.path.contains(|it: char| {
                    !it.is_ascii() || "<>\"\\^`{|}".contains(it) || it.is_ascii_control() || it == ' '
                })
        },
    },
    Rule {
        reason: "slashes at the beginning are not taken together",
        applies: |seen| seen.request.path.starts_with("//"),
    },
    Rule {
        reason: "an encoded slash is none",
        applies: |seen| seen.request.path.to_ascii_lowercase().contains("%2f") && seen.ours.status == 404,
    },
    Rule {
        reason: "sessions are not there yet",
        applies: |seen| seen.request.path.contains("/api-auth/") || seen.request.path.contains("/admin/"),
    },
    Rule {
        reason: "tokens in a cookie are not read yet",
        applies: |seen| seen.header("Cookie").any(|value| value.contains("JWT=")),
    },
    Rule {
        reason: "sessions are not there yet: the cookie of an unknown one is to be emptied",
        applies: |seen| seen.header("Cookie").any(|value| value.contains("sessionid=")),
    },
    Rule {
        reason: "a multipart body must be whole",
        applies: |seen| {
            seen.content_type_has("multipart/form-data")
                && seen.ours.body.contains("Multipart form parse error")
        },
    },
    Rule { reason: "character sets go by the web's names", applies: |seen| seen.content_type_has("charset") },
];

/// The rule that knows this difference.
pub(crate) fn rule(seen: &Seen<'_>) -> Option<&'static Rule> {
    RULES.iter().find(|rule| (rule.applies)(seen))
}
