//! The admin site, over the stores of a database.

use std::sync::Arc;

use presspass_admin::AdminSite;
use presspass_auth::api_keys::ApiKeyRegistry;
use presspass_auth::passwords::Hasher;
use presspass_auth::sessions::SessionStore;
use presspass_persistence::{Database, Models};

use super::models::{Stores, site};
use super::proofs::{Proofs, SessionsElsewhere};
use crate::settings::{self, Settings};
use presspass_admin::ModelAdmin;

/// The site; `Ok(None)` where the settings want none.
///
/// # Errors
/// Where a model lacks what its registration names.
pub(crate) fn new(
    settings: &Settings,
    project: impl FnOnce(&Models) -> Vec<ModelAdmin>,
    database: Database,
    sessions: Arc<dyn SessionStore>,
    api_keys: Arc<dyn ApiKeyRegistry>,
    hasher: Arc<Hasher>,
) -> anyhow::Result<Option<AdminSite>> {
    if !settings.has_admin {
        return Ok(None);
    }
    let models = Models::new(database);
    let stores = Stores::of(&models);
    let session_ender = match settings.sessions.store {
        settings::SessionStore::Database => stores.proofs.clone(),
        settings::SessionStore::Redis(_) => {
            Arc::new(SessionsElsewhere { sessions: sessions.clone(), log: stores.log.clone() })
        }
    };
    let proofs = Proofs { sessions, session_ender, api_keys, ender: stores.proofs.clone() };
    site(project(&models), stores, proofs, hasher).map(Some)
}
