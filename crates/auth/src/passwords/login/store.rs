//! Accounts and the hashes of their passwords.

use std::fmt;
use std::sync::Arc;

use crate::store::StoreError;

/// An account, and the hash of its password.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredPassword<U> {
    /// The service's own type.
    pub user: U,
    /// The hash, in any format that [`EncodedHash`](crate::passwords::EncodedHash) parses.
    pub hash: String,
    /// Whether the account may log in.
    pub is_active: bool,
}

impl<U: fmt::Debug> fmt::Debug for StoredPassword<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredPassword").field("user", &self.user).finish_non_exhaustive()
    }
}

/// Whether a hash was replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replaced {
    /// The store has the new one.
    Done,
    /// The store has another than the one that was verified: the password may have been changed meanwhile.
    Superseded,
}

/// Accounts by name with the hashes of their passwords, as [`PasswordLogin`](super::PasswordLogin) looks them up. Write
/// both methods as an `async fn`.
pub trait PasswordStore: fmt::Debug + Send + Sync {
    /// The service's user type.
    type User: Send;

    /// The account with this name, as it was typed; `Ok(None)` if there is none.
    ///
    /// # Errors
    /// If the store cannot answer.
    fn find(
        &self,
        name: &str,
    ) -> impl Future<Output = Result<Option<StoredPassword<Self::User>>, StoreError>> + Send;

    /// Replaces the hash of an account by `new`, if the store still has `stored.hash`:
    /// `UPDATE … SET password = new WHERE id = … AND password = stored.hash`.
    ///
    /// # Errors
    /// If the store cannot answer. The login goes on, with the old hash.
    fn replace(
        &self,
        stored: &mut StoredPassword<Self::User>,
        new: &str,
    ) -> impl Future<Output = Result<Replaced, StoreError>> + Send;
}

impl<S: PasswordStore> PasswordStore for Arc<S> {
    type User = S::User;

    fn find(
        &self,
        name: &str,
    ) -> impl Future<Output = Result<Option<StoredPassword<S::User>>, StoreError>> + Send {
        (**self).find(name)
    }

    fn replace(
        &self,
        stored: &mut StoredPassword<S::User>,
        new: &str,
    ) -> impl Future<Output = Result<Replaced, StoreError>> + Send {
        (**self).replace(stored, new)
    }
}
