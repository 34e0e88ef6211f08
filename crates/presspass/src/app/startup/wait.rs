//! Waits for a database that starts after the server.

use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::settings::Settings;

/// Between two attempts.
const PAUSE: Duration = Duration::from_millis(200);

/// Between two lines in the log.
const LOG_PACE: Duration = Duration::from_secs(10);

/// Waits until the database accepts connections, at most as long as the settings say. Where it then does not, connecting
/// says why; a wrong password or an unknown database is not waited for. Blocks.
pub(crate) fn wait_for_database(settings: &Settings) {
    let limit = settings.database.wait;
    let url = settings.database_url();
    let began = Instant::now();
    let mut logged: Option<Instant> = None;
    while began.elapsed() < limit && !url.accepts_connections() {
        if logged.is_none_or(|logged| logged.elapsed() >= LOG_PACE) {
            let (waited_seconds, limit_seconds) = (began.elapsed().as_secs(), limit.as_secs());
            tracing::warn!(
                database = %url,
                waited_seconds,
                limit_seconds,
                "waiting for the database"
            );
            logged = Some(Instant::now());
        }
        sleep(PAUSE);
    }
    if logged.is_some() {
        tracing::info!(waited_seconds = began.elapsed().as_secs(), "finished waiting for the database");
    }
}
