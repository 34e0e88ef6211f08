//! A pool whose queue needs no threads.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use r2d2::{Pool, PooledConnection};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::connection::{ConnectError, Manager};
use crate::error::{Error, one_line};

/// r2d2 doubles its pause between attempts to connect up to half of this, and a database that is back must be seen
/// within half a second.
const CONNECT_PACE: Duration = Duration::from_millis(600);

/// At most one line in this time says that the database is away: attempts to connect are many a second.
const LOG_PACE: Duration = Duration::from_secs(5);

/// So many may work at once: whoever waits does so without a thread.
#[derive(Clone)]
pub(crate) struct Turns(Arc<Semaphore>);

impl Turns {
    /// Turns for so many.
    pub fn new(count: u32) -> Self {
        Self(Arc::new(Semaphore::new(count as usize)))
    }

    /// A turn, which ends when it is dropped.
    pub async fn turn(&self, timeout: Duration) -> Result<OwnedSemaphorePermit, Error> {
        tokio::time::timeout(timeout, self.0.clone().acquire_owned())
            .await
            .map_err(|_| Error::Unavailable("no connection became free in time".to_owned()))?
            .map_err(|_| Error::Unavailable("the database was closed".to_owned()))
    }
}

/// A pool, and as many turns as it has connections.
#[derive(Clone)]
pub(crate) struct Lane {
    pool: Pool<Manager>,
    turns: Turns,
}

impl Lane {
    /// A pool of so many connections at the most, which keeps `idle` of them open.
    pub fn new(manager: Manager, size: u32, idle: u32) -> Self {
        let pool = Pool::builder()
            .max_size(size)
            .min_idle(Some(idle))
            .connection_timeout(CONNECT_PACE)
            .test_on_check_out(false)
            .idle_timeout(None)
            .max_lifetime(None)
            .error_handler(Box::new(LogConnectErrors::default()))
            .build_unchecked(manager);
        Self { pool, turns: Turns::new(size) }
    }

    /// How many connections there are at the most.
    pub fn size(&self) -> u32 {
        self.pool.max_size()
    }

    /// A connection that is free at once.
    pub fn try_check_out(&self) -> Option<PooledConnection<Manager>> {
        if self.turns.0.is_closed() { None } else { self.pool.try_get() }
    }

    /// A connection, waited for on this thread.
    pub fn check_out(&self, deadline: Instant) -> Result<PooledConnection<Manager>, Error> {
        let left = deadline.saturating_duration_since(Instant::now());
        self.pool.get_timeout(left).map_err(|error| Error::Unavailable(one_line(&error)))
    }

    /// A turn: whoever has one finds a connection free, or one that can be made.
    pub async fn turn(&self, timeout: Duration) -> Result<OwnedSemaphorePermit, Error> {
        self.turns.turn(timeout).await
    }

    /// Waits so long for the work under way, and lets nobody in any more.
    pub async fn close(&self, timeout: Duration) {
        let everything = tokio::time::timeout(timeout, self.turns.0.acquire_many(self.size())).await;
        self.turns.0.close();
        drop(everything);
    }
}

/// Tells the log why the pool cannot connect.
#[derive(Debug, Default)]
struct LogConnectErrors {
    last: Mutex<Option<Instant>>,
}

impl r2d2::HandleError<ConnectError> for LogConnectErrors {
    fn handle_error(&self, error: ConnectError) {
        let now = Instant::now();
        let mut last = self.last.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if last.is_none_or(|last| now.duration_since(last) >= LOG_PACE) {
            *last = Some(now);
            tracing::warn!(%error, "cannot connect to the database");
        }
    }
}
