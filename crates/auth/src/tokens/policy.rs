//! The policy of tokens.

use super::TokenWire;

/// How new tokens are made, and what tokens are accepted. Scheme and cookie are configured in the
/// [authenticator](crate::authenticators::JwtAuthenticator).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenPolicy {
    /// The lifetime of a new token, in seconds. 300, as in djangorestframework-jwt. It should not be shorter than
    /// that of any unexpired token without `iat`, because [revocation](crate::revocation) calculates from it when
    /// such a token was issued.
    pub expiration_seconds: i64,
    /// How long after its first token a family can be refreshed, in seconds. Seven days, as in
    /// djangorestframework-jwt.
    pub refresh_expiration_seconds: i64,
    /// How long after `exp` a token is still accepted, and how long before `nbf` already, in seconds (RFC 7519,
    /// sections 4.1.4 and 4.1.5). 0, as in djangorestframework-jwt.
    pub leeway_seconds: i64,
    /// How far in the future `exp` may be, in seconds: a token with a longer lifetime is refused. `None`, as in
    /// djangorestframework-jwt, accepts every signed token. Set it if other services sign, too.
    pub max_lifetime_seconds: Option<i64>,
    /// Whether new tokens have `orig_iat`, so that they can be refreshed.
    pub allow_refresh: bool,
    /// `aud` of new tokens, which must be among the audiences of every token (RFC 7519, section 4.1.3).
    pub audience: Option<String>,
    /// `iss` of new tokens, and of every token (RFC 7519, section 4.1.1).
    pub issuer: Option<String>,
    /// The form of new tokens and of error messages.
    pub wire: TokenWire,
}

impl Default for TokenPolicy {
    fn default() -> Self {
        Self {
            expiration_seconds: 300,
            refresh_expiration_seconds: 7 * 24 * 3600,
            leeway_seconds: 0,
            max_lifetime_seconds: None,
            allow_refresh: true,
            audience: None,
            issuer: None,
            wire: TokenWire::default(),
        }
    }
}
