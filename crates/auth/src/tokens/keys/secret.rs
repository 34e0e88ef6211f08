//! Secrets, as an HMAC that has absorbed its key once, which makes verification fast.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Sha256, Sha384, Sha512};

use super::KeyError;
use crate::tokens::algorithm::Algorithm;

/// An HMAC that has absorbed its key.
#[derive(Clone)]
pub(in crate::tokens) enum Prepared {
    Sha256(Hmac<Sha256>),
    Sha384(Hmac<Sha384>),
    Sha512(Hmac<Sha512>),
}

impl Prepared {
    /// Absorbs `secret`. The caller checks its length.
    pub fn new(algorithm: Algorithm, secret: &[u8]) -> Result<Self, KeyError> {
        // HMAC accepts keys of any length, so this error never occurs.
        let refused = |_| KeyError::Malformed("HMAC does not accept it");
        match algorithm {
            Algorithm::Hs256 => Hmac::new_from_slice(secret).map(Self::Sha256).map_err(refused),
            Algorithm::Hs384 => Hmac::new_from_slice(secret).map(Self::Sha384).map_err(refused),
            Algorithm::Hs512 => Hmac::new_from_slice(secret).map(Self::Sha512).map_err(refused),
            _ => Err(KeyError::OtherKind { algorithm }),
        }
    }

    /// Verifies `signature` over `message`, in constant time. A truncated one is invalid.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Sha256(mac) => mac.clone().chain_update(message).verify_slice(signature).is_ok(),
            Self::Sha384(mac) => mac.clone().chain_update(message).verify_slice(signature).is_ok(),
            Self::Sha512(mac) => mac.clone().chain_update(message).verify_slice(signature).is_ok(),
        }
    }

    /// The signature of `message`.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha256(mac) => mac.clone().chain_update(message).finalize().into_bytes().to_vec(),
            Self::Sha384(mac) => mac.clone().chain_update(message).finalize().into_bytes().to_vec(),
            Self::Sha512(mac) => mac.clone().chain_update(message).finalize().into_bytes().to_vec(),
        }
    }
}
