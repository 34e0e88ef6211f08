//! Fingerprints of passwords: with which password a session began, or a token was issued.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::newtypes::stored_bytes;

/// The key of a service's fingerprints: without it, they can neither be made nor compared.
#[derive(Clone)]
pub struct FingerprintKey(Hmac<Sha256>);

impl FingerprintKey {
    /// Derives the key from the service's secret.
    #[must_use]
    pub fn new(secret: &[u8]) -> Self {
        // HMAC accepts keys of any length, so the zero key is never used.
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

stored_bytes! {
    /// The HMAC-SHA256 of a password's hash, as Django's `get_session_auth_hash`: it changes with the password and does not
    /// reveal the hash. Compared in constant time.
    fingerprint Fingerprint
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
