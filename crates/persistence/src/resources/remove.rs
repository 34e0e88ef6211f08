//! Deletes records as Django does: what refers to them is deleted, changed or forbids it, by the description of its model.
//!
//! Tables that no model describes are treated as their constraints say.

use std::collections::{BTreeMap, BTreeSet};

use presspass_domain::model::{Key, Kind, Model, OnDelete};

use super::bind::{bind, default_input};
use crate::connection::Connection;
use crate::error::Error;
use crate::origin::has_table;
use crate::records::{FieldLocation, Table, lock};
use crate::sql::{Bind, Sql};

/// What a deletion comes to.
pub(crate) struct Collector<'m> {
    /// All models that are described.
    models: &'m [&'static Model],
    /// The records to delete, in the order in which they were found.
    records: Vec<(&'static Table, BTreeSet<Key>)>,
    /// What is written before: foreign keys that are set, and pairs that are deleted.
    before: Vec<Sql>,
    /// The records that forbid it, by their tables.
    pub protected: BTreeMap<&'static str, (&'static Table, BTreeSet<Key>)>,
}

fn rows_with(column: &'static str, keys: &[Key]) -> Sql {
    Sql::new(" WHERE ").name(column).push(" IN ").keys(keys.iter().copied())
}

impl<'m> Collector<'m> {
    pub const fn new(models: &'m [&'static Model]) -> Self {
        Self { models, records: Vec::new(), before: Vec::new(), protected: BTreeMap::new() }
    }

    fn is_collected(&self, table: &Table, key: Key) -> bool {
        self.records.iter().any(|(known, keys)| known.name == table.name && keys.contains(&key))
    }

    /// Adds these records, and what goes with them.
    pub fn collect(
        &mut self,
        connection: &mut Connection,
        table: &'static Table,
        keys: &[Key],
    ) -> Result<(), Error> {
        let keys: Vec<Key> = keys.iter().copied().filter(|key| !self.is_collected(table, *key)).collect();
        if keys.is_empty() {
            return Ok(());
        }
        self.records.push((table, keys.iter().copied().collect()));
        for location in table.fields() {
            if let FieldLocation::Many { through, own, .. } = location {
                self.before.push(Sql::new("DELETE FROM ").name(*through).append(rows_with(own, &keys)));
            }
        }
        for model in self.models {
            let other = Table::of(model);
            if other.special.is_optional && !has_table(connection, &[other.name])? {
                continue;
            }
            for location in other.fields() {
                self.follow(connection, table, other, location, &keys)?;
            }
        }
        for dependent in table.special.dependents {
            if self.describes(dependent.table) || !has_table(connection, &[dependent.table])? {
                continue;
            }
            let delete = Sql::new("DELETE FROM ").name(dependent.table);
            self.before.push(delete.append(rows_with(dependent.column, &keys)));
        }
        Ok(())
    }

    /// Adds what refers to these records by one field.
    fn follow(
        &mut self,
        connection: &mut Connection,
        table: &'static Table,
        other: &'static Table,
        location: &FieldLocation,
        keys: &[Key],
    ) -> Result<(), Error> {
        let (column, field, on_delete) = match *location {
            FieldLocation::One { column, field, to } if to.is(table.model) => match field.kind {
                Kind::One(relation) => (column, field, relation.on_delete),
                _ => return Ok(()),
            },
            FieldLocation::Many { through, other: column, to, .. } if to.is(table.model) => {
                self.before.push(Sql::new("DELETE FROM ").name(through).append(rows_with(column, keys)));
                return Ok(());
            }
            _ => return Ok(()),
        };
        let set = |value: Bind| {
            let update = Sql::new("UPDATE ").name(other.name).push(" SET ").name(column);
            update.push(" = ").bind(value).append(rows_with(column, keys))
        };
        match on_delete {
            OnDelete::DoNothing => {}
            OnDelete::SetNull => self.before.push(set(Bind::Null)),
            OnDelete::SetDefault => {
                let value = default_input(field).map(|value| bind(connection.engine(), field, &value));
                self.before.push(set(value.transpose()?.unwrap_or(Bind::Null)));
            }
            OnDelete::Cascade | OnDelete::Protect => {
                let rows = Sql::new("SELECT id FROM ").name(other.name).append(rows_with(column, keys));
                let rows = rows.load(connection)?;
                let rows = rows.iter().map(|row| row.key(0)).collect::<Result<Vec<_>, _>>()?;
                if on_delete == OnDelete::Cascade {
                    self.collect(connection, other, &rows)?;
                } else {
                    let kept = rows.into_iter().filter(|key| !self.is_collected(other, *key));
                    let kept: BTreeSet<Key> = kept.collect();
                    if !kept.is_empty() {
                        self.protected.entry(other.name).or_insert((other, BTreeSet::new())).1.extend(kept);
                    }
                }
            }
        }
        Ok(())
    }

    /// The records that are to be deleted, in the order in which they were found.
    pub fn records(&self) -> &[(&'static Table, BTreeSet<Key>)] {
        &self.records
    }

    /// Whether a table is that of a model, or of the pairs of one.
    pub fn describes(&self, name: &str) -> bool {
        let is_pairs = |location: &FieldLocation| matches!(location, FieldLocation::Many { through, .. } if *through == name);
        self.models
            .iter()
            .map(|model| Table::of(model))
            .any(|table| table.name == name || table.fields().iter().any(is_pairs))
    }

    /// Deletes what was collected.
    pub fn delete(self, connection: &mut Connection) -> Result<(), Error> {
        for statement in self.before {
            statement.run(connection)?;
        }
        // What refers to a record was found after it.
        for (table, keys) in self.records.into_iter().rev() {
            let keys: Vec<Key> = keys.into_iter().collect();
            lock(connection, table, &keys)?;
            Sql::new("DELETE FROM ").name(table.name).append(rows_with("id", &keys)).run(connection)?;
        }
        Ok(())
    }
}
