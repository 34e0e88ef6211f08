//! Messages that survive a redirect, in a signed cookie.
//!
//! Other hosts of the domain, and pages over HTTP, can set cookies for us: without a signature they could make our pages
//! say anything. The cookie expires after a minute, scripts cannot read it, and it is deleted once it was shown.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use presspass_auth::tokens::SigningKey;

/// How long a message waits for its page, in seconds.
const LIFETIME: i64 = 60;

/// In bytes: browsers accept 4096 with all attributes.
const LONGEST: usize = 3000;

/// In code points.
const LONGEST_TEXT: usize = 400;

const PURPOSE: &str = "presspass.pages.messages";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    Success,
    Info,
    Warning,
    Error,
}

impl Level {
    const ALL: [Self; 4] = [Self::Success, Self::Info, Self::Warning, Self::Error];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.name() == name)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub level: Level,
    pub text: String,
}

impl Message {
    #[must_use]
    pub fn success(text: impl Into<String>) -> Self {
        Self { level: Level::Success, text: text.into() }
    }

    #[must_use]
    pub fn info(text: impl Into<String>) -> Self {
        Self { level: Level::Info, text: text.into() }
    }

    #[must_use]
    pub fn warning(text: impl Into<String>) -> Self {
        Self { level: Level::Warning, text: text.into() }
    }

    #[must_use]
    pub fn error(text: impl Into<String>) -> Self {
        Self { level: Level::Error, text: text.into() }
    }
}

/// The value of the cookie; `now` is in seconds since 1970. Messages that do not fit are dropped, the last first.
pub(super) fn write(messages: &[Message], key: &SigningKey, now: i64) -> String {
    let shortened = |text: &str| {
        let mut short: String = text.chars().take(LONGEST_TEXT).collect();
        if short.len() < text.len() {
            short.push('…');
        }
        short
    };
    let mut pairs: Vec<(&str, String)> =
        messages.iter().map(|message| (message.level.name(), shortened(&message.text))).collect();
    loop {
        // A list of texts can always be serialized.
        let body = serde_json::to_vec(&(now + LIFETIME, &pairs)).unwrap_or_default();
        let value = format!("{}.{}", URL_SAFE_NO_PAD.encode(&body), seal(&body, key));
        if value.len() <= LONGEST || pairs.pop().is_none() {
            return value;
        }
    }
}

/// The messages of a cookie; none where it is invalid or expired.
pub(super) fn read(cookie: &str, key: &SigningKey, now: i64) -> Vec<Message> {
    let read = || {
        let (body, mac) = cookie.split_once('.').filter(|_| cookie.len() <= LONGEST)?;
        let body = URL_SAFE_NO_PAD.decode(body).ok()?;
        if !constant_time_eq(seal(&body, key).as_bytes(), mac.as_bytes()) {
            return None;
        }
        let (until, pairs): (i64, Vec<(String, String)>) = serde_json::from_slice(&body).ok()?;
        let message = |(level, text): (String, String)| Some(Message { level: Level::named(&level)?, text });
        (now <= until && until - now <= LIFETIME).then(|| pairs.into_iter().filter_map(message).collect())
    };
    read().unwrap_or_default()
}

fn seal(body: &[u8], key: &SigningKey) -> String {
    URL_SAFE_NO_PAD.encode(key.digest(PURPOSE, body))
}

fn constant_time_eq(one: &[u8], other: &[u8]) -> bool {
    use subtle::ConstantTimeEq as _;
    one.ct_eq(other).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(secret: &str) -> SigningKey {
        SigningKey::hs256(format!("{secret} of thirty-two bytes, and of more")).unwrap()
    }

    #[test]
    fn messages_come_back_for_a_minute() {
        let messages = [Message::success("“é” was saved."), Message::error("<b>")];
        let cookie = write(&messages, &key("k"), 1000);
        assert!(
            cookie.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)),
            "{cookie}"
        );
        for now in [1000, 1060] {
            assert_eq!(read(&cookie, &key("k"), now), messages);
        }
        for now in [999, 1061] {
            assert_eq!(read(&cookie, &key("k"), now), []);
        }
    }

    #[test]
    fn what_we_did_not_write_says_nothing() {
        let cookie = write(&[Message::info("a")], &key("k"), 0);
        let (body, mac) = cookie.split_once('.').unwrap();
        let (other, _) = cookie.split_at(cookie.len() - 1);
        for forged in ["", ".", "x", body, &format!("{body}x.{mac}"), other, &format!("{mac}.{body}")] {
            assert_eq!(read(forged, &key("k"), 0), [], "{forged}");
        }
        assert_eq!(read(&cookie, &key("l"), 0), []);
    }

    #[test]
    fn a_cookie_fits_into_a_browser() {
        let messages = vec![Message::info("é".repeat(10_000)); 50];
        let cookie = write(&messages, &key("k"), 0);
        assert!(cookie.len() <= LONGEST);
        let shown = read(&cookie, &key("k"), 0);
        assert!(!shown.is_empty() && shown[0].text.ends_with("é…"), "{shown:?}");
    }
}
