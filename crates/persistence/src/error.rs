//! Why the database did not answer.

use diesel::result::{DatabaseErrorKind, Error as DieselError};
use presspass_auth as auth;
use presspass_domain as domain;

use crate::url::DatabaseUrl;

/// Why a query failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No connection could be had in time, or the engine is busy: try again.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// The connection is of no use any more, and is replaced: its link broke, the server behind it became a standby, or
    /// its prepared statements no longer fit the tables. Whether a write was done is not known.
    #[error("the connection to the database was lost: {0}")]
    Connection(String),
    /// There is no room left for what was to be written.
    #[error("the database has no room left: {0}")]
    Full(String),
    /// What was to be written is there already (a unique constraint).
    #[error("the row is there already")]
    Conflict,
    /// Anything else: a fault of ours, or a database that is not what it should be.
    #[error("the query failed: {0}")]
    Query(String),
}

/// What `PostgreSQL` says when the tables changed behind a prepared statement.
const STALE: &str = "cached plan must not change result type";

/// What the engines say when the disk is full.
const FULL: [&str; 2] = ["is full", "No space left"];

/// What the engines say when the same statement may succeed later.
const BUSY: [&str; 7] = [
    // SQLite
    "is locked",
    "locking protocol",
    "disk I/O error",
    "unable to open database file",
    // PostgreSQL: a timeout or an operator, a conflict with a standby's replay; a deadlock; memory
    "canceling statement",
    "deadlock detected",
    "out of shared memory",
];

/// An error with its causes: diesel's own words for a value that it cannot read name the column and not the value.
fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text
}

impl From<DieselError> for Error {
    fn from(error: DieselError) -> Self {
        let (kind, information) = match &error {
            DieselError::DatabaseError(kind, information) => (kind, information),
            DieselError::BrokenTransactionManager => return Self::Connection(error.to_string()),
            _ => return Self::Query(with_causes(&error)),
        };
        let message = one_line(&information.message());
        let says = |texts: &[&str]| texts.iter().any(|text| message.contains(text));
        match kind {
            DatabaseErrorKind::UniqueViolation => Self::Conflict,
            DatabaseErrorKind::SerializationFailure => Self::Unavailable(message),
            DatabaseErrorKind::ClosedConnection
            | DatabaseErrorKind::UnableToSendCommand
            | DatabaseErrorKind::ReadOnlyTransaction => Self::Connection(message),
            // diesel hides SQLSTATE and SQLite's codes, so the words must do.
            _ if says(&[STALE]) => Self::Connection(message),
            _ if says(&FULL) => Self::Full(message),
            _ if says(&BUSY) => Self::Unavailable(message),
            _ => Self::Query(message),
        }
    }
}

impl From<Error> for auth::StoreError {
    fn from(error: Error) -> Self {
        match error {
            Error::Unavailable(_) | Error::Connection(_) => Self::Unavailable(Box::new(error)),
            Error::Full(_) => Self::Full(Box::new(error)),
            Error::Conflict | Error::Query(_) => Self::Failed(Box::new(error)),
        }
    }
}

impl From<Error> for domain::StoreError {
    fn from(error: Error) -> Self {
        match error {
            Error::Unavailable(_) | Error::Connection(_) => Self::Unavailable(Box::new(error)),
            Error::Full(_) => Self::Full(Box::new(error)),
            Error::Conflict | Error::Query(_) => Self::Failed(Box::new(error)),
        }
    }
}

/// Why a database could not be opened, as one line for the operator.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// No connection.
    #[error("cannot open the database {url}: {reason}")]
    Connect {
        /// Which, without its password.
        url: DatabaseUrl,
        /// What the engine said, on one line.
        reason: String,
    },
    /// It was reached, but a look into it failed.
    #[error("cannot read the database {url}: {reason}")]
    Read {
        /// Which, without its password.
        url: DatabaseUrl,
        /// What the engine said, on one line.
        reason: String,
    },
}

/// What an engine said, its lines joined to one: an operator gets one line.
pub(crate) fn one_line(error: &impl std::fmt::Display) -> String {
    let text = error.to_string();
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(kind: DatabaseErrorKind, message: &str) -> Error {
        DieselError::DatabaseError(kind, Box::new(message.to_owned())).into()
    }

    #[test]
    fn what_the_engines_say_is_sorted() {
        let unknown = |message| said(DatabaseErrorKind::Unknown, message);
        assert!(matches!(unknown("database is locked"), Error::Unavailable(_)));
        assert!(matches!(unknown("canceling statement due to statement timeout"), Error::Unavailable(_)));
        assert!(matches!(unknown("database or disk is full"), Error::Full(_)));
        let extend = "could not extend file \"base/5/1\": No space left on device";
        assert!(matches!(unknown(extend), Error::Full(_)));
        assert!(matches!(unknown(STALE), Error::Connection(_)));
        assert!(matches!(unknown("no such table: posts_post"), Error::Query(_)));
        assert!(matches!(said(DatabaseErrorKind::ClosedConnection, "gone"), Error::Connection(_)));
        assert!(matches!(said(DatabaseErrorKind::ReadOnlyTransaction, "standby"), Error::Connection(_)));
        assert!(matches!(said(DatabaseErrorKind::UniqueViolation, "id"), Error::Conflict));
    }

    #[test]
    fn a_lost_connection_is_no_fault_of_the_caller() {
        let store = domain::StoreError::from(Error::Connection("gone".to_owned()));
        assert!(matches!(store, domain::StoreError::Unavailable(_)));
        assert_eq!(store.to_string(), "the store is unavailable");
    }

    #[test]
    fn lines_are_joined() {
        assert_eq!(one_line(&"a\n\tb\n\n"), "a; b");
    }
}
