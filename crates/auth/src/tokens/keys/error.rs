//! Why a key is refused.

use crate::randomness::RandomnessError;
use crate::tokens::algorithm::Algorithm;

/// Why a key is refused when it is built. Nothing of the key is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// A secret must be at least as long as the hash (RFC 7518, section 3.2).
    #[error("the key has {length} bytes; {algorithm} needs at least {needed}")]
    TooShort {
        /// What it was to sign with.
        algorithm: Algorithm,
        /// Its length in bytes.
        length: usize,
        /// The least length in bytes.
        needed: usize,
    },
    /// RSA keys have at least 2048 bits (RFC 7518, sections 3.3 and 3.5).
    #[error("the RSA key has {bits} bits; {algorithm} needs at least 2048")]
    TooFewBits {
        /// What it was to sign with.
        algorithm: Algorithm,
        /// The length of its modulus in bits.
        bits: usize,
    },
    /// Everybody has it: it is printed in a standard, a tutorial or a test suite.
    #[error("the key is public: it is {0}")]
    WellKnown(&'static str),
    /// A public key of small order, under which one signature is good for every message.
    #[error("the Ed25519 key is of small order: anyone can sign for it")]
    SmallOrder,
    /// The key is of another kind than its algorithm's.
    #[error("the key is not of the kind that {algorithm} needs")]
    OtherKind {
        /// What it was to sign with.
        algorithm: Algorithm,
    },
    /// It cannot be read, or is inconsistent.
    #[error("the key cannot be read: {0}")]
    Malformed(&'static str),
    /// A name of a key is text of 1 to 128 bytes without control characters.
    #[error("a key's name has 1 to 128 bytes and no control characters")]
    Name,
    /// There is nothing to make a key of.
    #[error(transparent)]
    Randomness(#[from] RandomnessError),
}
