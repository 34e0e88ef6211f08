//! Verifies a password against a stored hash.

use super::encoded::EncodedHash;
use super::scheme::Scheme;
use super::schemes::OutOfMemory;
use crate::passwords::Password;

/// The result of verifying a password against a stored hash.
#[must_use]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
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
    let Some((_, hash)) = stored.hash() else {
        return Ok(if stored.is_unusable() { Verification::Unusable } else { Verification::Unknown });
    };
    let is_right = bool::from(hash.matches(password)?);
    Ok(if is_right { Verification::Match(preferred.upgrade_of(stored)) } else { Verification::Mismatch })
}
