//! Why a key is refused.

use crate::randomness::RandomnessError;
use crate::tokens::algorithm::Algorithm;

/// Why a key is refused when it is created. No variant contains anything of the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The secret is shorter than the hash (RFC 7518, section 3.2).
    #[error("the key has {length} bytes; {algorithm} needs at least {needed}")]
    TooShort {
        /// The algorithm.
        algorithm: Algorithm,
        /// Its length in bytes.
        length: usize,
        /// The minimum length in bytes.
        needed: usize,
    },
    /// The RSA key has fewer than 2048 bits (RFC 7518, sections 3.3 and 3.5).
    #[error("the RSA key has {bits} bits; {algorithm} needs at least 2048")]
    TooFewBits {
        /// The algorithm.
        algorithm: Algorithm,
        /// The length of its modulus in bits.
        bits: usize,
    },
    /// The key is publicly known: it is printed in a standard, a tutorial or a test suite.
    #[error("the key is public: it is {0}")]
    WellKnown(&'static str),
    /// A public key of small order, with which one signature is valid for every message.
    #[error("the Ed25519 key is of small order: anyone can sign for it")]
    SmallOrder,
    /// The key is of another kind than its algorithm's.
    #[error("the key is not of the kind that {algorithm} needs")]
    OtherKind {
        /// The algorithm.
        algorithm: Algorithm,
    },
    /// The algorithm needs a feature of this crate that is not enabled.
    #[error("{algorithm} needs the feature `{feature}` of presspass-auth")]
    NotEnabled {
        /// The algorithm.
        algorithm: Algorithm,
        /// The feature.
        feature: &'static str,
    },
    /// It cannot be parsed, or is inconsistent.
    #[error("the key cannot be read: {0}")]
    Malformed(&'static str),
    /// A key's id must have 1 to 128 bytes and no control characters.
    #[error("a key's id must have 1 to 128 bytes and no control characters")]
    Name,
    /// There is no randomness for a new key.
    #[error(transparent)]
    Randomness(#[from] RandomnessError),
}

/// The library that signs failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} failed to sign")]
pub(in crate::tokens) struct SignatureError(pub(super) Algorithm);
