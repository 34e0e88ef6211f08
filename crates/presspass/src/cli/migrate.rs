//! `presspass migrate`

use super::{Outcome, print, tell};
use crate::app::startup::{self, Migrated, NewFile};
use crate::settings::Settings;

/// `--check`: prints what is pending.
pub(super) fn look(settings: &Settings) -> anyhow::Result<Outcome> {
    let Some(database) = startup::open_for_reading(settings)? else {
        print(&format!("pending: all migrations ({} does not exist yet)", settings.database_url()))?;
        return Ok(Outcome::Failure);
    };
    let pending = database.pending_migrations()?;
    for name in &pending {
        print(&format!("pending: {name}"))?;
    }
    Ok(if pending.is_empty() { Outcome::Success } else { Outcome::Failure })
}

pub(super) fn run(settings: &Settings, new_file: NewFile) -> anyhow::Result<Outcome> {
    let Migrated { database, applied, .. } = startup::migrate(settings, new_file)?;
    for version in &applied {
        print(&format!("applied: {version}"))?;
    }
    if applied.is_empty() {
        tell(&format!("The database {} is up to date.", database.url()));
    }
    Ok(Outcome::Success)
}
