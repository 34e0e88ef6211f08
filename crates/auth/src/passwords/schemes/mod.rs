//! Django's password hash schemes, one file each: parsing, computing, encoding.

pub(super) mod argon2;
pub(super) mod bcrypt;
pub(super) mod pbkdf2;
pub(super) mod scrypt;

/// The cost of computing one hash: the parameters that determine it.
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

/// There is not enough memory for a memory-hard hash. Nothing is known of the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not enough memory to compute a password hash")]
pub struct OutOfMemory;

/// Parses a number as Django writes it: digits, without a sign or leading zeros. Any other form does not match in Django
/// either, which compares whole encoded texts.
fn number(text: &str) -> Option<u32> {
    let canonical = text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    canonical.then(|| text.parse().ok()).flatten()
}
