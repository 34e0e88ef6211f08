//! Verifies tokens.

use serde_json::Value;
use time::OffsetDateTime;

use super::TokenError;
use super::claims::{self, VerifiedToken};
use super::error::MAX_TOKEN_LENGTH;
use super::header::{self, decode};
use super::key_set::KeySource;
use super::policy::TokenPolicy;
use crate::StoreError;

/// Verifies tokens under the keys of one source, by one policy.
#[derive(Debug, Clone)]
pub struct TokenVerifier {
    keys: KeySource,
    policy: TokenPolicy,
}

impl TokenVerifier {
    /// A verifier of tokens under `keys` that comply with `policy`. Keys are a [`SigningKey`](super::SigningKey), a
    /// [`VerifyingKey`](super::VerifyingKey), a [`KeyRing`](super::KeyRing), a [`SharedKeyRing`](super::SharedKeyRing), a
    /// [`JwkSet`](super::JwkSet) or [`RefreshableKeys`](super::RefreshableKeys).
    #[must_use]
    pub fn new(keys: impl Into<KeySource>, policy: TokenPolicy) -> Self {
        Self { keys: keys.into(), policy }
    }

    /// The policy.
    #[must_use]
    pub const fn policy(&self) -> &TokenPolicy {
        &self.policy
    }

    /// Verifies a compact token (RFC 7515, section 7.1) at the time `now`.
    ///
    /// # Errors
    /// The first thing that is wrong, looked for in `PyJWT` 1.7's order: structure, algorithm, signature, `iat`, `nbf`,
    /// `exp`, `iss`, `aud`. [`TokenPolicy::max_lifetime_seconds`], which `PyJWT` does not have, comes last, and
    /// [`TokenPolicy::token_type`] after the signature.
    pub fn verify(&self, token: &[u8], now: OffsetDateTime) -> Result<VerifiedToken, TokenError> {
        claims::read(self.signed_payload(token, now)?, &self.policy, now)
    }

    /// Whether what was sent as a token, and was refused, is visibly for another verifier: it is not a JSON Web Token, or
    /// this verifier expects an [issuer](TokenPolicy::issuer), and the token is of another. Nothing else that the token
    /// says is believed.
    #[must_use]
    pub fn is_of_another(&self, token: &[u8]) -> bool {
        let mut parts = token.split(|byte| *byte == b'.');
        let (Some(_), Some(payload), Some(_), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return true;
        };
        let Some(expected) = &self.policy.issuer else { return false };
        if token.len() > MAX_TOKEN_LENGTH {
            return false;
        }
        let claims = decode(payload, "").ok().and_then(|json| serde_json::from_slice::<Value>(&json).ok());
        claims.is_some_and(|claims| claims.get("iss").and_then(Value::as_str) != Some(expected))
    }

    /// Whether a token with this `orig_iat` (seconds since 1970) can still be refreshed. The last second counts.
    #[must_use]
    pub const fn refreshable(&self, orig_iat: i64, now: OffsetDateTime) -> bool {
        now.unix_timestamp() <= orig_iat.saturating_add(self.policy.refresh_expiration_seconds)
    }

    /// As [`TokenVerifier::verify`], for keys that may have to be fetched (`RemoteKeys`, feature `jwks`). With other keys
    /// it is the same. Tokens [of another issuer](Self::is_of_another) cause no fetch.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the keys cannot be fetched, so that nothing is known of the token. The inner result is
    /// that of [`TokenVerifier::verify`].
    #[cfg_attr(
        not(feature = "jwks"),
        expect(clippy::unused_async, reason = "callers are the same with and without the feature")
    )]
    pub async fn verify_remote(
        &self,
        token: &[u8],
        now: OffsetDateTime,
    ) -> Result<Result<VerifiedToken, TokenError>, StoreError> {
        #[cfg(feature = "jwks")]
        if let Some(keys) = self.keys.remote().filter(|_| !self.is_of_another(token)) {
            keys.ready(now).await?;
            let seen = keys.generation();
            let verified = self.verify(token, now);
            // A new key may have another algorithm, too.
            let is_new = matches!(verified, Err(TokenError::UnknownKey | TokenError::Algorithm));
            if !is_new || !keys.refetch(seen, now).await? {
                return Ok(verified);
            }
        }
        Ok(self.verify(token, now))
    }

    /// The JSON of the claims of a token whose signature is valid.
    fn signed_payload(&self, token: &[u8], now: OffsetDateTime) -> Result<Vec<u8>, TokenError> {
        if token.len() > MAX_TOKEN_LENGTH {
            return Err(TokenError::TooLong);
        }
        let mut parts = token.split(|byte| *byte == b'.');
        let (Some(header), Some(payload), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(TokenError::Malformed("not three parts"));
        };
        let signed = &token[..header.len() + 1 + payload.len()];
        self.keys.with(|keys| {
            let info = keys.header_info(header)?;
            let payload = decode(payload, "the payload is not base64url")?;
            let signature = decode(signature, "the signature is not base64url")?;
            keys.verify(&info, now, signed, &signature)?;
            match &self.policy.token_type {
                Some(expected) if !header::is_type(info.typ.as_deref(), expected) => Err(TokenError::Type),
                _ => Ok(payload),
            }
        })
    }
}
