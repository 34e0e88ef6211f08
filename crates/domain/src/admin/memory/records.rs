//! Records, as they are read.

use std::cmp::Ordering;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash as _, Hasher as _};

use super::{Cell, Cells, MODELS, State};
use crate::admin::{
    CONTENT_TYPE, ChangeMessage, ContentType, Field, Filter, Kind, LOG_ENTRY, ListQuery, LogAction, LogEntry,
    Model, Record, Reference, Relation, Value, Version,
};
use crate::page::{Direction, Slice, Window};
use crate::timestamp::Timestamp;

pub(super) fn model_of(relation: Relation) -> Option<&'static Model> {
    MODELS.into_iter().find(|model| (model.app_label, model.name) == (relation.app_label, relation.model))
}

impl State {
    pub(super) fn insert(&mut self, model: &'static Model, cells: Cells) -> i64 {
        // As in a database, no key is another's again.
        let last = self.last.entry(model.name).or_default();
        *last += 1;
        let id = *last;
        self.records.insert((model.name, id), cells);
        id
    }

    pub(super) fn ids(&self, model: &'static Model) -> Vec<i64> {
        self.records.range((model.name, i64::MIN)..=(model.name, i64::MAX)).map(|((_, id), _)| *id).collect()
    }

    pub(super) fn cell(&self, model: &'static Model, id: i64, name: &str) -> Option<&Cell> {
        self.records.get(&(model.name, id))?.get(name)
    }

    pub(super) fn reference(&self, relation: Relation, id: i64) -> Reference {
        let label = model_of(relation).map(|model| self.label(model, id)).unwrap_or_default();
        Reference { id, label }
    }

    pub(super) fn label(&self, model: &'static Model, id: i64) -> String {
        let values: Vec<_> = model
            .label
            .fields
            .iter()
            .filter_map(|name| Some((model.field(name)?, self.value(model, id, name)?)))
            .collect();
        model.label_of(&values)
    }

    /// `None` for a password.
    pub(super) fn value(&self, model: &'static Model, id: i64, name: &str) -> Option<Value> {
        let kind = model.field(name)?.kind;
        if name == "id" {
            return Some(Value::Integer(id));
        }
        Some(match (self.cell(model, id, name)?.clone(), kind) {
            (_, Kind::Password) => return None,
            (Cell::Text(text), _) => Value::Text(text),
            (Cell::Integer(number), _) => Value::Integer(number),
            (Cell::Boolean(flag), _) => Value::Boolean(flag),
            (Cell::Timestamp(timestamp), _) => Value::Timestamp(timestamp),
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

    pub(super) fn record(&self, model: &'static Model, id: i64) -> Option<Record> {
        self.records.get(&(model.name, id))?;
        let values: Vec<_> = model
            .fields
            .iter()
            .filter_map(|field| Some((field, self.value(model, id, field.name)?)))
            .collect();
        let version = version(&format!("{id} {values:?}"));
        Some(Record { id, label: self.label(model, id), values, version })
    }

    pub(super) fn matches(&self, query: &ListQuery, id: i64) -> bool {
        let model = query.model();
        let holds = |filter: &Filter| match filter {
            Filter::Flag(field, flag) => self.cell(model, id, field.name) == Some(&Cell::Boolean(*flag)),
            Filter::Within(field, range) => match self.cell(model, id, field.name) {
                Some(Cell::Timestamp(Some(at))) => {
                    range.from.is_none_or(|from| *at >= from)
                        && range.before.is_none_or(|before| *at < before)
                }
                _ => false,
            },
            Filter::Present(field, there) => {
                matches!(self.cell(model, id, field.name), Some(Cell::Timestamp(Some(_)))) == *there
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

    pub(super) fn ordered(&self, model: &'static Model, query: &ListQuery) -> Vec<i64> {
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

    pub(super) fn entry(&self, id: i64) -> Option<LogEntry> {
        let record = self.record(&LOG_ENTRY, id)?;
        let text = |name: &str| match record.get(name) {
            Some(Value::Text(text)) => text.clone(),
            _ => String::new(),
        };
        let Some(Value::Timestamp(Some(at))) = record.get("action_time") else { return None };
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

fn sort_key(value: Option<Value>) -> (i64, String) {
    match value {
        Some(Value::Integer(number)) => (number, String::new()),
        Some(Value::Boolean(flag)) => (i64::from(flag), String::new()),
        Some(Value::Timestamp(at)) => (at.map_or(i64::MIN, Timestamp::unix_micros), String::new()),
        Some(Value::Text(text)) => (0, text),
        Some(Value::One(Some(reference))) => (0, reference.label),
        _ => (0, String::new()),
    }
}

pub(super) fn version(text: &str) -> Version {
    let mut digest = [0; 32];
    for (salt, part) in digest.as_chunks_mut::<8>().0.iter_mut().enumerate() {
        let mut hasher = DefaultHasher::new();
        (salt, text).hash(&mut hasher);
        *part = hasher.finish().to_be_bytes();
    }
    Version::from_bytes(digest)
}

/// The part of a list that a window shows.
pub(super) fn part<T>(items: Vec<T>, window: Window) -> Slice<T> {
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
