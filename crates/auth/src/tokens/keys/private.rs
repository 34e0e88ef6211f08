//! Private keys: parsed, generated and encoded.

use ed25519_dalek::pkcs8::{DecodePrivateKey, EncodePrivateKey};
use jsonwebtoken::EncodingKey;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use rsa::RsaPrivateKey;
use rsa::pkcs1::{DecodeRsaPrivateKey, EncodeRsaPrivateKey};
use zeroize::Zeroizing;

use super::public::PublicKey;
use super::{KeyError, pem};
use crate::randomness::Randomness;
use crate::tokens::algorithm::{Algorithm, KeyType};

/// The length of a new RSA key in bits: sufficient until 2030 and beyond (NIST SP 800-57, part 1, table 2).
const NEW_RSA_BITS: usize = 3072;

/// A private key of a supported kind.
#[derive(Clone)]
pub(super) enum PrivateKey {
    Rsa(Box<RsaPrivateKey>),
    P256(p256::SecretKey),
    P384(p384::SecretKey),
    Ed25519(Box<ed25519_dalek::SigningKey>),
}

impl PrivateKey {
    /// Generates a key. All randomness is requested before anything is generated.
    pub fn generate(algorithm: Algorithm, randomness: &dyn Randomness) -> Result<Self, KeyError> {
        match algorithm.key_type() {
            KeyType::Secret => Err(KeyError::OtherKind { algorithm }),
            KeyType::Rsa => {
                let mut seed = Zeroizing::new([0; 32]);
                randomness.fill(&mut *seed)?;
                let mut stream = ChaCha20Rng::from_seed(*seed);
                let key = RsaPrivateKey::new(&mut stream, NEW_RSA_BITS)
                    .map_err(|_| KeyError::Malformed("no RSA key could be generated"))?;
                Ok(Self::Rsa(Box::new(key)))
            }
            KeyType::P256 => Ok(Self::P256(scalar::<32, _>(randomness, p256::SecretKey::from_slice)?)),
            KeyType::P384 => Ok(Self::P384(scalar::<48, _>(randomness, p384::SecretKey::from_slice)?)),
            KeyType::Ed25519 => {
                let mut secret = Zeroizing::new([0; 32]);
                randomness.fill(&mut *secret)?;
                Ok(Self::Ed25519(Box::new(ed25519_dalek::SigningKey::from_bytes(&secret))))
            }
        }
    }

    /// Parses PKCS#8 (RFC 5958), PKCS#1 (RFC 8017, appendix A.1) or SEC1 (RFC 5915), as PEM.
    pub fn from_pem(text: &str, algorithm: Algorithm) -> Result<Self, KeyError> {
        let malformed = |_| KeyError::Malformed("the PEM block does not contain a key of that kind");
        let (label, block) =
            pem::find(text, &["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY"])?;
        match (label, algorithm.key_type()) {
            ("ENCRYPTED PRIVATE KEY", _) => Err(KeyError::Malformed("it is encrypted; decrypt it first")),
            ("PRIVATE KEY", KeyType::Rsa) => {
                RsaPrivateKey::from_pkcs8_pem(block).map(|key| Self::Rsa(Box::new(key))).map_err(malformed)
            }
            ("RSA PRIVATE KEY", KeyType::Rsa) => RsaPrivateKey::from_pkcs1_pem(block)
                .map(|key| Self::Rsa(Box::new(key)))
                .map_err(|_| KeyError::Malformed("the PEM block does not contain a key of that kind")),
            ("PRIVATE KEY", KeyType::P256) => {
                p256::SecretKey::from_pkcs8_pem(block).map(Self::P256).map_err(malformed)
            }
            ("PRIVATE KEY", KeyType::P384) => {
                p384::SecretKey::from_pkcs8_pem(block).map(Self::P384).map_err(malformed)
            }
            ("EC PRIVATE KEY", KeyType::P256) => p256::SecretKey::from_sec1_pem(block)
                .map(Self::P256)
                .map_err(|_| KeyError::Malformed("the PEM block does not contain a key of that kind")),
            ("EC PRIVATE KEY", KeyType::P384) => p384::SecretKey::from_sec1_pem(block)
                .map(Self::P384)
                .map_err(|_| KeyError::Malformed("the PEM block does not contain a key of that kind")),
            ("PRIVATE KEY", KeyType::Ed25519) => ed25519_dalek::SigningKey::from_pkcs8_pem(block)
                .map(|key| Self::Ed25519(Box::new(key)))
                .map_err(malformed),
            _ => Err(KeyError::OtherKind { algorithm }),
        }
    }

    /// Its public key.
    pub fn public(&self) -> PublicKey {
        match self {
            Self::Rsa(key) => PublicKey::Rsa(key.to_public_key()),
            Self::P256(key) => PublicKey::P256(key.public_key()),
            Self::P384(key) => PublicKey::P384(key.public_key()),
            Self::Ed25519(key) => PublicKey::Ed25519(key.verifying_key()),
        }
    }

    /// The same, for jsonwebtoken: RSA as PKCS#1, the others as PKCS#8.
    pub fn for_library(&self) -> Result<EncodingKey, KeyError> {
        let malformed = |_| KeyError::Malformed("it cannot be encoded as DER");
        Ok(match self {
            Self::Rsa(key) => EncodingKey::from_rsa_der(
                key.to_pkcs1_der()
                    .map_err(|_| KeyError::Malformed("it cannot be encoded as DER"))?
                    .as_bytes(),
            ),
            Self::P256(key) => EncodingKey::from_ec_der(key.to_pkcs8_der().map_err(malformed)?.as_bytes()),
            Self::P384(key) => EncodingKey::from_ec_der(key.to_pkcs8_der().map_err(malformed)?.as_bytes()),
            Self::Ed25519(key) => EncodingKey::from_ed_der(key.to_pkcs8_der().map_err(malformed)?.as_bytes()),
        })
    }
}

/// A number below the order of a curve, and not zero. Bytes are drawn again until they are one, which nearly always
/// is at once.
fn scalar<const N: usize, K>(
    randomness: &dyn Randomness,
    make: impl Fn(&[u8]) -> Result<K, p256::elliptic_curve::Error>,
) -> Result<K, KeyError> {
    const DRAWS: usize = 64;
    let mut bytes = Zeroizing::new([0; N]);
    for _ in 0..DRAWS {
        randomness.fill(&mut *bytes)?;
        if let Ok(key) = make(&*bytes) {
            return Ok(key);
        }
    }
    Err(KeyError::Malformed("the source of randomness does not produce a valid key"))
}
