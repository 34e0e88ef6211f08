//! Entries of the log.

use super::message::ChangeMessage;
use super::value::{Reference, Value};
use crate::timestamp::Timestamp;

/// What was done to a record: the original's `action_flag`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogAction {
    /// 1
    Addition,
    /// 2
    Change,
    /// 3
    Deletion,
}

impl LogAction {
    /// The action of a flag; other programs may write others.
    #[must_use]
    pub const fn from_flag(flag: i64) -> Option<Self> {
        match flag {
            1 => Some(Self::Addition),
            2 => Some(Self::Change),
            3 => Some(Self::Deletion),
            _ => None,
        }
    }

    /// Its flag.
    #[must_use]
    pub const fn flag(self) -> i64 {
        match self {
            Self::Addition => 1,
            Self::Change => 2,
            Self::Deletion => 3,
        }
    }
}

/// What a record was of: a model, by the names that the content type has, whether we know it or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentType {
    /// `auth`
    pub app_label: String,
    /// `user`
    pub model: String,
}

/// What became of a field in a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The field's name.
    pub field: String,
    /// What it held.
    pub old: Value,
    /// What it holds since.
    pub new: Value,
}

impl Difference {
    /// How many characters of a text are kept at the most.
    pub const MAX_LENGTH: usize = 20_000;
}

/// An entry of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEntry {
    /// Its primary key.
    pub id: i64,
    /// When it was.
    pub at: Timestamp,
    /// Who did it.
    pub user: Reference,
    /// To a record of what; the content type may be gone.
    pub content_type: Option<ContentType>,
    /// The record's primary key, which any program may have written.
    pub object_id: Option<String>,
    /// What the record was called, cut at 200 characters.
    pub object_repr: String,
    /// What was done; `None` where another program wrote a flag of its own.
    pub action: Option<LogAction>,
    /// What the log says of it.
    pub message: ChangeMessage,
    /// What became of each field. Entries of the original have none, and passwords are never among them.
    pub differences: Vec<Difference>,
}

/// How many code points of a record's label an entry keeps.
pub const REPR_LENGTH: usize = 200;

/// What an entry is called (2.1's `LogEntry.__str__`, in today's quotation marks).
#[must_use]
pub fn entry_label(action: Option<LogAction>, object_repr: &str, message: &ChangeMessage) -> String {
    match action {
        Some(LogAction::Addition) => format!("Added “{object_repr}”."),
        Some(LogAction::Change) => format!("Changed “{object_repr}” — {}", message.text()),
        Some(LogAction::Deletion) => format!("Deleted “{object_repr}.”"),
        None => "LogEntry Object".to_owned(),
    }
}
