//! Where sessions are kept.

use std::fmt;

use time::OffsetDateTime;

use super::{Session, SessionDigest};
use crate::store::{BoxFuture, StoreError};

/// Keeps sessions by the digests of their keys. Sessions whose date is over may be forgotten at any time.
pub trait SessionStore: fmt::Debug + Send + Sync {
    /// Keeps a new session.
    ///
    /// # Errors
    /// Where the store cannot keep it.
    fn begin(&self, digest: SessionDigest, session: Session) -> BoxFuture<'_, Result<(), StoreError>>;

    /// The session with this digest, even if its date is over.
    ///
    /// # Errors
    /// Where the store cannot answer.
    fn find(&self, digest: SessionDigest) -> BoxFuture<'_, Result<Option<Session>, StoreError>>;

    /// Forgets a session; one that is not there is no error.
    ///
    /// # Errors
    /// Where the store cannot answer.
    fn end(&self, digest: SessionDigest) -> BoxFuture<'_, Result<(), StoreError>>;

    /// Forgets all sessions of an account, but for one where one is named. Gives how many.
    ///
    /// # Errors
    /// Where the store cannot answer.
    fn end_all(&self, account_id: i64, but: Option<SessionDigest>) -> BoxFuture<'_, Result<u64, StoreError>>;

    /// The sessions of an account, the newest first.
    ///
    /// # Errors
    /// Where the store cannot answer.
    fn of_account(&self, account_id: i64)
    -> BoxFuture<'_, Result<Vec<(SessionDigest, Session)>, StoreError>>;

    /// Forgets sessions, at most `limit`, whose date was over at `now`. Gives how many.
    ///
    /// # Errors
    /// Where the store cannot answer.
    fn sweep(&self, now: OffsetDateTime, limit: u32) -> BoxFuture<'_, Result<u64, StoreError>>;
}
