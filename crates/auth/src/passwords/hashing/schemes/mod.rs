//! The families of hashes, one file each: parsing, computing, encoding.

#[cfg(feature = "argon2")]
pub(super) mod argon2;
#[cfg(feature = "bcrypt")]
pub(super) mod bcrypt;
#[cfg(feature = "pbkdf2")]
pub(super) mod pbkdf2;
#[cfg(feature = "scrypt")]
pub(super) mod scrypt;

use subtle::Choice;

use super::format::Format;
use super::pace::Progress;
use crate::passwords::Password;
use crate::{Randomness, RandomnessError};

/// A hash of one of the families.
#[derive(Debug, Clone)]
pub(super) enum Hash {
    #[cfg(feature = "pbkdf2")]
    Pbkdf2(pbkdf2::Pbkdf2Hash),
    #[cfg(feature = "bcrypt")]
    Bcrypt(bcrypt::BcryptHash),
    #[cfg(feature = "argon2")]
    Argon2(argon2::Argon2Hash),
    #[cfg(feature = "scrypt")]
    Scrypt(scrypt::ScryptHash),
}

impl Hash {
    #[cfg_attr(
        not(any(feature = "argon2", feature = "scrypt")),
        expect(clippy::unnecessary_wraps, reason = "only memory-hard families can fail")
    )]
    pub(super) fn matches(&self, password: &Password) -> Result<Choice, OutOfMemory> {
        match self {
            #[cfg(feature = "pbkdf2")]
            Self::Pbkdf2(hash) => Ok(hash.matches(password)),
            #[cfg(feature = "bcrypt")]
            Self::Bcrypt(hash) => Ok(hash.matches(password)),
            #[cfg(feature = "argon2")]
            Self::Argon2(hash) => hash.matches(password),
            #[cfg(feature = "scrypt")]
            Self::Scrypt(hash) => hash.matches(password),
        }
    }

    /// The cost of [`matches`](Self::matches).
    pub(super) fn work(&self) -> Work {
        match self {
            #[cfg(feature = "pbkdf2")]
            Self::Pbkdf2(hash) => hash.work(),
            #[cfg(feature = "bcrypt")]
            Self::Bcrypt(hash) => hash.work(),
            #[cfg(feature = "argon2")]
            Self::Argon2(hash) => hash.work(),
            #[cfg(feature = "scrypt")]
            Self::Scrypt(hash) => hash.work(),
        }
    }
}

/// A password could not be hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// There is no randomness for the salt.
    #[error(transparent)]
    Randomness(#[from] RandomnessError),
    /// There is not enough memory for a memory-hard scheme.
    #[error(transparent)]
    OutOfMemory(#[from] OutOfMemory),
    /// Plain bcrypt reads 72 bytes of a password; this one is longer.
    #[error("the password is longer than the 72 bytes that bcrypt reads")]
    TooLong,
}

/// The cost of new hashes of one family.
pub(super) trait Family {
    /// Hashes a password with a new salt.
    fn encode(
        &self,
        format: Format,
        password: &Password,
        randomness: &dyn Randomness,
    ) -> Result<String, EncodeError>;

    /// Encodes any bytes as a hash of this cost.
    fn written(&self, format: Format, salt: &[u8], bytes: &[u8; 64]) -> String;

    /// Whether no parameter of `hash` is weaker than those of new hashes.
    fn is_met_by(&self, format: Format, hash: &Hash) -> bool;

    /// The cost of a new hash.
    fn work(&self) -> Work;

    /// Does the work that `progress` lacks, as Django's `harden_runtime`.
    fn harden_runtime(&self, progress: Progress, password: &Password);
}

/// The cost of computing one hash: the parameters that determine it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Work {
    #[cfg(feature = "pbkdf2")]
    Pbkdf2 {
        digest: pbkdf2::Digest,
        /// Iterations times blocks of output.
        iterations: u32,
    },
    /// The base-two logarithm of the rounds.
    #[cfg(feature = "bcrypt")]
    Bcrypt(u32),
    #[cfg(feature = "argon2")]
    Argon2 {
        /// KiB.
        memory: u32,
        passes: u32,
        lanes: u32,
    },
    #[cfg(feature = "scrypt")]
    Scrypt { log_n: u8, r: u32, p: u32 },
}

/// There is not enough memory for a memory-hard hash. Nothing is known of the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not enough memory to compute a password hash")]
pub struct OutOfMemory;

/// A cost that is out of bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the cost {given} is not between {least} and {most}")]
pub struct CostOutOfRange {
    given: u32,
    least: u32,
    most: u32,
}

fn within(given: u32, least: u32, most: u32) -> Result<u32, CostOutOfRange> {
    (least..=most).contains(&given).then_some(given).ok_or(CostOutOfRange { given, least, most })
}

/// Parses a number as Django and PHC strings have it: digits, without a sign or leading zeros. Any other form does not
/// match in Django either, which compares whole encoded texts.
#[cfg(any(feature = "argon2", feature = "pbkdf2", feature = "scrypt"))]
fn number(text: &str) -> Option<u32> {
    let canonical = text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    canonical.then(|| text.parse().ok()).flatten()
}

/// Exactly `N` fields between `$` signs.
#[cfg(any(feature = "argon2", feature = "pbkdf2", feature = "scrypt"))]
fn fields<const N: usize>(text: &str) -> Option<[&str; N]> {
    let mut parts = text.split('$');
    let mut found = [""; N];
    for field in &mut found {
        *field = parts.next()?;
    }
    parts.next().is_none().then_some(found)
}
