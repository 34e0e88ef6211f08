//! Callers by API keys.

use std::sync::Arc;

use presspass_auth::api_keys::{ApiKeyBearer, ApiKeyDigest, ApiKeyStore, LegacyKey, Scopes};
use presspass_auth::{BoxFuture, Clock, Resolution, StoreError};
use presspass_domain::{Account, causes};
use time::{Duration, OffsetDateTime};
use tokio::sync::Semaphore;
use tracing::Instrument as _;

use crate::identity::gate::{Caller, Known, Means};

/// So many last uses are being written at a time. One that finds no place is written at a later use.
const NOTES_AT_ONCE: usize = 2;

/// How old the noted last use of a key gets before the log tells of another.
const LOG_PACE: Duration = Duration::MINUTE;

/// Looks up keys and their accounts. What is noted of a key's use is written in the background: nobody waits for it.
#[derive(Debug)]
pub(crate) struct KeyCallers {
    store: Arc<dyn ApiKeyStore<User = Account>>,
    clock: Arc<dyn Clock>,
    notes: Arc<Semaphore>,
}

impl KeyCallers {
    /// Callers by the keys of this store.
    pub fn new(store: Arc<dyn ApiKeyStore<User = Account>>, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock, notes: Arc::new(Semaphore::new(NOTES_AT_ONCE)) }
    }

    /// Tells the log that a key is used, as often as its use is noted.
    fn log(&self, bearer: &ApiKeyBearer<Account>) {
        let now = self.clock.now();
        let is_due = bearer.key.last_used_at.is_none_or(|last| now - last >= LOG_PACE);
        if is_due && !bearer.key.is_expired(now) {
            tracing::info!(account = bearer.account.id, name = ?bearer.key.name.as_str(), "an API key is used");
        }
    }
}

fn caller(account: Account, scopes: Scopes) -> Caller {
    Caller::Known(Known { account, by: Means::ApiKey(scopes) })
}

impl ApiKeyStore for KeyCallers {
    type User = Caller;

    fn find(
        &self,
        digest: ApiKeyDigest,
    ) -> BoxFuture<'_, Result<Resolution<ApiKeyBearer<Caller>>, StoreError>> {
        Box::pin(async move {
            Ok(match self.store.find(digest).await? {
                Resolution::Active(bearer) => {
                    self.log(&bearer);
                    let ApiKeyBearer { account, key } = bearer;
                    // Nothing at all until the scopes are put in.
                    Resolution::Active(ApiKeyBearer { account: caller(account, Scopes::none()), key })
                }
                Resolution::Disabled => Resolution::Disabled,
                Resolution::Unknown => Resolution::Unknown,
                Resolution::Revoked => Resolution::Revoked,
            })
        })
    }

    fn find_legacy<'a>(
        &'a self,
        key: &'a LegacyKey,
    ) -> BoxFuture<'a, Result<Resolution<Caller>, StoreError>> {
        Box::pin(async move {
            Ok(match self.store.find_legacy(key).await? {
                Resolution::Active(account) => Resolution::Active(caller(account, Scopes::All)),
                Resolution::Disabled => Resolution::Disabled,
                Resolution::Unknown => Resolution::Unknown,
                Resolution::Revoked => Resolution::Revoked,
            })
        })
    }

    fn bound(&self, account: Caller, scopes: Scopes) -> Option<Caller> {
        match account {
            Caller::Known(Known { account, by: Means::ApiKey(_) }) => Some(caller(account, scopes)),
            Caller::Known(_) | Caller::Claimed(_) => None,
        }
    }

    fn record_use(&self, digest: ApiKeyDigest, at: OffsetDateTime) -> BoxFuture<'_, Result<(), StoreError>> {
        if let Ok(place) = self.notes.clone().try_acquire_owned() {
            let store = self.store.clone();
            let noting = async move {
                if let Err(error) = store.record_use(digest, at).await {
                    tracing::warn!(reason = causes(&error), "the use of an API key was not noted");
                }
                drop(place);
            };
            drop(tokio::spawn(noting.in_current_span()));
        }
        Box::pin(std::future::ready(Ok(())))
    }
}
