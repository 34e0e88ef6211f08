//! The policy of tokens.

use time::Duration;

#[cfg(feature = "django")]
use super::django::TokenWire;
use super::profile::ClaimsProfile;

/// How new tokens are made, and which tokens are accepted. Scheme and cookie are configured in the
/// [authenticator](crate::authenticators::JwtAuthenticator).
///
/// The [default](Self::default) is for a service with its own users: claims of RFC 7519, five minutes, nothing that
/// lives longer than a day. With the feature `django` there are policies for a service that replaces one of Django's and
/// must accept and issue what that does.
///
/// ```
/// use presspass_auth::tokens::TokenPolicy;
/// use time::Duration;
///
/// let policy = TokenPolicy::default()
///     .with_issuer("https://accounts.example.org")
///     .with_audience("notes")
///     .with_token_type("at+jwt")
///     .with_lifetime(Duration::minutes(15));
/// # let _ = policy;
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TokenPolicy {
    /// The lifetime of a new token, in seconds: 300. It should not be shorter than that of any unexpired token without
    /// `iat`, because [revocation](crate::revocation) calculates from it when such a token was issued.
    pub expiration_seconds: i64,
    /// How long after its first token a family can be refreshed, in seconds: seven days, as in djangorestframework-jwt.
    pub refresh_expiration_seconds: i64,
    /// How long after `exp` a token is still accepted, and how long before `nbf` already, in seconds (RFC 7519, sections
    /// 4.1.4 and 4.1.5): 0.
    pub leeway_seconds: i64,
    /// How far ahead of ours the clock of an issuer may be, in seconds: 60. A token whose `iat` or `nbf` is further in the
    /// future is refused. Django's packages have no such limit, and their profiles ignore it.
    pub max_ahead_seconds: i64,
    /// How far in the future `exp` may be, in seconds: a token with a longer lifetime is refused. A day by default; `None`,
    /// as in Django's packages, accepts every signed token.
    pub max_lifetime_seconds: Option<i64>,
    /// Whether new tokens have `orig_iat`, so that they themselves can be exchanged for new ones, as Django's packages do
    /// it. Off by default: use [refresh tokens](crate::refresh).
    pub allow_refresh: bool,
    /// `aud` of new tokens, which must be among the audiences of every token (RFC 7519, section 4.1.3).
    pub audience: Option<String>,
    /// `iss` of new tokens, and of every token (RFC 7519, section 4.1.1).
    pub issuer: Option<String>,
    /// `typ` of new tokens, and of every token, such as `at+jwt` (RFC 9068, section 2.1; RFC 8725, section 3.11). It keeps
    /// tokens for another purpose out that have the same key, such as ID tokens. `None` accepts every type.
    pub token_type: Option<String>,
    /// The names of the claims, and the error messages.
    pub profile: ClaimsProfile,
}

impl Default for TokenPolicy {
    fn default() -> Self {
        Self {
            expiration_seconds: 300,
            refresh_expiration_seconds: 7 * 24 * 3600,
            leeway_seconds: 0,
            max_ahead_seconds: 60,
            max_lifetime_seconds: Some(24 * 3600),
            allow_refresh: false,
            audience: None,
            issuer: None,
            token_type: None,
            profile: ClaimsProfile::Registered,
        }
    }
}

#[cfg(feature = "django")]
impl TokenPolicy {
    /// The policy of djangorestframework-jwt 1.11 with its default settings: its claims, its messages, its limits.
    #[must_use]
    pub fn django() -> Self {
        Self {
            max_lifetime_seconds: None,
            allow_refresh: true,
            profile: TokenWire::DjangorestframeworkJwt.into(),
            ..Self::default()
        }
    }

    /// The policy of drf-jwt 1.19 with its default settings, and refreshing allowed.
    #[must_use]
    pub fn drf_jwt() -> Self {
        Self { profile: TokenWire::DrfJwt.into(), ..Self::django() }
    }
}

impl TokenPolicy {
    /// With another lifetime of new tokens. Tokens that live as long are accepted, too.
    #[must_use]
    pub fn with_lifetime(self, lifetime: Duration) -> Self {
        let expiration_seconds = lifetime.whole_seconds();
        let max_lifetime_seconds = self.max_lifetime_seconds.map(|most| most.max(expiration_seconds));
        Self { expiration_seconds, max_lifetime_seconds, ..self }
    }

    /// With another limit of the lifetime of tokens that are accepted; `None` for no limit.
    #[must_use]
    pub fn with_max_lifetime(self, most: impl Into<Option<Duration>>) -> Self {
        Self { max_lifetime_seconds: most.into().map(Duration::whole_seconds), ..self }
    }

    /// With a leeway, for a service whose clock differs from the issuer's.
    #[must_use]
    pub fn with_leeway(self, leeway: Duration) -> Self {
        Self { leeway_seconds: leeway.whole_seconds(), ..self }
    }

    /// New tokens have this audience, and every token must have it.
    #[must_use]
    pub fn with_audience(self, audience: impl Into<String>) -> Self {
        Self { audience: Some(audience.into()), ..self }
    }

    /// New tokens have this issuer, and every token must have it.
    #[must_use]
    pub fn with_issuer(self, issuer: impl Into<String>) -> Self {
        Self { issuer: Some(issuer.into()), ..self }
    }

    /// New tokens have this type in their header, and every token must have it.
    #[must_use]
    pub fn with_token_type(self, token_type: impl Into<String>) -> Self {
        Self { token_type: Some(token_type.into()), ..self }
    }
}
