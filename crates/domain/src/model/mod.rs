//! The description of models: their fields, queries of their records, forms that change them, and the log of changes.
//!
//! A [`Model`] names its fields; a [`ListQuery`] and a [`Form`] hold only what their model has, so the database need not
//! check again. `presspass-persistence` reads and changes the records, each change in one transaction with its entry in the
//! log, and only while the record is as it was when the form was made ([`Version`]). Permissions are checked by the site.

mod definition;
mod draft;
mod field;
mod input;
mod key;
mod kind;
mod log;
mod message;
mod models;
mod outcomes;
mod query;
pub mod scalars;
mod selection;
mod value;

pub use definition::{Label, Model};
pub use draft::{Draft, Violation};
pub use field::{Access, Default, Field, Unique};
pub use input::{ChildAction, ChildWrite, FieldError, Form, FormError, Input, PasswordHash, Refusal};
pub use key::{Key, KeyKind};
pub use kind::{
    Format, IntegerRules, IntegerSize, Kind, Lines, OnDelete, Relation, TextParser, TextRules, Through,
};
pub use log::{ContentType, Difference, LogAction, LogEntry, REPR_LENGTH, entry_label};
pub use message::{ChangeMessage, Inline, Step};
pub use models::{CONTENT_TYPE, GROUP, LOG_ENTRY, PERMISSION, POST, USER};
pub use outcomes::{
    Actor, Added, Changed, Credential, Deleted, Deletion, Dependents, LogWritten, Protection,
    RevocationOutcome,
};
pub use query::{ChoiceQuery, DateRange, ListQuery, QueryError, Search, SearchError, TimestampRange};
pub use selection::{Condition, Lookup, Output, Path, Selection, Source, ToMany};
pub use value::{Record, Reference, Row, Value, Version};
