//! The services that all endpoints share, composed once at startup.

mod chain;
mod form_log_in;
mod lists;
mod sessions;
mod tokens;

use std::net::IpAddr;
use std::sync::Arc;

use actix_web::HttpRequest;
use ipnet::IpNet;
use presspass_admin::{AdminSite, PanelRevocation};
use presspass_auth::csrf::{CsrfError, CsrfPolicy, TrustedOrigin};
use presspass_auth::gate::{DrfErrors, Gate};
use presspass_auth::passwords::{Hasher, PasswordLogin};
use presspass_auth::permissions::Permission;
use presspass_auth::sessions::{FingerprintKey, LIFETIME, SessionStore, Sessions};
use presspass_auth::throttles::{LoginThrottle, RequestRates};
use presspass_auth::tokens::{SharedKeyRing, SigningKey, TokenIssuer, TokenVerifier};
use presspass_auth::{Clock, Randomness};
use presspass_domain::Timestamp;
use presspass_persistence::{AccountStore, ApiKeys, Database, DjangoSessions, Revocations};
use presspass_rest::pages::{Addresses, Pages, Section};
use presspass_rest::{BodyBounds, CallerKey, Streams, TrustedProxies};
use time::Duration;

use crate::app::setup_link::SetupLink;
use crate::identity::access::{self, AccessControl};
use crate::identity::caller::Caller;
use crate::identity::credentials::{Credentials, Passwords, counted_name};
use crate::identity::refusals::{CountedRefusal, Refusals};
use crate::identity::revocation::RevocationCheck;
use crate::identity::sessions::{CookieNames, SessionCookies};
use crate::identity::throttles::{LoginLimits, RequestThrottles, ThrottleStores};
use crate::settings::{self, Settings};

pub(crate) use chain::permissions;
pub(crate) use form_log_in::WRONG_CREDENTIALS;
pub use lists::ListReads;
pub(crate) use tokens::{TokenCookie, TokenLifetimes, token_policy};

/// Everything that endpoints use. Shared by all workers.
#[derive(Debug)]
pub struct Services {
    /// Authenticates callers.
    pub access: AccessControl,
    /// The permissions that the settings require.
    pub permission: Arc<dyn Permission>,
    pub(crate) accounts: AccountStore,
    pub(crate) credentials: Credentials,
    pub(crate) revocations: Revocations,
    pub(crate) api_keys: Arc<ApiKeys>,
    /// Whether callers may authenticate by them.
    pub(crate) accepts_api_keys: bool,
    pub(crate) revocation_check: RevocationCheck,
    pub(crate) issuer: TokenIssuer,
    pub(crate) verifier: Arc<TokenVerifier>,
    pub(crate) token_lifetimes: TokenLifetimes,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) randomness: Arc<dyn Randomness>,
    pub(crate) sessions: Sessions,
    pub(crate) session_cookies: SessionCookies,
    pub(crate) cookies: CookieNames,
    pub(crate) pages: Pages,
    pub(crate) token_cookie: Option<TokenCookie>,
    pub(crate) bodies: BodyBounds,
    /// The proxies whose `X-Forwarded-*` headers count.
    pub proxies: TrustedProxies,
    /// Limits lists that are streamed.
    pub streams: Streams,
    /// How many lists one caller may have read.
    pub list_reads: ListReads,
    pub(crate) setup_link: Option<SetupLink>,
    /// `None` where the settings want none.
    pub(crate) admin: Option<AdminSite>,
    /// Revokes tokens and sessions of accounts by the policy of the admin.
    pub(crate) account_revocation: PanelRevocation,
    pub(crate) refusals: Refusals,
    pub(crate) database: Database,
}

/// What startup hands to the services, in addition to the settings.
pub(crate) struct Parts {
    pub database: Database,
    pub throttles: ThrottleStores,
    pub key: SigningKey,
    pub token_keys: SharedKeyRing,
    pub hasher: Arc<Hasher>,
    pub upgrades_passwords: bool,
    pub clock: Arc<dyn Clock>,
    pub randomness: Arc<dyn Randomness>,
    pub session_store: Arc<dyn SessionStore>,
    pub api_keys: Arc<ApiKeys>,
    pub django_sessions: Option<DjangoSessions>,
    pub setup_link: Option<SetupLink>,
    pub admin: Option<AdminSite>,
    pub account_revocation: PanelRevocation,
    /// The title of the project.
    pub project: &'static str,
    /// The links of pages.
    pub sections: Vec<Section>,
    /// Where the pages for logging in and out are.
    pub addresses: Addresses,
}

impl Services {
    /// Puts the services together.
    pub(crate) fn new(settings: &Settings, parts: Parts) -> Self {
        let Parts { database, throttles, key, token_keys, clock, randomness, session_store, .. } = parts;
        let policy = token_policy(&settings.jwt);
        let token_lifetimes = TokenLifetimes::of(&policy);
        let api_keys = parts.api_keys;
        let revocations = Revocations::new(database.clone());
        let fingerprints = fingerprints(&key);
        let revocation_check = RevocationCheck::new(fingerprints.clone());
        let accounts = AccountStore::new(database.clone());
        let refusals = Refusals::default();
        let passwords = Passwords {
            accounts: accounts.clone(),
            revocations: revocations.clone(),
            revocation_check: revocation_check.clone(),
            clock: clock.clone(),
        };
        let mut logins = PasswordLogin::new(passwords, parts.hasher).counting_by(counted_name);
        if let Some(throttle) = log_ins(settings, &throttles, &key, &clock) {
            logins = logins.with_throttle(throttle);
        }
        if !parts.upgrades_passwords {
            logins = logins.without_upgrades();
        }
        let credentials = Credentials {
            logins: Arc::new(logins),
            limits: login_limits(settings),
            refusals: refusals.clone(),
        };
        let lifetime = Duration::try_from(settings.sessions.lifetime).unwrap_or(LIFETIME);
        let sessions = Sessions::new(session_store, fingerprints).with_lifetime(lifetime);
        let sessions = sessions.with_clock(clock.clone()).with_randomness(randomness.clone());
        let cookies = CookieNames::new(settings.sessions.host_prefix);
        let csrf = csrf_policy(&settings.sessions, &cookies);
        let session_cookies = session_cookies(&key, &cookies, lifetime);
        let token_cookie = TokenCookie::of(&settings.jwt);
        let verifier = Arc::new(TokenVerifier::new(token_keys.clone(), policy.clone()));
        let stores = chain::Stores {
            accounts: accounts.clone(),
            sessions: sessions.clone(),
            credentials: &credentials,
            api_keys: api_keys.clone(),
        };
        let chain = chain::new(settings, stores, &verifier, &clock);
        let proxies = trusted_proxies(settings);
        let throttles = RequestThrottles::new(request_rates(settings), throttles, clock.clone());
        let pages = Pages {
            project: parts.project,
            csrf: csrf.clone(),
            key: key.clone(),
            randomness: randomness.clone(),
            clock: clock.clone(),
            proxies: proxies.clone(),
            cookies: cookies.pages.clone(),
            token_prefix: settings.jwt.header_prefix.as_str().to_owned(),
            sections: parts.sections,
            addresses: parts.addresses,
            takes_sessions: settings.authenticators.contains(&settings::Authenticator::Session),
        };
        let gate = Gate::new(chain).with_csrf(csrf).with_errors(DrfErrors);
        let of_access = access::Parts {
            accounts: accounts.clone(),
            revocation_check: revocation_check.clone(),
            wire: settings.jwt.wire.into(),
            cookies: cookies.clone(),
            django_sessions: parts.django_sessions,
            proxies: proxies.clone(),
            clock: clock.clone(),
            refusals: refusals.clone(),
            asks_for_client: settings.authenticators.contains(&settings::Authenticator::Basic),
            throttles,
        };
        Self {
            access: AccessControl::new(gate, of_access),
            permission: permissions(settings),
            accounts,
            credentials,
            revocations,
            api_keys,
            accepts_api_keys: settings.authenticators.contains(&settings::Authenticator::Token),
            revocation_check,
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
            bodies: BodyBounds::new(settings.limits.body_time, settings.limits.bodies_bytes),
            proxies,
            streams: lists::streams(settings),
            list_reads: ListReads::new(settings),
            setup_link: parts.setup_link,
            admin: parts.admin,
            account_revocation: parts.account_revocation,
            refusals,
            database,
        }
    }

    /// The key of the limits that a request counts against.
    #[must_use]
    pub fn caller_key(&self, request: &HttpRequest, caller: Option<&Caller>) -> CallerKey {
        CallerKey::new(caller.map(|caller| caller.id), self.access.client(request))
    }

    /// Counts a form that was refused because it may come from another site.
    pub(crate) fn form_refused(&self, request: &HttpRequest, error: &CsrfError) {
        tracing::debug!(reason = %error, "form refused");
        self.refusals.count(self.access.client(request), CountedRefusal::Form);
    }

    /// The current time.
    pub fn now(&self) -> Timestamp {
        Timestamp::new(self.clock.now())
    }
}

/// Django's CSRF tokens: front ends have them, and Django writes them too.
fn csrf_policy(settings: &settings::Sessions, cookies: &CookieNames) -> CsrfPolicy {
    let origins = settings.trusted_origins.iter().filter_map(|it| TrustedOrigin::parse(it.as_str()).ok());
    origins.fold(CsrfPolicy::new(cookies.csrf.as_str()).double_submit(), CsrfPolicy::trusting)
}

fn trusted_proxies(settings: &Settings) -> TrustedProxies {
    let networks = settings.trusted_proxies.clone();
    TrustedProxies::new(move |address| is_in(&networks, address))
}

/// An IPv4 client of a socket that is bound to `[::]` counts as the IPv4 address that it is.
fn is_in(networks: &[IpNet], address: IpAddr) -> bool {
    networks.iter().any(|network| network.contains(&address.to_canonical()))
}

/// The rates of requests; none where throttles are off.
fn request_rates(settings: &Settings) -> RequestRates {
    let throttle = &settings.throttle;
    if throttle.enabled { throttle.requests.clone() } else { RequestRates::default() }
}

fn session_cookies(key: &SigningKey, cookies: &CookieNames, lifetime: Duration) -> SessionCookies {
    SessionCookies {
        key: actix_web::cookie::Key::derive_from(key.derive("presspass.sessions.cookie").as_ref()),
        name: cookies.session.clone(),
        lifetime,
    }
}

/// The limit of failed logins; `None` where throttles are off.
fn login_limits(settings: &Settings) -> Option<Arc<LoginLimits>> {
    let throttle = &settings.throttle;
    throttle.enabled.then(|| Arc::new(LoginLimits::new(throttle.log_ins, settings.database.timeout)))
}

fn log_ins(
    settings: &Settings,
    stores: &ThrottleStores,
    key: &SigningKey,
    clock: &Arc<dyn Clock>,
) -> Option<LoginThrottle> {
    let throttle = &settings.throttle;
    let counts = || LoginThrottle::new(stores.log_ins.clone(), key.clone(), throttle.log_ins);
    throttle.enabled.then(|| counts().with_clock(clock.clone()))
}

/// The key of password fingerprints.
pub(crate) fn fingerprints(key: &SigningKey) -> FingerprintKey {
    FingerprintKey::new(key.derive("presspass.sessions").as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ipv4_peer_of_an_ipv6_socket_is_its_ipv4_address() {
        let is_within = |network: &str, peer: &str| is_in(&[network.parse().unwrap()], peer.parse().unwrap());
        assert!(is_within("10.0.0.0/8", "10.1.2.3") && is_within("10.0.0.0/8", "::ffff:10.1.2.3"));
        assert!(!is_within("::1/128", "::ffff:127.0.0.1") && !is_within("10.0.0.0/8", "2001:db8::1"));
    }
}
