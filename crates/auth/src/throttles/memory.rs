//! A throttle store in this process's memory.

use std::collections::HashMap;
use std::future::ready;
use std::sync::{Mutex, PoisonError};

use time::OffsetDateTime;

use super::history::History;
use super::rate::Rate;
use super::store::{Slot, Take, ThrottleStore, micros};
use crate::store::{BoxFuture, StoreError};

/// What a key costs beside its uses, in uses: the key, its entry and the overhead of allocation.
const KEY_COST: usize = 20;

/// A [`ThrottleStore`] in memory, for a single server.
///
/// Its size is limited. When it is full, it forgets first the keys that have expired, then those that expire soonest.
/// A caller whose uses are forgotten early can exceed its rate a little.
#[derive(Debug)]
pub struct MemoryThrottles {
    limit: usize,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    keys: HashMap<String, Entry>,
    /// Uses, plus [`KEY_COST`] for each key.
    cost: usize,
}

#[derive(Debug)]
struct Entry {
    history: History,
    ends: i64,
}

impl Entry {
    fn cost(&self) -> usize {
        KEY_COST + self.history.len()
    }
}

impl Default for MemoryThrottles {
    /// Space for 100,000 keys with one use, or 2,000 with 1,000: about 20 MB.
    fn default() -> Self {
        Self::new(100_000 * (KEY_COST + 1))
    }
}

impl MemoryThrottles {
    /// Space for about `limit` uses of 8 bytes; a key takes the space of 20.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self { limit, state: Mutex::default() }
    }

    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl State {
    fn take(&mut self, key: &str, rate: Rate, now: i64, limit: usize) -> Take {
        let mut history = self.remove(key).map(|entry| entry.history).unwrap_or_default();
        let take = history.take(rate, now);
        if !history.is_empty() {
            self.insert(key.to_owned(), Entry { ends: history.ends(rate), history });
        }
        if self.cost > limit {
            self.make_room(now, limit);
        }
        take
    }

    fn remove(&mut self, key: &str) -> Option<Entry> {
        let entry = self.keys.remove(key)?;
        self.cost -= entry.cost();
        Some(entry)
    }

    fn insert(&mut self, key: String, entry: Entry) {
        self.cost += entry.cost();
        self.keys.insert(key, entry);
    }

    /// A tenth at once, so that many new keys do not cause this each time.
    fn make_room(&mut self, now: i64, limit: usize) {
        self.keys.retain(|_, entry| entry.ends > now);
        self.cost = self.keys.values().map(Entry::cost).sum();
        if self.cost <= limit {
            return;
        }
        let mut ends: Vec<(i64, String)> =
            self.keys.iter().map(|(key, entry)| (entry.ends, key.clone())).collect();
        ends.sort_unstable();
        for (_, key) in ends {
            if self.cost <= limit - limit / 10 {
                break;
            }
            self.remove(&key);
        }
    }
}

impl ThrottleStore for MemoryThrottles {
    fn take<'a>(
        &'a self,
        key: &'a str,
        rate: Rate,
        now: OffsetDateTime,
    ) -> BoxFuture<'a, Result<Take, StoreError>> {
        Box::pin(ready(Ok(self.change(|state| state.take(key, rate, micros(now), self.limit)))))
    }

    fn give_back<'a>(&'a self, key: &'a str, slot: Slot) -> BoxFuture<'a, Result<(), StoreError>> {
        self.change(|state| {
            if let Some(mut entry) = state.remove(key) {
                entry.history.give_back(slot);
                if !entry.history.is_empty() {
                    state.insert(key.to_owned(), entry);
                }
            }
        });
        Box::pin(ready(Ok(())))
    }

    fn clear<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<(), StoreError>> {
        self.change(|state| state.remove(key));
        Box::pin(ready(Ok(())))
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use super::*;
    use crate::passwords::testing::block_on;
    use crate::throttles::acceptance;

    const MINUTE: i64 = 60_000_000;

    fn cost(store: &MemoryThrottles) -> (usize, usize) {
        store.change(|state| {
            let cost = state.keys.values().map(Entry::cost).sum::<usize>();
            (state.cost, cost)
        })
    }

    #[test]
    fn it_is_a_throttle_store() {
        block_on(acceptance::throttle_store(&MemoryThrottles::default()));
    }

    #[test]
    fn its_size_is_limited_and_the_key_that_expires_soonest_goes_first() {
        let rate = Rate::new(5, NonZeroU32::new(60).unwrap());
        let store = MemoryThrottles::new(100 * (KEY_COST + 1));
        for at in 0..1000 {
            store.change(|state| state.take(&format!("key {at}"), rate, at, store.limit));
            let (kept, found) = cost(&store);
            assert!(kept == found && kept <= store.limit, "{kept} {found}");
        }
        assert!(
            store.change(|state| state.keys.contains_key("key 999") && !state.keys.contains_key("key 0"))
        );
        assert!(store.change(|state| state.keys.len()) >= 90);
    }

    #[test]
    fn expired_keys_go_before_others() {
        let rate = |seconds| Rate::new(5, NonZeroU32::new(seconds).unwrap());
        let store = MemoryThrottles::new(2 * (KEY_COST + 1));
        store.change(|state| state.take("long", rate(86400), 0, store.limit));
        store.change(|state| state.take("short", rate(60), 1, store.limit));
        store.change(|state| state.take("new", rate(60), 2 * MINUTE, store.limit));
        let mut keys: Vec<String> = store.change(|state| state.keys.keys().cloned().collect());
        keys.sort();
        assert_eq!(keys, ["long", "new"]);
    }

    #[test]
    fn uses_that_are_given_back_or_cleared_take_no_space() {
        let rate = Rate::new(5, NonZeroU32::MIN);
        let store = MemoryThrottles::default();
        let Take::Taken { slot, .. } = store.change(|state| state.take("a", rate, 0, store.limit)) else {
            panic!("there is room")
        };
        drop(store.give_back("a", slot));
        store.change(|state| state.take("b", rate, 0, store.limit));
        drop(store.clear("b"));
        assert_eq!(cost(&store), (0, 0));
    }
}
