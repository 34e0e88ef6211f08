//! A store of an admin site in memory, for tests of the site. It does what the acceptance suite asks, and is no more
//! than that.

use std::cmp::Ordering;
use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, BTreeSet};
use std::future::ready;
use std::hash::{Hash as _, Hasher as _};
use std::sync::{Arc, Mutex, PoisonError};

use super::{
    Actor, Added, AdminLog, CONTENT_TYPE, ChangeMessage, Changed, ChoiceQuery, ContentType, Deleted,
    Deletion, Dependents, Difference, Field, FieldError, Filter, Form, GROUP, Input, Kind, LOG_ENTRY,
    ListQuery, LogAction, LogEntry, Model, ModelReader, ModelWriter, PERMISSION, POST, Protection,
    REPR_LENGTH, Record, Reference, Refusal, Relation, Row, USER, Value, Version,
};
use crate::moment::Moment;
use crate::page::{Direction, Slice, Window};
use crate::store::{BoxFuture, StoreError};

const MODELS: [&Model; 6] = [&POST, &USER, &GROUP, &PERMISSION, &CONTENT_TYPE, &LOG_ENTRY];

/// What a field of a stored record holds; relations by key.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Cell {
    Text(String),
    Integer(i64),
    Boolean(bool),
    Moment(Option<Moment>),
    One(Option<i64>),
    Many(BTreeSet<i64>),
}

type Cells = BTreeMap<&'static str, Cell>;

/// All models in memory. Clones share them. It begins with the content types and permissions of a new database and with
/// one account: `admin`, a superuser, of key 1.
#[derive(Debug, Clone)]
pub struct MemoryModels(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    records: BTreeMap<(&'static str, i64), Cells>,
    differences: BTreeMap<i64, Vec<Difference>>,
    protected: Vec<((&'static str, i64), String)>,
}

/// One of the models.
#[derive(Debug, Clone)]
pub struct MemoryModel {
    models: MemoryModels,
    model: &'static Model,
}

impl Default for MemoryModels {
    fn default() -> Self {
        let mut state = State::default();
        let types = [
            ("admin", "logentry", "log entry"),
            ("auth", "permission", "permission"),
            ("auth", "group", "group"),
            ("auth", "user", "user"),
            ("contenttypes", "contenttype", "content type"),
            ("sessions", "session", "session"),
            ("posts", "post", "post"),
        ];
        let text = |text: &str| Cell::Text(text.to_owned());
        for (app_label, model, label) in types {
            let cells = [("app_label", text(app_label)), ("model", text(model))];
            let id = state.insert(&CONTENT_TYPE, cells.into());
            for verb in ["add", "change", "delete", "view"] {
                let cells = [
                    ("name", Cell::Text(format!("Can {verb} {label}"))),
                    ("content_type", Cell::One(Some(id))),
                    ("codename", Cell::Text(format!("{verb}_{model}"))),
                ];
                state.insert(&PERMISSION, cells.into());
            }
        }
        let mut admin = defaults(&USER, Moment::EPOCH);
        admin.insert("username", text("admin"));
        admin.insert("is_staff", Cell::Boolean(true));
        admin.insert("is_superuser", Cell::Boolean(true));
        state.insert(&USER, admin);
        Self(Arc::new(Mutex::new(state)))
    }
}

impl MemoryModels {
    /// One of them.
    #[must_use]
    pub fn model(&self, model: &'static Model) -> MemoryModel {
        MemoryModel { models: self.clone(), model }
    }

    /// Has a row of this table refer to a record, so that it cannot be deleted.
    pub fn protect(&self, model: &'static Model, id: i64, table: &str) {
        self.with(|state| state.protected.push(((model.name, id), table.to_owned())));
    }

    fn with<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What fields hold that a form does not set.
fn defaults(model: &'static Model, now: Moment) -> Cells {
    let cell = |field: &Field| match field.kind {
        Kind::Text(_) | Kind::Password => Cell::Text(String::new()),
        Kind::Integer => Cell::Integer(0),
        Kind::Boolean => Cell::Boolean(field.name == "is_active"),
        Kind::Moment(super::Presence::Required) => Cell::Moment(Some(now)),
        Kind::Moment(super::Presence::Optional) => Cell::Moment(None),
        Kind::One(_) => Cell::One(None),
        Kind::Many(_) => Cell::Many(BTreeSet::new()),
    };
    model.fields.iter().filter(|field| field.name != "id").map(|field| (field.name, cell(field))).collect()
}

fn model_of(relation: Relation) -> Option<&'static Model> {
    MODELS.into_iter().find(|model| (model.app_label, model.name) == (relation.app_label, relation.model))
}

impl State {
    fn insert(&mut self, model: &'static Model, cells: Cells) -> i64 {
        let last = self.records.range((model.name, 0)..=(model.name, i64::MAX)).next_back();
        let id = last.map_or(1, |((_, id), _)| id + 1);
        self.records.insert((model.name, id), cells);
        id
    }

    fn ids(&self, model: &'static Model) -> Vec<i64> {
        self.records.range((model.name, i64::MIN)..=(model.name, i64::MAX)).map(|((_, id), _)| *id).collect()
    }

    fn cell(&self, model: &'static Model, id: i64, name: &str) -> Option<&Cell> {
        self.records.get(&(model.name, id))?.get(name)
    }

    fn reference(&self, relation: Relation, id: i64) -> Reference {
        let label = model_of(relation).map(|model| self.label(model, id)).unwrap_or_default();
        Reference { id, label }
    }

    fn label(&self, model: &'static Model, id: i64) -> String {
        let values: Vec<_> = model
            .label
            .fields
            .iter()
            .filter_map(|name| Some((model.field(name)?, self.value(model, id, name)?)))
            .collect();
        model.label_of(&values)
    }

    /// `None` for a password.
    fn value(&self, model: &'static Model, id: i64, name: &str) -> Option<Value> {
        let kind = model.field(name)?.kind;
        if name == "id" {
            return Some(Value::Integer(id));
        }
        Some(match (self.cell(model, id, name)?.clone(), kind) {
            (_, Kind::Password) => return None,
            (Cell::Text(text), _) => Value::Text(text),
            (Cell::Integer(number), _) => Value::Integer(number),
            (Cell::Boolean(flag), _) => Value::Boolean(flag),
            (Cell::Moment(moment), _) => Value::Moment(moment),
            (Cell::One(key), Kind::One(relation)) => Value::One(key.map(|key| self.reference(relation, key))),
            (Cell::Many(keys), Kind::Many(relation)) => {
                let of = model_of(relation)?;
                let ordered = self.ordered(of, &ListQuery::new(of, Window::All));
                let related = ordered.into_iter().filter(|id| keys.contains(id));
                Value::Many(related.map(|id| self.reference(relation, id)).collect())
            }
            _ => return None,
        })
    }

    fn record(&self, model: &'static Model, id: i64) -> Option<Record> {
        self.records.get(&(model.name, id))?;
        let values: Vec<_> = model
            .fields
            .iter()
            .filter_map(|field| Some((field, self.value(model, id, field.name)?)))
            .collect();
        let version = version(&format!("{id} {values:?}"));
        Some(Record { id, label: self.label(model, id), values, version })
    }

    fn matches(&self, query: &ListQuery, id: i64) -> bool {
        let model = query.model();
        let holds = |filter: &Filter| match filter {
            Filter::Flag(field, flag) => self.cell(model, id, field.name) == Some(&Cell::Boolean(*flag)),
            Filter::Within(field, range) => match self.cell(model, id, field.name) {
                Some(Cell::Moment(Some(at))) => {
                    range.from.is_none_or(|from| *at >= from)
                        && range.before.is_none_or(|before| *at < before)
                }
                _ => false,
            },
            Filter::Present(field, there) => {
                matches!(self.cell(model, id, field.name), Some(Cell::Moment(Some(_)))) == *there
            }
            Filter::Related(field, to) => match (self.cell(model, id, field.name), to) {
                (Some(Cell::One(key)), to) => key == to,
                (Some(Cell::Many(keys)), Some(to)) => keys.contains(to),
                (Some(Cell::Many(keys)), None) => keys.is_empty(),
                _ => false,
            },
            Filter::Number(field, number) => {
                self.value(model, id, field.name) == Some(Value::Integer(*number))
            }
            Filter::Text(field, text) => self.cell(model, id, field.name) == Some(&Cell::Text(text.clone())),
        };
        let contains = |fields: &[&'static Field], word: &String| {
            let word = word.to_lowercase();
            fields.iter().any(|field| match self.cell(model, id, field.name) {
                Some(Cell::Text(text)) => text.to_lowercase().contains(&word),
                _ => false,
            })
        };
        query.filters().iter().all(holds)
            && query.sought().is_none_or(|(fields, words)| words.iter().all(|word| contains(fields, word)))
    }

    fn ordered(&self, model: &'static Model, query: &ListQuery) -> Vec<i64> {
        let order = query.order();
        let compare = |one: &i64, other: &i64| {
            let by = |(field, direction): &(&'static Field, Direction)| {
                let value = |id: i64| sort_key(self.value(model, id, field.name));
                let ordering = value(*one).cmp(&value(*other));
                if *direction == Direction::Descending { ordering.reverse() } else { ordering }
            };
            order.iter().map(by).find(|ordering| ordering.is_ne()).unwrap_or(Ordering::Equal)
        };
        let mut ids: Vec<i64> = self.ids(model).into_iter().filter(|id| self.matches(query, *id)).collect();
        ids.sort_by(compare);
        ids
    }

    fn refusals(&self, id: Option<i64>, form: &Form) -> Vec<Refusal> {
        let mut refusals = if id.is_none() { form.missing() } else { Vec::new() };
        for (field, input) in form.inputs() {
            let why = match (input, field.kind, field.unique) {
                (Input::Keys(keys), Kind::Many(relation), _) => {
                    let known = model_of(relation).map(|of| self.ids(of)).unwrap_or_default();
                    keys.iter().find(|key| !known.contains(key)).map(|key| FieldError::NoSuchChoice(*key))
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

    fn fill(&mut self, model: &'static Model, id: i64, form: &Form, now: Moment) {
        let Some(cells) = self.records.get_mut(&(model.name, id)) else { return };
        for (field, input) in form.inputs() {
            let cell = match input.clone() {
                Input::Text(text) => Cell::Text(text),
                Input::Boolean(flag) => Cell::Boolean(flag),
                Input::Moment(moment) => Cell::Moment(moment),
                Input::Keys(keys) => Cell::Many(keys),
                Input::Password(hash) => Cell::Text(hash.as_str().to_owned()),
            };
            cells.insert(field.name, cell);
        }
        if cells.contains_key("updated_at") {
            cells.insert("updated_at", Cell::Moment(Some(now)));
        }
    }

    fn may_act(&self, actor: Actor) -> bool {
        let is = |name| self.cell(&USER, actor.account_id, name) == Some(&Cell::Boolean(true));
        is("is_active") && is("is_staff")
    }

    fn content_type(&self, model: &'static Model) -> Option<i64> {
        let text = |id, name| match self.cell(&CONTENT_TYPE, id, name) {
            Some(Cell::Text(text)) => text.as_str(),
            _ => "",
        };
        let is = |id: &i64| text(*id, "app_label") == model.app_label && text(*id, "model") == model.name;
        self.ids(&CONTENT_TYPE).into_iter().find(is)
    }

    fn log(
        &mut self,
        model: &'static Model,
        object: &Reference,
        action: LogAction,
        message: &ChangeMessage,
        actor: Actor,
    ) -> i64 {
        let cells = [
            ("action_time", Cell::Moment(Some(actor.at))),
            ("user", Cell::One(Some(actor.account_id))),
            ("content_type", Cell::One(self.content_type(model))),
            ("object_id", Cell::Text(object.id.to_string())),
            ("object_repr", Cell::Text(object.label.chars().take(REPR_LENGTH).collect())),
            ("action_flag", Cell::Integer(action.flag())),
            ("change_message", Cell::Text(message.to_column())),
        ];
        self.insert(&LOG_ENTRY, cells.into())
    }

    fn add(&mut self, model: &'static Model, form: &Form, actor: Actor) -> Option<Added> {
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

    fn change(
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
    fn relations(model: &'static Model) -> impl Iterator<Item = (&'static Model, &'static Field, Relation)> {
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

    fn entries_of(&self, ids: &[i64]) -> Vec<i64> {
        let entries = self.ids(&LOG_ENTRY);
        let by = |id: i64| match self.cell(&LOG_ENTRY, id, "user") {
            Some(Cell::One(Some(user))) => ids.contains(user),
            _ => false,
        };
        entries.into_iter().filter(|entry| by(*entry)).collect()
    }

    fn deletion(&self, model: &'static Model, ids: &[i64]) -> Deletion {
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

    fn delete(&mut self, model: &'static Model, ids: &[i64], version: Version, actor: Actor) -> Deleted {
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

    fn entry(&self, id: i64) -> Option<LogEntry> {
        let record = self.record(&LOG_ENTRY, id)?;
        let text = |name: &str| match record.get(name) {
            Some(Value::Text(text)) => text.clone(),
            _ => String::new(),
        };
        let Some(Value::Moment(Some(at))) = record.get("action_time") else { return None };
        let Some(Value::One(Some(user))) = record.get("user") else { return None };
        let Some(Value::Integer(flag)) = record.get("action_flag") else { return None };
        let content_type = match record.get("content_type") {
            Some(Value::One(Some(of))) => self.record(&CONTENT_TYPE, of.id),
            _ => None,
        };
        let of = |record: &Record, name: &str| match record.get(name) {
            Some(Value::Text(text)) => text.clone(),
            _ => String::new(),
        };
        Some(LogEntry {
            id,
            at: *at,
            user: user.clone(),
            content_type: content_type.map(|record| ContentType {
                app_label: of(&record, "app_label"),
                model: of(&record, "model"),
            }),
            object_id: Some(text("object_id")),
            object_repr: text("object_repr"),
            action: LogAction::from_flag(*flag),
            message: ChangeMessage::parse(&text("change_message")),
            differences: self.differences.get(&id).cloned().unwrap_or_default(),
        })
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

fn sort_key(value: Option<Value>) -> (i64, String) {
    match value {
        Some(Value::Integer(number)) => (number, String::new()),
        Some(Value::Boolean(flag)) => (i64::from(flag), String::new()),
        Some(Value::Moment(at)) => (at.map_or(i64::MIN, Moment::unix_micros), String::new()),
        Some(Value::Text(text)) => (0, text),
        Some(Value::One(Some(reference))) => (0, reference.label),
        _ => (0, String::new()),
    }
}

fn version(text: &str) -> Version {
    let mut digest = [0; 32];
    for (salt, part) in digest.as_chunks_mut::<8>().0.iter_mut().enumerate() {
        let mut hasher = DefaultHasher::new();
        (salt, text).hash(&mut hasher);
        *part = hasher.finish().to_be_bytes();
    }
    Version::from_bytes(digest)
}

/// The part of a list that a window shows.
fn part<T>(items: Vec<T>, window: Window) -> Slice<T> {
    let all = i64::try_from(items.len()).unwrap_or(i64::MAX);
    let cut = |items: Vec<T>, limit: i64, offset: i64| -> Vec<T> {
        let (limit, offset) = (usize::try_from(limit).unwrap_or(0), usize::try_from(offset).unwrap_or(0));
        items.into_iter().skip(offset).take(limit).collect()
    };
    match window {
        Window::All => Slice { items, count: all },
        Window::Part { limit, offset } => Slice { items: cut(items, limit, offset), count: all },
        Window::Uncounted { limit, offset } => {
            let items = cut(items, limit, offset);
            Slice { count: i64::try_from(items.len()).unwrap_or(i64::MAX), items }
        }
        Window::Last { size } => {
            let size = size.max(1);
            Slice { items: cut(items, size, (all.max(1) - 1) / size * size), count: all }
        }
    }
}

fn foreign(model: &'static Model) -> StoreError {
    StoreError::Failed(format!("this is no {}", model.verbose_name).into())
}

fn answer<'a, T: Send + 'a>(outcome: Result<T, StoreError>) -> BoxFuture<'a, Result<T, StoreError>> {
    Box::pin(ready(outcome))
}

impl ModelReader for MemoryModel {
    fn model(&self) -> &'static Model {
        self.model
    }

    fn count(&self) -> BoxFuture<'_, Result<i64, StoreError>> {
        let count = self.models.with(|state| state.ids(self.model).len());
        answer(Ok(i64::try_from(count).unwrap_or(i64::MAX)))
    }

    fn list(&self, query: ListQuery) -> BoxFuture<'_, Result<Slice<Row>, StoreError>> {
        if !query.model().is(self.model) {
            return answer(Err(foreign(self.model)));
        }
        answer(Ok(self.models.with(|state| {
            let Slice { items, count } = part(state.ordered(self.model, &query), query.window());
            let row = |id| Row {
                id,
                label: state.label(self.model, id),
                values: query
                    .wanted()
                    .iter()
                    .filter_map(|field| Some((*field, state.value(self.model, id, field.name)?)))
                    .collect(),
            };
            Slice { items: items.into_iter().map(row).collect(), count }
        })))
    }

    fn find(&self, id: i64) -> BoxFuture<'_, Result<Option<Record>, StoreError>> {
        answer(Ok(self.models.with(|state| state.record(self.model, id))))
    }

    fn choices(&self, query: ChoiceQuery) -> BoxFuture<'_, Result<Vec<Reference>, StoreError>> {
        answer(Ok(self.models.with(|state| {
            let words = query.search.iter().flat_map(super::Search::words).map(|word| word.to_lowercase());
            let words: Vec<String> = words.collect();
            let ids = state.ordered(self.model, &ListQuery::new(self.model, Window::All));
            ids.into_iter()
                .map(|id| Reference { id, label: state.label(self.model, id) })
                .filter(|choice| words.iter().all(|word| choice.label.to_lowercase().contains(word)))
                .take(query.limit.map_or(usize::MAX, |limit| limit as usize))
                .collect()
        })))
    }
}

impl ModelWriter for MemoryModel {
    fn add(&self, form: Form, actor: Actor) -> BoxFuture<'_, Result<Added, StoreError>> {
        if !form.model().is(self.model) {
            return answer(Err(foreign(self.model)));
        }
        let added = self.models.with(|state| state.add(self.model, &form, actor));
        answer(added.ok_or_else(|| foreign(self.model)))
    }

    fn change(
        &self,
        id: i64,
        version: Version,
        form: Form,
        actor: Actor,
    ) -> BoxFuture<'_, Result<Changed, StoreError>> {
        if !form.model().is(self.model) {
            return answer(Err(foreign(self.model)));
        }
        let changed = self.models.with(|state| state.change(self.model, (id, version), &form, actor));
        answer(changed.ok_or_else(|| foreign(self.model)))
    }

    fn deletion(&self, ids: Vec<i64>) -> BoxFuture<'_, Result<Deletion, StoreError>> {
        answer(Ok(self.models.with(|state| state.deletion(self.model, &ids))))
    }

    fn delete(
        &self,
        ids: Vec<i64>,
        version: Version,
        actor: Actor,
    ) -> BoxFuture<'_, Result<Deleted, StoreError>> {
        answer(Ok(self.models.with(|state| state.delete(self.model, &ids, version, actor))))
    }
}

impl AdminLog for MemoryModels {
    fn recent(&self, account_id: i64, limit: u32) -> BoxFuture<'_, Result<Vec<LogEntry>, StoreError>> {
        answer(Ok(self.with(|state| {
            let ids = state.ordered(&LOG_ENTRY, &ListQuery::new(&LOG_ENTRY, Window::All));
            let entries = ids.into_iter().filter_map(|id| state.entry(id));
            let own = entries.filter(|entry| entry.user.id == account_id).take(limit as usize);
            own.map(|entry| LogEntry { differences: Vec::new(), ..entry }).collect()
        })))
    }

    fn history(
        &self,
        model: &'static Model,
        id: i64,
        window: Window,
    ) -> BoxFuture<'_, Result<Slice<LogEntry>, StoreError>> {
        answer(Ok(self.with(|state| {
            let ids = state.ordered(&LOG_ENTRY, &ListQuery::new(&LOG_ENTRY, Window::All));
            let entries = ids.into_iter().filter_map(|entry| state.entry(entry)).filter(|entry| {
                let of = entry.content_type.as_ref();
                of.is_some_and(|of| of.app_label == model.app_label && of.model == model.name)
                    && entry.object_id.as_deref() == Some(id.to_string().as_str())
            });
            part(entries.collect(), window)
        })))
    }

    fn entry(&self, id: i64) -> BoxFuture<'_, Result<Option<LogEntry>, StoreError>> {
        answer(Ok(self.with(|state| state.entry(id))))
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::*;
    use crate::admin::acceptance::{Stores, admin_stores};

    /// Nothing here waits.
    fn run<T>(work: impl Future<Output = T>) -> T {
        match pin!(work).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(value) => value,
            Poll::Pending => panic!("it waits"),
        }
    }

    #[test]
    fn memory_is_a_store_of_an_admin_site() {
        let models = MemoryModels::default();
        let [posts, users, groups, permissions, content_types, log_entries] =
            [&POST, &USER, &GROUP, &PERMISSION, &CONTENT_TYPE, &LOG_ENTRY].map(|model| models.model(model));
        run(admin_stores(Stores {
            posts: &posts,
            users: &users,
            groups: &groups,
            permissions: &permissions,
            content_types: &content_types,
            log_entries: &log_entries,
            log: &models,
            admin: 1,
        }));
    }

    #[test]
    fn what_is_protected_stays() {
        let models = MemoryModels::default();
        let users = models.model(&USER);
        models.protect(&USER, 1, "shop_order");
        let deletion = run(users.deletion(vec![1])).unwrap();
        let actor = Actor { account_id: 1, at: Moment::EPOCH };
        let outcome = run(users.delete(vec![1], deletion.version, actor)).unwrap();
        assert!(matches!(outcome, Deleted::Protected(by) if by[0].table == "shop_order"));
    }
}
