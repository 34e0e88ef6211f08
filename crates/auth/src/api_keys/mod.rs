//! API keys: what programs send in place of a name and a password.
//!
//! An [`ApiKey`] is made once, shown once, and kept by nobody: a store knows only its [digest](ApiKey::digest), so that
//! a copy of the store opens nothing. Beside the digest it keeps an [`ApiKeyRecord`]: a name, when the key ends, when it
//! was last used, and its [`Scopes`], beyond which it cannot go whatever its account may do. A
//! [`TokenAuthenticator`](crate::authenticators::TokenAuthenticator) takes keys in `Authorization: Token …` over an
//! [`ApiKeyStore`].
//!
//! ```
//! use presspass_auth::SystemRandomness;
//! use presspass_auth::api_keys::{ApiKey, MalformedKey};
//!
//! let key = ApiKey::new(&SystemRandomness)?;
//! let shown_once = key.expose().to_owned(); // pp_ and 49 letters and digits
//! let kept = key.digest();
//!
//! assert_eq!(ApiKey::parse(&shown_once)?.digest(), kept);
//! assert_eq!(ApiKey::parse(&shown_once.replace("pp_", "pp-")).unwrap_err(), MalformedKey::Form);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod key;
mod legacy;
mod name;
mod scopes;
mod store;

pub use key::{ApiKey, ApiKeyDigest, MalformedKey};
pub use legacy::LegacyKey;
pub use name::{ApiKeyName, InvalidApiKeyName};
pub use scopes::Scopes;
pub use store::{ApiKeyBearer, ApiKeyRecord, ApiKeyStore};
