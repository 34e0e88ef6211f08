//! JSON Web Tokens (RFC 7519) in the form that djangorestframework-jwt 1.11 gives them.
//!
//! | What you have | Take |
//! |---|---|
//! | a secret that issuer and verifiers share | [`SigningKey::hs256`] |
//! | a private key here, and verifiers that must not sign | [`SigningKey::from_pem`], [`SigningKey::generate`] |
//! | a key that is to be replaced | a [`KeyRing`]: the newest signs, all verify until they retire |
//! | keys that are replaced while the service runs | a [`SharedKeyRing`] |
//! | another service's tokens, and its JWK set | [`JwkSet`], or [`RefreshableKeys`] where it changes |
//! | claims of your own | [`TokenRequest::with_claims`], [`TokenVerifier::verify_claims`] |
//! | an audience, an issuer, other lifetimes | [`TokenPolicy`] |
//!
//! A token is taken apart strictly before anything else looks at it: it is three parts of canonical base64url, at most
//! 8192 bytes; its header is one JSON object without `crit`, `b64`, `zip` or `enc` (RFC 7515, section 4.1.11; RFC 7797;
//! RFC 7516) and names the one algorithm of a key that is there (RFC 8725, section 3.1); no member that is read comes
//! twice. Only then is the signature looked at, and only then what the token claims.
//!
//! Secrets verify by an HMAC that has taken its key in once. Everything else is signed and verified by jsonwebtoken with
//! its pure-Rust provider, which is named at every call: the default of the process, which panics where a program has two
//! of them in its tree, is never asked. RSA is there for what exists: to sign takes many times as long as by
//! [`Algorithm::EdDsa`] or [`Algorithm::Es256`], and is not in constant time (RUSTSEC-2023-0071, behind blinding).

mod algorithm;
mod claims;
mod error;
mod header;
mod issuer;
mod json;
mod jti;
mod jwks;
mod key_set;
mod keys;
mod policy;
mod request;
mod ring;
mod shared_ring;
mod verifier;
mod wire;

pub use algorithm::{Algorithm, KeyType, UnknownAlgorithm};
pub use claims::{Claims, OrigIat, Subject, VerifiedToken};
pub use error::TokenError;
pub use issuer::{SigningError, TokenIssuer};
pub(crate) use jti::LENGTH as JTI_LENGTH;
pub use jti::{new_jti, new_uuid};
pub use jwks::{IgnoredKey, JwkSet, JwkSetError};
pub use key_set::{KeySource, RefreshableKeys};
pub use keys::{KeyError, KeyId, SigningKey, VerifyingKey, published_secret};
pub use policy::TokenPolicy;
pub use request::{ExtraError, TokenRequest, TokenSubject};
pub use ring::{KeyRing, RingError, RingKey};
pub use shared_ring::SharedKeyRing;
pub use verifier::TokenVerifier;
pub use wire::TokenWire;

#[cfg(test)]
mod tests;
