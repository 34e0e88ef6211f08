//! Where unpredictable bytes come from: a parameter of everything that makes salts, keys and identifiers.

use std::fmt::Debug;

/// The source gave no bytes. Whoever asked for a salt or a key must not go on without them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the source of randomness gave no bytes")]
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
