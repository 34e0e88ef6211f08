//! Errors of Redis.

use ::redis::{ErrorKind, RedisError as DriverError, ServerErrorKind};
use presspass_auth as auth;
use presspass_domain::one_line;

/// Why a command failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RedisError {
    /// Redis cannot be reached, starts, is full or too slow: try again. Whether the command was executed is not known.
    #[error("Redis is unavailable: {0}")]
    Unavailable(String),
    /// Redis refuses us (a wrong password, a database that it does not have), or the command is wrong.
    #[error("Redis refused: {0}")]
    Failed(String),
}

impl From<DriverError> for RedisError {
    fn from(error: DriverError) -> Self {
        let reason = one_line(&error);
        // Codes that the driver does not know: no memory left, a script that runs too long, replicas or disk away.
        let known_code =
            || error.code().is_some_and(|code| ["OOM", "BUSY", "NOREPLICAS", "MISCONF"].contains(&code));
        let soon = matches!(
            error.kind(),
            ErrorKind::Io
                | ErrorKind::Parse
                | ErrorKind::Server(
                    ServerErrorKind::BusyLoading
                        | ServerErrorKind::TryAgain
                        | ServerErrorKind::ClusterDown
                        | ServerErrorKind::MasterDown
                        | ServerErrorKind::ReadOnly
                )
        ) || known_code();
        if soon { Self::Unavailable(reason) } else { Self::Failed(reason) }
    }
}

impl From<RedisError> for auth::StoreError {
    fn from(error: RedisError) -> Self {
        match error {
            RedisError::Unavailable(_) => Self::Unavailable(Box::new(error)),
            RedisError::Failed(_) => Self::Failed(Box::new(error)),
        }
    }
}
