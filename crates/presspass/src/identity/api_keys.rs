//! Authentication by API keys.

use std::sync::Arc;

use presspass_auth::api_keys::{ApiKeyBearer, ApiKeyDigest, ApiKeyStore, LegacyKey, Scopes};
use presspass_auth::{Clock, Resolution, StoreError};
use presspass_domain::{Account, causes};
use presspass_persistence::ApiKeys;
use time::{Duration, OffsetDateTime};
use tokio::sync::Semaphore;
use tracing::Instrument as _;

use crate::identity::caller::{AuthMethod, Caller, Identity};

/// The limit of last uses that are recorded at a time. One beyond it is recorded at a later use.
const MAX_PENDING_USES: usize = 2;

/// The log has one line per key and this time.
const LOG_PACE: Duration = Duration::MINUTE;

/// Looks up keys and their accounts. The last use of a key is recorded in the background: no request waits for it.
#[derive(Debug)]
pub(crate) struct KeyCallers {
    store: Arc<ApiKeys>,
    clock: Arc<dyn Clock>,
    notes: Arc<Semaphore>,
}

impl KeyCallers {
    /// Callers by the keys of this store.
    pub fn new(store: Arc<ApiKeys>, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock, notes: Arc::new(Semaphore::new(MAX_PENDING_USES)) }
    }

    /// Logs the use of a key, once a minute.
    fn log(&self, bearer: &ApiKeyBearer<Account>) {
        let now = self.clock.now();
        let is_due = bearer.key.last_used_at.is_none_or(|last| now - last >= LOG_PACE);
        if is_due && !bearer.key.is_expired(now) {
            tracing::info!(account = bearer.account.id, name = ?bearer.key.name.as_str(), "API key used");
        }
    }
}

fn caller(account: Account, scopes: Scopes) -> Identity {
    Identity::Resolved(Caller { account, by: AuthMethod::ApiKey(scopes) })
}

impl ApiKeyStore for KeyCallers {
    type User = Identity;

    async fn find(&self, digest: ApiKeyDigest) -> Result<Resolution<ApiKeyBearer<Identity>>, StoreError> {
        Ok(self.store.find(digest).await?.map(|bearer| {
            self.log(&bearer);
            let ApiKeyBearer { account, key } = bearer;
            // No permissions until the scopes are known.
            ApiKeyBearer { account: caller(account, Scopes::none()), key }
        }))
    }

    async fn find_legacy(&self, key: &LegacyKey) -> Result<Resolution<Identity>, StoreError> {
        Ok(self.store.find_legacy(key).await?.map(|account| caller(account, Scopes::All)))
    }

    fn bound(&self, account: Identity, scopes: Scopes) -> Option<Identity> {
        match account {
            Identity::Resolved(Caller { account, by: AuthMethod::ApiKey(_) }) => {
                Some(caller(account, scopes))
            }
            Identity::Resolved(_) | Identity::Claimed(_) => None,
        }
    }

    async fn record_use(&self, digest: ApiKeyDigest, at: OffsetDateTime) -> Result<(), StoreError> {
        if let Ok(place) = self.notes.clone().try_acquire_owned() {
            let store = self.store.clone();
            let noting = async move {
                if let Err(error) = store.record_use(digest, at).await {
                    tracing::warn!(reason = causes(&error), "API key use not recorded");
                }
                drop(place);
            };
            drop(tokio::spawn(noting.in_current_span()));
        }
        Ok(())
    }
}
