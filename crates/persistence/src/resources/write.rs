//! Writes drafts.

use std::sync::Arc;

use presspass_auth::Randomness;
use presspass_domain::model::{
    Condition, Default, Draft, Field, Input, Key, Kind, Model, Output, Selection, Source, Violation,
};
use presspass_domain::{Timestamp, Window};

use super::bind::{bind, default, now};
use super::scope::Builder;
use super::{Plans, read};
use crate::connection::{Connection, Raw};
use crate::error::Error;
use crate::records::{FieldLocation, Table, relate};
use crate::sql::Sql;

/// When a write happens, and where its random values come from.
#[derive(Debug, Clone)]
pub(super) struct Circumstances {
    pub now: Timestamp,
    pub randomness: Arc<dyn Randomness>,
}

fn known(draft: &Draft) -> Result<&'static Table, Error> {
    match draft.unknown() {
        Some(name) => Err(Error::Query(format!("{} has no field {name}", draft.model().name))),
        None => Ok(Table::of(draft.model())),
    }
}

/// The fields without a value whose columns may not be NULL: those that a hook should have set.
pub(super) fn nulls(draft: &Draft, is_new: bool) -> Vec<Violation> {
    let is_null = |field: &&'static Field| {
        !field.null
            && match draft.get(field.name) {
                Some(value) => value.is_null(),
                None => is_new && matches!(field.kind, Kind::One(_)) && field.default == Default::None,
            }
    };
    draft.model().fields.iter().filter(is_null).map(Violation::Null).collect()
}

/// Inserts a record, and returns its key.
pub(super) fn insert(connection: &mut Connection, draft: &Draft, with: &Circumstances) -> Result<Key, Error> {
    let table = known(draft)?;
    let engine = connection.engine();
    let (mut columns, mut values) = (Vec::new(), Vec::new());
    for location in table.inserted() {
        let (field, Some(column)) = (location.field(), location.stored()) else { continue };
        let value = match draft.get(field.name) {
            Some(value) => bind(engine, field, value)?,
            None => default(engine, field, with.now, &*with.randomness)?,
        };
        columns.push(Sql::default().name(column));
        values.push(Sql::default().bind(value));
    }
    let insert = Sql::new("INSERT INTO ").name(table.name);
    let insert = if columns.is_empty() {
        insert.push(" DEFAULT VALUES")
    } else {
        insert.push(" (").join(", ", columns).push(") VALUES (").join(", ", values).push(")")
    };
    let row = insert.push(" RETURNING id").first(connection)?;
    let key = row.ok_or_else(|| Error::Query("nothing was inserted".to_owned()))?.key(0)?;
    relate_all(connection, table, draft, key)?;
    Ok(key)
}

fn relate_all(connection: &mut Connection, table: &Table, draft: &Draft, key: Key) -> Result<(), Error> {
    for (field, value) in draft.values() {
        if let (location @ FieldLocation::Many { .. }, Input::Keys(keys)) = (table.locate(field)?, value) {
            relate(connection, location, key, keys)?;
        }
    }
    Ok(())
}

/// Updates the record of this key, which exists.
pub(super) fn update(
    connection: &mut Connection,
    draft: &Draft,
    key: Key,
    with: &Circumstances,
) -> Result<(), Error> {
    let table = known(draft)?;
    let engine = connection.engine();
    let mut columns = Vec::new();
    for location in table.fields() {
        let (field, Some(column)) = (location.field(), location.stored()) else { continue };
        let value = match (draft.get(field.name), field.default) {
            (Some(value), _) => bind(engine, field, value)?,
            (None, Default::Updated) => now(engine, field, with.now)?,
            (None, _) => continue,
        };
        columns.push(Sql::default().name(column).push(" = ").bind(value));
    }
    if !columns.is_empty() {
        let update = Sql::new("UPDATE ").name(table.name).push(" SET ").join(", ", columns);
        update.push(" WHERE id = ").bind(key).run(connection)?;
    }
    relate_all(connection, table, draft, key)
}

/// Locks the record of this key, where the condition lets it through; returns whether it does.
pub(super) fn lock(
    connection: &mut Connection,
    model: &'static Model,
    key: Key,
    visible: &Condition,
    deletes: bool,
) -> Result<bool, Error> {
    let mut builder = Builder::new(connection.engine());
    let (mut scope, at) = builder.scope(model)?;
    let condition = builder.condition(&mut scope, at, visible)?;
    let found = Sql::new("SELECT ")
        .append(at.column("id"))
        .push(" FROM ")
        .append(scope.sql(scope.joined()))
        .push(" WHERE ")
        .append(at.column("id"))
        .push(" = ")
        .bind(key)
        .push(" AND ")
        .append(condition);
    let found = match connection.raw {
        // The transaction holds the only write lock.
        Raw::Sqlite(_) => found,
        Raw::Postgresql(_) if deletes => found.push(" FOR UPDATE OF ").name(at.alias),
        Raw::Postgresql(_) => found.push(" FOR NO KEY UPDATE OF ").name(at.alias),
    };
    Ok(found.first(connection)?.is_some())
}

/// The negative numbers of fields that may have none. Not every column has a CHECK: Django 2.1 makes none on `SQLite`.
pub(super) fn negatives(draft: &Draft) -> Vec<Violation> {
    let is_negative = |(field, value): &&(&'static Field, Input)| matches!((field.kind, value), (Kind::Integer(rules), Input::Integer(..0)) if rules.is_positive);
    draft.values().iter().filter(is_negative).map(|(field, _)| Violation::Negative(field)).collect()
}

/// The representation of a record that was written with this draft.
pub(super) fn represent(
    connection: &mut Connection,
    draft: &Draft,
    key: Key,
    outputs: Arc<[Output]>,
) -> Result<Vec<u8>, Error> {
    let model = draft.model();
    let zeros = draft.values().iter().filter_map(|(field, value)| Some((*field, value.negative_zero()?)));
    let zeros: Vec<(&Field, String)> = zeros.collect();
    let outputs = if zeros.is_empty() {
        outputs
    } else {
        let with_sign = |output: &Output| match &output.source {
            Source::Column(path) if path.through.is_empty() => {
                let zero = zeros.iter().find(|(field, _)| field.name == path.field.name);
                zero.map_or_else(
                    || output.clone(),
                    |(_, json)| Output { source: Source::Literal(json.clone()), ..output.clone() },
                )
            }
            _ => output.clone(),
        };
        outputs.iter().map(with_sign).collect()
    };
    let condition = Condition::All(Vec::new());
    let selection = Selection { model, outputs, condition, order: Vec::new(), window: Window::All };
    let found = read::find(connection, &Plans::default(), &selection, key, &[])?;
    found
        .map(|found| found.json)
        .ok_or_else(|| Error::Query("a record that was written does not exist".to_owned()))
}
