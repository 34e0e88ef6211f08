//! CSRF tokens: a secret with a mask.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use crate::alphanumeric::{ALPHABET, position, random};
use crate::randomness::{Randomness, RandomnessError};

/// Letters and digits of a secret, and of a mask.
const SECRET_LENGTH: usize = 32;

/// A secret of 32 letters and digits, masked with as many, as Django writes it to cookies and forms. The text changes
/// each time the secret is [masked](Self::masked), so that compression does not reveal it (BREACH).
#[derive(Clone)]
pub struct CsrfToken {
    text: String,
}

impl CsrfToken {
    /// A new secret with a new mask.
    ///
    /// # Errors
    /// If there is no randomness.
    pub fn new(randomness: &dyn Randomness) -> Result<Self, RandomnessError> {
        Ok(Self::mask(&random(randomness)?, &random(randomness)?))
    }

    /// The token of the session with this key, or of other credentials that browsers send automatically, which must be
    /// unpredictable. It does not reveal the key.
    #[must_use]
    pub fn for_session(key: &[u8]) -> Self {
        // HMAC accepts keys of any length, so the zero key is never used.
        let keyed = Hmac::<Sha256>::new_from_slice(key).unwrap_or_else(|_| Hmac::new(&[0; 64].into()));
        let digest: [u8; SECRET_LENGTH] =
            keyed.chain_update(b"presspass.csrf").finalize().into_bytes().into();
        let secret = digest.map(|byte| ALPHABET[usize::from(byte) % ALPHABET.len()]);
        Self::mask(&secret, &[ALPHABET[0]; SECRET_LENGTH])
    }

    /// Parses a token of 64 characters, or an unmasked secret of 32, as other versions of Django write it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if !text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return None;
        }
        match text.len() {
            64 => Some(Self { text: text.to_owned() }),
            // The first letter of the alphabet does not change what it masks.
            SECRET_LENGTH => Some(Self { text: "a".repeat(SECRET_LENGTH) + text }),
            _ => None,
        }
    }

    /// The text for cookies and forms.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The same secret with another mask: for a form.
    ///
    /// # Errors
    /// If there is no randomness.
    pub fn masked(&self, randomness: &dyn Randomness) -> Result<Self, RandomnessError> {
        Ok(Self::mask(&self.secret(), &random(randomness)?))
    }

    /// Whether both have the same secret, in constant time.
    #[must_use]
    pub fn matches(&self, other: &Self) -> bool {
        self.secret().ct_eq(&other.secret()).into()
    }

    fn mask(secret: &[u8; SECRET_LENGTH], mask: &[u8; SECRET_LENGTH]) -> Self {
        let sum = |(secret, mask): (&u8, &u8)| {
            let at = position(*secret).unwrap_or_default() + position(*mask).unwrap_or_default();
            ALPHABET[usize::from(at) % ALPHABET.len()]
        };
        let ciphered = secret.iter().zip(mask).map(sum);
        Self { text: mask.iter().copied().chain(ciphered).map(char::from).collect() }
    }

    /// The secret without its mask.
    fn secret(&self) -> [u8; SECRET_LENGTH] {
        let (mask, ciphered) = self.text.as_bytes().split_at(SECRET_LENGTH);
        let mut secret = [0; SECRET_LENGTH];
        for ((secret, mask), ciphered) in secret.iter_mut().zip(mask).zip(ciphered) {
            let (mask, ciphered) =
                (position(*mask).unwrap_or_default(), position(*ciphered).unwrap_or_default());
            *secret = ALPHABET[(usize::from(ciphered) + ALPHABET.len() - usize::from(mask)) % ALPHABET.len()];
        }
        secret
    }
}

impl PartialEq for CsrfToken {
    /// Whether both have the same secret, in constant time.
    fn eq(&self, other: &Self) -> bool {
        self.matches(other)
    }
}

impl Eq for CsrfToken {}

impl fmt::Debug for CsrfToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CsrfToken(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::randomness::SystemRandomness;

    #[test]
    fn a_token_of_django_is_unmasked_as_django_does() {
        // By `_salt_cipher_secret` of Django 2.1.15: a salt, then the cipher.
        let token =
            CsrfToken::parse("abcdefghijklmnopqrstuvwxyzABCDEFzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz").unwrap();
        assert_eq!(&token.secret(), b"zyxwvutsrqponmlkjihgfedcba987654");
        let bare = CsrfToken::parse("zyxwvutsrqponmlkjihgfedcba987654").unwrap();
        assert!(bare.matches(&token));
        assert!(!format!("{bare:?}").contains("zyx"));
    }

    #[test]
    fn each_session_has_a_token_of_its_own() {
        let token = CsrfToken::for_session(b"one");
        assert_eq!(token, CsrfToken::for_session(b"one"));
        assert_ne!(token, CsrfToken::for_session(b"two"));
        assert_eq!(CsrfToken::parse(token.as_str()), Some(token));
    }

    proptest! {
        #[test]
        fn a_mask_changes_the_text_and_not_the_secret(secret in "[a-zA-Z0-9]{32}") {
            let bare = CsrfToken::parse(&secret).unwrap();
            let masked = bare.masked(&SystemRandomness).unwrap();
            prop_assert!(masked.matches(&bare));
            prop_assert_ne!(masked.as_str(), bare.as_str());
            prop_assert!(CsrfToken::parse(masked.as_str()).unwrap().matches(&bare));
        }

        #[test]
        fn other_secrets_do_not_match(one in "[a-zA-Z0-9]{64}", other in "[a-zA-Z0-9]{64}") {
            prop_assume!(one != other);
            let (one, other) = (CsrfToken::parse(&one).unwrap(), CsrfToken::parse(&other).unwrap());
            prop_assert_eq!(one.matches(&other), one.secret() == other.secret());
        }
    }
}
