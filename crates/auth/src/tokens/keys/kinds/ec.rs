//! Keys on the curves P-256 and P-384.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::ecdsa::signature::{Signer, Verifier};
use p256::pkcs8::{DecodePrivateKey, DecodePublicKey, EncodePrivateKey};
use zeroize::Zeroizing;

use super::{INCONSISTENT, Kind, NOT_AS_DER, NOT_IN_PEM, PrivateKey, PublicKey};
use crate::randomness::Randomness;
use crate::tokens::algorithm::{Algorithm, KeyType};
use crate::tokens::keys::KeyError;
use crate::tokens::keys::jwk::{Jwk, bytes, secret_bytes};

pub(super) struct P256;
pub(super) struct P384;

/// A private key, which is encoded, and its form that signs.
struct Private<K, S> {
    key: K,
    signs: S,
}

/// The two curves have no trait in common that is simpler than this.
macro_rules! curve {
    ($kind:ident, $curve:ident, $name:literal, $length:literal) => {
        impl Kind for $kind {
            fn public_from_pem(
                &self,
                label: &str,
                block: &str,
            ) -> Option<Result<Arc<dyn PublicKey>, KeyError>> {
                let parsed =
                    (label == "PUBLIC KEY").then(|| $curve::PublicKey::from_public_key_pem(block))?;
                Some(
                    parsed
                        .map_err(|_| NOT_IN_PEM)
                        .map(|key| Arc::new($curve::ecdsa::VerifyingKey::from(key)) as _),
                )
            }

            fn private_from_pem(
                &self,
                label: &str,
                block: &str,
            ) -> Option<Result<Arc<dyn PrivateKey>, KeyError>> {
                let parsed = match label {
                    "PRIVATE KEY" => $curve::SecretKey::from_pkcs8_pem(block).map_err(|_| NOT_IN_PEM),
                    "EC PRIVATE KEY" => $curve::SecretKey::from_sec1_pem(block).map_err(|_| NOT_IN_PEM),
                    _ => return None,
                };
                Some(parsed.map(Self::private))
            }

            fn public_from_jwk(&self, jwk: &Jwk) -> Result<Arc<dyn PublicKey>, KeyError> {
                let point = point(bytes(jwk.x.as_deref())?, bytes(jwk.y.as_deref())?, $length)?;
                let key = $curve::ecdsa::VerifyingKey::from_sec1_bytes(&point);
                key.map(|key| Arc::new(key) as _).map_err(|_| INCONSISTENT)
            }

            fn private_from_jwk(&self, jwk: &Jwk) -> Result<Arc<dyn PrivateKey>, KeyError> {
                let key = $curve::SecretKey::from_slice(&secret_bytes(jwk.d.as_ref())?);
                key.map(Self::private).map_err(|_| INCONSISTENT)
            }

            fn generate(&self, randomness: &dyn Randomness) -> Result<Arc<dyn PrivateKey>, KeyError> {
                scalar::<$length, _>(randomness, $curve::SecretKey::from_slice).map(Self::private)
            }
        }

        impl $kind {
            fn private(key: $curve::SecretKey) -> Arc<dyn PrivateKey> {
                Arc::new(Private { signs: $curve::ecdsa::SigningKey::from(&key), key })
            }
        }

        impl PublicKey for $curve::ecdsa::VerifyingKey {
            fn key_type(&self) -> KeyType {
                KeyType::$kind
            }

            fn check(&self, _algorithm: Algorithm) -> Result<(), KeyError> {
                Ok(())
            }

            fn members(&self) -> Vec<(&'static str, String)> {
                let point = self.to_encoded_point(false);
                // An uncompressed point: a marker of one byte, and two coordinates.
                let (x, y) = point.as_bytes()[1..].split_at($length);
                let [x, y] = [x, y].map(|coordinate| URL_SAFE_NO_PAD.encode(coordinate));
                vec![("crv", $name.to_owned()), ("kty", "EC".to_owned()), ("x", x), ("y", y)]
            }

            fn verifies(&self, _algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
                $curve::ecdsa::Signature::from_slice(signature)
                    .is_ok_and(|signature| self.verify(message, &signature).is_ok())
            }
        }

        impl PrivateKey for Private<$curve::SecretKey, $curve::ecdsa::SigningKey> {
            fn public(&self) -> Arc<dyn PublicKey> {
                Arc::new(*self.signs.verifying_key())
            }

            fn members(&self) -> Vec<(&'static str, Zeroizing<String>)> {
                let d = Zeroizing::new(self.key.to_bytes());
                vec![("d", Zeroizing::new(URL_SAFE_NO_PAD.encode(&*d)))]
            }

            fn to_der(&self) -> Result<Zeroizing<Vec<u8>>, KeyError> {
                self.key.to_pkcs8_der().map(|der| der.to_bytes()).map_err(|_| NOT_AS_DER)
            }

            fn sign(&self, _algorithm: Algorithm, message: &[u8]) -> Option<Vec<u8>> {
                let signature: $curve::ecdsa::Signature = self.signs.try_sign(message).ok()?;
                Some(signature.to_bytes().to_vec())
            }
        }
    };
}

curve!(P256, p256, "P-256", 32);
curve!(P384, p384, "P-384", 48);

/// An uncompressed point (SEC 1, section 2.3.3), whose coordinates have their full length (RFC 7518, section
/// 6.2.1.2).
fn point(x: Vec<u8>, y: Vec<u8>, length: usize) -> Result<Vec<u8>, KeyError> {
    if x.len() != length || y.len() != length {
        return Err(INCONSISTENT);
    }
    Ok([vec![4], x, y].concat())
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
