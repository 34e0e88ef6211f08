//! Keys of another service that are fetched when they are needed.

mod cache;
mod discovery;
mod flight;
mod http;
#[cfg(feature = "ureq")]
mod ureq;

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use time::{Duration, OffsetDateTime};

pub use self::http::{HttpClient, HttpError, HttpResponse};
#[cfg(feature = "ureq")]
pub use self::ureq::UreqClient;

use self::flight::Flight;
use self::http::AnyHttpClient;
use super::Algorithm;
use super::jwks::{JwkSet, JwkSetError};
use super::key_set::KeySet;
use crate::StoreError;

/// The keys of another service, fetched from the address of its JWK set, or found by `OpenID` Connect Discovery.
///
/// A verifier that has them [verifies asynchronously](super::TokenVerifier::verify_remote), as a
/// [`JwtAuthenticator`](crate::authenticators::JwtAuthenticator) does. The keys are fetched when the first token is
/// verified, when they have expired (`Cache-Control`), and when a token has an unknown key, but only once for all
/// requests that wait, and not again within [`RemoteKeyLimits::cool_down`]. While they cannot be fetched, those that
/// are known remain in use; without any, the answer is 503 and never 401. Clones share the keys.
///
#[cfg_attr(feature = "ureq", doc = "```")]
#[cfg_attr(not(feature = "ureq"), doc = "```ignore")]
/// use presspass_auth::tokens::{RemoteKeys, TokenPolicy, TokenVerifier, UreqClient};
///
/// let issuer = "https://accounts.example.org";
/// let keys = RemoteKeys::discover(issuer, UreqClient::new())?;
/// let policy = TokenPolicy::default().with_issuer(issuer).with_audience("notes");
/// let verifier = TokenVerifier::new(keys, policy);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct RemoteKeys(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    source: Source,
    client: Arc<dyn AnyHttpClient>,
    rsa: Option<Algorithm>,
    limits: RemoteKeyLimits,
    shared: Arc<Shared>,
}

#[derive(Debug, Clone)]
enum Source {
    Jwks(String),
    Issuer(String),
}

#[derive(Debug, Default)]
struct Shared {
    state: RwLock<State>,
    flight: Flight,
}

#[derive(Debug, Default)]
struct State {
    keys: Arc<KeySet>,
    fetched: Option<Fetched>,
    /// Counts what was fetched.
    generation: u64,
    failed: Option<OffsetDateTime>,
}

#[derive(Debug, Clone, Copy)]
struct Fetched {
    at: OffsetDateTime,
    fresh_until: OffsetDateTime,
}

/// When [`RemoteKeys`] are fetched.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct RemoteKeyLimits {
    /// How long keys are fresh if the response does not say so: 10 minutes.
    pub default_lifetime: Duration,
    /// How long they are fresh at least: 1 minute, whatever the response says.
    pub min_lifetime: Duration,
    /// How long they are fresh at most: 1 day.
    pub max_lifetime: Duration,
    /// How long after a fetch a token with an unknown key causes no other: 30 seconds. Anyone can invent keys.
    pub cool_down: Duration,
    /// How long after a failure no other fetch is attempted: 10 seconds.
    pub retry_after: Duration,
    /// How long keys remain in use that have expired and cannot be fetched: 1 day.
    pub max_stale: Duration,
}

impl Default for RemoteKeyLimits {
    fn default() -> Self {
        Self {
            default_lifetime: Duration::minutes(10),
            min_lifetime: Duration::minutes(1),
            max_lifetime: Duration::days(1),
            cool_down: Duration::seconds(30),
            retry_after: Duration::seconds(10),
            max_stale: Duration::days(1),
        }
    }
}

/// Keys could not be fetched, or their address is refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RemoteKeysError {
    /// Over plain HTTP, anyone on the way could replace the keys. Only the own machine is excepted.
    #[error("keys are fetched over https only: {0}")]
    Insecure(String),
    /// The request failed.
    #[error("the request failed")]
    Http(#[source] HttpError),
    /// The response is not 200.
    #[error("the response has the status {0}")]
    Status(u16),
    /// The response is not a set of keys.
    #[error(transparent)]
    Set(#[from] JwkSetError),
    /// The metadata of the issuer cannot be used.
    #[error("the issuer's metadata: {0}")]
    Metadata(&'static str),
    /// Fetching failed a short while ago, and is attempted again in a short while.
    #[error("the keys could not be fetched a moment ago")]
    RecentlyFailed,
}

impl From<RemoteKeysError> for StoreError {
    fn from(error: RemoteKeysError) -> Self {
        Self::Unavailable(Box::new(error))
    }
}

/// How usable the keys are.
#[derive(Clone, Copy)]
enum Freshness {
    Fresh,
    Stale,
    Missing,
}

impl RemoteKeys {
    /// The keys at this address, which publishes a JWK set.
    ///
    /// # Errors
    /// [`RemoteKeysError::Insecure`] unless the address has `https`, or is of this machine.
    pub fn new(
        jwks_url: impl Into<String>,
        client: impl HttpClient + 'static,
    ) -> Result<Self, RemoteKeysError> {
        Ok(Self::from_source(Source::Jwks(http::secure(jwks_url.into())?), Arc::new(client)))
    }

    /// The keys of this issuer, whose metadata (`/.well-known/openid-configuration`, `OpenID` Connect Discovery 1.0)
    /// names their address. They must name this very issuer. The verifier's policy should
    /// [expect it](super::TokenPolicy::issuer), too.
    ///
    /// # Errors
    /// As [`RemoteKeys::new`].
    pub fn discover(
        issuer: impl Into<String>,
        client: impl HttpClient + 'static,
    ) -> Result<Self, RemoteKeysError> {
        Ok(Self::from_source(Source::Issuer(http::secure(issuer.into())?), Arc::new(client)))
    }

    fn from_source(source: Source, client: Arc<dyn AnyHttpClient>) -> Self {
        let (limits, shared) = (RemoteKeyLimits::default(), Arc::default());
        Self(Arc::new(Inner { source, client, rsa: None, limits, shared }))
    }

    /// With other limits.
    #[must_use]
    pub fn with_limits(self, limits: RemoteKeyLimits) -> Self {
        Self(Arc::new(Inner { limits, ..Arc::unwrap_or_clone(self.0) }))
    }

    /// With this algorithm for RSA keys without `alg`: some services state it only in their documentation.
    #[must_use]
    pub fn assuming_rsa(self, algorithm: Algorithm) -> Self {
        Self(Arc::new(Inner { rsa: Some(algorithm), ..Arc::unwrap_or_clone(self.0) }))
    }

    /// Fetches the keys unless they are fresh, for example when the service starts.
    ///
    /// # Errors
    /// If there are no keys, and they cannot be fetched. That stale keys cannot be replaced is no error.
    pub async fn ready(&self, now: OffsetDateTime) -> Result<(), RemoteKeysError> {
        loop {
            let freshness = self.freshness(now);
            match freshness {
                Freshness::Fresh => return Ok(()),
                Freshness::Stale if self.failed_recently(now) => return Ok(()),
                Freshness::Missing if self.failed_recently(now) => {
                    return Err(RemoteKeysError::RecentlyFailed);
                }
                Freshness::Stale | Freshness::Missing => {}
            }
            match (self.0.shared.flight.try_lead(), freshness) {
                (Some(_lead), Freshness::Missing) => return self.fetch(now).await,
                (Some(_lead), _) => {
                    // The error is in the log, and the keys that are known remain in use.
                    let _ = self.fetch(now).await;
                    return Ok(());
                }
                (None, Freshness::Missing) => {
                    self.0.shared.flight.landed().await;
                }
                (None, _) => return Ok(()),
            }
        }
    }

    /// Fetches the keys again for a token whose key was unknown in generation `seen`. Returns whether there are others
    /// now.
    pub(super) async fn refetch(&self, seen: u64, now: OffsetDateTime) -> Result<bool, RemoteKeysError> {
        loop {
            if self.generation() != seen {
                return Ok(true);
            }
            if self.fetched().is_some_and(|fetched| now - fetched.at < self.0.limits.cool_down) {
                return Ok(false);
            }
            if self.failed_recently(now) {
                return Err(RemoteKeysError::RecentlyFailed);
            }
            match self.0.shared.flight.try_lead() {
                Some(_lead) => return self.fetch(now).await.map(|()| true),
                None => self.0.shared.flight.landed().await,
            }
        }
    }

    /// The current keys; none before they were fetched.
    pub(super) fn current(&self) -> Arc<KeySet> {
        self.state(|state| Arc::clone(&state.keys))
    }

    pub(super) fn generation(&self) -> u64 {
        self.state(|state| state.generation)
    }

    fn fetched(&self) -> Option<Fetched> {
        self.state(|state| state.fetched)
    }

    fn freshness(&self, now: OffsetDateTime) -> Freshness {
        match self.fetched() {
            Some(fetched) if now < fetched.fresh_until => Freshness::Fresh,
            Some(fetched) if now < fetched.fresh_until + self.0.limits.max_stale => Freshness::Stale,
            _ => Freshness::Missing,
        }
    }

    fn failed_recently(&self, now: OffsetDateTime) -> bool {
        self.state(|state| state.failed).is_some_and(|failed| now - failed < self.0.limits.retry_after)
    }

    fn state<T>(&self, read: impl FnOnce(&State) -> T) -> T {
        read(&self.0.shared.state.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Fetches the keys. The caller leads the flight.
    async fn fetch(&self, now: OffsetDateTime) -> Result<(), RemoteKeysError> {
        let loaded = self.load().await;
        let mut state = self.0.shared.state.write().unwrap_or_else(PoisonError::into_inner);
        match loaded {
            Ok((set, lifetime)) => {
                state.keys = Arc::new(set.into());
                state.fetched = Some(Fetched { at: now, fresh_until: now + lifetime });
                state.generation += 1;
                state.failed = None;
                Ok(())
            }
            Err(error) => {
                state.failed = Some(now);
                drop(state);
                #[cfg(feature = "tracing")]
                tracing::warn!(source = ?self.0.source, error = %chain(&error), "keys not fetched");
                Err(error)
            }
        }
    }

    async fn load(&self) -> Result<(JwkSet, Duration), RemoteKeysError> {
        let Inner { source, client, rsa, limits, .. } = &*self.0;
        let url = match source {
            Source::Jwks(url) => url.clone(),
            Source::Issuer(issuer) => discovery::jwks_url(issuer, client.as_ref()).await?,
        };
        let response = http::get(client.as_ref(), &url).await?;
        let text = std::str::from_utf8(&response.body).map_err(|_| JwkSetError::Malformed)?;
        let set = match rsa {
            Some(rsa) => JwkSet::parse_assuming(text, *rsa)?,
            None => JwkSet::parse(text)?,
        };
        let lifetime = cache::lifetime(&response).unwrap_or(limits.default_lifetime);
        Ok((set, lifetime.clamp(limits.min_lifetime, limits.max_lifetime.max(limits.min_lifetime))))
    }
}

/// An error and its sources in one line.
#[cfg(feature = "tracing")]
fn chain(error: &dyn std::error::Error) -> String {
    let sources = std::iter::successors(Some(error), |error| error.source());
    sources.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

impl fmt::Debug for RemoteKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteKeys").field("source", &self.0.source).finish_non_exhaustive()
    }
}
