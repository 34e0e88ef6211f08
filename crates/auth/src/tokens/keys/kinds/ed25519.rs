//! Keys on the curve Ed25519.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::pkcs8::{DecodePrivateKey, DecodePublicKey, EncodePrivateKey};
use ed25519_dalek::{Signature, Signer, SigningKey, Verifier, VerifyingKey};
use zeroize::Zeroizing;

use super::{INCONSISTENT, Kind, NOT_AS_DER, NOT_IN_PEM, PrivateKey, PublicKey};
use crate::randomness::Randomness;
use crate::tokens::algorithm::{Algorithm, KeyType};
use crate::tokens::keys::KeyError;
use crate::tokens::keys::jwk::{Jwk, bytes, secret_bytes};

pub(super) struct Ed25519;

impl Kind for Ed25519 {
    fn public_from_pem(&self, label: &str, block: &str) -> Option<Result<Arc<dyn PublicKey>, KeyError>> {
        let parsed = (label == "PUBLIC KEY").then(|| VerifyingKey::from_public_key_pem(block))?;
        Some(parsed.map(|key| Arc::new(key) as _).map_err(|_| NOT_IN_PEM))
    }

    fn private_from_pem(&self, label: &str, block: &str) -> Option<Result<Arc<dyn PrivateKey>, KeyError>> {
        let parsed = (label == "PRIVATE KEY").then(|| SigningKey::from_pkcs8_pem(block))?;
        Some(parsed.map(|key| Arc::new(key) as _).map_err(|_| NOT_IN_PEM))
    }

    fn public_from_jwk(&self, jwk: &Jwk) -> Result<Arc<dyn PublicKey>, KeyError> {
        let point: [u8; 32] = bytes(jwk.x.as_deref())?.try_into().map_err(|_| INCONSISTENT)?;
        VerifyingKey::from_bytes(&point).map(|key| Arc::new(key) as _).map_err(|_| INCONSISTENT)
    }

    fn private_from_jwk(&self, jwk: &Jwk) -> Result<Arc<dyn PrivateKey>, KeyError> {
        let d = secret_bytes(jwk.d.as_ref())?;
        let d: &[u8; 32] = d.as_slice().try_into().map_err(|_| INCONSISTENT)?;
        Ok(Arc::new(SigningKey::from_bytes(d)))
    }

    fn generate(&self, randomness: &dyn Randomness) -> Result<Arc<dyn PrivateKey>, KeyError> {
        let mut secret = Zeroizing::new([0; 32]);
        randomness.fill(&mut *secret)?;
        Ok(Arc::new(SigningKey::from_bytes(&secret)))
    }
}

impl PublicKey for VerifyingKey {
    fn key_type(&self) -> KeyType {
        KeyType::Ed25519
    }

    fn check(&self, _algorithm: Algorithm) -> Result<(), KeyError> {
        if self.is_weak() { Err(KeyError::SmallOrder) } else { Ok(()) }
    }

    fn members(&self) -> Vec<(&'static str, String)> {
        let x = URL_SAFE_NO_PAD.encode(self.as_bytes());
        vec![("crv", "Ed25519".to_owned()), ("kty", "OKP".to_owned()), ("x", x)]
    }

    fn verifies(&self, _algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
        Signature::from_slice(signature).is_ok_and(|signature| self.verify(message, &signature).is_ok())
    }
}

impl PrivateKey for SigningKey {
    fn public(&self) -> Arc<dyn PublicKey> {
        Arc::new(self.verifying_key())
    }

    fn members(&self) -> Vec<(&'static str, Zeroizing<String>)> {
        vec![("d", Zeroizing::new(URL_SAFE_NO_PAD.encode(self.as_bytes())))]
    }

    fn to_der(&self) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        self.to_pkcs8_der().map(|der| der.to_bytes()).map_err(|_| NOT_AS_DER)
    }

    fn sign(&self, _algorithm: Algorithm, message: &[u8]) -> Option<Vec<u8>> {
        self.try_sign(message).ok().map(|signature| signature.to_vec())
    }
}
