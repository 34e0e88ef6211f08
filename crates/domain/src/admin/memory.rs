//! A store of an admin site in memory, for tests of the site. It does what the acceptance suite asks, and is no more
//! than that.

mod records;
mod writes;

use std::collections::{BTreeMap, BTreeSet};
use std::future::ready;
use std::sync::{Arc, Mutex, PoisonError};

use self::records::part;
use super::{
    Actor, Added, AdminLog, CONTENT_TYPE, ChangeMessage, Changed, ChoiceQuery, Deleted, Deletion, Difference,
    Field, Form, GROUP, Kind, LOG_ENTRY, ListQuery, LogAction, LogEntry, Model, ModelReader, ModelWriter,
    Noted, PERMISSION, POST, Record, Reference, Row, USER, Version,
};
use crate::page::{Slice, Window};
use crate::store::{BoxFuture, StoreError};
use crate::timestamp::Timestamp;

const MODELS: [&Model; 6] = [&POST, &USER, &GROUP, &PERMISSION, &CONTENT_TYPE, &LOG_ENTRY];

/// What a field of a stored record holds; relations by key.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Cell {
    Text(String),
    Integer(i64),
    Boolean(bool),
    Timestamp(Option<Timestamp>),
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
    /// The last key of each model.
    last: BTreeMap<&'static str, i64>,
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
        let mut admin = defaults(&USER, Timestamp::EPOCH);
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
fn defaults(model: &'static Model, now: Timestamp) -> Cells {
    let cell = |field: &Field| match field.kind {
        Kind::Text(_) | Kind::Password => Cell::Text(String::new()),
        Kind::Integer => Cell::Integer(0),
        Kind::Boolean => Cell::Boolean(field.name == "is_active"),
        Kind::Timestamp(super::Presence::Required) => Cell::Timestamp(Some(now)),
        Kind::Timestamp(super::Presence::Optional) => Cell::Timestamp(None),
        Kind::One(_) => Cell::One(None),
        Kind::Many(_) => Cell::Many(BTreeSet::new()),
    };
    model.fields.iter().filter(|field| field.name != "id").map(|field| (field.name, cell(field))).collect()
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

    fn find_all(&self, ids: Vec<i64>) -> BoxFuture<'_, Result<Vec<Record>, StoreError>> {
        let ids: BTreeSet<i64> = ids.into_iter().collect();
        answer(Ok(self
            .models
            .with(|state| ids.into_iter().filter_map(|id| state.record(self.model, id)).collect())))
    }

    fn keys(&self, query: ListQuery, most: u32) -> BoxFuture<'_, Result<Vec<i64>, StoreError>> {
        if !query.model().is(self.model) {
            return answer(Err(foreign(self.model)));
        }
        answer(Ok(self.models.with(|state| {
            let ids = state.ids(self.model).into_iter().filter(|id| state.matches(&query, *id));
            ids.take(most as usize).collect()
        })))
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
    fn note(
        &self,
        model: &'static Model,
        object: Reference,
        message: ChangeMessage,
        actor: Actor,
    ) -> BoxFuture<'_, Result<Noted, StoreError>> {
        answer(Ok(self.with(|state| {
            if !state.may_act(actor) {
                return Noted::ActorGone;
            }
            state.log(model, &object, LogAction::Change, &message, actor);
            Noted::Noted
        })))
    }

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
        let actor = Actor { account_id: 1, at: Timestamp::EPOCH };
        let outcome = run(users.delete(vec![1], deletion.version, actor)).unwrap();
        assert!(matches!(outcome, Deleted::Protected(by) if by[0].table == "shop_order"));
    }
}
