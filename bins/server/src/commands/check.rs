//! `presspass check`

use presspass_persistence::Origin;

use super::{Outcome, print, tell};
use crate::settings::{Problems, Settings, report};
use crate::startup;

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
        Ok(notes) => {
            for note in notes {
                tell(&note);
            }
            Ok(Outcome::Success)
        }
        Err(error) => {
            tell(&format!("error: {error:#}"));
            Ok(Outcome::Failure)
        }
    }
}

/// Looks at the database without making or changing anything.
fn look(settings: &Settings) -> anyhow::Result<Vec<String>> {
    let url = startup::database_url(settings)?;
    let Some(database) = startup::look(settings)? else {
        return Ok(vec![format!("{url} does not exist yet; the first start makes it")]);
    };
    let mut notes = Vec::new();
    if url.goes_clear_unasked() {
        notes.push(format!(
            "warning: the connection to {url} is not encrypted, as this build's libpq has no TLS; say sslmode=disable if \
             that is meant, or build with --no-default-features --features system-libpq"
        ));
    }
    let origin = database.origin()?;
    notes.push(match origin {
        Origin::Nobody => format!("the database {url} is empty; the first start fills it"),
        Origin::Presspass => format!("the database {url} was made by Presspass"),
        Origin::Original => format!("the database {url} was made by the original"),
    });
    let pending = database.pending_migrations()?;
    if !pending.is_empty() {
        notes.push(format!("pending migrations: {}", pending.join(", ")));
    }
    let generates = url.file().is_some() && origin != Origin::Original;
    if settings.secret_key.is_none() && !generates {
        anyhow::bail!("no secret key: set SECRET_KEY, or secret_key in presspass.toml");
    }
    Ok(notes)
}
