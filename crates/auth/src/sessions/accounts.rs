//! The accounts of sessions.

use std::fmt;
use std::sync::Arc;

use super::{SessionKey, Sessions};
use crate::store::{SessionUsers, StoreError};

/// An account, and the hash of its password.
pub struct SessionAccount<U> {
    /// The service's own type.
    pub user: U,
    /// The hash of the password, in any format: sessions end when it changes. Empty if there are no passwords.
    pub password: String,
}

impl<U: fmt::Debug> fmt::Debug for SessionAccount<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionAccount").field("user", &self.user).finish_non_exhaustive()
    }
}

/// Accounts by their id, as sessions look them up. Write `find` as an `async fn`.
pub trait SessionAccounts<Id = i64>: fmt::Debug + Send + Sync {
    /// The service's user type.
    type User: Send;

    /// The account with this id; `Ok(None)` if there is none, or it is disabled.
    ///
    /// # Errors
    /// If the store cannot answer.
    fn find(
        &self,
        id: &Id,
    ) -> impl Future<Output = Result<Option<SessionAccount<Self::User>>, StoreError>> + Send;
}

impl<Id: Sync, Inner: SessionAccounts<Id>> SessionAccounts<Id> for Arc<Inner> {
    type User = Inner::User;

    fn find(
        &self,
        id: &Id,
    ) -> impl Future<Output = Result<Option<SessionAccount<Inner::User>>, StoreError>> + Send {
        (**self).find(id)
    }
}

/// Sessions and the accounts that they belong to.
pub(super) struct StoredSessions<A, Id> {
    pub sessions: Sessions<Id>,
    pub accounts: A,
}

impl<Id: Send + Sync + 'static, A: SessionAccounts<Id>> SessionUsers for StoredSessions<A, Id> {
    type User = A::User;

    async fn resolve(&self, key: &SessionKey) -> Result<Option<A::User>, StoreError> {
        self.sessions.account(key, &self.accounts).await
    }
}

impl<A, Id> fmt::Debug for StoredSessions<A, Id> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredSessions").field("sessions", &self.sessions).finish_non_exhaustive()
    }
}
