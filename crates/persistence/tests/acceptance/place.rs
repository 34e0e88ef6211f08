//! A migrated database, its stores, and a way to look behind them.

use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::sql_types::{Nullable, Text};
use diesel::{Connection as _, PgConnection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query};
use presspass_domain::{EmailAddress, NewAccount, Timestamp, Username};
use presspass_persistence::{AccountStore, Database, DatabaseUrl, Options};
use presspass_test_support::{Engine, TestDatabase};

use crate::posts::Posts;

/// Fields are dropped in this order: connections before what they go to.
pub struct Place {
    pub accounts: AccountStore,
    pub posts: Posts,
    pub database: Database,
    pub behind: TestDatabase,
}

impl Place {
    pub fn open(behind: TestDatabase, options: Options) -> Self {
        let database = Database::open(&DatabaseUrl::parse(&behind.url()).unwrap(), options).unwrap();
        Self {
            accounts: AccountStore::new(database.clone()),
            posts: Posts::new(database.clone()),
            database,
            behind,
        }
    }

    /// A migrated database on each engine.
    pub fn each() -> impl Iterator<Item = Self> {
        // Long: what is tested here is not how long one waits.
        let options = Options { pool_size: 4, timeout: Duration::from_secs(20), ..crate::posts::options() };
        TestDatabase::each().into_iter().map(move |behind| {
            let place = Self::open(behind, options);
            place.database.migrate().unwrap();
            place
        })
    }

    /// Runs SQL on a connection of its own.
    pub fn execute(&self, sql: &str) {
        self.raw().execute(sql);
    }

    /// The texts of a query's first column, which it names `value`.
    pub fn texts(&self, sql: &str) -> Vec<Option<String>> {
        self.raw().texts(sql)
    }

    /// The one text of a query's first column.
    pub fn text(&self, sql: &str) -> String {
        self.texts(sql).pop().flatten().unwrap()
    }

    pub fn is_sqlite(&self) -> bool {
        self.behind.engine() == Engine::Sqlite
    }

    pub fn raw(&self) -> RawConnection {
        raw(&self.behind)
    }
}

pub enum RawConnection {
    Sqlite(SqliteConnection),
    Postgresql(PgConnection),
}

pub fn raw(behind: &TestDatabase) -> RawConnection {
    match behind.path() {
        Some(path) => {
            let mut connection = SqliteConnection::establish(&path.to_string_lossy()).unwrap();
            connection.batch_execute("PRAGMA busy_timeout = 20000").unwrap();
            RawConnection::Sqlite(connection)
        }
        None => RawConnection::Postgresql(PgConnection::establish(&behind.url()).unwrap()),
    }
}

#[derive(QueryableByName)]
struct Value {
    #[diesel(sql_type = Nullable<Text>)]
    value: Option<String>,
}

impl RawConnection {
    pub fn execute(&mut self, sql: &str) {
        self.try_execute(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    pub fn try_execute(&mut self, sql: &str) -> diesel::QueryResult<()> {
        match self {
            Self::Sqlite(raw) => raw.batch_execute(sql),
            Self::Postgresql(raw) => raw.batch_execute(sql),
        }
    }

    pub fn texts(&mut self, sql: &str) -> Vec<Option<String>> {
        let rows: Vec<Value> = match self {
            Self::Sqlite(raw) => sql_query(sql).load(raw),
            Self::Postgresql(raw) => sql_query(sql).load(raw),
        }
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
        rows.into_iter().map(|row| row.value).collect()
    }
}

/// 2026-01-01T00:00:00Z and so many microseconds.
pub fn at(micros: i64) -> Timestamp {
    Timestamp::from_unix_micros(1_767_225_600_000_000 + micros).unwrap()
}

pub fn account(name: &str) -> NewAccount {
    NewAccount {
        username: Username::parse(name).unwrap(),
        email: EmailAddress::parse("Ada@EXAMPLE.com").unwrap(),
        password: "pbkdf2_sha256$1$salt$hash".to_owned(),
        is_staff: false,
        is_superuser: false,
        date_joined: at(7404),
    }
}
