//! scrypt hashes.

use std::fmt;
use std::hint::black_box;

use ::scrypt::{Params, scrypt};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use subtle::{Choice, ConstantTimeEq as _};

use super::{CostOutOfRange, EncodeError, Family, Hash, OutOfMemory, Work, fields, number, within};
use crate::Randomness;
use crate::passwords::Password;
use crate::passwords::hashing::format::Format;
use crate::passwords::hashing::pace::Progress;

/// Django always writes 64 bytes.
const DJANGO_LENGTH: usize = 64;
const PHC_LENGTH: usize = 32;
/// In bytes, 128 × n × r. Django's own bound is OpenSSL's, 32 MiB, unless a project raises it.
const MAX_MEMORY: u32 = 256 * 1024 * 1024;
/// In bytes, 128 × n × r × p, which determines the time. About fifty times Django's.
const MAX_TRAFFIC: u64 = 4 * 1024 * 1024 * 1024;

/// The cost of scrypt: n as its base-two logarithm, r and p. A hash needs 128 × n × r bytes of memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScryptParams {
    log_n: u8,
    r: u32,
    p: u32,
}

impl ScryptParams {
    /// 2¹⁷ × 8 × 1, 128 MiB: OWASP's Password Storage Cheat Sheet.
    pub const DEFAULT: Self = Self { log_n: 17, r: 8, p: 1 };
    /// `ScryptPasswordHasher` of Django: 2¹⁴ × 8 × 5, 16 MiB.
    #[cfg(feature = "django")]
    pub(in crate::passwords) const DJANGO: Self = Self { log_n: 14, r: 8, p: 5 };

    /// A cost.
    ///
    /// # Errors
    ///
    /// [`CostOutOfRange`] for 0, for more than 256 MiB of memory, or so large a p that memory times p exceed 4 GiB.
    pub fn new(log_n: u8, r: u32, p: u32) -> Result<Self, CostOutOfRange> {
        let blocks = MAX_MEMORY / 128;
        let r = within(r, 1, blocks / 2)?;
        // scrypt's own bound is 16 r (RFC 7914, section 2).
        let n = 1 << within(log_n.into(), 1, (blocks / r).ilog2().min(16 * r - 1))?;
        // The first bound is that of the time, the second that of the memory for p blocks.
        let slowest = MAX_TRAFFIC / (u64::from(r) * n * 128);
        let p = within(p, 1, u32::try_from(slowest).unwrap_or(u32::MAX).min(blocks / r))?;
        Ok(Self { log_n, r, p })
    }

    fn derive(self, password: &Password, salt: &[u8], into: &mut [u8]) -> Result<(), OutOfMemory> {
        let params = Params::new(self.log_n, self.r, self.p).map_err(|_| OutOfMemory)?;
        scrypt(password.expose().as_bytes(), salt, &params, into).map_err(|_| OutOfMemory)
    }

    /// Writes `$scrypt$…`, or `scrypt$…` as `ScryptPasswordHasher.encode` does.
    fn text(self, format: Format, salt: &[u8], hash: &[u8]) -> String {
        let Self { log_n, r, p } = self;
        match format {
            Format::Phc => {
                let (salt, hash) = (STANDARD_NO_PAD.encode(salt), STANDARD_NO_PAD.encode(hash));
                format!("$scrypt$ln={log_n},r={r},p={p}${salt}${hash}")
            }
            Format::Django => {
                let salt = String::from_utf8_lossy(salt);
                format!("scrypt${}${salt}${r}${p}${}", 1_u32 << log_n, STANDARD.encode(hash))
            }
        }
    }
}

impl Default for ScryptParams {
    /// [`ScryptParams::DEFAULT`].
    fn default() -> Self {
        Self::DEFAULT
    }
}

const fn length(format: Format) -> usize {
    match format {
        Format::Phc => PHC_LENGTH,
        Format::Django => DJANGO_LENGTH,
    }
}

impl Family for ScryptParams {
    fn encode(
        &self,
        format: Format,
        password: &Password,
        randomness: &dyn Randomness,
    ) -> Result<String, EncodeError> {
        let salt = format.salt(randomness)?;
        let mut computed = vec![0; length(format)];
        self.derive(password, &salt, &mut computed)?;
        Ok(self.text(format, &salt, &computed))
    }

    fn written(&self, format: Format, salt: &[u8], bytes: &[u8; 64]) -> String {
        self.text(format, salt, &bytes[..length(format)])
    }

    fn is_met_by(&self, format: Format, hash: &Hash) -> bool {
        matches!(hash, Hash::Scrypt(hash) if hash.cost.log_n >= self.log_n
            && hash.cost.r >= self.r
            && hash.cost.p >= self.p
            && hash.expected.len() >= length(format))
    }

    fn work(&self) -> Work {
        Work::Scrypt { log_n: self.log_n, r: self.r, p: self.p }
    }

    fn harden_runtime(&self, progress: Progress, password: &Password) {
        // The time is proportional to n, which is a power of two: the bits of what is missing add up to it.
        let missing = progress.missing_of(1 << self.log_n);
        for log_n in (1..=self.log_n).filter(|log_n| missing & (1 << log_n) != 0) {
            let _ =
                black_box(Self { log_n, ..*self }.derive(password, b"harden_runtime", &mut [0; PHC_LENGTH]));
        }
    }
}

/// A hash whose text is one of two forms: see the functions that parse it.
#[derive(Clone)]
pub(in crate::passwords) struct ScryptHash {
    cost: ScryptParams,
    salt: Vec<u8>,
    expected: Vec<u8>,
}

impl ScryptHash {
    /// `n$salt$r$p$base64`, as Django writes it after `scrypt$`.
    pub(in crate::passwords) fn parse_django(rest: &str) -> Option<Self> {
        let [n, salt, r, p, expected] = fields(rest)?;
        let n = number(n).filter(|n| n.is_power_of_two())?;
        let cost = ScryptParams::new(u8::try_from(n.trailing_zeros()).ok()?, number(r)?, number(p)?).ok()?;
        let expected = STANDARD.decode(expected).ok().filter(|bytes| bytes.len() == DJANGO_LENGTH)?;
        (!salt.is_empty()).then(|| Self { cost, salt: salt.as_bytes().to_vec(), expected })
    }

    /// `ln=17,r=8,p=1$salt$hash`, after `$scrypt$`.
    pub(in crate::passwords) fn parse_phc(rest: &str) -> Option<Self> {
        let [cost, salt, expected] = fields(rest)?;
        let (log_n, rest) = cost.strip_prefix("ln=")?.split_once(",r=")?;
        let (r, p) = rest.split_once(",p=")?;
        let cost = ScryptParams::new(u8::try_from(number(log_n)?).ok()?, number(r)?, number(p)?).ok()?;
        let decode = |text: &str| STANDARD_NO_PAD.decode(text).ok();
        let (salt, expected) = (decode(salt)?, decode(expected)?);
        let fits = !salt.is_empty() && (16..=DJANGO_LENGTH).contains(&expected.len());
        fits.then_some(Self { cost, salt, expected })
    }

    pub(in crate::passwords) fn matches(&self, password: &Password) -> Result<Choice, OutOfMemory> {
        let mut computed = vec![0; self.expected.len()];
        self.cost.derive(password, &self.salt, &mut computed)?;
        Ok(computed.ct_eq(&self.expected))
    }

    pub(in crate::passwords) fn work(&self) -> Work {
        self.cost.work()
    }
}

impl fmt::Debug for ScryptHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScryptHash").field("cost", &self.cost).finish_non_exhaustive()
    }
}
