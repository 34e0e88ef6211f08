//! API keys: for programs, in place of a name and a password.
//!
//! An [`ApiKey`] is shown once, when it is created, and is stored nowhere: a store has only its
//! [digest](ApiKey::digest), so that a copy of the store is useless to an attacker. Beside the digest it has an
//! [`ApiKeyRecord`]: a name, when the key expires, when it was last used, and its [`Scopes`], which limit the key
//! whatever its account may do. A [`ApiKeyAuthenticator`](crate::authenticators::ApiKeyAuthenticator) accepts keys in
//! `Authorization: Token …` and looks them up in an [`ApiKeyStore`].
//!
//! ```
//! use presspass_auth::SystemRandomness;
//! use presspass_auth::api_keys::{ApiKey, MalformedKey};
//!
//! let key = ApiKey::new(&SystemRandomness)?;
//! let shown_once = key.expose().to_owned(); // pp_ and 49 letters and digits
//! let stored = key.digest();
//!
//! assert_eq!(ApiKey::parse(&shown_once)?.digest(), stored);
//! assert_eq!(ApiKey::parse(&shown_once.replace("pp_", "pp-")).unwrap_err(), MalformedKey::Form);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod key;
#[cfg(feature = "django")]
mod legacy;
mod name;
mod scopes;
mod store;

pub use key::{ApiKey, ApiKeyDigest, MalformedKey};
#[cfg(feature = "django")]
pub use legacy::LegacyKey;
pub use name::{ApiKeyName, InvalidApiKeyName};
pub use scopes::{InvalidScope, ScopeSet, Scopes};
pub use store::{ApiKeyBearer, ApiKeyRecord, ApiKeyStore};
