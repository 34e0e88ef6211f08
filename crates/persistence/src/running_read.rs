//! A read while it runs: how far it has come, and whether a caller still waits for it.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What the thread that reads and the caller that waits know of each other. Clones share it.
#[derive(Debug, Clone, Default)]
pub(crate) struct RunningRead(Arc<State>);

#[derive(Debug, Default)]
struct State {
    /// Even while the database is asked, odd while the caller takes a row.
    steps: AtomicU64,
    is_abandoned: AtomicBool,
    has_timed_out: AtomicBool,
    /// The process of `PostgreSQL` that works for this read now. Locked while that is being told to stop: its connection
    /// must not work for another caller by then.
    backend: Mutex<Option<i32>>,
}

/// [`RunningRead::runs_on`]
#[derive(Debug)]
pub(crate) struct OnBackend<'r>(&'r RunningRead);

impl RunningRead {
    /// Runs what takes a row of the read, which may take as long as it likes.
    pub fn while_paused<T>(&self, take: impl FnOnce() -> T) -> T {
        self.0.steps.fetch_add(1, Ordering::Relaxed);
        let outcome = take();
        self.0.steps.fetch_add(1, Ordering::Relaxed);
        outcome
    }

    /// Whether no row was taken yet.
    pub fn is_untouched(&self) -> bool {
        self.steps() == 0
    }

    /// To compare with later.
    pub fn steps(&self) -> u64 {
        self.0.steps.load(Ordering::Relaxed)
    }

    /// Whether the database was asked at that time, and has not answered since.
    pub fn stands_still_since(&self, before: u64) -> bool {
        before.is_multiple_of(2) && self.steps() == before
    }

    /// Takes note that no caller waits any more.
    pub fn abandon(&self) {
        self.0.is_abandoned.store(true, Ordering::Relaxed);
    }

    /// Whether no caller waits any more.
    pub fn is_abandoned(&self) -> bool {
        self.0.is_abandoned.load(Ordering::Relaxed)
    }

    /// Takes note that it was ended at its deadline.
    pub fn time_out(&self) {
        self.0.has_timed_out.store(true, Ordering::Relaxed);
    }

    /// Whether it was ended at its deadline.
    pub fn has_timed_out(&self) -> bool {
        self.0.has_timed_out.load(Ordering::Relaxed)
    }

    /// Takes note of the process that works for it, until the result is dropped.
    pub fn runs_on(&self, backend: Option<i32>) -> OnBackend<'_> {
        *self.backend() = backend;
        OnBackend(self)
    }

    /// Calls `stop` with the process that works for it; `None` where there is none any more. The process works for no
    /// other caller before `stop` has returned.
    pub fn stop_backend<T>(&self, stop: impl FnOnce(i32) -> T) -> Option<T> {
        let backend = self.backend();
        backend.map(stop)
    }

    fn backend(&self) -> MutexGuard<'_, Option<i32>> {
        self.0.backend.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for OnBackend<'_> {
    fn drop(&mut self) {
        *self.0.backend() = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_database_that_is_asked_stands_still() {
        let read = RunningRead::default();
        assert!(read.is_untouched());
        assert!(read.stands_still_since(read.steps()));
        read.while_paused(|| assert!(!read.stands_still_since(read.steps())));
        assert!(!read.is_untouched());
        assert!(!read.stands_still_since(0));
        assert!(read.stands_still_since(read.steps()));
    }

    #[test]
    fn a_process_is_stopped_only_while_it_works_for_the_read() {
        let (read, mut stopped) = (RunningRead::default(), Vec::new());
        read.stop_backend(|backend| stopped.push(backend));
        {
            let _running = read.runs_on(Some(7));
            read.stop_backend(|backend| stopped.push(backend));
        }
        read.stop_backend(|backend| stopped.push(backend));
        assert_eq!(stopped, [7]);
    }
}
