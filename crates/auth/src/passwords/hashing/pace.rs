//! How long each kind of hash takes on this machine, so that refusals can take the same time whatever the stored hash.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::schemes::Work;

/// How many costs are remembered. A database has a handful; one that an attacker filled must not fill our memory, too.
const REMEMBERED: usize = 64;

/// How much of the intended work was done, in any unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Progress {
    spent: u128,
    aim: u128,
}

impl Progress {
    #[cfg(test)]
    pub(super) const fn of(spent: u128, aim: u128) -> Self {
        Self { spent, aim }
    }

    /// The part of `total` that is missing; 0 if more was spent than intended.
    pub(super) fn missing_of(self, total: u32) -> u32 {
        let missing = self.aim.saturating_sub(self.spent);
        u32::try_from(u128::from(total) * missing / self.aim.max(1)).unwrap_or(total)
    }
}

/// The shortest time that each work took: load on the machine lengthens a run, and nothing shortens it.
///
/// This measures durations with the monotonic clock, so it needs no `Clock`; no response depends on it.
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

    /// How much of `aim` is done by `spent`: calculated within one scheme, else as measured. `None` if one of them was not
    /// measured yet.
    pub(super) fn progress(&self, spent: Work, aim: Work) -> Option<Progress> {
        let (spent, aim) = match (spent, aim) {
            #[cfg(feature = "bcrypt")]
            (Work::Bcrypt(spent), Work::Bcrypt(aim)) => (1 << spent.min(64), 1 << aim.min(64)),
            #[cfg(feature = "pbkdf2")]
            (Work::Pbkdf2 { digest, iterations: spent }, Work::Pbkdf2 { digest: same, iterations: aim })
                if digest == same =>
            {
                (spent.into(), aim.into())
            }
            #[cfg_attr(
                not(any(feature = "argon2", feature = "pbkdf2", feature = "scrypt")),
                expect(unreachable_patterns, reason = "there is one family")
            )]
            (spent, aim) => {
                let seen = self.lock();
                (seen.get(&spent)?.as_nanos(), seen.get(&aim)?.as_nanos())
            }
        };
        Some(Progress { spent, aim })
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Work, Duration>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::passwords::hashing::schemes::pbkdf2::Digest;

    const fn sha1(iterations: u32) -> Work {
        Work::Pbkdf2 { digest: Digest::Sha1, iterations }
    }

    const fn sha256(iterations: u32) -> Work {
        Work::Pbkdf2 { digest: Digest::Sha256, iterations }
    }

    #[test]
    fn within_one_scheme_work_is_calculated() {
        let pace = Pace::default();
        let missing = |spent, aim, total| pace.progress(spent, aim).unwrap().missing_of(total);
        assert_eq!(missing(Work::Bcrypt(10), Work::Bcrypt(12), 4096), 3072);
        assert_eq!(missing(sha256(120_000), sha256(1_000_000), 1_000_000), 880_000);
        assert_eq!(missing(Work::Bcrypt(12), Work::Bcrypt(12), 4096), 0);
        assert_eq!(missing(Work::Bcrypt(13), Work::Bcrypt(12), 4096), 0);
    }

    #[test]
    fn between_schemes_work_is_compared_by_the_shortest_time_measured() {
        let pace = Pace::default();
        let (spent, aim) = (sha1(1), Work::Bcrypt(12));
        pace.lock().insert(spent, Duration::from_millis(25));
        assert_eq!(pace.progress(spent, aim), None);
        pace.lock().insert(aim, Duration::from_millis(250));
        assert_eq!(pace.progress(spent, aim).unwrap().missing_of(1_000), 900);
        pace.time(spent, || ());
        assert!(pace.progress(spent, aim).unwrap().missing_of(1_000) > 900);
    }

    #[test]
    fn a_work_that_took_no_time_does_no_harm() {
        assert_eq!(Progress { spent: 0, aim: 0 }.missing_of(7), 0);
        assert_eq!(Progress { spent: 0, aim: u128::from(u64::MAX) }.missing_of(u32::MAX), u32::MAX);
    }

    #[test]
    fn the_number_of_remembered_costs_is_limited() {
        let pace = Pace::default();
        for iterations in 0..1_000 {
            pace.time(sha1(iterations), || ());
        }
        assert_eq!(pace.lock().len(), REMEMBERED);
    }
}
