use super::encoded::EncodedHash;
use super::password::Password;
use super::scheme::Scheme;
use super::schemes::OutOfMemory;

/// What became of a password held against a stored one.
#[must_use]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verification {
    /// It is the password.
    Match(Upgrade),
    /// It is not.
    Mismatch,
    /// The account has no password on purpose (`!…`).
    Unusable,
    /// The stored value cannot be understood. The caller is told what a mismatch would tell; the operator may want to
    /// hear of it.
    Unknown,
}

/// Whether a hash that matched should be rewritten while the password is at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Upgrade {
    /// It is of another scheme than the preferred one, or weaker.
    Due,
    /// It may stay.
    NotDue,
}

/// Holds a password against a stored one, on the calling thread; the comparison takes constant time, the hashing what
/// the stored cost says. Inside a server use [`Hasher`](super::Hasher), which also evens out what differs in cost.
///
/// # Errors
///
/// [`OutOfMemory`] if a memory-hard hash did not get its memory: says nothing about the password.
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
