//! Issues and refreshes tokens, by the settings.

use presspass_auth::revocation::{RevocationState, TokenFacts, TokenTimes};
use presspass_auth::tokens::{DjangoSubject, TokenPolicy, TokenRequest, TokenWire, new_uuid};
use presspass_domain::{Account, AccountKey, causes};
use presspass_rest::Failure;
use time::{Duration, OffsetDateTime};

use super::Services;
use crate::identity::caller::Claim;
use crate::settings;

/// How far in the future the `iat` of a new token may be.
const MAX_AHEAD: Duration = Duration::seconds(10);

/// The lifetimes of tokens and their families.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TokenLifetimes {
    /// A token.
    pub lifetime: Duration,
    /// After a family's first token.
    refresh_window: Duration,
    /// How long after its expiry a token may be accepted: the leeway, and the difference of clocks.
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

    /// Until when families have to be kept that are revoked after this token was refreshed, in seconds since 1970; `None`
    /// where that is as long as for any other.
    pub fn outlives_family(&self, token: &TokenFacts) -> Option<i64> {
        let ends = token.outlives_family(self.refresh_window, self.lifetime)?;
        Some(ends.saturating_add(self.grace.whole_seconds()))
    }

    /// Until when it has to be kept that the family of this token was revoked, in seconds since 1970.
    pub fn keep_until(&self, token: &TokenFacts) -> i64 {
        let until = token.keep_until(self.refresh_window, self.lifetime);
        until.saturating_add(self.grace.whole_seconds())
    }
}

/// The cookie that carries a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TokenCookie {
    pub name: String,
    /// Its `Max-Age`, in seconds: the lifetime of a token.
    pub max_age: u64,
}

impl TokenCookie {
    /// The one that the settings name, if they do.
    pub(super) fn of(jwt: &settings::Jwt) -> Option<Self> {
        let name = jwt.cookie.as_ref()?.as_str().to_owned();
        Some(Self { name, max_age: jwt.expiration.as_secs() })
    }
}

/// The policy of tokens, by the settings.
pub(crate) fn token_policy(jwt: &settings::Jwt) -> TokenPolicy {
    let seconds = |duration: std::time::Duration| i64::try_from(duration.as_secs()).unwrap_or(i64::MAX);
    let mut policy = TokenPolicy::django();
    policy.expiration_seconds = seconds(jwt.expiration);
    policy.refresh_expiration_seconds = seconds(jwt.refresh_expiration);
    policy.leeway_seconds = seconds(jwt.leeway);
    policy.max_lifetime_seconds = jwt.max_lifetime.map(seconds);
    policy.allow_refresh = jwt.allow_refresh;
    policy.audience.clone_from(&jwt.audience);
    policy.issuer.clone_from(&jwt.issuer);
    policy.profile = TokenWire::from(jwt.wire).into();
    policy
}

impl Services {
    /// Issues a token of a new family.
    pub(crate) async fn issue(
        &self,
        account: &Account,
        revoked: &RevocationState,
        now: OffsetDateTime,
    ) -> Result<String, Failure> {
        let jti = revoked.new_jti(self.randomness.as_ref()).map_err(internal)?;
        let mut at = self.dated(revoked, now);
        while at < now + MAX_AHEAD && self.has_revoked_second(account, &jti, at).await {
            at += Duration::SECOND;
        }
        self.issuer.issue(TokenRequest::new(subject(account)).with_jti(&*jti), at).map_err(internal)
    }

    /// The `iat` of a token. Programs that read drf-jwt's tokens use `jti`, and refuse an `iat` in the future.
    fn dated(&self, revoked: &RevocationState, now: OffsetDateTime) -> OffsetDateTime {
        match self.access.wire() {
            TokenWire::DjangorestframeworkJwt => revoked.issue_at(now),
            TokenWire::DrfJwt => now,
        }
    }

    /// Whether the account's families that began in this second are revoked, as one of them was by a token without `jti`:
    /// one that begins now must not be of them.
    async fn has_revoked_second(&self, account: &Account, jti: &str, at: OffsetDateTime) -> bool {
        let second = at.unix_timestamp();
        let times = TokenTimes { iat: None, orig_iat: Some(second), exp: second };
        let token = TokenFacts::new(Some(jti), None, times, Duration::ZERO);
        let key = AccountKey { id: account.id, username: account.username.clone() };
        match self.accounts.find(Claim { key, token }.query()).await {
            Ok(found) => found.is_some_and(|found| found.is_listed),
            Err(error) => {
                // The token is most likely valid.
                tracing::warn!(account = account.id, reason = causes(&error), "revocation lookup failed");
                false
            }
        }
    }

    /// Refreshes a token of a family that began at `orig_iat`, with this `jti` if it has one.
    pub(crate) fn refresh(
        &self,
        account: &Account,
        orig_iat: i64,
        jti: Option<&str>,
        revoked: &RevocationState,
        now: OffsetDateTime,
    ) -> Result<String, Failure> {
        let request = TokenRequest::new(subject(account)).with_orig_iat(orig_iat);
        let at = self.dated(revoked, now);
        match self.access.wire() {
            TokenWire::DjangorestframeworkJwt => self.issuer.issue(request.with_jti(jti), at),
            TokenWire::DrfJwt => {
                let own = new_uuid(self.randomness.as_ref()).map_err(internal)?;
                self.issuer.issue(request.with_jti(&*own).with_orig_jti(jti), at)
            }
        }
        .map_err(internal)
    }
}

/// The claims about an account.
fn subject(account: &Account) -> DjangoSubject<'_> {
    DjangoSubject { user_id: account.id, username: &account.username, email: &account.email }
}

fn internal(error: impl std::fmt::Display) -> Failure {
    Failure::Internal { reason: error.to_string() }
}
