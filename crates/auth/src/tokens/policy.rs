//! What tokens must say.

use super::TokenWire;

/// What tokens must say, and how long they are good. Scheme and cookie are the business of the
/// [authenticator](crate::authenticators::JwtAuthenticator).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenPolicy {
    /// How long a new token is good, in seconds. 300, as in the original.
    pub expiration_seconds: i64,
    /// How long after its first issue a line of tokens can be refreshed, in seconds. Seven days, as in the original.
    pub refresh_expiration_seconds: i64,
    /// How long past `exp` a token is still taken, and how long before `nbf` it already is, in seconds (RFC 7519, sections
    /// 4.1.4 and 4.1.5). 0, as in the original.
    pub leeway_seconds: i64,
    /// How far ahead `exp` may be, in seconds: a token that claims to be good for longer is refused. `None`, as in the
    /// original: whatever is signed is taken. Set it where others sign, too.
    pub max_lifetime_seconds: Option<i64>,
    /// Whether new tokens carry `orig_iat` and so can be refreshed.
    pub allow_refresh: bool,
    /// `aud` of new tokens, and what must be among that of every token (RFC 7519, section 4.1.3).
    pub audience: Option<String>,
    /// `iss` of new tokens, and what that of every token must be (RFC 7519, section 4.1.1).
    pub issuer: Option<String>,
    /// The form of new tokens, and what callers are told.
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
