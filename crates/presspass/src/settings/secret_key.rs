//! `secret_key`, and the rules for weak ones.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use presspass_auth::tokens::published_secret;

use super::from_text::FromText;
use super::guessable;

/// What to do about a weak key.
pub(super) const REMEDY: &str =
    "give at least 32 random bytes as text, such as `openssl rand -base64 48` prints, and keep them secret";

/// Fewer bytes than HMAC-SHA-256 puts out can be searched (RFC 7518, section 3.2).
const LEAST_BYTES: usize = 32;
/// The example of our documentation and container files.
const PUBLISHED: &str = "replace-this-key-before-you-start-presspass";
/// The key of the stack that answers are compared with: public, but every comparison needs it.
const COMPARISON: &str = "a-shared-secret-of-at-least-32-bytes-0123456789";

/// A secret key of at least 32 bytes that is not public. Not comparable, so that no comparison can be timed.
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

    /// A warning about a key that is accepted.
    pub(crate) fn warning(&self) -> Option<&'static str> {
        if self.0 == COMPARISON {
            Some(
                "is the public key of our tests' Django project: anyone can sign tokens with it; use it for tests only",
            )
        } else if self.0.starts_with("django-insecure-") {
            Some(
                "begins with django-insecure-: Django generated it for development; use another in production",
            )
        } else if self.0.trim() != self.0 {
            Some("begins or ends with a space, which is part of it; make sure that this is intended")
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
    if key == COMPARISON {
        None
    } else if key == PUBLISHED {
        Some("is the example of our documentation, which is public".to_owned())
    } else if let Some(source) = published(key) {
        Some(format!("is {source}, which is public"))
    } else if key.len() < LEAST_BYTES {
        Some(format!("is only {} bytes long", key.len()))
    } else {
        guessable::weakness(key).map(str::to_owned)
    }
}

/// Where a key is published, if it is: as it is, or what it stands for in base64.
fn published(key: &str) -> Option<&'static str> {
    let decoded = STANDARD_NO_PAD.decode(key.trim_end_matches('='));
    published_secret(key.as_bytes()).or_else(|| published_secret(&decoded.ok()?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn weak_keys_are_refused_and_not_repeated() {
        for (key, reason) in [
            ("short-4f9a0c", "is only 12 bytes long"),
            ("4f9a0c5d7e8b1a2c3d4e5f60718293a", "is only 31 bytes long"),
            (
                "replace-this-key-before-you-start-presspass",
                "is the example of our documentation, which is public",
            ),
            ("change-me-change-me-change-me-change-me", "repeats a short piece over and over"),
            ("secret", "is only 6 bytes long"),
            ("a-string-secret-at-least-256-bits-long", "is the example of jwt.io, which is public"),
            ("A string secret at least 256 bits long", "is the example of jwt.io, which is public"),
            (
                "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7",
                "is the example of FastAPI's tutorial, which is public",
            ),
            (
                "VGhpc0lzTXlDdXN0b21TZWNyZXRLZXkwMTIzNDU2Nzg=",
                "is the example of Nacos's documentation, which is public",
            ),
            ("your-secret-key-at-least-32-characters-long", "is a placeholder that anyone can guess"),
            (
                "abcdefghijklmnopqrstuvwxyz0123456789",
                "is a sequence of letters or digits that anyone can guess",
            ),
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

    /// So many of these letters, each as likely as the others.
    fn of(letters: &'static str, length: usize) -> impl Strategy<Value = String> {
        let letter = prop::sample::select(letters.chars().collect::<Vec<_>>());
        prop::collection::vec(letter, length).prop_map(String::from_iter).no_shrink()
    }

    proptest! {
        /// As `openssl rand -base64`, `openssl rand -hex`, Django's `get_random_secret_key` and dice make them.
        #[test]
        fn no_random_key_is_refused(
            bytes in prop::collection::vec(any::<u8>(), 32..=64).no_shrink(),
            django in of("abcdefghijklmnopqrstuvwxyz0123456789!@#$%^&*(-_=+)", 50),
            letters in of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 32),
            digits in of("0123456789", 40),
        ) {
            let hex = bytes.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
            for key in [&base64::engine::general_purpose::STANDARD.encode(&bytes), &hex[..32], &hex, &django, &letters, &digits] {
                // The two warnings are of blanks and of published keys.
                prop_assert!(SecretKey::from_text(key).is_ok_and(|key| key.warning().is_none()), "{}", key);
            }
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
