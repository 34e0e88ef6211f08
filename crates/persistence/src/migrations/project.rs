//! The migrations of a project.

use diesel::connection::SimpleConnection as _;

use super::{applied, lock};
use crate::catalogue;
use crate::connection::{Connection, on_engine};
use crate::error::Error;
use crate::makemigrations::{Effect, Effects};
use crate::origin::has_table;
use crate::sql::Sql;
use crate::url::Engine;

/// A migration of a project, as `makemigrations` wrote it: the statements of `up.sql` for both engines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Migration {
    name: &'static str,
    sqlite: &'static str,
    postgresql: &'static str,
}

impl Migration {
    /// A migration whose folder has this name: `2026-11-30-061500_magazine_0001_initial`.
    #[must_use]
    pub const fn new(name: &'static str, sqlite: &'static str, postgresql: &'static str) -> Self {
        Self { name, sqlite, postgresql }
    }

    /// The name of its folder.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// As diesel derives it from the name: `20261130061500`.
    #[must_use]
    pub fn version(&self) -> String {
        self.name.split('_').next().unwrap_or_default().replace('-', "")
    }

    /// Whether it creates this table.
    #[must_use]
    pub fn creates(&self, table: &str) -> bool {
        let Effects { creates, .. } = self.effects(Engine::Sqlite);
        creates.iter().any(|effect| matches!(effect, Effect::Table(name) if name == table))
    }

    /// What it creates and drops.
    pub(crate) fn effects(&self, engine: Engine) -> Effects {
        Effects::of(self.script(engine))
    }

    const fn script(&self, engine: Engine) -> &'static str {
        match engine {
            Engine::Sqlite => self.sqlite,
            Engine::Postgresql => self.postgresql,
        }
    }
}

fn exists(connection: &mut Connection, effect: &Effect) -> Result<bool, Error> {
    let table = effect.table();
    if !has_table(connection, &[table])? {
        return Ok(false);
    }
    Ok(match effect {
        Effect::Table(_) => true,
        Effect::Column { column, .. } => {
            let columns = catalogue::columns(connection, &[table])?.remove(table).unwrap_or_default();
            columns.iter().any(|known| known.name == *column)
        }
        Effect::Unique { columns, .. } => {
            let mut sought: Vec<&str> = columns.iter().map(String::as_str).collect();
            sought.sort_unstable();
            catalogue::unique_indexes(connection, &[table])?.iter().any(|index| {
                let mut names: Vec<&str> = index.columns.iter().flatten().map(String::as_str).collect();
                names.sort_unstable();
                names == sought
            })
        }
    })
}

/// Whether Django, or somebody, has done already what the migration does. An error where it is half done.
fn is_done(connection: &mut Connection, migration: &Migration) -> Result<bool, Error> {
    let Effects { creates, drops } = migration.effects(connection.engine());
    let (mut done, mut left) = (Vec::new(), Vec::new());
    for (effect, is_created) in creates.iter().map(|it| (it, true)).chain(drops.iter().map(|it| (it, false)))
    {
        let is_done = exists(connection, effect)? == is_created;
        let what = format!("{effect} {}", if is_created == is_done { "exists" } else { "does not exist" });
        if is_done { &mut done } else { &mut left }.push(what);
    }
    match (done.first(), left.first()) {
        (Some(done), Some(left)) => Err(Error::Query(format!(
            "the migration {} is half done: {done}, but {left}; run Django's migrate, or complete it by hand",
            migration.name
        ))),
        (done, _) => Ok(done.is_some()),
    }
}

/// How many rows refer to rows that do not exist.
fn violations(connection: &mut Connection) -> Result<i64, Error> {
    match connection.engine() {
        Engine::Sqlite => Sql::new("SELECT count(*) FROM pragma_foreign_key_check").count(connection),
        // It checks them when the transaction ends.
        Engine::Postgresql => Ok(0),
    }
}

fn run_one(connection: &mut Connection, migration: &Migration) -> Result<(), Error> {
    if !is_done(connection, migration)? {
        let script = migration.script(connection.engine());
        let failed = |error: diesel::result::Error| {
            Error::Query(format!(
                "the migration {} fails: {}",
                migration.name,
                presspass_domain::one_line(&error)
            ))
        };
        on_engine!(connection, raw => raw.batch_execute(script)).map_err(failed)?;
    }
    let record = Sql::new("INSERT INTO __diesel_schema_migrations (version) VALUES (");
    record.bind(migration.version()).push(")").run(connection).map(|_| ())
}

/// Runs those that are pending, and returns their versions.
pub(super) fn run(connection: &mut Connection, migrations: &[Migration]) -> Result<Vec<String>, Error> {
    if migrations.is_empty() {
        return Ok(Vec::new());
    }
    if connection.engine() == Engine::Sqlite {
        // A table that is created again under the same name must not take what refers to it along.
        on_engine!(connection, raw => raw.batch_execute("PRAGMA foreign_keys = OFF"))?;
    }
    connection.transaction(|connection| {
        if connection.engine() == Engine::Postgresql {
            lock().run(connection)?;
        }
        let known = applied(connection)?;
        let mut pending: Vec<&Migration> =
            migrations.iter().filter(|migration| !known.contains(&migration.version())).collect();
        pending.sort_unstable_by_key(|migration| migration.version());
        if pending.is_empty() {
            return Ok(Vec::new());
        }
        let before = violations(connection)?;
        for migration in &pending {
            run_one(connection, migration)?;
        }
        if violations(connection)? > before {
            return Err(Error::Query("rows would refer to rows that do not exist".to_owned()));
        }
        Ok(pending.iter().map(|migration| migration.version()).collect())
    })
}
