//! Identifiers of tokens.

use crate::alphanumeric::random;
use crate::randomness::{Randomness, RandomnessError};

/// Letters and digits of an identifier: 131 bits, so that no two are alike (RFC 7519, section 4.1.7).
pub(crate) const LENGTH: usize = 22;

/// A new identifier for a token, or for a family of them.
///
/// # Errors
/// Where there is no randomness.
pub fn new_jti(randomness: &dyn Randomness) -> Result<String, RandomnessError> {
    Ok(random::<LENGTH>(randomness)?.into_iter().map(char::from).collect())
}
