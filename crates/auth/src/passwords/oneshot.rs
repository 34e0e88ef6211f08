//! One value from a thread to a task, with nothing but the standard library: this crate knows no runtime.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

#[derive(Debug)]
enum State<T> {
    Empty(Option<Waker>),
    Sent(T),
    /// The sender is gone, or the value was taken.
    Closed,
}

#[derive(Debug)]
struct Slot<T>(Mutex<State<T>>);

impl<T> Slot<T> {
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The waker runs only after the lock is gone: it may poll at once.
    fn settle(&self, state: State<T>) {
        let before = std::mem::replace(&mut *self.lock(), state);
        if let State::Empty(Some(waker)) = before {
            waker.wake();
        }
    }
}

#[derive(Debug)]
pub(super) struct Sender<T>(Arc<Slot<T>>);

/// Resolves to the value, or to `None` if the sender went without sending.
#[derive(Debug)]
pub(super) struct Receiver<T>(Arc<Slot<T>>);

pub(super) fn channel<T>() -> (Sender<T>, Receiver<T>) {
    let slot = Arc::new(Slot(Mutex::new(State::Empty(None))));
    (Sender(Arc::clone(&slot)), Receiver(slot))
}

impl<T> Sender<T> {
    pub(super) fn send(self, value: T) {
        self.0.settle(State::Sent(value));
    }

    /// Nobody waits any more.
    pub(super) fn is_abandoned(&self) -> bool {
        Arc::strong_count(&self.0) == 1
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        if matches!(*self.0.lock(), State::Empty(_)) {
            self.0.settle(State::Closed);
        }
    }
}

impl<T> Future for Receiver<T> {
    type Output = Option<T>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<T>> {
        let mut state = self.0.lock();
        match std::mem::replace(&mut *state, State::Closed) {
            State::Sent(value) => Poll::Ready(Some(value)),
            State::Closed => Poll::Ready(None),
            State::Empty(_) => {
                *state = State::Empty(Some(context.waker().clone()));
                Poll::Pending
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::Wake;

    use super::*;

    #[derive(Default)]
    struct Counter(AtomicUsize);

    impl Wake for Counter {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    fn poll<T>(receiver: &mut Receiver<T>, counter: &Arc<Counter>) -> Poll<Option<T>> {
        Pin::new(receiver).poll(&mut Context::from_waker(&Waker::from(Arc::clone(counter))))
    }

    #[test]
    fn a_value_wakes_its_task_once_and_is_taken_once() {
        let counter = Arc::new(Counter::default());
        let (sender, mut receiver) = channel();
        assert_eq!(poll(&mut receiver, &counter), Poll::Pending);
        sender.send(7);
        assert_eq!(counter.0.load(Ordering::SeqCst), 1);
        assert_eq!(poll(&mut receiver, &counter), Poll::Ready(Some(7)));
        assert_eq!(poll(&mut receiver, &counter), Poll::Ready(None));
    }

    #[test]
    fn a_sender_that_goes_wakes_its_task_with_nothing() {
        let counter = Arc::new(Counter::default());
        let (sender, mut receiver) = channel::<u8>();
        assert_eq!(poll(&mut receiver, &counter), Poll::Pending);
        drop(sender);
        assert_eq!(counter.0.load(Ordering::SeqCst), 1);
        assert_eq!(poll(&mut receiver, &counter), Poll::Ready(None));
    }

    #[test]
    fn a_sender_knows_whether_anyone_waits() {
        let (sender, receiver) = channel::<u8>();
        assert!(!sender.is_abandoned());
        drop(receiver);
        assert!(sender.is_abandoned());
    }
}
