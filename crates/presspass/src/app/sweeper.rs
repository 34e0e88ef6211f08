//! Takes away what is over: revoked tokens that would have ended by now, sessions, API keys. What is over counts for
//! nothing before it is gone, so nobody waits for this; several servers at once do not get in each other's way. Throttles
//! take away their own.

use std::sync::Arc;
use std::time::Duration as Pause;

use presspass_auth::sessions::SessionStore;
use presspass_auth::{Clock, StoreError};
use presspass_domain::causes;
use presspass_persistence::{ApiKeys, Revocations};
use time::Duration;

/// How long it rests between rounds.
const PACE: Pause = Pause::from_mins(1);

/// So many rows are deleted by one statement: on SQLite nobody else writes meanwhile.
const AT_ONCE: u32 = 500;

/// So many statements in a round, for each kind.
const STATEMENTS: u32 = 20;

/// How long a key stays in its owner's list after it has ended.
const KEYS_STAY: Duration = Duration::days(30);

/// Takes away what is over.
#[derive(Debug, Clone)]
pub(crate) struct Sweeper {
    pub revocations: Revocations,
    pub sessions: Arc<dyn SessionStore>,
    pub api_keys: Arc<ApiKeys>,
    pub clock: Arc<dyn Clock>,
}

impl Sweeper {
    /// Sweeps now and from now on.
    pub async fn run(self) {
        loop {
            self.round().await;
            tokio::time::sleep(PACE).await;
        }
    }

    async fn round(&self) {
        let now = self.clock.now();
        // A clock that is a little behind ours may still take a token for good.
        let tokens = now - Duration::MINUTE;
        several("revoked tokens", async || self.revocations.sweep(tokens, AT_ONCE).await).await;
        several("sessions", async || self.sessions.sweep(now, AT_ONCE).await).await;
        several("API keys", async || self.api_keys.sweep(now - KEYS_STAY, AT_ONCE).await).await;
    }
}

async fn several(what: &str, sweep: impl AsyncFn() -> Result<u64, StoreError>) {
    let mut swept = 0;
    for _ in 0..STATEMENTS {
        match sweep().await {
            Ok(count) => {
                swept += count;
                if count < u64::from(AT_ONCE) {
                    break;
                }
            }
            // The next round tries again.
            Err(error) => {
                tracing::warn!(what, reason = causes(&error), "what is over was not deleted");
                break;
            }
        }
    }
    if swept > 0 {
        tracing::debug!(what, swept, "deleted what is over");
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[actix_web::test]
    async fn a_round_goes_on_while_there_is_more_and_has_an_end() {
        for (rows, statements) in [(0, 1), (499, 1), (500, 2), (1_200, 3), (u32::MAX, STATEMENTS)] {
            let (left, asked) = (AtomicU32::new(rows), AtomicU32::new(0));
            several("rows", async || {
                asked.fetch_add(1, Ordering::Relaxed);
                let count = left.load(Ordering::Relaxed).min(AT_ONCE);
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
        several("rows", async || {
            asked.fetch_add(1, Ordering::Relaxed);
            Err(StoreError::Unavailable("no route to host".into()))
        })
        .await;
        assert_eq!(asked.load(Ordering::Relaxed), 1);
    }
}
