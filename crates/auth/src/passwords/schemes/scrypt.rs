//! scrypt hashes, as Django encodes them.

use std::fmt;

use ::scrypt::{Params, scrypt};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use subtle::{Choice, ConstantTimeEq as _};

use super::pbkdf2::fields;
use super::{OutOfMemory, Work, number};
use crate::passwords::Password;

/// `ScryptPasswordHasher` of Django: 2¹⁴ × 8 × 5, 16 MiB.
pub(in crate::passwords) const WRITTEN: Cost = Cost { log_n: 14, r: 8, p: 5 };
/// Django always writes 64 bytes.
const LENGTH: usize = 64;
/// In bytes, 128 × n × r. Django's own bound is OpenSSL's, 32 MiB, unless a project raises it.
const MAX_MEMORY: u64 = 256 * 1024 * 1024;
/// In bytes, 128 × n × r × p, which determines the time. About fifty times Django's.
const MAX_TRAFFIC: u64 = 4 * 1024 * 1024 * 1024;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::passwords) struct Cost {
    log_n: u8,
    r: u32,
    p: u32,
}

impl Cost {
    pub(in crate::passwords) const fn work(self) -> Work {
        Work::Scrypt { log_n: self.log_n, r: self.r, p: self.p }
    }

    fn new(n: u32, r: u32, p: u32) -> Option<Self> {
        if !n.is_power_of_two() || n < 2 || r == 0 || p == 0 {
            return None;
        }
        let memory = u64::from(n).checked_mul(u64::from(r))?.checked_mul(128)?;
        let working_block = u64::from(r).checked_mul(u64::from(p))?.checked_mul(128)?;
        let bounded = memory <= MAX_MEMORY
            && working_block <= MAX_MEMORY
            && memory.checked_mul(u64::from(p))? <= MAX_TRAFFIC;
        bounded.then(|| u8::try_from(n.trailing_zeros()).ok().map(|log_n| Self { log_n, r, p })).flatten()
    }

    fn derive(self, password: &Password, salt: &str) -> Result<[u8; LENGTH], OutOfMemory> {
        let mut computed = [0; LENGTH];
        let params = Params::new(self.log_n, self.r, self.p).map_err(|_| OutOfMemory)?;
        scrypt(password.bytes(), salt.as_bytes(), &params, &mut computed).map_err(|_| OutOfMemory)?;
        Ok(computed)
    }
}

/// `scrypt$n$salt$r$p$base64`.
#[derive(Clone)]
pub struct ScryptHash {
    cost: Cost,
    salt: String,
    expected: [u8; LENGTH],
}

impl ScryptHash {
    /// `rest` follows `scrypt$`.
    pub(in crate::passwords) fn parse(rest: &str) -> Option<Self> {
        let [n, salt, r, p, expected] = fields(rest)?;
        let cost = Cost::new(number(n)?, number(r)?, number(p)?)?;
        let expected = STANDARD.decode(expected).ok()?.try_into().ok()?;
        (!salt.is_empty()).then(|| Self { cost, salt: salt.to_owned(), expected })
    }

    pub(in crate::passwords) fn matches(&self, password: &Password) -> Result<Choice, OutOfMemory> {
        Ok(self.cost.derive(password, &self.salt)?.ct_eq(&self.expected))
    }

    /// Whether no parameter of this hash is weaker than those of new hashes.
    pub(in crate::passwords) const fn is_as_strong_as_written(&self) -> bool {
        self.cost.log_n >= WRITTEN.log_n && self.cost.r >= WRITTEN.r && self.cost.p >= WRITTEN.p
    }

    pub(in crate::passwords) const fn work(&self) -> Work {
        self.cost.work()
    }
}

impl fmt::Debug for ScryptHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScryptHash").field("cost", &self.cost).finish_non_exhaustive()
    }
}

/// Writes `scrypt$…` as `ScryptPasswordHasher.encode` does.
pub(in crate::passwords) fn encode(password: &Password, salt: &str) -> Result<String, OutOfMemory> {
    Ok(written(salt, &WRITTEN.derive(password, salt)?))
}

/// Encodes any bytes as a hash at the cost of new hashes.
pub(in crate::passwords) fn written(salt: &str, hash: &[u8]) -> String {
    let Cost { log_n, r, p } = WRITTEN;
    format!("scrypt${}${salt}${r}${p}${}", 1_u32 << log_n, STANDARD.encode(hash))
}
