//! The header and claims of a token, formatted for people. Nothing is verified here.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};
use time::OffsetDateTime;

use crate::cli::timestamps;

/// The claims that are timestamps (RFC 7519, section 4.1; djangorestframework-jwt).
const TIMESTAMPS: [&str; 4] = ["exp", "nbf", "iat", "orig_iat"];

/// The longest value that is shown.
const LONGEST: usize = 200;

/// The parts of a token that can be read without its key.
pub(super) struct Readable {
    pub header: Option<Map<String, Value>>,
    pub claims: Option<Map<String, Value>>,
}

impl Readable {
    pub fn of(token: &str) -> Self {
        let mut parts = token.split('.').map(|part| {
            let bytes = URL_SAFE_NO_PAD.decode(part).ok()?;
            serde_json::from_slice::<Map<String, Value>>(&bytes).ok()
        });
        Self { header: parts.next().flatten(), claims: parts.next().flatten() }
    }

    /// A line for each member of the header and each claim; timestamps also in words.
    pub fn lines(&self, now: OffsetDateTime) -> Vec<String> {
        let mut lines = Vec::new();
        for (title, members) in [("header", &self.header), ("claims", &self.claims)] {
            let Some(members) = members else {
                lines.push(format!("{title:9} cannot be read"));
                continue;
            };
            for (at, (name, value)) in members.iter().enumerate() {
                let title = if at == 0 { title } else { "" };
                lines.push(format!("{title:9} {:12} {}", printable(name), said(name, value, now)));
            }
        }
        lines
    }
}

fn said(name: &str, value: &Value, now: OffsetDateTime) -> String {
    let written = printable(&value.to_string());
    let words = value.as_f64().filter(|_| TIMESTAMPS.contains(&name));
    match words.and_then(|seconds| timestamps::of_seconds(seconds, now)) {
        Some(words) => format!("{written}  {words}"),
        None => written,
    }
}

/// Text that cannot leave its line or turn what stands around it; long text is cut.
fn printable(text: &str) -> String {
    let mut line = String::new();
    for (at, character) in text.chars().enumerate() {
        if at == LONGEST {
            line.push('…');
            break;
        }
        if character.is_ascii_graphic() || character == ' ' || character.is_alphanumeric() {
            line.push(character);
        } else {
            line.extend(character.escape_unicode());
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_token_says_stays_on_its_line() {
        assert_eq!(printable("a\n\u{1b}[31m\u{202e}ü"), "a\\u{a}\\u{1b}[31m\\u{202e}ü");
        assert_eq!(printable(&"x".repeat(300)).chars().count(), LONGEST + 1);
    }
}
