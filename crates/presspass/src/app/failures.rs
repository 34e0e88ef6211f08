//! The failure of a store of the admin's models.

use presspass_domain::{StoreError, causes};
use presspass_rest::Failure;

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
