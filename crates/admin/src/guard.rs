//! What a model asks beyond the permissions on it.

use std::collections::BTreeSet;
use std::fmt;

use presspass_domain::admin::Record;
use presspass_domain::{BoxFuture, StoreError};

use crate::staff::{Rights, Staff};

/// What somebody may do with one record, or with a new one, beyond what their permissions say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Limits {
    /// Why the record may only be looked at; `None` where it may be changed.
    pub sealed: Option<&'static str>,
    /// Fields that they may not set, and why.
    pub fixed: Vec<(&'static str, &'static str)>,
    /// Of a field that relates to others, the records that they may choose; all, where a field is not in it.
    pub choices: Vec<(&'static str, BTreeSet<i64>)>,
}

impl Limits {
    /// Why they may not set a field.
    #[must_use]
    pub fn fixes(&self, field: &str) -> Option<&'static str> {
        self.fixed.iter().find(|(name, _)| *name == field).map(|(_, why)| *why)
    }

    /// The records that they may choose for a field, where not all.
    #[must_use]
    pub fn choices_for(&self, field: &str) -> Option<&BTreeSet<i64>> {
        self.choices.iter().find(|(name, _)| *name == field).map(|(_, keys)| keys)
    }
}

/// Guards the records of a model.
pub trait Guard: fmt::Debug + Send + Sync {
    /// What of their rights somebody has on the model at all.
    fn rights(&self, rights: Rights) -> Rights;

    /// What they may do with this record; with a new one, where there is none.
    fn limits<'a>(
        &'a self,
        staff: &'a Staff,
        record: Option<&'a Record>,
    ) -> BoxFuture<'a, Result<Limits, StoreError>>;
}
