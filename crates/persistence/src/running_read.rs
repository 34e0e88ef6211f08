//! The state of a read while it runs: its progress, and whether a caller still waits for it.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Shared by the thread that reads and the caller that waits, and by all clones.
#[derive(Debug, Clone, Default)]
pub(crate) struct RunningRead(Arc<State>);

#[derive(Debug, Default)]
struct State {
    /// Even while the database works, odd while the caller handles a row.
    steps: AtomicU64,
    is_abandoned: AtomicBool,
    has_timed_out: AtomicBool,
    /// The process of `PostgreSQL` that runs this read. Locked while the process is being told to stop, so that its
    /// connection cannot serve another caller meanwhile.
    backend: Mutex<Option<i32>>,
}

/// [`RunningRead::runs_on`]
#[derive(Debug)]
pub(crate) struct OnBackend<'r>(&'r RunningRead);

impl RunningRead {
    /// Runs code that handles a row: the time limit of statements does not count it.
    pub fn while_paused<T>(&self, handle: impl FnOnce() -> T) -> T {
        self.0.steps.fetch_add(1, Ordering::Relaxed);
        let outcome = handle();
        self.0.steps.fetch_add(1, Ordering::Relaxed);
        outcome
    }

    /// Whether no row was handled yet.
    pub fn is_untouched(&self) -> bool {
        self.steps() == 0
    }

    /// A number that changes with every row.
    pub fn steps(&self) -> u64 {
        self.0.steps.load(Ordering::Relaxed)
    }

    /// Whether the database was working at that step, and has not returned a row since.
    pub fn stands_still_since(&self, before: u64) -> bool {
        before.is_multiple_of(2) && self.steps() == before
    }

    pub fn abandon(&self) {
        self.0.is_abandoned.store(true, Ordering::Relaxed);
    }

    /// Whether no caller waits for it any more.
    pub fn is_abandoned(&self) -> bool {
        self.0.is_abandoned.load(Ordering::Relaxed)
    }

    pub fn time_out(&self) {
        self.0.has_timed_out.store(true, Ordering::Relaxed);
    }

    pub fn has_timed_out(&self) -> bool {
        self.0.has_timed_out.load(Ordering::Relaxed)
    }

    /// Records the process that runs it, until the result is dropped.
    pub fn runs_on(&self, backend: Option<i32>) -> OnBackend<'_> {
        *self.backend() = backend;
        OnBackend(self)
    }

    /// Calls `stop` with the process that runs it; `None` where there is none any more. The process serves no other caller
    /// before `stop` has returned.
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
    fn a_read_stands_still_only_while_the_database_works() {
        let read = RunningRead::default();
        assert!(read.is_untouched());
        assert!(read.stands_still_since(read.steps()));
        read.while_paused(|| assert!(!read.stands_still_since(read.steps())));
        assert!(!read.is_untouched());
        assert!(!read.stands_still_since(0));
        assert!(read.stands_still_since(read.steps()));
    }

    #[test]
    fn a_process_is_stopped_only_while_it_runs_the_read() {
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
