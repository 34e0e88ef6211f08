//! JSON Web Tokens (RFC 7519) in the form that djangorestframework-jwt 1.11 gives them.

mod claims;
mod error;
mod issuer;
mod jti;
mod key;
mod structure;
mod verifier;

pub use claims::{LineBegan, Subject, VerifiedToken};
pub use error::TokenError;
pub use issuer::{SigningError, TokenIssuer, TokenSubject};
pub use jti::new_jti;
pub use key::{SigningKey, WeakKey};
pub use verifier::{TokenPolicy, TokenVerifier};

#[cfg(test)]
mod tests;
