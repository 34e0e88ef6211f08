//! PBKDF2 hashes, as Django encodes them.

use std::fmt;

use ::pbkdf2::pbkdf2_hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha1::Sha1;
use sha2::Sha256;
use subtle::{Choice, ConstantTimeEq as _};

use super::{Work, number};
use crate::passwords::Password;

/// More would occupy a thread for many seconds. Django's highest default is 1,500,000 (in 6.1).
pub(in crate::passwords) const MAX_ITERATIONS: u32 = 10_000_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::passwords) enum Digest {
    Sha1,
    Sha256,
}

impl Digest {
    const fn length(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
        }
    }

    fn derive(self, password: &Password, salt: &str, iterations: u32, into: &mut [u8]) {
        match self {
            Self::Sha1 => pbkdf2_hmac::<Sha1>(password.bytes(), salt.as_bytes(), iterations, into),
            Self::Sha256 => pbkdf2_hmac::<Sha256>(password.bytes(), salt.as_bytes(), iterations, into),
        }
    }
}

/// `pbkdf2_sha256$iterations$salt$base64` or `pbkdf2_sha1$…`.
#[derive(Clone)]
pub struct Pbkdf2Hash {
    digest: Digest,
    iterations: u32,
    salt: String,
    expected: Vec<u8>,
}

impl Pbkdf2Hash {
    /// `rest` follows the algorithm's name and its `$`.
    pub(in crate::passwords) fn parse(digest: Digest, rest: &str) -> Option<Self> {
        let [iterations, salt, expected] = fields(rest)?;
        let iterations = number(iterations).filter(|count| (1..=MAX_ITERATIONS).contains(count))?;
        let expected = STANDARD.decode(expected).ok().filter(|bytes| bytes.len() == digest.length())?;
        (!salt.is_empty()).then(|| Self { digest, iterations, salt: salt.to_owned(), expected })
    }

    pub(in crate::passwords) fn matches(&self, password: &Password) -> Choice {
        let mut computed = [0; 32];
        let computed = &mut computed[..self.digest.length()];
        self.digest.derive(password, &self.salt, self.iterations, computed);
        computed.as_ref().ct_eq(&self.expected)
    }

    pub(in crate::passwords) const fn digest(&self) -> Digest {
        self.digest
    }

    pub(in crate::passwords) const fn iterations(&self) -> u32 {
        self.iterations
    }

    /// In code points, as Django measures its entropy.
    pub(in crate::passwords) fn salt_length(&self) -> usize {
        self.salt.chars().count()
    }

    pub(in crate::passwords) const fn work(&self) -> Work {
        match self.digest {
            Digest::Sha1 => Work::Pbkdf2Sha1(self.iterations),
            Digest::Sha256 => Work::Pbkdf2Sha256(self.iterations),
        }
    }
}

impl fmt::Debug for Pbkdf2Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pbkdf2Hash")
            .field("digest", &self.digest)
            .field("iterations", &self.iterations)
            .finish_non_exhaustive()
    }
}

/// Writes `pbkdf2_sha256` as `PBKDF2PasswordHasher.encode` does.
pub(in crate::passwords) fn encode(password: &Password, iterations: u32, salt: &str) -> String {
    let mut computed = [0; 32];
    Digest::Sha256.derive(password, salt, iterations, &mut computed);
    written(iterations, salt, &computed)
}

/// Encodes any bytes as a hash.
pub(in crate::passwords) fn written(iterations: u32, salt: &str, hash: &[u8]) -> String {
    format!("pbkdf2_sha256${iterations}${salt}${}", STANDARD.encode(hash))
}

/// Exactly `N` fields between `$` signs.
pub(super) fn fields<const N: usize>(text: &str) -> Option<[&str; N]> {
    let mut parts = text.split('$');
    let mut found = [""; N];
    for field in &mut found {
        *field = parts.next()?;
    }
    parts.next().is_none().then_some(found)
}
