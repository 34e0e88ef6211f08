//! Sessions that begin when an account logs in.

use actix_web::HttpRequest;
use presspass_auth::sessions::BeginError;
use presspass_rest::{Failure, forget_cookie};

use super::Services;
use crate::identity::sessions::{put_session, session_of};

impl Services {
    /// Ends the browser's session, and begins one of this account. It is bound to the hash that was verified: where the
    /// password was changed meanwhile, the session is not valid. Returns the value of the `Set-Cookie` with another CSRF
    /// token, which has to be sent along; `Ok(None)` where the account was deleted.
    pub(crate) async fn log_in(
        &self,
        request: &HttpRequest,
        account: i64,
        password: &str,
    ) -> Result<Option<String>, Failure> {
        if self.accounts.find_by_id(account).await?.is_none() {
            return Ok(None);
        }
        if let Some(old) = session_of(request) {
            self.sessions.end(&old).await?;
        }
        let csrf = self.begin_session(request, account, password).await?;
        self.accounts.record_login(account, self.now()).await?;
        Ok(Some(csrf))
    }

    /// Begins a session of this account, which is valid as long as `password`, the hash, is the account's. Returns the
    /// value of the `Set-Cookie` with another CSRF token, which has to be sent along.
    pub(crate) async fn begin_session(
        &self,
        request: &HttpRequest,
        account: i64,
        password: &str,
    ) -> Result<String, Failure> {
        let key = self.sessions.begin(account, password).await.map_err(|error| match error {
            BeginError::Store(error) => error.into(),
            error => internal(&error),
        })?;
        put_session(request, &key).map_err(|error| internal(&error))?;
        self.pages.rotate_csrf_cookie(request)
    }

    /// The value of the `Set-Cookie` that removes a token which was pasted into a page, where the browser has one: a user
    /// who logs in wants to be that account.
    pub(crate) fn forget_pasted_token(&self, request: &HttpRequest) -> Option<String> {
        let name = &self.cookies.pages.token;
        let head = presspass_auth::actix::request_head(request);
        head.cookie(name).map(|_| forget_cookie(name))
    }
}

fn internal(error: &impl std::fmt::Display) -> Failure {
    Failure::Internal { reason: error.to_string() }
}
