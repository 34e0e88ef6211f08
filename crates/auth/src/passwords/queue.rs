//! The queue of hashes, in which no account delays the others.

use std::hash::Hash;

/// For whom a hash is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Share {
    /// The account, as it was named.
    pub account: u64,
    /// Where the request came from.
    pub network: u64,
}

impl Share {
    /// What is hashed for no account in particular.
    pub const NONE: Self = Self { account: 0, network: 0 };
}

struct Entry<T> {
    share: Share,
    turn: u64,
    item: T,
}

/// Accounts take turns (start-time fair queueing): an account's first item is taken after at most one of every other
/// account, however many those have waiting. A full queue makes room at the cost of the account that has most in it, and
/// there of the network that has most.
pub(super) struct FairQueue<T> {
    /// In the order in which they came.
    entries: Vec<Entry<T>>,
    limit: usize,
    /// The turn of what was taken last.
    now: u64,
}

impl<T> FairQueue<T> {
    pub fn new(limit: usize) -> Self {
        Self { entries: Vec::new(), limit, now: 0 }
    }

    /// Adds an item. `Some` is what found no room: this one, or what was there and gives way to it.
    pub fn push(&mut self, share: Share, item: T) -> Option<T> {
        let gives_way = if self.entries.len() < self.limit {
            None
        } else {
            match self.gives_way_to(share) {
                Some(index) => Some(self.entries.remove(index).item),
                None => return Some(item),
            }
        };
        let of_account = self.entries.iter().filter(|it| it.share.account == share.account);
        let last = of_account.map(|it| it.turn).max().unwrap_or(self.now);
        self.entries.push(Entry { share, turn: last.max(self.now) + 1, item });
        gives_way
    }

    /// Whether an item would find no room now.
    pub fn would_refuse(&self, share: Share) -> bool {
        self.is_full() && self.gives_way_to(share).is_none()
    }

    /// Takes the item whose turn it is.
    pub fn pop(&mut self) -> Option<T> {
        let (index, _) = self.entries.iter().enumerate().min_by_key(|(_, it)| it.turn)?;
        let next = self.entries.remove(index);
        self.now = next.turn;
        Some(next.item)
    }

    /// Whether there is no more room.
    pub fn is_full(&self) -> bool {
        self.entries.len() >= self.limit
    }

    /// Keeps those of which this is true.
    pub fn retain(&mut self, is_kept: impl Fn(&T) -> bool) {
        self.entries.retain(|it| is_kept(&it.item));
    }

    /// The index of what gives way to one more item; `None` where that is the one that finds no room.
    fn gives_way_to(&self, new: Share) -> Option<usize> {
        let shares: Vec<Share> = self.entries.iter().map(|it| it.share).chain([new]).collect();
        let load = |of: &Share| {
            let of_account = shares.iter().filter(|it| it.account == of.account).count();
            (of_account, shares.iter().filter(|it| *it == of).count())
        };
        // Of equals it is the last one.
        let (index, _) = shares.iter().enumerate().max_by_key(|(_, share)| load(share))?;
        (index < self.entries.len()).then_some(index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn share(account: u64, network: u64) -> Share {
        Share { account, network }
    }

    fn drain(queue: &mut FairQueue<&'static str>) -> Vec<&'static str> {
        std::iter::from_fn(|| queue.pop()).collect()
    }

    #[test]
    fn one_account_is_served_in_the_order_in_which_it_came() {
        let mut queue = FairQueue::new(3);
        for item in ["a", "b", "c"] {
            assert_eq!(queue.push(share(1, 1), item), None);
        }
        assert!(queue.would_refuse(share(1, 1)) && !queue.would_refuse(share(2, 1)));
        assert_eq!(queue.push(share(1, 1), "d"), Some("d"));
        assert_eq!(drain(&mut queue), ["a", "b", "c"]);
    }

    #[test]
    fn an_account_waits_for_one_item_of_each_other_account() {
        let mut queue = FairQueue::new(9);
        for item in ["a1", "a2", "a3", "a4"] {
            queue.push(share(1, 1), item);
        }
        assert_eq!(queue.pop(), Some("a1"));
        queue.push(share(2, 1), "b1");
        queue.push(share(2, 1), "b2");
        queue.push(share(3, 1), "c1");
        assert_eq!(drain(&mut queue), ["a2", "b1", "c1", "a3", "b2", "a4"]);
        // What was taken long ago counts no more.
        queue.push(share(3, 1), "c2");
        queue.push(share(1, 1), "a5");
        assert_eq!(drain(&mut queue), ["c2", "a5"]);
    }

    #[test]
    fn a_full_queue_makes_room_at_the_cost_of_the_account_that_has_most_in_it() {
        let mut queue = FairQueue::new(4);
        for (network, item) in [(1, "a1"), (2, "a2"), (2, "a3"), (1, "a4")] {
            queue.push(share(1, network), item);
        }
        assert_eq!(queue.push(share(2, 1), "b1"), Some("a4"));
        assert_eq!(queue.push(share(3, 1), "c1"), Some("a3"));
        assert_eq!(queue.push(share(4, 1), "d1"), Some("a2"));
        // Now all have one.
        assert_eq!(queue.push(share(5, 1), "e1"), Some("e1"));
        assert_eq!(drain(&mut queue), ["a1", "b1", "c1", "d1"]);
    }

    #[test]
    fn within_an_account_the_network_that_has_most_gives_way() {
        let mut queue = FairQueue::new(3);
        for item in ["x1", "x2", "x3"] {
            queue.push(share(1, 1), item);
        }
        assert_eq!(queue.push(share(1, 2), "y1"), Some("x3"));
        assert_eq!(queue.push(share(1, 1), "x4"), Some("x4"));
        assert_eq!(drain(&mut queue), ["x1", "x2", "y1"]);
    }
}
