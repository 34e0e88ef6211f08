//! `presspass check`

use presspass_persistence::{Database, Origin};

use super::{Outcome, print, tell};
use crate::settings::{Problems, Settings, report};
use crate::{startup, throttles, token_keys};

pub(super) fn run(loaded: Result<Settings, Problems>) -> anyhow::Result<Outcome> {
    let settings = match loaded {
        Ok(settings) => settings,
        Err(problems) => {
            print(problems.report().trim_end())?;
            tell(problems.to_string().trim_end());
            return Ok(Outcome::Failure);
        }
    };
    print(report(&settings).trim_end())?;
    for warning in settings.warnings() {
        tell(&format!("warning: {warning}"));
    }
    match look(&settings) {
        Ok(()) => Ok(Outcome::Success),
        Err(error) => {
            tell(&format!("error: {error:#}"));
            Ok(Outcome::Failure)
        }
    }
}

/// Looks at the database and the key without making or changing anything; what serving would refuse is an error.
fn look(settings: &Settings) -> anyhow::Result<()> {
    let url = startup::database_url(settings)?;
    if url.goes_clear_unasked() {
        tell(&format!(
            "warning: the connection to {url} is not encrypted, as this build's libpq has no TLS; say sslmode=disable if \
             that is meant, or build with --no-default-features --features system-libpq,redis"
        ));
    }
    let database = startup::look(settings)?;
    let origin = database.as_ref().map_or(Ok(Origin::Nobody), Database::origin)?;
    tell(&match (&database, origin) {
        (None, _) => format!("{url} does not exist yet; the first start makes it"),
        (_, Origin::Nobody) => format!("the database {url} is empty; the first start fills it"),
        (_, Origin::Presspass) => format!("the database {url} was made by Presspass"),
        (_, Origin::Original) => format!("the database {url} was made by the original"),
    });
    let pending = database.as_ref().map(Database::pending_migrations).transpose()?.unwrap_or_default();
    if !pending.is_empty() {
        tell(&format!("pending migrations: {}", pending.join(", ")));
    }
    for warning in startup::find_secret_key(settings, origin)?.warnings() {
        tell(&format!("warning: {warning}"));
    }
    let token_keys = token_keys::stored(settings)?.unwrap_or_default();
    for warning in token_keys::Folder::warnings(&token_keys) {
        tell(&format!("warning: {warning}"));
    }
    throttles::look_at_redis(settings)
}
