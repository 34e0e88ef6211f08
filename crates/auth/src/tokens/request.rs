//! What a token is to contain.

use serde::Serialize;
use serde_json::{Map, Value};
use time::{Duration, OffsetDateTime};

#[cfg(feature = "django")]
use super::django::DjangoSubject;
use super::issuer::SigningError;
use super::json::ObjectWriter;
use super::policy::TokenPolicy;
use super::profile::ClaimsProfile;
use super::subject::{NewSubject, TokenSubject};
use crate::randomness::RandomnessError;

/// The claims that the issuer writes, or that every verifier understands (RFC 7519, section 4.1).
const RESERVED: [&str; 11] =
    ["exp", "nbf", "iat", "orig_iat", "jti", "orig_jti", "aud", "iss", "sub", "sid", "typ"];

/// Those that Django's packages write, too.
#[cfg(feature = "django")]
const RESERVED_BY_DJANGO: [&str; 3] = ["user_id", "username", "email"];

/// Why a service's own claims cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ExtraError {
    /// They are not a struct or map, or one that JSON cannot represent.
    #[error("a service's own claims must be a JSON object")]
    NotAnObject,
    /// One of them has the name of a claim that the issuer writes, or that RFC 7519 registers.
    #[error("the claim {0} is reserved")]
    Reserved(String),
}

/// A token to be issued by [`TokenIssuer::issue`](super::TokenIssuer::issue). The id of an account alone is one, too.
///
/// ```
/// use presspass_auth::tokens::TokenRequest;
/// use time::Duration;
///
/// let request = TokenRequest::new("0197d2c1-…").with_lifetime(Duration::hours(1));
/// # let _ = request;
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct TokenRequest<'a> {
    subject: TokenSubject<'a>,
    pub(super) jti: Option<&'a str>,
    #[cfg(feature = "django")]
    pub(super) orig_jti: Option<&'a str>,
    session_id: Option<&'a str>,
    pub(super) orig_iat: Option<i64>,
    pub(super) lifetime: Option<Duration>,
    extra: Map<String, Value>,
}

impl<'a> TokenRequest<'a> {
    /// A token for the account with this id.
    #[must_use]
    pub fn new(subject: impl Into<TokenSubject<'a>>) -> Self {
        Self {
            subject: subject.into(),
            jti: None,
            #[cfg(feature = "django")]
            orig_jti: None,
            session_id: None,
            orig_iat: None,
            lifetime: None,
            extra: Map::new(),
        }
    }

    /// With this identifier (RFC 7519, section 4.1.7) in place of a random one: see
    /// [`RevocationState::new_jti`](crate::revocation::RevocationState::new_jti).
    #[must_use]
    pub fn with_jti(self, jti: impl Into<Option<&'a str>>) -> Self {
        Self { jti: jti.into(), ..self }
    }

    /// Of this session or token family: `sid`, as [refresh tokens](crate::refresh) write it. Not in the profiles of Django's
    /// packages.
    #[must_use]
    pub fn with_session_id(self, session_id: impl Into<Option<&'a str>>) -> Self {
        Self { session_id: session_id.into(), ..self }
    }

    /// Refreshes a token: the new one is of the family that began at `orig_iat` (seconds since 1970). Where tokens are
    /// [revoked](crate::revocation), it has to carry the family's `jti`, too.
    #[must_use]
    pub fn with_orig_iat(self, orig_iat: i64) -> Self {
        Self { orig_iat: Some(orig_iat), ..self }
    }

    /// With another lifetime than [`TokenPolicy::expiration_seconds`].
    ///
    /// Such a token always has an `iat`, because revocation cannot calculate it from `exp`. One with a longer lifetime than the
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
        let is_reserved = |name: &&String| {
            RESERVED.contains(&name.as_str())
                || match &self.subject.0 {
                    #[cfg(feature = "django")]
                    NewSubject::Django(_) => RESERVED_BY_DJANGO.contains(&name.as_str()),
                    _ => false,
                }
        };
        match extra.keys().find(is_reserved) {
            Some(name) => Err(ExtraError::Reserved(name.clone())),
            None => Ok(Self { extra, ..self }),
        }
    }

    /// The claims as JSON, in the order of the package that the policy names. `new_jti` makes an identifier.
    pub(super) fn payload(
        &self,
        policy: &TokenPolicy,
        now: OffsetDateTime,
        new_jti: impl FnOnce() -> Result<String, RandomnessError>,
    ) -> Result<String, SigningError> {
        let now = now.unix_timestamp();
        let lifetime = self.lifetime.map_or(policy.expiration_seconds, Duration::whole_seconds);
        let dates = Dates {
            now,
            exp: now.saturating_add(lifetime),
            is_refreshable: policy.allow_refresh && lifetime <= policy.expiration_seconds,
        };
        let mut json = ObjectWriter::new();
        match (policy.profile, &self.subject.0) {
            (ClaimsProfile::Registered, _)
                if policy.max_lifetime_seconds.is_some_and(|most| lifetime > most) =>
            {
                return Err(SigningError::Lifetime);
            }
            (ClaimsProfile::Registered, NewSubject::Sub(sub)) => {
                self.registered(&mut json, policy, sub, dates, new_jti)?;
            }
            // Its name and its email address are nobody else's business.
            #[cfg(feature = "django")]
            (ClaimsProfile::Registered, NewSubject::Django(DjangoSubject { user_id, .. })) => {
                self.registered(&mut json, policy, &user_id.to_string(), dates, new_jti)?;
            }
            #[cfg(feature = "django")]
            (ClaimsProfile::Django(wire), NewSubject::Django(subject)) => {
                self.djangos(&mut json, policy, wire, *subject, dates);
            }
            #[cfg(feature = "django")]
            (ClaimsProfile::Django(_), NewSubject::Sub(_)) => return Err(SigningError::Subject),
        }
        #[cfg(feature = "django")]
        if let Some(orig_jti) = self.orig_jti {
            json.text("orig_jti", orig_jti);
        }
        for (name, value) in &self.extra {
            json.value(name, value);
        }
        Ok(json.finish())
    }

    /// The registered claims, in the order of RFC 7519, section 4.1.
    fn registered(
        &self,
        json: &mut ObjectWriter,
        policy: &TokenPolicy,
        sub: &str,
        Dates { now, exp, is_refreshable }: Dates,
        new_jti: impl FnOnce() -> Result<String, RandomnessError>,
    ) -> Result<(), SigningError> {
        let iss = policy.issuer.as_deref();
        for (name, value) in [("iss", iss), ("sub", Some(sub)), ("aud", policy.audience.as_deref())] {
            if let Some(value) = value {
                json.text(name, value);
            }
        }
        json.number("exp", exp);
        json.number("iat", now);
        match self.jti {
            Some(jti) => json.text("jti", jti),
            None => json.text("jti", &new_jti()?),
        }
        if let Some(session_id) = self.session_id {
            json.text("sid", session_id);
        }
        if is_refreshable || self.orig_iat.is_some() {
            json.number("orig_iat", self.orig_iat.unwrap_or(now));
        }
        Ok(())
    }
}

/// The dates of a token, in seconds since 1970.
#[derive(Clone, Copy)]
pub(super) struct Dates {
    pub now: i64,
    pub exp: i64,
    pub is_refreshable: bool,
}

impl<'a, S: Into<TokenSubject<'a>>> From<S> for TokenRequest<'a> {
    fn from(subject: S) -> Self {
        Self::new(subject)
    }
}
