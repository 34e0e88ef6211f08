//! Where throttles count: memory, the database or Redis.

use std::sync::Arc;

use presspass_auth::throttles::{MemoryThrottles, ThrottleStore};
use presspass_persistence::{Database, Engine, RedisUrl, Throttles};

use super::RedisServers;
use crate::identity::throttles::{ThrottleStores, WhileUnavailable};
use crate::settings::{self, SessionStore, Settings};

/// Opens the stores that the settings choose. A Redis that is unavailable is a warning, one that refuses us an error.
pub(crate) async fn throttle_stores(
    settings: &Settings,
    database: &Database,
    redis: &mut RedisServers,
) -> anyhow::Result<ThrottleStores> {
    let in_memory = || -> Arc<dyn ThrottleStore> { Arc::new(MemoryThrottles::default()) };
    let in_database = || -> Arc<dyn ThrottleStore> { Arc::new(Throttles::new(database.clone())) };
    let both = |store: Arc<dyn ThrottleStore>, while_unavailable| ThrottleStores {
        log_ins: store.clone(),
        requests: store,
        while_unavailable,
    };
    Ok(match redis_of(settings) {
        Some(_) if !settings.throttle.enabled => both(in_memory(), WhileUnavailable::Serve),
        Some(url) => both(redis.throttles(settings, url).await?, WhileUnavailable::Serve),
        None => match (&settings.throttle.store, database.url().engine()) {
            (settings::ThrottleStore::Memory, _) => both(in_memory(), WhileUnavailable::Serve),
            // Every request would wait for a sync of the disk, and for all that write; there are no other servers
            // to count with.
            (settings::ThrottleStore::Auto, Engine::Sqlite) => ThrottleStores {
                log_ins: in_database(),
                requests: in_memory(),
                while_unavailable: WhileUnavailable::Serve,
            },
            _ => both(in_database(), WhileUnavailable::Refuse),
        },
    })
}

/// Checks that the Redis servers of these settings accept us: a warning where one is unavailable, an error where it refuses
/// us.
pub(crate) fn check_redis(settings: &Settings, warn: fn(&str)) -> anyhow::Result<()> {
    let counts = redis_of(settings).filter(|_| settings.throttle.enabled);
    let sessions = match &settings.sessions.store {
        SessionStore::Redis(url) => Some(url),
        SessionStore::Database => None,
    };
    if counts.or(sessions).is_none() {
        return Ok(());
    }
    actix_web::rt::System::new().block_on(async {
        let mut redis = RedisServers::new(warn);
        if let Some(url) = counts {
            redis.throttles(settings, url).await?;
        }
        if let Some(url) = sessions {
            redis.sessions(settings, url).await?;
        }
        Ok(())
    })
}

/// The Redis that throttles count in, if any.
fn redis_of(settings: &Settings) -> Option<&RedisUrl> {
    match (&settings.throttle.store, &settings.sessions.store) {
        (settings::ThrottleStore::Redis(url), _)
        | (settings::ThrottleStore::Auto, SessionStore::Redis(url)) => Some(url),
        _ => None,
    }
}
