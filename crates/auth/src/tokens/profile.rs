//! The names of claims, and the messages that go with them.

#[cfg(feature = "django")]
use super::django::TokenWire;

/// How a token names its subject and its dates, and how errors are worded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClaimsProfile {
    /// The registered claims of RFC 7519: `sub`, `exp`, `iat`, `jti`, and `iss` and `aud` if they are configured. Nothing
    /// else about the account is in a token. `exp` equal to now has expired (section 4.1.4).
    #[default]
    Registered,
    /// The claims of a package for Django REST framework: `user_id` and `username`. With `PyJWT` 1.7, which it uses, a
    /// token is valid in the second of its `exp`.
    #[cfg(feature = "django")]
    Django(TokenWire),
}

impl ClaimsProfile {
    /// Those whose headers differ: drf-jwt's are those of [`Self::Registered`].
    #[cfg(feature = "django")]
    pub(super) const BY_HEADER: [Self; 2] =
        [Self::Registered, Self::Django(TokenWire::DjangorestframeworkJwt)];
    #[cfg(not(feature = "django"))]
    pub(super) const BY_HEADER: [Self; 1] = [Self::Registered];
}
