//! How far a read has come that gives away its rows while it runs.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Counts how often the work turned from the database to whoever takes its rows, and back: it is even while the
/// database is asked, odd while a row is taken. Clones share it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Progress(Arc<AtomicU64>);

impl Progress {
    /// Gives a row away.
    pub fn aside<T>(&self, give: impl FnOnce() -> T) -> T {
        self.0.fetch_add(1, Ordering::Relaxed);
        let outcome = give();
        self.0.fetch_add(1, Ordering::Relaxed);
        outcome
    }

    /// Whether nothing was given away yet.
    pub fn is_none(&self) -> bool {
        self.now() == 0
    }

    /// To compare with later.
    pub fn now(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Whether the database was asked at that time, and has not answered since.
    pub fn stands_still_since(&self, before: u64) -> bool {
        before.is_multiple_of(2) && self.now() == before
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_database_that_is_asked_stands_still() {
        let progress = Progress::default();
        assert!(progress.is_none());
        assert!(progress.stands_still_since(progress.now()));
        progress.aside(|| assert!(!progress.stands_still_since(progress.now())));
        assert!(!progress.is_none());
        assert!(!progress.stands_still_since(0));
        assert!(progress.stands_still_since(progress.now()));
    }
}
