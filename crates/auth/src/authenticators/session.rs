//! Authentication by a session.

use std::fmt;

use crate::chain::Authenticator;
use crate::csrf::CsrfToken;
use crate::outcome::{Challenge, Outcome};
use crate::request_head::RequestHead;
use crate::sessions::SessionKey;
use crate::store::{SessionUsers, StoreError};

/// Finds the account of a session: of the one that a framework's layer has [found](RequestHead::with_session), or of
/// the key in a cookie if one is configured.
///
/// It has no challenge: first in a chain it turns 401 into 403, as DRF's `SessionAuthentication` does.
pub struct SessionAuthenticator<S> {
    cookie: Option<String>,
    users: S,
}

impl<S> SessionAuthenticator<S> {
    /// Uses the session that a framework's layer has found.
    #[must_use]
    pub const fn new(users: S) -> Self {
        Self { cookie: None, users }
    }

    /// Also reads the session's key from the cookie with this name: for a service without such a layer.
    #[must_use]
    pub fn with_cookie(mut self, name: impl Into<String>) -> Self {
        self.cookie = Some(name.into());
        self
    }
}

impl<S> SessionAuthenticator<S> {
    fn key(&self, head: &RequestHead<'_>) -> Option<SessionKey> {
        let in_cookie = || SessionKey::parse(&head.cookie(self.cookie.as_deref()?)?);
        head.session().cloned().or_else(in_cookie)
    }
}

impl<S: SessionUsers> Authenticator<S::User> for SessionAuthenticator<S> {
    fn name(&self) -> &'static str {
        super::SESSION
    }

    async fn authenticate(&self, head: &RequestHead<'_>) -> Result<Outcome<S::User>, StoreError> {
        let Some(key) = self.key(head) else { return Ok(Outcome::NotAttempted) };
        // An expired session counts as no credentials: the caller is anonymous, as in Django.
        Ok(self.users.resolve(&key).await?.map_or(Outcome::NotAttempted, Outcome::Verified))
    }

    fn challenge(&self) -> Option<Challenge> {
        None
    }

    fn reads_session_cookie(&self) -> bool {
        true
    }

    fn relies_on_cookie(&self, _head: &RequestHead<'_>) -> bool {
        true
    }

    fn csrf_token(&self, head: &RequestHead<'_>) -> Option<CsrfToken> {
        Some(CsrfToken::for_session(self.key(head)?.expose().as_bytes()))
    }
}

impl<S> fmt::Debug for SessionAuthenticator<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionAuthenticator").field("cookie", &self.cookie).finish_non_exhaustive()
    }
}
