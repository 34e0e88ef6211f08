//! Throttles of requests (DRF's `DEFAULT_THROTTLE_RATES`).

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use presspass_auth::throttles::{RequestRates, Requester, Take, ThrottleStore, micros};
use presspass_auth::{Clock, StoreError};
use presspass_domain::causes;
use presspass_rest::Failure;

use super::{ThrottleStores, WhileUnavailable};

/// While the store is unavailable, requests pass uncounted for this long before it is asked again: each would wait for it.
/// In microseconds.
const UNAVAILABLE_MICROS: i64 = 1_000_000;

/// The throttles of requests.
#[derive(Debug)]
pub(crate) struct RequestThrottles {
    rates: RequestRates,
    store: Arc<dyn ThrottleStore>,
    while_unavailable: WhileUnavailable,
    clock: Arc<dyn Clock>,
    /// The store is not asked before this time, in microseconds since 1970.
    unavailable_until: AtomicI64,
}

impl RequestThrottles {
    /// `None` where no rate is set.
    pub fn new(rates: RequestRates, stores: ThrottleStores, clock: Arc<dyn Clock>) -> Option<Self> {
        let ThrottleStores { requests: store, while_unavailable, log_ins: _ } = stores;
        let unavailable_until = AtomicI64::new(i64::MIN);
        (!rates.is_empty()).then(|| Self { rates, store, while_unavailable, clock, unavailable_until })
    }

    /// Counts a request to a view of this scope, and refuses it where one of its rates is used up.
    pub async fn check(
        &self,
        account: Option<i64>,
        address: Option<IpAddr>,
        scope: &str,
    ) -> Result<(), Failure> {
        let now = self.clock.now();
        // More than that only where the clock was set back since.
        let remaining = self.unavailable_until.load(Ordering::Relaxed).saturating_sub(micros(now));
        if (1..=UNAVAILABLE_MICROS).contains(&remaining) {
            return Ok(());
        }
        for (key, rate) in self.rates.keys(Requester { account, address }, scope) {
            match self.store.take(&key, rate, now).await {
                Ok(Take::Taken { .. }) => {}
                Ok(Take::Full(throttled)) => return Err(Failure::Throttled(throttled)),
                Err(error @ StoreError::Unavailable(_))
                    if self.while_unavailable == WhileUnavailable::Serve =>
                {
                    let reason = causes(&error);
                    tracing::warn!(reason, "requests not throttled: store unavailable");
                    let until = micros(self.clock.now()).saturating_add(UNAVAILABLE_MICROS);
                    self.unavailable_until.store(until, Ordering::Relaxed);
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

    /// A store that is unavailable or broken, and counts how often it is asked.
    #[derive(Debug)]
    struct FailingStore {
        unavailable: bool,
        asked: AtomicUsize,
    }

    impl FailingStore {
        fn error(&self) -> StoreError {
            let reason = "no route to host".into();
            if self.unavailable { StoreError::Unavailable(reason) } else { StoreError::Failed(reason) }
        }
    }

    impl ThrottleStore for FailingStore {
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

    fn stores(store: &Arc<FailingStore>, while_unavailable: WhileUnavailable) -> ThrottleStores {
        ThrottleStores { log_ins: store.clone(), requests: store.clone(), while_unavailable }
    }

    fn throttles(
        store: &Arc<FailingStore>,
        while_unavailable: WhileUnavailable,
    ) -> (RequestThrottles, Arc<ManualClock>) {
        let clock = Arc::new(ManualClock::new(OffsetDateTime::UNIX_EPOCH));
        let rates = RequestRates { user: Some(Rate::parse("1/s").unwrap()), ..RequestRates::default() };
        (RequestThrottles::new(rates, stores(store, while_unavailable), clock.clone()).unwrap(), clock)
    }

    fn failing(unavailable: bool) -> Arc<FailingStore> {
        Arc::new(FailingStore { unavailable, asked: AtomicUsize::new(0) })
    }

    #[actix_web::test]
    async fn while_the_store_is_unavailable_requests_pass_and_it_is_asked_once_a_second() {
        let store = failing(true);
        let (throttles, clock) = throttles(&store, WhileUnavailable::Serve);
        for _ in 0..10 {
            throttles.check(Some(1), None, "posts").await.unwrap();
        }
        assert_eq!(store.asked.load(Ordering::Relaxed), 1);
        clock.advance(1);
        throttles.check(Some(1), None, "posts").await.unwrap();
        assert_eq!(store.asked.load(Ordering::Relaxed), 2);
        // A clock that is set back does not make it wait for longer.
        clock.advance(-3600);
        throttles.check(Some(1), None, "posts").await.unwrap();
        assert_eq!(store.asked.load(Ordering::Relaxed), 3);
    }

    #[actix_web::test]
    async fn while_the_database_is_unavailable_requests_are_refused() {
        let store = failing(true);
        let (throttles, _) = throttles(&store, WhileUnavailable::Refuse);
        for _ in 0..2 {
            let refused = throttles.check(Some(1), None, "posts").await;
            assert!(matches!(refused, Err(Failure::Unavailable { .. })), "{refused:?}");
        }
        assert_eq!(store.asked.load(Ordering::Relaxed), 2);
    }

    #[actix_web::test]
    async fn a_store_that_is_broken_is_a_fault_of_ours() {
        let store = failing(false);
        let refused = throttles(&store, WhileUnavailable::Serve).0.check(Some(1), None, "posts").await;
        assert!(matches!(refused, Err(Failure::Internal { .. })), "{refused:?}");
    }

    #[test]
    fn without_rates_there_is_nothing_to_ask() {
        let clock = Arc::new(ManualClock::new(OffsetDateTime::UNIX_EPOCH));
        assert!(
            RequestThrottles::new(
                RequestRates::default(),
                stores(&failing(true), WhileUnavailable::Serve),
                clock
            )
            .is_none()
        );
    }
}
