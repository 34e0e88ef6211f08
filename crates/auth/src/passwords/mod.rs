//! Passwords: hashing, verification, and the rules for new ones.
//!
//! [`EncodedHash`] parses stored hashes: PHC strings (`$argon2id$…`, `$scrypt$…`, `$pbkdf2-sha256$…`), bcrypt (`$2b$…`),
//! and with the feature `django` every kind that Django writes. Each family is a feature: `argon2`, `bcrypt`, `scrypt`,
//! `pbkdf2`. [`Scheme`] is the kind of new hashes, by default Argon2id with OWASP's parameters. A hash of another family,
//! or a weaker one, is replaced at the next login. [`PasswordLogin`] verifies names and passwords, with a throttle and
//! without telling unknown names from wrong passwords; [`Hasher`] is beneath it, and computes hashes on threads of its
//! own. [`validate`] checks a new password against Django's rules.
//!
#![cfg_attr(feature = "argon2", doc = "```")]
#![cfg_attr(not(feature = "argon2"), doc = "```ignore")]
//! use std::sync::Arc;
//! use presspass_auth::SystemRandomness;
//! use presspass_auth::passwords::{Hasher, HasherLimits, Password, Scheme, Upgrade, Verification};
//!
//! # async fn log_in() -> Result<(), Box<dyn std::error::Error>> {
//! let hasher = Hasher::start(Scheme::default(), HasherLimits::default(), Arc::new(SystemRandomness))?;
//! let password = Password::new("correct horse battery staple");
//! let stored = hasher.hash(&password).await?;
//! match hasher.verify(&password, &stored).await? {
//!     Verification::Match(Upgrade::NotDue) => { /* log in */ }
//!     Verification::Match(Upgrade::Due) => { /* log in, and store hasher.hash(&password) */ }
//!     _ => { /* refuse */ }
//! }
//! # Ok(())
//! # }
//! ```

#[cfg(any(feature = "argon2", feature = "bcrypt", feature = "pbkdf2", feature = "scrypt"))]
mod hashing;
#[cfg(any(feature = "argon2", feature = "bcrypt", feature = "pbkdf2", feature = "scrypt"))]
mod login;
mod password;
#[cfg(test)]
pub(crate) mod testing;
mod validation;

#[cfg(any(feature = "argon2", feature = "bcrypt", feature = "pbkdf2", feature = "scrypt"))]
pub use hashing::*;
#[cfg(any(feature = "argon2", feature = "bcrypt", feature = "pbkdf2", feature = "scrypt"))]
pub use login::{LoginError, LoginOutcome, PasswordLogin, PasswordStore, Replaced, StoredPassword};
pub use password::Password;
pub use validation::{AccountAttributes, Attribute, HELP_TEXTS, PasswordProblem, validate};
