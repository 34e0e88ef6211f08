//! The scheme of new password hashes, and its cost.

use std::hint::black_box;

use super::encoded::EncodedHash;
use super::pace::Progress;
use super::password::Password;
use super::salt::{SALT_LENGTH, random_text};
use super::schemes::{OutOfMemory, Work, argon2, bcrypt, pbkdf2, scrypt};
use super::verification::Upgrade;
use crate::{Randomness, RandomnessError};

/// A cost that is out of bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the cost {given} is not between {least} and {most}")]
pub struct CostOutOfRange {
    given: u32,
    least: u32,
    most: u32,
}

/// The base-two logarithm of bcrypt's rounds, 4 to 16.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BcryptCost(u32);

impl BcryptCost {
    /// 12, as in Django: about a quarter of a second. Less than 10 is for tests.
    pub const DEFAULT: Self = Self(12);

    /// A cost.
    ///
    /// # Errors
    ///
    /// [`CostOutOfRange`] below 4 and above 16.
    pub fn new(cost: u32) -> Result<Self, CostOutOfRange> {
        within(cost, bcrypt::MIN_COST, bcrypt::MAX_COST).map(Self)
    }
}

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
        within(iterations, 1, pbkdf2::MAX_ITERATIONS).map(Self)
    }
}

fn within(given: u32, least: u32, most: u32) -> Result<u32, CostOutOfRange> {
    (least..=most).contains(&given).then_some(given).ok_or(CostOutOfRange { given, least, most })
}

/// A password could not be hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EncodeError {
    /// There is no randomness for the salt.
    #[error(transparent)]
    Randomness(#[from] RandomnessError),
    /// There is not enough memory for a memory-hard scheme.
    #[error(transparent)]
    OutOfMemory(#[from] OutOfMemory),
}

/// The scheme of new hashes, each byte for byte as Django writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// bcrypt of the hexadecimal SHA-256, so that passwords are not truncated at 72 bytes. Django needs the package
    /// `bcrypt` to verify it.
    BcryptSha256(BcryptCost),
    /// Django's default, which every Django project can verify.
    Pbkdf2Sha256(Pbkdf2Iterations),
    /// With Django's parameters: 100 MiB for each hash that is being computed. One thread does the work of all eight
    /// lanes.
    Argon2id,
    /// With Django's parameters: 16 MiB for each hash that is being computed.
    Scrypt,
}

impl Scheme {
    /// Django's name for it, with which each encoded hash starts.
    #[must_use]
    pub const fn algorithm(self) -> &'static str {
        match self {
            Self::BcryptSha256(_) => "bcrypt_sha256",
            Self::Pbkdf2Sha256(_) => "pbkdf2_sha256",
            Self::Argon2id => "argon2",
            Self::Scrypt => "scrypt",
        }
    }

    /// Hashes a password with a new salt, on the calling thread. In a server, use [`Hasher`](super::Hasher).
    ///
    /// # Errors
    ///
    /// [`EncodeError`] if there is no salt or no memory.
    pub fn encode(self, password: &Password, randomness: &dyn Randomness) -> Result<String, EncodeError> {
        match self {
            Self::BcryptSha256(BcryptCost(cost)) => {
                let mut salt = [0; 16];
                randomness.fill(&mut salt)?;
                // The cost is within bcrypt's bounds, and bcrypt refuses nothing else.
                bcrypt::encode(password, cost, salt).ok_or(EncodeError::OutOfMemory(OutOfMemory))
            }
            Self::Pbkdf2Sha256(Pbkdf2Iterations(iterations)) => {
                Ok(pbkdf2::encode(password, iterations, &random_text(SALT_LENGTH, randomness)?))
            }
            Self::Argon2id => Ok(argon2::encode(password, &random_text(SALT_LENGTH, randomness)?)?),
            Self::Scrypt => Ok(scrypt::encode(password, &random_text(SALT_LENGTH, randomness)?)?),
        }
    }

    /// A hash of this scheme for which no password is known. Verifying a password against it costs as much as against a
    /// real hash, and making it costs nothing.
    pub(super) fn decoy(self, randomness: &dyn Randomness) -> Result<EncodedHash, RandomnessError> {
        let mut hash = [0; 64];
        randomness.fill(&mut hash)?;
        let salt = random_text(SALT_LENGTH, randomness)?;
        Ok(EncodedHash::parse(&match self {
            Self::BcryptSha256(BcryptCost(cost)) => bcrypt::written(cost, &hash),
            Self::Pbkdf2Sha256(Pbkdf2Iterations(iterations)) => {
                pbkdf2::written(iterations, &salt, &hash[..32])
            }
            Self::Argon2id => argon2::written(&salt, &hash[..32]),
            Self::Scrypt => scrypt::written(&salt, &hash),
        }))
    }

    /// Whether a hash that matched should be replaced: it is of another scheme, or weaker than a new one. A more expensive
    /// one stays (Django would replace it), or two programs on one database would replace each other's hashes in turn.
    pub(super) fn upgrade_of(self, hash: &EncodedHash) -> Upgrade {
        let as_good = match (self, hash) {
            (Self::BcryptSha256(BcryptCost(cost)), EncodedHash::Bcrypt(hash)) => {
                hash.input() == bcrypt::Input::Sha256 && hash.cost() >= cost
            }
            (Self::Pbkdf2Sha256(Pbkdf2Iterations(iterations)), EncodedHash::Pbkdf2(hash)) => {
                hash.digest() == pbkdf2::Digest::Sha256
                    && hash.iterations() >= iterations
                    && hash.salt_length() >= SALT_LENGTH
            }
            (Self::Argon2id, EncodedHash::Argon2(hash)) => hash.is_as_strong_as_written(),
            (Self::Scrypt, EncodedHash::Scrypt(hash)) => hash.is_as_strong_as_written(),
            _ => false,
        };
        if as_good { Upgrade::NotDue } else { Upgrade::Due }
    }

    /// Does the work that `progress` lacks, as Django's `harden_runtime`. Argon2id and scrypt cannot be computed in parts:
    /// for them nothing is done, as in Django.
    pub(super) fn harden_runtime(self, progress: Progress, password: &Password) {
        match self {
            Self::BcryptSha256(BcryptCost(cost)) => {
                // Each step of the cost doubles the rounds, so the bits of their number are the steps that add up to it.
                let rounds = progress.missing_of(1 << cost);
                for step in (bcrypt::MIN_COST..=cost).filter(|step| rounds & (1 << step) != 0) {
                    black_box(bcrypt::encode(password, step, [0; 16]));
                }
            }
            Self::Pbkdf2Sha256(Pbkdf2Iterations(iterations)) => {
                let missing = progress.missing_of(iterations);
                if missing > 0 {
                    black_box(pbkdf2::encode(password, missing, "harden_runtime"));
                }
            }
            Self::Argon2id | Self::Scrypt => {}
        }
    }

    pub(super) const fn work(self) -> Work {
        match self {
            Self::BcryptSha256(BcryptCost(cost)) => Work::Bcrypt(cost),
            Self::Pbkdf2Sha256(Pbkdf2Iterations(iterations)) => Work::Pbkdf2Sha256(iterations),
            Self::Argon2id => argon2::WRITTEN.work(),
            Self::Scrypt => scrypt::WRITTEN.work(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SystemRandomness;

    const SCHEMES: [Scheme; 4] = [
        Scheme::BcryptSha256(BcryptCost(4)),
        Scheme::Pbkdf2Sha256(Pbkdf2Iterations(10)),
        Scheme::Argon2id,
        Scheme::Scrypt,
    ];

    #[test]
    fn a_decoy_costs_what_a_hash_of_its_scheme_costs() {
        for scheme in SCHEMES {
            let decoy = scheme.decoy(&SystemRandomness).unwrap();
            assert_eq!(decoy.work(), Some(scheme.work()), "{scheme:?}");
            let real = scheme.encode(&Password::new("password"), &SystemRandomness).unwrap();
            assert_eq!(EncodedHash::parse(&real).work(), Some(scheme.work()), "{scheme:?}");
        }
    }

    #[test]
    fn costs_have_bounds() {
        assert!(BcryptCost::new(3).is_err());
        assert!(BcryptCost::new(4).is_ok());
        assert!(BcryptCost::new(16).is_ok());
        assert_eq!(BcryptCost::new(17).unwrap_err().to_string(), "the cost 17 is not between 4 and 16");
        assert!(Pbkdf2Iterations::new(0).is_err());
        assert!(Pbkdf2Iterations::new(10_000_000).is_ok());
        assert!(Pbkdf2Iterations::new(10_000_001).is_err());
    }
}
