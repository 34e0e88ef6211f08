//! Verifies tokens.

use serde_json::Value;
use time::OffsetDateTime;

use super::TokenError;
use super::claims::{RawClaims, VerifiedToken, line_began, numeric_date, subject};
use super::key::SigningKey;
use super::structure::Structure;

/// No token of the original's is longer: names have at most 150 characters and addresses 254.
pub(super) const MAX_TOKEN_LENGTH: usize = 8192;

/// What tokens must say, and how long they are good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenPolicy {
    /// How long a new token is good, in seconds. 300, as in the original.
    pub expiration_seconds: i64,
    /// How long after its first issue a line of tokens can be refreshed, in seconds. Seven days, as in the original.
    pub refresh_expiration_seconds: i64,
    /// How long past `exp` a token is still taken, in seconds. 0, as in the original.
    pub leeway_seconds: i64,
    /// Whether new tokens carry `orig_iat` and so can be refreshed.
    pub allow_refresh: bool,
    /// `aud` of new tokens, and what must be among that of every token.
    pub audience: Option<String>,
    /// `iss` of new tokens, and what that of every token must be.
    pub issuer: Option<String>,
}

impl Default for TokenPolicy {
    fn default() -> Self {
        Self {
            expiration_seconds: 300,
            refresh_expiration_seconds: 7 * 24 * 3600,
            leeway_seconds: 0,
            allow_refresh: true,
            audience: None,
            issuer: None,
        }
    }
}

/// Verifies tokens under one key and one policy.
#[derive(Debug, Clone)]
pub struct TokenVerifier {
    key: SigningKey,
    policy: TokenPolicy,
}

impl TokenVerifier {
    /// A verifier for tokens under `key` that keep to `policy`.
    #[must_use]
    pub const fn new(key: SigningKey, policy: TokenPolicy) -> Self {
        Self { key, policy }
    }

    /// Verifies a compact token (RFC 7515, section 7.1) at the moment `now`.
    ///
    /// # Errors
    /// The first thing that is wrong, looked for in `PyJWT` 1.7's order: structure, algorithm, signature, `iat`, `nbf`,
    /// `exp`, `iss`, `aud`.
    pub fn verify(&self, token: &[u8], now: OffsetDateTime) -> Result<VerifiedToken, TokenError> {
        if token.len() > MAX_TOKEN_LENGTH {
            return Err(TokenError::TooLong);
        }
        let structure = Structure::parse(token)?;
        if !self.key.verifies(structure.signed, &structure.signature) {
            return Err(TokenError::Signature);
        }
        // serde would read a list as the claims in their order, too.
        if structure.payload.trim_ascii_start().first() != Some(&b'{') {
            return Err(TokenError::Malformed("the payload is no JSON object"));
        }
        let claims: RawClaims<'_> = serde_json::from_slice(&structure.payload)
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
            numeric_date(iat).map_err(|_| TokenError::IssuedAt)?;
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
        self.check_audience(claims.aud.as_ref())
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
