//! Issues tokens.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use time::OffsetDateTime;

use super::header;
use super::policy::TokenPolicy;
use super::request::TokenRequest;
use super::ring::KeyRing;
use super::shared_ring::SharedKeyRing;
use crate::alphanumeric;
use crate::randomness::{Randomness, RandomnessError, SystemRandomness};

/// Letters and digits of a `jti`: 131 bits, so that no two are equal (RFC 7519, section 4.1.7).
const JTI_LENGTH: usize = 22;

/// Issues tokens under the newest key of a ring, by one policy.
#[derive(Debug, Clone)]
pub struct TokenIssuer {
    keys: SharedKeyRing,
    policy: TokenPolicy,
    randomness: Arc<dyn Randomness>,
}

/// A token could not be issued.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SigningError {
    /// The signing library failed.
    #[error("the token could not be signed")]
    Library(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// All keys have retired, do not sign yet, or only verify.
    #[error("no key signs at this time")]
    NoKey,
    /// There is no randomness for its `jti`.
    #[error(transparent)]
    Randomness(#[from] RandomnessError),
    /// The profile of a Django package needs a [`DjangoSubject`](super::DjangoSubject).
    #[cfg(feature = "django")]
    #[error("tokens of this profile are issued to an account with user_id and username")]
    Subject,
    /// The lifetime is longer than [`TokenPolicy::max_lifetime_seconds`]: a verifier with this policy would refuse the
    /// token.
    #[error("the lifetime is longer than the policy allows")]
    Lifetime,
}

impl TokenIssuer {
    /// An issuer of tokens by `policy`, under the newest of `keys`: a [`SigningKey`](super::SigningKey), a [`KeyRing`], or
    /// a [`SharedKeyRing`].
    #[must_use]
    pub fn new(keys: impl Into<SharedKeyRing>, policy: TokenPolicy) -> Self {
        Self { keys: keys.into(), policy, randomness: Arc::new(SystemRandomness) }
    }

    /// With another source of randomness for `jti`.
    #[must_use]
    pub fn with_randomness(self, randomness: Arc<dyn Randomness>) -> Self {
        Self { randomness, ..self }
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

    /// Issues a token, dated `now`. `request` is a [`TokenRequest`], or the id of an account.
    ///
    /// # Errors
    /// If no key signs at this time, the request does not fit the policy, there is no randomness, or the signing library
    /// fails, which it does not for an HMAC.
    pub fn issue<'a>(
        &self,
        request: impl Into<TokenRequest<'a>>,
        now: OffsetDateTime,
    ) -> Result<String, SigningError> {
        let payload = request.into().payload(&self.policy, now, || {
            let random = alphanumeric::random::<JTI_LENGTH>(self.randomness.as_ref())?;
            Ok(random.into_iter().map(char::from).collect())
        })?;
        self.keys.with_ring(|ring| sign(ring, &payload, &self.policy, now))
    }
}

/// A token states its key (`kid`) only if there are several: Django's packages write no `kid`.
fn sign(
    ring: &KeyRing,
    payload: &str,
    policy: &TokenPolicy,
    now: OffsetDateTime,
) -> Result<String, SigningError> {
    let key = ring.signer(now).ok_or(SigningError::NoKey)?;
    let verifying = key.verifying_key();
    let headers = verifying.known_headers();
    let writes_kid = ring.writes_kid(now);
    let typed = policy
        .token_type
        .as_deref()
        .map(|typ| header::typed(verifying.algorithm(), verifying.id().filter(|_| writes_kid), typ));
    let with_kid = headers.with_kid(policy.profile).filter(|_| writes_kid);
    let header = typed.as_deref().or(with_kid).unwrap_or(headers.without_kid(policy.profile));
    let mut token = String::with_capacity(header.len() + payload.len() * 4 / 3 + 96);
    token.push_str(header);
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(payload, &mut token);
    let signature = key.sign(token.as_bytes()).map_err(|error| SigningError::Library(error.into()))?;
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut token);
    Ok(token)
}
