//! What an admin site is about: models with their fields, lists of their records, forms that change them, and the log of
//! who did what.
//!
//! A [`Model`] names its fields; a [`ListQuery`] and a [`Form`] hold only what their model has, so stores need not ask
//! again. A [`ModelReader`] reads the records of one model and a [`ModelWriter`] changes them, each change in one
//! transaction with its entry in the log ([`AdminLog`]), and only while the record is as it was when the form was made
//! ([`Version`]). Who may do what is not asked here: that is the site's.

mod input;
mod log;
mod message;
mod model;
mod models;
mod query;
mod store;
mod value;

pub use input::{FieldError, Form, FormError, Input, PasswordHash, Refusal};
pub use log::{ContentType, Difference, LogAction, LogEntry, REPR_LENGTH, entry_label};
pub use message::{ChangeMessage, Inline, Step};
pub use model::{Access, Field, Kind, Label, Lines, Model, Presence, Relation, TextParser, TextRules};
pub use models::{CONTENT_TYPE, GROUP, LOG_ENTRY, PERMISSION, POST, USER};
pub use query::{ChoiceQuery, DateRange, Filter, ListQuery, TimestampRange, QueryError, Search, SearchError};
pub use store::{
    Actor, Added, AdminLog, Changed, Deleted, Deletion, Dependents, Ended, ModelReader, ModelWriter, Noted,
    Proof, ProofEnder, Protection,
};
pub use value::{Record, Reference, Row, Value, Version};
