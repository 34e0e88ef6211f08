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
    /// Why the record may not be deleted, where that is all that they may not do with it.
    pub undeletable: Option<&'static str>,
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

/// Why a record may only be looked at; `None` where it may be changed.
pub type Seal = Box<dyn Fn(&Record) -> Option<&'static str> + Send + Sync>;

/// What a guard lets somebody do with the records of its model, whichever they are: all that has to be looked up for it
/// was looked up.
#[derive(Default)]
pub struct Terms {
    /// Tells which records may only be looked at; none where all may be changed.
    pub seal: Option<Seal>,
    /// Fields of other records that they may not set, and why.
    pub fixed: Vec<(&'static str, &'static str)>,
    /// Of a field that relates to others, the records that they may choose; all, where a field is not in it.
    pub choices: Vec<(&'static str, BTreeSet<i64>)>,
    /// The record that is the account of whoever asks, where it is among the model's.
    pub own: Option<OwnAccount>,
}

/// The account of whoever asks, which they must not lock themselves out of.
#[derive(Debug, Clone)]
pub struct OwnAccount {
    /// Its key.
    pub id: i64,
    /// Why it cannot be deleted.
    pub undeletable: &'static str,
    /// Fields of it that cannot be set, and why.
    pub fixed: Vec<(&'static str, &'static str)>,
}

impl Terms {
    /// Why this record may only be looked at.
    #[must_use]
    pub fn sealed(&self, record: &Record) -> Option<&'static str> {
        self.seal.as_ref().and_then(|seal| seal(record))
    }

    /// What they may do with this record; with a new one, where there is none.
    #[must_use]
    pub fn limits(self, record: Option<&Record>) -> Limits {
        if let Some(why) = record.and_then(|record| self.sealed(record)) {
            return Limits { sealed: Some(why), ..Limits::default() };
        }
        let own = self.own.filter(|own| record.is_some_and(|record| record.id == own.id));
        let undeletable = own.as_ref().map(|own| own.undeletable);
        let fixed = self.fixed.into_iter().chain(own.map(|own| own.fixed).unwrap_or_default());
        Limits { sealed: None, fixed: fixed.collect(), choices: self.choices, undeletable }
    }
}

impl fmt::Debug for Terms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { seal, fixed, choices, own } = self;
        f.debug_struct("Terms")
            .field("seals", &seal.is_some())
            .field("fixed", fixed)
            .field("choices", choices)
            .field("own", own)
            .finish()
    }
}

/// Guards the records of a model. Services that register models of their own may have guards of their own.
pub trait Guard: fmt::Debug + Send + Sync {
    /// What of their rights somebody has on the model at all.
    fn rights(&self, rights: Rights) -> Rights;

    /// What they may do with its records. It is asked once for a request, however many records that is about.
    fn terms<'a>(&'a self, staff: &'a Staff) -> BoxFuture<'a, Result<Terms, StoreError>>;
}
