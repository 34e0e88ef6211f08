//! The Django REST framework packages for tokens, and their messages.

use super::super::error::TokenError;
use super::super::profile::ClaimsProfile;
use crate::outcome::Rejection;

/// The Django REST framework package that a service replaces: it determines the claims of new tokens and the error
/// messages. Tokens of both are accepted in any case.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TokenWire {
    /// djangorestframework-jwt 1.11. It accepts an `iat` in the future.
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

impl TokenWire {
    /// `PyJWT`'s exception, as the package words it.
    pub(in crate::tokens) const fn detail(self, error: TokenError) -> &'static str {
        match self {
            Self::DjangorestframeworkJwt => of_djangorestframework_jwt(error),
            Self::DrfJwt => of_drf_jwt(error),
        }
    }

    /// What `authenticate_credentials` says of an account that does not exist.
    pub(crate) const fn unknown_account(self) -> &'static str {
        match self {
            Self::DjangorestframeworkJwt => "Invalid signature.",
            Self::DrfJwt => "Invalid token.",
        }
    }

    /// djangorestframework-jwt revokes nothing; drf-jwt responds with 403.
    pub(crate) fn revoked(self, reason: &'static str) -> Rejection {
        match self {
            Self::DjangorestframeworkJwt => Rejection::unauthenticated(Rejection::REVOKED, reason),
            Self::DrfJwt => Rejection::forbidden(Rejection::REVOKED, reason),
        }
    }
}

const fn of_drf_jwt(error: TokenError) -> &'static str {
    match error {
        TokenError::TooLong
        | TokenError::Malformed(_)
        | TokenError::Unsupported(_)
        | TokenError::Signature => "Error decoding token.",
        TokenError::Expired => "Token has expired.",
        TokenError::UnknownKey
        | TokenError::NoExpiry
        | TokenError::ExtraClaims
        | TokenError::Algorithm
        | TokenError::NotYetValid
        | TokenError::IssuedAt
        | TokenError::Audience
        | TokenError::Issuer
        | TokenError::Type
        | TokenError::Lifetime => "Invalid token.",
    }
}

const fn of_djangorestframework_jwt(error: TokenError) -> &'static str {
    match error {
        TokenError::TooLong
        | TokenError::Malformed(_)
        | TokenError::Unsupported(_)
        | TokenError::UnknownKey
        | TokenError::Signature => "Error decoding signature.",
        TokenError::Expired => "Signature has expired.",
        TokenError::NoExpiry | TokenError::ExtraClaims => "Invalid payload.",
        TokenError::Algorithm
        | TokenError::NotYetValid
        | TokenError::IssuedAt
        | TokenError::Audience
        | TokenError::Issuer
        | TokenError::Type
        | TokenError::Lifetime => "Incorrect authentication credentials.",
    }
}
