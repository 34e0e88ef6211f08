//! A fixed number of threads behind a bounded queue.

use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::{fmt, io, thread};

use super::oneshot::{self, Receiver, Sender};
use super::queue::{FairQueue, Share};

/// The queue is full (or the hasher is shutting down). Nothing is known of the password; the answer is 503.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many passwords are waiting to be hashed")]
pub struct Busy;

trait Job: Send {
    fn is_abandoned(&self) -> bool;
    fn run(self: Box<Self>);
}

struct Task<T, F> {
    sender: Sender<T>,
    work: F,
}

impl<T: Send, F: FnOnce() -> T + Send> Job for Task<T, F> {
    fn is_abandoned(&self) -> bool {
        self.sender.is_abandoned()
    }

    fn run(self: Box<Self>) {
        let Self { sender, work } = *self;
        // A panic drops the sender, which its future sees; the thread lives on for the next job.
        if let Ok(value) = catch_unwind(AssertUnwindSafe(work)) {
            sender.send(value);
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

    /// Waits for a job that somebody still wants; `None` once the queue is closed.
    fn next(&self) -> Option<Box<dyn Job>> {
        let mut queue = self.lock();
        loop {
            if !queue.is_open {
                return None;
            }
            match queue.jobs.pop() {
                Some(job) if job.is_abandoned() => {}
                Some(job) => return Some(job),
                None => queue = self.arrival.wait(queue).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }
}

/// Dropping it lets running jobs end and drops waiting ones, whose futures then see [`Busy`].
pub(super) struct Workers(Arc<Shared>);

impl Workers {
    /// `limit` jobs may wait besides those that run. One that finds no room, or gives way to another account's, ends
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

    /// Whether a job would find no room now.
    pub(super) fn would_refuse(&self, share: Share) -> bool {
        self.0.lock().jobs.would_refuse(share)
    }

    pub(super) fn submit<T: Send + 'static>(
        &self,
        share: Share,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Receiver<T> {
        let (sender, receiver) = oneshot::channel();
        let mut queue = self.0.lock();
        if queue.jobs.is_full() {
            // Clients that went away must not keep others out.
            queue.jobs.retain(|job| !job.is_abandoned());
        }
        let gives_way = queue.jobs.push(share, Box::new(Task { sender, work }));
        drop(queue);
        self.0.arrival.notify_one();
        // Outside the lock: it wakes its future.
        drop(gives_way);
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
        // Outside the lock: it wakes their futures.
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

    /// One thread that is held inside a job until the returned sender is dropped or used.
    fn held(limit: NonZeroUsize) -> (Workers, mpsc::Sender<()>, Receiver<()>) {
        let workers = Workers::start(ONE, limit).unwrap();
        let (release, gate) = mpsc::channel();
        let (entered, has_entered) = mpsc::channel();
        let running = workers.submit(Share::NONE, move || {
            entered.send(()).unwrap();
            let _ = gate.recv();
        });
        has_entered.recv().unwrap();
        (workers, release, running)
    }

    #[test]
    fn a_full_queue_refuses_at_once_and_takes_again_once_there_is_room() {
        let (workers, release, running) = held(ONE);
        let waiting = workers.submit(Share::NONE, || 1);
        assert_eq!(block_on(workers.submit(Share::NONE, || 2)), None);
        drop(release);
        assert_eq!(block_on(running), Some(()));
        assert_eq!(block_on(waiting), Some(1));
        assert_eq!(block_on(workers.submit(Share::NONE, || 3)), Some(3));
    }

    #[test]
    fn a_job_whose_future_was_dropped_is_never_run_and_gives_up_its_place() {
        let (workers, release, _running) = held(ONE);
        let runs = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&runs);
        drop(workers.submit(Share::NONE, move || counted.fetch_add(1, Ordering::SeqCst)));
        let next = workers.submit(Share::NONE, || "ran");
        drop(release);
        assert_eq!(block_on(next), Some("ran"));
        assert_eq!(runs.load(Ordering::SeqCst), 0);
    }

    #[test]
    fn a_panic_ends_its_own_job_only() {
        let workers = Workers::start(ONE, ONE).unwrap();
        let broken = workers.submit(Share::NONE, || assert_eq!(1, 2, "a test's panic: no fault"));
        assert_eq!(block_on(broken), None);
        assert_eq!(block_on(workers.submit(Share::NONE, || 3)), Some(3));
    }

    #[test]
    fn waiting_jobs_end_with_the_workers() {
        let (workers, release, running) = held(ONE);
        let waiting = workers.submit(Share::NONE, || 1);
        drop(workers);
        assert_eq!(block_on(waiting), None);
        drop(release);
        assert_eq!(block_on(running), Some(()));
    }

    #[test]
    fn jobs_run_on_as_many_threads_as_were_asked_for() {
        let two = NonZeroUsize::new(2).unwrap();
        let workers = Workers::start(two, two).unwrap();
        let (one_way, other_way) = (mpsc::channel(), mpsc::channel());
        // Each needs the other to run at the same time.
        let left =
            workers.submit(Share::NONE, move || (one_way.0.send(()).is_ok(), other_way.1.recv().is_ok()));
        let right =
            workers.submit(Share::NONE, move || (other_way.0.send(()).is_ok(), one_way.1.recv().is_ok()));
        assert_eq!(block_on(left), Some((true, true)));
        assert_eq!(block_on(right), Some((true, true)));
    }
}
