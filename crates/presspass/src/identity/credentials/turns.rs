//! So many at a time for each caller.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, Hash, RandomState};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Beyond so many entries those that nobody uses are dropped.
const TIDY: usize = 1024;

/// Turns by key. Keys are known by their hash alone: two that have one share its turns.
#[derive(Debug)]
pub(crate) struct Turns {
    limit: usize,
    patience: Duration,
    hasher: RandomState,
    keys: Mutex<HashMap<u64, Weak<Semaphore>>>,
}

/// A turn, which ends when it is dropped.
#[derive(Debug)]
pub(crate) struct Turn(#[expect(dead_code, reason = "it is held")] OwnedSemaphorePermit);

impl Turns {
    /// `limit` at a time for each key, at least one; the others wait for as long as `patience`.
    pub fn new(limit: usize, patience: Duration) -> Self {
        Self { limit: limit.max(1), patience, hasher: RandomState::new(), keys: Mutex::default() }
    }

    /// A turn for this key; `None` where none became free in time.
    pub async fn turn(&self, key: impl Hash) -> Option<Turn> {
        let semaphore = self.semaphore(self.hasher.hash_one(key));
        // The permit keeps the semaphore alive.
        let turn = tokio::time::timeout(self.patience, semaphore.acquire_owned()).await;
        turn.ok()?.ok().map(Turn)
    }

    fn semaphore(&self, key: u64) -> Arc<Semaphore> {
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

    fn turns(patience: Duration) -> Turns {
        Turns::new(2, patience)
    }

    #[actix_web::test]
    async fn each_key_has_so_many_turns_and_others_wait_for_one() {
        let turns = turns(Duration::ZERO);
        let (one, _two) = (turns.turn("a").await.unwrap(), turns.turn("a").await.unwrap());
        assert!(turns.turn("a").await.is_none());
        assert!(turns.turn("b").await.is_some());
        drop(one);
        assert!(turns.turn("a").await.is_some());
        let turns = Turns::new(1, Duration::from_mins(1));
        let held = turns.turn("a").await.unwrap();
        let (waited, ()) = tokio::join!(turns.turn("a"), async { drop(held) });
        assert!(waited.is_some());
    }

    #[actix_web::test]
    async fn keys_that_nobody_uses_are_forgotten() {
        let turns = turns(Duration::ZERO);
        let held = turns.turn(0).await;
        for key in 0..10 * TIDY {
            turns.turn(key).await.unwrap();
        }
        assert!(turns.keys.lock().unwrap().len() <= TIDY);
        assert!(turns.turn(0).await.is_some() && turns.turn(0).await.is_some());
        drop(held);
    }
}
