//! The seam between async handlers and blocking diesel.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use r2d2::Pool;
use tokio::sync::Semaphore;

use crate::connection::{ConnectError, Connection, Manager, Raw};
use crate::error::{Error, OpenError, one_line};
use crate::url::{DatabaseUrl, Engine};

/// How a database is opened.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// How many connections there are at the most.
    pub pool_size: u32,
    /// How long a request waits for one before it is answered 503.
    pub timeout: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self { pool_size: 10, timeout: Duration::from_secs(2) }
    }
}

/// How long a piece of work may hold its connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Length {
    /// A look-up by a key: on SQLite some microseconds, less than a change of threads takes.
    Short,
    /// As long as a list is.
    Open,
}

/// A pool, and as many permits as it has connections: whoever waits does so without a thread.
#[derive(Clone)]
struct Lane {
    pool: Pool<Manager>,
    permits: Arc<Semaphore>,
}

/// A database. Clones share their connections.
///
/// It alone decides what runs where: a short read on SQLite whose connection is free at once runs on the async thread;
/// all else on the blocking pool. SQLite has one connection that writes, so writers queue here and not at the file's
/// lock.
#[derive(Clone)]
pub struct Database {
    url: DatabaseUrl,
    timeout: Duration,
    readers: Lane,
    writers: Lane,
}

impl Database {
    /// Opens a database and its pools. On SQLite the file is made where there is none, and put into WAL mode.
    ///
    /// # Errors
    /// Where it cannot be reached.
    pub fn open(url: &DatabaseUrl, options: Options) -> Result<Self, OpenError> {
        let connect_error = |reason| OpenError::Connect { url: url.clone(), reason };
        // One connection by hand: a pool would hide what the engine says, and WAL is switched on once, before it.
        let mut first =
            Connection::establish(url, options.timeout).map_err(|error| connect_error(one_line(&error)))?;
        if let Raw::Sqlite(connection) = &mut first.raw {
            connection
                .batch_execute("PRAGMA journal_mode = WAL")
                .map_err(|error| connect_error(one_line(&error)))?;
        }
        let lane = |size: u32| {
            let manager = Manager { url: url.clone(), timeout: options.timeout };
            let pool = Pool::builder()
                .max_size(size)
                .min_idle(Some(if url.engine() == Engine::Sqlite { size } else { 1 }))
                .connection_timeout(options.timeout)
                .test_on_check_out(false)
                .idle_timeout(None)
                .max_lifetime(None)
                .error_handler(Box::new(LogConnectErrors))
                .build(manager)
                .map_err(|error| connect_error(one_line(&error)))?;
            Ok(Lane { pool, permits: Arc::new(Semaphore::new(size as usize)) })
        };
        let readers = lane(options.pool_size)?;
        let writers = match url.engine() {
            Engine::Sqlite => lane(1)?,
            Engine::Postgresql => readers.clone(),
        };
        Ok(Self { url: url.clone(), timeout: options.timeout, readers, writers })
    }

    /// Where it is.
    #[must_use]
    pub const fn url(&self) -> &DatabaseUrl {
        &self.url
    }

    /// Runs a read.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        length: Length,
        work: impl FnOnce(&mut Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        if length == Length::Short
            && self.url.engine() == Engine::Sqlite
            && let Some(mut connection) = self.readers.pool.try_get()
        {
            return work(&mut connection);
        }
        self.on_blocking_pool(&self.readers, work).await
    }

    /// Runs a write, as one transaction.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.on_blocking_pool(&self.writers, |connection| connection.transaction(work)).await
    }

    /// Runs a write that is one statement, which is a transaction by itself.
    pub(crate) async fn write_once<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.on_blocking_pool(&self.writers, work).await
    }

    /// Runs work on a connection now, on the calling thread: for commands and for start-up.
    pub(crate) fn now<T>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut connection =
            self.writers.pool.get().map_err(|error| Error::Unavailable(one_line(&error)))?;
        work(&mut connection)
    }

    async fn on_blocking_pool<T: Send + 'static>(
        &self,
        lane: &Lane,
        work: impl FnOnce(&mut Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let deadline = Instant::now() + self.timeout;
        let permit = tokio::time::timeout(self.timeout, lane.permits.clone().acquire_owned())
            .await
            .map_err(|_| Error::Unavailable("no connection became free in time".to_owned()))?
            .map_err(|_| Error::Unavailable("the database was closed".to_owned()))?;
        let pool = lane.pool.clone();
        tokio::task::spawn_blocking(move || {
            // The permit goes with the work: a request that is given up does not free a connection still in use.
            let _permit = permit;
            let left = deadline.saturating_duration_since(Instant::now());
            let mut connection =
                pool.get_timeout(left).map_err(|error| Error::Unavailable(one_line(&error)))?;
            let outcome = work(&mut connection);
            connection.watch(outcome)
        })
        .await
        .unwrap_or_else(|error| Err(Error::Query(format!("the work was cut short: {error}"))))
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database").field("url", &self.url).finish_non_exhaustive()
    }
}

/// Tells the log why the pool cannot connect; the requests that wait for it are told only that they waited in vain.
#[derive(Debug)]
struct LogConnectErrors;

impl r2d2::HandleError<ConnectError> for LogConnectErrors {
    fn handle_error(&self, error: ConnectError) {
        tracing::warn!(%error, "cannot connect to the database");
    }
}
