//! Sessions: how a browser is authenticated after a login.
//!
//! The browser has an unpredictable [`SessionKey`] in a cookie. A [`SessionStore`] keeps the session under the
//! [digest](SessionKey::digest) of the key, so that a copy of the store is useless to an attacker. A session ends
//! when it expires, by [`Sessions::end`], and when the password of its account changes: it has a [`Fingerprint`] of
//! the password's hash.
//!
//! ```
//! use presspass_auth::sessions::{FingerprintKey, Login, SessionAccounts, SessionStore, Sessions};
//! use presspass_auth::{AuthenticatorChain, RequestHead};
//! # use std::sync::Arc;
//! # async fn example<A: SessionAccounts<u64> + 'static>(store: Arc<dyn SessionStore<u64>>, accounts: A, head: RequestHead<'_>) -> Result<(), Box<dyn std::error::Error>> {
//! let sessions = Sessions::new(store, FingerprintKey::new(b"the secret of the service"));
//! let chain = AuthenticatorChain::of(sessions.authenticator(accounts));
//!
//! // After the password was verified; `head` is that of the request. This also ends the browser's old session.
//! let Login { set_cookies, .. } = sessions.log_in(&head, 7, "the hash of the password").await?;
//! // And later:
//! let set_cookies = sessions.log_out(&head).await?;
//! # Ok(()) }
//! ```
//!
//! A service whose sessions are those of tower-sessions or actix-session uses [`FrameworkSessions`] instead.

mod accounts;
mod cookies;
mod fingerprint;
pub(crate) mod framework;
mod key;
mod store;
mod stored_login;

use std::fmt;
use std::sync::Arc;

use time::{Duration, OffsetDateTime};

use crate::authenticators::SessionAuthenticator;
use crate::clock::{Clock, SystemClock};
use crate::csrf::CsrfToken;
use crate::randomness::{Randomness, RandomnessError, SystemRandomness};
use crate::request_head::RequestHead;
use crate::store::{SessionUsers, StoreError};

pub use accounts::{SessionAccount, SessionAccounts};
pub use cookies::{Login, SameSite, SessionCookies};
pub use fingerprint::{Fingerprint, FingerprintKey};
pub use framework::FrameworkSessions;
pub use key::{SessionDigest, SessionKey};
pub use store::SessionStore;
pub use stored_login::{FrameworkSession, StoredLogin};

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
#[non_exhaustive]
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
    cookies: SessionCookies,
}

impl<Id: Send + Sync> Sessions<Id> {
    /// Sessions in this store, which last [two weeks](LIFETIME), and end when the password of their account changes.
    #[must_use]
    pub fn new(store: Arc<dyn SessionStore<Id>>, fingerprints: FingerprintKey) -> Self {
        Self {
            store,
            clock: Arc::new(SystemClock),
            randomness: Arc::new(SystemRandomness),
            fingerprints,
            lifetime: LIFETIME,
            cookies: SessionCookies::default(),
        }
    }

    /// With another lifetime.
    #[must_use]
    pub fn with_lifetime(self, lifetime: Duration) -> Self {
        Self { lifetime, ..self }
    }

    /// With other cookies.
    #[must_use]
    pub fn with_cookies(self, cookies: SessionCookies) -> Self {
        Self { cookies, ..self }
    }

    /// With another clock.
    #[must_use]
    pub fn with_clock(self, clock: Arc<dyn Clock>) -> Self {
        Self { clock, ..self }
    }

    /// With another source of randomness.
    #[must_use]
    pub fn with_randomness(self, randomness: Arc<dyn Randomness>) -> Self {
        Self { randomness, ..self }
    }

    /// The authenticator that finds the account of a session. It checks that the password has not changed.
    #[must_use]
    pub fn authenticator<A>(
        &self,
        accounts: A,
    ) -> SessionAuthenticator<impl SessionUsers<User = A::User> + use<A, Id>>
    where
        Id: 'static,
        A: SessionAccounts<Id> + 'static,
    {
        let users = accounts::StoredSessions { sessions: self.clone(), accounts };
        SessionAuthenticator::new(users).with_cookie(self.cookies.session())
    }

    /// The account of the session with this key; `Ok(None)` if there is no session, it has expired, its account is gone or
    /// disabled, or the password was changed, which ends it.
    ///
    /// # Errors
    /// If a store cannot answer.
    pub async fn account<A: SessionAccounts<Id>>(
        &self,
        key: &SessionKey,
        accounts: &A,
    ) -> Result<Option<A::User>, StoreError> {
        let Some(session) = self.resume(key).await? else { return Ok(None) };
        let Some(account) = accounts.find(&session.account_id).await? else { return Ok(None) };
        if self.is_of(&session, &account.password) {
            return Ok(Some(account.user));
        }
        #[cfg(feature = "tracing")]
        tracing::info!("session ended: password changed");
        self.end(key).await?;
        Ok(None)
    }

    /// Logs an account in, whose password has this hash: begins a session and ends the one that the browser has. The CSRF
    /// token changes with the session. `head` is that of the request.
    ///
    /// # Errors
    /// If the store or the randomness fails; then the account is not logged in.
    pub async fn log_in(
        &self,
        head: &RequestHead<'_>,
        account_id: Id,
        encoded_password: &str,
    ) -> Result<Login, BeginError> {
        if let Some(old) = self.cookies.key(head) {
            self.end(&old).await?;
        }
        let key = self.begin(account_id, encoded_password).await?;
        let csrf_token = CsrfToken::for_session(key.expose().as_bytes());
        let session = self.cookies.set_session(&key, self.lifetime);
        let set_cookies = vec![session, self.cookies.set_csrf(&csrf_token, self.lifetime)];
        Ok(Login { set_cookies, csrf_token })
    }

    /// Logs a browser out: ends its session, if it has one. Returns the values of the `Set-Cookie` headers that delete its
    /// cookies.
    ///
    /// # Errors
    /// If the store cannot answer.
    pub async fn log_out(&self, head: &RequestHead<'_>) -> Result<Vec<String>, StoreError> {
        if let Some(key) = self.cookies.key(head) {
            self.end(&key).await?;
        }
        Ok(self.cookies.forget())
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
            cookies: self.cookies.clone(),
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
