//! A fixed number of threads behind a bounded queue.

use std::collections::VecDeque;
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::{fmt, io, thread};

use super::oneshot::{self, Receiver, Sender};

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
    jobs: VecDeque<Box<dyn Job>>,
    is_open: bool,
}

struct Shared {
    queue: Mutex<Queue>,
    arrival: Condvar,
    limit: usize,
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
            match queue.jobs.pop_front() {
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
    /// `limit` jobs may wait besides those that run.
    pub(super) fn start(threads: NonZeroUsize, limit: NonZeroUsize) -> io::Result<Self> {
        let workers = Self(Arc::new(Shared {
            queue: Mutex::new(Queue { jobs: VecDeque::new(), is_open: true }),
            arrival: Condvar::new(),
            limit: limit.get(),
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

    pub(super) fn submit<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<Receiver<T>, Busy> {
        let (sender, receiver) = oneshot::channel();
        let mut queue = self.0.lock();
        if queue.jobs.len() >= self.0.limit {
            // Clients that went away must not keep others out.
            queue.jobs.retain(|job| !job.is_abandoned());
        }
        if queue.jobs.len() >= self.0.limit {
            return Err(Busy);
        }
        queue.jobs.push_back(Box::new(Task { sender, work }));
        drop(queue);
        self.0.arrival.notify_one();
        Ok(receiver)
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        let mut queue = self.0.lock();
        queue.is_open = false;
        let waiting = std::mem::take(&mut queue.jobs);
        drop(queue);
        self.0.arrival.notify_all();
        // Outside the lock: it wakes their futures.
        drop(waiting);
    }
}

impl fmt::Debug for Workers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Workers").field("limit", &self.0.limit).finish_non_exhaustive()
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
        let running = workers
            .submit(move || {
                entered.send(()).unwrap();
                let _ = gate.recv();
            })
            .unwrap();
        has_entered.recv().unwrap();
        (workers, release, running)
    }

    #[test]
    fn a_full_queue_refuses_at_once_and_takes_again_once_there_is_room() {
        let (workers, release, running) = held(ONE);
        let waiting = workers.submit(|| 1).unwrap();
        assert_eq!(workers.submit(|| 2).unwrap_err(), Busy);
        drop(release);
        assert_eq!(block_on(running), Some(()));
        assert_eq!(block_on(waiting), Some(1));
        assert_eq!(block_on(workers.submit(|| 3).unwrap()), Some(3));
    }

    #[test]
    fn a_job_whose_future_was_dropped_is_never_run_and_gives_up_its_place() {
        let (workers, release, _running) = held(ONE);
        let runs = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&runs);
        drop(workers.submit(move || counted.fetch_add(1, Ordering::SeqCst)).unwrap());
        let next = workers.submit(|| "ran").unwrap();
        drop(release);
        assert_eq!(block_on(next), Some("ran"));
        assert_eq!(runs.load(Ordering::SeqCst), 0);
    }

    #[test]
    fn a_panic_ends_its_own_job_only() {
        let workers = Workers::start(ONE, ONE).unwrap();
        let broken = workers.submit(|| assert_eq!(1, 2, "a test's panic: no fault")).unwrap();
        assert_eq!(block_on(broken), None);
        assert_eq!(block_on(workers.submit(|| 3).unwrap()), Some(3));
    }

    #[test]
    fn waiting_jobs_end_with_the_workers() {
        let (workers, release, running) = held(ONE);
        let waiting = workers.submit(|| 1).unwrap();
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
        let left = workers.submit(move || (one_way.0.send(()).is_ok(), other_way.1.recv().is_ok())).unwrap();
        let right = workers.submit(move || (other_way.0.send(()).is_ok(), one_way.1.recv().is_ok())).unwrap();
        assert_eq!(block_on(left), Some((true, true)));
        assert_eq!(block_on(right), Some((true, true)));
    }
}
