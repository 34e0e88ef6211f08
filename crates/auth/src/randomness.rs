//! The source of randomness, as a parameter of everything that creates salts, keys and identifiers.

use std::fmt::Debug;

/// The source of randomness failed. Salts and keys must not be created without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the source of randomness failed")]
pub struct RandomnessError;

/// A cryptographically secure source of bytes.
pub trait Randomness: Send + Sync + Debug {
    /// Overwrites all of `bytes` with unpredictable ones.
    ///
    /// # Errors
    ///
    /// [`RandomnessError`] if the source fails; `bytes` must not be used then.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomnessError>;
}

/// The operating system's source.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandomness;

impl Randomness for SystemRandomness {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomnessError> {
        getrandom::fill(bytes).map_err(|_| RandomnessError)
    }
}
