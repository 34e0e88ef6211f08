//! bcrypt hashes.

use std::fmt;
use std::fmt::Write as _;
use std::hint::black_box;
use std::str::FromStr as _;

use ::bcrypt::{BASE_64, BcryptError, HashParts, Version, hash_with_salt};
use base64::Engine as _;
use sha2::{Digest as _, Sha256};
use subtle::{Choice, ConstantTimeEq as _};
use zeroize::Zeroizing;

use super::{CostOutOfRange, EncodeError, Family, Hash, OutOfMemory, Work, within};
use crate::Randomness;
use crate::passwords::Password;
use crate::passwords::hashing::format::Format;
use crate::passwords::hashing::pace::Progress;

/// bcrypt's own minimum.
const MIN_COST: u32 = 4;
/// Some four seconds on the machines of 2026; each step doubles it. Django's default is 12.
const MAX_COST: u32 = 16;
/// What bcrypt reads of a password, in bytes.
const READ: usize = 72;

/// The base-two logarithm of bcrypt's rounds, 4 to 16.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BcryptCost(u32);

impl BcryptCost {
    /// 12, as in Django: about a quarter of a second. Less than 10, which OWASP recommends, is for tests.
    pub const DEFAULT: Self = Self(12);

    /// A cost.
    ///
    /// # Errors
    ///
    /// [`CostOutOfRange`] below 4 and above 16.
    pub fn new(cost: u32) -> Result<Self, CostOutOfRange> {
        within(cost, MIN_COST, MAX_COST).map(Self)
    }
}

impl Default for BcryptCost {
    /// [`BcryptCost::DEFAULT`].
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// The input of bcrypt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::passwords) enum Input {
    /// The password itself, of which bcrypt reads 72 bytes.
    Plain,
    /// The hexadecimal SHA-256 of the password: 64 bytes, so nothing is truncated.
    Sha256,
}

impl Input {
    /// Django's preferred bcrypt has the digest; `$2b$…` everywhere else has the password.
    const fn of_new(format: Format) -> Self {
        match format {
            Format::Phc => Self::Plain,
            Format::Django => Self::Sha256,
        }
    }

    fn hash(self, password: &Password, cost: u32, salt: [u8; 16]) -> Result<HashParts, BcryptError> {
        match self {
            Self::Plain => hash_with_salt(password.expose().as_bytes(), cost, salt),
            Self::Sha256 => hash_with_salt(
                hexadecimal(&Sha256::digest(password.expose().as_bytes())).as_bytes(),
                cost,
                salt,
            ),
        }
    }
}

impl Family for BcryptCost {
    /// Writes `$2b$…`, or `bcrypt_sha256$$2b$…` as `BCryptSHA256PasswordHasher.encode` does.
    fn encode(
        &self,
        format: Format,
        password: &Password,
        randomness: &dyn Randomness,
    ) -> Result<String, EncodeError> {
        let input = Input::of_new(format);
        if input == Input::Plain && password.expose().len() > READ {
            return Err(EncodeError::TooLong);
        }
        let mut salt = [0; 16];
        randomness.fill(&mut salt)?;
        // The cost is within bcrypt's bounds, and bcrypt refuses nothing else.
        let computed = input.hash(password, self.0, salt).map_err(|_| OutOfMemory)?;
        Ok(text(format, &computed.format_for_version(Version::TwoB)))
    }

    fn written(&self, format: Format, _salt: &[u8], bytes: &[u8; 64]) -> String {
        let (salt, hash) = (BASE_64.encode(&bytes[..16]), BASE_64.encode(&bytes[16..39]));
        text(format, &format!("$2b${:02}${salt}{hash}", self.0))
    }

    fn is_met_by(&self, format: Format, hash: &Hash) -> bool {
        matches!(hash, Hash::Bcrypt(hash) if hash.input == Input::of_new(format) && hash.cost >= self.0)
    }

    fn work(&self) -> Work {
        Work::Bcrypt(self.0)
    }

    fn harden_runtime(&self, progress: Progress, password: &Password) {
        // Each step of the cost doubles the rounds, so the bits of their number are the steps that add up to it.
        let rounds = progress.missing_of(1 << self.0);
        for step in (MIN_COST..=self.0).filter(|step| rounds & (1 << step) != 0) {
            let _ = black_box(Input::Sha256.hash(password, step, [0; 16]));
        }
    }
}

fn text(format: Format, bcrypt: &str) -> String {
    match format {
        Format::Phc => bcrypt.to_owned(),
        Format::Django => format!("bcrypt_sha256${bcrypt}"),
    }
}

/// `$2b$12$…`; also with the prefixes `$2a$` and `$2y$`, which are computed in the same way.
#[derive(Clone)]
pub(in crate::passwords) struct BcryptHash {
    input: Input,
    version: Version,
    cost: u32,
    salt: [u8; 16],
    expected: String,
}

impl BcryptHash {
    /// `text` is the whole hash, or follows Django's name for the algorithm and its `$`.
    pub(in crate::passwords) fn parse(input: Input, text: &str) -> Option<Self> {
        let parts = HashParts::from_str(text).ok()?;
        let version = match text.get(..4)? {
            "$2a$" => Version::TwoA,
            "$2b$" => Version::TwoB,
            "$2y$" => Version::TwoY,
            _ => return None,
        };
        let (cost, salt) = (parts.get_cost(), parts.get_salt_raw());
        (MIN_COST..=MAX_COST).contains(&cost).then(|| Self {
            input,
            version,
            cost,
            salt,
            expected: text.to_owned(),
        })
    }

    pub(in crate::passwords) fn matches(&self, password: &Password) -> Choice {
        self.input.hash(password, self.cost, self.salt).map_or(Choice::from(0), |computed| {
            let computed = computed.format_for_version(self.version.clone());
            computed.as_bytes().ct_eq(self.expected.as_bytes())
        })
    }

    pub(in crate::passwords) const fn work(&self) -> Work {
        Work::Bcrypt(self.cost)
    }
}

impl fmt::Debug for BcryptHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BcryptHash")
            .field("input", &self.input)
            .field("cost", &self.cost)
            .finish_non_exhaustive()
    }
}

fn hexadecimal(bytes: &[u8]) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(2 * bytes.len()));
    for byte in bytes {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}
