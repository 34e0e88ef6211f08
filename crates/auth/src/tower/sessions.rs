//! Sessions of tower-sessions.

use std::fmt::Display;
use std::ops::Deref;
use std::sync::OnceLock;

use tower_sessions_core::Session;
use tower_sessions_core::session::Error;

use crate::sessions::framework::ENTRY;
use crate::sessions::{BeginError, FrameworkSession, FrameworkSessions, Login, StoredLogin};
use crate::store::{BoxFuture, StoreError};

/// Logins in sessions of tower-sessions. The `SessionManagerLayer` goes around the
/// [`AuthenticateLayer`](super::AuthenticateLayer), so it is added after it.
#[derive(Debug, Clone)]
pub struct TowerSessions(FrameworkSessions);

impl TowerSessions {
    /// Logins that these sessions keep.
    #[must_use]
    pub const fn new(sessions: FrameworkSessions) -> Self {
        Self(sessions)
    }

    /// Logs an account in, whose password has this hash: the session gets another id and another CSRF token, and the old
    /// id is useless. What the session has of an anonymous user is kept, what it has of another account is not.
    ///
    /// # Errors
    /// If the store or the randomness fails; then the account is not logged in.
    pub async fn log_in(
        &self,
        session: &Session,
        account_id: &impl Display,
        encoded_password: &str,
    ) -> Result<Login, BeginError> {
        let (login, response) = self.begin(account_id, encoded_password)?;
        let old: Option<StoredLogin> = session.get(ENTRY).await.map_err(store_error)?;
        if old.is_some_and(|old| !old.is_of_account_of(&login)) {
            session.flush().await.map_err(store_error)?;
        }
        session.cycle_id().await.map_err(store_error)?;
        session.insert(ENTRY, login).await.map_err(store_error)?;
        Ok(response)
    }

    /// Logs the account out: the session and all that it has are deleted. Returns the values of the `Set-Cookie` headers.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn log_out(&self, session: &Session) -> Result<Vec<String>, StoreError> {
        session.flush().await.map_err(store_error)?;
        Ok(self.forget())
    }
}

impl Deref for TowerSessions {
    type Target = FrameworkSessions;

    fn deref(&self) -> &FrameworkSessions {
        &self.0
    }
}

fn store_error(error: Error) -> StoreError {
    match error {
        Error::Store(error) => StoreError::Unavailable(error.into()),
        Error::SerdeJson(error) => StoreError::Failed(error.into()),
    }
}

/// A session, which is read only when an authenticator asks for it.
pub(super) struct LazySession {
    session: Session,
    login: OnceLock<Option<StoredLogin>>,
}

impl LazySession {
    pub fn of(extensions: &http::Extensions) -> Option<Self> {
        let session = extensions.get::<Session>()?.clone();
        Some(Self { session, login: OnceLock::new() })
    }
}

impl FrameworkSession for LazySession {
    fn load(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async {
            if self.login.get().is_none() {
                let login = self.session.get(ENTRY).await.map_err(store_error)?;
                self.login.get_or_init(|| login);
            }
            Ok(())
        })
    }

    fn login(&self) -> Option<&StoredLogin> {
        self.login.get()?.as_ref()
    }
}
