//! Records that belong to another and are written with it: the rows of inlines.

use presspass_domain::model::{
    Actor, ChildAction, ChildWrite, Field, FieldError, Form, Inline, Input, Key, Model, Record, Refusal,
    Step, Value, Version,
};

use super::record;
use super::table::Table;
use super::writes::{FormWrite, no_conflict};
use super::{Models, deletions};
use crate::connection::Connection;
use crate::error::Error;

/// A write of a record that belongs to another.
pub(super) struct Child {
    key: &'static Field,
    table: &'static Table,
    action: Action,
    /// All that are described.
    models: Vec<&'static Model>,
}

enum Action {
    Add(FormWrite),
    Change(Key, Version, FormWrite),
    Delete(Key, Version),
}

impl Child {
    pub fn new(
        models: &Models,
        connection: &mut Connection,
        write: ChildWrite,
        actor: Actor,
    ) -> Result<Self, Error> {
        let ChildWrite { key, model, action } = write;
        let table = models.table(model)?;
        let mut form_write = |form: Form| {
            let limits = models.limits(connection, model)?;
            Ok::<_, Error>(FormWrite {
                table,
                form,
                actor,
                limits,
                has_log: false,
                children: Vec::new(),
                randomness: models.randomness.clone(),
            })
        };
        let action = match action {
            ChildAction::Add(form) => Action::Add(form_write(form)?),
            ChildAction::Change(id, version, form) => Action::Change(id, version, form_write(form)?),
            ChildAction::Delete(id, version) => Action::Delete(id, version),
        };
        Ok(Self { key, table, action, models: models.models() })
    }

    fn whole(&self, why: FieldError) -> Refusal {
        Refusal { field: &self.table.model.key, why }
    }

    const fn form(&self) -> Option<&FormWrite> {
        match &self.action {
            Action::Add(write) | Action::Change(_, _, write) => Some(write),
            Action::Delete(..) => None,
        }
    }

    /// What is wrong with it, for the record of this key; without one, for a new record.
    fn refusals(&self, connection: &mut Connection, parent: Option<Key>) -> Result<Vec<Refusal>, Error> {
        let (id, version) = match &self.action {
            Action::Add(write) => {
                let key = [(self.key, Input::Key(parent))];
                return write.refusals(connection, None, &key);
            }
            Action::Change(id, version, _) | Action::Delete(id, version) => (*id, *version),
        };
        let now = record::find_for_change(connection, self.table, id)?;
        match now.filter(|record| belongs_to(record, self.key, parent)) {
            None => Ok(vec![self.whole(FieldError::Gone)]),
            Some(record) if record.version != version => Ok(vec![self.whole(FieldError::Stale)]),
            Some(_) => {
                if let Action::Change(_, _, write) = &self.action {
                    return write.refusals(connection, Some(id), &[]);
                }
                let protected = deletions::protected(connection, &self.models, self.table, id)?;
                let refusal = protected.map(|names| self.whole(FieldError::Invalid(names)));
                Ok(refusal.into_iter().collect())
            }
        }
    }

    /// The fields of both that have the same value and must not.
    fn same(&self, other: &Self) -> Vec<Refusal> {
        let (Some(own), Some(others)) = (self.form(), other.form()) else { return Vec::new() };
        if !self.table.model.is(other.table.model) {
            return Vec::new();
        }
        let taken = |(field, input): &(&'static Field, Input)| {
            let why = FieldError::Taken(field.taken(self.table.model)?);
            (!input.is_null() && others.form.get(field.name) == Some(input)).then_some(Refusal { field, why })
        };
        own.form.inputs().iter().filter_map(taken).collect()
    }
}

fn belongs_to(record: &Record, key: &Field, parent: Option<Key>) -> bool {
    matches!(record.get(key.name), Some(Value::One(Some(of))) if Some(of.id) == parent)
}

/// The steps of one inline, in Django's order.
#[derive(Default)]
struct Steps {
    added: Vec<Step>,
    changed: Vec<Step>,
    deleted: Vec<Step>,
}

impl FormWrite {
    /// What is wrong with the records that are written along, by their position.
    pub fn refused_children(
        &self,
        connection: &mut Connection,
        id: Option<Key>,
    ) -> Result<Vec<(usize, Vec<Refusal>)>, Error> {
        let mut refused = Vec::new();
        for (at, child) in self.children.iter().enumerate() {
            let mut refusals = child.refusals(connection, id)?;
            for other in &self.children[..at] {
                refusals.extend(child.same(other));
            }
            if !refusals.is_empty() {
                refused.push((at, refusals));
            }
        }
        Ok(refused)
    }

    /// Writes the records that belong to this one, and returns what the log says of them.
    pub fn write_children(&self, connection: &mut Connection, id: Key) -> Result<Vec<Step>, Error> {
        let mut all: Vec<(&Table, &Field, Steps)> = Vec::new();
        for child in &self.children {
            let is_known = all.last().is_some_and(|(table, key, _)| {
                table.model.is(child.table.model) && key.name == child.key.name
            });
            if !is_known {
                all.push((child.table, child.key, Steps::default()));
            }
            let Some((_, _, steps)) = all.last_mut() else { continue };
            child.write(connection, id, steps)?;
        }
        let steps = all.into_iter().flat_map(|(_, _, steps)| [steps.added, steps.changed, steps.deleted]);
        Ok(steps.flatten().collect())
    }
}

impl Child {
    fn write(&self, connection: &mut Connection, parent: Key, steps: &mut Steps) -> Result<(), Error> {
        let inline =
            |object: String| Some(Inline { name: self.table.model.verbose_name().to_owned(), object });
        match &self.action {
            Action::Add(write) => {
                let more = [(self.key, Input::Key(Some(parent)))];
                let record = write.insert_with(connection, &more)?.ok_or(Error::Conflict)?;
                steps.added.push(Step::Added(inline(record.label)));
            }
            Action::Change(id, _, write) => {
                let before = record::find(connection, self.table, *id)?.ok_or(Error::Conflict)?;
                let changed = write.changed(&before);
                if changed.is_empty() {
                    return Ok(());
                }
                let after = write.update_from(connection, &before, &changed)?;
                let fields = changed.iter().map(|name| (*name).to_owned()).collect();
                steps.changed.push(Step::Changed(fields, inline(after.label)));
            }
            Action::Delete(id, _) => {
                let before = record::find(connection, self.table, *id)?.ok_or(Error::Conflict)?;
                deletions::remove(connection, &self.models, self.table, *id).map_err(no_conflict)?;
                steps.deleted.extend(inline(before.label).map(Step::Deleted));
            }
        }
        Ok(())
    }
}
