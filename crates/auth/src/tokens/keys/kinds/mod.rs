//! The kinds of key pairs, one file each, behind the features `rsa`, `ecdsa` and `eddsa`.

#[cfg(feature = "ecdsa")]
mod ec;
#[cfg(feature = "eddsa")]
mod ed25519;
#[cfg(feature = "rsa")]
mod rsa;

use std::sync::Arc;

use zeroize::Zeroizing;

use super::jwk::Jwk;
use super::{KeyError, pem};
use crate::randomness::Randomness;
use crate::tokens::algorithm::{Algorithm, KeyType};

#[cfg(any(feature = "ecdsa", feature = "eddsa", feature = "rsa"))]
const INCONSISTENT: KeyError = KeyError::Malformed("the members of the JWK are not a key");
#[cfg(any(feature = "ecdsa", feature = "eddsa", feature = "rsa"))]
const NOT_IN_PEM: KeyError = KeyError::Malformed("the PEM block does not contain a key of that kind");
#[cfg(any(feature = "ecdsa", feature = "eddsa", feature = "rsa"))]
const NOT_AS_DER: KeyError = KeyError::Malformed("it cannot be encoded as DER");

/// A public key.
pub(super) trait PublicKey: Send + Sync {
    fn key_type(&self) -> KeyType;

    /// Refuses a key that is too weak for the algorithm.
    fn check(&self, algorithm: Algorithm) -> Result<(), KeyError>;

    /// The required members of its JWK, sorted by name, of which its thumbprint is made (RFC 7638, section 3.2).
    fn members(&self) -> Vec<(&'static str, String)>;

    /// Verifies `signature` over `message`. The algorithm is one of this key's type.
    fn verifies(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool;
}

/// A private key.
pub(super) trait PrivateKey: Send + Sync {
    /// Its public key.
    fn public(&self) -> Arc<dyn PublicKey>;

    /// The private members of its JWK, all of which are secret.
    fn members(&self) -> Vec<(&'static str, Zeroizing<String>)>;

    /// The key as DER, from which other secrets are derived: RSA as PKCS#1, the others as PKCS#8.
    fn to_der(&self) -> Result<Zeroizing<Vec<u8>>, KeyError>;

    /// Signs; `None` if the library fails. The algorithm is one of this key's type.
    fn sign(&self, algorithm: Algorithm, message: &[u8]) -> Option<Vec<u8>>;
}

/// Parses and generates keys of one kind.
trait Kind: Sync {
    /// Parses a `SubjectPublicKeyInfo` (RFC 5280) or PKCS#1. `None` if the label is of another kind's key.
    fn public_from_pem(&self, label: &str, block: &str) -> Option<Result<Arc<dyn PublicKey>, KeyError>>;

    /// Parses PKCS#8 (RFC 5958), PKCS#1 (RFC 8017, appendix A.1) or SEC1 (RFC 5915). `None` as above.
    fn private_from_pem(&self, label: &str, block: &str) -> Option<Result<Arc<dyn PrivateKey>, KeyError>>;

    fn public_from_jwk(&self, jwk: &Jwk) -> Result<Arc<dyn PublicKey>, KeyError>;

    /// Parses the private members. The caller compares the public ones.
    fn private_from_jwk(&self, jwk: &Jwk) -> Result<Arc<dyn PrivateKey>, KeyError>;

    /// Generates a key. All randomness is requested before anything is generated.
    fn generate(&self, randomness: &dyn Randomness) -> Result<Arc<dyn PrivateKey>, KeyError>;
}

fn kind(algorithm: Algorithm) -> Result<&'static dyn Kind, KeyError> {
    match algorithm.key_type() {
        KeyType::Secret => Err(KeyError::OtherKind { algorithm }),
        #[cfg(feature = "rsa")]
        KeyType::Rsa => Ok(&rsa::Rsa),
        #[cfg(not(feature = "rsa"))]
        KeyType::Rsa => Err(KeyError::NotEnabled { algorithm, feature: "rsa" }),
        #[cfg(feature = "ecdsa")]
        KeyType::P256 => Ok(&ec::P256),
        #[cfg(feature = "ecdsa")]
        KeyType::P384 => Ok(&ec::P384),
        #[cfg(not(feature = "ecdsa"))]
        KeyType::P256 | KeyType::P384 => Err(KeyError::NotEnabled { algorithm, feature: "ecdsa" }),
        #[cfg(feature = "eddsa")]
        KeyType::Ed25519 => Ok(&ed25519::Ed25519),
        #[cfg(not(feature = "eddsa"))]
        KeyType::Ed25519 => Err(KeyError::NotEnabled { algorithm, feature: "eddsa" }),
    }
}

/// Parses a public key in PEM.
pub(super) fn public_from_pem(text: &str, algorithm: Algorithm) -> Result<Arc<dyn PublicKey>, KeyError> {
    let kind = kind(algorithm)?;
    let (label, block) = pem::find(text, &["PUBLIC KEY", "RSA PUBLIC KEY"])?;
    kind.public_from_pem(label, block).unwrap_or(Err(KeyError::OtherKind { algorithm }))
}

/// Parses a private key in PEM.
pub(super) fn private_from_pem(text: &str, algorithm: Algorithm) -> Result<Arc<dyn PrivateKey>, KeyError> {
    let kind = kind(algorithm)?;
    let labels = ["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY"];
    let (label, block) = pem::find(text, &labels)?;
    if label == "ENCRYPTED PRIVATE KEY" {
        return Err(KeyError::Malformed("it is encrypted; decrypt it first"));
    }
    kind.private_from_pem(label, block).unwrap_or(Err(KeyError::OtherKind { algorithm }))
}

/// The public key of a JWK.
pub(super) fn public_from_jwk(jwk: &Jwk, algorithm: Algorithm) -> Result<Arc<dyn PublicKey>, KeyError> {
    jwk.must_be(algorithm)?;
    kind(algorithm)?.public_from_jwk(jwk)
}

/// The private key of a JWK, whose public members must match.
pub(super) fn private_from_jwk(jwk: &Jwk, algorithm: Algorithm) -> Result<Arc<dyn PrivateKey>, KeyError> {
    let public = public_from_jwk(jwk, algorithm)?;
    let private = kind(algorithm)?.private_from_jwk(jwk)?;
    if private.public().members() == public.members() {
        Ok(private)
    } else {
        Err(KeyError::Malformed("the members of the JWK are not a key"))
    }
}

/// Generates a key.
pub(super) fn generate(
    algorithm: Algorithm,
    randomness: &dyn Randomness,
) -> Result<Arc<dyn PrivateKey>, KeyError> {
    kind(algorithm)?.generate(randomness)
}
