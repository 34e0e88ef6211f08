//! Deletes records: what goes with them, what forbids it.

use presspass_domain::model::{
    Actor, ChangeMessage, Deleted, Deletion, Dependents, Key, LogAction, Model, Protection, Version,
};
use sha2::{Digest as _, Sha256};

use super::list::{KEY, labels};
use super::log;
use super::record::{self, Summary};
use super::table::{Dependent, FieldLocation, Names, Table};
use crate::catalogue::{self, ForeignKey, OnDelete};
use crate::connection::Connection;
use crate::error::Error;
use crate::origin::has_table;
use crate::resources::remove::Collector;
use crate::sql::Sql;

/// How many levels of foreign keys are followed.
const DEPTH: usize = 8;

/// Rows of another table that are deleted along.
struct CascadeEntry {
    kind: String,
    count: i64,
    names: Vec<String>,
    is_volatile: bool,
    /// Deletes them, where the engine does not.
    delete: Option<Sql>,
}

struct Plan<'m> {
    entries: Vec<CascadeEntry>,
    protected: Vec<Protection>,
    /// What is deleted by the descriptions of models, the records themselves included.
    collector: Collector<'m>,
}

/// Rows that are to be deleted.
#[derive(Clone)]
struct Rows {
    /// The table's name in the catalogue.
    name: String,
    table: Sql,
    condition: Sql,
}

impl Rows {
    fn with_keys(table: &'static str, column: &'static str, keys: &[Key]) -> Self {
        let condition = Sql::default().name(column).push(" IN ").keys(keys.iter().copied());
        Self { name: table.to_owned(), table: Sql::default().name(table), condition }
    }

    /// The rows that refer to these by this key.
    fn referring(&self, key: &ForeignKey) -> Self {
        let refers = Sql::default()
            .name(key.column.clone())
            .push(" IN (SELECT ")
            .name(key.to.clone())
            .push(" FROM ")
            .append(self.clone())
            .push(")");
        let condition = if key.table == self.name {
            // Rows of one table that refer to each other are deleted together.
            refers.push(" AND NOT (").append(self.condition.clone()).push(")")
        } else {
            refers
        };
        Self { name: key.table.clone(), table: key.qualified_table(), condition }
    }

    fn count(&self, connection: &mut Connection) -> Result<i64, Error> {
        Sql::new("SELECT count(*) FROM ").append(self.clone()).count(connection)
    }
}

/// The part of a statement after FROM.
impl From<Rows> for Sql {
    fn from(rows: Rows) -> Self {
        rows.table.push(" WHERE ").append(rows.condition)
    }
}

impl<'m> Plan<'m> {
    fn make(
        connection: &mut Connection,
        models: &'m [&'static Model],
        table: &'static Table,
        ids: &[Key],
    ) -> Result<Self, Error> {
        let mut plan = Self { entries: Vec::new(), protected: Vec::new(), collector: Collector::new(models) };
        for dependent in table.special.dependents {
            if !has_table(connection, &[dependent.table])? {
                continue;
            }
            let rows = Rows::with_keys(dependent.table, dependent.column, ids);
            let count = rows.count(connection)?;
            if count > 0 {
                plan.follow(connection, table, &rows, &[], 1)?;
                let names = names(connection, dependent, &rows)?;
                let delete = Some(Sql::new("DELETE FROM ").append(rows));
                let kind = dependent.kind.to_owned();
                plan.entries.push(CascadeEntry { kind, count, names, is_volatile: false, delete });
            }
        }
        plan.follow(connection, table, &Rows::with_keys(table.name, "id", ids), table.special.dependents, 1)?;
        plan.collector.collect(connection, table, ids)?;
        plan.add_described(connection, table, ids)?;
        Ok(plan)
    }

    /// Adds what goes along, and what forbids it, by the descriptions of models.
    fn add_described(
        &mut self,
        connection: &mut Connection,
        table: &'static Table,
        ids: &[Key],
    ) -> Result<(), Error> {
        let known = table.special.dependents;
        for (other, keys) in self.collector.records().to_vec() {
            let mut keys: Vec<Key> = keys.into_iter().collect();
            self.add_pairs(connection, other, &keys, known)?;
            if other.name == table.name {
                keys.retain(|key| !ids.contains(key));
            }
            if keys.is_empty() || known.iter().any(|known| known.table == other.name) {
                continue;
            }
            if other.name != table.name {
                self.follow(connection, table, &Rows::with_keys(other.name, "id", &keys), &[], 2)?;
            }
            self.entries.push(CascadeEntry {
                kind: other.model.verbose_name_plural().into_owned(),
                count: count_of(&keys),
                names: names_of(connection, other, &keys)?,
                is_volatile: false,
                delete: None,
            });
        }
        for (other, keys) in self.collector.protected.values() {
            let keys: Vec<Key> = keys.iter().copied().collect();
            self.protected.push(Protection {
                table: other.name.to_owned(),
                kind: other.model.verbose_name_plural().into_owned(),
                count: count_of(&keys),
                names: names_of(connection, other, &keys)?,
            });
        }
        Ok(())
    }

    /// Adds the pairs of many-to-many relations of these records.
    fn add_pairs(
        &mut self,
        connection: &mut Connection,
        table: &'static Table,
        keys: &[Key],
        known: &[Dependent],
    ) -> Result<(), Error> {
        for location in table.fields() {
            let FieldLocation::Many { through, own, to, .. } = *location else { continue };
            if known.iter().any(|known| known.table == through) {
                continue;
            }
            let count = Rows::with_keys(through, own, keys).count(connection)?;
            if count > 0 {
                let kind = format!("{}-{} relationships", table.model.verbose_name(), to.verbose_name());
                let names = Vec::new();
                self.entries.push(CascadeEntry { kind, count, names, is_volatile: false, delete: None });
            }
        }
        Ok(())
    }

    /// Adds what refers to these rows, except the dependents that are known.
    fn follow(
        &mut self,
        connection: &mut Connection,
        table: &'static Table,
        rows: &Rows,
        known: &[Dependent],
        depth: usize,
    ) -> Result<(), Error> {
        for key in catalogue::foreign_keys(connection, &rows.name)? {
            let is_known = known.iter().any(|known| known.table == key.table && known.column == key.column);
            if is_known || key.on_delete == OnDelete::SetNull || self.collector.describes(&key.table) {
                continue;
            }
            let referring = rows.referring(&key);
            let count = referring.count(connection)?;
            if count == 0 {
                continue;
            }
            if key.on_delete == OnDelete::Forbid || depth == DEPTH {
                let (kind, names) = (String::new(), Vec::new());
                self.protected.push(Protection { table: key.table, kind, count, names });
                continue;
            }
            self.follow(connection, table, &referring, &[], depth + 1)?;
            let (kind, is_volatile) = match table.special.cascades.iter().find(|own| own.table == key.table) {
                None => (key.table, false),
                Some(own) => match own.label {
                    Some(label) if depth == 1 => (label.to_owned(), own.is_volatile),
                    _ => continue,
                },
            };
            self.entries.push(CascadeEntry { kind, count, names: Vec::new(), is_volatile, delete: None });
        }
        Ok(())
    }

    fn split(self, records: Vec<Summary>) -> (Deletion, Collector<'m>) {
        let mut digest = Sha256::new();
        for record in &records {
            digest.update(record.version.to_string());
        }
        let entries = self.entries.iter().filter(|entry| !entry.is_volatile);
        let counted = entries.map(|entry| (&entry.kind, entry.count));
        for (name, count) in counted.chain(self.protected.iter().map(|by| (&by.table, by.count))) {
            digest.update([0]);
            digest.update(name);
            digest.update(count.to_be_bytes());
        }
        let dependents = self.entries.into_iter().map(|CascadeEntry { kind, count, names, .. }| Dependents {
            kind,
            count,
            names,
        });
        let deletion = Deletion {
            records: records.into_iter().map(|record| record.reference).collect(),
            dependents: dependents.collect(),
            protected: self.protected,
            version: Version::from_bytes(digest.finalize().into()),
        };
        (deletion, self.collector)
    }
}

fn count_of(keys: &[Key]) -> i64 {
    i64::try_from(keys.len()).unwrap_or(i64::MAX)
}

/// The labels of the first of these records.
fn names_of(connection: &mut Connection, table: &'static Table, keys: &[Key]) -> Result<Vec<String>, Error> {
    let limit = i64::try_from(Dependents::NAMES).unwrap_or(i64::MAX);
    let named = Sql::from(KEY).push(" IN ").keys(keys.iter().copied());
    let labels = labels(connection, table.model, named, Some(limit))?;
    Ok(labels.into_iter().map(|reference| reference.label).collect())
}

fn names(connection: &mut Connection, dependent: &Dependent, rows: &Rows) -> Result<Vec<String>, Error> {
    let Names::Of(model, column) = dependent.names else { return Ok(Vec::new()) };
    let named =
        Sql::from(KEY).push(" IN (SELECT ").name(column).push(" FROM ").append(rows.clone()).push(")");
    let limit = i64::try_from(Dependents::NAMES).unwrap_or(i64::MAX);
    let labels = labels(connection, model, named, Some(limit))?;
    Ok(labels.into_iter().map(|reference| reference.label).collect())
}

/// What deleting these records would delete.
pub(super) fn deletion(
    connection: &mut Connection,
    models: &[&'static Model],
    table: &'static Table,
    ids: &[Key],
) -> Result<Deletion, Error> {
    let records = record::summaries(connection, table, ids)?;
    Ok(Plan::make(connection, models, table, ids)?.split(records).0)
}

pub(super) fn delete(
    connection: &mut Connection,
    (models, has_log): (&[&'static Model], bool),
    table: &'static Table,
    ids: &[Key],
    version: Version,
    actor: Actor,
) -> Result<Deleted, Error> {
    if !log::may_act(connection, actor)? {
        return Ok(Deleted::ActorGone);
    }
    record::lock(connection, table, ids)?;
    let records = record::summaries(connection, table, ids)?;
    let ids: Vec<Key> = records.iter().map(|record| record.reference.id).collect();
    if ids.is_empty() {
        return Ok(Deleted::Gone);
    }
    let mut plan = Plan::make(connection, models, table, &ids)?;
    let statements: Vec<Sql> = plan.entries.iter_mut().filter_map(|entry| entry.delete.take()).collect();
    let (deletion, collector) = plan.split(records);
    if deletion.version != version {
        return Ok(Deleted::Stale(deletion));
    }
    if !deletion.protected.is_empty() {
        return Ok(Deleted::Protected(deletion.protected));
    }
    if let Some(check) = table.special.check_deletion
        && let Some(why) = check(connection, &ids)?
    {
        return Ok(Deleted::Refused(why));
    }
    for statement in statements {
        statement.run(connection)?;
    }
    // Entries of an account that deletes itself would be deleted with it.
    let deletes_itself = table.special.has_actors && ids.contains(&actor.account_id.into());
    if has_log && !deletes_itself {
        let message = (LogAction::Deletion, &ChangeMessage::deleted());
        log::write(connection, table.model, &deletion.records, message, actor)?;
    }
    collector.delete(connection)?;
    Ok(Deleted::Deleted(u64::try_from(ids.len()).unwrap_or(u64::MAX)))
}

/// Deletes one record with what goes along, in a transaction that has checked it ([`protected`]).
pub(super) fn remove(
    connection: &mut Connection,
    models: &[&'static Model],
    table: &'static Table,
    id: Key,
) -> Result<(), Error> {
    let plan = Plan::make(connection, models, table, &[id])?;
    for statement in plan.entries.into_iter().filter_map(|entry| entry.delete) {
        statement.run(connection)?;
    }
    plan.collector.delete(connection)
}

/// Why a record cannot be deleted: what refers to it, in words.
pub(super) fn protected(
    connection: &mut Connection,
    models: &[&'static Model],
    table: &'static Table,
    id: Key,
) -> Result<Option<String>, Error> {
    let protected = Plan::make(connection, models, table, &[id])?.protected;
    let named = protected.iter().map(|by| match (by.kind.as_str(), by.names.as_slice()) {
        ("", _) => format!("{} in {}", by.count, by.table),
        (kind, names) => format!("{kind} “{}”", names.join("”, “")),
    });
    let named: Vec<String> = named.collect();
    let why = || format!("It can’t be deleted, because others refer to it: {}.", named.join(", "));
    Ok((!named.is_empty()).then(why))
}

/// The tables whose constraints keep a record.
pub(crate) fn referring_tables(
    connection: &mut Connection,
    table: &'static Table,
    id: Key,
) -> Result<Vec<String>, Error> {
    match Plan::make(connection, &[], table, &[id]) {
        Ok(plan) => Ok(plan.protected.into_iter().map(|by| by.table).collect()),
        // Our role may not read that table.
        Err(Error::Query(_)) => Ok(Vec::new()),
        Err(other) => Err(other),
    }
}
