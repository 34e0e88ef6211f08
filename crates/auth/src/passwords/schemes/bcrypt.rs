//! bcrypt hashes, as Django encodes them.

use std::fmt;
use std::fmt::Write as _;
use std::str::FromStr as _;

use ::bcrypt::{BASE_64, BcryptError, HashParts, Version, hash_with_salt};
use base64::Engine as _;
use sha2::{Digest as _, Sha256};
use subtle::{Choice, ConstantTimeEq as _};
use zeroize::Zeroizing;

use super::Work;
use crate::passwords::Password;

/// bcrypt's own minimum.
pub(in crate::passwords) const MIN_COST: u32 = 4;
/// Some four seconds on the machines of 2026; each step doubles it. Django's default is 12.
pub(in crate::passwords) const MAX_COST: u32 = 16;

/// The input of bcrypt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::passwords) enum Input {
    /// The password itself, of which bcrypt reads 72 bytes.
    Plain,
    /// The hexadecimal SHA-256 of the password: 64 bytes, so nothing is truncated.
    Sha256,
}

impl Input {
    fn hash(self, password: &Password, cost: u32, salt: [u8; 16]) -> Result<HashParts, BcryptError> {
        match self {
            Self::Plain => hash_with_salt(password.bytes(), cost, salt),
            Self::Sha256 => {
                hash_with_salt(hexadecimal(&Sha256::digest(password.bytes())).as_bytes(), cost, salt)
            }
        }
    }
}

/// `bcrypt_sha256$$2b$12$…` or `bcrypt$$2b$12$…`; also with the prefixes `$2a$` and `$2y$`, which are computed in the same
/// way.
#[derive(Clone)]
pub struct BcryptHash {
    input: Input,
    version: Version,
    cost: u32,
    salt: [u8; 16],
    expected: String,
}

impl BcryptHash {
    /// `rest` follows the algorithm's name and its `$`.
    pub(in crate::passwords) fn parse(input: Input, rest: &str) -> Option<Self> {
        let parts = HashParts::from_str(rest).ok()?;
        let version = match rest.get(..4)? {
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
            expected: rest.to_owned(),
        })
    }

    pub(in crate::passwords) fn matches(&self, password: &Password) -> Choice {
        self.input.hash(password, self.cost, self.salt).map_or(Choice::from(0), |computed| {
            let computed = computed.format_for_version(self.version.clone());
            computed.as_bytes().ct_eq(self.expected.as_bytes())
        })
    }

    pub(in crate::passwords) const fn input(&self) -> Input {
        self.input
    }

    pub(in crate::passwords) const fn cost(&self) -> u32 {
        self.cost
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

/// Writes `bcrypt_sha256` as `BCryptSHA256PasswordHasher.encode` does. `None` if the cost is out of range.
pub(in crate::passwords) fn encode(password: &Password, cost: u32, salt: [u8; 16]) -> Option<String> {
    let computed = Input::Sha256.hash(password, cost, salt).ok()?;
    Some(format!("bcrypt_sha256${}", computed.format_for_version(Version::TwoB)))
}

/// Encodes any bytes as a hash.
pub(in crate::passwords) fn written(cost: u32, bytes: &[u8; 64]) -> String {
    let (salt, hash) = (BASE_64.encode(&bytes[..16]), BASE_64.encode(&bytes[16..39]));
    format!("bcrypt_sha256$$2b${cost:02}${salt}{hash}")
}

fn hexadecimal(bytes: &[u8]) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(2 * bytes.len()));
    for byte in bytes {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}
