//! Secrets that sign by HMAC, with its state prepared once: that is what makes verification fast.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Sha256, Sha384, Sha512};

use super::KeyError;
use crate::tokens::algorithm::Algorithm;

/// An HMAC that has taken its key in.
#[derive(Clone)]
pub(in crate::tokens) enum Prepared {
    Sha256(Hmac<Sha256>),
    Sha384(Hmac<Sha384>),
    Sha512(Hmac<Sha512>),
}

impl Prepared {
    /// Takes `secret` in; how long it must be is for the caller to say.
    pub fn new(algorithm: Algorithm, secret: &[u8]) -> Result<Self, KeyError> {
        // HMAC takes keys of any length: these errors are never seen.
        let refused = |_| KeyError::Malformed("HMAC does not take it");
        match algorithm {
            Algorithm::Hs256 => Hmac::new_from_slice(secret).map(Self::Sha256).map_err(refused),
            Algorithm::Hs384 => Hmac::new_from_slice(secret).map(Self::Sha384).map_err(refused),
            Algorithm::Hs512 => Hmac::new_from_slice(secret).map(Self::Sha512).map_err(refused),
            _ => Err(KeyError::OtherKind { algorithm }),
        }
    }

    /// Whether `signature` is this key's over `message`, in constant time. A cut one is none.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Sha256(mac) => mac.clone().chain_update(message).verify_slice(signature).is_ok(),
            Self::Sha384(mac) => mac.clone().chain_update(message).verify_slice(signature).is_ok(),
            Self::Sha512(mac) => mac.clone().chain_update(message).verify_slice(signature).is_ok(),
        }
    }
}
