//! Sessions of actix-session.

use std::fmt::Display;
use std::ops::Deref;

use actix_session::{Session, SessionExt};
use actix_web::HttpRequest;

use crate::sessions::framework::ENTRY;
use crate::sessions::{BeginError, FrameworkSession, FrameworkSessions, Login, StoredLogin};
use crate::store::{BoxFuture, StoreError};

/// Logins in sessions of actix-session. The `SessionMiddleware` goes around [`Authenticate`](super::Authenticate), so it is
/// wrapped after it.
#[derive(Debug, Clone)]
pub struct ActixSessions(FrameworkSessions);

impl ActixSessions {
    /// Logins that these sessions keep.
    #[must_use]
    pub const fn new(sessions: FrameworkSessions) -> Self {
        Self(sessions)
    }

    /// Logs an account in, whose password has this hash: the session gets another key and another CSRF token. With a store
    /// on the server, the old key is useless; a session that is all in the cookie has no end on the server. What the
    /// session has of an anonymous user is kept, what it has of another account is not.
    ///
    /// # Errors
    /// If there is no randomness; then the account is not logged in.
    pub fn log_in(
        &self,
        session: &Session,
        account_id: &impl Display,
        encoded_password: &str,
    ) -> Result<Login, BeginError> {
        let (login, response) = self.begin(account_id, encoded_password)?;
        if stored(session).is_some_and(|old| !old.is_of_account_of(&login)) {
            session.clear();
        }
        session.insert(ENTRY, login).map_err(|error| StoreError::Failed(error.into()))?;
        session.renew();
        Ok(response)
    }

    /// Logs the account out: the session and all that it has are deleted. Returns the values of the `Set-Cookie` headers.
    #[must_use]
    pub fn log_out(&self, session: &Session) -> Vec<String> {
        session.purge();
        self.forget()
    }
}

impl Deref for ActixSessions {
    type Target = FrameworkSessions;

    fn deref(&self) -> &FrameworkSessions {
        &self.0
    }
}

/// The login; one that cannot be read is none.
fn stored(session: &Session) -> Option<StoredLogin> {
    session.get(ENTRY).ok().flatten()
}

/// The login of a request's session, which actix-session has read already.
pub(super) struct LoadedSession(Option<StoredLogin>);

impl LoadedSession {
    pub fn of(request: &HttpRequest) -> Self {
        Self(stored(&request.get_session()))
    }
}

impl FrameworkSession for LoadedSession {
    fn load(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(std::future::ready(Ok(())))
    }

    fn login(&self) -> Option<&StoredLogin> {
        self.0.as_ref()
    }
}
