//! The embedded migrations.

use diesel::migration::MigrationSource;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::connection::Raw;
use crate::database::Database;
use crate::error::{Error, one_line};
use crate::url::DatabaseUrl;

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRESQL: EmbeddedMigrations = embed_migrations!("migrations/postgresql");

/// A migration failed; nothing of it was kept. One line for the operator.
#[derive(Debug, thiserror::Error)]
#[error("cannot migrate the database {url}: {reason}")]
pub struct MigrationError {
    /// Which database, without its password.
    pub url: DatabaseUrl,
    /// What the engine said, on one line.
    pub reason: String,
}

fn pending_on<DB: diesel::backend::Backend>(
    connection: &mut impl MigrationHarness<DB>,
    source: impl MigrationSource<DB>,
) -> Result<Vec<String>, Error> {
    let pending = connection.pending_migrations(source).map_err(|error| Error::Query(one_line(&error)))?;
    Ok(pending.iter().map(|migration| migration.name().to_string()).collect())
}

fn run_on<DB: diesel::backend::Backend>(
    connection: &mut impl MigrationHarness<DB>,
    source: impl MigrationSource<DB>,
) -> Result<Vec<String>, Error> {
    let applied = connection.run_pending_migrations(source).map_err(|error| Error::Query(one_line(&error)))?;
    Ok(applied.iter().map(ToString::to_string).collect())
}

impl Database {
    /// The names of the migrations that are still to be run, oldest first.
    ///
    /// # Errors
    /// Where the database cannot be asked.
    pub fn pending_migrations(&self) -> Result<Vec<String>, MigrationError> {
        self.now(|connection| match &mut connection.raw {
            Raw::Sqlite(raw) => pending_on(raw, SQLITE),
            Raw::Postgresql(raw) => pending_on(raw, POSTGRESQL),
        })
        .map_err(|error| self.migration_error(&error))
    }

    /// Runs the pending migrations, each in a transaction of its own, and gives the versions of those that were run.
    /// Two servers that start at once on PostgreSQL do so one after the other.
    ///
    /// # Errors
    /// Where one fails; those before it are kept.
    pub fn migrate(&self) -> Result<Vec<String>, MigrationError> {
        self.now(|connection| match &mut connection.raw {
            Raw::Sqlite(raw) => run_on(raw, SQLITE),
            Raw::Postgresql(raw) => {
                use diesel::RunQueryDsl;
                // Any number will do, as long as it is always the same.
                const LOCK: i64 = 0x7072_6573_7370_6173;
                let lock = |function: &str| diesel::sql_query(format!("SELECT {function}({LOCK})"));
                lock("pg_advisory_lock").execute(raw)?;
                let applied = run_on(raw, POSTGRESQL);
                lock("pg_advisory_unlock").execute(raw)?;
                applied
            }
        })
        .map_err(|error| self.migration_error(&error))
    }

    fn migration_error(&self, error: &Error) -> MigrationError {
        let reason = match error {
            Error::Query(reason) => reason.clone(),
            other => other.to_string(),
        };
        MigrationError { url: self.url().clone(), reason }
    }
}
