//! Why the database did not answer.

use diesel::result::{DatabaseErrorKind, Error as DieselError};
use presspass_domain as domain;

use crate::url::DatabaseUrl;

/// Why a query failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No connection could be had in time, or the one in use broke, or the engine is busy: try again.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
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

impl From<DieselError> for Error {
    fn from(error: DieselError) -> Self {
        let DieselError::DatabaseError(kind, information) = &error else {
            return Self::Query(error.to_string());
        };
        let message = information.message();
        match kind {
            DatabaseErrorKind::UniqueViolation => Self::Conflict,
            DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand => {
                Self::Unavailable(message.to_owned())
            }
            _ if ["is full", "No space left", "disk I/O error"].iter().any(|text| message.contains(text)) => {
                Self::Full(message.to_owned())
            }
            // SQLite's busy and locked; PostgreSQL's shutdown, statement_timeout and too many connections.
            _ if [
                "is locked",
                "is busy",
                "terminating connection",
                "shutting down",
                "starting up",
                "recovery mode",
                "statement timeout",
                "too many clients",
                "could not connect",
                "server closed the connection",
            ]
            .iter()
            .any(|text| message.contains(text)) =>
            {
                Self::Unavailable(message.to_owned())
            }
            _ => Self::Query(message.to_owned()),
        }
    }
}

impl From<Error> for domain::StoreError {
    fn from(error: Error) -> Self {
        match error {
            Error::Unavailable(_) => Self::Unavailable(Box::new(error)),
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

/// The first line of what an engine said: an operator gets one line.
pub(crate) fn one_line(error: &impl std::fmt::Display) -> String {
    error.to_string().split('\n').map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("; ")
}
