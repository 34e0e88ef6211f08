//! The admin site, over the models of a database.

use std::sync::Arc;

use presspass_admin::{AdminSite, ModelAdmin, PanelRevocation};
use presspass_auth::passwords::Hasher;
use presspass_auth::sessions::SessionStore;
use presspass_domain::model::{Model, USER};
use presspass_persistence::{ApiKeys, Database, Models};

use super::credentials::{Credentials, Kind};
use super::models::site;
use super::policies::UserPolicy;
use crate::settings::{self, Settings};

/// The site, where the settings want one; and what revokes tokens and sessions of accounts by its policy, without pages.
///
/// # Errors
/// Where a model lacks what its registration names.
pub(crate) fn new(
    settings: &Settings,
    project: Vec<ModelAdmin>,
    declared: &[&'static Model],
    database: Database,
    sessions: Arc<dyn SessionStore>,
    api_keys: Arc<ApiKeys>,
    hasher: Arc<Hasher>,
) -> anyhow::Result<(Option<AdminSite>, PanelRevocation)> {
    let models = Models::new(database, declared);
    let has_sessions_in_database = matches!(settings.sessions.store, settings::SessionStore::Database);
    let credentials = Credentials { models: models.clone(), sessions, has_sessions_in_database, api_keys };
    let revocation = PanelRevocation {
        store: models.clone(),
        model: &USER,
        policy: Arc::new(UserPolicy(models.clone())),
        panels: credentials.panels(&[Kind::Tokens, Kind::Sessions]),
    };
    let site = settings.has_admin.then(|| site(project, models, &credentials, hasher)).transpose()?;
    Ok((site, revocation))
}
