//! A fixed number of threads with a bounded queue.

use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::{fmt, io, thread};

use oneshot::{AsyncReceiver, Sender};

use super::queue::{FairQueue, Requester};

/// The queue is full, or the hasher is shutting down (HTTP 503). Nothing is known of the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many passwords are waiting to be hashed")]
pub struct Busy;

trait Job: Send {
    fn is_cancelled(&self) -> bool;
    fn run(self: Box<Self>);
}

struct Task<T, F> {
    sender: Sender<T>,
    work: F,
}

impl<T: Send, F: FnOnce() -> T + Send> Job for Task<T, F> {
    fn is_cancelled(&self) -> bool {
        self.sender.is_closed()
    }

    fn run(self: Box<Self>) {
        let Self { sender, work } = *self;
        // A panic drops the sender, which ends the future; the thread goes on with the next job.
        if let Ok(value) = catch_unwind(AssertUnwindSafe(work)) {
            // It fails if the future was dropped meanwhile.
            let _ = sender.send(value);
        }
    }
}

struct Queue {
    jobs: FairQueue<Box<dyn Job>>,
    is_open: bool,
}

struct Shared {
    queue: Mutex<Queue>,
    arrival: Condvar,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a job that was not cancelled; `None` once the queue is closed.
    fn next(&self) -> Option<Box<dyn Job>> {
        let mut queue = self.lock();
        loop {
            if !queue.is_open {
                return None;
            }
            match queue.jobs.pop() {
                Some(job) if job.is_cancelled() => {}
                Some(job) => return Some(job),
                None => queue = self.arrival.wait(queue).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }
}

/// When it is dropped, running jobs end normally, and waiting ones end without a value.
pub(super) struct Workers(Arc<Shared>);

impl Workers {
    /// `limit` jobs can wait while others run. A job that finds the queue full, or is displaced by another account's, ends
    /// without a value.
    pub(super) fn start(threads: NonZeroUsize, limit: NonZeroUsize) -> io::Result<Self> {
        let workers = Self(Arc::new(Shared {
            queue: Mutex::new(Queue { jobs: FairQueue::new(limit.get()), is_open: true }),
            arrival: Condvar::new(),
        }));
        for number in 0..threads.get() {
            let shared = Arc::clone(&workers.0);
            thread::Builder::new().name(format!("hasher-{number}")).spawn(move || {
                while let Some(job) = shared.next() {
                    job.run();
                }
            })?;
        }
        Ok(workers)
    }

    /// Whether a job would be refused now.
    pub(super) fn would_refuse(&self, requester: Requester) -> bool {
        self.0.lock().jobs.would_refuse(requester)
    }

    pub(super) fn submit<T: Send + 'static>(
        &self,
        requester: Requester,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> AsyncReceiver<T> {
        let (sender, receiver) = oneshot::async_channel();
        let mut queue = self.0.lock();
        if queue.jobs.is_full() {
            // Clients that disconnected must not take places.
            queue.jobs.retain(|job| !job.is_cancelled());
        }
        let displaced = queue.jobs.push(requester, Box::new(Task { sender, work }));
        drop(queue);
        self.0.arrival.notify_one();
        // Outside the lock, because it wakes its future.
        drop(displaced);
        receiver
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        let mut queue = self.0.lock();
        queue.is_open = false;
        let waiting = std::mem::replace(&mut queue.jobs, FairQueue::new(0));
        drop(queue);
        self.0.arrival.notify_all();
        // Outside the lock, because it wakes their futures.
        drop(waiting);
    }
}

impl fmt::Debug for Workers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Workers").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc;

    use super::*;
    use crate::passwords::testing::block_on;

    const ONE: NonZeroUsize = NonZeroUsize::MIN;

    /// One thread that is blocked inside a job until the returned sender is dropped or used.
    fn held(limit: NonZeroUsize) -> (Workers, mpsc::Sender<()>, AsyncReceiver<()>) {
        let workers = Workers::start(ONE, limit).unwrap();
        let (release, gate) = mpsc::channel();
        let (entered, has_entered) = mpsc::channel();
        let running = workers.submit(Requester::NONE, move || {
            entered.send(()).unwrap();
            let _ = gate.recv();
        });
        has_entered.recv().unwrap();
        (workers, release, running)
    }

    #[test]
    fn a_full_queue_refuses_at_once_and_accepts_again_when_there_is_room() {
        let (workers, release, running) = held(ONE);
        let waiting = workers.submit(Requester::NONE, || 1);
        assert!(block_on(workers.submit(Requester::NONE, || 2)).is_err());
        drop(release);
        assert_eq!(block_on(running), Ok(()));
        assert_eq!(block_on(waiting), Ok(1));
        assert_eq!(block_on(workers.submit(Requester::NONE, || 3)), Ok(3));
    }

    #[test]
    fn a_job_whose_future_was_dropped_is_never_run_and_leaves_the_queue() {
        let (workers, release, _running) = held(ONE);
        let runs = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&runs);
        drop(workers.submit(Requester::NONE, move || counted.fetch_add(1, Ordering::SeqCst)));
        let next = workers.submit(Requester::NONE, || "ran");
        drop(release);
        assert_eq!(block_on(next), Ok("ran"));
        assert_eq!(runs.load(Ordering::SeqCst), 0);
    }

    #[test]
    fn a_panic_ends_its_own_job_only() {
        let workers = Workers::start(ONE, ONE).unwrap();
        let broken = workers.submit(Requester::NONE, || assert_eq!(1, 2, "a test's panic: no fault"));
        assert!(block_on(broken).is_err());
        assert_eq!(block_on(workers.submit(Requester::NONE, || 3)), Ok(3));
    }

    #[test]
    fn waiting_jobs_end_with_the_workers() {
        let (workers, release, running) = held(ONE);
        let waiting = workers.submit(Requester::NONE, || 1);
        drop(workers);
        assert!(block_on(waiting).is_err());
        drop(release);
        assert_eq!(block_on(running), Ok(()));
    }

    #[test]
    fn jobs_run_on_as_many_threads_as_configured() {
        let two = NonZeroUsize::new(2).unwrap();
        let workers = Workers::start(two, two).unwrap();
        let (one_way, other_way) = (mpsc::channel(), mpsc::channel());
        // Each needs the other to run at the same time.
        let left =
            workers.submit(Requester::NONE, move || (one_way.0.send(()).is_ok(), other_way.1.recv().is_ok()));
        let right =
            workers.submit(Requester::NONE, move || (other_way.0.send(()).is_ok(), one_way.1.recv().is_ok()));
        assert_eq!(block_on(left), Ok((true, true)));
        assert_eq!(block_on(right), Ok((true, true)));
    }
}
