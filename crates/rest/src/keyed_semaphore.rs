//! A semaphore for each key.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, Hash, RandomState};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use presspass_auth::throttles::network_of;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// With more entries, those that are not in use are removed.
const TIDY: usize = 1024;

/// Who shares a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CallerKey {
    /// Callers that are authenticated as this account.
    Account(i64),
    /// Anonymous callers from this network; those without an address are one.
    Network(Option<IpAddr>),
}

impl CallerKey {
    /// The account, and without one the network of the address.
    #[must_use]
    pub fn new(account: Option<i64>, address: Option<IpAddr>) -> Self {
        account.map_or_else(|| Self::Network(address.map(network_of)), Self::Account)
    }
}

/// Grants a number of permits for each key, in the order of requests. Keys with the same hash share their permits. Clones
/// share everything.
#[derive(Debug, Clone)]
pub struct KeyedSemaphore {
    limit: usize,
    hasher: RandomState,
    keys: Arc<Mutex<HashMap<u64, Weak<Semaphore>>>>,
}

/// A permit, until it is dropped.
#[derive(Debug)]
pub struct KeyedPermit(#[expect(dead_code, reason = "it is held")] OwnedSemaphorePermit);

impl KeyedSemaphore {
    /// `limit` permits for each key, at least one.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self { limit: limit.max(1), hasher: RandomState::new(), keys: Arc::default() }
    }

    /// A permit for this key, as soon as there is one; `None` does not happen, as no semaphore is ever closed.
    pub async fn acquire(&self, key: impl Hash) -> Option<KeyedPermit> {
        // The permit keeps the semaphore alive.
        self.semaphore(&key).acquire_owned().await.ok().map(KeyedPermit)
    }

    /// A permit for this key, where there is one now.
    pub fn try_acquire(&self, key: impl Hash) -> Option<KeyedPermit> {
        self.semaphore(&key).try_acquire_owned().ok().map(KeyedPermit)
    }

    fn semaphore(&self, key: &impl Hash) -> Arc<Semaphore> {
        let key = self.hasher.hash_one(key);
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(semaphore) = keys.get(&key).and_then(Weak::upgrade) {
            return semaphore;
        }
        if keys.len() >= TIDY {
            keys.retain(|_, semaphore| semaphore.strong_count() > 0);
        }
        let semaphore = Arc::new(Semaphore::new(self.limit));
        keys.insert(key, Arc::downgrade(&semaphore));
        semaphore
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[actix_web::test]
    async fn each_key_has_its_permits_and_others_wait_for_one() {
        let semaphore = KeyedSemaphore::new(2);
        let (one, _two) = (semaphore.try_acquire("a").unwrap(), semaphore.try_acquire("a").unwrap());
        assert!(semaphore.try_acquire("a").is_none());
        assert!(semaphore.try_acquire("b").is_some());
        let (waited, ()) = tokio::join!(semaphore.acquire("a"), async { drop(one) });
        assert!(waited.is_some());
    }

    #[test]
    fn keys_that_are_not_in_use_are_removed() {
        let semaphore = KeyedSemaphore::new(2);
        let held = semaphore.try_acquire(0).unwrap();
        for key in 0..10 * TIDY {
            semaphore.try_acquire(key).unwrap();
        }
        assert!(semaphore.keys.lock().unwrap().len() <= TIDY);
        let second = semaphore.try_acquire(0).unwrap();
        assert!(semaphore.try_acquire(0).is_none());
        drop((held, second));
    }

    #[test]
    fn anonymous_callers_of_one_network_are_one_caller() {
        let key = |account, address: &str| CallerKey::new(account, address.parse().ok());
        assert_eq!(key(None, "2001:db8::1"), key(None, "2001:db8::2"));
        assert_ne!(key(None, "192.0.2.1"), key(None, "192.0.2.2"));
        assert_eq!(key(Some(1), "192.0.2.1"), key(Some(1), "192.0.2.2"));
        assert_ne!(key(Some(1), "192.0.2.1"), key(Some(2), "192.0.2.1"));
    }
}
