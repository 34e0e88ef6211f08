//! Random text for salts and unusable passwords.

use crate::{Randomness, RandomnessError};

/// Characters of a salt as Django makes them: 22 × log₂ 62 is the first to exceed 128 bits
/// (`BasePasswordHasher.salt`).
pub(super) const SALT_LENGTH: usize = 22;
/// `UNUSABLE_PASSWORD_SUFFIX_LENGTH` of Django.
#[cfg(feature = "django")]
const UNUSABLE_SUFFIX_LENGTH: usize = 40;
/// Django's `RANDOM_STRING_CHARS`.
const ALPHABET: &[u8; 62] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/// A value for `auth_user.password` that no password matches: `!` and 40 random characters, as Django's
/// `make_password(None)` writes it. Because of the random part, a reset link for one such value is not valid for another.
///
/// # Errors
///
/// [`RandomnessError`] if the source fails.
#[cfg(feature = "django")]
pub fn make_unusable(randomness: &dyn Randomness) -> Result<String, RandomnessError> {
    Ok(format!("!{}", random_text(UNUSABLE_SUFFIX_LENGTH, randomness)?))
}

/// `length` characters of `[a-zA-Z0-9]`, each equally likely.
pub(super) fn random_text(length: usize, randomness: &dyn Randomness) -> Result<String, RandomnessError> {
    /// Each round keeps 62 of 64 bytes on average: a source that needs more rounds is broken.
    const ROUNDS: usize = 16;
    let mut text = String::with_capacity(length);
    let mut bytes = [0; 64];
    for _ in 0..ROUNDS {
        randomness.fill(&mut bytes)?;
        for byte in bytes {
            if text.len() == length {
                return Ok(text);
            }
            // A remainder by 62 would favour the first letters: values of six bits beyond the alphabet are skipped.
            if let Some(&character) = ALPHABET.get(usize::from(byte & 0b11_1111)) {
                text.push(char::from(character));
            }
        }
    }
    Err(RandomnessError)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU8, Ordering};

    use super::*;
    use crate::SystemRandomness;

    #[derive(Debug)]
    struct Counting(AtomicU8);

    impl Randomness for Counting {
        fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomnessError> {
            bytes.fill_with(|| self.0.fetch_add(1, Ordering::Relaxed));
            Ok(())
        }
    }

    #[derive(Debug)]
    struct Stuck;

    impl Randomness for Stuck {
        fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomnessError> {
            bytes.fill(0xff);
            Ok(())
        }
    }

    #[test]
    fn every_character_comes_from_equally_many_bytes() {
        let text = random_text(4 * 62, &Counting(AtomicU8::new(0))).unwrap();
        for character in ALPHABET {
            assert_eq!(text.bytes().filter(|found| found == character).count(), 4);
        }
    }

    #[test]
    fn a_source_that_only_repeats_itself_is_an_error_and_no_endless_loop() {
        assert_eq!(random_text(SALT_LENGTH, &Stuck), Err(RandomnessError));
    }

    #[test]
    fn an_unusable_password_is_a_mark_and_forty_characters() {
        let made = make_unusable(&SystemRandomness).unwrap();
        let suffix = made.strip_prefix('!').unwrap();
        assert_eq!(suffix.len(), 40);
        assert!(suffix.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        assert_ne!(made, make_unusable(&SystemRandomness).unwrap());
    }
}
