//! Verifies tokens.

use serde::de::DeserializeOwned;
use serde_json::Value;
use time::OffsetDateTime;

use super::claims::{Claims, RawClaims, VerifiedToken, line_began, numeric_date, subject};
use super::key_set::KeySource;
use super::policy::TokenPolicy;
use super::structure::Parts;
use super::{TokenError, TokenWire};

/// No token of the original's is longer: names have at most 150 characters and addresses 254.
pub(super) const MAX_TOKEN_LENGTH: usize = 8192;

/// Verifies tokens under the keys of one source, by one policy.
#[derive(Debug, Clone)]
pub struct TokenVerifier {
    keys: KeySource,
    policy: TokenPolicy,
}

impl TokenVerifier {
    /// A verifier for tokens under `keys` that keep to `policy`. Keys are a [`SigningKey`](super::SigningKey), a
    /// [`VerifyingKey`](super::VerifyingKey), a [`KeyRing`](super::KeyRing), a [`SharedKeyRing`](super::SharedKeyRing), a
    /// [`JwkSet`](super::JwkSet) or [`RefreshableKeys`](super::RefreshableKeys).
    #[must_use]
    pub fn new(keys: impl Into<KeySource>, policy: TokenPolicy) -> Self {
        Self { keys: keys.into(), policy }
    }

    /// What tokens must say.
    #[must_use]
    pub const fn policy(&self) -> &TokenPolicy {
        &self.policy
    }

    /// Verifies a compact token (RFC 7515, section 7.1) at the moment `now`.
    ///
    /// # Errors
    /// The first thing that is wrong, looked for in `PyJWT` 1.7's order: structure, algorithm, signature, `iat`, `nbf`,
    /// `exp`, `iss`, `aud`; the cap on lifetimes, which it does not have, comes last.
    pub fn verify(&self, token: &[u8], now: OffsetDateTime) -> Result<VerifiedToken, TokenError> {
        self.read(&self.signed_payload(token, now)?, now)
    }

    /// Verifies a token and reads claims of the service's own out of it; what it names besides is passed over.
    ///
    /// # Errors
    /// As [`TokenVerifier::verify`]; [`TokenError::ExtraClaims`] where the token is good and `Extra` cannot be read out of
    /// it.
    pub fn verify_claims<Extra: DeserializeOwned>(
        &self,
        token: &[u8],
        now: OffsetDateTime,
    ) -> Result<Claims<Extra>, TokenError> {
        let payload = self.signed_payload(token, now)?;
        let token = self.read(&payload, now)?;
        let extra = serde_json::from_slice(&payload).map_err(|_| TokenError::ExtraClaims)?;
        Ok(Claims { token, extra })
    }

    /// The payload of a token whose signature is good; nothing of it is read.
    fn signed_payload(&self, token: &[u8], now: OffsetDateTime) -> Result<Vec<u8>, TokenError> {
        if token.len() > MAX_TOKEN_LENGTH {
            return Err(TokenError::TooLong);
        }
        let parts = Parts::of(token)?;
        self.keys.with(|keys| {
            let said = keys.said(parts.header)?;
            let (payload, signature) = parts.decoded()?;
            keys.verify(&said, now, parts.signed, &signature)?;
            Ok(payload)
        })
    }

    fn read(&self, payload: &[u8], now: OffsetDateTime) -> Result<VerifiedToken, TokenError> {
        // Claims that nobody reads would be passed over whatever their bytes are.
        let payload =
            std::str::from_utf8(payload).map_err(|_| TokenError::Malformed("the payload is not UTF-8"))?;
        // serde would read a list as the claims in their order, too.
        if !payload.trim_ascii_start().starts_with('{') {
            return Err(TokenError::Malformed("the payload is no JSON object"));
        }
        let claims: RawClaims<'_> = serde_json::from_str(payload)
            .map_err(|_| TokenError::Malformed("the payload is no JSON object with one of each claim"))?;
        self.check(&claims, now.unix_timestamp())?;
        Ok(VerifiedToken {
            subject: subject(claims.user_id, claims.username),
            line_began: line_began(claims.orig_iat),
        })
    }

    /// Whether a token whose line began at `orig_iat` may still be refreshed; the last second counts.
    #[must_use]
    pub const fn refreshable(&self, orig_iat: i64, now: OffsetDateTime) -> bool {
        now.unix_timestamp() <= orig_iat.saturating_add(self.policy.refresh_expiration_seconds)
    }

    fn check(&self, claims: &RawClaims<'_>, now: i64) -> Result<(), TokenError> {
        if let Some(iat) = claims.iat {
            let iat = numeric_date(iat).map_err(|_| TokenError::IssuedAt)?;
            // As PyJWT since 2.6.
            if self.policy.wire == TokenWire::DrfJwt && iat > now.saturating_add(self.policy.leeway_seconds) {
                return Err(TokenError::IssuedAt);
            }
        }
        if let Some(nbf) = claims.nbf
            && numeric_date(nbf)? > now.saturating_add(self.policy.leeway_seconds)
        {
            return Err(TokenError::NotYetValid);
        }
        let exp = numeric_date(claims.exp.ok_or(TokenError::NoExpiry)?)?;
        if exp < now.saturating_sub(self.policy.leeway_seconds) {
            return Err(TokenError::Expired);
        }
        if let Some(issuer) = &self.policy.issuer
            && claims.iss.as_ref().and_then(Value::as_str) != Some(issuer)
        {
            return Err(TokenError::Issuer);
        }
        self.check_audience(claims.aud.as_ref())?;
        match self.policy.max_lifetime_seconds {
            Some(most) if exp > now.saturating_add(most).saturating_add(self.policy.leeway_seconds) => {
                Err(TokenError::Lifetime)
            }
            _ => Ok(()),
        }
    }

    /// `aud` is a string or a list of strings (RFC 7519, section 4.1.3); one that nobody asked for is refused too.
    fn check_audience(&self, claimed: Option<&Value>) -> Result<(), TokenError> {
        let Some(wanted) = &self.policy.audience else {
            return if claimed.is_none() { Ok(()) } else { Err(TokenError::Audience) };
        };
        let meant = match claimed {
            Some(Value::String(one)) => one == wanted,
            Some(Value::Array(many)) => {
                many.iter().all(Value::is_string) && many.iter().any(|one| one.as_str() == Some(wanted))
            }
            _ => false,
        };
        if meant { Ok(()) } else { Err(TokenError::Audience) }
    }
}
