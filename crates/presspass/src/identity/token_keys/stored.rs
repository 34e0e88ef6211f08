//! A token key in a file.

use std::fmt::Write as _;
use std::path::PathBuf;

use presspass_auth::tokens::{RingKey, SigningKey};
use serde::Deserialize;
use time::OffsetDateTime;
use zeroize::Zeroizing;

/// When a key is used, in seconds since 1970: members of its JWK with the names and meanings that claims have (RFC 7519,
/// section 4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub(crate) struct Dates {
    /// When it was made.
    #[serde(default)]
    pub iat: Option<i64>,
    /// From when on it signs.
    #[serde(default)]
    pub nbf: Option<i64>,
    /// Until when it verifies.
    #[serde(default)]
    pub exp: Option<i64>,
}

impl Dates {
    /// From when on it signs, as far as it says.
    pub fn begin(&self) -> Option<OffsetDateTime> {
        self.nbf.or(self.iat).and_then(timestamp)
    }

    /// Until when it verifies.
    pub fn end(&self) -> Option<OffsetDateTime> {
        self.exp.and_then(timestamp)
    }
}

fn timestamp(seconds: i64) -> Option<OffsetDateTime> {
    OffsetDateTime::from_unix_timestamp(seconds).ok()
}

/// A key and the file that it is in.
#[derive(Debug, Clone)]
pub(crate) struct StoredKey {
    pub path: PathBuf,
    pub key: SigningKey,
    pub dates: Dates,
}

impl StoredKey {
    /// Its name.
    pub fn name(&self) -> &str {
        self.key.id().map_or("", |id| id.as_str())
    }

    /// What the file holds.
    pub fn text(&self) -> Zeroizing<String> {
        let mut text = self.key.to_private_jwk();
        // An object's last character is its brace.
        text.pop();
        for (name, date) in [("iat", self.dates.iat), ("nbf", self.dates.nbf), ("exp", self.dates.exp)] {
            if let Some(date) = date {
                // Writing to a String cannot fail.
                let _ = write!(*text, ",\"{name}\":{date}");
            }
        }
        text.push('}');
        text
    }

    pub fn into_ring_key(self) -> RingKey {
        let mut key = RingKey::from(self.key);
        if let Some(begin) = self.dates.begin() {
            key = key.signing_from(begin);
        }
        match self.dates.end() {
            Some(end) => key.retired_after(end),
            None => key,
        }
    }
}
