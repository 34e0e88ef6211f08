//! Writes the next migration of a project: what its models have that the snapshot of the last migration has not.

mod changes;
mod effect;
mod scripts;
mod snapshot;

use presspass_domain::model::Model;

use self::changes::Change;
pub(crate) use self::effect::{Effect, Effects};
pub use self::snapshot::SnapshotError;
use self::snapshot::{Applied, Snapshot};
use crate::ddl::{Table, tables_of};
use crate::origin::TABLES;
use crate::url::Engine;

/// The statements of a migration for one engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    pub up: String,
    pub down: String,
}

/// A migration that is still to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMigration {
    /// What follows the timestamp in the name of its folder: `magazine_0001_initial`.
    pub name: String,
    pub sqlite: Script,
    pub postgresql: Script,
    /// The text of the snapshot that belongs to it.
    pub snapshot: String,
    /// What it does, one line each: `Create model Article`.
    pub changes: Vec<String>,
    /// What its author has to write, one line each; empty where it is complete.
    pub unfinished: Vec<String>,
}

/// The tables of models, those that are referred to first. Tables that the library's migrations create are left out.
fn tables(models: &[&'static Model]) -> Vec<Table> {
    let mut left: Vec<Table> = models.iter().flat_map(|model| tables_of(model)).collect();
    left.retain(|table| !TABLES.contains(&&*table.model.table()));
    let mut sorted: Vec<Table> = Vec::new();
    while !left.is_empty() {
        let waits = |table: &Table| {
            let mut to = table.columns.iter().filter_map(|column| column.refers_to.as_ref());
            to.any(|(to, _)| *to != table.name && left.iter().any(|other| other.name == *to))
        };
        // Tables that refer to each other in a circle have no order; the first one is as good as any.
        let at = left.iter().position(|table| !waits(table)).unwrap_or(0);
        sorted.push(left.remove(at));
    }
    sorted
}

/// Compares a project's models with the snapshot of its last migration; `None` where nothing has changed. A `name` takes the
/// place of the one that Django would choose.
///
/// # Errors
/// Where the snapshot cannot be read.
pub fn new_migration(
    models: &[&'static Model],
    snapshot: Option<&str>,
    name: Option<&str>,
) -> Result<Option<NewMigration>, SnapshotError> {
    let before = snapshot.map_or_else(|| Ok(Snapshot::default()), Snapshot::parse)?;
    let tables = tables(models);
    let changes = changes::between(&before, &tables);
    if changes.is_empty() {
        return Ok(None);
    }
    let applied = before.next(&changes, name);
    let script = |engine| scripts::script(&changes, &applied, engine);
    let (sqlite, postgresql) = (script(Engine::Sqlite), script(Engine::Postgresql));
    Ok(Some(NewMigration {
        name: folder_name(&applied),
        sqlite,
        postgresql,
        snapshot: before.after(&tables, &applied).to_text(),
        changes: changes.iter().map(Change::summary).collect(),
        unfinished: changes.iter().filter_map(Change::unfinished).collect(),
    }))
}

fn folder_name(applied: &[Applied]) -> String {
    match applied {
        [one] => format!("{}_{}", one.app, one.name),
        several => several.iter().map(|one| one.app.as_str()).collect::<Vec<_>>().join("_"),
    }
}
