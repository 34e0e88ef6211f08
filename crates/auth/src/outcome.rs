//! Outcomes of authentication.

use std::borrow::Cow;
use std::fmt;

use crate::throttles::Throttled;
use crate::tokens::ClaimsProfile;

/// The outcome of one authenticator, or of the whole chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome<U> {
    /// The request has no credentials of this kind: the next authenticator is asked. Of a chain: the caller is
    /// anonymous.
    NotAttempted,
    /// The credentials are valid: the chain ends here.
    Verified(U),
    /// The credentials are invalid: the chain ends here, too.
    Rejected(Rejection),
}

/// The kind of response to a rejection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RejectionKind {
    /// Invalid credentials: 401, or 403 if the first authenticator of the chain has no challenge.
    Unauthenticated,
    /// Valid credentials that must not be used in this way, such as a session without its CSRF token: always 403.
    Forbidden,
    /// Credentials that were not verified, because too many before them were invalid: 429.
    Throttled(Throttled),
}

/// Why credentials were rejected, for the caller and for the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    kind: RejectionKind,
    detail: Cow<'static, str>,
    reason: Cow<'static, str>,
    is_of_another: bool,
}

impl Rejection {
    const fn of(kind: RejectionKind, detail: Cow<'static, str>, reason: Cow<'static, str>) -> Self {
        Self { kind, detail, reason, is_of_another: false }
    }

    /// The credentials are visibly for another authenticator: they have the right scheme, but the form of another kind, or
    /// they name another issuer. If the chain has another authenticator with this
    /// [scheme](crate::Authenticator::scheme), that one is asked; otherwise they are rejected.
    #[must_use]
    pub fn of_another(self) -> Self {
        Self { is_of_another: true, ..self }
    }

    /// Whether the credentials are visibly [for another authenticator](Self::of_another).
    #[must_use]
    pub const fn is_of_another(&self) -> bool {
        self.is_of_another
    }

    /// Invalid credentials. `detail` is for the caller, `reason` for the log; neither may contain the credentials.
    #[must_use]
    pub fn unauthenticated(
        detail: impl Into<Cow<'static, str>>,
        reason: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self::of(RejectionKind::Unauthenticated, detail.into(), reason.into())
    }

    /// Valid credentials that must not be used in this way.
    #[must_use]
    pub fn forbidden(detail: impl Into<Cow<'static, str>>, reason: impl Into<Cow<'static, str>>) -> Self {
        Self::of(RejectionKind::Forbidden, detail.into(), reason.into())
    }

    /// Credentials that were not verified, because too many before them were invalid.
    #[must_use]
    pub fn throttled(throttled: Throttled) -> Self {
        let detail = throttled.detail().into();
        Self::of(RejectionKind::Throttled(throttled), detail, "too many logins failed".into())
    }

    /// The token's account does not exist.
    #[must_use]
    pub fn unknown_account(profile: impl Into<ClaimsProfile>) -> Self {
        let detail = match profile.into() {
            ClaimsProfile::Registered => "The token is invalid.",
            #[cfg(feature = "django")]
            ClaimsProfile::Django(wire) => wire.unknown_account(),
        };
        Self::unauthenticated(detail, "no account has this id and name")
    }

    /// The token's account is disabled.
    #[must_use]
    pub fn disabled_account() -> Self {
        Self::unauthenticated("User account is disabled.", "the account is disabled")
    }

    /// The message for a revoked token (drf-jwt 1.19's `blacklist`).
    #[cfg(feature = "django")]
    pub const REVOKED: &'static str = "Token is blacklisted.";

    /// The token was revoked, alone or with all of its account.
    #[must_use]
    pub fn revoked_token(profile: impl Into<ClaimsProfile>) -> Self {
        let reason = "the token was revoked";
        match profile.into() {
            ClaimsProfile::Registered => Self::unauthenticated("The token is invalid.", reason),
            #[cfg(feature = "django")]
            ClaimsProfile::Django(wire) => wire.revoked(reason),
        }
    }

    /// The kind of response.
    #[must_use]
    pub const fn kind(&self) -> RejectionKind {
        self.kind
    }

    /// The message for the caller.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// The reason for the log.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

/// The value of a `WWW-Authenticate` header (RFC 9110, section 11.6.1): `JWT realm="api"`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    scheme: String,
    /// Names and values, without quotes.
    parameters: Vec<(&'static str, String)>,
}

/// Removes characters that would end a quoted realm, or the header.
fn safe(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() && *c != '"' && *c != '\\').collect()
}

impl Challenge {
    /// A challenge. Characters that would end the quoted realm, or the header, are removed.
    #[must_use]
    pub fn new(scheme: &str, realm: &str) -> Self {
        Self::bare(scheme).with("realm", realm)
    }

    /// A challenge without a realm: `Token`, as in DRF's `TokenAuthentication`.
    #[must_use]
    pub fn bare(scheme: &str) -> Self {
        Self { scheme: safe(scheme), parameters: Vec::new() }
    }

    /// With a parameter, such as `charset`, in place of one with the same name.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        match self.parameters.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => *known = safe(value),
            None => self.parameters.push((name, safe(value))),
        }
        self
    }

    /// The scheme: `Bearer`.
    #[must_use]
    pub fn scheme(&self) -> &str {
        &self.scheme
    }
}

impl fmt::Display for Challenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.scheme)?;
        for (at, (name, value)) in self.parameters.iter().enumerate() {
            write!(f, "{} {name}=\"{value}\"", if at == 0 { "" } else { "," })?;
        }
        Ok(())
    }
}
