//! Who is throttled, and where uses are counted.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use presspass_auth::throttles::{MemoryThrottles, RequestRates, Requester, Take, ThrottleStore, micros};
use presspass_auth::{Clock, StoreError};
use presspass_domain::causes;
use presspass_persistence::{Database, Engine, RedisUrl, Throttles};
use presspass_rest::Failure;

use crate::app::startup::RedisServers;
use crate::settings::{self, SessionStore, Settings};

/// While the store is away requests go through uncounted for so long before it is asked again: each would wait for it.
/// In microseconds.
const AWAY_MICROS: i64 = 1_000_000;

/// Where uses are counted.
#[derive(Debug, Clone)]
pub(crate) struct ThrottleStores {
    pub log_ins: Arc<dyn ThrottleStore>,
    pub requests: Arc<dyn ThrottleStore>,
    pub while_away: WhileAway,
}

/// What becomes of requests that cannot be counted as their store is away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WhileAway {
    /// They go through, and the log says so: what these throttles are there for is that the service serves.
    Serve,
    /// They are answered 503: the store is the database, which they need themselves.
    Refuse,
}

impl ThrottleStores {
    /// The stores that the settings choose. A Redis that is away is a warning, one that refuses us an error.
    pub async fn open(
        settings: &Settings,
        database: &Database,
        redis: &mut RedisServers,
    ) -> anyhow::Result<Self> {
        let in_memory = || -> Arc<dyn ThrottleStore> { Arc::new(MemoryThrottles::default()) };
        let in_database = || -> Arc<dyn ThrottleStore> { Arc::new(Throttles::new(database.clone())) };
        let both = |store: Arc<dyn ThrottleStore>, while_away| Self {
            log_ins: store.clone(),
            requests: store,
            while_away,
        };
        Ok(match redis_of(settings) {
            Some(_) if !settings.throttle.enabled => both(in_memory(), WhileAway::Serve),
            Some(url) => both(redis.throttles(settings, url).await?, WhileAway::Serve),
            None => match (&settings.throttle.store, database.url().engine()) {
                (settings::ThrottleStore::Memory, _) => both(in_memory(), WhileAway::Serve),
                // Every request would wait for a sync of the disk, and for all that write; there are no other servers
                // to count with.
                (settings::ThrottleStore::Auto, Engine::Sqlite) => {
                    Self { log_ins: in_database(), requests: in_memory(), while_away: WhileAway::Serve }
                }
                _ => both(in_database(), WhileAway::Refuse),
            },
        })
    }
}

/// Looks whether the Redis servers of these settings would serve us: a warning where one is away, an error where it
/// refuses us.
pub(crate) fn look_at_redis(settings: &Settings) -> anyhow::Result<()> {
    let counts = redis_of(settings).filter(|_| settings.throttle.enabled);
    let sessions = match &settings.sessions.store {
        SessionStore::Redis(url) => Some(url),
        SessionStore::Database => None,
    };
    if counts.or(sessions).is_none() {
        return Ok(());
    }
    actix_web::rt::System::new().block_on(async {
        let mut redis = RedisServers::default();
        if let Some(url) = counts {
            redis.throttles(settings, url).await?;
        }
        if let Some(url) = sessions {
            redis.sessions(settings, url).await?;
        }
        Ok(())
    })
}

/// The Redis that counts, where one does.
fn redis_of(settings: &Settings) -> Option<&RedisUrl> {
    match (&settings.throttle.store, &settings.sessions.store) {
        (settings::ThrottleStore::Redis(url), _)
        | (settings::ThrottleStore::Auto, SessionStore::Redis(url)) => Some(url),
        _ => None,
    }
}

/// The throttles of requests.
#[derive(Debug)]
pub(crate) struct RequestThrottles {
    rates: RequestRates,
    store: Arc<dyn ThrottleStore>,
    while_away: WhileAway,
    clock: Arc<dyn Clock>,
    /// Until when the store is not asked, in microseconds since 1970.
    away_until: AtomicI64,
}

impl RequestThrottles {
    /// `None` where nothing is throttled: requests then cost nothing more.
    pub fn new(rates: RequestRates, stores: ThrottleStores, clock: Arc<dyn Clock>) -> Option<Self> {
        let ThrottleStores { requests: store, while_away, log_ins: _ } = stores;
        let away_until = AtomicI64::new(i64::MIN);
        (!rates.is_empty()).then(|| Self { rates, store, while_away, clock, away_until })
    }

    /// Counts a request to a view of this scope, and refuses it where one of its rates is used up.
    pub async fn check(
        &self,
        account: Option<i64>,
        address: Option<IpAddr>,
        scope: &str,
    ) -> Result<(), Failure> {
        let now = self.clock.now();
        // How long it is still away: more than that only where the clock was set back since.
        let away = self.away_until.load(Ordering::Relaxed).saturating_sub(micros(now));
        if (1..=AWAY_MICROS).contains(&away) {
            return Ok(());
        }
        for (key, rate) in self.rates.keys(Requester { account, address }, scope) {
            match self.store.take(&key, rate, now).await {
                Ok(Take::Taken { .. }) => {}
                Ok(Take::Full(throttled)) => return Err(Failure::Throttled(throttled)),
                Err(error @ StoreError::Unavailable(_)) if self.while_away == WhileAway::Serve => {
                    let reason = causes(&error);
                    tracing::warn!(reason, "requests are not throttled for the moment: their store is away");
                    let until = micros(self.clock.now()).saturating_add(AWAY_MICROS);
                    self.away_until.store(until, Ordering::Relaxed);
                    return Ok(());
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use presspass_auth::throttles::{Rate, Slot};
    use presspass_auth::{BoxFuture, ManualClock};
    use time::OffsetDateTime;

    use super::*;

    /// A store that is away or broken, and counts how often it is asked.
    #[derive(Debug)]
    struct Sick {
        unavailable: bool,
        asked: AtomicUsize,
    }

    impl Sick {
        fn error(&self) -> StoreError {
            let reason = "no route to host".into();
            if self.unavailable { StoreError::Unavailable(reason) } else { StoreError::Failed(reason) }
        }
    }

    impl ThrottleStore for Sick {
        fn take<'a>(
            &'a self,
            _key: &'a str,
            _rate: Rate,
            _now: OffsetDateTime,
        ) -> BoxFuture<'a, Result<Take, StoreError>> {
            self.asked.fetch_add(1, Ordering::Relaxed);
            Box::pin(std::future::ready(Err(self.error())))
        }

        fn give_back<'a>(&'a self, _key: &'a str, _slot: Slot) -> BoxFuture<'a, Result<(), StoreError>> {
            Box::pin(std::future::ready(Err(self.error())))
        }

        fn clear<'a>(&'a self, _key: &'a str) -> BoxFuture<'a, Result<(), StoreError>> {
            Box::pin(std::future::ready(Err(self.error())))
        }
    }

    fn stores(store: &Arc<Sick>, while_away: WhileAway) -> ThrottleStores {
        ThrottleStores { log_ins: store.clone(), requests: store.clone(), while_away }
    }

    fn throttles(store: &Arc<Sick>, while_away: WhileAway) -> (RequestThrottles, Arc<ManualClock>) {
        let clock = Arc::new(ManualClock::new(OffsetDateTime::UNIX_EPOCH));
        let rates = RequestRates { user: Some(Rate::parse("1/s").unwrap()), ..RequestRates::default() };
        (RequestThrottles::new(rates, stores(store, while_away), clock.clone()).unwrap(), clock)
    }

    fn sick(unavailable: bool) -> Arc<Sick> {
        Arc::new(Sick { unavailable, asked: AtomicUsize::new(0) })
    }

    #[actix_web::test]
    async fn while_the_store_is_away_requests_go_through_and_it_is_asked_now_and_then() {
        let store = sick(true);
        let (throttles, clock) = throttles(&store, WhileAway::Serve);
        for _ in 0..10 {
            throttles.check(Some(1), None, "posts").await.unwrap();
        }
        assert_eq!(store.asked.load(Ordering::Relaxed), 1);
        clock.advance(1);
        throttles.check(Some(1), None, "posts").await.unwrap();
        assert_eq!(store.asked.load(Ordering::Relaxed), 2);
        // A clock that is set back does not make it away for longer.
        clock.advance(-3600);
        throttles.check(Some(1), None, "posts").await.unwrap();
        assert_eq!(store.asked.load(Ordering::Relaxed), 3);
    }

    #[actix_web::test]
    async fn while_the_database_is_away_requests_are_refused() {
        let store = sick(true);
        let (throttles, _) = throttles(&store, WhileAway::Refuse);
        for _ in 0..2 {
            let refused = throttles.check(Some(1), None, "posts").await;
            assert!(matches!(refused, Err(Failure::Unavailable { .. })), "{refused:?}");
        }
        assert_eq!(store.asked.load(Ordering::Relaxed), 2);
    }

    #[actix_web::test]
    async fn a_store_that_is_broken_is_a_fault_of_ours() {
        let store = sick(false);
        let refused = throttles(&store, WhileAway::Serve).0.check(Some(1), None, "posts").await;
        assert!(matches!(refused, Err(Failure::Internal { .. })), "{refused:?}");
    }

    #[test]
    fn without_rates_there_is_nothing_to_ask() {
        let clock = Arc::new(ManualClock::new(OffsetDateTime::UNIX_EPOCH));
        assert!(
            RequestThrottles::new(RequestRates::default(), stores(&sick(true), WhileAway::Serve), clock)
                .is_none()
        );
    }
}
