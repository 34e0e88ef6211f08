//! One connection on either engine, and the manager that a pool makes them by.

use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::{Connection as _, ConnectionError, PgConnection, SqliteConnection};

use crate::error::{Error, one_line};
use crate::url::DatabaseUrl;

/// A connection. The engine was picked by the URL's scheme: diesel's own `MultiConnection` tries each in turn and hides
/// what went wrong, and lacks ON CONFLICT and time zones.
#[expect(clippy::large_enum_variant, reason = "connections are few, and each stays where its pool made it")]
pub(crate) enum Raw {
    Sqlite(SqliteConnection),
    Postgresql(PgConnection),
}

/// A pooled connection that remembers whether its link broke.
pub(crate) struct Connection {
    pub(crate) raw: Raw,
    broken: bool,
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
    /// Connects.
    pub fn establish(url: &DatabaseUrl, timeout: Duration) -> Result<Self, ConnectionError> {
        let raw = if let Some(file) = url.file() {
            let mut connection = SqliteConnection::establish(&file.to_string_lossy())?;
            // FULL syncs at every commit in WAL: what is acknowledged survives a loss of power.
            connection
                .batch_execute(&format!(
                    "PRAGMA busy_timeout = {}; PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL;",
                    timeout.as_millis()
                ))
                .map_err(ConnectionError::CouldntSetupConfiguration)?;
            Raw::Sqlite(connection)
        } else {
            let url = url.with_limits().unwrap_or_default();
            let mut connection = PgConnection::establish(&url)?;
            connection
                .batch_execute("SET TIME ZONE 'UTC'; SET statement_timeout = '10s';")
                .map_err(ConnectionError::CouldntSetupConfiguration)?;
            Raw::Postgresql(connection)
        };
        Ok(Self { raw, broken: false })
    }

    /// Runs `body` as one transaction that may write. On SQLite it takes the write lock at once: a transaction that
    /// begins with a read can fail as "locked" when it comes to write.
    pub fn transaction<T>(
        &mut self,
        body: impl FnOnce(&mut Self) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let begin = match &self.raw {
            Raw::Sqlite(_) => "BEGIN IMMEDIATE",
            Raw::Postgresql(_) => "BEGIN",
        };
        on_engine!(self, raw => raw.batch_execute(begin))?;
        let ended = body(self).and_then(|value| {
            on_engine!(self, raw => raw.batch_execute("COMMIT"))?;
            Ok(value)
        });
        if ended.is_err() && on_engine!(self, raw => raw.batch_execute("ROLLBACK")).is_err() {
            // Whether the transaction is still open is not known: nobody else shall get this connection.
            self.broken = true;
        }
        ended
    }

    /// Takes note where an outcome shows that the link broke.
    pub fn watch<T>(&mut self, outcome: Result<T, Error>) -> Result<T, Error> {
        if let (Raw::Postgresql(_), Err(Error::Unavailable(_))) = (&self.raw, &outcome) {
            self.broken = true;
        }
        outcome
    }
}

/// What an engine said when it was not to be reached, on one line.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct ConnectError(String);

/// Makes connections for a pool.
#[derive(Debug)]
pub(crate) struct Manager {
    pub url: DatabaseUrl,
    pub timeout: Duration,
}

impl r2d2::ManageConnection for Manager {
    type Connection = Connection;
    type Error = ConnectError;

    fn connect(&self) -> Result<Connection, ConnectError> {
        Connection::establish(&self.url, self.timeout).map_err(|error| ConnectError(one_line(&error)))
    }

    fn is_valid(&self, connection: &mut Connection) -> Result<(), ConnectError> {
        on_engine!(connection, raw => raw.batch_execute("SELECT 1")).map_err(|error| ConnectError(one_line(&error)))
    }

    fn has_broken(&self, connection: &mut Connection) -> bool {
        connection.broken || std::thread::panicking()
    }
}
