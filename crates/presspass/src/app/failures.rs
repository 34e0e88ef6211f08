//! What goes wrong in a store, as what a client is answered.

use presspass_domain::StoreError;
use presspass_rest::{Failure, causes};

/// The failure of a store: 503, 507 or 500.
#[must_use]
#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err asks for")]
pub fn store(error: StoreError) -> Failure {
    let reason = causes(&error);
    match error {
        StoreError::Unavailable(_) => Failure::unavailable(reason),
        StoreError::Full(_) => Failure::Full { reason },
        StoreError::Failed(_) => Failure::Internal { reason },
    }
}

/// The same, as the chain of authenticators tells it.
pub(crate) fn auth_store(error: StoreError) -> presspass_auth::StoreError {
    match error {
        StoreError::Unavailable(cause) => presspass_auth::StoreError::Unavailable(cause),
        StoreError::Full(cause) => presspass_auth::StoreError::Full(cause),
        StoreError::Failed(cause) => presspass_auth::StoreError::Failed(cause),
    }
}
