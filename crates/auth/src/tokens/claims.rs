//! The claims of a token: parsed and checked, once.

use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;
use time::{Duration, OffsetDateTime};

use super::TokenError;
#[cfg(feature = "django")]
use super::django::TokenWire;
use super::policy::TokenPolicy;
use super::profile::ClaimsProfile;
use super::subject::{Subject, SubjectError};
use crate::revocation::{TokenFacts, TokenTimes};

/// The claims that are read, as they stand in a payload. All but `exp` are optional: drf-jwt leaves out `email` and adds
/// `iat` and `jti`. A claim that is repeated is an error; one that is `null` counts as present.
#[derive(Deserialize)]
struct RawClaims<'p> {
    #[serde(default)]
    sub: Option<Value>,
    #[cfg(feature = "django")]
    #[serde(borrow, default, deserialize_with = "present")]
    user_id: Option<&'p RawValue>,
    #[cfg(feature = "django")]
    #[serde(default)]
    username: Option<Value>,
    #[serde(borrow, default, deserialize_with = "present")]
    exp: Option<&'p RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    nbf: Option<&'p RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    iat: Option<&'p RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    orig_iat: Option<&'p RawValue>,
    #[serde(default, deserialize_with = "present")]
    aud: Option<Value>,
    #[serde(default)]
    iss: Option<Value>,
    #[serde(default)]
    jti: Option<Value>,
    #[serde(default)]
    orig_jti: Option<Value>,
    #[serde(default)]
    sid: Option<Value>,
}

fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// `orig_iat`: when the first token of the family was issued. Every refresh keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrigIat {
    /// In seconds since 1970.
    At(i64),
    /// Missing, 0 or another value that Python takes for false: the token was issued where refresh is off.
    Absent,
    /// Not a timestamp. The token is valid, but cannot be refreshed.
    Unreadable,
}

/// A token whose signature and claims are valid. Whether its account exists, and whether the token was revoked, only a
/// store knows.
///
/// ```
/// use presspass_auth::tokens::{SigningKey, TokenIssuer, TokenPolicy, TokenRequest, TokenVerifier};
/// use presspass_auth::{Clock, SystemClock};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Debug, PartialEq, Serialize, Deserialize)]
/// struct Tenant { tenant: u64, roles: Vec<String> }
///
/// let (key, now) = (SigningKey::hs256("a secret of thirty-two bytes or more")?, SystemClock.now());
/// let tenant = Tenant { tenant: 7, roles: vec!["editor".to_owned()] };
/// let request = TokenRequest::new("ada").with_claims(&tenant)?;
/// let token = TokenIssuer::new(key.clone(), TokenPolicy::default()).issue(request, now)?;
///
/// let verified = TokenVerifier::new(key, TokenPolicy::default()).verify(token.as_bytes(), now)?;
/// assert_eq!(verified.subject::<String>()?, "ada");
/// assert_eq!(verified.claims::<Tenant>()?, tenant);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct VerifiedToken {
    payload: String,
    pub(super) sub: Option<Value>,
    #[cfg(feature = "django")]
    pub(super) user_id: Option<i64>,
    #[cfg(feature = "django")]
    pub(super) username: Option<Value>,
    session_id: Option<Box<str>>,
    orig_iat: OrigIat,
    facts: TokenFacts,
}

impl VerifiedToken {
    /// The account that it names: a type that implements [`FromStr`](std::str::FromStr), read from `sub`, or another
    /// [`Subject`].
    ///
    /// # Errors
    /// If it names none.
    pub fn subject<S: Subject>(&self) -> Result<S, SubjectError> {
        S::read(self)
    }

    /// The service's own claims, or any others, as a type. Claims that the type does not have are ignored.
    ///
    /// # Errors
    /// [`TokenError::ExtraClaims`] if the type cannot be read from the claims.
    pub fn claims<C: DeserializeOwned>(&self) -> Result<C, TokenError> {
        serde_json::from_str(&self.payload).map_err(|_| TokenError::ExtraClaims)
    }

    /// The session or token family that it belongs to: `sid`, as [refresh tokens](crate::refresh) write it.
    /// Not in the profiles of Django's packages.
    #[must_use]
    pub fn session_id(&self) -> Option<&str> {
        self.session_id.as_deref()
    }

    /// From when its family can be refreshed.
    #[must_use]
    pub const fn orig_iat(&self) -> OrigIat {
        self.orig_iat
    }

    /// What [revocation](crate::revocation) needs to know of it. A token without `iat` counts as issued
    /// [`TokenPolicy::expiration_seconds`] before it expires.
    #[must_use]
    pub const fn facts(&self) -> &TokenFacts {
        &self.facts
    }

    /// The same, of a token that is not needed any more.
    #[must_use]
    pub fn into_facts(self) -> TokenFacts {
        self.facts
    }
}

impl fmt::Debug for VerifiedToken {
    /// Claims can be personal data, so they are not shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifiedToken").field("facts", &self.facts).finish_non_exhaustive()
    }
}

/// Parses a payload whose signature was verified, and checks it against `policy`.
pub(super) fn read(
    payload: Vec<u8>,
    policy: &TokenPolicy,
    now: OffsetDateTime,
) -> Result<VerifiedToken, TokenError> {
    // serde_json does not check the bytes of members that are ignored.
    let payload =
        String::from_utf8(payload).map_err(|_| TokenError::Malformed("the payload is not UTF-8"))?;
    // serde reads an array as the members in their order.
    if !payload.trim_ascii_start().starts_with('{') {
        return Err(TokenError::Malformed("the payload is not a JSON object"));
    }
    let mut claims: RawClaims<'_> = serde_json::from_str(&payload)
        .map_err(|_| TokenError::Malformed("the payload is not a JSON object, or repeats a claim"))?;
    let (iat, exp) = claims.check(policy, now.unix_timestamp())?;
    let times = TokenTimes { iat, orig_iat: claims.orig_iat.and_then(seconds), exp };
    let [jti, orig_jti] = [&claims.jti, &claims.orig_jti].map(|id| id.as_ref().and_then(Value::as_str));
    Ok(VerifiedToken {
        facts: TokenFacts::new(jti, orig_jti, times, Duration::seconds(policy.expiration_seconds)),
        orig_iat: orig_iat(claims.orig_iat),
        session_id: match (policy.profile, &claims.sid) {
            (ClaimsProfile::Registered, Some(Value::String(sid))) => Some(sid.as_str().into()),
            _ => None,
        },
        sub: claims.sub.take(),
        #[cfg(feature = "django")]
        user_id: claims.user_id.and_then(|raw| raw.get().parse().ok()),
        #[cfg(feature = "django")]
        username: claims.username.take(),
        payload,
    })
}

impl RawClaims<'_> {
    /// Checks the claims in `PyJWT` 1.7's order. Returns `iat` and `exp`.
    fn check(&self, policy: &TokenPolicy, now: i64) -> Result<(Option<i64>, i64), TokenError> {
        let iat = self.iat.map(numeric_date).transpose().map_err(|_| TokenError::IssuedAt)?;
        let is_registered = policy.profile == ClaimsProfile::Registered;
        let ahead = if is_registered { policy.max_ahead_seconds } else { 0 };
        let latest = now.saturating_add(policy.leeway_seconds.max(ahead));
        let checks_iat = match policy.profile {
            ClaimsProfile::Registered => true,
            // As PyJWT since 2.6.
            #[cfg(feature = "django")]
            ClaimsProfile::Django(wire) => wire == TokenWire::DrfJwt,
        };
        if checks_iat && iat.is_some_and(|iat| iat > latest) {
            return Err(TokenError::IssuedAt);
        }
        if let Some(nbf) = self.nbf
            && numeric_date(nbf)? > latest
        {
            return Err(TokenError::NotYetValid);
        }
        let exp = numeric_date(self.exp.ok_or(TokenError::NoExpiry)?)?;
        let since = now.saturating_sub(policy.leeway_seconds);
        // PyJWT 1.7 accepts a token in the second of its `exp`.
        if exp < since || (is_registered && exp == since) {
            return Err(TokenError::Expired);
        }
        if let Some(issuer) = &policy.issuer
            && self.iss.as_ref().and_then(Value::as_str) != Some(issuer)
        {
            return Err(TokenError::Issuer);
        }
        if !is_audience(self.aud.as_ref(), policy.audience.as_deref()) {
            return Err(TokenError::Audience);
        }
        match policy.max_lifetime_seconds {
            Some(most) if exp > now.saturating_add(most).saturating_add(policy.leeway_seconds) => {
                Err(TokenError::Lifetime)
            }
            _ => Ok((iat, exp)),
        }
    }
}

/// Whether `aud`, a string or an array of strings (RFC 7519, section 4.1.3), has the expected audience. Where none is
/// expected, a token must have none.
fn is_audience(claimed: Option<&Value>, expected: Option<&str>) -> bool {
    let Some(expected) = expected else { return claimed.is_none() };
    match claimed {
        Some(Value::String(one)) => one == expected,
        Some(Value::Array(many)) => {
            many.iter().all(Value::is_string) && many.iter().any(|one| one.as_str() == Some(expected))
        }
        _ => false,
    }
}

/// A `NumericDate` (RFC 7519, section 2) as seconds since 1970: a number, whose fraction is cut as `PyJWT` does. Numbers
/// beyond ±2^53, which a double does not hold exactly, are not timestamps.
fn numeric_date(raw: &RawValue) -> Result<i64, TokenError> {
    const EXACT: i64 = 1 << 53;
    match seconds(raw) {
        Some(seconds) if (-EXACT..=EXACT).contains(&seconds) => Ok(seconds),
        _ => Err(TokenError::Malformed("a timestamp is not a number")),
    }
}

/// A number as whole seconds, bounded by what fits; `None` if it is not a number.
fn seconds(raw: &RawValue) -> Option<i64> {
    let text = raw.get();
    #[expect(clippy::cast_possible_truncation, reason = "fractions are cut, and the cast is bounded")]
    text.parse().ok().or_else(|| text.parse::<f64>().ok().map(|seconds| seconds as i64))
}

/// Reads `orig_iat`.
fn orig_iat(raw: Option<&RawValue>) -> OrigIat {
    match raw.map(|raw| (raw.get(), numeric_date(raw))) {
        None | Some(("null" | "false" | "\"\"" | "[]" | "{}", _) | (_, Ok(0))) => OrigIat::Absent,
        Some((_, Ok(seconds))) => OrigIat::At(seconds),
        Some((_, Err(_))) => OrigIat::Unreadable,
    }
}
