//! Startup of every command that uses data: from settings to an open, migrated database and a secret key.

mod new_file;
mod redis;
mod schema;
mod secret_key;
mod throttles;
mod wait;

use std::path::Path;
use std::sync::Arc;

use anyhow::bail;
use presspass_auth::passwords::{BcryptCost, DjangoScheme, Pbkdf2Iterations, Scheme};
use presspass_auth::sessions::SessionStore;
use presspass_persistence::{Database, Engine, Options, Origin, Purpose, SchemaReport, Sessions};

use new_file::create_folder;
pub(crate) use new_file::{NewFile, refuse_if_expected};
pub(crate) use redis::RedisServers;
pub(crate) use schema::SchemaProblems;
pub(crate) use secret_key::{SecretKeyState, find_secret_key, random_key, signing_key};
pub(crate) use throttles::{check_redis, throttle_stores};
pub(crate) use wait::wait_for_database;

use crate::settings::{self, PasswordScheme, PasswordUpgrade, Settings};

/// Opens the database. A SQLite file that does not exist is created where `new_file` allows it.
pub(crate) fn open(settings: &Settings, new_file: NewFile) -> anyhow::Result<Database> {
    let url = settings.database_url();
    if let Some(file) = url.file() {
        if new_file == NewFile::UnlessExpected {
            refuse_if_expected(settings, &url, file)?;
        }
        create_folder(settings, &url, file)?;
    }
    Ok(Database::open(&url, options(settings, Purpose::Serve))?)
}

/// Opens the database for reading: nothing is created or changed. `None` where it is a file that does not exist yet.
pub(crate) fn open_for_reading(settings: &Settings) -> anyhow::Result<Option<Database>> {
    let url = settings.database_url();
    if url.file().is_some_and(|file| !file.exists()) {
        return Ok(None);
    }
    Ok(Some(Database::open(&url, options(settings, Purpose::Inspect))?))
}

fn options(settings: &Settings, purpose: Purpose) -> Options {
    Options {
        pool_size: settings.database.pool_size.get(),
        timeout: settings.database.timeout,
        purpose,
        project: settings.declared,
        ..Options::default()
    }
}

/// The state of a database before anything is changed.
pub(crate) struct DatabaseState {
    /// Who made it.
    pub origin: Origin,
    /// The names of the migrations that are still to be run; `None` where it is a file that does not exist yet.
    pending: Option<Vec<String>>,
    /// Whether its tables fit.
    schema: SchemaReport,
}

/// Looks at the database, and refuses one that is newer than this program.
pub(crate) fn database_state(settings: &Settings) -> anyhow::Result<DatabaseState> {
    let Some(database) = open_for_reading(settings)? else {
        return Ok(DatabaseState { origin: Origin::Empty, pending: None, schema: SchemaReport::default() });
    };
    let pending = database.pending_migrations()?;
    Ok(DatabaseState { origin: database.origin()?, pending: Some(pending), schema: database.check_schema()? })
}

impl DatabaseState {
    /// Warnings about tables that fit.
    pub fn warnings(&self) -> &[String] {
        &self.schema.warnings
    }

    /// Refuses tables that do not fit the models, before anything is written.
    pub fn require_fit(&self) -> Result<(), SchemaProblems> {
        SchemaProblems::of(&self.schema).map_or(Ok(()), Err)
    }

    /// Refuses pending migrations, for servers that do not migrate.
    pub fn refuse_pending(&self, settings: &Settings) -> anyhow::Result<()> {
        let url = settings.database_url();
        let Some(pending) = &self.pending else {
            bail!(
                "the database {url} does not exist; correct database.url (DATABASE_URL), or run `presspass migrate`"
            )
        };
        if !pending.is_empty() {
            bail!(
                "migrations of the database {url} are pending: {}; run `presspass migrate`, or start without \
                 --no-migrate",
                pending.join(", ")
            );
        }
        Ok(())
    }
}

/// A database that is up to date.
pub(crate) struct Migrated {
    pub database: Database,
    pub origin: Origin,
    /// Its origin before the migrations.
    pub before: Origin,
    /// The migrations that were run.
    pub applied: Vec<String>,
}

impl Migrated {
    /// One line: where the data is stored, and what was done to the database. It shows that a command was run in the wrong
    /// folder.
    pub fn summary(&self) -> String {
        let new = if self.before == Origin::Empty { ", in a new database" } else { "" };
        let run = if self.applied.is_empty() {
            String::new()
        } else {
            format!(" (migrations run: {})", self.applied.join(", "))
        };
        format!("Data is stored {}{new}{run}.", location(&self.database))
    }
}

/// Opens the database and brings it up to date.
pub(crate) fn open_migrated(settings: &Settings, new_file: NewFile) -> anyhow::Result<Migrated> {
    let state = database_state(settings)?;
    state.require_fit()?;
    migrated(settings, new_file, state.origin)
}

/// [`open_migrated`] for the command `migrate`, which also creates what a database of Django's lacks.
pub(crate) fn migrate(settings: &Settings, new_file: NewFile) -> anyhow::Result<Migrated> {
    let state = database_state(settings)?;
    SchemaProblems::that_stay(&state.schema).map_or(Ok(()), Err)?;
    migrated(settings, new_file, state.origin)
}

fn migrated(settings: &Settings, new_file: NewFile, before: Origin) -> anyhow::Result<Migrated> {
    let database = open(settings, new_file)?;
    let applied = database.migrate()?;
    let origin = database.origin()?;
    Ok(Migrated { database, origin, before, applied })
}

/// Where sessions are kept.
pub(crate) async fn session_store(
    settings: &Settings,
    database: &Database,
    redis: &mut RedisServers,
) -> anyhow::Result<Arc<dyn SessionStore>> {
    match &settings.sessions.store {
        settings::SessionStore::Database => Ok(Arc::new(Sessions::new(database.clone()))),
        settings::SessionStore::Redis(url) => redis.sessions(settings, url).await,
    }
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// How new passwords are written, and whether older hashes are rewritten at login. A stock Django has no bcrypt: on its
/// database we write what it can read, and touch nothing, until the operator says otherwise.
pub(crate) fn password_policy(settings: &Settings, origin: Origin) -> (Scheme, bool) {
    let ours = origin != Origin::Django;
    let bcrypt = match settings.password.scheme {
        PasswordScheme::BcryptSha256 => true,
        PasswordScheme::Pbkdf2Sha256 => false,
        PasswordScheme::Auto => ours,
    };
    let scheme = if bcrypt {
        DjangoScheme::BcryptSha256(BcryptCost::DEFAULT)
    } else {
        DjangoScheme::Pbkdf2Sha256(Pbkdf2Iterations::DEFAULT)
    };
    let upgrades = match settings.password.upgrade {
        PasswordUpgrade::Always => true,
        PasswordUpgrade::Never => false,
        PasswordUpgrade::Auto => ours,
    };
    (scheme.into(), upgrades)
}

/// Where the data is stored, in words.
pub(crate) fn location(database: &Database) -> String {
    match database.url().engine() {
        Engine::Sqlite => format!("in {}", database.url().file().unwrap_or(Path::new("")).display()),
        Engine::Postgresql => format!("on {}", database.url()),
    }
}
