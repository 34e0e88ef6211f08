//! One file for each family of hashes that the original writes: parsing, recomputing, writing.

pub(super) mod argon2;
pub(super) mod bcrypt;
pub(super) mod pbkdf2;
pub(super) mod scrypt;

/// What one hash costs to compute, by the parameters that decide it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Work {
    /// HMAC-SHA-1 iterations, over one block of output.
    Pbkdf2Sha1(u32),
    /// HMAC-SHA-256 iterations, over one block of output.
    Pbkdf2Sha256(u32),
    /// The base-two logarithm of the rounds.
    Bcrypt(u32),
    Argon2 {
        /// KiB.
        memory: u32,
        passes: u32,
        lanes: u32,
    },
    Scrypt {
        log_n: u8,
        r: u32,
        p: u32,
    },
}

/// A memory-hard hash could not get its memory. Says nothing about the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not enough memory to compute a password hash")]
pub struct OutOfMemory;

/// Reads a number as the original writes it: digits alone, no sign, no leading zero. Anything else could not match
/// in the original either, since it compares whole encoded texts.
fn number(text: &str) -> Option<u32> {
    let canonical = text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    canonical.then(|| text.parse().ok()).flatten()
}
