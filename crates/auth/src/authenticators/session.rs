//! Who is calling, by the session cookie.

use std::fmt;
use std::sync::Arc;

use crate::chain::Authenticator;
use crate::outcome::{Challenge, Outcome};
use crate::request_head::RequestHead;
use crate::store::{BoxFuture, SessionStore, StoreError};

/// Finds the account of a session by the key in the cookie.
///
/// It has no challenge: first in a chain it turns 401 into 403, as REST framework's `SessionAuthentication` does.
pub struct SessionAuthenticator<U> {
    cookie: String,
    sessions: Arc<dyn SessionStore<User = U>>,
}

impl<U> SessionAuthenticator<U> {
    /// Reads the session key from the cookie of this name (the original's is `sessionid`).
    #[must_use]
    pub fn new(cookie: impl Into<String>, sessions: Arc<dyn SessionStore<User = U>>) -> Self {
        Self { cookie: cookie.into(), sessions }
    }
}

impl<U: Send> Authenticator<U> for SessionAuthenticator<U> {
    fn name(&self) -> &'static str {
        "session"
    }

    fn authenticate<'a>(
        &'a self,
        head: &'a RequestHead<'a>,
    ) -> BoxFuture<'a, Result<Outcome<U>, StoreError>> {
        Box::pin(async move {
            let Some(key) = head.cookie(&self.cookie).filter(|key| !key.is_empty()) else {
                return Ok(Outcome::NotAttempted);
            };
            // A session that has ended is no attempt: the caller is anonymous, as in the original.
            Ok(self.sessions.load(&key).await?.map_or(Outcome::NotAttempted, Outcome::Verified))
        })
    }

    fn challenge(&self) -> Option<Challenge> {
        None
    }

    fn reads_session_cookie(&self) -> bool {
        true
    }
}

impl<U> fmt::Debug for SessionAuthenticator<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionAuthenticator").field("cookie", &self.cookie).finish_non_exhaustive()
    }
}
