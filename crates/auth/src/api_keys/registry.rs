//! Keys as their owners see them: made, listed, ended.

use std::fmt;

use time::OffsetDateTime;

use super::{ApiKeyDigest, ApiKeyName, ApiKeyRecord, Scopes};
use crate::store::{BoxFuture, StoreError};

/// A key that is to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewApiKey {
    /// Whose it is.
    pub account_id: i64,
    /// What it is known by.
    pub digest: ApiKeyDigest,
    /// What its owner calls it.
    pub name: ApiKeyName,
    /// What it may do at most.
    pub scopes: Scopes,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// From when on it is refused; `None` is never.
    pub expires_at: Option<OffsetDateTime>,
}

/// A key in a list. The secret is nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedApiKey {
    /// Its number, which no other key ever has.
    pub id: i64,
    /// What is known of it.
    pub record: ApiKeyRecord,
}

/// What came of keeping a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enrolled {
    /// It is kept, under this number.
    New(i64),
    /// The account has as many as it may have.
    TooMany,
    /// There is no such account.
    NoAccount,
}

/// Keeps the keys of accounts.
pub trait ApiKeyRegistry: fmt::Debug + Send + Sync {
    /// Keeps a new key, unless its account has `most` already.
    ///
    /// # Errors
    /// Where the store cannot keep it.
    fn enrol(&self, key: NewApiKey, most: u32) -> BoxFuture<'_, Result<Enrolled, StoreError>>;

    /// The keys of an account, the newest first, those among them whose date is over.
    ///
    /// # Errors
    /// Where the store cannot answer.
    fn of_account(&self, account_id: i64) -> BoxFuture<'_, Result<Vec<ListedApiKey>, StoreError>>;

    /// Ends a key of an account; gives whether it had one with this number.
    ///
    /// # Errors
    /// Where the store cannot answer.
    fn revoke(&self, account_id: i64, id: i64) -> BoxFuture<'_, Result<bool, StoreError>>;

    /// Ends all keys of an account. Gives how many.
    ///
    /// # Errors
    /// Where the store cannot answer.
    fn revoke_all(&self, account_id: i64) -> BoxFuture<'_, Result<u64, StoreError>>;

    /// Forgets keys, at most `limit`, whose date was over at `before`. Gives how many.
    ///
    /// # Errors
    /// Where the store cannot answer.
    fn sweep(&self, before: OffsetDateTime, limit: u32) -> BoxFuture<'_, Result<u64, StoreError>>;
}
