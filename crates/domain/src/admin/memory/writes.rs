//! Records, as they are written.

use super::records::{model_of, version};
use super::{Cell, MODELS, State, defaults};
use crate::admin::{
    Actor, Added, CONTENT_TYPE, ChangeMessage, Changed, Deleted, Deletion, Dependents, Difference, Field,
    FieldError, Form, Input, Kind, LOG_ENTRY, ListQuery, LogAction, Model, Protection, REPR_LENGTH,
    Reference, Refusal, Relation, USER, Value, Version,
};
use crate::page::Window;
use crate::timestamp::Timestamp;

impl State {
    pub(super) fn refusals(&self, id: Option<i64>, form: &Form) -> Vec<Refusal> {
        let mut refusals = if id.is_none() { form.missing() } else { Vec::new() };
        for (field, input) in form.inputs() {
            let why = match (input, field.kind, field.unique) {
                (Input::Keys(keys), Kind::Many(relation), _) => {
                    let known = model_of(relation).map(|of| self.ids(of)).unwrap_or_default();
                    keys.iter().find(|key| !known.contains(key)).map(|key| FieldError::NoSuchChoice(*key))
                }
                (Input::Key(Some(key)), Kind::One(relation), _) => {
                    let known = model_of(relation).map(|of| self.ids(of)).unwrap_or_default();
                    (!known.contains(key)).then_some(FieldError::NoSuchChoice(*key))
                }
                (Input::Text(text), _, Some(taken)) => {
                    let ids = self.ids(form.model());
                    let same = |other: &i64| {
                        self.cell(form.model(), *other, field.name) == Some(&Cell::Text(text.clone()))
                    };
                    ids.iter()
                        .filter(|other| Some(**other) != id)
                        .any(same)
                        .then_some(FieldError::Taken(taken))
                }
                _ => None,
            };
            refusals.extend(why.map(|why| Refusal { field, why }));
        }
        refusals
    }

    pub(super) fn fill(&mut self, model: &'static Model, id: i64, form: &Form, now: Timestamp) {
        let Some(cells) = self.records.get_mut(&(model.name, id)) else { return };
        for (field, input) in form.inputs() {
            let cell = match input.clone() {
                Input::Text(text) => Cell::Text(text),
                Input::Boolean(flag) => Cell::Boolean(flag),
                Input::Timestamp(timestamp) => Cell::Timestamp(timestamp),
                Input::Key(key) => Cell::One(key),
                Input::Keys(keys) => Cell::Many(keys),
                Input::Password(hash) => Cell::Text(hash.as_str().to_owned()),
            };
            cells.insert(field.name, cell);
        }
        if cells.contains_key("updated_at") {
            cells.insert("updated_at", Cell::Timestamp(Some(now)));
        }
    }

    pub(super) fn may_act(&self, actor: Actor) -> bool {
        let is = |name| self.cell(&USER, actor.account_id, name) == Some(&Cell::Boolean(true));
        is("is_active") && is("is_staff")
    }

    pub(super) fn content_type(&self, model: &'static Model) -> Option<i64> {
        let text = |id, name| match self.cell(&CONTENT_TYPE, id, name) {
            Some(Cell::Text(text)) => text.as_str(),
            _ => "",
        };
        let is = |id: &i64| text(*id, "app_label") == model.app_label && text(*id, "model") == model.name;
        self.ids(&CONTENT_TYPE).into_iter().find(is)
    }

    pub(super) fn log(
        &mut self,
        model: &'static Model,
        object: &Reference,
        action: LogAction,
        message: &ChangeMessage,
        actor: Actor,
    ) -> i64 {
        let cells = [
            ("action_time", Cell::Timestamp(Some(actor.at))),
            ("user", Cell::One(Some(actor.account_id))),
            ("content_type", Cell::One(self.content_type(model))),
            ("object_id", Cell::Text(object.id.to_string())),
            ("object_repr", Cell::Text(object.label.chars().take(REPR_LENGTH).collect())),
            ("action_flag", Cell::Integer(action.flag())),
            ("change_message", Cell::Text(message.to_column())),
        ];
        self.insert(&LOG_ENTRY, cells.into())
    }

    pub(super) fn add(&mut self, model: &'static Model, form: &Form, actor: Actor) -> Option<Added> {
        if !self.may_act(actor) {
            return Some(Added::ActorGone);
        }
        let refusals = self.refusals(None, form);
        if !refusals.is_empty() {
            return Some(Added::Refused(refusals));
        }
        let id = self.insert(model, defaults(model, actor.at));
        self.fill(model, id, form, actor.at);
        let record = self.record(model, id)?;
        let object = Reference { id, label: record.label.clone() };
        self.log(model, &object, LogAction::Addition, &ChangeMessage::added(), actor);
        Some(Added::Saved(record))
    }

    pub(super) fn change(
        &mut self,
        model: &'static Model,
        (id, version): (i64, Version),
        form: &Form,
        actor: Actor,
    ) -> Option<Changed> {
        if !self.may_act(actor) {
            return Some(Changed::ActorGone);
        }
        let Some(before) = self.record(model, id) else { return Some(Changed::Gone) };
        if before.version != version {
            return Some(Changed::Stale(before));
        }
        let refusals = self.refusals(Some(id), form);
        if !refusals.is_empty() {
            return Some(Changed::Refused(refusals));
        }
        let kept = self.records.get(&(model.name, id)).cloned();
        self.fill(model, id, form, actor.at);
        let after = self.record(model, id)?;
        let mut fields = Vec::new();
        let mut differences = Vec::new();
        for (field, _) in form.inputs() {
            match (before.get(field.name), after.get(field.name)) {
                (Some(old), Some(new)) if old == new => {}
                (Some(old), Some(new)) => {
                    fields.push(field.name);
                    let field = field.name.to_owned();
                    differences.push(Difference { field, old: cut(old), new: cut(new) });
                }
                _ => fields.push(field.name),
            }
        }
        if fields.is_empty() {
            self.records.insert((model.name, id), kept?);
            return Some(Changed::Unchanged(before));
        }
        let object = Reference { id, label: after.label.clone() };
        let entry = self.log(model, &object, LogAction::Change, &ChangeMessage::changed(fields), actor);
        self.differences.insert(entry, differences);
        Some(Changed::Saved(after))
    }

    /// Fields of other models, or of this one, that relate its records to others.
    pub(super) fn relations(
        model: &'static Model,
    ) -> impl Iterator<Item = (&'static Model, &'static Field, Relation)> {
        let of = |owner: &'static Model| {
            owner.fields.iter().filter_map(move |field| match field.kind {
                Kind::Many(relation) => Some((owner, field, relation)),
                _ => None,
            })
        };
        MODELS.into_iter().flat_map(of).filter(move |(owner, _, relation)| {
            owner.is(model) || model_of(*relation).is_some_and(|other| other.is(model))
        })
    }

    pub(super) fn entries_of(&self, ids: &[i64]) -> Vec<i64> {
        let entries = self.ids(&LOG_ENTRY);
        let by = |id: i64| match self.cell(&LOG_ENTRY, id, "user") {
            Some(Cell::One(Some(user))) => ids.contains(user),
            _ => false,
        };
        entries.into_iter().filter(|entry| by(*entry)).collect()
    }

    pub(super) fn deletion(&self, model: &'static Model, ids: &[i64]) -> Deletion {
        let all = self.ordered(model, &ListQuery::new(model, Window::All));
        let ids: Vec<i64> = all.into_iter().filter(|id| ids.contains(id)).collect();
        let records =
            ids.iter().map(|id| Reference { id: *id, label: self.label(model, *id) }).collect::<Vec<_>>();
        let mut dependents = Vec::new();
        for (owner, field, relation) in Self::relations(model) {
            let count = self.ids(owner).into_iter().map(|id| match self.cell(owner, id, field.name) {
                Some(Cell::Many(keys)) if owner.is(model) => keys.len() * usize::from(ids.contains(&id)),
                Some(Cell::Many(keys)) => keys.iter().filter(|key| ids.contains(key)).count(),
                _ => 0,
            });
            dependents.push(Dependents {
                kind: format!("{}-{} relationships", owner.name, relation.model),
                count: i64::try_from(count.sum::<usize>()).unwrap_or(i64::MAX),
                names: Vec::new(),
            });
        }
        if model.is(&USER) {
            let entries = self.entries_of(&ids);
            let names = entries.iter().take(Dependents::NAMES).map(|id| self.label(&LOG_ENTRY, *id));
            dependents.push(Dependents {
                kind: LOG_ENTRY.verbose_name_plural.to_owned(),
                count: i64::try_from(entries.len()).unwrap_or(i64::MAX),
                names: names.collect(),
            });
        }
        dependents.retain(|dependents| dependents.count > 0);
        let protecting =
            self.protected.iter().filter(|((name, id), _)| *name == model.name && ids.contains(id));
        let protected =
            protecting.map(|(_, table)| Protection { table: table.clone(), count: 1 }).collect::<Vec<_>>();
        let versions: Vec<_> = ids.iter().filter_map(|id| self.record(model, *id)).collect();
        let version = version(&format!("{versions:?} {dependents:?} {protected:?}"));
        Deletion { records, dependents, protected, version }
    }

    pub(super) fn delete(
        &mut self,
        model: &'static Model,
        ids: &[i64],
        version: Version,
        actor: Actor,
    ) -> Deleted {
        if !self.may_act(actor) {
            return Deleted::ActorGone;
        }
        let deletion = self.deletion(model, ids);
        if deletion.records.is_empty() {
            return Deleted::Gone;
        }
        if deletion.version != version {
            return Deleted::Stale(deletion);
        }
        if !deletion.protected.is_empty() {
            return Deleted::Protected(deletion.protected);
        }
        let ids: Vec<i64> = deletion.records.iter().map(|record| record.id).collect();
        for record in &deletion.records {
            self.log(model, record, LogAction::Deletion, &ChangeMessage::deleted(), actor);
            self.records.remove(&(model.name, record.id));
        }
        if model.is(&USER) {
            for entry in self.entries_of(&ids) {
                self.records.remove(&(LOG_ENTRY.name, entry));
            }
        }
        let relations: Vec<_> = Self::relations(model).collect();
        for ((name, _), cells) in &mut self.records {
            for (owner, field, _) in &relations {
                if let (true, Some(Cell::Many(keys))) = (owner.name == *name, cells.get_mut(field.name)) {
                    keys.retain(|key| owner.is(model) || !ids.contains(key));
                }
            }
        }
        Deleted::Deleted(u64::try_from(ids.len()).unwrap_or(u64::MAX))
    }
}

/// A value as a difference keeps it.
fn cut(value: &Value) -> Value {
    match value {
        Value::Text(text) => match text.char_indices().nth(Difference::MAX_LENGTH) {
            Some((end, _)) => Value::Text(format!("{}…", &text[..end])),
            None => value.clone(),
        },
        _ => value.clone(),
    }
}
