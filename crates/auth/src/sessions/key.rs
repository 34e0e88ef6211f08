//! The key of a session, which its browser keeps, and the key's digest, which a store keeps.

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::alphanumeric::random;
use crate::newtypes::{secret_text, stored_bytes};
use crate::randomness::{Randomness, RandomnessError};

/// In letters and digits: 256 bits.
const LENGTH: usize = 43;

secret_text! {
    /// The secret in a browser's session cookie: 43 letters and digits, 256 bits.
    SessionKey
}

stored_bytes! {
    /// The SHA-256 of a session key. The key has 256 bits of randomness: no slower hash is needed against guessing.
    digest SessionDigest
}

impl SessionKey {
    /// A new key.
    ///
    /// # Errors
    /// If there is no randomness.
    pub fn new(randomness: &dyn Randomness) -> Result<Self, RandomnessError> {
        let text: [u8; LENGTH] = random(randomness)?;
        Ok(Self(Zeroizing::new(text.into_iter().map(char::from).collect())))
    }

    /// Parses a key; `None` if the text cannot be one, so that no store needs to be asked.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let good = text.len() == LENGTH && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        good.then(|| Self(Zeroizing::new(text.to_owned())))
    }

    /// The digest under which a store keeps the session.
    #[must_use]
    pub fn digest(&self) -> SessionDigest {
        SessionDigest(Sha256::digest(self.0.as_bytes()).into())
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
