//! RSA keys. jsonwebtoken signs and verifies with them, by its pure-Rust provider, which is named at every call: the
//! default provider of the process, which panics if two are compiled in, is never used.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::crypto::rust_crypto::DEFAULT_PROVIDER;
use jsonwebtoken::{DecodingKey, EncodingKey};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use rsa::pkcs1::{DecodeRsaPrivateKey, DecodeRsaPublicKey, EncodeRsaPrivateKey, EncodeRsaPublicKey};
use rsa::pkcs8::{DecodePrivateKey, DecodePublicKey};
use rsa::traits::{PrivateKeyParts, PublicKeyParts};
use rsa::{BigUint, RsaPrivateKey, RsaPublicKey};
use zeroize::Zeroizing;

use super::{INCONSISTENT, Kind, NOT_AS_DER, NOT_IN_PEM, PrivateKey, PublicKey};
use crate::randomness::Randomness;
use crate::tokens::algorithm::{Algorithm, KeyType};
use crate::tokens::keys::KeyError;
use crate::tokens::keys::jwk::{Jwk, bytes, secret_bytes};

/// The length of a new key in bits: sufficient until 2030 and beyond (NIST SP 800-57, part 1, table 2).
const NEW_BITS: usize = 3072;
/// Shorter keys are refused (RFC 7518, section 3.3).
const LEAST_BITS: usize = 2048;

pub(super) struct Rsa;

struct Public {
    key: RsaPublicKey,
    for_library: DecodingKey,
}

struct Private {
    key: RsaPrivateKey,
    for_library: EncodingKey,
}

fn public(key: RsaPublicKey) -> Result<Arc<dyn PublicKey>, KeyError> {
    let der = key.to_pkcs1_der().map_err(|_| NOT_AS_DER)?;
    Ok(Arc::new(Public { for_library: DecodingKey::from_rsa_der(der.as_bytes()), key }))
}

fn private(key: RsaPrivateKey) -> Result<Arc<dyn PrivateKey>, KeyError> {
    let der = key.to_pkcs1_der().map_err(|_| NOT_AS_DER)?;
    Ok(Arc::new(Private { for_library: EncodingKey::from_rsa_der(der.as_bytes()), key }))
}

impl Kind for Rsa {
    fn public_from_pem(&self, label: &str, block: &str) -> Option<Result<Arc<dyn PublicKey>, KeyError>> {
        let parsed = match label {
            "PUBLIC KEY" => RsaPublicKey::from_public_key_pem(block).map_err(|_| NOT_IN_PEM),
            "RSA PUBLIC KEY" => RsaPublicKey::from_pkcs1_pem(block).map_err(|_| NOT_IN_PEM),
            _ => return None,
        };
        Some(parsed.and_then(public))
    }

    fn private_from_pem(&self, label: &str, block: &str) -> Option<Result<Arc<dyn PrivateKey>, KeyError>> {
        let parsed = match label {
            "PRIVATE KEY" => RsaPrivateKey::from_pkcs8_pem(block).map_err(|_| NOT_IN_PEM),
            "RSA PRIVATE KEY" => RsaPrivateKey::from_pkcs1_pem(block).map_err(|_| NOT_IN_PEM),
            _ => return None,
        };
        Some(parsed.and_then(private))
    }

    fn public_from_jwk(&self, jwk: &Jwk) -> Result<Arc<dyn PublicKey>, KeyError> {
        let [n, e] = [&jwk.n, &jwk.e].map(|member| bytes(member.as_deref()));
        let key = RsaPublicKey::new(BigUint::from_bytes_be(&n?), BigUint::from_bytes_be(&e?));
        public(key.map_err(|_| INCONSISTENT)?)
    }

    fn private_from_jwk(&self, jwk: &Jwk) -> Result<Arc<dyn PrivateKey>, KeyError> {
        let [n, e] = [&jwk.n, &jwk.e].map(|member| bytes(member.as_deref()));
        let [n, e] = [n?, e?].map(|number| BigUint::from_bytes_be(&number));
        let d = BigUint::from_bytes_be(&secret_bytes(jwk.d.as_ref())?);
        let primes = [secret_bytes(jwk.p.as_ref())?, secret_bytes(jwk.q.as_ref())?]
            .map(|prime| BigUint::from_bytes_be(&prime));
        private(RsaPrivateKey::from_components(n, e, d, primes.to_vec()).map_err(|_| INCONSISTENT)?)
    }

    fn generate(&self, randomness: &dyn Randomness) -> Result<Arc<dyn PrivateKey>, KeyError> {
        let mut seed = Zeroizing::new([0; 32]);
        randomness.fill(&mut *seed)?;
        let mut stream = ChaCha20Rng::from_seed(*seed);
        let key = RsaPrivateKey::new(&mut stream, NEW_BITS);
        private(key.map_err(|_| KeyError::Malformed("no RSA key could be generated"))?)
    }
}

impl PublicKey for Public {
    fn key_type(&self) -> KeyType {
        KeyType::Rsa
    }

    fn check(&self, algorithm: Algorithm) -> Result<(), KeyError> {
        match self.key.n().bits() {
            bits if bits < LEAST_BITS => Err(KeyError::TooFewBits { algorithm, bits }),
            _ => Ok(()),
        }
    }

    fn members(&self) -> Vec<(&'static str, String)> {
        let text = |number: &BigUint| URL_SAFE_NO_PAD.encode(number.to_bytes_be());
        vec![("e", text(self.key.e())), ("kty", "RSA".to_owned()), ("n", text(self.key.n()))]
    }

    fn verifies(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
        in_library(algorithm).is_some_and(|algorithm| {
            (DEFAULT_PROVIDER.verifier_factory)(&algorithm, &self.for_library)
                .is_ok_and(|verifier| verifier.verify(message, &signature.to_vec()).is_ok())
        })
    }
}

impl PrivateKey for Private {
    fn public(&self) -> Arc<dyn PublicKey> {
        let key = self.key.to_public_key();
        // What was encoded once, with the private key, can be encoded.
        let for_library = key
            .to_pkcs1_der()
            .map_or_else(|_| DecodingKey::from_rsa_der(&[]), |der| DecodingKey::from_rsa_der(der.as_bytes()));
        Arc::new(Public { key, for_library })
    }

    fn members(&self) -> Vec<(&'static str, Zeroizing<String>)> {
        let secret = |number: &[u8]| Zeroizing::new(URL_SAFE_NO_PAD.encode(number));
        let text = |number: &BigUint| secret(&Zeroizing::new(number.to_bytes_be()));
        let mut members = vec![("d", text(self.key.d()))];
        let primes = ["p", "q"].into_iter().zip(self.key.primes());
        members.extend(primes.map(|(name, prime)| (name, text(prime))));
        let exponents = [("dp", self.key.dp()), ("dq", self.key.dq())];
        members.extend(exponents.into_iter().filter_map(|(name, number)| Some((name, text(number?)))));
        let coefficient = self.key.crt_coefficient();
        members.extend(coefficient.map(|number| ("qi", text(&number))));
        members
    }

    fn to_der(&self) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let der = self.key.to_pkcs1_der().map_err(|_| NOT_AS_DER)?;
        Ok(der.to_bytes())
    }

    fn sign(&self, algorithm: Algorithm, message: &[u8]) -> Option<Vec<u8>> {
        let signer = (DEFAULT_PROVIDER.signer_factory)(&in_library(algorithm)?, &self.for_library).ok()?;
        signer.try_sign(message).ok()
    }
}

/// The algorithm as jsonwebtoken names it; `None` if it is not one of RSA.
const fn in_library(algorithm: Algorithm) -> Option<jsonwebtoken::Algorithm> {
    Some(match algorithm {
        Algorithm::Rs256 => jsonwebtoken::Algorithm::RS256,
        Algorithm::Rs384 => jsonwebtoken::Algorithm::RS384,
        Algorithm::Rs512 => jsonwebtoken::Algorithm::RS512,
        Algorithm::Ps256 => jsonwebtoken::Algorithm::PS256,
        Algorithm::Ps384 => jsonwebtoken::Algorithm::PS384,
        Algorithm::Ps512 => jsonwebtoken::Algorithm::PS512,
        _ => return None,
    })
}
