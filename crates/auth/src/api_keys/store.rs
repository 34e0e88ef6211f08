//! What API keys ask of a store.

use std::fmt;

use time::OffsetDateTime;

use super::{ApiKeyDigest, ApiKeyName, LegacyKey, Scopes};
use crate::store::{BoxFuture, Resolution, StoreError};

/// What a store keeps beside a key's digest and its account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKeyRecord {
    /// What its owner calls it.
    pub name: ApiKeyName,
    /// What it may do at most.
    pub scopes: Scopes,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// From when on it is refused; `None` is never.
    pub expires_at: Option<OffsetDateTime>,
    /// When it was last used, to the minute; `None` is never yet.
    pub last_used_at: Option<OffsetDateTime>,
}

impl ApiKeyRecord {
    /// Whether the key has ended by its date.
    #[must_use]
    pub fn is_expired(&self, now: OffsetDateTime) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }
}

/// A key's account, and what is known of the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKeyBearer<U> {
    /// The account, as yet unbounded.
    pub account: U,
    /// The key.
    pub key: ApiKeyRecord,
}

/// Keys and their accounts, as the token authenticator looks them up.
pub trait ApiKeyStore: fmt::Debug + Send + Sync {
    /// What an account is to this service.
    type User;

    /// The key with this digest and its account. A key that was ended is [`Resolution::Revoked`] or, where nothing is
    /// kept of it, [`Resolution::Unknown`]; its date is for the caller to look at.
    ///
    /// # Errors
    /// Where the store cannot answer.
    fn find(
        &self,
        digest: ApiKeyDigest,
    ) -> BoxFuture<'_, Result<Resolution<ApiKeyBearer<Self::User>>, StoreError>>;

    /// The account of a key of REST framework's `authtoken_token`. A service that never had that table answers
    /// [`Resolution::Unknown`].
    ///
    /// # Errors
    /// Where the store cannot answer.
    fn find_legacy<'a>(
        &'a self,
        key: &'a LegacyKey,
    ) -> BoxFuture<'a, Result<Resolution<Self::User>, StoreError>>;

    /// The account as the bearer of a key with these scopes sees it: whoever asks what it may do has to find them in it
    /// again, as [`Rights::scopes`](crate::gate::Rights::scopes) does. `None` where this service cannot bound its
    /// accounts; the key is refused then. Without scopes that is `scopes.is_all().then_some(account)`.
    fn bound(&self, account: Self::User, scopes: Scopes) -> Option<Self::User>;

    /// Notes that a key was used. Asked at most once a minute for each key, and nobody is refused where it fails.
    ///
    /// # Errors
    /// Where the store cannot answer.
    fn note_use(&self, digest: ApiKeyDigest, at: OffsetDateTime) -> BoxFuture<'_, Result<(), StoreError>>;
}
