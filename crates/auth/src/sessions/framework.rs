//! Logins in the sessions of a framework, such as tower-sessions and actix-session.

use std::fmt;
use std::fmt::Display;
use std::sync::Arc;

use super::stored_login::StoredLogin;
use super::{BeginError, FingerprintKey, LIFETIME, Login, SessionAccounts, SessionCookies};
use crate::alphanumeric::random;
use crate::authenticators::FrameworkSessionAuthenticator;
use crate::randomness::{Randomness, SystemRandomness};

/// The name of the entry in the framework's session.
#[cfg(any(feature = "actix-session", feature = "tower-sessions"))]
pub(crate) const ENTRY: &str = "presspass_auth.login";

/// Logs accounts in and out, in the sessions of a framework. The framework makes the session's cookie; its settings decide
/// whether that is `Secure` and `HttpOnly`.
///
/// `log_in` and `log_out` are in `TowerSessions` and `ActixSessions`.
#[derive(Clone)]
pub struct FrameworkSessions {
    fingerprints: FingerprintKey,
    randomness: Arc<dyn Randomness>,
    cookies: SessionCookies,
}

impl FrameworkSessions {
    /// Sessions that end when the password of their account changes, by fingerprints under this key.
    #[must_use]
    pub fn new(fingerprints: FingerprintKey) -> Self {
        Self { fingerprints, randomness: Arc::new(SystemRandomness), cookies: SessionCookies::default() }
    }

    /// With another cookie for the CSRF token. The session's cookie is the framework's.
    #[must_use]
    pub fn with_cookies(self, cookies: SessionCookies) -> Self {
        Self { cookies, ..self }
    }

    /// With another source of randomness.
    #[must_use]
    pub fn with_randomness(self, randomness: Arc<dyn Randomness>) -> Self {
        Self { randomness, ..self }
    }

    /// The authenticator that finds the account of a session.
    #[must_use]
    pub fn authenticator<Id, A: SessionAccounts<Id>>(
        &self,
        accounts: A,
    ) -> FrameworkSessionAuthenticator<A, Id> {
        FrameworkSessionAuthenticator::new(accounts, self.fingerprints.clone())
    }

    /// What a session has to keep of a login under the name `presspass_auth.login`, and the cookies for its response. The
    /// session needs a new key then, and must lose what it has of another account.
    ///
    /// # Errors
    /// If there is no randomness.
    pub fn begin(
        &self,
        account_id: &impl Display,
        encoded_password: &str,
    ) -> Result<(StoredLogin, Login), BeginError> {
        let csrf: [u8; 32] = random(self.randomness.as_ref())?;
        let login = StoredLogin {
            account: account_id.to_string(),
            password: *self.fingerprints.of(encoded_password).as_bytes(),
            csrf: csrf.into_iter().map(char::from).collect(),
        };
        let csrf_token = login.csrf_token();
        let set_cookies = vec![self.cookies.set_csrf(&csrf_token, LIFETIME)];
        Ok((login, Login { set_cookies, csrf_token }))
    }

    /// The cookies for the response to a logout.
    #[must_use]
    pub fn forget(&self) -> Vec<String> {
        vec![self.cookies.forget_csrf()]
    }
}

impl fmt::Debug for FrameworkSessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FrameworkSessions").field("cookies", &self.cookies).finish_non_exhaustive()
    }
}
