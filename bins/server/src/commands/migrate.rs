//! `presspass migrate`

use super::{Outcome, print, tell};
use crate::settings::Settings;
use crate::startup::{self, Migrated};

pub(super) fn run(settings: &Settings, check: bool) -> anyhow::Result<Outcome> {
    if check {
        let Some(database) = startup::look(settings)? else {
            print(&format!("pending: everything ({} does not exist yet)", startup::database_url(settings)?))?;
            return Ok(Outcome::Failure);
        };
        let pending = database.pending_migrations()?;
        for name in &pending {
            print(&format!("pending: {name}"))?;
        }
        return Ok(if pending.is_empty() { Outcome::Success } else { Outcome::Failure });
    }
    let Migrated { database, applied, .. } = startup::open_migrated(settings)?;
    for version in &applied {
        print(&format!("applied: {version}"))?;
    }
    if applied.is_empty() {
        tell(&format!("The database {} is up to date.", database.url()));
    }
    Ok(Outcome::Success)
}
