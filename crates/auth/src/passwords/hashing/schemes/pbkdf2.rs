//! PBKDF2 hashes.

use std::fmt;
use std::hint::black_box;

use ::pbkdf2::pbkdf2_hmac;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use sha1::Sha1;
use sha2::{Sha256, Sha512};
use subtle::{Choice, ConstantTimeEq as _};

use super::{CostOutOfRange, EncodeError, Family, Hash, Work, fields, number, within};
use crate::Randomness;
use crate::passwords::Password;
use crate::passwords::hashing::format::Format;
use crate::passwords::hashing::pace::Progress;

/// More would occupy a thread for many seconds. Django's highest default is 1,500,000 (in 6.1).
const MAX_ITERATIONS: u32 = 10_000_000;
const WRITTEN_LENGTH: usize = 32;
const MAX_LENGTH: usize = 64;

/// Iterations of PBKDF2, 1 to 10,000,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pbkdf2Iterations(u32);

impl Pbkdf2Iterations {
    /// 1,000,000, as in Django 5.2. Less than 600,000, which OWASP recommends for SHA-256, is for tests.
    pub const DEFAULT: Self = Self(1_000_000);

    /// A number of iterations.
    ///
    /// # Errors
    ///
    /// [`CostOutOfRange`] for 0 and above 10,000,000.
    pub fn new(iterations: u32) -> Result<Self, CostOutOfRange> {
        within(iterations, 1, MAX_ITERATIONS).map(Self)
    }

    fn derive(self, password: &Password, salt: &[u8]) -> [u8; WRITTEN_LENGTH] {
        let mut computed = [0; WRITTEN_LENGTH];
        Digest::Sha256.derive(password, salt, self.0, &mut computed);
        computed
    }

    /// Writes `$pbkdf2-sha256$…`, or `pbkdf2_sha256$…` as `PBKDF2PasswordHasher.encode` does.
    fn text(self, format: Format, salt: &[u8], hash: &[u8]) -> String {
        match format {
            Format::Phc => {
                let (salt, hash) = (STANDARD_NO_PAD.encode(salt), STANDARD_NO_PAD.encode(hash));
                format!("$pbkdf2-sha256$i={},l={WRITTEN_LENGTH}${salt}${hash}", self.0)
            }
            Format::Django => {
                let salt = String::from_utf8_lossy(salt);
                format!("pbkdf2_sha256${}${salt}${}", self.0, STANDARD.encode(hash))
            }
        }
    }
}

impl Default for Pbkdf2Iterations {
    /// [`Pbkdf2Iterations::DEFAULT`].
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl Family for Pbkdf2Iterations {
    fn encode(
        &self,
        format: Format,
        password: &Password,
        randomness: &dyn Randomness,
    ) -> Result<String, EncodeError> {
        let salt = format.salt(randomness)?;
        Ok(self.text(format, &salt, &self.derive(password, &salt)))
    }

    fn written(&self, format: Format, salt: &[u8], bytes: &[u8; 64]) -> String {
        self.text(format, salt, &bytes[..WRITTEN_LENGTH])
    }

    fn is_met_by(&self, format: Format, hash: &Hash) -> bool {
        matches!(hash, Hash::Pbkdf2(hash) if hash.digest != Digest::Sha1
            && hash.iterations >= self.0
            && hash.salt_length >= format.salt_length()
            && hash.expected.len() >= WRITTEN_LENGTH)
    }

    fn work(&self) -> Work {
        Work::Pbkdf2 { digest: Digest::Sha256, iterations: self.0 }
    }

    fn harden_runtime(&self, progress: Progress, password: &Password) {
        let missing = progress.missing_of(self.0);
        if missing > 0 {
            black_box(Self(missing).derive(password, b"harden_runtime"));
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::passwords) enum Digest {
    Sha1,
    Sha256,
    Sha512,
}

impl Digest {
    const fn length(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha512 => 64,
        }
    }

    fn derive(self, password: &Password, salt: &[u8], iterations: u32, into: &mut [u8]) {
        match self {
            Self::Sha1 => pbkdf2_hmac::<Sha1>(password.expose().as_bytes(), salt, iterations, into),
            Self::Sha256 => pbkdf2_hmac::<Sha256>(password.expose().as_bytes(), salt, iterations, into),
            Self::Sha512 => pbkdf2_hmac::<Sha512>(password.expose().as_bytes(), salt, iterations, into),
        }
    }
}

/// A hash whose text is one of three forms: see the functions that parse it.
#[derive(Clone)]
pub(in crate::passwords) struct Pbkdf2Hash {
    digest: Digest,
    iterations: u32,
    salt: Vec<u8>,
    /// As [`Format::salt_length`] counts it.
    salt_length: usize,
    expected: Vec<u8>,
}

impl Pbkdf2Hash {
    /// `iterations$salt$base64`, as Django writes it after the algorithm's name.
    pub(in crate::passwords) fn parse_django(digest: Digest, rest: &str) -> Option<Self> {
        let [iterations, salt, expected] = fields(rest)?;
        let iterations = count(iterations)?;
        let expected = STANDARD.decode(expected).ok().filter(|bytes| bytes.len() == digest.length())?;
        // Django measures the entropy of a salt in characters.
        let (salt_length, salt) = (salt.chars().count(), salt.as_bytes().to_vec());
        (!salt.is_empty()).then_some(Self { digest, iterations, salt, salt_length, expected })
    }

    /// `i=600000,l=32$salt$hash`, after the algorithm's name; also passlib's form, which has only the number of
    /// iterations, and base64 with `.` in place of `+`.
    pub(in crate::passwords) fn parse_phc(digest: Digest, rest: &str) -> Option<Self> {
        let [cost, salt, expected] = fields(rest)?;
        let (iterations, length) = match cost.strip_prefix("i=") {
            Some(cost) => match cost.split_once(",l=") {
                Some((iterations, length)) => (iterations, Some(number(length)?)),
                None => (cost, None),
            },
            None => (cost, None),
        };
        let decode = |text: &str| STANDARD_NO_PAD.decode(text.replace('.', "+")).ok();
        let (iterations, salt, expected) = (count(iterations)?, decode(salt)?, decode(expected)?);
        let is_stated = length.is_none_or(|length| usize::try_from(length) == Ok(expected.len()));
        let fits = is_stated && (16..=MAX_LENGTH).contains(&expected.len());
        (fits && !salt.is_empty()).then_some(Self {
            digest,
            iterations,
            salt_length: salt.len(),
            salt,
            expected,
        })
    }

    pub(in crate::passwords) fn matches(&self, password: &Password) -> Choice {
        let mut computed = [0; MAX_LENGTH];
        let computed = &mut computed[..self.expected.len()];
        self.digest.derive(password, &self.salt, self.iterations, computed);
        computed.as_ref().ct_eq(&self.expected)
    }

    pub(in crate::passwords) fn work(&self) -> Work {
        let blocks = u32::try_from(self.expected.len().div_ceil(self.digest.length())).unwrap_or(u32::MAX);
        Work::Pbkdf2 { digest: self.digest, iterations: self.iterations.saturating_mul(blocks) }
    }
}

fn count(iterations: &str) -> Option<u32> {
    number(iterations).filter(|count| (1..=MAX_ITERATIONS).contains(count))
}

impl fmt::Debug for Pbkdf2Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pbkdf2Hash")
            .field("digest", &self.digest)
            .field("iterations", &self.iterations)
            .finish_non_exhaustive()
    }
}
