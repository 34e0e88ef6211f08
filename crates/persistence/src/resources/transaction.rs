//! What hooks of a project do in the transaction of a write.

use presspass_domain::Window;
use presspass_domain::model::{Condition, Draft, Key, Lookup, Model, Path, Selection, Value, Violation};

use super::read;
use super::remove::Collector;
use super::violations::violations;
use super::write::{self, Circumstances};
use crate::connection::Connection;
use crate::error::Error;
use crate::records::Table;

/// The transaction of a write: what a hook writes with it is committed together with the record, or not at all.
pub struct Transaction<'c> {
    pub(super) connection: &'c mut Connection,
    pub(super) models: &'c [&'static Model],
    pub(super) with: &'c Circumstances,
    /// The first error: the transaction is rolled back, whatever the hook makes of it.
    pub(super) failure: Option<Error>,
}

impl std::fmt::Debug for Transaction<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Transaction").finish_non_exhaustive()
    }
}

/// Why a hook could not read or write.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransactionError {
    /// The values are taken, or refer to records that do not exist.
    #[error("{}", .0.first().map_or_else(String::new, ToString::to_string))]
    Invalid(Vec<Violation>),
    /// Records of these tables forbid the deletion.
    #[error("Other tables refer to the record: {}.", .0.join(", "))]
    Protected(Vec<String>),
    /// The database failed: the transaction is rolled back, and the request is answered accordingly.
    #[error("the database failed")]
    Failed,
}

impl Transaction<'_> {
    fn run<T>(
        &mut self,
        outcome: impl FnOnce(&mut Connection) -> Result<T, Error>,
    ) -> Result<T, TransactionError> {
        if self.failure.is_some() {
            return Err(TransactionError::Failed);
        }
        outcome(self.connection).map_err(|error| {
            self.failure = Some(error);
            TransactionError::Failed
        })
    }

    /// These values of the records that meet a condition, by the key, at most `limit` of them. A related record has no label.
    pub fn select(
        &mut self,
        model: &'static Model,
        condition: Condition,
        paths: &[Path],
        limit: u32,
    ) -> Result<Vec<Vec<Value>>, TransactionError> {
        let window = Window::Uncounted { limit: limit.into(), offset: 0 };
        let selection = Selection { model, outputs: [].into(), condition, order: Vec::new(), window };
        self.run(|connection| Ok(read::values(connection, &selection, paths)?.0))
    }

    /// Reads these values of a record, which no other transaction changes until this one ends (Django's `select_for_update`).
    /// `None` where there is no record of this key.
    pub fn find_for_update(
        &mut self,
        model: &'static Model,
        key: impl Into<Key>,
        fields: &[&str],
    ) -> Result<Option<Vec<Value>>, TransactionError> {
        let key = key.into();
        let paths = fields.iter().map(|name| {
            let unknown = || Error::Query(format!("a hook reads {name}, which {} does not have", model.name));
            Path::parse(model, name).ok_or_else(unknown)
        });
        let paths = self.run(|_| paths.collect::<Result<Vec<_>, _>>())?;
        let everything = Condition::All(Vec::new());
        if !self.run(|connection| write::lock(connection, model, key, &everything, false))? {
            return Ok(None);
        }
        let of_key = Condition::Compare(Path::own(&model.key), Lookup::Exact, key.into());
        Ok(self.select(model, of_key, &paths, 1)?.pop())
    }

    /// How many records meet a condition.
    pub fn count(&mut self, model: &'static Model, condition: Condition) -> Result<i64, TransactionError> {
        let selection =
            Selection { model, outputs: [].into(), condition, order: Vec::new(), window: Window::All };
        self.run(|connection| read::count(connection, &selection))
    }

    /// Creates a record, and returns its key.
    pub fn create(&mut self, draft: &Draft) -> Result<Key, TransactionError> {
        let with = self.with;
        let found = self.run(|connection| violations(connection, draft, None))?;
        if !found.is_empty() {
            return Err(TransactionError::Invalid(found));
        }
        self.run(|connection| write::insert(connection, draft, with))
    }

    /// Updates a record; returns whether there is one of this key.
    pub fn update(&mut self, key: impl Into<Key>, draft: &Draft) -> Result<bool, TransactionError> {
        let (key, with) = (key.into(), self.with);
        let everything = Condition::All(Vec::new());
        if !self.run(|connection| write::lock(connection, draft.model(), key, &everything, false))? {
            return Ok(false);
        }
        let found = self.run(|connection| violations(connection, draft, Some(key)))?;
        if !found.is_empty() {
            return Err(TransactionError::Invalid(found));
        }
        self.run(|connection| write::update(connection, draft, key, with))?;
        Ok(true)
    }

    /// Deletes a record, and what goes with it; returns whether there was one of this key.
    pub fn delete(&mut self, model: &'static Model, key: impl Into<Key>) -> Result<bool, TransactionError> {
        let key = key.into();
        let everything = Condition::All(Vec::new());
        if !self.run(|connection| write::lock(connection, model, key, &everything, true))? {
            return Ok(false);
        }
        let mut collector = Collector::new(self.models);
        self.run(|connection| collector.collect(connection, Table::of(model), &[key]))?;
        if !collector.protected.is_empty() {
            let tables = collector.protected.keys().map(|table| (*table).to_owned());
            return Err(TransactionError::Protected(tables.collect()));
        }
        self.run(|connection| collector.delete(connection))?;
        Ok(true)
    }
}
