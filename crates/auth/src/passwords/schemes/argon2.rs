//! Argon2 hashes, as Django encodes them.

use std::fmt;

use ::argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use subtle::{Choice, ConstantTimeEq as _};

use super::pbkdf2::fields;
use super::{OutOfMemory, Work, number};
use crate::passwords::Password;

/// `Argon2PasswordHasher` of Django: 100 MiB, two passes, eight lanes, 32 bytes.
pub(in crate::passwords) const WRITTEN: Cost = Cost { memory: 102_400, passes: 2, lanes: 8 };
const WRITTEN_LENGTH: usize = 32;
/// In KiB: five times Django's.
const MAX_MEMORY: u32 = 512 * 1024;
/// Memory times passes, in KiB, which determines the time. Twenty times Django's.
const MAX_TRAFFIC: u32 = 4 * 1024 * 1024;
const MAX_LANES: u32 = 64;
/// Django's hashes are 32 bytes long (16 in its earliest versions).
const MAX_LENGTH: usize = 64;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::passwords) struct Cost {
    /// KiB.
    pub(in crate::passwords) memory: u32,
    pub(in crate::passwords) passes: u32,
    pub(in crate::passwords) lanes: u32,
}

impl Cost {
    pub(in crate::passwords) const fn work(self) -> Work {
        Work::Argon2 { memory: self.memory, passes: self.passes, lanes: self.lanes }
    }

    /// Parses `m=102400,t=2,p=8`.
    fn parse(text: &str) -> Option<Self> {
        let (memory, rest) = text.strip_prefix("m=")?.split_once(",t=")?;
        let (passes, lanes) = rest.split_once(",p=")?;
        let cost = Self { memory: number(memory)?, passes: number(passes)?, lanes: number(lanes)? };
        let bounded = cost.memory <= MAX_MEMORY
            && cost.lanes <= MAX_LANES
            && cost.memory.checked_mul(cost.passes).is_some_and(|traffic| traffic <= MAX_TRAFFIC);
        bounded.then_some(cost)
    }
}

/// `argon2$argon2id$v=19$m=102400,t=2,p=8$salt$hash`, also argon2i, argon2d and version 16, whose field may be missing.
#[derive(Clone)]
pub struct Argon2Hash {
    algorithm: Algorithm,
    version: Version,
    cost: Cost,
    salt: Vec<u8>,
    expected: Vec<u8>,
}

impl Argon2Hash {
    /// `rest` follows `argon2$`.
    pub(in crate::passwords) fn parse(rest: &str) -> Option<Self> {
        let (variety, rest) = rest.split_once('$')?;
        let algorithm = match variety {
            "argon2id" => Algorithm::Argon2id,
            "argon2i" => Algorithm::Argon2i,
            "argon2d" => Algorithm::Argon2d,
            _ => return None,
        };
        let (version, rest) = match rest.strip_prefix("v=") {
            Some(versioned) => versioned.split_once('$')?,
            None => ("16", rest),
        };
        let version = Version::try_from(number(version)?).ok()?;
        let [cost, salt, expected] = fields(rest)?;
        let hash = Self {
            algorithm,
            version,
            cost: Cost::parse(cost)?,
            salt: STANDARD_NO_PAD.decode(salt).ok().filter(|salt| salt.len() >= ::argon2::MIN_SALT_LEN)?,
            expected: STANDARD_NO_PAD.decode(expected).ok().filter(|bytes| bytes.len() <= MAX_LENGTH)?,
        };
        hash.params().map(|_| hash)
    }

    pub(in crate::passwords) fn matches(&self, password: &Password) -> Result<Choice, OutOfMemory> {
        let params = self.params().ok_or(OutOfMemory)?;
        let mut computed = vec![0; self.expected.len()];
        Argon2::new(self.algorithm, self.version, params)
            .hash_password_into(password.bytes(), &self.salt, &mut computed)
            .map_err(|_| OutOfMemory)?;
        Ok(computed.ct_eq(&self.expected))
    }

    /// Whether no parameter of this hash is weaker than those of new hashes.
    pub(in crate::passwords) fn is_as_strong_as_written(&self) -> bool {
        self.algorithm == Algorithm::Argon2id
            && self.version == Version::V0x13
            && self.cost.memory >= WRITTEN.memory
            && self.cost.passes >= WRITTEN.passes
            && self.salt.len() >= crate::passwords::salt::SALT_LENGTH
            && self.expected.len() >= WRITTEN_LENGTH
    }

    pub(in crate::passwords) const fn work(&self) -> Work {
        self.cost.work()
    }

    fn params(&self) -> Option<Params> {
        let Cost { memory, passes, lanes } = self.cost;
        Params::new(memory, passes, lanes, Some(self.expected.len())).ok()
    }
}

impl fmt::Debug for Argon2Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Argon2Hash")
            .field("algorithm", &self.algorithm)
            .field("version", &self.version)
            .field("cost", &self.cost)
            .finish_non_exhaustive()
    }
}

/// Writes `argon2$argon2id$…` as `Argon2PasswordHasher.encode` does.
pub(in crate::passwords) fn encode(password: &Password, salt: &str) -> Result<String, OutOfMemory> {
    let Cost { memory, passes, lanes } = WRITTEN;
    let params = Params::new(memory, passes, lanes, Some(WRITTEN_LENGTH)).map_err(|_| OutOfMemory)?;
    let mut computed = [0; WRITTEN_LENGTH];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(password.bytes(), salt.as_bytes(), &mut computed)
        .map_err(|_| OutOfMemory)?;
    Ok(written(salt, &computed))
}

/// Encodes any bytes as a hash at the cost of new hashes.
pub(in crate::passwords) fn written(salt: &str, hash: &[u8]) -> String {
    let Cost { memory, passes, lanes } = WRITTEN;
    let (salt, hash) = (STANDARD_NO_PAD.encode(salt), STANDARD_NO_PAD.encode(hash));
    format!("argon2$argon2id$v=19$m={memory},t={passes},p={lanes}${salt}${hash}")
}
