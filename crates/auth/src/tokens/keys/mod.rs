//! Keys that sign and verify tokens.

mod error;
mod id;
mod jwk;
mod kinds;
mod known;
mod pem;
mod secret;
mod signing;
mod verifying;
#[cfg(test)]
mod wycheproof;

pub use error::KeyError;
pub use id::KeyId;
pub(super) use jwk::Jwk;
pub use known::published_secret;
pub use signing::SigningKey;
pub use verifying::VerifyingKey;
