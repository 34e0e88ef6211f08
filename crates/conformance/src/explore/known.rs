//! Differences that need no report: each rule stands for a line of docs/differences.md, as `differences.rs` says. A rule is
//! as narrow as it can be: what it passes over, nobody sees.

use std::collections::BTreeMap;

use presspass_test_support::Engine;

use super::odd_tokens::is_odd;
use crate::answer::Recorded;
use crate::case::{Body, Forgery, Request};

/// A request to which the two answered otherwise.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen<'a> {
    pub(crate) settings: &'a BTreeMap<String, String>,
    pub(crate) engine: Engine,
    pub(crate) request: &'a Request,
    /// The last token that was forged before it.
    pub(crate) forged: Option<&'a Forgery>,
    pub(crate) theirs: &'a Recorded,
    pub(crate) ours: &'a Recorded,
}

#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) reason: &'static str,
    applies: fn(&Seen<'_>) -> bool,
}

impl Seen<'_> {
    pub(super) fn header(&self, name: &str) -> impl Iterator<Item = &str> {
        let lines = self.request.headers.iter();
        lines.filter(move |(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    fn content_type(&self) -> String {
        self.header("Content-Type").last().unwrap_or_default().to_ascii_lowercase()
    }

    pub(super) fn body(&self) -> String {
        match &self.request.body {
            Body::None => String::new(),
            Body::Text(text) => text.clone(),
            Body::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        }
    }

    fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        let query = self.request.path.split_once('?').map_or("", |(_, query)| query);
        query.split(['&', ';']).map(|pair| pair.split_once('=').unwrap_or((pair, "")))
    }

    fn statuses(&self) -> (u16, u16) {
        (self.theirs.status, self.ours.status)
    }
}

const RULES: &[Rule] = &[
    Rule { reason: "the admin has pages of its own", applies: |seen| seen.request.path.contains("/admin/") },
    Rule {
        reason: "a logout is a POST",
        applies: |seen| {
            seen.request.path.contains("/api-auth/logout/")
                && !seen.request.method.eq_ignore_ascii_case("POST")
                && matches!(seen.ours.status, 405 | 200)
        },
    },
    Rule {
        reason: "a token in a cookie changes nothing without the CSRF token",
        applies: |seen| {
            seen.settings.contains_key("JWT_AUTH_COOKIE")
                && seen.ours.status == 403
                && String::from_utf8_lossy(seen.ours.body.as_bytes()).contains("CSRF Failed")
        },
    },
    Rule {
        reason: "any well-formed Host is taken, and another is 400 in JSON or without a body",
        applies: |seen| {
            let refused = seen.theirs.status == 400 && seen.theirs.content_type().contains("html");
            refused
                && seen.header("Host").next().is_some()
                && matches!(seen.ours.status, 200..=204 | 400..=405)
        },
    },
    Rule {
        reason: "targets that are no URLs are 400 without a body",
        applies: |seen| {
            let odd = |it: char| !it.is_ascii_graphic() || "<>\"\\^`{|}".contains(it);
            seen.ours.status == 400 && seen.ours.body.is_empty() && seen.request.path.contains(odd)
        },
    },
    Rule {
        reason: "slashes at the beginning of a path are not taken together",
        applies: |seen| seen.request.path.starts_with("//"),
    },
    Rule {
        reason: "an encoded slash is none",
        applies: |seen| seen.request.path.to_ascii_lowercase().contains("%2f") && seen.ours.status == 404,
    },
    Rule {
        reason: "a path that ends with an encoded line break is another one",
        applies: |seen| {
            let path = seen.request.path.split('?').next().unwrap_or_default();
            path.to_ascii_lowercase().ends_with("%0a") && seen.ours.status == 404
        },
    },
    Rule {
        reason: "ids beyond 64 bits are 404",
        applies: |seen| {
            let path = seen.request.path.split('?').next().unwrap_or_default();
            let long = |part: &str| part.len() > 18 && part.bytes().all(|it| it.is_ascii_digit());
            // PostgreSQL compares with a position of any length.
            let position =
                seen.engine == Engine::Postgresql && seen.pairs().any(|(name, _)| name == "cursor");
            seen.ours.status == 404 && (path.split('/').any(long) || position)
        },
    },
    Rule {
        reason: "a limit beyond 64 bits and an offset of more than 38 digits are 404",
        applies: |seen| {
            let huge = |(name, value): (&str, &str)| matches!(name, "limit" | "offset") && value.len() > 18;
            seen.ours.status == 404 && seen.pairs().any(huge)
        },
    },
    Rule {
        reason: "by cursor, the newest come first where the query names no order",
        applies: |seen| {
            const FIELDS: &[&str] = &["id", "title", "content", "created_at", "updated_at"];
            let last = seen.pairs().filter(|(name, _)| *name == "ordering").last();
            let terms = last.map(|(_, value)| plain(value)).unwrap_or_default();
            let named = terms.split(',').any(|term| {
                let term = term.trim();
                FIELDS.contains(&term.strip_prefix('-').unwrap_or(term))
            });
            let by_cursor = seen.settings.get("PAGINATION").is_some_and(|it| it == "cursor");
            by_cursor && seen.statuses() == (500, 200) && !named
        },
    },
    Rule {
        reason: "long searches and filters by title are 400",
        applies: |seen| {
            let long = |(name, value): (&str, &str)| {
                (name == "search" && value.len() > 64) || (name.starts_with("title") && value.len() > 500)
            };
            seen.ours.status == 400 && seen.pairs().any(long)
        },
    },
    Rule {
        reason: "tokens that Django takes, or fails on, are refused",
        applies: |seen| matches!(seen.ours.status, 400 | 401) && is_odd(seen),
    },
    Rule {
        reason: "of several ranges that accept the same, Django takes one by chance",
        applies: |seen| {
            let blank_less = |it: &Recorded| it.body.split_whitespace().collect::<String>();
            let accept: Vec<_> = seen.header("Accept").collect();
            let same =
                seen.theirs.status == seen.ours.status && blank_less(seen.theirs) == blank_less(seen.ours);
            let accept = accept.join(",");
            accept.contains(',') && (same || !accept.is_ascii())
        },
    },
    Rule {
        reason: "of several values of a filter that are no keys, Django names one by chance",
        applies: |seen| {
            let several =
                |(name, _): (&str, &str)| seen.pairs().filter(|(other, _)| *other == name).count() > 1;
            let no_key = "is not a valid value.";
            seen.statuses() == (400, 400)
                && seen.pairs().any(several)
                && seen.theirs.body.matches(no_key).count() == seen.ours.body.matches(no_key).count()
                && seen.ours.body.contains(no_key)
        },
    },
    Rule {
        reason: "by cursor, Django writes the name of a related record where its key belongs",
        applies: |seen| {
            let relations = ["parent", "section", "author", "article"];
            let by_relation = |(name, value): (&str, &str)| {
                name == "ordering" && relations.iter().any(|relation| plain(value).contains(relation))
            };
            let without_cursors = |answer: &Recorded| {
                let mut pieces = answer.body.split("cursor=");
                let first = pieces.next().unwrap_or_default().to_owned();
                pieces.fold(first, |text, piece| {
                    text + piece.split_once(['&', '"']).map_or("", |(_, rest)| rest)
                })
            };
            seen.pairs().any(by_relation)
                && seen.theirs.body.contains("cursor=")
                && without_cursors(seen.theirs) == without_cursors(seen.ours)
        },
    },
    Rule {
        reason: "PostgreSQL puts records that are equal in an order as it finds them",
        applies: |seen| {
            // Of a page only their number: which of equal records it shows is left open, too.
            let records = |answer: &Recorded| {
                let parsed: serde_json::Value = serde_json::from_str(&answer.body).ok()?;
                if let Some(results) = parsed.get("results") {
                    return Some((results.as_array()?.len(), Vec::new()));
                }
                let mut records: Vec<String> = parsed.as_array()?.iter().map(ToString::to_string).collect();
                records.sort_unstable();
                Some((records.len(), records))
            };
            seen.engine == Engine::Postgresql
                && seen.pairs().any(|(name, _)| name == "ordering")
                && records(seen.theirs).is_some_and(|theirs| records(seen.ours) == Some(theirs))
        },
    },
    Rule {
        reason: "character sets that Python alone knows count as UTF-8 or windows-1252",
        applies: |seen| {
            const COMMON: &[&str] = &[
                "utf-8",
                "utf8",
                "utf_8",
                "latin-1",
                "latin1",
                "iso-8859-1",
                "utf-16le",
                "windows-1252",
                "iso-8859-15",
                "shift_jis",
                "nope",
                "",
            ];
            // Latin-1 has control characters there, windows-1252 letters.
            let has_c1 = || match &seen.request.body {
                Body::None => false,
                Body::Text(text) => has_c1(text.as_bytes()),
                Body::Bytes(bytes) => has_c1(bytes),
            };
            let content_type = format!("{};{}", seen.content_type(), seen.body());
            let mut named = content_type.match_indices("charset").map(|(at, _)| {
                let value = content_type.get(at + "charset".len()..).unwrap_or_default();
                value.split([';', '\r']).next().unwrap_or_default().trim_matches(['=', '"', ' '])
            });
            named.any(|it| {
                !COMMON.contains(&it) || ((it.starts_with("latin") || it == "iso-8859-1") && has_c1())
            })
        },
    },
    Rule {
        reason: "neither base64 nor RFC 2231 is decoded in multipart",
        applies: |seen| {
            let (content_type, body) = (seen.content_type(), seen.body().to_ascii_lowercase());
            let has_encoding = body.contains("content-transfer-encoding:") && body.contains("base64");
            content_type.starts_with("multipart/")
                && (content_type.contains("*=") || body.contains("*=") || has_encoding)
        },
    },
    Rule {
        reason: "U+0000 is found in no post, on either engine; Django fails on PostgreSQL",
        applies: |seen| {
            seen.engine == Engine::Postgresql
                && seen.statuses() == (500, 200)
                && seen.pairs().any(|(_, value)| value.contains("%00"))
        },
    },
    Rule {
        reason: "PostgreSQL reads no offset of 16 hours, and the moment is sent in UTC",
        applies: |seen| {
            seen.engine == Engine::Postgresql
                && seen.statuses() == (500, 200)
                && seen.pairs().any(|(name, value)| name.contains("ed_at__") && value.contains("23"))
        },
    },
    Rule {
        reason: "moments out of range in UTC are refused, on either engine; Django leaves them to PostgreSQL",
        applies: |seen| {
            let edge = |(name, value): (&str, &str)| {
                name.contains("ed_at__") && (value.contains("0001") || value.contains("9999"))
            };
            seen.engine == Engine::Postgresql && seen.statuses() == (200, 400) && seen.pairs().any(edge)
        },
    },
];

/// Whether bytes from 80 to 9F stand in a body, as they are or escaped as in a URL.
fn has_c1(body: &[u8]) -> bool {
    let escaped = |pair: &[u8]| matches!(pair, [b'%', b'8' | b'9']);
    body.iter().any(|byte| (0x80..0xa0).contains(byte)) || body.windows(2).any(escaped)
}

/// Without escapes.
fn plain(value: &str) -> String {
    let bytes: Vec<u8> = value.replace('+', " ").into_bytes();
    let mut plain = Vec::new();
    let mut rest = &bytes[..];
    while let Some((first, after)) = rest.split_first() {
        let digits = after.get(..2).and_then(|it| std::str::from_utf8(it).ok());
        let escaped = digits.filter(|_| *first == b'%').and_then(|it| u8::from_str_radix(it, 16).ok());
        plain.push(escaped.unwrap_or(*first));
        rest = after.get(if escaped.is_some() { 2 } else { 0 }..).unwrap_or_default();
    }
    String::from_utf8_lossy(&plain).into_owned()
}

/// The reasons of all rules.
#[cfg(test)]
pub(crate) fn reasons() -> impl Iterator<Item = &'static str> {
    RULES.iter().map(|rule| rule.reason)
}

/// The rule that knows this difference.
pub(crate) fn rule(seen: &Seen<'_>) -> Option<&'static Rule> {
    RULES.iter().find(|rule| (rule.applies)(seen))
}
