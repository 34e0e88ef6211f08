//! The store of sessions.

use std::fmt;

use time::OffsetDateTime;

use super::{Session, SessionDigest};
use crate::store::{BoxFuture, StoreError};

/// Keeps sessions of accounts with ids of type `Id` under the digests of their keys. It may delete expired sessions at any time.
///
/// Its methods return boxed futures because [`Sessions`](super::Sessions) has it as an `Arc<dyn SessionStore>`: which store
/// a service uses, such as its database or Redis, is a setting.
pub trait SessionStore<Id = i64>: fmt::Debug + Send + Sync {
    /// Stores a new session.
    ///
    /// # Errors
    /// If the store cannot store it.
    fn begin(&self, digest: SessionDigest, session: Session<Id>) -> BoxFuture<'_, Result<(), StoreError>>;

    /// The session with this digest, even if it has expired.
    ///
    /// # Errors
    /// If the store cannot answer.
    fn find(&self, digest: SessionDigest) -> BoxFuture<'_, Result<Option<Session<Id>>, StoreError>>;

    /// Deletes a session. It is not an error if it does not exist.
    ///
    /// # Errors
    /// If the store cannot answer.
    fn end(&self, digest: SessionDigest) -> BoxFuture<'_, Result<(), StoreError>>;

    /// Deletes all sessions of an account, except one if `but` is given. Returns how many.
    ///
    /// # Errors
    /// If the store cannot answer.
    fn end_all(&self, account_id: Id, but: Option<SessionDigest>) -> BoxFuture<'_, Result<u64, StoreError>>;

    /// The sessions of an account, newest first.
    ///
    /// # Errors
    /// If the store cannot answer.
    #[expect(clippy::type_complexity, reason = "a list of pairs, in a boxed future")]
    fn of_account(
        &self,
        account_id: Id,
    ) -> BoxFuture<'_, Result<Vec<(SessionDigest, Session<Id>)>, StoreError>>;

    /// Deletes sessions, at most `limit`, that had expired at `now`. Returns how many.
    ///
    /// # Errors
    /// If the store cannot answer.
    fn sweep(&self, now: OffsetDateTime, limit: u32) -> BoxFuture<'_, Result<u64, StoreError>>;
}
