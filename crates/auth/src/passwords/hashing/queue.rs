//! The queue of hashes, in which accounts take turns.
//!
//! A semaphore, which serves its callers in the order in which they came, would let one account delay all others.

use std::hash::Hash;

/// For which account a hash is computed, and for which network: digests of their names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Requester {
    pub account: u64,
    pub network: u64,
}

impl Requester {
    /// For no account in particular.
    pub const NONE: Self = Self { account: 0, network: 0 };
}

struct Entry<T> {
    requester: Requester,
    turn: u64,
    item: T,
}

/// Accounts take turns (start-time fair queueing): an account's first item waits for at most one item of each other
/// account, however many those have. When the queue is full, a new item displaces one of the account that has most, and
/// within the account one of the network that has most.
pub(super) struct FairQueue<T> {
    /// In order of arrival.
    entries: Vec<Entry<T>>,
    limit: usize,
    /// The turn of the item that was taken last.
    now: u64,
}

impl<T> FairQueue<T> {
    pub fn new(limit: usize) -> Self {
        Self { entries: Vec::new(), limit, now: 0 }
    }

    /// Adds an item. Returns the item that is refused or displaced, if the queue is full.
    pub fn push(&mut self, requester: Requester, item: T) -> Option<T> {
        let displaced = if self.entries.len() < self.limit {
            None
        } else {
            match self.displaced_by(requester) {
                Some(index) => Some(self.entries.remove(index).item),
                None => return Some(item),
            }
        };
        let of_account = self.entries.iter().filter(|it| it.requester.account == requester.account);
        let last = of_account.map(|it| it.turn).max().unwrap_or(self.now);
        self.entries.push(Entry { requester, turn: last.max(self.now) + 1, item });
        displaced
    }

    /// Whether an item would be refused now.
    pub fn would_refuse(&self, requester: Requester) -> bool {
        self.is_full() && self.displaced_by(requester).is_none()
    }

    /// Takes the item whose turn it is.
    pub fn pop(&mut self) -> Option<T> {
        let (index, _) = self.entries.iter().enumerate().min_by_key(|(_, it)| it.turn)?;
        let next = self.entries.remove(index);
        self.now = next.turn;
        Some(next.item)
    }

    pub fn is_full(&self) -> bool {
        self.entries.len() >= self.limit
    }

    pub fn retain(&mut self, is_kept: impl Fn(&T) -> bool) {
        self.entries.retain(|it| is_kept(&it.item));
    }

    /// The index of the item that one more item displaces; `None` if the new one is refused.
    fn displaced_by(&self, new: Requester) -> Option<usize> {
        let requesters: Vec<Requester> = self.entries.iter().map(|it| it.requester).chain([new]).collect();
        let load = |of: &Requester| {
            let of_account = requesters.iter().filter(|it| it.account == of.account).count();
            (of_account, requesters.iter().filter(|it| *it == of).count())
        };
        // Among equals, the last one.
        let (index, _) = requesters.iter().enumerate().max_by_key(|(_, requester)| load(requester))?;
        (index < self.entries.len()).then_some(index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn by(account: u64, network: u64) -> Requester {
        Requester { account, network }
    }

    fn drain(queue: &mut FairQueue<&'static str>) -> Vec<&'static str> {
        std::iter::from_fn(|| queue.pop()).collect()
    }

    #[test]
    fn one_account_is_served_in_order_of_arrival() {
        let mut queue = FairQueue::new(3);
        for item in ["a", "b", "c"] {
            assert_eq!(queue.push(by(1, 1), item), None);
        }
        assert!(queue.would_refuse(by(1, 1)) && !queue.would_refuse(by(2, 1)));
        assert_eq!(queue.push(by(1, 1), "d"), Some("d"));
        assert_eq!(drain(&mut queue), ["a", "b", "c"]);
    }

    #[test]
    fn an_account_waits_for_one_item_of_each_other_account() {
        let mut queue = FairQueue::new(9);
        for item in ["a1", "a2", "a3", "a4"] {
            queue.push(by(1, 1), item);
        }
        assert_eq!(queue.pop(), Some("a1"));
        queue.push(by(2, 1), "b1");
        queue.push(by(2, 1), "b2");
        queue.push(by(3, 1), "c1");
        assert_eq!(drain(&mut queue), ["a2", "b1", "c1", "a3", "b2", "a4"]);
        // Items that were taken long ago do not count.
        queue.push(by(3, 1), "c2");
        queue.push(by(1, 1), "a5");
        assert_eq!(drain(&mut queue), ["c2", "a5"]);
    }

    #[test]
    fn a_full_queue_displaces_an_item_of_the_account_that_has_most() {
        let mut queue = FairQueue::new(4);
        for (network, item) in [(1, "a1"), (2, "a2"), (2, "a3"), (1, "a4")] {
            queue.push(by(1, network), item);
        }
        assert_eq!(queue.push(by(2, 1), "b1"), Some("a4"));
        assert_eq!(queue.push(by(3, 1), "c1"), Some("a3"));
        assert_eq!(queue.push(by(4, 1), "d1"), Some("a2"));
        // Now all have one.
        assert_eq!(queue.push(by(5, 1), "e1"), Some("e1"));
        assert_eq!(drain(&mut queue), ["a1", "b1", "c1", "d1"]);
    }

    #[test]
    fn within_an_account_an_item_of_the_network_that_has_most_is_displaced() {
        let mut queue = FairQueue::new(3);
        for item in ["x1", "x2", "x3"] {
            queue.push(by(1, 1), item);
        }
        assert_eq!(queue.push(by(1, 2), "y1"), Some("x3"));
        assert_eq!(queue.push(by(1, 1), "x4"), Some("x4"));
        assert_eq!(drain(&mut queue), ["x1", "x2", "y1"]);
    }
}
