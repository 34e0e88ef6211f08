//! By which password a session began.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// Keeps fingerprints of one service from being made, or compared, elsewhere.
#[derive(Clone)]
pub struct FingerprintKey(Hmac<Sha256>);

impl FingerprintKey {
    /// A key out of the service's secret.
    #[must_use]
    pub fn new(secret: &[u8]) -> Self {
        // HMAC takes keys of every length; the zero key is never reached.
        let keyed =
            |key: &[u8]| Hmac::<Sha256>::new_from_slice(key).unwrap_or_else(|_| Hmac::new(&[0; 64].into()));
        let derived = keyed(secret).chain_update(b"presspass.sessions.fingerprint").finalize().into_bytes();
        Self(keyed(&derived))
    }

    /// The fingerprint of a password's hash.
    #[must_use]
    pub fn of(&self, encoded_password: &str) -> Fingerprint {
        Fingerprint(self.0.clone().chain_update(encoded_password.as_bytes()).finalize().into_bytes().into())
    }
}

impl fmt::Debug for FingerprintKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FingerprintKey(hidden)")
    }
}

/// The HMAC-SHA256 of a password's hash, as Django's `get_session_auth_hash`: another password has another one, and the
/// hash cannot be told from it. Compared in constant time.
#[derive(Clone, Copy)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// One that was stored.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes, to be stored.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl PartialEq for Fingerprint {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for Fingerprint {}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fingerprint(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_password_or_another_key_has_another_fingerprint() {
        let key = FingerprintKey::new(b"a secret of the service");
        let print = key.of("bcrypt_sha256$$2b$12$one");
        assert_eq!(print, FingerprintKey::new(b"a secret of the service").of("bcrypt_sha256$$2b$12$one"));
        assert_ne!(print, key.of("bcrypt_sha256$$2b$12$two"));
        assert_ne!(print, FingerprintKey::new(b"another secret").of("bcrypt_sha256$$2b$12$one"));
        assert_eq!(Fingerprint::from_bytes(*print.as_bytes()), print);
    }
}
