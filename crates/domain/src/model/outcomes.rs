//! The outcomes of reading and writing records of models.

use super::input::Refusal;
use super::value::{Record, Reference, Version};
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
    /// Invalid values of records that belong to it, by their position; nothing was written.
    RefusedChildren(Vec<(usize, Vec<Refusal>)>),
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
    /// Invalid values of records that belong to it, by their position; nothing was written.
    RefusedChildren(Vec<(usize, Vec<Refusal>)>),
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

/// Rows that refer to the records and are not deleted with them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Protection {
    pub table: String,
    /// `articles`; empty for a table that no model describes.
    pub kind: String,
    pub count: i64,
    /// The labels of at most [`Dependents::NAMES`] of them.
    pub names: Vec<String>,
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
    /// A rule of the model forbids it, for this reason; nothing was deleted.
    Refused(&'static str),
    /// Rows refer to them that are not deleted with them; nothing was deleted.
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
