//! JSON Web Tokens (RFC 7519); with the feature `django` also those of djangorestframework-jwt 1.11 and drf-jwt 1.19.
//!
//! | What you have | What you need |
//! |---|---|
//! | a secret shared by issuer and verifiers | [`SigningKey::hs256`] |
//! | verifiers that must not sign | [`SigningKey::from_pem`], [`SigningKey::generate`] |
//! | a key that is to be replaced | [`KeyRing`]: the newest signs, all verify until they retire |
//! | keys that are replaced while the service runs | [`SharedKeyRing`] |
//! | another service's tokens, and its JWK set | [`JwkSet`], [`RefreshableKeys`] if it changes, `RemoteKeys` if it is fetched (feature `jwks`) |
//! | claims of your own | [`TokenRequest::with_claims`], [`VerifiedToken::claims`] |
//! | ids of any type | [`TokenIssuer::issue`], [`VerifiedToken::subject`] |
//! | an audience, an issuer, a type, another lifetime | [`TokenPolicy`] |
//! | clients of a Django project | `TokenPolicy::django`, `DjangoSubject`, `DjangoAccount` (feature `django`) |
//!
//! The structure of a token is checked strictly before anything else: three parts of canonical base64url, at most
//! 8192 bytes. Its header is one JSON object without `crit`, `b64`, `zip` or `enc` (RFC 7515, section 4.1.11; RFC
//! 7797; RFC 7516), and names the one algorithm of a key in use (RFC 8725, section 3.1). No member that is read is
//! repeated. Only then the signature is verified, and after it the claims.
//!
//! Secrets sign and verify with an HMAC whose key was absorbed once. Key pairs are behind features: `ecdsa` (ES256,
//! ES384), `eddsa` (`EdDSA` on Ed25519) and `rsa` (RS and PS). RSA is for existing keys and for identity providers that
//! have no others: signing takes many times as long as with [`Algorithm::EdDsa`] or [`Algorithm::Es256`], and is not in
//! constant time (RUSTSEC-2023-0071, behind blinding). jsonwebtoken signs and verifies with RSA keys.

mod algorithm;
mod claims;
#[cfg(feature = "django")]
mod django;
mod error;
mod header;
mod issuer;
mod json;
#[cfg(feature = "django")]
mod jti;
mod jwks;
mod key_set;
mod keys;
mod policy;
mod profile;
#[cfg(feature = "jwks")]
mod remote;
mod request;
mod ring;
mod shared_ring;
mod subject;
mod verifier;

pub use algorithm::{Algorithm, KeyType, UnknownAlgorithm};
pub use claims::{OrigIat, VerifiedToken};
#[cfg(feature = "django")]
pub use django::{DjangoAccount, DjangoSubject, TokenWire};
pub use error::TokenError;
pub use issuer::{SigningError, TokenIssuer};
#[cfg(feature = "django")]
pub use jti::new_uuid;
pub use jwks::{IgnoredKey, JwkSet, JwkSetError};
pub use key_set::{KeySource, RefreshableKeys};
pub use keys::{KeyError, KeyId, SigningKey, VerifyingKey, published_secret};
pub use policy::TokenPolicy;
pub use profile::ClaimsProfile;
#[cfg(feature = "ureq")]
pub use remote::UreqClient;
#[cfg(feature = "jwks")]
pub use remote::{HttpClient, HttpError, HttpResponse, RemoteKeyLimits, RemoteKeys, RemoteKeysError};
pub use request::{ExtraError, TokenRequest};
pub use ring::{KeyRing, RingError, RingKey};
pub use shared_ring::SharedKeyRing;
pub use subject::{Subject, SubjectError, TokenSubject};
pub use verifier::TokenVerifier;

#[cfg(test)]
mod tests;
