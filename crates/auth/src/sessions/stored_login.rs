//! A login in the session of a framework, and how such a session is read.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::fingerprint::Fingerprint;
use crate::csrf::CsrfToken;
use crate::store::{BoxFuture, StoreError};

/// A login, as a session of a framework keeps it.
#[derive(Clone, Serialize, Deserialize)]
pub struct StoredLogin {
    pub(super) account: String,
    pub(super) password: [u8; 32],
    pub(super) csrf: String,
}

impl StoredLogin {
    pub(crate) fn account<Id: FromStr>(&self) -> Option<Id> {
        self.account.parse().ok()
    }

    pub(crate) const fn fingerprint(&self) -> Fingerprint {
        Fingerprint::from_bytes(self.password)
    }

    pub(crate) fn csrf_token(&self) -> CsrfToken {
        CsrfToken::for_session(self.csrf.as_bytes())
    }

    /// Whether both are logins of one account.
    #[cfg(any(feature = "actix-session", feature = "tower-sessions"))]
    pub(crate) fn is_of_account_of(&self, other: &Self) -> bool {
        self.account == other.account
    }
}

impl fmt::Debug for StoredLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredLogin").field("account", &self.account).finish_non_exhaustive()
    }
}

/// A session that a layer of the framework has found, as the adapters pass it to
/// [`FrameworkSessionAuthenticator`](crate::authenticators::FrameworkSessionAuthenticator). Implement it for a framework
/// whose sessions have no adapter here. [`load`](Self::load) returns a boxed future because a
/// [`RequestHead`](crate::RequestHead) has it as a `&dyn FrameworkSession`, whatever the framework is.
pub trait FrameworkSession: Send + Sync {
    /// Reads the session from its store, if that has not been done yet.
    ///
    /// # Errors
    /// If the store cannot answer.
    fn load(&self) -> BoxFuture<'_, Result<(), StoreError>>;

    /// The login in the session, once it was loaded.
    fn login(&self) -> Option<&StoredLogin>;
}
