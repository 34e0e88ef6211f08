//! The writes of the API, each one transaction.

use std::sync::Arc;

use presspass_auth::StoreError;
use presspass_domain::Timestamp;
use presspass_domain::model::{Condition, Draft, Key, Model, Output, Violation};

use super::remove::Collector;
use super::transaction::Transaction;
use super::violations::violations;
use super::write::{self, Circumstances, lock, represent};
use crate::connection::Connection;
use crate::database::Length;
use crate::error::Error;
use crate::records::{Models, Table, referring_tables};

/// What a project does in the transaction of a write; refuses it for the reason that it returns.
pub type WriteHook<R> = Box<dyn FnOnce(&mut Transaction<'_>, &Draft, Key) -> Result<(), R> + Send>;

/// The hooks of a write.
pub struct WriteHooks<R> {
    /// Runs with the key of the record: after it is written, or before it is deleted, with an empty draft.
    pub after: Option<WriteHook<R>>,
}

impl<R> Default for WriteHooks<R> {
    fn default() -> Self {
        Self { after: None }
    }
}

impl<R> std::fmt::Debug for WriteHooks<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WriteHooks").field("after", &self.after.is_some()).finish()
    }
}

/// What came of creating a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Created<R> {
    Created {
        key: Key,
        /// An object in compact JSON.
        json: Vec<u8>,
    },
    /// Nothing was written.
    Invalid(Vec<Violation>),
    /// By a hook; nothing was written.
    Refused(R),
}

/// What came of updating a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Updated<R> {
    Updated {
        /// An object in compact JSON.
        json: Vec<u8>,
    },
    NotFound,
    /// Nothing was written.
    Invalid(Vec<Violation>),
    /// By a hook; nothing was written.
    Refused(R),
}

/// What came of deleting a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Removed<R> {
    Removed,
    NotFound,
    /// Records of these tables refer to it, and nothing was deleted. Empty where the tables cannot be named.
    Protected(Vec<String>),
    /// By a hook; nothing was deleted.
    Refused(R),
}

/// Runs a transaction that is rolled back, without an error, where it ends with `Err`.
fn in_transaction<T, A>(
    connection: &mut Connection,
    work: impl FnOnce(&mut Connection) -> Result<Result<T, A>, Error>,
) -> Result<Result<T, A>, Error> {
    let mut abandoned = None;
    let outcome = connection.transaction(|connection| {
        work(connection)?.map_err(|reason| {
            abandoned = Some(reason);
            Error::Query("the transaction was abandoned".to_owned())
        })
    });
    match (outcome, abandoned) {
        (Err(_), Some(reason)) => Ok(Err(reason)),
        (outcome, _) => outcome.map(Ok),
    }
}

/// Runs a hook.
fn run_hook<R>(
    connection: &mut Connection,
    models: &[&'static Model],
    with: &Circumstances,
    hooks: WriteHooks<R>,
    draft: &Draft,
    key: Key,
) -> Result<Result<(), R>, Error> {
    let Some(hook) = hooks.after else { return Ok(Ok(())) };
    let mut transaction = Transaction { connection, models, with, failure: None };
    let outcome = hook(&mut transaction, draft, key);
    transaction.failure.map_or(Ok(outcome), Err)
}

/// Why a constraint refused a write, as far as it is known.
fn refused_by_constraint<T>(written: &Result<T, Error>, draft: &Draft) -> Vec<Violation> {
    if matches!(written, Err(Error::Schema(_))) { write::negatives(draft) } else { Vec::new() }
}

/// Whether another write came between the check and the commit.
const fn is_violation<T>(outcome: &Result<T, Error>) -> bool {
    matches!(outcome, Err(Error::Conflict | Error::ForeignKey { .. }))
}

impl Models {
    fn circumstances(&self, now: Timestamp) -> Circumstances {
        Circumstances { now, randomness: self.randomness.clone() }
    }

    /// What only the database knows of a draft of a new record, or of the record of this key, in the order of the fields.
    pub async fn check(&self, draft: &Draft, key: Option<Key>) -> Result<Vec<Violation>, StoreError> {
        let draft = draft.clone();
        let read = self.database.read(Length::Short, move |connection| violations(connection, &draft, key));
        Ok(read.await?)
    }

    /// Creates a record. Fields that the draft lacks take the defaults of the model.
    pub async fn create<R: Send + 'static>(
        &self,
        draft: Draft,
        outputs: Arc<[Output]>,
        now: Timestamp,
        hooks: WriteHooks<R>,
    ) -> Result<Created<R>, StoreError> {
        let (models, with, again) = (self.models(), self.circumstances(now), draft.clone());
        let work = move |connection: &mut Connection| {
            let mut found = write::nulls(&draft, true);
            found.extend(violations(connection, &draft, None)?);
            if !found.is_empty() {
                return Ok(Err(Created::Invalid(found)));
            }
            let key = write::insert(connection, &draft, &with)?;
            if let Err(refusal) = run_hook(connection, &models, &with, hooks, &draft, key)? {
                return Ok(Err(Created::Refused(refusal)));
            }
            let json = represent(connection, &draft, key, outputs)?;
            Ok(Ok(Created::Created { key, json }))
        };
        let written = self.database.write_once(|connection| in_transaction(connection, work)).await;
        if is_violation(&written) {
            let found = self.check(&again, None).await?;
            if !found.is_empty() {
                return Ok(Created::Invalid(found));
            }
        }
        let negative = refused_by_constraint(&written, &again);
        if !negative.is_empty() {
            return Ok(Created::Invalid(negative));
        }
        let (Ok(created) | Err(created)) = written?;
        Ok(created)
    }

    /// Updates the record of this key, where the condition lets it through. Fields that the draft lacks stay.
    pub async fn update<R: Send + 'static>(
        &self,
        key: impl Into<Key>,
        visible: Condition,
        draft: Draft,
        outputs: Arc<[Output]>,
        now: Timestamp,
        hooks: WriteHooks<R>,
    ) -> Result<Updated<R>, StoreError> {
        let (models, with, again) = (self.models(), self.circumstances(now), draft.clone());
        let key = key.into();
        let work = move |connection: &mut Connection| {
            if !lock(connection, draft.model(), key, &visible, false)? {
                return Ok(Err(Updated::NotFound));
            }
            let mut found = write::nulls(&draft, false);
            found.extend(violations(connection, &draft, Some(key))?);
            if !found.is_empty() {
                return Ok(Err(Updated::Invalid(found)));
            }
            write::update(connection, &draft, key, &with)?;
            if let Err(refusal) = run_hook(connection, &models, &with, hooks, &draft, key)? {
                return Ok(Err(Updated::Refused(refusal)));
            }
            let json = represent(connection, &draft, key, outputs)?;
            Ok(Ok(Updated::Updated { json }))
        };
        let written = self.database.write_once(|connection| in_transaction(connection, work)).await;
        if is_violation(&written) {
            let found = self.check(&again, Some(key)).await?;
            if !found.is_empty() {
                return Ok(Updated::Invalid(found));
            }
        }
        let negative = refused_by_constraint(&written, &again);
        if !negative.is_empty() {
            return Ok(Updated::Invalid(negative));
        }
        let (Ok(updated) | Err(updated)) = written?;
        Ok(updated)
    }

    /// Deletes the record of this key, where the condition lets it through, and what goes with it as Django says.
    pub async fn remove<R: Send + 'static>(
        &self,
        model: &'static Model,
        key: impl Into<Key>,
        visible: Condition,
        now: Timestamp,
        hooks: WriteHooks<R>,
    ) -> Result<Removed<R>, StoreError> {
        let (models, with) = (self.models(), self.circumstances(now));
        let (table, key) = (Table::of(model), key.into());
        let work = move |connection: &mut Connection| {
            if !lock(connection, model, key, &visible, true)? {
                return Ok(Err(Removed::NotFound));
            }
            if let Err(refusal) = run_hook(connection, &models, &with, hooks, &Draft::new(model), key)? {
                return Ok(Err(Removed::Refused(refusal)));
            }
            let mut collector = Collector::new(&models);
            collector.collect(connection, table, &[key])?;
            if !collector.protected.is_empty() {
                let tables = collector.protected.keys().map(|table| (*table).to_owned());
                return Ok(Err(Removed::Protected(tables.collect())));
            }
            collector.delete(connection)?;
            Ok(Ok(Removed::Removed))
        };
        let written = self.database.write_once(|connection| in_transaction(connection, work)).await;
        if let Err(Error::ForeignKey { table: by_engine, .. }) = &written {
            let by_engine = by_engine.clone();
            return Ok(Removed::Protected(self.undescribed(table, key, by_engine).await?));
        }
        let (Ok(removed) | Err(removed)) = written?;
        Ok(removed)
    }

    /// The tables that no model describes and that keep a record.
    async fn undescribed(
        &self,
        table: &'static Table,
        key: Key,
        by_engine: Option<String>,
    ) -> Result<Vec<String>, StoreError> {
        let models = self.models();
        let read = self.database.read(Length::Open, move |connection| {
            let collector = Collector::new(&models);
            let mut tables = referring_tables(connection, table, key)?;
            tables.retain(|name| !collector.describes(name));
            Ok(if tables.is_empty() { by_engine.clone().into_iter().collect() } else { tables })
        });
        Ok(read.await?)
    }
}
