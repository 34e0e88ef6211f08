//! The key that signs tokens and sessions, and what makes one too weak to start with.

use std::fmt;

use super::from_text::FromText;

/// What to do about a weak key.
pub(super) const REMEDY: &str =
    "give at least 32 random bytes as text, such as `openssl rand -base64 48` prints, and keep them secret";

/// Fewer bytes than HMAC-SHA-256 puts out can be searched (RFC 7518, section 3.2).
const LEAST_BYTES: usize = 32;
/// The example of our documentation and container files.
const PUBLISHED: &[&str] = &["replace-this-key-before-you-start-presspass"];
/// The key of the stack that answers are compared with: public, but every comparison needs it.
const COMPARISON: &str = "a-shared-secret-of-at-least-32-bytes-0123456789";
/// Words that placeholders are made of.
const PLACEHOLDER_WORDS: &[&str] = &[
    "presspass",
    "placeholder",
    "password",
    "insecure",
    "changeit",
    "changeme",
    "changethis",
    "replace",
    "example",
    "default",
    "secret",
    "django",
    "change",
    "before",
    "please",
    "start",
    "token",
    "value",
    "your",
    "this",
    "here",
    "test",
    "with",
    "key",
    "jwt",
    "my",
    "me",
    "0123456789",
    "1234567890",
    "123456789",
    "12345678",
    "1234",
    "123",
];
/// A key with fewer letters and digits than this beside placeholder words is a placeholder.
const LEAST_BESIDE_WORDS: usize = 8;
/// A key that repeats a piece of at most this many bytes is no better than the piece.
const LONGEST_REPEATED: usize = 16;

/// A secret key of at least 32 bytes that nobody has published. Not comparable: nothing may time a comparison.
#[derive(Clone)]
pub struct SecretKey(String);

impl SecretKey {
    /// The key itself: the bytes that sign.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Reads a key by the rules of the setting.
    ///
    /// # Errors
    /// What is wrong with it, in words that follow its place and do not repeat it.
    pub fn parse(text: &str) -> Result<Self, String> {
        Self::from_text(text)
    }

    /// What an operator should know about a key that is good enough to start with.
    pub(crate) fn warning(&self) -> Option<&'static str> {
        if self.0 == COMPARISON {
            Some(
                "is the published key of the comparison stack: anyone can sign tokens with it; use it for tests only",
            )
        } else if self.0.starts_with("django-insecure-") {
            Some("begins with django-insecure-: Django made it for development; use another in production")
        } else if self.0.trim() != self.0 {
            Some("begins or ends with a blank, which counts as part of it; make sure that this is meant")
        } else {
            None
        }
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey(hidden, {} bytes)", self.0.len())
    }
}

impl FromText for SecretKey {
    fn from_text(text: &str) -> Result<Self, String> {
        match weakness(text) {
            None => Ok(Self(text.to_owned())),
            Some(weakness) => Err(weakness),
        }
    }
}

fn weakness(key: &str) -> Option<String> {
    if PUBLISHED.contains(&key) {
        Some("is the example of our documentation, which everyone knows".to_owned())
    } else if is_placeholder(key) {
        Some("is a placeholder that anyone can guess".to_owned())
    } else if key.len() < LEAST_BYTES {
        Some(format!("is only {} bytes long", key.len()))
    } else if repeats_a_piece(key.as_bytes()) {
        Some("repeats a short piece over and over".to_owned())
    } else {
        None
    }
}

fn is_placeholder(key: &str) -> bool {
    let letters: String = key.to_lowercase().chars().filter(|letter| letter.is_alphanumeric()).collect();
    let beside = PLACEHOLDER_WORDS.iter().fold(letters.clone(), |rest, word| rest.replace(word, ""));
    beside.len() < letters.len() && beside.chars().count() < LEAST_BESIDE_WORDS
}

fn repeats_a_piece(key: &[u8]) -> bool {
    (1..=LONGEST_REPEATED.min(key.len() / 2))
        .any(|length| key.iter().zip(&key[length..]).all(|(one, next)| one == next))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_keys_are_refused_and_not_repeated() {
        for (key, reason) in [
            ("short-4f9a0c", "is only 12 bytes long"),
            ("4f9a0c5d7e8b1a2c3d4e5f60718293a", "is only 31 bytes long"),
            (
                "replace-this-key-before-you-start-presspass",
                "is the example of our documentation, which everyone knows",
            ),
            ("change-me-change-me-change-me-change-me", "is a placeholder that anyone can guess"),
            ("CHANGEME_CHANGEME_CHANGEME_CHANGEME", "is a placeholder that anyone can guess"),
            ("secret", "is a placeholder that anyone can guess"),
            ("secret-secret-secret-secret-secret-1", "is a placeholder that anyone can guess"),
            ("django-insecure-change-me-my-secret-key", "is a placeholder that anyone can guess"),
            ("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "repeats a short piece over and over"),
            ("8f2k8f2k8f2k8f2k8f2k8f2k8f2k8f2k8f2k8f", "repeats a short piece over and over"),
        ] {
            assert_eq!(SecretKey::from_text(key).unwrap_err(), reason, "{key}");
        }
    }

    #[test]
    fn random_keys_pass_without_a_word() {
        for key in [
            "q9J0mT3vXh5Wc8Zr1Lk7Yp4Ns6Bd2Fg0",
            "c2VjcmV0/9fK3+QmZ8xWb1nTt7uY5rLp2vHs0dGj4aEo6iCk",
            "5f1d3c9b7a2e4860fbd1c3a597e2048d",
            "-x)q2#8j&(v$k!0_z^w@m5*t7=r+e9b1nc3p6",
            "83649264926410573829104756382910",
        ] {
            assert!(SecretKey::from_text(key).unwrap().warning().is_none(), "{key}");
        }
    }

    #[test]
    fn the_comparison_key_and_djangos_own_only_warn() {
        let key = SecretKey::from_text(COMPARISON).unwrap();
        assert!(key.warning().unwrap().contains("tests only"));
        let key = SecretKey::from_text("django-insecure-q9j0mt3vxh5wc8zr1lk7yp4ns6bd2fg0").unwrap();
        assert!(key.warning().unwrap().contains("django-insecure-"));
    }

    #[test]
    fn debug_shows_the_length_alone() {
        let key = SecretKey::from_text(COMPARISON).unwrap();
        assert_eq!(format!("{key:?}"), "SecretKey(hidden, 47 bytes)");
    }
}
