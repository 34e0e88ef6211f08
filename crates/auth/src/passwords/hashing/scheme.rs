//! The scheme of new password hashes, and its cost.

use super::encoded::EncodedHash;
use super::format::Format;
use super::pace::Progress;
#[cfg(feature = "argon2")]
use super::schemes::argon2::Argon2Params;
#[cfg(feature = "bcrypt")]
use super::schemes::bcrypt::BcryptCost;
#[cfg(feature = "pbkdf2")]
use super::schemes::pbkdf2::Pbkdf2Iterations;
#[cfg(feature = "scrypt")]
use super::schemes::scrypt::ScryptParams;
use super::schemes::{EncodeError, Family, Work};
use super::verification::Upgrade;
use crate::passwords::Password;
use crate::{Randomness, RandomnessError};

/// The scheme of new hashes. The default is Argon2id with OWASP's parameters.
///
/// ```
/// use presspass_auth::passwords::{Argon2Params, Scheme};
///
/// // 46 MiB, one pass, one lane: as strong as the default, with more memory and less time.
/// let scheme = Scheme::Argon2id(Argon2Params::new(46 * 1024, 1, 1)?);
/// # Ok::<(), presspass_auth::passwords::CostOutOfRange>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Scheme {
    /// `$argon2id$v=19$m=19456,t=2,p=1$…`: the first choice.
    #[cfg(feature = "argon2")]
    Argon2id(Argon2Params),
    /// `$scrypt$ln=17,r=8,p=1$…`.
    #[cfg(feature = "scrypt")]
    Scrypt(ScryptParams),
    /// `$2b$12$…`. bcrypt reads 72 bytes of a password: hashing a longer one is [`EncodeError::TooLong`].
    #[cfg(feature = "bcrypt")]
    Bcrypt(BcryptCost),
    /// `$pbkdf2-sha256$i=1000000,l=32$…`.
    #[cfg(feature = "pbkdf2")]
    Pbkdf2Sha256(Pbkdf2Iterations),
    /// As Django writes it.
    #[cfg(feature = "django")]
    Django(DjangoScheme),
}

/// The scheme of new hashes, each byte for byte as Django writes it.
#[cfg(feature = "django")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DjangoScheme {
    /// bcrypt of the hexadecimal SHA-256, so that passwords are not truncated at 72 bytes. Django needs the package
    /// `bcrypt` to verify it.
    #[cfg(feature = "bcrypt")]
    BcryptSha256(BcryptCost),
    /// Django's default, which every Django project can verify.
    #[cfg(feature = "pbkdf2")]
    Pbkdf2Sha256(Pbkdf2Iterations),
    /// With Django's parameters: 100 MiB for each hash that is being computed. One thread does the work of all eight
    /// lanes.
    #[cfg(feature = "argon2")]
    Argon2id,
    /// With Django's parameters: 16 MiB for each hash that is being computed.
    #[cfg(feature = "scrypt")]
    Scrypt,
}

#[cfg(feature = "argon2")]
impl Default for Scheme {
    fn default() -> Self {
        Self::Argon2id(Argon2Params::DEFAULT)
    }
}

#[cfg(feature = "django")]
impl From<DjangoScheme> for Scheme {
    fn from(scheme: DjangoScheme) -> Self {
        Self::Django(scheme)
    }
}

impl Scheme {
    /// Hashes a password with a new salt, on the calling thread. In a server, use [`Hasher`](super::Hasher).
    ///
    /// # Errors
    ///
    /// [`EncodeError`] if there is no salt or no memory, or the password is too long for plain bcrypt.
    pub fn encode(self, password: &Password, randomness: &dyn Randomness) -> Result<String, EncodeError> {
        self.with_family(|format, family| family.encode(format, password, randomness))
    }

    /// A hash of this scheme for which no password is known. Verifying a password against it costs as much as against a
    /// real hash, and making it costs nothing.
    pub(super) fn decoy(self, randomness: &dyn Randomness) -> Result<EncodedHash, RandomnessError> {
        let mut hash = [0; 64];
        randomness.fill(&mut hash)?;
        self.with_family(|format, family| {
            let salt = format.salt(randomness)?;
            Ok(EncodedHash::parse(&family.written(format, &salt, &hash)))
        })
    }

    /// Whether a hash that matched should be replaced: it is of another scheme or format, or weaker than a new one. A more
    /// expensive one stays (Django would replace it), or two programs on one database would replace each other's hashes in
    /// turn.
    pub(super) fn upgrade_of(self, stored: &EncodedHash) -> Upgrade {
        let as_good = stored.hash().is_some_and(|(its_format, hash)| {
            self.with_family(|format, family| its_format == format && family.is_met_by(format, hash))
        });
        if as_good { Upgrade::NotDue } else { Upgrade::Due }
    }

    /// Does the work that `progress` lacks, as Django's `harden_runtime`.
    pub(super) fn harden_runtime(self, progress: Progress, password: &Password) {
        self.with_family(|_, family| family.harden_runtime(progress, password));
    }

    pub(super) fn work(self) -> Work {
        self.with_family(|_, family| family.work())
    }

    fn with_family<T>(self, of: impl FnOnce(Format, &dyn Family) -> T) -> T {
        match self {
            #[cfg(feature = "argon2")]
            Self::Argon2id(params) => of(Format::Phc, &params),
            #[cfg(feature = "scrypt")]
            Self::Scrypt(params) => of(Format::Phc, &params),
            #[cfg(feature = "bcrypt")]
            Self::Bcrypt(cost) => of(Format::Phc, &cost),
            #[cfg(feature = "pbkdf2")]
            Self::Pbkdf2Sha256(iterations) => of(Format::Phc, &iterations),
            #[cfg(feature = "django")]
            Self::Django(scheme) => match scheme {
                #[cfg(feature = "bcrypt")]
                DjangoScheme::BcryptSha256(cost) => of(Format::Django, &cost),
                #[cfg(feature = "pbkdf2")]
                DjangoScheme::Pbkdf2Sha256(iterations) => of(Format::Django, &iterations),
                #[cfg(feature = "argon2")]
                DjangoScheme::Argon2id => of(Format::Django, &Argon2Params::DJANGO),
                #[cfg(feature = "scrypt")]
                DjangoScheme::Scrypt => of(Format::Django, &ScryptParams::DJANGO),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SystemRandomness;

    fn schemes() -> [Scheme; 8] {
        let (cost, iterations) = (BcryptCost::new(4).unwrap(), Pbkdf2Iterations::new(10).unwrap());
        [
            Scheme::default(),
            Scheme::Scrypt(ScryptParams::new(5, 8, 1).unwrap()),
            Scheme::Bcrypt(cost),
            Scheme::Pbkdf2Sha256(iterations),
            DjangoScheme::BcryptSha256(cost).into(),
            DjangoScheme::Pbkdf2Sha256(iterations).into(),
            DjangoScheme::Argon2id.into(),
            DjangoScheme::Scrypt.into(),
        ]
    }

    #[test]
    fn a_decoy_costs_what_a_hash_of_its_scheme_costs() {
        for scheme in schemes() {
            let decoy = scheme.decoy(&SystemRandomness).unwrap();
            assert_eq!(decoy.work(), Some(scheme.work()), "{scheme:?}");
            assert_eq!(scheme.upgrade_of(&decoy), Upgrade::NotDue, "{scheme:?}");
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
        assert!(Argon2Params::new(8, 1, 1).is_ok());
        assert!(Argon2Params::new(15, 1, 2).is_err());
        assert!(Argon2Params::new(19_456, 0, 1).is_err());
        assert!(Argon2Params::new(19_456, 2, 0).is_err());
        assert!(Argon2Params::new(512 * 1024, 8, 64).is_ok());
        assert!(Argon2Params::new(512 * 1024, 9, 64).is_err());
        assert!(Argon2Params::new(512 * 1024 + 1, 1, 1).is_err());
        assert!(ScryptParams::new(17, 8, 1).is_ok());
        assert!(ScryptParams::new(18, 8, 16).is_ok());
        assert!(ScryptParams::new(18, 8, 17).is_err());
        assert!(ScryptParams::new(19, 8, 1).is_err());
        assert!(ScryptParams::new(0, 8, 1).is_err());
        assert!(ScryptParams::new(1, 0, 1).is_err());
        assert!(ScryptParams::new(1, 1, 0).is_err());
        assert!(ScryptParams::new(16, 1, 1).is_err());
    }
}
