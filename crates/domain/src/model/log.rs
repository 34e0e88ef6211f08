//! Entries of Django's admin log.

use super::message::ChangeMessage;
use super::value::{Reference, Value};
use crate::timestamp::Timestamp;

/// Django's `action_flag`.
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
    /// `None` for flags of other programs.
    #[must_use]
    pub const fn from_flag(flag: i64) -> Option<Self> {
        match flag {
            1 => Some(Self::Addition),
            2 => Some(Self::Change),
            3 => Some(Self::Deletion),
            _ => None,
        }
    }

    #[must_use]
    pub const fn flag(self) -> i64 {
        match self {
            Self::Addition => 1,
            Self::Change => 2,
            Self::Deletion => 3,
        }
    }
}

/// The content type of a record: a model, which we may not know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentType {
    /// `auth`
    pub app_label: String,
    /// `user`
    pub model: String,
}

/// The change of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    pub field: String,
    pub old: Value,
    pub new: Value,
}

impl Difference {
    /// The limit of characters that are stored of a text.
    pub const MAX_LENGTH: usize = 20_000;
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEntry {
    /// Its primary key.
    pub id: i64,
    pub at: Timestamp,
    pub user: Reference,
    /// `None` where the content type was deleted.
    pub content_type: Option<ContentType>,
    /// The record's primary key, which may be of any type.
    pub object_id: Option<String>,
    /// The label of the record, cut at 200 characters.
    pub object_repr: String,
    /// `None` where another program wrote a flag of its own.
    pub action: Option<LogAction>,
    pub message: ChangeMessage,
    /// Entries that Django wrote have none, and passwords are never among them.
    pub differences: Vec<Difference>,
}

/// The limit of code points of a record's label in an entry.
pub const REPR_LENGTH: usize = 200;

/// The label of an entry (`LogEntry.__str__` of Django 2.1, with today's quotation marks).
#[must_use]
pub fn entry_label(action: Option<LogAction>, object_repr: &str, message: &ChangeMessage) -> String {
    match action {
        Some(LogAction::Addition) => format!("Added “{object_repr}”."),
        Some(LogAction::Change) => format!("Changed “{object_repr}” — {}", message.text()),
        Some(LogAction::Deletion) => format!("Deleted “{object_repr}.”"),
        None => "LogEntry Object".to_owned(),
    }
}
