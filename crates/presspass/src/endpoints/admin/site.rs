//! The admin site, over the stores of a database.

use std::sync::Arc;

use presspass_admin::{AdminSite, ModelAdmin, PanelRevocation};
use presspass_auth::api_keys::ApiKeyRegistry;
use presspass_auth::passwords::Hasher;
use presspass_auth::sessions::SessionStore;
use presspass_persistence::{Database, Models};

use super::models::{Stores, site};
use super::proofs::{Proofs, SessionsElsewhere};
use crate::settings::{self, Settings};

/// The site, where the settings want one; and what revokes tokens and sessions of accounts by its policy, without pages.
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
) -> anyhow::Result<(Option<AdminSite>, PanelRevocation)> {
    let models = Models::new(database);
    let stores = Stores::of(&models);
    let session_ender = match settings.sessions.store {
        settings::SessionStore::Database => stores.proofs.clone(),
        settings::SessionStore::Redis(_) => {
            Arc::new(SessionsElsewhere { sessions: sessions.clone(), log: stores.log.clone() })
        }
    };
    let proofs = Proofs { sessions, session_ender, api_keys, ender: stores.proofs.clone() };
    let panels = vec![proofs.tokens(), proofs.sessions()];
    let revocation = PanelRevocation::new(stores.users.clone(), Arc::new(stores.user_guard()), panels);
    let site = settings.has_admin.then(|| site(project(&models), stores, &proofs, hasher)).transpose()?;
    Ok((site, revocation))
}
