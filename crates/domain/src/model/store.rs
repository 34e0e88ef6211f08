//! The store of the models: what a database does for the admin.

use std::fmt;

use super::definition::Model;
use super::input::{Form, Refusal};
use super::log::LogEntry;
use super::query::{ChoiceQuery, ListQuery};
use super::value::{Record, Reference, Row, Version};
use crate::page::{Slice, Window};
use crate::store::{BoxFuture, StoreError};
use crate::timestamp::Timestamp;

/// The account that writes, and when, for the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Actor {
    pub account_id: i64,
    pub at: Timestamp,
}

/// The outcome of adding a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Added {
    /// It is added, with an entry in the log.
    Saved(Record),
    /// Invalid values; nothing was written.
    Refused(Vec<Refusal>),
    /// The account that does it is gone, disabled or no longer staff; nothing was written.
    ActorGone,
}

/// The outcome of changing a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changed {
    /// It is changed, with an entry in the log.
    Saved(Record),
    /// It has these values already: nothing was written, nor logged.
    Unchanged(Record),
    /// The record no longer exists.
    Gone,
    /// It was changed since the form was made, to this: nothing was written.
    Stale(Record),
    /// Invalid values; nothing was written.
    Refused(Vec<Refusal>),
    /// The account that does it is gone, disabled or no longer staff; nothing was written.
    ActorGone,
}

/// Rows that are deleted together with records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependents {
    /// `log entries`; the name of a table that we do not know.
    pub kind: String,
    pub count: i64,
    /// The labels of at most [`Dependents::NAMES`] of them.
    pub names: Vec<String>,
}

impl Dependents {
    pub const NAMES: usize = 20;
}

/// Rows of a table that we do not know, which refer to the records and are not deleted with them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Protection {
    pub table: String,
    pub count: i64,
}

/// What a deletion would delete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deletion {
    /// The records that still exist, in the model's order.
    pub records: Vec<Reference>,
    pub dependents: Vec<Dependents>,
    /// What prevents it.
    pub protected: Vec<Protection>,
    /// The confirmation has to send it.
    pub version: Version,
}

/// The outcome of deleting records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deleted {
    /// This many are deleted, each with an entry in the log.
    Deleted(u64),
    /// None of them exists any more.
    Gone,
    /// They, or their dependents, changed since the summary was made, to this: nothing was deleted.
    Stale(Deletion),
    /// Rows of tables that we do not know refer to them; nothing was deleted.
    Protected(Vec<Protection>),
    /// The account that does it is gone, disabled or no longer staff; nothing was deleted.
    ActorGone,
}

/// What an account can log in with, beside its password: what of it is to be revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credential {
    /// The session whose key has this SHA-256.
    Session([u8; 32]),
    AllSessions,
    /// All tokens that were issued until now.
    AllTokens,
    /// The API key of this primary key.
    ApiKey(i64),
    AllApiKeys,
}

/// The outcome of revoking credentials of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RevocationOutcome {
    /// They are revoked, and the log says so.
    Revoked,
    /// There were none any more: nothing was written.
    NothingToRevoke,
    /// The account that does it is gone, disabled or no longer staff; nothing was revoked.
    ActorGone,
}

/// The outcome of writing an entry of the log for what was done elsewhere than in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogWritten {
    /// It is there, where there is a log.
    Written,
    /// The account that did it is gone, disabled or no longer staff; nothing was written.
    ActorGone,
}

/// Reads and writes the records of all models of the admin, and reads its log.
///
/// This is a trait although `presspass-persistence` alone implements it, because the crates point downwards: the admin
/// must not name the crate that talks to databases. Its futures are boxed, as otherwise every page of the admin would be
/// generic over its store.
///
/// A model that the store has no table for is [`StoreError::Failed`]. Each write is one transaction with its entries in the
/// log, synced before it is acknowledged.
pub trait ModelStore: fmt::Debug + Send + Sync {
    fn count(&self, model: &'static Model) -> BoxFuture<'_, Result<i64, StoreError>>;

    /// A list of records. It reads no more than the columns that are asked for and what the label needs, and related
    /// records along with them.
    fn list(&self, query: ListQuery) -> BoxFuture<'_, Result<Slice<Row>, StoreError>>;

    fn find(&self, model: &'static Model, id: i64) -> BoxFuture<'_, Result<Option<Record>, StoreError>>;

    /// The records of these keys, those that there are, in no order. However many they are, it takes as many statements as
    /// for one, and they are in memory all at once.
    fn find_all(
        &self,
        model: &'static Model,
        ids: Vec<i64>,
    ) -> BoxFuture<'_, Result<Vec<Record>, StoreError>>;

    /// The keys of all records that a query's search and filters let through, ascending, whatever its columns, order and
    /// window are: the first `limit` of them.
    fn keys(&self, query: ListQuery, limit: u32) -> BoxFuture<'_, Result<Vec<i64>, StoreError>>;

    /// Records to choose from, for a field that refers to this model.
    fn choices(
        &self,
        model: &'static Model,
        query: ChoiceQuery,
    ) -> BoxFuture<'_, Result<Vec<Reference>, StoreError>>;

    /// Adds a record. Fields that the form lacks take the model's default; a field without a default is refused.
    fn add(&self, form: Form, actor: Actor) -> BoxFuture<'_, Result<Added, StoreError>>;

    /// Changes a record that is still as it was when the form was made.
    fn change(
        &self,
        id: i64,
        version: Version,
        form: Form,
        actor: Actor,
    ) -> BoxFuture<'_, Result<Changed, StoreError>>;

    /// What deleting these records would delete.
    fn deletion(&self, model: &'static Model, ids: Vec<i64>) -> BoxFuture<'_, Result<Deletion, StoreError>>;

    /// Deletes these records, all or none, where the deletion is still the one that was shown. Ids that are gone are
    /// ignored, as in the summary.
    fn delete(
        &self,
        model: &'static Model,
        ids: Vec<i64>,
        version: Version,
        actor: Actor,
    ) -> BoxFuture<'_, Result<Deleted, StoreError>>;

    /// The latest entries that an account wrote into the log, newest first, without differences.
    fn recent(&self, account_id: i64, limit: u32) -> BoxFuture<'_, Result<Vec<LogEntry>, StoreError>>;

    /// The entries about a record, newest first, with the differences.
    fn history(
        &self,
        model: &'static Model,
        id: i64,
        window: Window,
    ) -> BoxFuture<'_, Result<Slice<LogEntry>, StoreError>>;

    /// One entry, with its differences.
    fn entry(&self, id: i64) -> BoxFuture<'_, Result<Option<LogEntry>, StoreError>>;
}
