//! What a model asks beyond the permissions on it.

use std::collections::BTreeSet;
use std::fmt;

use presspass_auth::{BoxFuture, StoreError};
use presspass_domain::model::{Key, Record};

use crate::staff::{Rights, Staff};

/// What a user may do with one record, or with a new one, beyond what their permissions say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecordLimits {
    /// Why the record may only be viewed; `None` where it may be changed.
    pub read_only_reason: Option<&'static str>,
    /// Fields that the user may not set, and why.
    pub locked_fields: Vec<(&'static str, &'static str)>,
    /// Of a field that relates to others, the records that the user may choose; all, where a field is not in it.
    pub choices: Vec<(&'static str, BTreeSet<Key>)>,
    /// Why the record may not be deleted, although it may be changed.
    pub undeletable: Option<&'static str>,
}

impl RecordLimits {
    /// Why the user may not set a field.
    #[must_use]
    pub fn lock_reason(&self, field: &str) -> Option<&'static str> {
        self.locked_fields.iter().find(|(name, _)| *name == field).map(|(_, why)| *why)
    }

    /// The records that the user may choose for a field, where not all.
    #[must_use]
    pub fn choices_for(&self, field: &str) -> Option<&BTreeSet<Key>> {
        self.choices.iter().find(|(name, _)| *name == field).map(|(_, keys)| keys)
    }
}

/// Why a record may only be viewed; `None` where it may be changed.
pub type ReadOnlyReason = Box<dyn Fn(&Record) -> Option<&'static str> + Send + Sync>;

/// What a user may do with the records of a model, whichever they are: all that has to be looked up for it was looked up.
#[derive(Default)]
pub struct RecordPolicy {
    /// `None` where all records may be changed.
    pub read_only: Option<ReadOnlyReason>,
    /// Fields of other records that the user may not set, and why.
    pub locked_fields: Vec<(&'static str, &'static str)>,
    /// Of a field that relates to others, the records that the user may choose; all, where a field is not in it.
    pub choices: Vec<(&'static str, BTreeSet<Key>)>,
    /// The user's own account, where it is among the model's records.
    pub own: Option<OwnAccount>,
}

/// The user's own account, which they must not lock themselves out of.
#[derive(Debug, Clone)]
pub struct OwnAccount {
    pub id: Key,
    /// Why it cannot be deleted.
    pub undeletable: &'static str,
    /// Fields of it that cannot be set, and why.
    pub locked_fields: Vec<(&'static str, &'static str)>,
}

impl RecordPolicy {
    /// Why this record may only be viewed.
    #[must_use]
    pub fn read_only_reason(&self, record: &Record) -> Option<&'static str> {
        self.read_only.as_ref().and_then(|reason| reason(record))
    }

    /// What the user may do with this record; with a new one, where there is none.
    #[must_use]
    pub fn limits(self, record: Option<&Record>) -> RecordLimits {
        if let Some(why) = record.and_then(|record| self.read_only_reason(record)) {
            return RecordLimits { read_only_reason: Some(why), ..RecordLimits::default() };
        }
        let own = self.own.filter(|own| record.is_some_and(|record| record.id == own.id));
        let undeletable = own.as_ref().map(|own| own.undeletable);
        let of_own = own.map(|own| own.locked_fields).unwrap_or_default();
        let locked_fields = self.locked_fields.into_iter().chain(of_own).collect();
        RecordLimits { read_only_reason: None, locked_fields, choices: self.choices, undeletable }
    }
}

impl fmt::Debug for RecordPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { read_only, locked_fields, choices, own } = self;
        f.debug_struct("RecordPolicy")
            .field("has_read_only", &read_only.is_some())
            .field("locked_fields", locked_fields)
            .field("choices", choices)
            .field("own", own)
            .finish()
    }
}

/// What users may do with a model's records, beyond their permissions. Services supply policies for the models that they
/// register.
pub trait ModelPolicy: fmt::Debug + Send + Sync {
    /// What of their rights users have on the model at all.
    fn rights(&self, rights: Rights) -> Rights;

    /// What the user may do with its records. It is asked once in a request, however many records that is about.
    fn record_policy<'a>(&'a self, staff: &'a Staff) -> BoxFuture<'a, Result<RecordPolicy, StoreError>>;
}
