//! Issues tokens.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use time::OffsetDateTime;

use super::TokenWire;
use super::policy::TokenPolicy;
use super::request::TokenRequest;
use super::ring::KeyRing;
use super::shared_ring::SharedKeyRing;

/// Issues tokens under the newest key of a ring, by one policy.
#[derive(Debug, Clone)]
pub struct TokenIssuer {
    keys: SharedKeyRing,
    policy: TokenPolicy,
}

/// A token could not be issued.
#[derive(Debug, thiserror::Error)]
pub enum SigningError {
    /// The signing library failed.
    #[error("the token could not be signed")]
    Library(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// All keys have retired, do not sign yet, or only verify.
    #[error("no key signs at this time")]
    NoKey,
}

impl TokenIssuer {
    /// An issuer of tokens by `policy`, under the newest of `keys`: a [`SigningKey`](super::SigningKey), a [`KeyRing`], or
    /// a [`SharedKeyRing`].
    #[must_use]
    pub fn new(keys: impl Into<SharedKeyRing>, policy: TokenPolicy) -> Self {
        Self { keys: keys.into(), policy }
    }

    /// The policy of new tokens.
    #[must_use]
    pub const fn policy(&self) -> &TokenPolicy {
        &self.policy
    }

    /// The current keys.
    #[must_use]
    pub fn keys(&self) -> Arc<KeyRing> {
        self.keys.current()
    }

    /// Issues a token, dated `now`. `request` is a [`TokenRequest`], or a [`TokenSubject`](super::TokenSubject) for a token
    /// that begins a family.
    ///
    /// # Errors
    /// If no key signs at this time, or the signing library fails, which it does not for an HMAC.
    pub fn issue<'a>(
        &self,
        request: impl Into<TokenRequest<'a>>,
        now: OffsetDateTime,
    ) -> Result<String, SigningError> {
        let payload = request.into().payload(&self.policy, now);
        self.keys.with_ring(|ring| sign(ring, &payload, self.policy.wire, now))
    }
}

/// A token states its key (`kid`) only if there are several: Django's packages write no `kid`.
fn sign(ring: &KeyRing, payload: &str, wire: TokenWire, now: OffsetDateTime) -> Result<String, SigningError> {
    let key = ring.signer(now).ok_or(SigningError::NoKey)?;
    let headers = key.verifying_key().known_headers();
    let with_kid = headers.with_kid(wire).filter(|_| ring.writes_kid(now));
    let header = with_kid.unwrap_or(headers.without_kid(wire));
    let mut token = String::with_capacity(header.len() + payload.len() * 4 / 3 + 96);
    token.push_str(header);
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(payload, &mut token);
    let signature = key.sign(token.as_bytes()).map_err(|error| SigningError::Library(error.into()))?;
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut token);
    Ok(token)
}
