//! An answer as it is recorded: what clients rely on, and nothing that changes from one run to the next.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::sync::LazyLock;

use presspass_test_support::{Answer, Headers};
use regex_lite::{Captures, Regex};
use serde::{Deserialize, Serialize};

use crate::fill::pattern;
use crate::known_tokens::KnownTokens;

const HEADERS: &[&str] = &["content-type", "www-authenticate", "allow", "location", "retry-after"];
const COOKIES: &[&str] = &["sessionid", "csrftoken", "JWT"];
/// What a middleware or a proxy may add on either side.
const NOT_OURS_TO_VARY: &[&str] = &["accept-language", "origin", "accept-encoding"];

/// An answer without what changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Recorded {
    /// 0 where the server closes the connection without a word.
    pub(crate) status: u16,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) headers: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub(crate) vary: BTreeSet<String>,
    /// The cookies that are set, with their attributes; values only as set (`…`) or emptied.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) cookies: Vec<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) body: String,
}

/// What an answer is seen against. Moments are in seconds since 1970.
#[derive(Debug)]
pub(crate) struct Circumstances<'a> {
    pub(crate) port: u16,
    /// When the group's server was started.
    pub(crate) started: i64,
    /// When the request was sent, and when the answer was there.
    pub(crate) asked: RangeInclusive<i64>,
    /// The tokens that the case has seen before.
    pub(crate) tokens: &'a mut KnownTokens,
}

impl Recorded {
    pub(crate) fn of(answer: &Answer, circumstances: Circumstances<'_>) -> Self {
        let host = host(circumstances.port);
        let value = |name: &&str| {
            let values: Vec<_> = answer.headers.get_all(name).collect();
            let text = values.join(", ").replace("; charset=utf-8", "").replace(&host, "http://host");
            (!values.is_empty()).then(|| ((*name).to_owned(), text))
        };
        let vary = answer.headers.get_all("vary").flat_map(|line| line.split(','));
        let vary = vary.map(|name| name.trim().to_ascii_lowercase());
        let mut recorded = Self {
            status: answer.status,
            headers: HEADERS.iter().filter_map(value).collect(),
            vary: vary.filter(|it| !it.is_empty() && !NOT_OURS_TO_VARY.contains(&it.as_str())).collect(),
            cookies: cookies(&answer.headers),
            body: String::new(),
        };
        recorded.body = if recorded.content_type().contains("html") {
            "<html>".to_owned()
        } else {
            normal(&String::from_utf8_lossy(&answer.body), circumstances)
        };
        recorded
    }

    /// What stands for an answer where there was none.
    pub(crate) fn none() -> Self {
        let (headers, vary) = (BTreeMap::new(), BTreeSet::new());
        Self { status: 0, headers, vary, cookies: Vec::new(), body: String::new() }
    }

    pub(crate) fn content_type(&self) -> &str {
        self.headers.get("content-type").map_or("", String::as_str)
    }
}

/// The cookies that clients know by name. `Expires` says what `Max-Age` says.
fn cookies(headers: &Headers) -> Vec<String> {
    let mut found: Vec<String> = headers
        .get_all("set-cookie")
        .filter_map(|line| {
            let mut parts = line.split(';').map(str::trim);
            let (name, value) = parts.next()?.split_once('=')?;
            let mut attributes: Vec<String> = parts.map(str::to_ascii_lowercase).collect();
            attributes.retain(|it| !it.starts_with("expires") && !it.ends_with("=\"\""));
            // A difference on purpose: docs/differences.md, "The cookie of a token".
            attributes.retain(|it| name != "JWT" || it != "samesite=lax");
            attributes.sort();
            let value = if value.trim_matches('"').is_empty() { "" } else { "…" };
            COOKIES.contains(&name).then(|| format!("{name}={value}; {}", attributes.join("; ")))
        })
        .collect();
    found.sort();
    found
}

fn host(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}

fn normal(body: &str, circumstances: Circumstances<'_>) -> String {
    // Their wording is the parser's.
    static PARSE_ERROR: LazyLock<Regex> =
        LazyLock::new(|| pattern(r#""(JSON|Multipart form) parse error - [^"\\]*(\\.[^"\\]*)*""#));
    static MOMENT: LazyLock<Regex> = LazyLock::new(|| pattern(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z"));
    // Random ones, of version 4.
    static UUID: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
    let Circumstances { port, started, asked, tokens } = circumstances;
    let body = body.replace(&host(port), "http://host");
    let body = PARSE_ERROR.replace_all(&body, r#""$1 parse error - …""#);
    let body = tokens.normalise(&body, &asked);
    let body = UUID.replace_all(&body, "<random uuid>");
    let since = text_of(started);
    MOMENT
        .replace_all(&body, |found: &Captures<'_>| {
            let fresh = found[0].get(..since.len()).is_some_and(|at| at >= since.as_str());
            if fresh { "<now>".to_owned() } else { found[0].to_owned() }
        })
        .into_owned()
}

/// `2026-11-23T10:15:46`: compared as text, it orders like the moments. Clocks of two processes may differ a little.
pub(crate) fn text_of(seconds: i64) -> String {
    const SLACK_SECONDS: i64 = 5;
    let moment = time::OffsetDateTime::from_unix_timestamp(seconds - SLACK_SECONDS);
    let moment = moment.unwrap_or(time::OffsetDateTime::UNIX_EPOCH);
    let (date, clock) = (moment.date(), moment.time());
    format!("{date}T{:02}:{:02}:{:02}", clock.hour(), clock.minute(), clock.second())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Circumstances, text_of};
    use crate::known_tokens::KnownTokens;

    const AT: i64 = 1_767_225_605;

    fn normal(body: &str) -> String {
        let mut tokens = KnownTokens::new(&BTreeMap::new());
        let circumstances = Circumstances { port: 8000, started: AT, asked: AT..=AT, tokens: &mut tokens };
        super::normal(body, circumstances)
    }

    #[test]
    fn moments_after_the_start_are_now_and_older_ones_stay() {
        assert_eq!(text_of(AT), "2026-01-01T00:00:00");
        assert_eq!(
            normal(r#"["2026-01-01T00:00:00.000001Z","2026-01-02T00:00:00Z","2025-12-31T23:59:59.999999Z"]"#),
            r#"["<now>","<now>","2025-12-31T23:59:59.999999Z"]"#
        );
    }

    #[test]
    fn random_uuids_are_not_recorded_and_others_are() {
        let text = "52f727f3-6826-4a18-9086-b136143651c8 00112233-4455-6677-8899-aabbccddeeff";
        assert_eq!(normal(text), "<random uuid> 00112233-4455-6677-8899-aabbccddeeff");
    }

    #[test]
    fn the_port_and_the_wording_of_parsers_are_not_recorded() {
        assert_eq!(normal("http://127.0.0.1:8000/a"), "http://host/a");
        assert_eq!(
            normal(r#"{"detail":"JSON parse error - Expecting \"x\": line 1"}"#),
            r#"{"detail":"JSON parse error - …"}"#
        );
    }
}
