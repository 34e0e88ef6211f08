//! A connection pool that requests wait for without a thread.

use std::sync::Arc;
use std::time::{Duration, Instant};

use presspass_domain::{LogPace, one_line};
use r2d2::{Pool, PooledConnection};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::connection::{ConnectError, Manager};
use crate::error::Error;

/// r2d2 doubles its pause between attempts to connect up to half of this, and a database that is back must be noticed
/// within half a second.
const CONNECT_TIMEOUT: Duration = Duration::from_millis(600);

/// There are many attempts to connect in a second.
const LOG_PERIOD: Duration = Duration::from_secs(5);

/// A permit, waited for at most this long.
pub(crate) async fn acquire(
    semaphore: &Arc<Semaphore>,
    timeout: Duration,
) -> Result<OwnedSemaphorePermit, Error> {
    tokio::time::timeout(timeout, semaphore.clone().acquire_owned())
        .await
        .map_err(|_| Error::Unavailable("no connection became free in time".to_owned()))?
        .map_err(|_| Error::Unavailable("the database was closed".to_owned()))
}

/// A pool, and as many permits as it has connections.
#[derive(Clone)]
pub(crate) struct ConnectionPool {
    pool: Pool<Manager>,
    permits: Arc<Semaphore>,
}

impl ConnectionPool {
    /// A pool of at most `size` connections, which keeps `idle` of them open.
    pub fn new(manager: Manager, size: u32, idle: u32) -> Self {
        let pool = Pool::builder()
            .max_size(size)
            .min_idle(Some(idle))
            .connection_timeout(CONNECT_TIMEOUT)
            .test_on_check_out(false)
            .idle_timeout(None)
            .max_lifetime(None)
            .error_handler(Box::new(LogConnectErrors(LogPace::new(LOG_PERIOD))))
            .build_unchecked(manager);
        Self { pool, permits: Arc::new(Semaphore::new(size as usize)) }
    }

    pub fn size(&self) -> u32 {
        self.pool.max_size()
    }

    /// A connection that is free at once.
    pub fn try_check_out(&self) -> Option<PooledConnection<Manager>> {
        if self.permits.is_closed() { None } else { self.pool.try_get() }
    }

    /// A connection. Blocks until there is one.
    pub fn check_out(&self, deadline: Instant) -> Result<PooledConnection<Manager>, Error> {
        let left = deadline.saturating_duration_since(Instant::now());
        self.pool.get_timeout(left).map_err(|error| Error::Unavailable(one_line(&error)))
    }

    /// A permit: its holder finds a connection free, or one that can be made.
    pub async fn acquire(&self, timeout: Duration) -> Result<OwnedSemaphorePermit, Error> {
        acquire(&self.permits, timeout).await
    }

    /// Waits at most `timeout` for the work under way, and refuses all later work.
    pub async fn close(&self, timeout: Duration) {
        let all = tokio::time::timeout(timeout, self.permits.acquire_many(self.size())).await;
        self.permits.close();
        drop(all);
    }
}

#[derive(Debug)]
struct LogConnectErrors(LogPace);

impl r2d2::HandleError<ConnectError> for LogConnectErrors {
    fn handle_error(&self, error: ConnectError) {
        if self.0.line("").is_some() {
            tracing::warn!(%error, "connecting to the database failed");
        }
    }
}
