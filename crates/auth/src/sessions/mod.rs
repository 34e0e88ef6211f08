//! Sessions: what a browser is known by once its user has logged in.
//!
//! The browser keeps an unpredictable [`SessionKey`]; a [`SessionStore`] keeps what it stands for under the key's
//! [digest](SessionKey::digest), so that a copy of the store opens no session. A session ends by its date, by
//! [`Sessions::end`], and when the password of its account changes: it keeps a [`Fingerprint`] of the password's hash.

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

/// How long a session of the original's lasts: two weeks (Django's `SESSION_COOKIE_AGE`).
pub const LIFETIME: Duration = Duration::weeks(2);

/// What a session stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Whose it is.
    pub account_id: i64,
    /// The password by which it began.
    pub fingerprint: Fingerprint,
    /// When it began.
    pub began_at: OffsetDateTime,
    /// When it ends.
    pub expires_at: OffsetDateTime,
}

/// A session did not begin.
#[derive(Debug, thiserror::Error)]
pub enum BeginError {
    /// The store could not take it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no key for it.
    #[error(transparent)]
    Randomness(#[from] RandomnessError),
}

/// Begins, resumes and ends sessions.
#[derive(Clone)]
pub struct Sessions {
    store: Arc<dyn SessionStore>,
    clock: Arc<dyn Clock>,
    randomness: Arc<dyn Randomness>,
    fingerprints: FingerprintKey,
    lifetime: Duration,
}

impl Sessions {
    /// Sessions in this store, of this [lifetime](LIFETIME).
    #[must_use]
    pub const fn new(
        store: Arc<dyn SessionStore>,
        clock: Arc<dyn Clock>,
        randomness: Arc<dyn Randomness>,
        fingerprints: FingerprintKey,
        lifetime: Duration,
    ) -> Self {
        Self { store, clock, randomness, fingerprints, lifetime }
    }

    /// Begins a session for an account, whose password has this hash. Gives the key for its browser.
    ///
    /// # Errors
    /// Where the store or the randomness fails; then nothing has begun.
    pub async fn begin(&self, account_id: i64, encoded_password: &str) -> Result<SessionKey, BeginError> {
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

    /// The session of a key; `Ok(None)` where there is none, or none any more. Whoever uses it has to look at
    /// [the password](Self::is_of) of its account, too.
    ///
    /// # Errors
    /// Where the store cannot answer.
    pub async fn resume(&self, key: &SessionKey) -> Result<Option<Session>, StoreError> {
        let session = self.store.find(key.digest()).await?;
        Ok(session.filter(|session| session.expires_at > self.clock.now()))
    }

    /// Whether a session began by the password with this hash.
    #[must_use]
    pub fn is_of(&self, session: &Session, encoded_password: &str) -> bool {
        session.fingerprint == self.fingerprints.of(encoded_password)
    }

    /// Ends a session; one that has ended already is no error.
    ///
    /// # Errors
    /// Where the store cannot answer.
    pub async fn end(&self, key: &SessionKey) -> Result<(), StoreError> {
        self.store.end(key.digest()).await
    }

    /// Ends all sessions of an account, but for one where one is named. Gives how many.
    ///
    /// # Errors
    /// Where the store cannot answer.
    pub async fn end_all(&self, account_id: i64, but: Option<&SessionKey>) -> Result<u64, StoreError> {
        self.store.end_all(account_id, but.map(SessionKey::digest)).await
    }
}

impl fmt::Debug for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sessions")
            .field("store", &self.store)
            .field("lifetime", &self.lifetime)
            .finish_non_exhaustive()
    }
}
