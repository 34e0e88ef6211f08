//! Verifies a password against a stored hash.

use super::encoded::EncodedHash;
use super::password::Password;
use super::scheme::Scheme;
use super::schemes::OutOfMemory;

/// The result of verifying a password against a stored hash.
#[must_use]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verification {
    /// The password is right.
    Match(Upgrade),
    /// The password is wrong.
    Mismatch,
    /// The account deliberately has no password (`!…`).
    Unusable,
    /// The stored value is not understood. The client should see the same answer as for a mismatch; the operator may want
    /// to know.
    Unknown,
}

/// Whether a hash that matched should be replaced now that the password is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Upgrade {
    /// It is of another scheme than the preferred one, or weaker.
    Due,
    /// It can stay.
    NotDue,
}

/// Verifies a password against a stored hash, on the calling thread. The comparison takes constant time, and the hashing
/// as long as the stored cost requires. In a server, use [`Hasher`](super::Hasher), which also evens out differences in
/// cost.
///
/// # Errors
///
/// [`OutOfMemory`] if there is not enough memory for a memory-hard hash. Nothing is known of the password then.
pub fn verify(
    password: &Password,
    stored: &EncodedHash,
    preferred: Scheme,
) -> Result<Verification, OutOfMemory> {
    Ok(match (stored.matches(password)?.map(bool::from), stored) {
        (Some(true), _) => Verification::Match(preferred.upgrade_of(stored)),
        (Some(false), _) => Verification::Mismatch,
        (None, EncodedHash::Unusable) => Verification::Unusable,
        (None, _) => Verification::Unknown,
    })
}
