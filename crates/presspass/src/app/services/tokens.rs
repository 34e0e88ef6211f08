//! What tokens say, and for how long they are good.

use presspass_auth::revocation::TokenFacts;
use presspass_auth::tokens::{TokenPolicy, TokenSubject, new_jti};
use presspass_domain::Account;
use presspass_rest::Failure;
use time::{Duration, OffsetDateTime};

use super::Services;
use crate::settings;

/// How long tokens, and lines of them, can be good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TokenLifetimes {
    /// A token.
    pub lifetime: Duration,
    /// A line, after its first token.
    refresh_window: Duration,
    /// How long past its end a token is taken, with what clocks of servers may be apart.
    grace: Duration,
}

impl TokenLifetimes {
    /// Those of tokens by this policy.
    pub const fn of(policy: &TokenPolicy) -> Self {
        Self {
            lifetime: Duration::seconds(policy.expiration_seconds),
            refresh_window: Duration::seconds(policy.refresh_expiration_seconds),
            grace: Duration::seconds(policy.leeway_seconds.saturating_add(60)),
        }
    }

    /// Until when lines have to be kept that are revoked after this token was refreshed, in seconds since 1970; `None` where
    /// that is as long as for any other.
    pub fn outlives_line(&self, token: &TokenFacts) -> Option<i64> {
        let ends = token.outlives_line(self.refresh_window, self.lifetime)?;
        Some(ends.saturating_add(self.grace.whole_seconds()))
    }

    /// Until when it has to be kept that the line of this token was revoked, in seconds since 1970.
    pub fn keep_until(&self, token: &TokenFacts) -> i64 {
        let until = token.keep_until(self.refresh_window, self.lifetime);
        until.saturating_add(self.grace.whole_seconds())
    }
}

/// The cookie that carries a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TokenCookie {
    pub name: String,
    /// How long browsers keep it, in seconds: as long as a token is good.
    pub max_age: u64,
}

impl TokenCookie {
    /// The one that the settings name, if they do.
    pub(super) fn of(jwt: &settings::Jwt) -> Option<Self> {
        let name = jwt.cookie.as_ref()?.as_str().to_owned();
        Some(Self { name, max_age: jwt.expiration.as_secs() })
    }
}

/// What tokens must say, by the settings.
pub(crate) fn token_policy(jwt: &settings::Jwt) -> TokenPolicy {
    let seconds = |duration: std::time::Duration| i64::try_from(duration.as_secs()).unwrap_or(i64::MAX);
    TokenPolicy {
        expiration_seconds: seconds(jwt.expiration),
        refresh_expiration_seconds: seconds(jwt.refresh_expiration),
        leeway_seconds: seconds(jwt.leeway),
        max_lifetime_seconds: jwt.max_lifetime.map(seconds),
        allow_refresh: jwt.allow_refresh,
        audience: jwt.audience.clone(),
        issuer: jwt.issuer.clone(),
    }
}

impl Services {
    /// A token that begins a line.
    pub(crate) fn issue(&self, account: &Account, at: OffsetDateTime) -> Result<String, Failure> {
        let jti = new_jti(self.randomness.as_ref()).map_err(internal)?;
        self.issuer.issue_identified(subject(account), &jti, at).map_err(internal)
    }

    /// A token of a line that began at `orig_iat`, with this identifier where it has one.
    pub(crate) fn refresh(
        &self,
        account: &Account,
        orig_iat: i64,
        jti: Option<&str>,
        at: OffsetDateTime,
    ) -> Result<String, Failure> {
        let subject = subject(account);
        match jti {
            Some(jti) => self.issuer.refresh_identified(subject, orig_iat, jti, at),
            None => self.issuer.refresh(subject, orig_iat, at),
        }
        .map_err(internal)
    }
}

/// What a token says of an account.
fn subject(account: &Account) -> TokenSubject<'_> {
    TokenSubject { user_id: account.id, username: &account.username, email: &account.email }
}

fn internal(error: impl std::fmt::Display) -> Failure {
    Failure::Internal { reason: error.to_string() }
}
