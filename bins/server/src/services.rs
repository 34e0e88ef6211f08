//! What the endpoints are made of: the composition root's work, done once at start-up.

use std::sync::Arc;

use presspass_auth::authenticators::{BasicAuthenticator, JwtAuthenticator, SessionAuthenticator};
use presspass_auth::passwords::Hasher;
use presspass_auth::permissions::{And, BuiltIn, Permission};
use presspass_auth::tokens::{SigningKey, TokenIssuer, TokenPolicy, TokenVerifier};
use presspass_auth::{Authenticator, AuthenticatorChain, Clock};
use presspass_domain::{AccountStore, Moment, PostStore};
use presspass_persistence::{Accounts, Database, Posts};
use presspass_rest::{BodyLimits, TrustedProxies};

use crate::access::{Caller, DeferredAccounts, Gate, NoSessions};
use crate::credentials::Credentials;
use crate::schema::Schema;
use crate::settings::{self, Settings};
use crate::setup::SetupLink;

/// The name of the original's session cookie: front ends rely on it.
pub(crate) const SESSION_COOKIE: &str = "sessionid";

/// Everything that endpoints use. Shared by all workers.
#[derive(Debug)]
pub(crate) struct Services {
    pub gate: Gate,
    pub permission: Arc<dyn Permission>,
    pub accounts: Arc<dyn AccountStore>,
    pub posts: Arc<dyn PostStore>,
    pub credentials: Credentials,
    pub issuer: TokenIssuer,
    pub verifier: Arc<TokenVerifier>,
    pub clock: Arc<dyn Clock>,
    pub body_limits: BodyLimits,
    pub proxies: TrustedProxies,
    pub pagination: Pagination,
    pub post_filters: bool,
    pub posts_read_only: bool,
    pub setup_link: Option<SetupLink>,
    pub schema: Schema,
    pub database: Database,
}

/// How lists are cut into pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pagination {
    /// Not at all.
    None,
    /// By `?limit=` and `?offset=`; `default` is the limit where the client names none.
    LimitOffset { default: Option<i64> },
    /// By `?page=`.
    PageNumber { size: i64 },
    /// By `?cursor=`.
    Cursor { size: i64 },
}

/// What of the services is decided at start-up, beside the settings.
pub(crate) struct Parts {
    pub database: Database,
    pub key: SigningKey,
    pub hasher: Hasher,
    pub upgrades_passwords: bool,
    pub clock: Arc<dyn Clock>,
    pub setup_link: Option<SetupLink>,
}

impl Services {
    /// Puts the services together.
    pub fn new(settings: &Settings, parts: Parts) -> Self {
        let Parts { database, key, hasher, upgrades_passwords, clock, setup_link } = parts;
        let policy = token_policy(&settings.jwt);
        let accounts: Arc<dyn AccountStore> = Arc::new(Accounts::new(database.clone()));
        let posts = Arc::new(Posts::new(database.clone()));
        let credentials = Credentials {
            accounts: accounts.clone(),
            hasher: Arc::new(hasher),
            upgrades: upgrades_passwords,
        };
        let verifier = Arc::new(TokenVerifier::new(key.clone(), policy.clone()));
        let authenticators = settings.authenticators.iter().map(|authenticator| {
            let authenticator: Arc<dyn Authenticator<Caller>> = match authenticator {
                settings::Authenticator::Jwt => Arc::new(JwtAuthenticator::new(
                    verifier.clone(),
                    Arc::new(DeferredAccounts),
                    clock.clone(),
                )),
                settings::Authenticator::Session => {
                    Arc::new(SessionAuthenticator::new(SESSION_COOKIE, Arc::new(NoSessions)))
                }
                settings::Authenticator::Basic => {
                    Arc::new(BasicAuthenticator::new(Arc::new(credentials.clone())))
                }
            };
            authenticator
        });
        let chain = AuthenticatorChain::new(authenticators.collect());
        let trusted = settings.trusted_proxies.clone();
        Self {
            gate: Gate { chain, accounts: accounts.clone() },
            permission: permissions(settings),
            accounts,
            posts,
            credentials,
            issuer: TokenIssuer::new(key, policy),
            verifier,
            clock,
            body_limits: BodyLimits { bytes: settings.limits.body_bytes, time: settings.limits.body_time },
            proxies: TrustedProxies::new(move |address| {
                trusted.iter().any(|network| network.contains(address))
            }),
            pagination: pagination(&settings.pagination),
            post_filters: settings.posts.filters,
            posts_read_only: settings.posts.read_only,
            setup_link,
            schema: Schema::new(settings),
            database,
        }
    }

    /// The present moment.
    pub fn now(&self) -> Moment {
        Moment::new(self.clock.now())
    }
}

/// What a caller must satisfy, all of it.
pub(crate) fn permissions(settings: &Settings) -> Arc<dyn Permission> {
    Arc::new(And(settings.permissions.iter().map(|one| permission(*one)).collect()))
}

fn permission(name: settings::Permission) -> Arc<dyn Permission> {
    Arc::new(match name {
        settings::Permission::AllowAny => BuiltIn::AllowAny,
        settings::Permission::IsAuthenticated => BuiltIn::IsAuthenticated,
        settings::Permission::IsAdmin => BuiltIn::IsAdmin,
        settings::Permission::IsAuthenticatedOrReadOnly => BuiltIn::IsAuthenticatedOrReadOnly,
        settings::Permission::ModelPermissions => BuiltIn::ModelPermissions,
        settings::Permission::ModelPermissionsOrAnonReadOnly => BuiltIn::ModelPermissionsOrAnonReadOnly,
    })
}

/// How lists are cut, by the settings.
pub(crate) fn pagination(settings: &settings::Pagination) -> Pagination {
    let size = settings.page_size.map(|size| i64::from(size.get()));
    match (settings.style, size) {
        (settings::PaginationStyle::LimitOffset, default) => Pagination::LimitOffset { default },
        (settings::PaginationStyle::PageNumber, Some(size)) => Pagination::PageNumber { size },
        (settings::PaginationStyle::Cursor, Some(size)) => Pagination::Cursor { size },
        // Without a size there are no pages, as in the original.
        (settings::PaginationStyle::None, _) | (_, None) => Pagination::None,
    }
}

fn token_policy(jwt: &settings::Jwt) -> TokenPolicy {
    let seconds = |duration: std::time::Duration| i64::try_from(duration.as_secs()).unwrap_or(i64::MAX);
    TokenPolicy {
        expiration_seconds: seconds(jwt.expiration),
        refresh_expiration_seconds: seconds(jwt.refresh_expiration),
        leeway_seconds: seconds(jwt.leeway),
        allow_refresh: jwt.allow_refresh,
        audience: jwt.audience.clone(),
        issuer: jwt.issuer.clone(),
    }
}
