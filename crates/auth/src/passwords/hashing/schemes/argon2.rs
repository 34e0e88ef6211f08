//! Argon2 hashes.

use std::fmt;
use std::hint::black_box;

use ::argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use subtle::{Choice, ConstantTimeEq as _};

use super::{CostOutOfRange, EncodeError, Family, Hash, OutOfMemory, Work, fields, number, within};
use crate::Randomness;
use crate::passwords::Password;
use crate::passwords::hashing::format::Format;
use crate::passwords::hashing::pace::Progress;

const WRITTEN_LENGTH: usize = 32;
/// In KiB: five times Django's.
const MAX_MEMORY: u32 = 512 * 1024;
/// Memory times passes, in KiB, which determines the time. Twenty times Django's.
const MAX_TRAFFIC: u32 = 4 * 1024 * 1024;
const MAX_LANES: u32 = 64;
/// Hashes are 32 bytes long (16 in the earliest versions of Django).
const MAX_LENGTH: usize = 64;

/// The cost of Argon2: memory in KiB, passes over it, and lanes. One thread does the work of all lanes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Argon2Params {
    memory: u32,
    passes: u32,
    lanes: u32,
}

impl Argon2Params {
    /// 19 MiB, two passes, one lane: OWASP's Password Storage Cheat Sheet.
    pub const DEFAULT: Self = Self { memory: 19 * 1024, passes: 2, lanes: 1 };
    /// `Argon2PasswordHasher` of Django: 100 MiB, two passes, eight lanes.
    #[cfg(feature = "django")]
    pub(in crate::passwords) const DJANGO: Self = Self { memory: 102_400, passes: 2, lanes: 8 };

    /// A cost: memory in KiB, passes, lanes.
    ///
    /// # Errors
    ///
    /// [`CostOutOfRange`] for more than 64 lanes, less than 8 KiB for each lane or more than 512 MiB of memory, no pass,
    /// or so many that passes times memory exceed 4 GiB.
    pub fn new(memory_kib: u32, passes: u32, lanes: u32) -> Result<Self, CostOutOfRange> {
        let lanes = within(lanes, 1, MAX_LANES)?;
        let memory = within(memory_kib, 8 * lanes, MAX_MEMORY)?;
        let passes = within(passes, 1, MAX_TRAFFIC / memory)?;
        Ok(Self { memory, passes, lanes })
    }

    /// Parses `m=102400,t=2,p=8`.
    fn parse(text: &str) -> Option<Self> {
        let (memory, rest) = text.strip_prefix("m=")?.split_once(",t=")?;
        let (passes, lanes) = rest.split_once(",p=")?;
        Self::new(number(memory)?, number(passes)?, number(lanes)?).ok()
    }

    fn for_length(self, length: usize) -> Option<Params> {
        Params::new(self.memory, self.passes, self.lanes, Some(length)).ok()
    }

    /// As argon2id.
    fn derive(self, password: &Password, salt: &[u8]) -> Result<[u8; WRITTEN_LENGTH], OutOfMemory> {
        let mut computed = [0; WRITTEN_LENGTH];
        Argon2::new(Algorithm::Argon2id, Version::V0x13, self.for_length(WRITTEN_LENGTH).ok_or(OutOfMemory)?)
            .hash_password_into(password.expose().as_bytes(), salt, &mut computed)
            .map_err(|_| OutOfMemory)?;
        Ok(computed)
    }

    /// Writes `$argon2id$…`, or `argon2$argon2id$…` as `Argon2PasswordHasher.encode` does.
    fn text(self, format: Format, salt: &[u8], hash: &[u8]) -> String {
        let Self { memory, passes, lanes } = self;
        let name = match format {
            Format::Phc => "$argon2id",
            Format::Django => "argon2$argon2id",
        };
        let (salt, hash) = (STANDARD_NO_PAD.encode(salt), STANDARD_NO_PAD.encode(hash));
        format!("{name}$v=19$m={memory},t={passes},p={lanes}${salt}${hash}")
    }
}

impl Default for Argon2Params {
    /// [`Argon2Params::DEFAULT`].
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl Family for Argon2Params {
    fn encode(
        &self,
        format: Format,
        password: &Password,
        randomness: &dyn Randomness,
    ) -> Result<String, EncodeError> {
        let salt = format.salt(randomness)?;
        Ok(self.text(format, &salt, &self.derive(password, &salt)?))
    }

    fn written(&self, format: Format, salt: &[u8], bytes: &[u8; 64]) -> String {
        self.text(format, salt, &bytes[..WRITTEN_LENGTH])
    }

    fn is_met_by(&self, format: Format, hash: &Hash) -> bool {
        matches!(hash, Hash::Argon2(hash) if hash.algorithm == Algorithm::Argon2id
            && hash.version == Version::V0x13
            && hash.cost.memory >= self.memory
            && hash.cost.passes >= self.passes
            && hash.salt.len() >= format.salt_length()
            && hash.expected.len() >= WRITTEN_LENGTH)
    }

    fn work(&self) -> Work {
        Work::Argon2 { memory: self.memory, passes: self.passes, lanes: self.lanes }
    }

    fn harden_runtime(&self, progress: Progress, password: &Password) {
        // The time is proportional to the memory. Less than eight blocks for each lane cannot be computed.
        let missing = progress.missing_of(self.memory);
        if let Ok(params) = Self::new(missing, self.passes, self.lanes) {
            let _ = black_box(params.derive(password, b"harden_runtime"));
        }
    }
}

/// `argon2id$v=19$m=19456,t=2,p=1$salt$hash`, also argon2i, argon2d and version 16, whose field may be missing.
#[derive(Clone)]
pub(in crate::passwords) struct Argon2Hash {
    algorithm: Algorithm,
    version: Version,
    cost: Argon2Params,
    salt: Vec<u8>,
    expected: Vec<u8>,
}

impl Argon2Hash {
    /// `text` follows `$` of a PHC string, or Django's `argon2$`.
    pub(in crate::passwords) fn parse(text: &str) -> Option<Self> {
        let (variety, rest) = text.split_once('$')?;
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
            cost: Argon2Params::parse(cost)?,
            salt: STANDARD_NO_PAD.decode(salt).ok().filter(|salt| salt.len() >= ::argon2::MIN_SALT_LEN)?,
            expected: STANDARD_NO_PAD.decode(expected).ok().filter(|bytes| bytes.len() <= MAX_LENGTH)?,
        };
        hash.cost.for_length(hash.expected.len()).map(|_| hash)
    }

    pub(in crate::passwords) fn matches(&self, password: &Password) -> Result<Choice, OutOfMemory> {
        let params = self.cost.for_length(self.expected.len()).ok_or(OutOfMemory)?;
        let mut computed = vec![0; self.expected.len()];
        Argon2::new(self.algorithm, self.version, params)
            .hash_password_into(password.expose().as_bytes(), &self.salt, &mut computed)
            .map_err(|_| OutOfMemory)?;
        Ok(computed.ct_eq(&self.expected))
    }

    pub(in crate::passwords) fn work(&self) -> Work {
        self.cost.work()
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
