//! The admin, over the stores of a database.

use std::sync::Arc;

use presspass_admin::AdminSite;
use presspass_auth::api_keys::ApiKeyRegistry;
use presspass_auth::passwords::Hasher;
use presspass_auth::sessions::SessionStore;
use presspass_persistence::Database;

use crate::endpoints::admin::{self, Proofs, SessionsElsewhere, Stores};
use crate::settings::{self, Settings};

/// The site; `Ok(None)` where the settings want none.
///
/// # Errors
/// Where a model lacks what its registration names.
pub(super) fn new(
    settings: &Settings,
    database: Database,
    sessions: Arc<dyn SessionStore>,
    api_keys: Arc<dyn ApiKeyRegistry>,
    hasher: Arc<Hasher>,
) -> anyhow::Result<Option<AdminSite>> {
    if !settings.has_admin {
        return Ok(None);
    }
    let stores = Stores::of(database);
    let session_ender = match settings.sessions.store {
        settings::SessionStore::Database => stores.proofs.clone(),
        settings::SessionStore::Redis(_) => {
            Arc::new(SessionsElsewhere { sessions: sessions.clone(), log: stores.log.clone() })
        }
    };
    let proofs = Proofs { sessions, session_ender, api_keys, ender: stores.proofs.clone() };
    admin::site(stores, proofs, hasher).map(Some)
}
