//! The embedded migrations: the library's, then the project's.

mod permissions;
mod project;

use std::time::Duration;

use diesel::migration::MigrationSource;
use diesel::{Connection as _, RunQueryDsl as _};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use presspass_domain::one_line;

pub use self::project::Migration;

use crate::connection::{Connection, Raw, Role, Timeouts};
use crate::database::Database;
use crate::error::Error;
use crate::origin::has_table;
use crate::sql::Sql;
use crate::url::{DatabaseUrl, Engine};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRESQL: EmbeddedMigrations = embed_migrations!("migrations/postgresql");

/// The advisory lock of migrations on `PostgreSQL`: any number that is always the same.
const LOCK: i64 = 0x7072_6573_7370_6173;

/// How long a migration waits for another that runs on `SQLite`; on `PostgreSQL` it waits until that has ended.
const TIMEOUTS: Timeouts = Timeouts { lock: Duration::from_mins(1), statement: Duration::ZERO };

/// Why a database was not migrated; nothing was changed. One line for the operator.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    /// A migration failed, or the database could not be read.
    #[error("cannot migrate the database {url}: {reason}")]
    Failed {
        url: DatabaseUrl,
        /// The engine's message, on one line.
        reason: String,
    },
    /// A newer release ran migrations that this one does not have.
    #[error(
        "the database {url} is newer than this program, which does not know its migrations {}; install the release that \
         ran them, or restore a backup from before the upgrade",
        unknown.join(", ")
    )]
    Newer {
        url: DatabaseUrl,
        /// The versions of those migrations, oldest first.
        unknown: Vec<String>,
    },
    /// Migrations are pending, and the role in the URL may not create tables.
    #[error(
        "cannot migrate the database {url}: its user may not create tables there; run `presspass migrate` as the user that \
         owns the tables (pending: {})",
        pending.join(", ")
    )]
    NotAllowed {
        url: DatabaseUrl,
        /// The names of the pending migrations, oldest first.
        pending: Vec<String>,
    },
}

struct Known {
    version: String,
    name: String,
}

fn known_of<DB: diesel::backend::Backend>(source: &impl MigrationSource<DB>) -> Result<Vec<Known>, Error> {
    let migrations = source.migrations().map_err(|error| Error::Query(one_line(&error)))?;
    let known = migrations.iter().map(|migration| Known {
        version: migration.name().version().to_string(),
        name: migration.name().to_string(),
    });
    let mut known: Vec<Known> = known.collect();
    known.sort_unstable_by(|one, other| one.version.cmp(&other.version));
    Ok(known)
}

/// The versions of the migrations that were run. diesel's own function creates its table first, which needs a role that may
/// create tables.
fn applied(connection: &mut Connection) -> Result<Vec<String>, Error> {
    if !has_table(connection, &["__diesel_schema_migrations"])? {
        return Ok(Vec::new());
    }
    let rows =
        Sql::new("SELECT version FROM __diesel_schema_migrations ORDER BY version").load(connection)?;
    rows.iter().map(|row| row.text(0)).collect()
}

/// Whether migrations of the project are still to be run.
pub(crate) fn has_pending(connection: &mut Connection, migrations: &[Migration]) -> Result<bool, Error> {
    if migrations.is_empty() {
        return Ok(false);
    }
    let applied = applied(connection)?;
    Ok(migrations.iter().any(|migration| !applied.contains(&migration.version())))
}

fn run_on<DB: diesel::backend::Backend>(
    connection: &mut impl MigrationHarness<DB>,
    source: impl MigrationSource<DB>,
) -> Result<Vec<String>, Error> {
    let applied =
        connection.run_pending_migrations(source).map_err(|error| Error::Query(one_line(&error)))?;
    Ok(applied.iter().map(ToString::to_string).collect())
}

fn lock() -> Sql {
    Sql::new("SELECT pg_advisory_xact_lock(").number(LOCK).push(")")
}

fn run(connection: &mut Connection) -> Result<Vec<String>, Error> {
    match &mut connection.raw {
        // Pending migrations are looked up under the lock: each migration's own transaction begins too late for that.
        Raw::Sqlite(raw) => raw.immediate_transaction(|raw| run_on(raw, SQLITE)),
        Raw::Postgresql(raw) => raw.transaction(|raw| {
            lock().execute(raw)?;
            let raw = raw.libpq().ok_or_else(|| Error::Query("migrations need a connection".to_owned()))?;
            run_on(raw, POSTGRESQL)
        }),
    }
}

fn may_create_tables(connection: &mut Connection) -> Result<bool, Error> {
    match connection.engine() {
        Engine::Sqlite => Ok(true),
        Engine::Postgresql => Sql::new("has_schema_privilege(current_schema(), 'CREATE')").holds(connection),
    }
}

impl Database {
    /// The names of the migrations that are still to be run, oldest first. Only reads; blocks.
    pub fn pending_migrations(&self) -> Result<Vec<String>, MigrationError> {
        let applied = self.now(applied).map_err(|error| self.migration_error(error))?;
        let known = match self.url().engine() {
            Engine::Sqlite => known_of::<diesel::sqlite::Sqlite>(&SQLITE),
            Engine::Postgresql => known_of::<diesel::pg::Pg>(&POSTGRESQL),
        };
        let mut known = known.map_err(|error| self.migration_error(error))?;
        known.extend(
            self.project()
                .migrations
                .iter()
                .map(|migration| Known { version: migration.version(), name: migration.name().to_owned() }),
        );
        let is_unknown = |version: &&String| known.iter().all(|known| known.version != **version);
        let unknown: Vec<String> = applied.iter().filter(is_unknown).cloned().collect();
        if !unknown.is_empty() {
            return Err(MigrationError::Newer { url: self.url().clone(), unknown });
        }
        let pending = known.into_iter().filter(|known| !applied.contains(&known.version));
        Ok(pending.map(|known| known.name).collect())
    }

    /// Runs the pending migrations, the library's in one transaction and the project's in another, and returns the versions
    /// of those that were run. Of two servers that start at once one waits for the other. Where nothing is pending, it only
    /// reads: that works with a role that may not create tables, too. Blocks.
    pub fn migrate(&self) -> Result<Vec<String>, MigrationError> {
        let pending = self.pending_migrations()?;
        if !pending.is_empty() && !self.now(may_create_tables).map_err(|error| self.migration_error(error))? {
            return Err(MigrationError::NotAllowed { url: self.url().clone(), pending });
        }
        // A connection of its own, closed afterwards: it has no time limits, and on SQLite a migration changes what a
        // connection may do (writable_schema).
        Connection::establish(self.url(), Role::Migrate, TIMEOUTS)
            .map_err(|error| Error::Query(one_line(&error)))
            .and_then(|mut connection| {
                let mut applied = if pending.is_empty() { Vec::new() } else { run(&mut connection)? };
                if !pending.is_empty() {
                    applied.extend(project::run(&mut connection, self.project().migrations)?);
                }
                match permissions::add(&mut connection, self.project().models) {
                    // A role that may only read and write records can serve all the same.
                    Err(error) if pending.is_empty() => {
                        tracing::warn!(%error, "permissions of the project's models are missing and cannot be added");
                    }
                    outcome => outcome?,
                }
                Ok(applied)
            })
            .map_err(|error| self.migration_error(error))
    }

    fn migration_error(&self, error: Error) -> MigrationError {
        let reason = match error {
            Error::Query(reason) => reason,
            other => other.to_string(),
        };
        MigrationError::Failed { url: self.url().clone(), reason }
    }
}
