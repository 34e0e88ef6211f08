//! What a browser keeps of a session, and what a store keeps of that.

use std::fmt;

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::alphanumeric::random;
use crate::randomness::{Randomness, RandomnessError};

/// Letters and digits of a key: 256 bits.
const LENGTH: usize = 43;

/// The secret by which a browser is known: 43 letters and digits.
#[derive(Clone)]
pub struct SessionKey(Zeroizing<String>);

impl SessionKey {
    /// A new key.
    ///
    /// # Errors
    /// Where there is no randomness.
    pub fn new(randomness: &dyn Randomness) -> Result<Self, RandomnessError> {
        let text: [u8; LENGTH] = random(randomness)?;
        Ok(Self(Zeroizing::new(text.into_iter().map(char::from).collect())))
    }

    /// Reads a key; what cannot be one is `None`, so that no store needs to be asked.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let good = text.len() == LENGTH && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        good.then(|| Self(Zeroizing::new(text.to_owned())))
    }

    /// The secret, for the browser's cookie.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What the store knows it by.
    #[must_use]
    pub fn digest(&self) -> SessionDigest {
        SessionDigest(Sha256::digest(self.0.as_bytes()).into())
    }
}

impl fmt::Debug for SessionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionKey(hidden)")
    }
}

/// The SHA-256 of a key. A key has 256 bits of its own: nothing slower is needed to keep it from being guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SessionDigest([u8; 32]);

impl SessionDigest {
    /// One that was stored.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for SessionDigest {
    /// 64 hexadecimal digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::randomness::SystemRandomness;

    #[test]
    fn a_key_is_read_again_and_never_shown() {
        let key = SessionKey::new(&SystemRandomness).unwrap();
        assert_eq!(SessionKey::parse(key.expose()).unwrap().digest(), key.digest());
        assert!(!format!("{key:?}").contains(key.expose()));
        assert_eq!(key.digest().to_string().len(), 64);
    }

    #[test]
    fn what_is_no_key_is_not_looked_up() {
        for bad in ["", "abc", &"a".repeat(42), &"a".repeat(44), &"ä".repeat(43), &"-".repeat(43)] {
            assert!(SessionKey::parse(bad).is_none(), "{bad}");
        }
    }
}
