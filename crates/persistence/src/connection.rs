//! A connection to either engine, and the manager that makes them for a pool.

use std::sync::Arc;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::sql_types::Integer;
use diesel::{Connection as _, ConnectionError, QueryableByName, RunQueryDsl, SqliteConnection, sql_query};
use presspass_domain::one_line;

use crate::error::Error;
use crate::file_watch::FileWatch;
use crate::postgresql::{Fetched, Postgresql};
use crate::running_read::RunningRead;
use crate::url::{ConnectionTarget, DatabaseUrl, Engine};
use crate::{file, interrupt};

/// A connection that was idle for longer is tested before a write: a write that was sent into a dead connection may have been
/// executed or not, and cannot be sent again.
const SILENCE: Duration = Duration::from_secs(1);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Read,
    /// Reads and writes.
    Write,
    /// Migrations, which have no time limit.
    Migrate,
}

/// The engine is picked by the URL's scheme: diesel's own `MultiConnection` tries each in turn, hides errors, and lacks ON
/// CONFLICT and time zones.
pub(crate) enum Raw {
    Sqlite(SqliteConnection),
    Postgresql(Postgresql),
}

/// A pooled connection that remembers whether it can be used again.
pub(crate) struct Connection {
    pub(crate) raw: Raw,
    broken: bool,
    used: Instant,
    /// How long a read may run on `SQLite`; `PostgreSQL` has its own time limit.
    statement_timeout: Duration,
    /// The process of `PostgreSQL` behind it.
    backend: Option<i32>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Timeouts {
    /// How long to wait for a lock of another process, on `SQLite`.
    pub lock: Duration,
    /// How long a statement may run; zero is no limit.
    pub statement: Duration,
}

/// Runs one body on the engine of a connection: the query is written once and compiled for both.
macro_rules! on_engine {
    ($connection:expr, $name:ident => $body:expr) => {
        match &mut $connection.raw {
            $crate::connection::Raw::Sqlite($name) => $body,
            $crate::connection::Raw::Postgresql($name) => $body,
        }
    };
}
pub(crate) use on_engine;

impl Connection {
    pub fn establish(url: &DatabaseUrl, role: Role, timeouts: Timeouts) -> Result<Self, ConnectionError> {
        let (raw, backend) = match url.target() {
            ConnectionTarget::File(path) => {
                // SQLite would create an empty file in place of a deleted one.
                file::check(path).map_err(ConnectionError::BadConnection)?;
                interrupt::install();
                let mut connection = SqliteConnection::establish(&file::name(path))?;
                // FULL syncs at every commit in WAL: an acknowledged write survives a power cut. The limit shrinks the WAL
                // after a long read kept it growing.
                let query_only = if role == Role::Read { "ON" } else { "OFF" };
                setup(
                    &mut connection,
                    &format!(
                        "PRAGMA busy_timeout = {}; PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL;
                         PRAGMA journal_size_limit = 67108864; PRAGMA query_only = {query_only};",
                        timeouts.lock.as_millis()
                    ),
                )?;
                (Raw::Sqlite(connection), None)
            }
            ConnectionTarget::Server(url) => {
                let mut connection = Postgresql::establish(&url)?;
                let limit = timeouts.statement.as_millis();
                setup(
                    &mut connection,
                    &format!(
                        "SET TIME ZONE 'UTC'; SET statement_timeout = {limit};
                         SET idle_in_transaction_session_timeout = {limit};"
                    ),
                )?;
                let backend = sql_query("SELECT pg_backend_pid() AS id")
                    .get_result::<Backend>(&mut connection)
                    .map_err(ConnectionError::CouldntSetupConfiguration)?;
                (Raw::Postgresql(connection), Some(backend.id))
            }
        };
        let statement_timeout = timeouts.statement;
        Ok(Self { raw, broken: false, used: Instant::now(), statement_timeout, backend })
    }

    /// Rows of `PostgreSQL` that are fetched as a read misses them.
    pub fn of_fetched_rows() -> Self {
        let raw = Raw::Postgresql(Postgresql::Fetched(Fetched::new()));
        Self { raw, broken: false, used: Instant::now(), statement_timeout: Duration::ZERO, backend: None }
    }

    /// The rows, where this is no connection.
    pub fn fetched(&mut self) -> Option<&mut Fetched> {
        match &mut self.raw {
            Raw::Postgresql(Postgresql::Fetched(fetched)) => Some(fetched),
            Raw::Postgresql(Postgresql::Libpq(_)) | Raw::Sqlite(_) => None,
        }
    }

    pub const fn engine(&self) -> Engine {
        match self.raw {
            Raw::Sqlite(_) => Engine::Sqlite,
            Raw::Postgresql(_) => Engine::Postgresql,
        }
    }

    /// Checks that the engine answers.
    pub fn ping(&mut self) -> Result<(), Error> {
        Ok(match &mut self.raw {
            // SELECT 1 would not read the file.
            Raw::Sqlite(raw) => raw.batch_execute("SELECT name FROM sqlite_schema LIMIT 1"),
            Raw::Postgresql(raw) => raw.batch_execute("SELECT 1"),
        }?)
    }

    /// Prepares a write that may wait this long for another process's lock; fails where the connection is dead.
    pub fn prepare_write(&mut self, patience: Duration) -> Result<(), Error> {
        let outcome = match &mut self.raw {
            Raw::Sqlite(raw) => raw
                .batch_execute(&format!("PRAGMA busy_timeout = {}", patience.as_millis()))
                .map_err(Error::from),
            Raw::Postgresql(_) if self.used.elapsed() > SILENCE => self.ping(),
            Raw::Postgresql(_) => Ok(()),
        };
        self.watch(outcome)
    }

    /// Runs `body` as one transaction that may write. On `SQLite` it takes the write lock at once: a transaction that
    /// begins with a read can fail as "locked" at its first write.
    pub fn transaction<T>(&mut self, body: impl FnOnce(&mut Self) -> Result<T, Error>) -> Result<T, Error> {
        let begin = match &self.raw {
            Raw::Sqlite(_) => "BEGIN IMMEDIATE",
            Raw::Postgresql(_) => "BEGIN",
        };
        self.transaction_by(begin, body)
    }

    /// Runs `body` as one transaction that begins with these statements.
    pub fn transaction_by<T>(
        &mut self,
        begin: &'static str,
        body: impl FnOnce(&mut Self) -> Result<T, Error>,
    ) -> Result<T, Error> {
        on_engine!(self, raw => raw.batch_execute(begin))?;
        let ended = body(self).and_then(|value| {
            on_engine!(self, raw => raw.batch_execute("COMMIT"))?;
            Ok(value)
        });
        if ended.is_err() && on_engine!(self, raw => raw.batch_execute("ROLLBACK")).is_err() {
            // The transaction may still be open: no other work may get this connection.
            self.broken = true;
        }
        ended
    }

    /// Runs a read, which ends early where its caller has given up, and at the time limit of statements.
    pub fn run<T>(
        &mut self,
        read: &RunningRead,
        work: impl FnOnce(&mut Self, &RunningRead) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let running = read.runs_on(self.backend);
        if read.is_abandoned() {
            return Err(Error::Unavailable("the caller gave up".to_owned()));
        }
        let timeout = self.statement_timeout;
        let outcome = interrupt::interruptible(read, timeout, || work(self, read));
        // From here on the process is not told to stop.
        drop(running);
        if read.is_abandoned() && self.backend.is_some() && self.ping().is_err() {
            // It may be this ping that was stopped, or the end of a transaction.
            self.broken = true;
        }
        match outcome {
            Err(_) if read.has_timed_out() => {
                let seconds = timeout.as_secs_f32();
                Err(Error::Unavailable(format!("a statement took longer than {seconds} s")))
            }
            outcome => self.watch(outcome),
        }
    }

    /// Tells another connection's process to stop what it is doing (`PostgreSQL`).
    pub fn stop(&mut self, backend: i32) -> Result<(), Error> {
        if let Raw::Postgresql(raw) = &mut self.raw {
            sql_query("SELECT pg_cancel_backend($1)").bind::<Integer, _>(backend).execute(raw)?;
        }
        Ok(())
    }

    /// Marks the connection as broken where the outcome shows that it is.
    pub fn watch<T>(&mut self, outcome: Result<T, Error>) -> Result<T, Error> {
        self.used = Instant::now();
        // SQLite refuses every later write on a connection that read damaged data in a transaction.
        if let Err(Error::Connection(_) | Error::Damaged(_)) = &outcome {
            self.broken = true;
        }
        outcome
    }
}

fn setup(connection: &mut impl SimpleConnection, sql: &str) -> Result<(), ConnectionError> {
    connection.batch_execute(sql).map_err(ConnectionError::CouldntSetupConfiguration)
}

#[derive(QueryableByName)]
struct Backend {
    #[diesel(sql_type = Integer)]
    id: i32,
}

/// The error of an attempt to connect, on one line.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct ConnectError(String);

#[derive(Debug)]
pub(crate) struct Manager {
    pub url: DatabaseUrl,
    pub role: Role,
    pub timeouts: Timeouts,
    /// On `SQLite`.
    pub watch: Option<Arc<FileWatch>>,
}

impl r2d2::ManageConnection for Manager {
    type Connection = Connection;
    type Error = ConnectError;

    fn connect(&self) -> Result<Connection, ConnectError> {
        let connection = Connection::establish(&self.url, self.role, self.timeouts)
            .map_err(|error| ConnectError(one_line(&error)))?;
        // All connections of a pool must be to the same file.
        let same_file = self.watch.as_ref().map_or(Ok(()), |watch| watch.look());
        same_file.map_err(|error| ConnectError(one_line(&error)))?;
        Ok(connection)
    }

    fn is_valid(&self, connection: &mut Connection) -> Result<(), ConnectError> {
        connection.ping().map_err(|error| ConnectError(one_line(&error)))
    }

    fn has_broken(&self, connection: &mut Connection) -> bool {
        // Work that panicked may have left a transaction open.
        connection.broken || std::thread::panicking()
    }
}

#[cfg(test)]
mod tests {
    use presspass_test_support::TestDatabase;
    use r2d2::ManageConnection as _;

    use super::*;

    fn open(database: &TestDatabase, role: Role) -> (Manager, Connection) {
        let url = DatabaseUrl::parse(&database.url()).unwrap();
        let timeouts = Timeouts { lock: Duration::from_millis(100), statement: Duration::from_secs(10) };
        let manager = Manager { url, role, timeouts, watch: None };
        let connection = manager.connect().unwrap();
        (manager, connection)
    }

    #[test]
    fn a_connection_that_died_while_idle_is_noticed_before_a_write() {
        let Some(database) = TestDatabase::postgresql() else { return };
        let (manager, mut connection) = open(&database, Role::Write);
        let (_, mut killer) = open(&database, Role::Write);
        let kill = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()";
        on_engine!(killer, raw => sql_query(kill).execute(raw)).unwrap();
        connection.prepare_write(Duration::from_secs(1)).unwrap(); // it was used just now
        assert!(!manager.has_broken(&mut connection));
        connection.used = Instant::now().checked_sub(SILENCE * 2).unwrap();
        assert!(matches!(connection.prepare_write(Duration::from_secs(1)), Err(Error::Connection(_))));
        assert!(manager.has_broken(&mut connection));
    }

    #[test]
    fn a_transaction_that_fails_leaves_nothing_open() {
        for database in TestDatabase::each() {
            let (manager, mut connection) = open(&database, Role::Write);
            on_engine!(connection, raw => raw.batch_execute("CREATE TABLE t (id integer)")).unwrap();
            let failed = connection.transaction(|connection| {
                on_engine!(connection, raw => raw.batch_execute("INSERT INTO t VALUES (1)"))?;
                Err::<(), _>(Error::Conflict)
            });
            assert!(matches!(failed, Err(Error::Conflict)));
            assert!(!manager.has_broken(&mut connection));
            let rows = on_engine!(connection, raw => sql_query("DELETE FROM t").execute(raw)).unwrap();
            assert_eq!(rows, 0);
            // BEGIN fails on SQLite and is a no-op on PostgreSQL where one is still open.
            connection.transaction(|_| Ok(())).unwrap();
        }
    }

    #[test]
    fn a_reader_cannot_write_on_sqlite() {
        let database = TestDatabase::sqlite();
        let (_, mut connection) = open(&database, Role::Read);
        let refused = on_engine!(connection, raw => raw.batch_execute("CREATE TABLE t (id integer)"));
        assert!(matches!(refused.map_err(Error::from), Err(Error::Unavailable(_))));
    }

    #[test]
    fn a_deleted_file_is_not_created_again() {
        let database = TestDatabase::sqlite();
        let (manager, connection) = open(&database, Role::Write);
        drop(connection);
        std::fs::remove_file(database.path().unwrap()).unwrap();
        let error = manager.connect().err().unwrap();
        assert!(error.to_string().ends_with("there is no such file"), "{error}");
        assert!(!database.path().unwrap().exists());
    }
}
