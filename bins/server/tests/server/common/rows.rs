//! Direct SQL access to the server's database.

use diesel::connection::SimpleConnection as _;
use diesel::sql_types::{BigInt, Text};
use diesel::{Connection as _, PgConnection, RunQueryDsl as _, SqliteConnection, dsl};

/// A connection of the test's own.
pub(crate) enum Rows {
    Sqlite(SqliteConnection),
    Postgresql(PgConnection),
}

macro_rules! on_engine {
    ($rows:expr, $connection:ident => $work:expr) => {
        match $rows {
            Rows::Sqlite($connection) => $work,
            Rows::Postgresql($connection) => $work,
        }
    };
}

impl Rows {
    /// Connects to `sqlite://path` or `postgres://…`.
    pub(crate) fn of(url: &str) -> Self {
        match url.strip_prefix("sqlite://") {
            Some(path) => {
                let mut connection = SqliteConnection::establish(path).expect("the file can be opened");
                connection.batch_execute("PRAGMA busy_timeout = 10000").expect("SQLite takes a PRAGMA");
                Self::Sqlite(connection)
            }
            None => Self::Postgresql(PgConnection::establish(url).expect("the server can be reached")),
        }
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }

    /// Runs statements.
    pub(crate) fn run(&mut self, sql: &str) {
        on_engine!(self, connection => connection.batch_execute(sql))
            .unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// The one number that a query gives.
    pub(crate) fn number(&mut self, sql: &str) -> i64 {
        let query = diesel::select(dsl::sql::<BigInt>(&format!("CAST(({sql}) AS bigint)")));
        on_engine!(self, connection => query.get_result(connection))
            .unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// The one text that a query gives.
    pub(crate) fn text(&mut self, sql: &str) -> String {
        let query = diesel::select(dsl::sql::<Text>(&format!("({sql})")));
        on_engine!(self, connection => query.get_result(connection))
            .unwrap_or_else(|error| panic!("{sql}: {error}"))
    }
}
