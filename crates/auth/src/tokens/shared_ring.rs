//! A key ring that is exchanged while it is used.

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use super::key_set::KeySet;
use super::keys::SigningKey;
use super::ring::KeyRing;

/// A [`KeyRing`] that can be exchanged while issuers and verifiers use it: for a service that takes up a new key without a
/// restart. Clones share it, and so does every [`TokenIssuer`](super::TokenIssuer) and
/// [`TokenVerifier`](super::TokenVerifier) that is made of one: all of them go by the new ring from the same moment on.
///
/// Where several servers have the same keys, let a new one [sign from](super::RingKey::signing_from) a moment by which all
/// of them have it.
///
/// ```
/// use presspass_auth::tokens::{Algorithm, KeyRing, RingKey, SharedKeyRing, SigningKey, TokenIssuer, TokenPolicy};
/// use presspass_auth::tokens::{TokenSubject, TokenVerifier};
/// use presspass_auth::{Clock, SystemClock, SystemRandomness};
///
/// let (now, subject) = (SystemClock.now(), TokenSubject { user_id: 1, username: "ada", email: "" });
/// let [old, new] = [(); 2].map(|()| SigningKey::generate(Algorithm::EdDsa, &SystemRandomness));
/// let (old, new) = (old?, new?);
/// let keys = SharedKeyRing::from(old.clone());
/// let issuer = TokenIssuer::new(keys.clone(), TokenPolicy::default());
/// let verifier = TokenVerifier::new(keys.clone(), TokenPolicy::default());
/// let before = issuer.issue(subject, now)?;
///
/// // Meanwhile, elsewhere in the service.
/// keys.replace(KeyRing::new([old.into(), RingKey::from(new.clone()).signing_from(now)])?);
/// let after = issuer.issue(subject, now)?;
/// assert!(verifier.verify(before.as_bytes(), now).is_ok());
/// assert!(verifier.verify(after.as_bytes(), now).is_ok());
///
/// keys.replace(new.into());
/// assert!(verifier.verify(before.as_bytes(), now).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct SharedKeyRing(Arc<RwLock<InUse>>);

#[derive(Debug)]
struct InUse {
    ring: Arc<KeyRing>,
    verifies: KeySet,
}

impl InUse {
    fn new(ring: KeyRing) -> Self {
        Self { verifies: (&ring).into(), ring: Arc::new(ring) }
    }
}

impl SharedKeyRing {
    /// This ring, until another is given.
    #[must_use]
    pub fn new(ring: KeyRing) -> Self {
        Self(Arc::new(RwLock::new(InUse::new(ring))))
    }

    /// Takes this ring in place of the one that there was. What is being verified or signed at this moment is done by
    /// either of them.
    pub fn replace(&self, ring: KeyRing) {
        let next = InUse::new(ring);
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = next;
    }

    /// The ring as it is now.
    #[must_use]
    pub fn current(&self) -> Arc<KeyRing> {
        Arc::clone(&self.in_use().ring)
    }

    /// Asks the ring as it is now; it is not exchanged before the answer.
    pub(super) fn with_ring<T>(&self, ask: impl FnOnce(&KeyRing) -> T) -> T {
        ask(&self.in_use().ring)
    }

    /// Asks what verifies, as it is now; it is not exchanged before the answer.
    pub(super) fn with_verifying<T>(&self, ask: impl FnOnce(&KeySet) -> T) -> T {
        ask(&self.in_use().verifies)
    }

    fn in_use(&self) -> RwLockReadGuard<'_, InUse> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl From<KeyRing> for SharedKeyRing {
    fn from(ring: KeyRing) -> Self {
        Self::new(ring)
    }
}

impl From<SigningKey> for SharedKeyRing {
    fn from(key: SigningKey) -> Self {
        Self::new(key.into())
    }
}
