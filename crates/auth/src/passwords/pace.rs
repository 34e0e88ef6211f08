//! How long each kind of hash takes on this machine, so that a cheap one can be made to look like a dear one.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::schemes::Work;

/// Costs remembered. A database holds a handful; one filled by an enemy must not fill our memory too.
const REMEMBERED: usize = 64;

/// What one work has of another, in whatever unit both are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Share {
    spent: u128,
    aim: u128,
}

impl Share {
    /// So much of `total` is still to be done; 0 if more was spent than aimed at.
    pub(super) fn missing_of(self, total: u32) -> u32 {
        let missing = self.aim.saturating_sub(self.spent);
        u32::try_from(u128::from(total) * missing / self.aim.max(1)).unwrap_or(total)
    }
}

/// The shortest time each work was seen to take: load on the machine lengthens a run, nothing shortens it.
///
/// This measures spans on the monotonic clock and no moments, so it takes no `Clock`; no answer depends on it.
#[derive(Debug, Default)]
pub(super) struct Pace(Mutex<BTreeMap<Work, Duration>>);

impl Pace {
    /// Runs `job`, which does `work`, and remembers how long it took.
    pub(super) fn time<T>(&self, work: Work, job: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let value = job();
        let taken = start.elapsed();
        let mut seen = self.lock();
        if let Some(shortest) = seen.get_mut(&work) {
            *shortest = taken.min(*shortest);
        } else if seen.len() < REMEMBERED {
            seen.insert(work, taken);
        }
        drop(seen);
        value
    }

    /// What `spent` has of `aim`: counted within one family, else as measured; `None` if either was not seen yet.
    pub(super) fn share(&self, spent: Work, aim: Work) -> Option<Share> {
        let (spent, aim) = match (spent, aim) {
            (Work::Bcrypt(spent), Work::Bcrypt(aim)) => (1 << spent.min(64), 1 << aim.min(64)),
            (Work::Pbkdf2Sha256(spent), Work::Pbkdf2Sha256(aim)) => (spent.into(), aim.into()),
            (spent, aim) => {
                let seen = self.lock();
                (seen.get(&spent)?.as_nanos(), seen.get(&aim)?.as_nanos())
            }
        };
        Some(Share { spent, aim })
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Work, Duration>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn within_one_family_work_is_counted() {
        let pace = Pace::default();
        let missing = |spent, aim, total| pace.share(spent, aim).unwrap().missing_of(total);
        assert_eq!(missing(Work::Bcrypt(10), Work::Bcrypt(12), 4096), 3072);
        assert_eq!(missing(Work::Pbkdf2Sha256(120_000), Work::Pbkdf2Sha256(1_000_000), 1_000_000), 880_000);
        assert_eq!(missing(Work::Bcrypt(12), Work::Bcrypt(12), 4096), 0);
        assert_eq!(missing(Work::Bcrypt(13), Work::Bcrypt(12), 4096), 0);
    }

    #[test]
    fn between_families_work_is_compared_by_the_shortest_time_seen() {
        let pace = Pace::default();
        let (spent, aim) = (Work::Pbkdf2Sha1(1), Work::Bcrypt(12));
        pace.lock().insert(spent, Duration::from_millis(25));
        assert_eq!(pace.share(spent, aim), None);
        pace.lock().insert(aim, Duration::from_millis(250));
        assert_eq!(pace.share(spent, aim).unwrap().missing_of(1_000), 900);
        pace.time(spent, || ());
        assert!(pace.share(spent, aim).unwrap().missing_of(1_000) > 900);
    }

    #[test]
    fn a_work_that_took_no_time_at_all_does_no_harm() {
        assert_eq!(Share { spent: 0, aim: 0 }.missing_of(7), 0);
        assert_eq!(Share { spent: 0, aim: u128::from(u64::MAX) }.missing_of(u32::MAX), u32::MAX);
    }

    #[test]
    fn only_so_many_costs_are_remembered() {
        let pace = Pace::default();
        for iterations in 0..1_000 {
            pace.time(Work::Pbkdf2Sha1(iterations), || ());
        }
        assert_eq!(pace.lock().len(), REMEMBERED);
    }
}
