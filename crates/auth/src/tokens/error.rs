//! Why a token is refused.

use super::profile::ClaimsProfile;

/// In bytes. No token of djangorestframework-jwt is longer: names have at most 150 characters and addresses 254.
pub(super) const MAX_TOKEN_LENGTH: usize = 8192;

/// Why a token is refused. [`std::fmt::Display`] is for logs; [`TokenError::detail`] is for the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// It is longer than any token that this crate issues.
    #[error("the token is longer than {} bytes", MAX_TOKEN_LENGTH)]
    TooLong,
    /// It is not three parts of base64url, its header or payload is not a JSON object (RFC 7515, section 5.2), a
    /// claim is repeated or cannot be read.
    #[error("the token is malformed: {0}")]
    Malformed(&'static str),
    /// The header requires something unsupported: `crit`, `b64`, `zip`, encryption (RFC 7515, section 4.1.11).
    #[error("the token's header requires something unsupported: {0}")]
    Unsupported(&'static str),
    /// The header does not name the algorithm of a key (RFC 8725, section 3.1).
    #[error("the token's algorithm is not that of a key")]
    Algorithm,
    /// The header names a key (`kid`; RFC 7515, section 4.1.4) that does not exist, or all candidate keys have
    /// retired. A service that verifies another's tokens should fetch the keys again.
    #[error("the token's key is not in use")]
    UnknownKey,
    /// The signature does not match.
    #[error("the signature is wrong")]
    Signature,
    /// `exp` has passed (RFC 7519, section 4.1.4).
    #[error("the token has expired")]
    Expired,
    /// `nbf` is yet to come (RFC 7519, section 4.1.5).
    #[error("the token is not yet valid")]
    NotYetValid,
    /// There is no `exp`: such a token would never expire.
    #[error("the token has no expiry")]
    NoExpiry,
    /// `iat` is not a number (RFC 7519, section 4.1.6), or in the future.
    #[error("the time of issue is not a number, or in the future")]
    IssuedAt,
    /// `aud` is missing, unexpected or another (RFC 7519, section 4.1.3).
    #[error("the audience is wrong")]
    Audience,
    /// `iss` is missing or another (RFC 7519, section 4.1.1).
    #[error("the issuer is wrong")]
    Issuer,
    /// The header's `typ` is not [`TokenPolicy::token_type`](super::TokenPolicy::token_type) (RFC 8725, section 3.11).
    #[error("the token is of another type")]
    Type,
    /// `exp` is further in the future than
    /// [`TokenPolicy::max_lifetime_seconds`](super::TokenPolicy::max_lifetime_seconds).
    #[error("the token's lifetime is longer than allowed")]
    Lifetime,
    /// The token is valid, but the service's own claims are missing or of another type.
    #[error("the service's own claims cannot be read")]
    ExtraClaims,
}

impl TokenError {
    /// The message for the caller. In the profiles of Django's packages it is `PyJWT`'s exception, as the package words it
    /// that the service replaces.
    #[must_use]
    pub fn detail(self, profile: impl Into<ClaimsProfile>) -> &'static str {
        match profile.into() {
            ClaimsProfile::Registered if self == Self::Expired => "The token has expired.",
            ClaimsProfile::Registered => "The token is invalid.",
            #[cfg(feature = "django")]
            ClaimsProfile::Django(wire) => wire.detail(self),
        }
    }
}
