//! One task fetches, and the others wait for it. No runtime is needed.

use std::future::poll_fn;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

#[derive(Debug, Default)]
pub(super) struct Flight(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    is_flying: bool,
    waiting: Vec<Waker>,
}

/// The flight ends when this is dropped, also because the task that leads it is.
pub(super) struct Lead<'f>(&'f Flight);

impl Flight {
    /// `None` if another task leads a flight.
    pub fn try_lead(&self) -> Option<Lead<'_>> {
        let mut state = self.lock();
        (!std::mem::replace(&mut state.is_flying, true)).then(|| Lead(self))
    }

    /// Waits until there is no flight.
    pub async fn landed(&self) {
        poll_fn(|context| {
            let mut state = self.lock();
            if !state.is_flying {
                return Poll::Ready(());
            }
            if !state.waiting.iter().any(|waker| waker.will_wake(context.waker())) {
                state.waiting.push(context.waker().clone());
            }
            Poll::Pending
        })
        .await;
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Lead<'_> {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.is_flying = false;
        let waiting = std::mem::take(&mut state.waiting);
        drop(state);
        waiting.into_iter().for_each(Waker::wake);
    }
}
