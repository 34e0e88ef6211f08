//! The seam between async handlers and blocking diesel.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;

use crate::connection::{Connection, Manager, Raw, Role, Timeouts};
use crate::error::{Error, OpenError, one_line};
use crate::file;
use crate::file_watch::FileWatch;
use crate::lane::{Lane, Turns};
pub(crate) use crate::running_read::RunningRead;
use crate::url::{DatabaseUrl, Engine};

/// How a database is opened.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// How many connections there are at the most; at least one. On `SQLite` these read, and one more writes.
    pub pool_size: u32,
    /// How long a request waits for one before it is answered 503.
    pub timeout: Duration,
    /// How long a statement of a request may run before it is ended; on `SQLite` one that reads.
    pub statement_timeout: Duration,
    /// What it is opened for.
    pub purpose: Purpose,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            pool_size: 10,
            timeout: Duration::from_secs(2),
            statement_timeout: Self::STATEMENT_TIMEOUT,
            purpose: Purpose::Use,
        }
    }
}

impl Options {
    /// How long a statement of a request may run.
    pub const STATEMENT_TIMEOUT: Duration = Duration::from_secs(10);
}

/// What a database is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Reads and writes. On `SQLite` the file is made where there is none, and put into WAL mode.
    Use,
    /// A look: on `SQLite` nothing is made and nothing of the file changes, not even its mode.
    Look,
}

/// How long a piece of work may hold its connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Length {
    /// A look-up by a key: on `SQLite` some microseconds, less than a change of threads takes.
    Short,
    /// As long as a list is.
    Open,
}

/// A health check that waits longer than this has its answer.
const PING_TIMEOUT: Duration = Duration::from_secs(1);

/// How much longer than a statement may run a server that answers nothing at all may hold a request: a frozen one still
/// acknowledges packets, so that no timeout of TCP fires.
const ANSWER_DELAY: Duration = Duration::from_secs(2);

/// How often a read that was given up is told to end, until it has.
const STOP_PACE: Duration = Duration::from_millis(50);

/// A database. Clones share their connections.
///
/// It alone decides what runs where: a short read on `SQLite` whose connection is free at once runs on the async
/// thread; all else on the blocking pool. `SQLite` has one connection that writes, so writers queue here and not at the
/// file's lock. A request that is given up ends the read that runs for it; a write runs to its end. Either way the
/// connection is free once the work has ended, and not before.
#[derive(Clone)]
pub struct Database {
    url: DatabaseUrl,
    timeout: Duration,
    timeouts: Timeouts,
    readers: Lane,
    writers: Lane,
    /// On `SQLite`.
    watch: Option<Arc<FileWatch>>,
    /// Half of the readers at the most do work of open length: a look-up always finds the others, whatever lists are
    /// asked for.
    slow: Turns,
}

impl Database {
    /// Opens a database, for what [`Options::purpose`] says. The folder of a `SQLite` file must be there. Blocks as long as connecting takes, at most about two seconds a host.
    ///
    /// # Errors
    /// Where it cannot be reached.
    pub fn open(url: &DatabaseUrl, options: Options) -> Result<Self, OpenError> {
        let pool_size = options.pool_size.max(1);
        let timeouts = Timeouts { lock: options.timeout, statement: options.statement_timeout };
        let watch = Self::try_first_connection(url, options.purpose, timeouts)
            .map_err(|reason| OpenError::Connect { url: url.clone(), reason })?
            .map(Arc::new);
        let lane = |role, size, idle| {
            Lane::new(Manager { url: url.clone(), role, timeouts, watch: watch.clone() }, size, idle)
        };
        let (readers, writers) = match url.engine() {
            Engine::Sqlite if options.purpose == Purpose::Look => {
                let both = lane(Role::Read, 1, 1);
                (both.clone(), both)
            }
            Engine::Sqlite => (lane(Role::Read, pool_size, pool_size), lane(Role::Write, 1, 1)),
            Engine::Postgresql => {
                let both = lane(Role::Write, pool_size, 1);
                (both.clone(), both)
            }
        };
        let slow = Turns::new((readers.size() / 2).max(1));
        Ok(Self { url: url.clone(), timeout: options.timeout, timeouts, readers, writers, watch, slow })
    }

    /// Connects by hand: a pool would hide what the engine says, and WAL is switched on once, before it. Gives the watch
    /// over a file of `SQLite`.
    fn try_first_connection(
        url: &DatabaseUrl,
        purpose: Purpose,
        timeouts: Timeouts,
    ) -> Result<Option<FileWatch>, String> {
        let (role, looks) = match purpose {
            Purpose::Look => (Role::Read, true),
            Purpose::Use => (Role::Write, false),
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

    /// Where it is.
    #[must_use]
    pub const fn url(&self) -> &DatabaseUrl {
        &self.url
    }

    /// Asks the database for a sign of life, for a health end point. Answers within a second.
    ///
    /// # Errors
    /// [`Error::Unavailable`] where there is none in time.
    pub async fn ping(&self) -> Result<(), Error> {
        self.check_file(FileWatch::look)?;
        tokio::time::timeout(PING_TIMEOUT.min(self.timeout), self.read(Length::Short, Connection::ping))
            .await
            .unwrap_or_else(|_| Err(Error::Unavailable("no sign of life in time".to_owned())))
    }

    /// Closes the database, for all clones: waits for the work under way, at most as long as a request waits for a
    /// connection, and refuses what comes later as [`Error::Unavailable`]. On `SQLite` what is in the log is put into
    /// the file; the log itself goes away with the last clone.
    pub async fn close(self) {
        self.writers.close(self.timeout).await;
        self.readers.close(self.timeout).await;
        let emptied = tokio::task::spawn_blocking(move || self.empty_log());
        if let Ok(Err(error)) = emptied.await {
            tracing::warn!(%error, "the log of the database was left for the next start");
        }
    }

    /// Puts what is in the log of `SQLite` into the file, and leaves the log empty. Blocks.
    fn empty_log(&self) -> Result<(), Error> {
        if self.url.engine() == Engine::Postgresql {
            return Ok(());
        }
        self.now(|connection| match &mut connection.raw {
            Raw::Sqlite(raw) => Ok(raw.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)")?),
            Raw::Postgresql(_) => Ok(()),
        })
    }

    /// Refuses to go on with a file of `SQLite` whose path names another one, or none. Its log is emptied then, as it would
    /// otherwise be found by the next start, and be applied to the other file.
    fn check_file(&self, check: impl FnOnce(&FileWatch) -> Result<(), Error>) -> Result<(), Error> {
        let Some(watch) = &self.watch else { return Ok(()) };
        let outcome = check(watch);
        if outcome.is_err() && watch.is_first_refusal() {
            let database = self.clone();
            tokio::task::spawn_blocking(move || {
                if let Err(error) = database.empty_log() {
                    tracing::warn!(%error, "the log of the database that is gone was left");
                }
            });
        }
        outcome
    }

    /// Runs a read. Where the connection turns out to be of no use, as all are after the server was restarted, it is
    /// run again on another.
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
            // The connection is moved in: it has to see the panic to know that it is broken.
            let run = AssertUnwindSafe(move || {
                let outcome = work(&mut connection);
                connection.watch(outcome)
            });
            return catch_unwind(run).unwrap_or_else(|_| Err(Error::Query("the work panicked".to_owned())));
        }
        self.read_on_blocking_pool(length, move |connection, _| work(connection)).await
    }

    /// Runs a read of open length whose rows are taken while it runs, by [`RunningRead::while_paused`]: taking them may
    /// take as long as it likes, and once one was taken the read is not run again.
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
        let slow = match length {
            Length::Short => None,
            Length::Open => Some(self.slow.turn(self.timeout).await?),
        };
        let read = RunningRead::default();
        let mut abandon = AbandonOnDrop { database: self, read: Some(read.clone()) };
        let running = read.clone();
        let outcome = self.on_blocking_pool(&self.readers, &read, move |lane, deadline| {
            // It goes with the work, as the other turn does.
            let _slow = slow;
            let mut others = lane.size();
            loop {
                let mut connection = lane.check_out(deadline)?;
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

    /// Runs a write that is one statement, which is a transaction by itself. It has to run to its end: see
    /// [`only_row`].
    pub(crate) async fn write_once<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.check_file(FileWatch::look)?;
        self.on_blocking_pool(&self.writers, &RunningRead::default(), move |lane, deadline| {
            let mut others = lane.size();
            let mut connection = loop {
                let mut connection = lane.check_out(deadline)?;
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

    /// Runs work on a connection now, on the calling thread: for commands and for start-up.
    pub(crate) fn now<T>(&self, work: impl FnOnce(&mut Connection) -> Result<T, Error>) -> Result<T, Error> {
        let mut connection = self.writers.check_out(Instant::now() + self.timeout)?;
        let outcome = work(&mut connection);
        connection.watch(outcome)
    }

    /// Tells a process of `PostgreSQL` to stop what it is doing, over a connection that is free or a new one. Returns
    /// whether it was told.
    fn stop_backend(&self, backend: i32) -> bool {
        let stopped = match self.readers.try_check_out() {
            Some(mut connection) => connection.stop(backend),
            None => Connection::establish(&self.url, Role::Read, self.timeouts)
                .map_err(|error| Error::Unavailable(one_line(&error)))
                .and_then(|mut connection| connection.stop(backend)),
        };
        if let Err(error) = stopped {
            tracing::warn!(%error, "a read that no caller waits for runs on to its time limit");
            return false;
        }
        true
    }

    async fn on_blocking_pool<T: Send + 'static>(
        &self,
        lane: &Lane,
        read: &RunningRead,
        work: impl FnOnce(&Lane, Instant) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let deadline = Instant::now() + self.timeout;
        let turn = lane.turn(self.timeout).await?;
        let lane = lane.clone();
        let mut task = tokio::task::spawn_blocking(move || {
            let outcome = work(&lane, deadline);
            // The turn goes with the work: a request that is given up does not free a connection still in use.
            drop(turn);
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

/// Ends a read whose caller gives it up, as one does whose client is gone.
struct AbandonOnDrop<'d> {
    database: &'d Database,
    /// `None` once it has ended.
    read: Option<RunningRead>,
}

impl Drop for AbandonOnDrop<'_> {
    fn drop(&mut self) {
        let Some(read) = self.read.take() else { return };
        // What runs on SQLite asks for it.
        read.abandon();
        if self.database.url.engine() == Engine::Postgresql
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            let database = self.database.clone();
            runtime.spawn_blocking(move || {
                // What comes between two statements stops none.
                while let Some(true) = read.stop_backend(|backend| database.stop_backend(backend)) {
                    std::thread::sleep(STOP_PACE);
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

/// The row that a statement gave which writes at most one. Such a statement is run by `load` and not by `get_result`:
/// that stops at the row, and `SQLite` commits after it, so a commit that failed would go unseen and the write be
/// acknowledged.
pub(crate) fn only_row<T>(mut rows: Vec<T>) -> Option<T> {
    rows.pop()
}

#[cfg(test)]
mod file_tests;
#[cfg(test)]
mod interruption_tests;
#[cfg(test)]
mod sqlstate_tests;
#[cfg(test)]
mod tests;
