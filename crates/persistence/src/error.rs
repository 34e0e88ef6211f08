//! Errors of the database, by what a caller can do about them.

use diesel::result::{DatabaseErrorKind, Error as DieselError};
use presspass_auth as auth;
use presspass_domain as domain;

use crate::libpq::{self, ServerError};
use crate::url::DatabaseUrl;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No connection became free in time, or the engine is busy: try again.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// The connection is unusable and will be replaced: it broke, the server became a standby, or its prepared statements no
    /// longer fit the tables. Whether a write was executed is not known.
    #[error("the connection to the database was lost: {0}")]
    Connection(String),
    #[error("the database cannot be read: the disk fails, or the data is damaged: {0}")]
    Damaged(String),
    /// The disk is full.
    #[error("the disk of the database is full: {0}")]
    Full(String),
    /// A unique constraint was violated.
    #[error("the row exists already")]
    Conflict,
    /// Rows of another table refer to a row that was to be deleted, or a new row refers to a row that does not exist.
    #[error("a foreign key forbids it: {reason}")]
    ForeignKey {
        /// The table of the key, where the engine names it.
        table: Option<String>,
        reason: String,
    },
    /// The tables do not fit, or no longer: Django may have migrated them while the program ran.
    #[error("the tables are not what the program needs: {0}; `presspass check` lists what does not fit")]
    Schema(String),
    /// Any other error: a bug of ours, or an unexpected database.
    #[error("the query failed: {0}")]
    Query(String),
}

/// Messages of `SQLite` where the disk is full.
const FULL: [&str; 2] = ["is full", "No space left"];

/// Messages of `SQLite` where the same statement may succeed later.
const BUSY: [&str; 5] = [
    "is locked",
    "locking protocol",
    "disk I/O error",
    "unable to open database file",
    // The file system or the file was made read-only.
    "attempt to write a readonly database",
];

/// Messages of `SQLite` for a damaged file. It reports Linux's EIO on a read as such (`SQLITE_IOERR_CORRUPTFS`).
const DAMAGED: [&str; 2] = ["database disk image is malformed", "file is not a database"];

/// Messages of `SQLite` where a table or a column is missing, or holds another type.
const SCHEMA: [&str; 4] = ["no such table", "no such column", "has no column named", "datatype mismatch"];

/// The message of `SQLite` for ON DELETE RESTRICT, which it reports as an error of a trigger.
const FOREIGN_KEY: &str = "FOREIGN KEY constraint failed";

impl From<DieselError> for Error {
    fn from(error: DieselError) -> Self {
        let (kind, information) = match &error {
            DieselError::DatabaseError(kind, information) => (kind, information),
            DieselError::BrokenTransactionManager => return Self::Connection(error.to_string()),
            // diesel's causes for a value that it cannot read name the column, and not the value.
            _ => return Self::Query(domain::causes(&error)),
        };
        let message = domain::one_line(&information.message());
        match kind {
            DatabaseErrorKind::UniqueViolation => Self::Conflict,
            DatabaseErrorKind::ForeignKeyViolation => {
                Self::ForeignKey { table: information.table_name().map(str::to_owned), reason: message }
            }
            DatabaseErrorKind::NotNullViolation | DatabaseErrorKind::CheckViolation => {
                // PostgreSQL's message is in the server's language, and names no table before version 13.
                Self::Schema(match (information.table_name(), information.column_name()) {
                    (Some(table), Some(column)) => format!("{table}.{column}: {message}"),
                    (Some(table), None) => format!("{table}: {message}"),
                    _ => message,
                })
            }
            DatabaseErrorKind::SerializationFailure => Self::Unavailable(message),
            DatabaseErrorKind::ClosedConnection
            | DatabaseErrorKind::UnableToSendCommand
            | DatabaseErrorKind::ReadOnlyTransaction => Self::Connection(message),
            _ => match libpq::server_error(&**information) {
                Some(error) => Self::of_postgresql(&error, &message),
                None => Self::of_sqlite(message),
            },
        }
    }
}

impl Error {
    /// By SQLSTATE: messages are in the server's language.
    fn of_postgresql(error: &ServerError, message: &str) -> Self {
        let text = format!("{message} (SQLSTATE {})", error.sqlstate);
        match (error.sqlstate.as_str(), error.sqlstate.get(..2).unwrap_or_default()) {
            // The tables changed behind a prepared statement: "cached plan must not change result type".
            ("0A000", _) if error.routine == "RevalidateCachedQuery" => Self::Connection(text),
            ("53100", _) => Self::Full(text),
            // ON DELETE RESTRICT, since PostgreSQL 18.
            ("23001", _) => Self::ForeignKey { table: None, reason: text },
            // A table or a column is missing, or has another type.
            ("42P01" | "42703" | "42804" | "42883", _) => Self::Schema(text),
            // Disk, memory, connections; a timeout, a cancellation or an operator; a deadlock; a lock.
            (_, "53" | "57" | "40") | ("55P03" | "55006", _) => Self::Unavailable(text),
            (_, "58" | "XX") if error.sqlstate != "XX000" => Self::Damaged(text),
            (_, "08") => Self::Connection(text),
            _ => Self::Query(text),
        }
    }

    /// diesel hides `SQLite`'s codes, but its messages are always in English.
    fn of_sqlite(message: String) -> Self {
        let says = |texts: &[&str]| texts.iter().any(|text| message.contains(text));
        if says(&FULL) {
            Self::Full(message)
        } else if says(&BUSY) {
            Self::Unavailable(message)
        } else if says(&DAMAGED) {
            Self::Damaged(message)
        } else if says(&[FOREIGN_KEY]) {
            Self::ForeignKey { table: None, reason: message }
        } else if says(&SCHEMA) {
            Self::Schema(message)
        } else {
            Self::Query(message)
        }
    }
}

impl From<Error> for auth::StoreError {
    fn from(error: Error) -> Self {
        match error {
            Error::Unavailable(_) | Error::Connection(_) | Error::Damaged(_) => {
                Self::Unavailable(Box::new(error))
            }
            Error::Full(_) => Self::Full(Box::new(error)),
            Error::Conflict | Error::ForeignKey { .. } | Error::Schema(_) | Error::Query(_) => {
                Self::Failed(Box::new(error))
            }
        }
    }
}

/// Why a database could not be opened. One line for the operator.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("cannot open the database {url}: {reason}")]
    Connect {
        url: DatabaseUrl,
        /// The engine's message, on one line.
        reason: String,
    },
    /// It was reached, but could not be read.
    #[error("cannot read the database {url}: {reason}")]
    Read {
        url: DatabaseUrl,
        /// The engine's message, on one line.
        reason: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(kind: DatabaseErrorKind, message: &str) -> Error {
        DieselError::DatabaseError(kind, Box::new(message.to_owned())).into()
    }

    #[test]
    fn errors_of_sqlite_are_classified_by_message() {
        let unknown = |message| error(DatabaseErrorKind::Unknown, message);
        assert!(matches!(unknown("database is locked"), Error::Unavailable(_)));
        assert!(matches!(unknown("attempt to write a readonly database"), Error::Unavailable(_)));
        assert!(matches!(unknown("database disk image is malformed"), Error::Damaged(_)));
        assert!(matches!(unknown("database or disk is full"), Error::Full(_)));
        assert!(matches!(unknown("no such table: posts_post"), Error::Schema(_)));
        assert!(matches!(unknown("FOREIGN KEY constraint failed"), Error::ForeignKey { .. }));
        assert!(matches!(unknown("near \"x\": syntax error"), Error::Query(_)));
        assert!(matches!(error(DatabaseErrorKind::ClosedConnection, "gone"), Error::Connection(_)));
        assert!(matches!(error(DatabaseErrorKind::ReadOnlyTransaction, "standby"), Error::Connection(_)));
        assert!(matches!(error(DatabaseErrorKind::UniqueViolation, "id"), Error::Conflict));
    }

    #[test]
    fn errors_of_postgresql_are_classified_by_sqlstate() {
        let by = |sqlstate: &str, routine: &str| {
            let error = ServerError { sqlstate: sqlstate.to_owned(), routine: routine.to_owned() };
            Error::of_postgresql(&error, "Text")
        };
        assert!(matches!(by("0A000", "RevalidateCachedQuery"), Error::Connection(_)));
        assert!(matches!(by("0A000", "transformSelectStmt"), Error::Query(_)));
        assert!(matches!(by("53100", "mdextend"), Error::Full(_)));
        for sqlstate in ["53200", "53300", "57014", "57P01", "40P01", "55P03"] {
            assert!(matches!(by(sqlstate, ""), Error::Unavailable(_)), "{sqlstate}");
        }
        for sqlstate in ["58030", "XX001", "XX002"] {
            assert!(matches!(by(sqlstate, ""), Error::Damaged(_)), "{sqlstate}");
        }
        for sqlstate in ["42P01", "42703", "42804", "42883"] {
            assert!(matches!(by(sqlstate, ""), Error::Schema(_)), "{sqlstate}");
        }
        assert!(matches!(by("23001", ""), Error::ForeignKey { table: None, .. }));
        assert_eq!(by("42501", "").to_string(), "the query failed: Text (SQLSTATE 42501)");
        assert!(matches!(by("XX000", ""), Error::Query(_)));
    }

    #[test]
    fn a_lost_connection_is_no_fault_of_the_caller() {
        let store = auth::StoreError::from(Error::Connection("gone".to_owned()));
        assert!(matches!(store, auth::StoreError::Unavailable(_)));
        assert_eq!(store.to_string(), "the store is unavailable");
    }
}
