//! Adding and changing.

use std::collections::BTreeSet;

use presspass_domain::Timestamp;
use presspass_domain::admin::{
    Actor, Added, ChangeMessage, Changed, Field, FieldError, Form, Input, Kind, LogAction, Presence, Record,
    Reference, Refusal, USER, Value, Version,
};

use super::log;
use super::record::{self, Purpose};
use super::table::{Place, Table};
use crate::catalogue::Limits;
use crate::columns::{Instant, Key};
use crate::connection::{Connection, Raw};
use crate::error::Error;
use crate::sql::{Bind, Sql, numbers};

/// What an account needs to do everything in the admin.
const SUPERUSER: [&str; 3] = ["is_superuser", "is_staff", "is_active"];

const LAST_SUPERUSER: &str =
    "This is the only account that can administer everything. Make another one a superuser first.";

/// What every write of a form needs.
pub(super) struct Writing {
    pub table: &'static Table,
    pub form: Form,
    pub actor: Actor,
    pub limits: Limits,
    /// Whether the database has a log.
    pub logs: bool,
}

/// What a column is set to; `None` for relations of many, which have none.
fn bind(input: &Input) -> Option<Bind> {
    Some(match input {
        Input::Text(text) => Bind::Text(text.clone()),
        Input::Boolean(flag) => Bind::Flag(*flag),
        Input::Timestamp(None) | Input::Key(None) => Bind::Null,
        Input::Timestamp(Some(timestamp)) => Bind::Timestamp(Instant(*timestamp)),
        Input::Password(hash) => Bind::Text(hash.as_str().to_owned()),
        Input::Key(Some(key)) => Bind::Number(Key(*key)),
        Input::Keys(_) => return None,
    })
}

/// What a column holds that the form of a new record does not set.
fn default(table: &Table, field: &Field, now: Timestamp) -> Bind {
    match field.kind {
        Kind::Boolean => Bind::Flag(table.set.contains(&field.name)),
        Kind::Timestamp(Presence::Required) => Bind::Timestamp(Instant(now)),
        Kind::Timestamp(Presence::Optional) | Kind::One(_) => Bind::Null,
        _ => Bind::Text(String::new()),
    }
}

/// What is said where a unique value of this form is taken by the time it is written.
pub(super) fn taken(form: &Form) -> Vec<Refusal> {
    let unique = form
        .inputs()
        .iter()
        .filter_map(|(field, _)| Some(Refusal { field, why: FieldError::Taken(field.unique?) }));
    unique.collect()
}

/// Of rows that nobody can have written a conflict is no refusal.
fn no_conflict(error: Error) -> Error {
    match error {
        Error::Conflict => Error::Query("a row is there already that nobody can have written".to_owned()),
        other => other,
    }
}

impl Writing {
    /// What is wrong with the form, but for what its model told already.
    fn refusals(&self, connection: &mut Connection, id: Option<i64>) -> Result<Vec<Refusal>, Error> {
        let mut refusals = if id.is_none() { self.form.missing() } else { Vec::new() };
        for (field, input) in self.form.inputs() {
            let why = match input {
                Input::Text(text) => self.refused_text(connection, field, text, id)?,
                Input::Keys(keys) => self.unknown_key(connection, field, keys)?,
                Input::Key(Some(key)) => self.unknown_key(connection, field, &[*key].into())?,
                _ => None,
            };
            refusals.extend(why.map(|why| Refusal { field, why }));
        }
        Ok(refusals)
    }

    fn refused_text(
        &self,
        connection: &mut Connection,
        field: &Field,
        text: &str,
        id: Option<i64>,
    ) -> Result<Option<FieldError>, Error> {
        // Columns of an older original are narrower than today's.
        let length = text.chars().count();
        if let Some(limit) = self.limits.lengths.get(field.name).filter(|limit| length > **limit) {
            return Ok(Some(FieldError::TooLong { limit: *limit, length }));
        }
        let taken = match field.unique {
            Some(taken) => FieldError::Taken(taken),
            None if self.limits.unique.contains(field.name) => self.taken_there(field),
            None => return Ok(None),
        };
        let same = Sql::new(format!("SELECT id FROM \"{}\" WHERE \"{}\" = ", self.table.name, field.name));
        let other = same.text(text).first(connection)?.map(|row| row.integer(0)).transpose()?;
        Ok(other.filter(|other| Some(*other) != id).map(|_| taken))
    }

    /// What Django says of a field that its project has made unique, as this database shows.
    fn taken_there(&self, field: &Field) -> FieldError {
        let mut model = self.table.model.verbose_name.to_owned();
        if let Some(first) = model.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        FieldError::Invalid(format!("{model} with this {} already exists.", field.label))
    }

    fn unknown_key(
        &self,
        connection: &mut Connection,
        field: &'static Field,
        keys: &BTreeSet<i64>,
    ) -> Result<Option<FieldError>, Error> {
        let (Place::One { to, .. } | Place::Many { to, .. }) = self.table.place(field)? else {
            return Ok(None);
        };
        if keys.is_empty() {
            return Ok(None);
        }
        // They must not be deleted before they are referred to.
        let lock = if matches!(connection.raw, Raw::Postgresql(_)) { " FOR KEY SHARE" } else { "" };
        let list = numbers(keys.iter().copied());
        let rows =
            Sql::new(format!("SELECT id FROM \"{}\" WHERE id IN {list}{lock}", to.name)).load(connection)?;
        let known = rows.iter().map(|row| row.integer(0)).collect::<Result<BTreeSet<_>, _>>()?;
        Ok(keys.difference(&known).next().map(|key| FieldError::NoSuchChoice(*key)))
    }

    fn relate_all(&self, connection: &mut Connection, id: i64, fields: &[&'static str]) -> Result<(), Error> {
        for (field, input) in self.form.inputs() {
            if let (Input::Keys(keys), true) = (input, fields.contains(&field.name)) {
                relate(connection, self.table.place(field)?, id, keys)?;
            }
        }
        Ok(())
    }

    fn saved(&self, connection: &mut Connection, id: i64) -> Result<Record, Error> {
        record::find(connection, self.table, id, Purpose::Look)?
            .ok_or_else(|| Error::Query("what was written is not there".to_owned()))
    }

    /// Adds the record.
    pub fn add(&self, connection: &mut Connection) -> Result<Added, Error> {
        if !log::may_act(connection, self.actor)? {
            return Ok(Added::ActorGone);
        }
        let refusals = self.refusals(connection, None)?;
        if !refusals.is_empty() {
            return Ok(Added::Refused(refusals));
        }
        let Some(id) = self.insert(connection)? else { return Ok(Added::Refused(taken(&self.form))) };
        let all: Vec<_> = self.form.inputs().iter().map(|(field, _)| field.name).collect();
        self.relate_all(connection, id, &all)?;
        let record = self.saved(connection, id)?;
        if self.logs {
            let object = Reference { id, label: record.label.clone() };
            let added = (LogAction::Addition, &ChangeMessage::added());
            log::write(connection, self.table.model, &[object], added, self.actor).map_err(no_conflict)?;
        }
        Ok(Added::Saved(record))
    }

    /// Gives the key; `None` where a unique value is taken.
    fn insert(&self, connection: &mut Connection) -> Result<Option<i64>, Error> {
        let (mut columns, mut values, mut unique) = (Vec::new(), Vec::new(), None);
        for field in self.table.model.fields {
            let column = self.table.place(field)?.stored().filter(|column| *column != "id");
            let Some(column) = column else { continue };
            let given = self.form.get(field.name).and_then(bind);
            columns.push(format!("\"{column}\""));
            values.push(
                Sql::default().bind(given.unwrap_or_else(|| default(self.table, field, self.actor.at))),
            );
            unique = unique.or(field.unique.map(|_| field.name));
        }
        let head = format!("INSERT INTO \"{}\" ({}) VALUES (", self.table.name, columns.join(", "));
        let insert = Sql::new(head).join(", ", values).push(")");
        // Only a unique value may be taken: a key that is, by a sequence that lags behind, is a fault to be told.
        let insert = match unique {
            Some(column) => insert.push(format!(" ON CONFLICT (\"{column}\") DO NOTHING")),
            None => insert,
        };
        let row = insert.push(" RETURNING id").first(connection).map_err(no_conflict)?;
        row.map(|row| row.integer(0)).transpose()
    }

    /// Changes the record.
    pub fn change(&self, connection: &mut Connection, id: i64, version: Version) -> Result<Changed, Error> {
        if !log::may_act(connection, self.actor)? {
            return Ok(Changed::ActorGone);
        }
        let Some(before) = record::find(connection, self.table, id, Purpose::Change)? else {
            return Ok(Changed::Gone);
        };
        if before.version != version {
            return Ok(Changed::Stale(before));
        }
        let refusals = self.refusals(connection, Some(id))?;
        if !refusals.is_empty() {
            return Ok(Changed::Refused(refusals));
        }
        let changed: Vec<_> = self
            .form
            .inputs()
            .iter()
            .filter(|(field, input)| differs(before.get(field.name), input))
            .map(|(field, _)| field.name)
            .collect();
        if changed.is_empty() {
            return Ok(Changed::Unchanged(before));
        }
        if let Some(field) = self.last_superuser(connection, &before, &changed)? {
            let why = FieldError::Invalid(LAST_SUPERUSER.to_owned());
            return Ok(Changed::Refused(vec![Refusal { field, why }]));
        }
        self.update(connection, id, &changed)?;
        if self.table.model.is(&USER) && changed.contains(&"password") {
            crate::revocations::revoke_all(connection, id, self.actor.at.get())?;
        }
        self.relate_all(connection, id, &changed)?;
        let after = self.saved(connection, id)?;
        if self.logs {
            let both = (&before, &after);
            log::write_change(connection, self.table.model, both, &changed, self.actor)
                .map_err(no_conflict)?;
        }
        Ok(Changed::Saved(after))
    }

    /// The field that a change would clear of the last account that may do everything in the admin.
    ///
    /// Two accounts that step down at once lock each other's row on `PostgreSQL`, so that one of them fails.
    fn last_superuser(
        &self,
        connection: &mut Connection,
        before: &Record,
        changed: &[&'static str],
    ) -> Result<Option<&'static Field>, Error> {
        let is = |name: &str| before.get(name) == Some(&Value::Boolean(true));
        if !self.table.model.is(&USER) || !SUPERUSER.iter().all(|name| is(name)) {
            return Ok(None);
        }
        let cleared = self.form.inputs().iter().map(|(field, _)| *field);
        let Some(field) =
            cleared.into_iter().find(|it| changed.contains(&it.name) && SUPERUSER.contains(&it.name))
        else {
            return Ok(None);
        };
        let lock = if matches!(connection.raw, Raw::Postgresql(_)) { " FOR SHARE" } else { "" };
        let other =
            Sql::new("SELECT id FROM auth_user WHERE is_superuser AND is_staff AND is_active AND id <> ")
                .number(before.id)
                .push(" LIMIT 1")
                .push(lock)
                .first(connection)?;
        Ok(other.is_none().then_some(field))
    }

    /// Sets the columns that change, and the timestamps that every change moves.
    fn update(&self, connection: &mut Connection, id: i64, changed: &[&'static str]) -> Result<(), Error> {
        let mut columns = Vec::new();
        for (field, input) in self.form.inputs().iter().filter(|(field, _)| changed.contains(&field.name)) {
            if let (Some(column), Some(value)) = (self.table.place(field)?.stored(), bind(input)) {
                columns.push(Sql::new(format!("\"{column}\" = ")).bind(value));
            }
        }
        columns.extend(
            self.table
                .touched
                .iter()
                .map(|name| Sql::new(format!("\"{name}\" = ")).bind(Bind::Timestamp(Instant(self.actor.at)))),
        );
        if columns.is_empty() {
            return Ok(());
        }
        Sql::new(format!("UPDATE \"{}\" SET ", self.table.name))
            .join(", ", columns)
            .push(format!(" WHERE id = {id}"))
            .run(connection)
            .map(|_| ())
    }
}

/// Relates a record to these of another model, and to no others.
fn relate(connection: &mut Connection, place: Place, id: i64, keys: &BTreeSet<i64>) -> Result<(), Error> {
    let Place::Many { through, own, other, .. } = place else { return Ok(()) };
    let pairs = format!("DELETE FROM \"{through}\" WHERE \"{own}\" = {id}");
    // Pairs that stay keep their keys, as in the original.
    let kept = if keys.is_empty() {
        String::new()
    } else {
        format!(" AND \"{other}\" NOT IN {}", numbers(keys.iter().copied()))
    };
    Sql::new(pairs + &kept).run(connection)?;
    if keys.is_empty() {
        return Ok(());
    }
    let rows = keys.iter().map(|key| Sql::new(format!("({id}, {key})")));
    Sql::new(format!("INSERT INTO \"{through}\" (\"{own}\", \"{other}\") VALUES "))
        .join(", ", rows)
        .push(format!(" ON CONFLICT (\"{own}\", \"{other}\") DO NOTHING"))
        .run(connection)
        .map_err(no_conflict)?;
    Ok(())
}

/// Whether a field would become another by an input. A password always does: nobody can tell.
fn differs(before: Option<&Value>, input: &Input) -> bool {
    match (before, input) {
        (Some(Value::Text(old)), Input::Text(new)) => old != new,
        (Some(Value::Boolean(old)), Input::Boolean(new)) => old != new,
        (Some(Value::Timestamp(old)), Input::Timestamp(new)) => old != new,
        (Some(Value::One(old)), Input::Key(new)) => old.as_ref().map(|reference| reference.id) != *new,
        (Some(Value::Many(old)), Input::Keys(new)) => {
            old.iter().map(|reference| reference.id).collect::<BTreeSet<_>>() != *new
        }
        _ => true,
    }
}
