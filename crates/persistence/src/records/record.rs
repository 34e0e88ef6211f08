//! Records with all their fields, and their versions.

use std::collections::HashMap;

use presspass_domain::model::{Field, Key, Kind, Path, Record, Reference, Value, Version};
use sha2::{Digest as _, Sha256};

use super::list::{KEY, labels, records};
use super::table::{FieldLocation, Table};
use crate::connection::{Connection, Raw};
use crate::error::Error;
use crate::sql::Sql;

/// How many records are in memory at once where only their versions are wanted.
const BATCH: usize = 100;

/// A record as the confirmation of its deletion shows it.
pub(super) struct Summary {
    pub reference: Reference,
    pub version: Version,
}

/// Locks these records until the transaction ends, against changes and against new references to them. The order is
/// always the same, so that two deletions at once do not wait for each other.
pub(crate) fn lock(connection: &mut Connection, table: &'static Table, ids: &[Key]) -> Result<(), Error> {
    if let Raw::Sqlite(_) = connection.raw {
        return Ok(());
    }
    Sql::new("SELECT id FROM ")
        .name(table.name)
        .push(" WHERE id IN ")
        .keys(ids.iter().copied())
        .push(" ORDER BY id FOR UPDATE")
        .load(connection)
        .map(|_| ())
}

/// The labels and versions of the records of these keys, in the model's order. Only a few of the records are in memory at
/// a time.
pub(super) fn summaries(
    connection: &mut Connection,
    table: &'static Table,
    ids: &[Key],
) -> Result<Vec<Summary>, Error> {
    let references = labels(connection, table.model, has_key_in(ids), None)?;
    let mut versions = HashMap::with_capacity(references.len());
    for batch in references.chunks(BATCH) {
        let batch: Vec<Key> = batch.iter().map(|reference| reference.id).collect();
        versions.extend(
            find_all(connection, table, &batch)?.into_iter().map(|record| (record.id, record.version)),
        );
    }
    // A record that was deleted between the two reads is left out.
    let with_version = |reference: Reference| {
        versions.get(&reference.id).map(|version| Summary { version: *version, reference })
    };
    Ok(references.into_iter().filter_map(with_version).collect())
}

fn has_key_in(ids: &[Key]) -> Sql {
    Sql::from(KEY).push(" IN ").keys(ids.iter().copied())
}

pub(super) fn find(
    connection: &mut Connection,
    table: &'static Table,
    id: Key,
) -> Result<Option<Record>, Error> {
    Ok(load(connection, table, &[id], "")?.pop())
}

/// The record, locked against other changes until the transaction ends.
pub(super) fn find_for_change(
    connection: &mut Connection,
    table: &'static Table,
    id: Key,
) -> Result<Option<Record>, Error> {
    let lock = match connection.raw {
        // The transaction holds the only write lock.
        Raw::Sqlite(_) => "",
        Raw::Postgresql(_) => " FOR NO KEY UPDATE OF t",
    };
    Ok(load(connection, table, &[id], lock)?.pop())
}

/// The records of these keys, in the model's order. It takes as many statements as for one record.
pub(super) fn find_all(
    connection: &mut Connection,
    table: &'static Table,
    ids: &[Key],
) -> Result<Vec<Record>, Error> {
    load(connection, table, ids, "")
}

fn load(
    connection: &mut Connection,
    table: &'static Table,
    ids: &[Key],
    lock: &'static str,
) -> Result<Vec<Record>, Error> {
    let fields = table
        .fields()
        .iter()
        .copied()
        .filter(|location| !matches!(location.field().kind, Kind::Password))
        .collect::<Vec<_>>();
    let is_many = |location: &FieldLocation| matches!(location, FieldLocation::Many { .. });
    let columns =
        fields.iter().filter(|location| !is_many(location)).map(|location| Path::own(location.field()));
    let rows = records(connection, table.model, columns, has_key_in(ids), Sql::new(lock))?;
    let found: Vec<Key> = rows.iter().map(|(id, _)| *id).collect();
    let mut related = Vec::new();
    for location in fields.into_iter().filter(is_many) {
        related.push(related_by(connection, location, &found)?);
    }
    Ok(rows
        .into_iter()
        .map(|(id, mut values)| {
            for (field, of) in &mut related {
                values.push((*field, Value::Many(of.remove(&id).unwrap_or_default())));
            }
            let position = |name: &str| table.model.fields.iter().position(|field| field.name == name);
            values.sort_by_key(|(field, _)| position(field.name));
            Record { id, label: table.model.label_of(&values), version: version(id, &values), values }
        })
        .collect())
}

/// The records that a field of these relates to, by the key of the latter.
fn related_by(
    connection: &mut Connection,
    location: FieldLocation,
    ids: &[Key],
) -> Result<(&'static Field, HashMap<Key, Vec<Reference>>), Error> {
    let FieldLocation::Many { field, through, own, other, to } = location else {
        return Err(Error::Query("a relation of many is none".to_owned()));
    };
    let pairs =
        Sql::new(" FROM ").name(through).push(" WHERE ").name(own).push(" IN ").keys(ids.iter().copied());
    let others = Sql::new("SELECT ").name(other).append(pairs.clone());
    let condition = Sql::from(KEY).push(" IN (").append(others).push(")");
    let references = labels(connection, to, condition, None)?;
    let rows = Sql::new("SELECT ").name(own).push(", ").name(other).append(pairs).load(connection)?;
    let mut keys: HashMap<Key, Vec<Key>> = HashMap::new();
    for row in &rows {
        keys.entry(row.key(1)?).or_default().push(row.key(0)?);
    }
    let mut related: HashMap<Key, Vec<Reference>> = HashMap::new();
    // In the order of the other model.
    for reference in references {
        for own in keys.get(&reference.id).into_iter().flatten() {
            related.entry(*own).or_default().push(reference.clone());
        }
    }
    Ok((field, related))
}

fn add_key(digest: &mut Sha256, key: Key) {
    match key {
        Key::Integer(number) => digest.update(number.to_be_bytes()),
        Key::Uuid(uuid) => digest.update(uuid.to_be_bytes()),
    }
}

/// A digest of what a record holds, without the labels of related records.
pub(super) fn version(id: Key, values: &[(&'static Field, Value)]) -> Version {
    let mut digest = Sha256::new();
    add_key(&mut digest, id);
    for (field, value) in values {
        digest.update([0]);
        digest.update(field.name);
        match value {
            Value::Text(text) => {
                digest.update([1]);
                digest.update(text.len().to_be_bytes());
                digest.update(text);
            }
            Value::Integer(number) => {
                digest.update([2]);
                digest.update(number.to_be_bytes());
            }
            Value::Boolean(flag) => digest.update([3, u8::from(*flag)]),
            Value::Timestamp(timestamp) => {
                digest.update([4, u8::from(timestamp.is_some())]);
                digest.update(timestamp.map_or(0, presspass_domain::Timestamp::unix_micros).to_be_bytes());
            }
            Value::One(reference) => {
                digest.update([5, u8::from(reference.is_some())]);
                add_key(&mut digest, reference.as_ref().map_or(Key::Integer(0), |reference| reference.id));
            }
            Value::Many(references) => {
                let mut keys: Vec<Key> = references.iter().map(|reference| reference.id).collect();
                keys.sort_unstable();
                digest.update([6]);
                digest.update(keys.len().to_be_bytes());
                for key in keys {
                    add_key(&mut digest, key);
                }
            }
            Value::Null => digest.update([7]),
            other => {
                let text = other.text();
                digest.update([8]);
                digest.update(text.len().to_be_bytes());
                digest.update(text);
            }
        }
    }
    Version::from_bytes(digest.finalize().into())
}
