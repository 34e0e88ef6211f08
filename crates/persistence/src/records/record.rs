//! Records with all their fields, and their versions.

use std::collections::HashMap;

use presspass_domain::admin::{Field, Kind, ListQuery, Record, Reference, Value, Version};
use sha2::{Digest as _, Sha256};

use super::select::{Select, ordered};
use super::table::{Place, Table};
use crate::connection::{Connection, Raw};
use crate::error::Error;
use crate::sql::{Sql, numbers};

/// How many records are in memory at once where only their versions are wanted.
const BATCH: usize = 100;

/// What a record is read for. On `SQLite` whoever writes is alone anyway.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// To look at it.
    Look,
    /// To change it in this transaction: who wants to change it, too, waits.
    Change,
}

impl Purpose {
    fn lock(self, connection: &Connection) -> &'static str {
        match (&connection.raw, self) {
            (Raw::Sqlite(_), _) | (_, Self::Look) => "",
            (Raw::Postgresql(_), Self::Change) => " FOR NO KEY UPDATE OF t",
        }
    }
}

/// A record as the summary of its deletion knows it.
pub(super) struct Seen {
    pub reference: Reference,
    pub version: Version,
}

/// Locks these records until the transaction ends: who wants to change one, or to refer to it, waits. All do it in one
/// order, so that two who delete at once do not wait for each other.
pub(super) fn lock(connection: &mut Connection, table: &'static Table, ids: &[i64]) -> Result<(), Error> {
    if let Raw::Sqlite(_) = connection.raw {
        return Ok(());
    }
    let list = numbers(ids.iter().copied());
    Sql::new(format!(
        "SELECT \"id\" FROM \"{}\" WHERE \"id\" IN {list} ORDER BY \"id\" FOR UPDATE",
        table.name
    ))
    .load(connection)
    .map(|_| ())
}

/// The labels and versions of the records of these keys, in the model's order. Of the records themselves no more than a
/// few are in memory.
pub(super) fn seen(
    connection: &mut Connection,
    table: &'static Table,
    ids: &[i64],
) -> Result<Vec<Seen>, Error> {
    let of = Sql::new(format!("t.\"id\" IN {}", numbers(ids.iter().copied())));
    let references = Select::labels(table, vec![of])?.references(connection)?;
    let mut versions = HashMap::with_capacity(references.len());
    for batch in references.chunks(BATCH) {
        let batch: Vec<i64> = batch.iter().map(|reference| reference.id).collect();
        versions.extend(
            find_all(connection, table, &batch)?.into_iter().map(|record| (record.id, record.version)),
        );
    }
    // One that is gone between the two reads is none.
    let with_version = |reference: Reference| {
        versions.get(&reference.id).map(|version| Seen { version: *version, reference })
    };
    Ok(references.into_iter().filter_map(with_version).collect())
}

/// The record of this key.
pub(super) fn find(
    connection: &mut Connection,
    table: &'static Table,
    id: i64,
    purpose: Purpose,
) -> Result<Option<Record>, Error> {
    Ok(load(connection, table, &[id], purpose)?.pop())
}

/// The records of these keys, in the model's order. However many they are, it takes as many statements as for one.
pub(super) fn find_all(
    connection: &mut Connection,
    table: &'static Table,
    ids: &[i64],
) -> Result<Vec<Record>, Error> {
    load(connection, table, ids, Purpose::Look)
}

fn load(
    connection: &mut Connection,
    table: &'static Table,
    ids: &[i64],
    purpose: Purpose,
) -> Result<Vec<Record>, Error> {
    let places = table
        .model
        .fields
        .iter()
        .filter(|field| !matches!(field.kind, Kind::Password))
        .map(|field| table.place(field))
        .collect::<Result<Vec<_>, _>>()?;
    let is_many = |place: &Place| matches!(place, Place::Many { .. });
    let rows = Select {
        table,
        places: places.iter().filter(|place| !is_many(place)).copied().collect(),
        conditions: vec![Sql::new(format!("t.\"id\" IN {}", numbers(ids.iter().copied())))],
        order: ordered(table, &ListQuery::new(table.model, presspass_domain::Window::All))?,
        part: None,
        ending: purpose.lock(connection),
    }
    .load(connection)?;
    let found: Vec<i64> = rows.iter().map(|(id, _)| *id).collect();
    let mut related = Vec::new();
    for place in places.into_iter().filter(is_many) {
        related.push(related_by(connection, place, &found)?);
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
    place: Place,
    ids: &[i64],
) -> Result<(&'static Field, HashMap<i64, Vec<Reference>>), Error> {
    let Place::Many { field, through, own, other, to } = place else {
        return Err(Error::Query("a relation of many is none".to_owned()));
    };
    let of = numbers(ids.iter().copied());
    let pairs = format!("FROM \"{through}\" WHERE \"{own}\" IN {of}");
    let condition = Sql::new(format!("t.\"id\" IN (SELECT \"{other}\" {pairs})"));
    let references = Select::labels(to, vec![condition])?.references(connection)?;
    let rows = Sql::new(format!("SELECT \"{own}\", \"{other}\" {pairs}")).load(connection)?;
    let mut keys: HashMap<i64, Vec<i64>> = HashMap::new();
    for row in &rows {
        keys.entry(row.integer(1)?).or_default().push(row.integer(0)?);
    }
    let mut related: HashMap<i64, Vec<Reference>> = HashMap::new();
    // In the order of the other model.
    for reference in references {
        for own in keys.get(&reference.id).into_iter().flatten() {
            related.entry(*own).or_default().push(reference.clone());
        }
    }
    Ok((field, related))
}

/// A digest over what a record holds. Labels of related records do not count: they are theirs.
pub(super) fn version(id: i64, values: &[(&'static Field, Value)]) -> Version {
    let mut digest = Sha256::new();
    digest.update(id.to_be_bytes());
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
                digest.update(reference.as_ref().map_or(0, |reference| reference.id).to_be_bytes());
            }
            Value::Many(references) => {
                let mut keys: Vec<i64> = references.iter().map(|reference| reference.id).collect();
                keys.sort_unstable();
                digest.update([6]);
                digest.update(keys.len().to_be_bytes());
                for key in keys {
                    digest.update(key.to_be_bytes());
                }
            }
        }
    }
    Version::from_bytes(digest.finalize().into())
}
