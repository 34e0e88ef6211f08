//! The only place where async handlers meet blocking diesel.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use presspass_domain::model::Model;
use presspass_domain::one_line;
use tokio::sync::Semaphore;

use crate::connection::{Connection, Manager, Raw, Role, Timeouts};
use crate::error::{Error, OpenError};
use crate::file;
use crate::file_watch::FileWatch;
use crate::migrations::Migration;
use crate::pipeline::{Pipeline, Pipelines};
use crate::pool::{ConnectionPool, acquire};
use crate::postgresql::Missing;
pub(crate) use crate::running_read::RunningRead;
use crate::url::{DatabaseUrl, Engine};

/// How a database is opened.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// The largest number of connections, at least one. On `SQLite` these read, and one more writes.
    pub pool_size: u32,
    /// How long a request waits for a connection before it is answered 503.
    pub timeout: Duration,
    /// How long a statement of a request may run before it is ended; on `SQLite` one that reads.
    pub statement_timeout: Duration,
    pub purpose: Purpose,
    pub project: Project,
}

/// What a project adds to the library.
#[derive(Debug, Clone, Copy, Default)]
pub struct Project {
    pub models: &'static [&'static Model],
    /// They follow the library's.
    pub migrations: &'static [Migration],
}

impl Default for Options {
    fn default() -> Self {
        Self {
            pool_size: 10,
            timeout: Duration::from_secs(2),
            statement_timeout: Self::STATEMENT_TIMEOUT,
            purpose: Purpose::Serve,
            project: Project::default(),
        }
    }
}

impl Options {
    /// How long a statement of a request may run.
    pub const STATEMENT_TIMEOUT: Duration = Duration::from_secs(10);
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Reads and writes. On `SQLite` a missing file is created, and the file is put into WAL mode.
    Serve,
    /// Reads only. On `SQLite` nothing is created, and nothing of the file changes, not even its mode.
    Inspect,
}

/// How long a read holds its connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Length {
    /// A look-up by a key: on `SQLite` some microseconds, less than a thread switch takes.
    Short,
    /// A list, of any length.
    Open,
}

/// A health check fails after this time.
const PING_TIMEOUT: Duration = Duration::from_secs(1);

/// How long a request waits for a server after the time limit of the statement: a frozen server still acknowledges packets,
/// so no timeout of TCP fires.
const ANSWER_DELAY: Duration = Duration::from_secs(2);

/// A read with more statements runs on the pool: it is called once for each.
const MAX_STATEMENTS: usize = 8;

/// How often a read that was given up is interrupted again, until it has stopped.
const STOP_PERIOD: Duration = Duration::from_millis(50);

/// A database. Clones share their connections.
///
/// It decides where work runs: a short read on `SQLite` runs on the async thread where a connection is free at once; all
/// other work runs on the blocking pool. `SQLite` has one connection that writes, so writers queue here and not at the
/// file's lock. A request that is given up stops its read; a write runs to its end. The connection becomes free only when
/// the work has ended.
#[derive(Clone)]
pub struct Database {
    url: DatabaseUrl,
    timeout: Duration,
    timeouts: Timeouts,
    readers: ConnectionPool,
    writers: ConnectionPool,
    /// On `SQLite`.
    watch: Option<Arc<FileWatch>>,
    /// Permits of long reads, for half of the readers: the others are always free for look-ups.
    long_reads: Arc<Semaphore>,
    /// On `PostgreSQL`.
    pipelines: Arc<Pipelines>,
    project: Project,
}

impl Database {
    /// Opens a database. The folder of a `SQLite` file must exist. Blocks while it connects, at most about two seconds a host.
    pub fn open(url: &DatabaseUrl, options: Options) -> Result<Self, OpenError> {
        let pool_size = options.pool_size.max(1);
        let timeouts = Timeouts { lock: options.timeout, statement: options.statement_timeout };
        let watch = Self::try_first_connection(url, options.purpose, timeouts)
            .map_err(|reason| OpenError::Connect { url: url.clone(), reason })?
            .map(Arc::new);
        let pool = |role, size, idle| {
            ConnectionPool::new(
                Manager { url: url.clone(), role, timeouts, watch: watch.clone() },
                size,
                idle,
            )
        };
        let (readers, writers) = match url.engine() {
            Engine::Sqlite if options.purpose == Purpose::Inspect => {
                let both = pool(Role::Read, 1, 1);
                (both.clone(), both)
            }
            Engine::Sqlite => (pool(Role::Read, pool_size, pool_size), pool(Role::Write, 1, 1)),
            Engine::Postgresql => {
                let both = pool(Role::Write, pool_size, 1);
                (both.clone(), both)
            }
        };
        let long_reads = Arc::new(Semaphore::new((readers.size() / 2).max(1) as usize));
        let (timeout, project) = (options.timeout, options.project);
        let pipelines = Arc::new(Pipelines::of(url));
        let url = url.clone();
        Ok(Self { url, timeout, timeouts, readers, writers, watch, long_reads, pipelines, project })
    }

    /// Connects without the pool, which would hide the engine's message, and switches to WAL once. Returns the watch over a
    /// file of `SQLite`.
    fn try_first_connection(
        url: &DatabaseUrl,
        purpose: Purpose,
        timeouts: Timeouts,
    ) -> Result<Option<FileWatch>, String> {
        let (role, looks) = match purpose {
            Purpose::Inspect => (Role::Read, true),
            Purpose::Serve => (Role::Write, false),
        };
        let Some(path) = url.file() else {
            let connected = Connection::establish(url, role, timeouts);
            return connected.map(|_| None).map_err(|error| one_line(&error));
        };
        if !looks {
            file::make(path)?;
        }
        file::check(path)?;
        let watch = FileWatch::new(path).map_err(|error| error.to_string())?;
        let tried = Connection::establish(url, role, timeouts).map_err(|error| one_line(&error)).and_then(
            |mut first| match &mut first.raw {
                Raw::Sqlite(raw) if !looks => file::prepare(raw, timeouts.lock),
                _ => Ok(()),
            },
        );
        tried.map_err(|said| file::explain(path, said))?;
        Ok(Some(watch))
    }

    #[must_use]
    pub const fn url(&self) -> &DatabaseUrl {
        &self.url
    }

    pub(crate) const fn project(&self) -> Project {
        self.project
    }

    /// Checks within a second that the database answers, for a health endpoint.
    pub async fn ping(&self) -> Result<(), Error> {
        self.check_file(FileWatch::look)?;
        tokio::time::timeout(PING_TIMEOUT.min(self.timeout), self.read(Length::Short, Connection::ping))
            .await
            .unwrap_or_else(|_| Err(Error::Unavailable("no answer in time".to_owned())))
    }

    /// Closes the database, for all clones: waits for the work under way, at most as long as a request waits for a
    /// connection, and refuses later work as [`Error::Unavailable`]. On `SQLite` the WAL is moved into the file; the WAL
    /// itself is deleted with the last clone.
    pub async fn close(self) {
        self.pipelines.close();
        self.writers.close(self.timeout).await;
        self.readers.close(self.timeout).await;
        let emptied = tokio::task::spawn_blocking(move || self.empty_wal());
        if let Ok(Err(error)) = emptied.await {
            tracing::warn!(%error, "emptying the WAL failed: the next start does it");
        }
    }

    /// Moves the WAL of `SQLite` into the file. Blocks.
    fn empty_wal(&self) -> Result<(), Error> {
        if self.url.engine() == Engine::Postgresql {
            return Ok(());
        }
        self.now(|connection| match &mut connection.raw {
            Raw::Sqlite(raw) => Ok(raw.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)")?),
            Raw::Postgresql(_) => Ok(()),
        })
    }

    /// Fails where the path of an `SQLite` file names another file, or none. Then the WAL is emptied: otherwise the next start
    /// would apply it to the other file.
    fn check_file(&self, check: impl FnOnce(&FileWatch) -> Result<(), Error>) -> Result<(), Error> {
        let Some(watch) = &self.watch else { return Ok(()) };
        let outcome = check(watch);
        if outcome.is_err() && watch.is_first_refusal() {
            let database = self.clone();
            tokio::task::spawn_blocking(move || {
                if let Err(error) = database.empty_wal() {
                    tracing::warn!(%error, "emptying the WAL of a deleted database failed");
                }
            });
        }
        outcome
    }

    /// Keeps two more connections to `PostgreSQL` for the reads of this thread, which must be a runtime that runs the tasks
    /// it spawns itself, as a worker of actix is. Called again, it does nothing.
    pub fn pipeline_on_this_thread(&self) {
        self.pipelines.open_on_this_thread();
    }

    /// Runs a read. Where the connection is broken, as all are after a restart of the server, it is run again on another.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        length: Length,
        work: impl Fn(&mut Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.check_file(FileWatch::check_lately)?;
        if length == Length::Short
            && self.url.engine() == Engine::Sqlite
            && let Some(mut connection) = self.readers.try_check_out()
        {
            // The connection is moved in: it must be dropped by the panic to know that it is broken.
            let run = AssertUnwindSafe(move || {
                let outcome = work(&mut connection);
                connection.watch(outcome)
            });
            return catch_unwind(run).unwrap_or_else(|_| Err(Error::Query("the work panicked".to_owned())));
        }
        let work = match self.pipelines.of_this_thread() {
            Some(pipeline) => match pipelined(&pipeline, work).await {
                Ok(outcome) => return outcome,
                Err(work) => work,
            },
            None => work,
        };
        self.read_on_blocking_pool(length, move |connection, _| work(connection)).await
    }

    /// Runs a read whose rows are handled while it runs, by [`RunningRead::while_paused`]: that has no time limit, and once a
    /// row was handled the read is not run again.
    pub(crate) async fn read_streamed(
        &self,
        work: impl Fn(&mut Connection, &RunningRead) -> Result<(), Error> + Send + 'static,
    ) -> Result<(), Error> {
        self.check_file(FileWatch::check_lately)?;
        self.read_on_blocking_pool(Length::Open, work).await
    }

    async fn read_on_blocking_pool<T: Send + 'static>(
        &self,
        length: Length,
        work: impl Fn(&mut Connection, &RunningRead) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let long = match length {
            Length::Short => None,
            Length::Open => Some(acquire(&self.long_reads, self.timeout).await?),
        };
        let read = RunningRead::default();
        let mut abandon = AbandonOnDrop { database: self, read: Some(read.clone()) };
        let running = read.clone();
        let outcome = self.on_blocking_pool(&self.readers, &read, move |pool, deadline| {
            // It is held by the work, as the other permit is.
            let _long = long;
            let mut others = pool.size();
            loop {
                let mut connection = pool.check_out(deadline)?;
                match connection.run(&running, &work) {
                    Err(Error::Connection(_)) if others > 0 && running.is_untouched() => others -= 1,
                    outcome => return outcome,
                }
            }
        });
        let outcome = outcome.await;
        abandon.read = None;
        outcome
    }

    /// Runs a write, as one transaction.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.write_once(|connection| connection.transaction(work)).await
    }

    /// Runs a write that is one statement, and so a transaction. It has to run to its end: see [`only_row`].
    pub(crate) async fn write_once<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.check_file(FileWatch::look)?;
        self.on_blocking_pool(&self.writers, &RunningRead::default(), move |pool, deadline| {
            let mut others = pool.size();
            let mut connection = loop {
                let mut connection = pool.check_out(deadline)?;
                let left = deadline.saturating_duration_since(Instant::now());
                match connection.prepare_write(left) {
                    Err(Error::Connection(_)) if others > 0 => others -= 1,
                    Err(error) => return Err(error),
                    Ok(()) => break connection,
                }
            };
            let outcome = work(&mut connection);
            connection.watch(outcome)
        })
        .await
    }

    /// Runs work on the calling thread: for commands and at startup.
    pub(crate) fn now<T>(&self, work: impl FnOnce(&mut Connection) -> Result<T, Error>) -> Result<T, Error> {
        let mut connection = self.writers.check_out(Instant::now() + self.timeout)?;
        let outcome = work(&mut connection);
        connection.watch(outcome)
    }

    /// Cancels the statement of a process of `PostgreSQL`, over a free connection or a new one. Returns whether that worked.
    fn stop_backend(&self, backend: i32) -> bool {
        let stopped = match self.readers.try_check_out() {
            Some(mut connection) => connection.stop(backend),
            None => Connection::establish(&self.url, Role::Read, self.timeouts)
                .map_err(|error| Error::Unavailable(one_line(&error)))
                .and_then(|mut connection| connection.stop(backend)),
        };
        if let Err(error) = stopped {
            tracing::warn!(%error, "cancelling an abandoned read failed: it runs to its time limit");
            return false;
        }
        true
    }

    async fn on_blocking_pool<T: Send + 'static>(
        &self,
        pool: &ConnectionPool,
        read: &RunningRead,
        work: impl FnOnce(&ConnectionPool, Instant) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let deadline = Instant::now() + self.timeout;
        let permit = pool.acquire(self.timeout).await?;
        let pool = pool.clone();
        let mut task = tokio::task::spawn_blocking(move || {
            let outcome = work(&pool, deadline);
            // The permit is held by the work: a request that is given up does not free a connection still in use.
            drop(permit);
            outcome
        });
        let joined = match self.url.engine() {
            Engine::Sqlite => task.await,
            Engine::Postgresql => loop {
                let before = read.steps();
                match tokio::time::timeout(self.timeouts.statement + ANSWER_DELAY, &mut task).await {
                    Ok(joined) => break joined,
                    Err(_) if read.stands_still_since(before) => {
                        return Err(Error::Unavailable("the server does not answer".to_owned()));
                    }
                    Err(_) => {}
                }
            },
        };
        joined.unwrap_or_else(|error| {
            Err(if error.is_panic() {
                Error::Query("the work panicked".to_owned())
            } else {
                Error::Unavailable("the program is ending".to_owned())
            })
        })
    }
}

/// Runs a read without blocking; returns it where the pool has to run it. See [`crate::postgresql`].
async fn pipelined<T, W>(pipeline: &Pipeline, work: W) -> Result<Result<T, Error>, W>
where
    W: Fn(&mut Connection) -> Result<T, Error>,
{
    let mut connection = Connection::of_fetched_rows();
    for _ in 0..=MAX_STATEMENTS {
        let outcome = catch_unwind(AssertUnwindSafe(|| work(&mut connection)))
            .unwrap_or_else(|_| Err(Error::Query("the work panicked".to_owned())));
        let Some(fetched) = connection.fetched() else { break };
        match fetched.take_missing() {
            Missing::Nothing => return Ok(outcome),
            Missing::Connection => break,
            Missing::Rows(statement) => match pipeline.fetch(statement).await {
                Some(rows) => fetched.add(rows),
                None => break,
            },
        }
    }
    Err(work)
}

/// Stops a read whose caller gives it up, as after its client has disconnected.
struct AbandonOnDrop<'d> {
    database: &'d Database,
    /// `None` once it has ended.
    read: Option<RunningRead>,
}

impl Drop for AbandonOnDrop<'_> {
    fn drop(&mut self) {
        let Some(read) = self.read.take() else { return };
        // A statement of SQLite checks this flag.
        read.abandon();
        if self.database.url.engine() == Engine::Postgresql
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            let database = self.database.clone();
            runtime.spawn_blocking(move || {
                // A cancellation between two statements has no effect.
                while let Some(true) = read.stop_backend(|backend| database.stop_backend(backend)) {
                    std::thread::sleep(STOP_PERIOD);
                }
            });
        }
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database").field("url", &self.url).finish_non_exhaustive()
    }
}

/// The row of a statement that writes at most one. Such a statement is run by `load` and not by `get_result`: that stops
/// at the row, and `SQLite` commits after it, so a failed commit would be missed and the write be acknowledged.
pub(crate) fn only_row<T>(mut rows: Vec<T>) -> Option<T> {
    rows.pop()
}

#[cfg(test)]
mod file_tests;
#[cfg(test)]
mod interruption_tests;
#[cfg(test)]
mod pipeline_tests;
#[cfg(test)]
mod sqlstate_tests;
#[cfg(test)]
mod tests;
