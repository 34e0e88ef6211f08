//! How hashes are written as text.

use crate::{Randomness, RandomnessError};

use super::salt::{SALT_LENGTH, random_text};

/// The text form of a hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// A PHC string, `$argon2id$…`, or for bcrypt its own form, `$2b$…`.
    Phc,
    /// Django's: `argon2$argon2id$…`, `bcrypt_sha256$$2b$…`.
    Django,
}

impl Format {
    /// The length of a new salt: in bytes, or in Django's format in characters, of which each has 6 bits.
    pub const fn salt_length(self) -> usize {
        match self {
            Self::Phc => 16,
            Self::Django => SALT_LENGTH,
        }
    }

    /// A new salt. Django's are letters and digits.
    pub fn salt(self, randomness: &dyn Randomness) -> Result<Vec<u8>, RandomnessError> {
        match self {
            Self::Phc => {
                let mut salt = vec![0; self.salt_length()];
                randomness.fill(&mut salt)?;
                Ok(salt)
            }
            Self::Django => random_text(self.salt_length(), randomness).map(String::into_bytes),
        }
    }
}
