//! The results of logins.

use super::StoredPassword;
use crate::passwords::Busy;
use crate::store::StoreError;
use crate::throttles::{Counter, Throttled};

/// The result of a login.
#[derive(Debug)]
#[non_exhaustive]
pub enum LoginOutcome<U> {
    /// The password is right, and the account is active. The hash is the one that is stored now.
    Verified(StoredPassword<U>),
    /// The name is unknown, the account is disabled, or the password is wrong. Clients must not learn which.
    Refused {
        /// The account with this name, for the log.
        account: Option<U>,
        /// The counter that this login has filled: the next one is throttled.
        filled: Option<Counter>,
    },
    /// The password was not verified: this counter is full.
    Throttled(Counter, Throttled),
}

/// A login could not be verified. This says nothing about the caller.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoginError {
    /// An account could not be read, or an attempt not counted.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Too many passwords are waiting to be hashed.
    #[error(transparent)]
    Busy(#[from] Busy),
}

impl From<LoginError> for StoreError {
    fn from(error: LoginError) -> Self {
        match error {
            LoginError::Store(error) => error,
            LoginError::Busy(busy) => Self::Unavailable(busy.into()),
        }
    }
}
