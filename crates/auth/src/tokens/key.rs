//! The key that signs and verifies HS256 tokens.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

/// A key that is refused because tokens under it could be forged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WeakKey {
    /// HS256 needs a key at least as long as its hash (RFC 7518, section 3.2).
    #[error("the key has {length} bytes; HS256 needs at least 32")]
    TooShort {
        /// Its length in bytes.
        length: usize,
    },
}

/// A secret for HS256, with the HMAC's state prepared once: that is what makes verification fast.
#[derive(Clone)]
pub struct SigningKey {
    secret: Zeroizing<Vec<u8>>,
    prepared: Hmac<Sha256>,
}

impl SigningKey {
    /// The shortest secret that HS256 allows, in bytes.
    pub const MIN_LENGTH: usize = 32;

    /// A key out of the bytes of a secret.
    ///
    /// # Errors
    /// Where the secret is too short.
    pub fn hs256(secret: impl Into<Vec<u8>>) -> Result<Self, WeakKey> {
        let secret = Zeroizing::new(secret.into());
        if secret.len() < Self::MIN_LENGTH {
            return Err(WeakKey::TooShort { length: secret.len() });
        }
        // HMAC takes keys of any length: this arm is never reached.
        let prepared = Hmac::<Sha256>::new_from_slice(&secret)
            .map_err(|_| WeakKey::TooShort { length: secret.len() })?;
        Ok(Self { secret, prepared })
    }

    /// Another secret out of this one, for what `purpose` names: it tells nothing of this one, nor of those for other
    /// purposes.
    #[must_use]
    pub fn derive(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.prepared.clone().chain_update(purpose.as_bytes()).finalize().into_bytes().into())
    }

    /// Whether `signature` is this key's over `message`, in constant time.
    pub(super) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let mut mac = self.prepared.clone();
        mac.update(message);
        mac.verify_slice(signature).is_ok()
    }

    /// A digest under this key for another purpose than tokens. It is no signature of any token: what is digested begins
    /// with a zero byte, which no token has.
    #[must_use]
    pub fn digest(&self, purpose: &str, message: &[u8]) -> [u8; 32] {
        let mut mac = self.prepared.clone();
        for part in [b"\0", purpose.as_bytes(), b"\0", message] {
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    /// The secret, for the library that signs.
    pub(super) fn secret(&self) -> &[u8] {
        &self.secret
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(HS256, hidden)")
    }
}
