//! Why a token is refused.

use super::TokenWire;

/// Why a token is refused. [`std::fmt::Display`] is for logs; [`TokenError::detail`] is what the caller is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// It is longer than any token of ours can be.
    #[error("the token is longer than {} bytes", super::verifier::MAX_TOKEN_LENGTH)]
    TooLong,
    /// Not three parts of base64url, or a header or payload that is no JSON object (RFC 7515, section 5.2).
    #[error("the token is malformed: {0}")]
    Malformed(&'static str),
    /// The header asks for something that we do not do: `crit`, `b64`, `zip`, encryption (RFC 7515, section 4.1.11).
    #[error("the token's header asks for what is not supported: {0}")]
    Unsupported(&'static str),
    /// The header names no algorithm of one of the keys (RFC 8725, section 3.1).
    #[error("the token names another algorithm than the key's")]
    Algorithm,
    /// The header names a key (`kid`; RFC 7515, section 4.1.4) that is not there, or the keys that may be meant are retired. Whoever has the keys of
    /// another service should fetch them anew.
    #[error("the token is under a key that is not in use")]
    UnknownKey,
    /// The signature is not this key's.
    #[error("the signature is wrong")]
    Signature,
    /// `exp` has passed (RFC 7519, section 4.1.4).
    #[error("the token has expired")]
    Expired,
    /// `nbf` is yet to come (RFC 7519, section 4.1.5).
    #[error("the token is not yet valid")]
    NotYetValid,
    /// There is no `exp`: such a token would be good for ever.
    #[error("the token has no expiry")]
    NoExpiry,
    /// `iat` is no number (RFC 7519, section 4.1.6).
    #[error("the moment of issue is no number")]
    IssuedAt,
    /// `aud` is missing, unexpected or another's (RFC 7519, section 4.1.3).
    #[error("the audience is wrong")]
    Audience,
    /// `iss` is missing or another's (RFC 7519, section 4.1.1).
    #[error("the issuer is wrong")]
    Issuer,
    /// `exp` is further ahead than [`TokenPolicy::max_lifetime_seconds`](super::TokenPolicy::max_lifetime_seconds).
    #[error("the token claims to be good for longer than is allowed")]
    Lifetime,
    /// The token is good, but the claims of the service's own are missing or of another type.
    #[error("the claims of the service's own cannot be read")]
    ExtraClaims,
}

impl TokenError {
    /// What the caller is told: `PyJWT`'s exception, as the package words it that the service takes the place of.
    #[must_use]
    pub const fn detail(self, wire: TokenWire) -> &'static str {
        match wire {
            TokenWire::DjangorestframeworkJwt => self.of_djangorestframework_jwt(),
            TokenWire::DrfJwt => self.of_drf_jwt(),
        }
    }

    const fn of_drf_jwt(self) -> &'static str {
        match self {
            Self::TooLong | Self::Malformed(_) | Self::Unsupported(_) | Self::Signature => {
                "Error decoding token."
            }
            Self::Expired => "Token has expired.",
            Self::UnknownKey
            | Self::NoExpiry
            | Self::ExtraClaims
            | Self::Algorithm
            | Self::NotYetValid
            | Self::IssuedAt
            | Self::Audience
            | Self::Issuer
            | Self::Lifetime => "Invalid token.",
        }
    }

    const fn of_djangorestframework_jwt(self) -> &'static str {
        match self {
            Self::TooLong
            | Self::Malformed(_)
            | Self::Unsupported(_)
            | Self::UnknownKey
            | Self::Signature => "Error decoding signature.",
            Self::Expired => "Signature has expired.",
            Self::NoExpiry | Self::ExtraClaims => "Invalid payload.",
            Self::Algorithm
            | Self::NotYetValid
            | Self::IssuedAt
            | Self::Audience
            | Self::Issuer
            | Self::Lifetime => "Incorrect authentication credentials.",
        }
    }
}
