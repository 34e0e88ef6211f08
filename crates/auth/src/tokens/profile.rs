//! The names of claims, and the messages that go with them.

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
    Django(TokenWire),
}

/// The Django REST framework package that a service replaces: it determines the claims of new tokens and the error
/// messages. Tokens of both are accepted in any case.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TokenWire {
    /// djangorestframework-jwt 1.11.
    #[default]
    DjangorestframeworkJwt,
    /// drf-jwt 1.19, its fork, with `PyJWT` 2: tokens have `iat` and `jti`, and a refreshed one has the `jti` of the
    /// first as `orig_jti`.
    DrfJwt,
}

impl From<TokenWire> for ClaimsProfile {
    fn from(wire: TokenWire) -> Self {
        Self::Django(wire)
    }
}
