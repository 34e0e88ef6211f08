//! Hashing and verification: present with at least one family of hashes.

mod encoded;
mod format;
mod hasher;
mod pace;
mod queue;
mod salt;
mod scheme;
mod schemes;
mod verification;
mod workers;

pub use encoded::EncodedHash;
pub use hasher::{HashError, Hasher, HasherFor, HasherLimits, HasherStartError};
#[cfg(feature = "django")]
pub use salt::make_unusable;
#[cfg(feature = "django")]
pub use scheme::DjangoScheme;
pub use scheme::Scheme;
pub use schemes::EncodeError;
#[cfg(feature = "argon2")]
pub use schemes::argon2::Argon2Params;
#[cfg(feature = "bcrypt")]
pub use schemes::bcrypt::BcryptCost;
#[cfg(feature = "pbkdf2")]
pub use schemes::pbkdf2::Pbkdf2Iterations;
#[cfg(feature = "scrypt")]
pub use schemes::scrypt::ScryptParams;
pub use schemes::{CostOutOfRange, OutOfMemory};
pub use verification::{Upgrade, Verification, verify};
pub use workers::Busy;
