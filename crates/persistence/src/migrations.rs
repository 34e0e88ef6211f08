//! The embedded migrations.

use std::time::Duration;

use diesel::connection::SimpleConnection as _;
use diesel::migration::MigrationSource;
use diesel::sql_types::Text;
use diesel::{Connection as _, QueryableByName, RunQueryDsl, sql_query};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::connection::{Connection, Raw, Role, Timeouts, on_engine};
use crate::database::Database;
use crate::error::{Error, one_line};
use crate::origin::{Origin, has_table, is_true, origin_of};
use crate::url::{DatabaseUrl, Engine};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRESQL: EmbeddedMigrations = embed_migrations!("migrations/postgresql");

/// What a lock is taken by on `PostgreSQL`. Any number will do, as long as it is always the same.
const LOCK: i64 = 0x7072_6573_7370_6173;

/// On `SQLite` a migration waits so long for another that runs; on `PostgreSQL` until that has ended.
const TIMEOUTS: Timeouts = Timeouts { lock: Duration::from_mins(1), statement: Duration::ZERO };

/// Why a database is not brought up to date; nothing was changed. One line for the operator.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    /// A migration failed, or the database could not be asked.
    #[error("cannot migrate the database {url}: {reason}")]
    Failed {
        /// Which database, without its password.
        url: DatabaseUrl,
        /// What the engine said, on one line.
        reason: String,
    },
    /// A newer release ran migrations that this one does not have.
    #[error(
        "the database {url} is newer than this program, which does not know its migrations {}; install the release that \
         ran them, or restore a backup from before the upgrade",
        unknown.join(", ")
    )]
    Newer {
        /// Which database, without its password.
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
        /// Which database, without its password.
        url: DatabaseUrl,
        /// The names of the pending migrations, oldest first.
        pending: Vec<String>,
    },
}

/// A migration of this program.
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

#[derive(QueryableByName)]
struct Applied {
    #[diesel(sql_type = Text)]
    version: String,
}

/// The versions of the migrations that were run. diesel's own function would create its table first, and so needs a role
/// that may create tables.
fn applied(connection: &mut Connection) -> Result<Vec<String>, Error> {
    if !has_table(connection, "('__diesel_schema_migrations')")? {
        return Ok(Vec::new());
    }
    let query = sql_query("SELECT version FROM __diesel_schema_migrations ORDER BY version");
    let rows: Vec<Applied> = on_engine!(connection, raw => query.load(raw))?;
    Ok(rows.into_iter().map(|row| row.version).collect())
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

/// The names of the indexes, and what makes them. On `SQLite` each ends with the primary key by itself, which is no index
/// there, but the table.
fn indexes(engine: Engine) -> Vec<(String, String)> {
    let index = |column: &str, columns: &str| {
        let name = format!("presspass_posts_post_{column}");
        let statement = format!("CREATE INDEX IF NOT EXISTS {name} ON posts_post ({columns});");
        (name, statement)
    };
    let ordered = ORDERED.iter().map(|column| match engine {
        Engine::Sqlite => index(column, column),
        Engine::Postgresql => index(column, &format!("{column}, id")),
    });
    let keys = (engine == Engine::Sqlite).then(|| index("id", "id"));
    ordered.chain(keys).collect()
}

/// Adds the indexes that are missing on tables that we made; those of Django stay as it made them. No migration can do
/// this, as `SQLite` has no conditional DDL.
fn add_indexes(connection: &mut Connection) -> Result<(), Error> {
    if origin_of(connection)? != Origin::Presspass {
        return Ok(());
    }
    let mut missing = Vec::new();
    for (name, statement) in indexes(connection.engine()) {
        let exists = match connection.engine() {
            Engine::Sqlite => {
                format!("EXISTS (SELECT 1 FROM main.sqlite_schema WHERE type = 'index' AND name = '{name}')")
            }
            Engine::Postgresql => format!("to_regclass('{name}') IS NOT NULL"),
        };
        if !is_true(connection, &exists)? {
            missing.push((name, statement));
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    let (names, statements): (Vec<String>, Vec<String>) = missing.into_iter().unzip();
    if !owns_posts(connection)? {
        // Only the owner can add them, and without them everything works.
        let missing = names.join(", ");
        tracing::warn!(
            missing,
            "indexes are missing, so lists are slow: run `presspass migrate` as the owner of the tables"
        );
        return Ok(());
    }
    connection.transaction(|connection| {
        if let Raw::Postgresql(raw) = &mut connection.raw {
            sql_query(format!("SELECT pg_advisory_xact_lock({LOCK})")).execute(raw)?;
        }
        Ok(on_engine!(connection, raw => raw.batch_execute(&statements.concat()))?)
    })
}

fn owns_posts(connection: &mut Connection) -> Result<bool, Error> {
    match connection.engine() {
        Engine::Sqlite => Ok(true),
        Engine::Postgresql => is_true(
            connection,
            "(SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass('posts_post'))",
        ),
    }
}

fn may_create_tables(connection: &mut Connection) -> Result<bool, Error> {
    match connection.engine() {
        Engine::Sqlite => Ok(true),
        Engine::Postgresql => is_true(connection, "has_schema_privilege(current_schema(), 'CREATE')"),
    }
}

impl Database {
    /// The names of the migrations that are still to be run, oldest first. Only looks; blocks.
    ///
    /// # Errors
    /// [`MigrationError::Newer`] where the database has migrations that this program does not;
    /// [`MigrationError::Failed`] where it cannot be asked.
    pub fn pending_migrations(&self) -> Result<Vec<String>, MigrationError> {
        let applied = self.now(applied).map_err(|error| self.migration_error(error))?;
        let known = match self.url().engine() {
            Engine::Sqlite => known_of::<diesel::sqlite::Sqlite>(&SQLITE),
            Engine::Postgresql => known_of::<diesel::pg::Pg>(&POSTGRESQL),
        };
        let known = known.map_err(|error| self.migration_error(error))?;
        let is_unknown = |version: &&String| known.iter().all(|known| known.version != **version);
        let unknown: Vec<String> = applied.iter().filter(is_unknown).cloned().collect();
        if !unknown.is_empty() {
            return Err(MigrationError::Newer { url: self.url().clone(), unknown });
        }
        let pending = known.into_iter().filter(|known| !applied.contains(&known.version));
        Ok(pending.map(|known| known.name).collect())
    }

    /// Runs the pending migrations in one transaction, adds indexes where we made the database, and gives the versions of
    /// those that were run. Of two servers that start at once one waits for the other. Where nothing is pending, it only
    /// looks, which a role can that may not create tables. Blocks.
    ///
    /// # Errors
    /// Where one fails, or is not allowed; then nothing was changed. Where the database is newer than this program.
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
                let applied = if pending.is_empty() { Vec::new() } else { run(&mut connection)? };
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
        MigrationError::Failed { url: self.url().clone(), reason }
    }
}
