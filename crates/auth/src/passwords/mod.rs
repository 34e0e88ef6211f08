//! Passwords: hashing, verification, and the rules for new ones.
//!
//! [`EncodedHash`] parses every kind of hash that Django writes into `auth_user.password`. [`Scheme`] is the kind of new
//! hashes, which are byte for byte what Django would write. [`Hasher`] computes hashes on threads of its own.
//! [`validate`] checks a new password against Django's rules.
//!
//! ```
//! use std::sync::Arc;
//! use presspass_auth::SystemRandomness;
//! use presspass_auth::passwords::{
//!     BcryptCost, Hasher, HasherLimits, Password, Scheme, Upgrade, Verification,
//! };
//!
//! # async fn log_in() -> Result<(), Box<dyn std::error::Error>> {
//! let scheme = Scheme::BcryptSha256(BcryptCost::DEFAULT);
//! let hasher = Hasher::start(scheme, HasherLimits::default(), Arc::new(SystemRandomness))?;
//! let password = Password::new("correct horse battery staple");
//! let stored = hasher.hash(&password).await?;
//! match hasher.verify(&password, &stored).await? {
//!     Verification::Match(Upgrade::NotDue) => { /* log in */ }
//!     Verification::Match(Upgrade::Due) => { /* log in, and store hasher.hash(&password) */ }
//!     Verification::Mismatch | Verification::Unusable | Verification::Unknown => { /* refuse */ }
//! }
//! # Ok(())
//! # }
//! ```

mod encoded;
mod hasher;
mod pace;
mod password;
mod queue;
mod salt;
mod scheme;
mod schemes;
#[cfg(test)]
pub(crate) mod testing;
mod validation;
mod verification;
mod workers;

pub use encoded::EncodedHash;
pub use hasher::{HashError, Hasher, HasherFor, HasherLimits, HasherStartError};
pub use password::Password;
pub use salt::make_unusable;
pub use scheme::{BcryptCost, CostOutOfRange, EncodeError, Pbkdf2Iterations, Scheme};
pub use schemes::OutOfMemory;
pub use schemes::argon2::Argon2Hash;
pub use schemes::bcrypt::BcryptHash;
pub use schemes::pbkdf2::Pbkdf2Hash;
pub use schemes::scrypt::ScryptHash;
pub use validation::{AccountAttributes, Attribute, HELP_TEXTS, PasswordProblem, validate};
pub use verification::{Upgrade, Verification, verify};
pub use workers::Busy;
