//! Public keys.

use jsonwebtoken::DecodingKey;
use p256::elliptic_curve::sec1::ToEncodedPoint;
use rsa::RsaPublicKey;
use rsa::pkcs1::{DecodeRsaPublicKey, EncodeRsaPublicKey};
use rsa::pkcs8::DecodePublicKey;
use rsa::traits::PublicKeyParts;

use super::{KeyError, pem};
use crate::tokens::algorithm::{Algorithm, KeyType};

/// Shorter RSA keys are refused (RFC 7518, section 3.3).
const LEAST_RSA_BITS: usize = 2048;

/// A public key of a supported kind.
#[derive(Clone)]
pub(super) enum PublicKey {
    Rsa(RsaPublicKey),
    P256(p256::PublicKey),
    P384(p384::PublicKey),
    Ed25519(ed25519_dalek::VerifyingKey),
}

impl PublicKey {
    /// Parses a `SubjectPublicKeyInfo` (RFC 5280) or PKCS#1, as PEM.
    pub fn from_pem(text: &str, algorithm: Algorithm) -> Result<Self, KeyError> {
        let malformed = |_| KeyError::Malformed("the PEM block does not contain a key of that kind");
        let (label, block) = pem::find(text, &["PUBLIC KEY", "RSA PUBLIC KEY"])?;
        match (label, algorithm.key_type()) {
            ("PUBLIC KEY", KeyType::Rsa) => {
                RsaPublicKey::from_public_key_pem(block).map(Self::Rsa).map_err(malformed)
            }
            ("RSA PUBLIC KEY", KeyType::Rsa) => RsaPublicKey::from_pkcs1_pem(block)
                .map(Self::Rsa)
                .map_err(|_| KeyError::Malformed("the PEM block does not contain a key of that kind")),
            ("PUBLIC KEY", KeyType::P256) => {
                p256::PublicKey::from_public_key_pem(block).map(Self::P256).map_err(malformed)
            }
            ("PUBLIC KEY", KeyType::P384) => {
                p384::PublicKey::from_public_key_pem(block).map(Self::P384).map_err(malformed)
            }
            ("PUBLIC KEY", KeyType::Ed25519) => {
                ed25519_dalek::VerifyingKey::from_public_key_pem(block).map(Self::Ed25519).map_err(malformed)
            }
            _ => Err(KeyError::OtherKind { algorithm }),
        }
    }

    /// Refuses a key that is of another kind than the algorithm's, or too weak for it.
    pub fn check(&self, algorithm: Algorithm) -> Result<(), KeyError> {
        match (self, algorithm.key_type()) {
            (Self::Rsa(key), KeyType::Rsa) => match key.n().bits() {
                bits if bits < LEAST_RSA_BITS => Err(KeyError::TooFewBits { algorithm, bits }),
                _ => Ok(()),
            },
            (Self::Ed25519(key), KeyType::Ed25519) if key.is_weak() => Err(KeyError::SmallOrder),
            (Self::P256(_), KeyType::P256)
            | (Self::P384(_), KeyType::P384)
            | (Self::Ed25519(_), KeyType::Ed25519) => Ok(()),
            _ => Err(KeyError::OtherKind { algorithm }),
        }
    }

    /// The same, for jsonwebtoken.
    pub fn for_library(&self) -> Result<DecodingKey, KeyError> {
        Ok(match self {
            Self::Rsa(key) => DecodingKey::from_rsa_der(
                key.to_pkcs1_der()
                    .map_err(|_| KeyError::Malformed("it cannot be encoded as DER"))?
                    .as_bytes(),
            ),
            Self::P256(key) => DecodingKey::from_ec_der(key.to_encoded_point(false).as_bytes()),
            Self::P384(key) => DecodingKey::from_ec_der(key.to_encoded_point(false).as_bytes()),
            Self::Ed25519(key) => DecodingKey::from_ed_der(key.as_bytes()),
        })
    }
}
