//! Adds and changes records.

use std::collections::BTreeSet;
use std::sync::Arc;

use presspass_auth::Randomness;
use presspass_domain::Timestamp;
use presspass_domain::model::{
    Actor, Added, ChangeMessage, Changed, Default, Field, Form, Input, Key, Kind, LogAction, Record,
    Reference, Step, Unique, Value, Version,
};

use super::children::Child;
use super::log;
use super::record;
use super::refusals::{More, conflicts};
use super::table::{Change, FieldLocation, Table};
use crate::catalogue::Limits;
use crate::connection::Connection;
use crate::error::Error;
use crate::resources::bind::{bind, random_uuid};
use crate::sql::{Bind, Sql};
use crate::url::Engine;

/// A form that is to be written.
pub(super) struct FormWrite {
    pub table: &'static Table,
    pub form: Form,
    pub actor: Actor,
    pub limits: Limits,
    pub has_log: bool,
    /// Records that belong to this one.
    pub children: Vec<Child>,
    /// What random defaults are made of.
    pub randomness: Arc<dyn Randomness>,
}

/// The value of a column that the form of a new record leaves out.
fn default(
    engine: Engine,
    field: &Field,
    now: Timestamp,
    randomness: &dyn Randomness,
) -> Result<Bind, Error> {
    match field.default {
        Default::Created | Default::Updated => return Ok(now.into()),
        Default::Random => return bind(engine, field, &Input::Uuid(random_uuid(randomness)?)),
        Default::None | Default::Value(_) => {}
    }
    Ok(match (field.default_value(), field.kind) {
        (Some(value), _) => bind(engine, field, &value)?,
        (None, Kind::Boolean) if !field.null => false.into(),
        (None, _) if field.null => Bind::Null,
        (None, Kind::Text(_) | Kind::Password) => "".into(),
        (None, _) => Bind::Null,
    })
}

/// Rows that no form writes cannot conflict with another form.
pub(super) fn no_conflict(error: Error) -> Error {
    match error {
        Error::Conflict => Error::Query("a row exists already that no form writes".to_owned()),
        other => other,
    }
}

impl FormWrite {
    fn relate_all(&self, connection: &mut Connection, id: Key, fields: &[&'static str]) -> Result<(), Error> {
        for (field, input) in self.form.inputs() {
            if let (Input::Keys(keys), true) = (input, fields.contains(&field.name)) {
                relate(connection, self.table.locate(field)?, id, keys)?;
            }
        }
        Ok(())
    }

    fn saved(&self, connection: &mut Connection, id: Key) -> Result<Record, Error> {
        record::find(connection, self.table, id)?
            .ok_or_else(|| Error::Query("a record that was written does not exist".to_owned()))
    }

    pub fn add(&self, connection: &mut Connection) -> Result<Added, Error> {
        if !log::may_act(connection, self.actor)? {
            return Ok(Added::ActorGone);
        }
        let refusals = self.refusals(connection, None, &[])?;
        if !refusals.is_empty() {
            return Ok(Added::Refused(refusals));
        }
        let refused = self.refused_children(connection, None)?;
        if !refused.is_empty() {
            return Ok(Added::RefusedChildren(refused));
        }
        let Some(record) = self.insert_with(connection, &[])? else {
            return Ok(Added::Refused(conflicts(&self.form)));
        };
        let children = self.write_children(connection, record.id)?;
        if self.has_log {
            let object = Reference { id: record.id, label: record.label.clone() };
            let steps = std::iter::once(Step::Added(None)).chain(children);
            let added = (LogAction::Addition, &ChangeMessage::Steps(steps.collect()));
            log::write(connection, self.table.model, &[object], added, self.actor).map_err(no_conflict)?;
        }
        Ok(Added::Saved(record))
    }

    /// Adds the record, with these values beside those of the form; `None` where a unique value is taken.
    pub fn insert_with(&self, connection: &mut Connection, more: More<'_>) -> Result<Option<Record>, Error> {
        let Some(id) = self.insert(connection, more)? else { return Ok(None) };
        let all: Vec<_> = self.form.inputs().iter().map(|(field, _)| field.name).collect();
        self.relate_all(connection, id, &all)?;
        self.saved(connection, id).map(Some)
    }

    /// Returns the key; `None` where a unique value is taken.
    fn insert(&self, connection: &mut Connection, more: More<'_>) -> Result<Option<Key>, Error> {
        let engine = connection.engine();
        let (mut columns, mut values, mut unique) = (Vec::new(), Vec::new(), Vec::new());
        for location in self.table.inserted() {
            let (field, Some(column)) = (location.field(), location.stored()) else { continue };
            let given = more.iter().find(|(known, _)| known.name == field.name).map(|(_, input)| input);
            let value = match given.or_else(|| self.form.get(field.name)) {
                Some(input) => bind(engine, field, input)?,
                None => default(engine, field, self.actor.at, &*self.randomness)?,
            };
            columns.push(Sql::default().name(column));
            values.push(Sql::default().bind(value));
            unique.extend((field.unique != Unique::No).then_some(column));
        }
        let insert = Sql::new("INSERT INTO ")
            .name(self.table.name)
            .push(" (")
            .join(", ", columns)
            .push(") VALUES (")
            .join(", ", values)
            .push(")");
        // Only a unique value may conflict: a key that does, by a sequence that lags behind, is an error. It cannot be told
        // from one of several unique values.
        let (insert, by_name) = match (unique.as_slice(), self.table.model.unique_together) {
            ([], []) => (insert, false),
            ([column], []) => (insert.push(" ON CONFLICT (").name(*column).push(") DO NOTHING"), false),
            _ => (insert, true),
        };
        let row = insert.push(" RETURNING id").first(connection);
        let row = if by_name { row? } else { row.map_err(no_conflict)? };
        row.map(|row| row.key(0)).transpose()
    }

    pub fn change(&self, connection: &mut Connection, id: Key, version: Version) -> Result<Changed, Error> {
        if !log::may_act(connection, self.actor)? {
            return Ok(Changed::ActorGone);
        }
        let Some(before) = record::find_for_change(connection, self.table, id)? else {
            return Ok(Changed::Gone);
        };
        if before.version != version {
            return Ok(Changed::Stale(before));
        }
        let refusals = self.refusals(connection, Some(id), &[])?;
        if !refusals.is_empty() {
            return Ok(Changed::Refused(refusals));
        }
        let changed = self.changed(&before);
        let change = Change { before: &before, form: &self.form, changed: &changed, actor: self.actor };
        if !changed.is_empty()
            && let Some(check) = self.table.special.check_change
            && let Some(refusal) = check(connection, &change)?
        {
            return Ok(Changed::Refused(vec![refusal]));
        }
        let refused = self.refused_children(connection, Some(id))?;
        if !refused.is_empty() {
            return Ok(Changed::RefusedChildren(refused));
        }
        let after = if changed.is_empty() {
            before.clone()
        } else {
            self.update_from(connection, &before, &changed)?
        };
        let children = self.write_children(connection, id)?;
        if changed.is_empty() && children.is_empty() {
            return Ok(Changed::Unchanged(before));
        }
        if self.has_log {
            let both = (&before, &after);
            log::write_change(connection, self.table.model, both, (&changed, children), self.actor)
                .map_err(no_conflict)?;
        }
        Ok(Changed::Saved(after))
    }

    /// The names of the fields whose values differ from those of the record.
    pub fn changed(&self, before: &Record) -> Vec<&'static str> {
        let inputs = self.form.inputs().iter();
        let differing = inputs.filter(|(field, input)| differs(before.get(field.name), input));
        differing.map(|(field, _)| field.name).collect()
    }

    /// Writes the fields that differ.
    pub fn update_from(
        &self,
        connection: &mut Connection,
        before: &Record,
        changed: &[&'static str],
    ) -> Result<Record, Error> {
        let change = Change { before, form: &self.form, changed, actor: self.actor };
        self.update(connection, before.id, changed)?;
        if let Some(after) = self.table.special.after_change {
            after(connection, &change)?;
        }
        self.relate_all(connection, before.id, changed)?;
        self.saved(connection, before.id)
    }

    /// Sets the columns that change, and the timestamps that every change moves.
    fn update(&self, connection: &mut Connection, id: Key, changed: &[&'static str]) -> Result<(), Error> {
        let mut columns = Vec::new();
        for (field, input) in self.form.inputs().iter().filter(|(field, _)| changed.contains(&field.name)) {
            if let Some(column) = self.table.locate(field)?.stored() {
                let value = bind(connection.engine(), field, input)?;
                columns.push(Sql::default().name(column).push(" = ").bind(value));
            }
        }
        columns.extend(
            self.table
                .fields()
                .iter()
                .filter(|location| location.field().default == Default::Updated)
                .filter_map(|location| location.stored())
                .map(|column| Sql::default().name(column).push(" = ").bind(self.actor.at)),
        );
        if columns.is_empty() {
            return Ok(());
        }
        Sql::new("UPDATE ")
            .name(self.table.name)
            .push(" SET ")
            .join(", ", columns)
            .push(" WHERE id = ")
            .key(id)
            .run(connection)
            .map(|_| ())
    }
}

/// Relates a record to exactly these of another model.
pub(crate) fn relate(
    connection: &mut Connection,
    location: FieldLocation,
    id: Key,
    keys: &BTreeSet<Key>,
) -> Result<(), Error> {
    let FieldLocation::Many { through, own, other, .. } = location else { return Ok(()) };
    let pairs = Sql::new("DELETE FROM ").name(through).push(" WHERE ").name(own).push(" = ").key(id);
    if keys.is_empty() {
        return pairs.run(connection).map(|_| ());
    }
    // Pairs that stay keep their primary keys, as in Django.
    pairs.push(" AND ").name(other).push(" NOT IN ").keys(keys.iter().copied()).run(connection)?;
    let columns = Sql::new(" (").name(own).push(", ").name(other).push(")");
    Sql::new("INSERT INTO ")
        .name(through)
        .append(columns.clone())
        .push(" VALUES ")
        .join(", ", keys.iter().map(|key| Sql::default().keys([id, *key])))
        .push(" ON CONFLICT")
        .append(columns)
        .push(" DO NOTHING")
        .run(connection)
        .map_err(no_conflict)?;
    Ok(())
}

/// Whether an input changes a field. A password always does: its hash cannot be compared.
fn differs(before: Option<&Value>, input: &Input) -> bool {
    match (before, input) {
        (Some(Value::Text(old)), Input::Text(new)) | (Some(Value::Decimal(old)), Input::Decimal(new)) => {
            old != new
        }
        (Some(Value::Boolean(old)), Input::Boolean(new)) => old != new,
        (Some(Value::Timestamp(old)), Input::Timestamp(new)) => old != new,
        (Some(Value::Integer(old)), Input::Integer(new))
        | (Some(Value::Duration(old)), Input::Duration(new)) => old != new,
        (Some(Value::Float(old)), Input::Float(new)) => old != new,
        (Some(Value::Date(old)), Input::Date(new)) => old != new,
        (Some(Value::Time(old)), Input::Time(new)) => old != new,
        (Some(Value::Uuid(old)), Input::Uuid(new)) => old != new,
        (Some(Value::Json(old)), Input::Json(new)) => old != new,
        (Some(Value::Null), Input::Null) => false,
        (Some(Value::One(old)), Input::Key(new)) => old.as_ref().map(|reference| reference.id) != *new,
        (Some(Value::Many(old)), Input::Keys(new)) => {
            old.iter().map(|reference| reference.id).collect::<BTreeSet<_>>() != *new
        }
        _ => true,
    }
}
