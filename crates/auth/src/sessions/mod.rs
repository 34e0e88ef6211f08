//! Sessions: how a browser is authenticated after a login.
//!
//! The browser has an unpredictable [`SessionKey`] in a cookie. A [`SessionStore`] keeps the session under the
//! [digest](SessionKey::digest) of the key, so that a copy of the store is useless to an attacker. A session ends
//! when it expires, by [`Sessions::end`], and when the password of its account changes: it has a [`Fingerprint`] of
//! the password's hash.

mod fingerprint;
mod key;
mod store;

use std::fmt;
use std::sync::Arc;

use time::{Duration, OffsetDateTime};

use crate::clock::Clock;
use crate::randomness::{Randomness, RandomnessError};
use crate::store::StoreError;

pub use fingerprint::{Fingerprint, FingerprintKey};
pub use key::{SessionDigest, SessionKey};
pub use store::SessionStore;

/// The lifetime of Django's sessions: two weeks (`SESSION_COOKIE_AGE`).
pub const LIFETIME: Duration = Duration::weeks(2);

/// A session, as a store keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session<Id = i64> {
    /// The account's id.
    pub account_id: Id,
    /// The fingerprint of the password with which it began.
    pub fingerprint: Fingerprint,
    /// When it began.
    pub began_at: OffsetDateTime,
    /// When it expires.
    pub expires_at: OffsetDateTime,
}

/// A session could not begin.
#[derive(Debug, thiserror::Error)]
pub enum BeginError {
    /// The store could not store it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no randomness for its key.
    #[error(transparent)]
    Randomness(#[from] RandomnessError),
}

/// Begins, resumes and ends sessions.
pub struct Sessions<Id = i64> {
    store: Arc<dyn SessionStore<Id>>,
    clock: Arc<dyn Clock>,
    randomness: Arc<dyn Randomness>,
    fingerprints: FingerprintKey,
    lifetime: Duration,
}

impl<Id: Send + Sync> Sessions<Id> {
    /// Sessions in this store, with this [lifetime](LIFETIME).
    #[must_use]
    pub const fn new(
        store: Arc<dyn SessionStore<Id>>,
        clock: Arc<dyn Clock>,
        randomness: Arc<dyn Randomness>,
        fingerprints: FingerprintKey,
        lifetime: Duration,
    ) -> Self {
        Self { store, clock, randomness, fingerprints, lifetime }
    }

    /// Begins a session for an account whose password has this hash. Returns the key for the browser.
    ///
    /// # Errors
    /// If the store or the randomness fails; then no session has begun.
    pub async fn begin(&self, account_id: Id, encoded_password: &str) -> Result<SessionKey, BeginError> {
        let key = SessionKey::new(self.randomness.as_ref())?;
        let now = self.clock.now();
        let session = Session {
            account_id,
            fingerprint: self.fingerprints.of(encoded_password),
            began_at: now,
            expires_at: now + self.lifetime,
        };
        self.store.begin(key.digest(), session).await?;
        Ok(key)
    }

    /// The session of a key; `Ok(None)` if there is none or it has expired. The caller must also check [the
    /// password](Self::is_of) of its account.
    ///
    /// # Errors
    /// If the store cannot answer.
    pub async fn resume(&self, key: &SessionKey) -> Result<Option<Session<Id>>, StoreError> {
        let session = self.store.find(key.digest()).await?;
        Ok(session.filter(|session| session.expires_at > self.clock.now()))
    }

    /// Whether a session began with the password that has this hash.
    #[must_use]
    pub fn is_of(&self, session: &Session<Id>, encoded_password: &str) -> bool {
        session.fingerprint == self.fingerprints.of(encoded_password)
    }

    /// Ends a session. It is not an error if it has ended already.
    ///
    /// # Errors
    /// If the store cannot answer.
    pub async fn end(&self, key: &SessionKey) -> Result<(), StoreError> {
        self.store.end(key.digest()).await
    }

    /// Ends all sessions of an account, except one if `but` is given. Returns how many.
    ///
    /// # Errors
    /// If the store cannot answer.
    pub async fn end_all(&self, account_id: Id, but: Option<&SessionKey>) -> Result<u64, StoreError> {
        self.store.end_all(account_id, but.map(SessionKey::digest)).await
    }
}

impl<Id> Clone for Sessions<Id> {
    fn clone(&self) -> Self {
        Self {
            store: Arc::clone(&self.store),
            clock: Arc::clone(&self.clock),
            randomness: Arc::clone(&self.randomness),
            fingerprints: self.fingerprints.clone(),
            lifetime: self.lifetime,
        }
    }
}

impl<Id> fmt::Debug for Sessions<Id> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sessions")
            .field("store", &self.store)
            .field("lifetime", &self.lifetime)
            .finish_non_exhaustive()
    }
}
