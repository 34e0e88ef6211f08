//! What the endpoints are made of: the composition root's work, done once at start-up.

use std::sync::Arc;

use presspass_admin::AdminSite;
use presspass_auth::api_keys::{ApiKeyRegistry, ApiKeyStore};
use presspass_auth::authenticators::{
    BasicAuthenticator, JwtAuthenticator, SessionAuthenticator, TokenAuthenticator,
};
use presspass_auth::csrf::CsrfPolicy;
use presspass_auth::passwords::Hasher;
use presspass_auth::permissions::{And, BuiltIn, Permission};
use presspass_auth::revocation::{RevocationStore, TokenFacts};
use presspass_auth::sessions::{self, FingerprintKey, SessionStore, Sessions};
use presspass_auth::throttles::{LogInThrottle, RequestRates};
use presspass_auth::tokens::{
    SharedKeyRing, SigningKey, TokenIssuer, TokenPolicy, TokenSubject, TokenVerifier, new_jti,
};
use presspass_auth::{Authenticator, AuthenticatorChain, Clock, Randomness};
use presspass_domain::{Account, AccountStore, Moment, PostStore};
use presspass_persistence::{Accounts, ApiKeys, Database, OriginalSessions, Posts, Revocations};
use presspass_rest::pages::Pages;
use presspass_rest::{BodyLimits, Failure, Streams, TrustedProxies};
use time::{Duration, OffsetDateTime};

use crate::access::{Caller, DeferredAccounts, Gate};
use crate::admin;
use crate::api_keys::KeyCallers;
use crate::credentials::{Credentials, LogIns};
use crate::revocation::Judge;
use crate::routes;
use crate::schema::Schema;
use crate::sessions::{CookieNames, SessionAccounts, SessionCookies};
use crate::settings::{self, Settings};
use crate::setup::SetupLink;
use crate::throttles::{RequestThrottles, ThrottleStores};

/// Everything that endpoints use. Shared by all workers.
#[derive(Debug)]
pub(crate) struct Services {
    pub gate: Gate,
    pub permission: Arc<dyn Permission>,
    pub accounts: Arc<dyn AccountStore>,
    pub posts: Arc<dyn PostStore>,
    pub credentials: Credentials,
    pub revocations: Arc<dyn RevocationStore>,
    pub api_keys: Arc<dyn ApiKeyRegistry>,
    pub judge: Judge,
    pub issuer: TokenIssuer,
    pub verifier: Arc<TokenVerifier>,
    pub token_lifetimes: TokenLifetimes,
    pub clock: Arc<dyn Clock>,
    pub randomness: Arc<dyn Randomness>,
    pub sessions: Sessions,
    pub session_cookies: SessionCookies,
    pub cookies: CookieNames,
    pub pages: Pages,
    pub token_cookie: Option<TokenCookie>,
    pub body_limits: BodyLimits,
    pub proxies: TrustedProxies,
    pub streams: Streams,
    pub pagination: Pagination,
    pub post_filters: bool,
    pub posts_read_only: bool,
    pub setup_link: Option<SetupLink>,
    pub schema: Schema,
    /// `None` where the settings want none.
    pub admin: Option<AdminSite>,
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
    pub throttles: ThrottleStores,
    pub key: SigningKey,
    pub token_keys: SharedKeyRing,
    pub hasher: Hasher,
    pub upgrades_passwords: bool,
    pub clock: Arc<dyn Clock>,
    pub randomness: Arc<dyn Randomness>,
    pub session_store: Arc<dyn SessionStore>,
    pub api_keys: ApiKeys,
    pub original_sessions: Option<OriginalSessions>,
    pub setup_link: Option<SetupLink>,
}

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

impl Services {
    /// Puts the services together.
    ///
    /// # Errors
    /// Where a model of the admin lacks what its registration names.
    #[expect(
        clippy::too_many_lines,
        reason = "the composition root: each line is one part, and all are needed by the next"
    )]
    pub fn new(settings: &Settings, parts: Parts) -> anyhow::Result<Self> {
        let Parts {
            database,
            throttles,
            key,
            token_keys,
            hasher,
            upgrades_passwords,
            clock,
            randomness,
            session_store,
            api_keys,
            original_sessions,
            setup_link,
        } = parts;
        let policy = token_policy(&settings.jwt);
        let token_lifetimes = TokenLifetimes::of(&policy);
        let api_keys = Arc::new(api_keys);
        let revocations: Arc<dyn RevocationStore> = Arc::new(Revocations::new(database.clone()));
        let fingerprints = fingerprints(&key);
        let judge = Judge::new(fingerprints.clone());
        let accounts: Arc<dyn AccountStore> = Arc::new(Accounts::new(database.clone()));
        let posts = Arc::new(Posts::new(database.clone()));
        let throttle = &settings.throttle;
        let requests = if throttle.enabled { throttle.requests.clone() } else { RequestRates::default() };
        let credentials = Credentials {
            accounts: accounts.clone(),
            revocations: revocations.clone(),
            judge: judge.clone(),
            clock: clock.clone(),
            hasher: Arc::new(hasher),
            upgrades: upgrades_passwords,
            throttle: log_ins(settings, &throttles, &key, &clock),
        };
        let admin = if settings.has_admin {
            let stores = admin::Stores::of(database.clone());
            let proofs = admin::Proofs {
                sessions: session_store.clone(),
                revocations: revocations.clone(),
                api_keys: api_keys.clone(),
            };
            Some(admin::site(stores, proofs, accounts.clone(), credentials.hasher.clone())?)
        } else {
            None
        };
        let lifetime = Duration::try_from(settings.sessions.lifetime).unwrap_or(sessions::LIFETIME);
        let sessions =
            Sessions::new(session_store, clock.clone(), randomness.clone(), fingerprints, lifetime);
        let cookies = CookieNames::new(settings.sessions.host_prefix);
        let csrf = CsrfPolicy::new(cookies.csrf.as_str());
        let session_cookies = SessionCookies {
            key: actix_web::cookie::Key::derive_from(key.derive("presspass.sessions.cookie").as_ref()),
            name: cookies.session.clone(),
            lifetime,
        };
        let token_cookie = settings.jwt.cookie.as_ref().map(|name| TokenCookie {
            name: name.as_str().to_owned(),
            max_age: settings.jwt.expiration.as_secs(),
        });
        let verifier = Arc::new(TokenVerifier::new(token_keys.clone(), policy.clone()));
        let authenticators = settings.authenticators.iter().map(|name| -> Arc<dyn Authenticator<Caller>> {
            match name {
                settings::Authenticator::Jwt => {
                    Arc::new(jwt(&verifier, token_lifetimes.lifetime, &settings.jwt, &clock))
                }
                settings::Authenticator::Session => {
                    let (sessions, accounts) = (sessions.clone(), accounts.clone());
                    Arc::new(SessionAuthenticator::new(Arc::new(SessionAccounts { sessions, accounts })))
                }
                settings::Authenticator::Basic => {
                    Arc::new(BasicAuthenticator::new(Arc::new(credentials.clone())))
                }
                settings::Authenticator::Token => {
                    let store: Arc<dyn ApiKeyStore<User = Account>> = api_keys.clone();
                    let callers = Arc::new(KeyCallers::new(store, clock.clone()));
                    Arc::new(TokenAuthenticator::new(callers, clock.clone()))
                }
            }
        });
        let chain = AuthenticatorChain::new(authenticators.collect());
        let proxies = trusted_proxies(settings);
        let throttles = RequestThrottles::new(requests, throttles, clock.clone());
        let pages = Pages {
            csrf: csrf.clone(),
            key: key.clone(),
            randomness: randomness.clone(),
            clock: clock.clone(),
            proxies: proxies.clone(),
            cookies: cookies.pages.clone(),
            token_prefix: settings.jwt.header_prefix.as_str().to_owned(),
            places: routes::places(),
            addresses: routes::PAGES,
        };
        let gate = Gate {
            chain,
            accounts: accounts.clone(),
            judge: judge.clone(),
            csrf,
            cookies: cookies.clone(),
            original_sessions,
            proxies: proxies.clone(),
            clock: clock.clone(),
            asks_for_client: settings.authenticators.contains(&settings::Authenticator::Basic),
            throttles,
        };
        Ok(Self {
            gate,
            permission: permissions(settings),
            accounts,
            posts,
            credentials,
            revocations,
            api_keys,
            judge,
            issuer: TokenIssuer::new(token_keys, policy),
            verifier,
            token_lifetimes,
            clock,
            randomness,
            sessions,
            session_cookies,
            cookies,
            pages,
            token_cookie,
            body_limits: BodyLimits { bytes: settings.limits.body_bytes, time: settings.limits.body_time },
            proxies,
            streams: streams(settings),
            pagination: pagination(&settings.pagination),
            post_filters: settings.posts.filters,
            posts_read_only: settings.posts.read_only,
            setup_link,
            schema: Schema::new(settings),
            admin,
            database,
        })
    }

    /// The present moment.
    pub fn now(&self) -> Moment {
        Moment::new(self.clock.now())
    }

    /// A token that begins a line.
    pub fn issue(&self, account: &Account, at: OffsetDateTime) -> Result<String, Failure> {
        let jti = new_jti(self.randomness.as_ref()).map_err(internal)?;
        self.issuer.issue_identified(subject(account), &jti, at).map_err(internal)
    }

    /// A token of a line that began at `orig_iat`, with this identifier where it has one.
    pub fn refresh(
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

fn trusted_proxies(settings: &Settings) -> TrustedProxies {
    let trusted = settings.trusted_proxies.clone();
    TrustedProxies::new(move |address| trusted.iter().any(|network| network.contains(address)))
}

/// The count of log-ins that fail; `None` where nothing is throttled.
fn log_ins(
    settings: &Settings,
    stores: &ThrottleStores,
    key: &SigningKey,
    clock: &Arc<dyn Clock>,
) -> Option<Arc<LogIns>> {
    let throttle = &settings.throttle;
    throttle.enabled.then(|| {
        let counts = LogInThrottle::new(stores.log_ins.clone(), clock.clone(), key.clone(), throttle.log_ins);
        Arc::new(LogIns::new(counts, throttle.log_ins, settings.database.timeout))
    })
}

fn jwt(
    verifier: &Arc<TokenVerifier>,
    lifetime: Duration,
    settings: &settings::Jwt,
    clock: &Arc<dyn Clock>,
) -> JwtAuthenticator<Caller> {
    let accounts = Arc::new(DeferredAccounts);
    let jwt = JwtAuthenticator::with_revocations(verifier.clone(), accounts, lifetime, clock.clone());
    let jwt = jwt.with_prefix(settings.header_prefix.as_str());
    match &settings.cookie {
        Some(cookie) => jwt.with_cookie(cookie.as_str()),
        None => jwt,
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

/// Lists share half of the connections; one of these stays with short lists, whatever the readers of long ones do.
fn streams(settings: &Settings) -> Streams {
    let lists = settings.database.pool_size.get() / 2;
    let at_once = usize::try_from(lists.saturating_sub(1)).unwrap_or(1).max(1);
    Streams::new(at_once, settings.limits.reader_silence)
}

/// Under which passwords' hashes are told from others.
pub(crate) fn fingerprints(key: &SigningKey) -> FingerprintKey {
    FingerprintKey::new(key.derive("presspass.sessions").as_ref())
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
