//! What a token is to contain.

use serde::Serialize;
use serde_json::{Map, Value};
use time::{Duration, OffsetDateTime};

use super::TokenWire;
use super::json::ObjectWriter;
use super::policy::TokenPolicy;

/// The claims that the issuer writes, or that every verifier understands (RFC 7519, section 4.1).
const RESERVED: [&str; 13] = [
    "user_id", "username", "email", "exp", "nbf", "iat", "orig_iat", "jti", "orig_jti", "aud", "iss", "sub",
    "typ",
];

/// Why a service's own claims cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExtraError {
    /// They are not a struct or map, or one that JSON cannot represent.
    #[error("a service's own claims must be a JSON object")]
    NotAnObject,
    /// One of them has the name of a claim that the issuer writes, or that RFC 7519 registers.
    #[error("the claim {0} is reserved")]
    Reserved(String),
}

/// The account that a token is issued to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenSubject<'a> {
    /// The account's primary key.
    pub user_id: i64,
    /// The account's name.
    pub username: &'a str,
    /// The account's email address; may be empty.
    pub email: &'a str,
}

/// A token to be issued by [`TokenIssuer::issue`](super::TokenIssuer::issue). A [`TokenSubject`] alone is one, too.
///
/// ```
/// use presspass_auth::tokens::{TokenRequest, TokenSubject};
///
/// let ada = TokenSubject { user_id: 1, username: "ada", email: "" };
/// let first = TokenRequest::new(ada).with_jti("d3adb33f");
/// let refreshed = TokenRequest::new(ada).with_jti("d3adb33f").with_orig_iat(1_800_000_000);
/// # let _ = (first, refreshed);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct TokenRequest<'a> {
    subject: TokenSubject<'a>,
    jti: Option<&'a str>,
    orig_jti: Option<&'a str>,
    orig_iat: Option<i64>,
    lifetime: Option<Duration>,
    extra: Map<String, Value>,
}

impl<'a> TokenRequest<'a> {
    /// A token that begins a family.
    #[must_use]
    pub fn new(subject: TokenSubject<'a>) -> Self {
        Self { subject, jti: None, orig_jti: None, orig_iat: None, lifetime: None, extra: Map::new() }
    }

    /// With an identifier (RFC 7519, section 4.1.7): see [`RevocationState::new_jti`](crate::revocation::RevocationState::new_jti).
    #[must_use]
    pub fn with_jti(self, jti: impl Into<Option<&'a str>>) -> Self {
        Self { jti: jti.into(), ..self }
    }

    /// With the `jti` of the first token of its family, as drf-jwt writes it when it refreshes a token.
    #[must_use]
    pub fn with_orig_jti(self, orig_jti: impl Into<Option<&'a str>>) -> Self {
        Self { orig_jti: orig_jti.into(), ..self }
    }

    /// Refreshes a token: the new one is of the family that began at `orig_iat` (seconds since 1970). Where tokens are
    /// [revoked](crate::revocation), it has to carry the family's `jti`, too.
    #[must_use]
    pub fn with_orig_iat(self, orig_iat: i64) -> Self {
        Self { orig_iat: Some(orig_iat), ..self }
    }

    /// With another lifetime than [`TokenPolicy::expiration_seconds`].
    ///
    /// Such a token has an `iat`, because revocation cannot calculate it from `exp`. One with a longer lifetime than the
    /// policy's cannot be refreshed: it would outlive the record that its family was revoked.
    #[must_use]
    pub fn with_lifetime(self, lifetime: Duration) -> Self {
        Self { lifetime: Some(lifetime), ..self }
    }

    /// With the service's own claims, which follow all others. `extra` is a struct or a map.
    ///
    /// # Errors
    /// If `extra` is not a JSON object, or has a claim that is reserved.
    pub fn with_claims(self, extra: &impl Serialize) -> Result<Self, ExtraError> {
        let Ok(Value::Object(extra)) = serde_json::to_value(extra) else {
            return Err(ExtraError::NotAnObject);
        };
        match extra.keys().find(|name| RESERVED.contains(&name.as_str())) {
            Some(name) => Err(ExtraError::Reserved(name.clone())),
            None => Ok(Self { extra, ..self }),
        }
    }

    /// The claims as JSON, in the order of the package that the policy names.
    pub(super) fn payload(&self, policy: &TokenPolicy, now: OffsetDateTime) -> String {
        let now = now.unix_timestamp();
        let lifetime = self.lifetime.map_or(policy.expiration_seconds, Duration::whole_seconds);
        let exp = now.saturating_add(lifetime);
        let refreshable = policy.allow_refresh && lifetime <= policy.expiration_seconds;
        let TokenSubject { user_id, username, email } = self.subject;
        let mut json = ObjectWriter::new();
        match policy.wire {
            TokenWire::DjangorestframeworkJwt => {
                json.number("user_id", user_id);
                json.text("username", username);
                json.number("exp", exp);
                json.text("email", email);
            }
            // `jwt_create_payload`.
            TokenWire::DrfJwt => {
                json.text("username", username);
                json.number("iat", now);
                json.number("exp", exp);
                if let Some(jti) = self.jti {
                    json.text("jti", jti);
                }
                json.number("user_id", user_id);
            }
        }
        if refreshable {
            json.number("orig_iat", self.orig_iat.unwrap_or(now));
        }
        for (name, value) in [("aud", &policy.audience), ("iss", &policy.issuer)] {
            if let Some(value) = value {
                json.text(name, value);
            }
        }
        // If new tokens cannot be refreshed, an old family still can, and both packages write the claim last.
        if let (false, Some(orig_iat)) = (refreshable, self.orig_iat) {
            json.number("orig_iat", orig_iat);
        }
        if policy.wire == TokenWire::DjangorestframeworkJwt {
            if self.lifetime.is_some() {
                json.number("iat", now);
            }
            if let Some(jti) = self.jti {
                json.text("jti", jti);
            }
        }
        if let Some(orig_jti) = self.orig_jti {
            json.text("orig_jti", orig_jti);
        }
        for (name, value) in &self.extra {
            json.value(name, value);
        }
        json.finish()
    }
}

impl<'a> From<TokenSubject<'a>> for TokenRequest<'a> {
    fn from(subject: TokenSubject<'a>) -> Self {
        Self::new(subject)
    }
}
