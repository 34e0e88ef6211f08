//! A key ring that can be replaced while it is used.

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use super::key_set::KeySet;
use super::keys::SigningKey;
use super::ring::KeyRing;

/// A [`KeyRing`] that can be replaced while issuers and verifiers use it: for a service that starts to use a new key
/// without a restart. Clones share it, and so does every [`TokenIssuer`](super::TokenIssuer) and
/// [`TokenVerifier`](super::TokenVerifier) that is created with one: all of them start to use
/// the new ring at the same time.
///
/// If several servers have the same keys, let a new one [sign from](super::RingKey::signing_from) a time by which all
/// of them have it.
///
/// ```
/// use presspass_auth::tokens::{Algorithm, KeyRing, RingKey, SharedKeyRing, SigningKey, TokenIssuer, TokenPolicy};
/// use presspass_auth::tokens::TokenVerifier;
/// use presspass_auth::{Clock, SystemClock, SystemRandomness};
///
/// let now = SystemClock.now();
/// let [old, new] = [(); 2].map(|()| SigningKey::generate(Algorithm::EdDsa, &SystemRandomness));
/// let (old, new) = (old?, new?);
/// let keys = SharedKeyRing::from(old.clone());
/// let issuer = TokenIssuer::new(keys.clone(), TokenPolicy::default());
/// let verifier = TokenVerifier::new(keys.clone(), TokenPolicy::default());
/// let before = issuer.issue("ada", now)?;
///
/// // Meanwhile, elsewhere in the service.
/// keys.replace(KeyRing::new([old.into(), RingKey::from(new.clone()).signing_from(now)])?);
/// let after = issuer.issue("ada", now)?;
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
    /// Starts with this ring.
    #[must_use]
    pub fn new(ring: KeyRing) -> Self {
        Self(Arc::new(RwLock::new(InUse::new(ring))))
    }

    /// Replaces the ring. A token that is being verified or signed meanwhile uses one of the two.
    pub fn replace(&self, ring: KeyRing) {
        let next = InUse::new(ring);
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = next;
    }

    /// The current ring.
    #[must_use]
    pub fn current(&self) -> Arc<KeyRing> {
        Arc::clone(&self.in_use().ring)
    }

    /// Calls `use_ring` with the current ring, which is not replaced before it returns.
    pub(super) fn with_ring<T>(&self, use_ring: impl FnOnce(&KeyRing) -> T) -> T {
        use_ring(&self.in_use().ring)
    }

    /// Calls `use_keys` with the current keys that verify, which are not replaced before it returns.
    pub(super) fn with_verifying<T>(&self, use_keys: impl FnOnce(&KeySet) -> T) -> T {
        use_keys(&self.in_use().verifies)
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
