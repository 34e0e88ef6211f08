//! The embedded migrations.

use std::time::Duration;

use diesel::connection::SimpleConnection as _;
use diesel::migration::MigrationSource;
use diesel::{Connection as _, RunQueryDsl, sql_query};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::connection::{Connection, Raw, Role, on_engine};
use crate::database::Database;
use crate::error::{Error, one_line};
use crate::origin::{Origin, has_table, origin_of};
use crate::url::{DatabaseUrl, Engine};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRESQL: EmbeddedMigrations = embed_migrations!("migrations/postgresql");

/// What a lock is taken by on `PostgreSQL`. Any number will do, as long as it is always the same.
const LOCK: i64 = 0x7072_6573_7370_6173;

/// How long one waits on `SQLite` for another that migrates; on `PostgreSQL` one waits until it ends.
const PATIENCE: Duration = Duration::from_mins(1);

/// A migration failed; nothing was kept. One line for the operator.
#[derive(Debug, thiserror::Error)]
#[error("cannot migrate the database {url}: {reason}")]
pub struct MigrationError {
    /// Which database, without its password.
    pub url: DatabaseUrl,
    /// What the engine said, on one line.
    pub reason: String,
}

fn names<DB: diesel::backend::Backend>(
    migrations: &[Box<dyn diesel::migration::Migration<DB>>],
) -> Vec<String> {
    let mut names: Vec<String> = migrations.iter().map(|migration| migration.name().to_string()).collect();
    names.sort_unstable();
    names
}

fn pending_on<DB: diesel::backend::Backend>(
    connection: &mut impl MigrationHarness<DB>,
    source: impl MigrationSource<DB>,
) -> Result<Vec<String>, Error> {
    let pending = connection.pending_migrations(source);
    Ok(names(&pending.map_err(|error| Error::Query(one_line(&error)))?))
}

fn all_of<DB: diesel::backend::Backend>(source: &impl MigrationSource<DB>) -> Result<Vec<String>, Error> {
    Ok(names(&source.migrations().map_err(|error| Error::Query(one_line(&error)))?))
}

fn run_on<DB: diesel::backend::Backend>(
    connection: &mut impl MigrationHarness<DB>,
    source: impl MigrationSource<DB>,
) -> Result<Vec<String>, Error> {
    let applied =
        connection.run_pending_migrations(source).map_err(|error| Error::Query(one_line(&error)))?;
    Ok(applied.iter().map(ToString::to_string).collect())
}

fn run(connection: &mut Connection) -> Result<Vec<String>, Error> {
    match &mut connection.raw {
        // What is pending is looked up behind the lock: each migration's own transaction begins too late for that.
        Raw::Sqlite(raw) => raw.immediate_transaction(|raw| run_on(raw, SQLITE)),
        Raw::Postgresql(raw) => raw.transaction(|raw| {
            sql_query(format!("SELECT pg_advisory_xact_lock({LOCK})")).execute(raw)?;
            run_on(raw, POSTGRESQL)
        }),
    }
}

/// The columns of posts that lists are ordered by. Along their indexes pages are counted, passed over and ordered without
/// reading posts, contents included: a list takes about as long at 100,000 posts as at 100.
const ORDERED: [&str; 3] = ["created_at", "title", "updated_at"];

/// What makes the indexes. On `SQLite` each ends with the primary key by itself, which is no index there, but the table.
fn indexes(engine: Engine) -> String {
    let index = |name: &str, columns: &str| {
        format!("CREATE INDEX IF NOT EXISTS presspass_posts_post_{name} ON posts_post ({columns});")
    };
    let ordered = ORDERED.iter().map(|column| match engine {
        Engine::Sqlite => index(column, column),
        Engine::Postgresql => index(column, &format!("{column}, id")),
    });
    let keys = (engine == Engine::Sqlite).then(|| index("id", "id"));
    ordered.chain(keys).collect()
}

/// Adds what is only for tables that we made: those of the original stay as it made them. No migration can do this, as
/// `SQLite` has no conditional DDL.
fn add_indexes(connection: &mut Connection) -> Result<(), Error> {
    connection.transaction(|connection| {
        if let Raw::Postgresql(raw) = &mut connection.raw {
            sql_query(format!("SELECT pg_advisory_xact_lock({LOCK})")).execute(raw)?;
        }
        if origin_of(connection)? == Origin::Presspass {
            let engine = match &connection.raw {
                Raw::Sqlite(_) => Engine::Sqlite,
                Raw::Postgresql(_) => Engine::Postgresql,
            };
            on_engine!(connection, raw => raw.batch_execute(&indexes(engine)))?;
        }
        Ok(())
    })
}

impl Database {
    /// The names of the migrations that are still to be run, oldest first. Only looks; blocks.
    ///
    /// # Errors
    /// Where the database cannot be asked.
    pub fn pending_migrations(&self) -> Result<Vec<String>, MigrationError> {
        self.now(|connection| {
            // diesel would make this table in order to look into it.
            let never_migrated = !has_table(connection, "('__diesel_schema_migrations')")?;
            match &mut connection.raw {
                Raw::Sqlite(_) if never_migrated => all_of::<diesel::sqlite::Sqlite>(&SQLITE),
                Raw::Postgresql(_) if never_migrated => all_of::<diesel::pg::Pg>(&POSTGRESQL),
                Raw::Sqlite(raw) => pending_on(raw, SQLITE),
                Raw::Postgresql(raw) => pending_on(raw, POSTGRESQL),
            }
        })
        .map_err(|error| self.migration_error(error))
    }

    /// Runs the pending migrations in one transaction, adds indexes where we made the database, and gives the versions of
    /// those that were run. Of two servers that start at once one waits for the other. Blocks.
    ///
    /// # Errors
    /// Where one fails; then nothing was changed.
    pub fn migrate(&self) -> Result<Vec<String>, MigrationError> {
        // A connection of its own, closed afterwards: it has no time limits, and on SQLite a migration changes what a
        // connection may do (writable_schema).
        Connection::establish(self.url(), Role::Migrate, PATIENCE)
            .map_err(|error| Error::Query(one_line(&error)))
            .and_then(|mut connection| {
                let applied = run(&mut connection)?;
                add_indexes(&mut connection)?;
                Ok(applied)
            })
            .map_err(|error| self.migration_error(error))
    }

    fn migration_error(&self, error: Error) -> MigrationError {
        let reason = match error {
            Error::Query(reason) => reason,
            other => other.to_string(),
        };
        MigrationError { url: self.url().clone(), reason }
    }
}
