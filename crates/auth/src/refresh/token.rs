//! The refresh token, which a client keeps, and its digest, which a store keeps.

use std::fmt;

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::alphanumeric::random;
use crate::newtypes::{secret_text, stored_bytes};
use crate::randomness::{Randomness, RandomnessError};

/// In letters and digits: 256 bits.
const LENGTH: usize = 43;
/// In letters and digits: 131 bits.
const FAMILY_LENGTH: usize = 22;

secret_text! {
    /// A refresh token: 43 letters and digits, 256 bits. It is good for one exchange.
    RefreshToken
}

stored_bytes! {
    /// The SHA-256 of a refresh token. The token has 256 bits of randomness: no slower hash is needed against guessing.
    digest RefreshDigest
}

impl RefreshToken {
    /// A new token.
    pub(super) fn new(randomness: &dyn Randomness) -> Result<Self, RandomnessError> {
        let text: [u8; LENGTH] = random(randomness)?;
        Ok(Self(Zeroizing::new(text.into_iter().map(char::from).collect())))
    }

    /// Parses a token; `None` if the text cannot be one, so that no store needs to be asked.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let good = text.len() == LENGTH && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        good.then(|| Self(Zeroizing::new(text.to_owned())))
    }

    /// The digest under which a store keeps the token.
    #[must_use]
    pub fn digest(&self) -> RefreshDigest {
        RefreshDigest(Sha256::digest(self.0.as_bytes()).into())
    }
}

/// The identifier of a token family, which its access tokens carry as `sid`. It is not a secret.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FamilyId(String);

impl FamilyId {
    pub(super) fn new(randomness: &dyn Randomness) -> Result<Self, RandomnessError> {
        let text: [u8; FAMILY_LENGTH] = random(randomness)?;
        Ok(Self(text.into_iter().map(char::from).collect()))
    }

    /// From the text of a store, or of a token's `sid`.
    #[must_use]
    pub fn from_text(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, for a store.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FamilyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SystemRandomness;

    #[test]
    fn a_token_is_read_again_and_never_shown() {
        let token = RefreshToken::new(&SystemRandomness).unwrap();
        assert_eq!(RefreshToken::parse(token.expose()).unwrap().digest(), token.digest());
        assert!(!format!("{token:?}").contains(token.expose()));
        for bad in ["", "a.b.c", &token.expose()[1..], &format!("{}é", &token.expose()[2..])] {
            assert!(RefreshToken::parse(bad).is_none(), "{bad}");
        }
    }
}
