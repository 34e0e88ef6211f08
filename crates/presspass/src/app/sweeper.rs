//! Deletes expired rows: revoked tokens that would have expired by now, sessions, API keys. Expired rows are ignored before
//! they are deleted, so no request waits for this, and several servers may do it at once. Throttles delete their own.

use std::sync::Arc;
use std::time::Duration as Pause;

use presspass_auth::sessions::SessionStore;
use presspass_auth::{Clock, StoreError};
use presspass_domain::causes;
use presspass_persistence::{ApiKeys, Revocations};
use time::Duration;

/// Between two rounds.
const INTERVAL: Pause = Pause::from_mins(1);

/// Rows deleted by one statement: on SQLite no other connection can write meanwhile.
const BATCH: u32 = 500;

/// Statements in a round, for each kind.
const MAX_BATCHES: u32 = 20;

/// How long an expired key stays in its owner's list.
const KEY_RETENTION: Duration = Duration::days(30);

/// Deletes expired rows.
#[derive(Debug, Clone)]
pub(crate) struct Sweeper {
    pub revocations: Revocations,
    pub sessions: Arc<dyn SessionStore>,
    pub api_keys: Arc<ApiKeys>,
    pub clock: Arc<dyn Clock>,
}

impl Sweeper {
    /// Runs until it is dropped.
    pub async fn run(self) {
        loop {
            self.round().await;
            tokio::time::sleep(INTERVAL).await;
        }
    }

    async fn round(&self) {
        let now = self.clock.now();
        // A server whose clock is a little behind may still accept a token.
        let tokens = now - Duration::MINUTE;
        delete_expired("revocations", async || self.revocations.sweep(tokens, BATCH).await).await;
        delete_expired("sessions", async || self.sessions.sweep(now, BATCH).await).await;
        delete_expired("API keys", async || self.api_keys.sweep(now - KEY_RETENTION, BATCH).await).await;
    }
}

async fn delete_expired(what: &str, sweep: impl AsyncFn() -> Result<u64, StoreError>) {
    let mut count = 0;
    for _ in 0..MAX_BATCHES {
        match sweep().await {
            Ok(deleted) => {
                count += deleted;
                if deleted < u64::from(BATCH) {
                    break;
                }
            }
            // The next round tries again.
            Err(error) => {
                tracing::warn!(what, reason = causes(&error), "expired rows not deleted");
                break;
            }
        }
    }
    if count > 0 {
        tracing::debug!(what, count, "expired rows deleted");
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[actix_web::test]
    async fn a_round_goes_on_while_there_is_more_and_has_an_end() {
        for (rows, statements) in [(0, 1), (499, 1), (500, 2), (1_200, 3), (u32::MAX, MAX_BATCHES)] {
            let (left, asked) = (AtomicU32::new(rows), AtomicU32::new(0));
            delete_expired("rows", async || {
                asked.fetch_add(1, Ordering::Relaxed);
                let count = left.load(Ordering::Relaxed).min(BATCH);
                left.fetch_sub(count, Ordering::Relaxed);
                Ok(u64::from(count))
            })
            .await;
            assert_eq!(asked.load(Ordering::Relaxed), statements, "{rows}");
        }
    }

    #[actix_web::test]
    async fn a_store_that_is_away_is_asked_again_in_the_next_round() {
        let asked = AtomicU32::new(0);
        delete_expired("rows", async || {
            asked.fetch_add(1, Ordering::Relaxed);
            Err(StoreError::Unavailable("no route to host".into()))
        })
        .await;
        assert_eq!(asked.load(Ordering::Relaxed), 1);
    }
}
