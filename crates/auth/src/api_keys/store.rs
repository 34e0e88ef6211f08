//! The store of API keys.

use std::fmt;
use std::sync::Arc;

use time::OffsetDateTime;

#[cfg(feature = "django")]
use super::LegacyKey;
use super::{ApiKeyDigest, ApiKeyName, Scopes};
use crate::store::{Resolution, StoreError};

/// What a store keeps beside a key's digest and its account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKeyRecord {
    /// The name that its owner gave it.
    pub name: ApiKeyName,
    /// What it may be used for.
    pub scopes: Scopes,
    /// When it was created.
    pub created_at: OffsetDateTime,
    /// When it expires; `None` for never.
    pub expires_at: Option<OffsetDateTime>,
    /// When it was last used, to the minute; `None` if it was never used.
    pub last_used_at: Option<OffsetDateTime>,
}

impl ApiKeyRecord {
    /// Whether the key has expired.
    #[must_use]
    pub fn is_expired(&self, now: OffsetDateTime) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }
}

/// A key and its account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKeyBearer<U> {
    /// The account, not yet limited by the key's scopes.
    pub account: U,
    /// The key.
    pub key: ApiKeyRecord,
}

/// API keys and their accounts, as the [`ApiKeyAuthenticator`](crate::authenticators::ApiKeyAuthenticator) looks them
/// up. The service supplies it.
pub trait ApiKeyStore: fmt::Debug + Send + Sync {
    /// The service's user type.
    type User: Send;

    /// The key with this digest and its account. A key that was revoked is [`Resolution::Revoked`] or, if nothing is
    /// kept of it, [`Resolution::Unknown`]. Whether it has expired is checked by the caller.
    ///
    /// # Errors
    /// If the store cannot answer.
    fn find(
        &self,
        digest: ApiKeyDigest,
    ) -> impl Future<Output = Result<Resolution<ApiKeyBearer<Self::User>>, StoreError>> + Send;

    /// The account of a key of DRF's table `authtoken_token`, for a service that has it. Without it, no such key is known.
    ///
    /// # Errors
    /// If the store cannot answer.
    #[cfg(feature = "django")]
    fn find_legacy(
        &self,
        _key: &LegacyKey,
    ) -> impl Future<Output = Result<Resolution<Self::User>, StoreError>> + Send {
        std::future::ready(Ok(Resolution::Unknown))
    }

    /// The account, limited to these scopes: what later checks permissions has to find them in it, as
    /// [`Rights::scopes`](crate::gate::Rights::scopes) does. `None` if this service cannot limit its accounts; the
    /// key is refused then. A service without scopes returns `scopes.is_all().then_some(account)`.
    fn bound(&self, account: Self::User, scopes: Scopes) -> Option<Self::User>;

    /// Records that a key was used. Called at most once a minute for each key; the request goes on if it fails.
    ///
    /// # Errors
    /// If the store cannot answer.
    fn record_use(
        &self,
        digest: ApiKeyDigest,
        at: OffsetDateTime,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;
}

impl<S: ApiKeyStore> ApiKeyStore for Arc<S> {
    type User = S::User;

    fn find(
        &self,
        digest: ApiKeyDigest,
    ) -> impl Future<Output = Result<Resolution<ApiKeyBearer<S::User>>, StoreError>> + Send {
        (**self).find(digest)
    }

    #[cfg(feature = "django")]
    fn find_legacy(
        &self,
        key: &LegacyKey,
    ) -> impl Future<Output = Result<Resolution<S::User>, StoreError>> + Send {
        (**self).find_legacy(key)
    }

    fn bound(&self, account: S::User, scopes: Scopes) -> Option<S::User> {
        (**self).bound(account, scopes)
    }

    fn record_use(
        &self,
        digest: ApiKeyDigest,
        at: OffsetDateTime,
    ) -> impl Future<Output = Result<(), StoreError>> + Send {
        (**self).record_use(digest, at)
    }
}
