//! Connections to the Redis servers that the settings name.

use std::sync::Arc;

use presspass_auth::sessions::SessionStore;
use presspass_auth::throttles::ThrottleStore;
use presspass_persistence::RedisUrl;

use crate::settings::Settings;

/// The Redis servers in use: one connection to each, whatever is stored there.
#[cfg(feature = "redis")]
#[derive(Debug)]
pub(crate) struct RedisServers {
    opened: Vec<(RedisUrl, presspass_persistence::Redis)>,
    warn: fn(&str),
}

#[cfg(feature = "redis")]
impl RedisServers {
    /// None yet; the operator is shown one that is unavailable by `warn`.
    pub const fn new(warn: fn(&str)) -> Self {
        Self { opened: Vec::new(), warn }
    }

    /// Sessions in the Redis at this address.
    pub async fn sessions(
        &mut self,
        settings: &Settings,
        url: &RedisUrl,
    ) -> anyhow::Result<Arc<dyn SessionStore>> {
        Ok(Arc::new(presspass_persistence::RedisSessions::new(self.open(settings, url).await?)))
    }

    /// Counts of uses in the Redis at this address.
    pub async fn throttles(
        &mut self,
        settings: &Settings,
        url: &RedisUrl,
    ) -> anyhow::Result<Arc<dyn ThrottleStore>> {
        Ok(Arc::new(presspass_persistence::RedisThrottles::new(self.open(settings, url).await?)))
    }

    /// The Redis at this address. One that is unavailable is a warning: the server reconnects when it is back. One that
    /// refuses us, for a wrong password for example, would refuse us permanently.
    async fn open(
        &mut self,
        settings: &Settings,
        url: &RedisUrl,
    ) -> anyhow::Result<presspass_persistence::Redis> {
        use presspass_persistence::{Redis, RedisError};

        if let Some((_, redis)) = self.opened.iter().find(|(known, _)| known == url) {
            return Ok(redis.clone());
        }
        let redis = Redis::new(url.clone(), settings.database.timeout)?;
        match redis.ping().await {
            Ok(()) => {}
            Err(RedisError::Unavailable(reason)) => (self.warn)(&format!(
                "Redis at {url} cannot be reached ({reason}); until it can, requests that need it are answered 503"
            )),
            Err(RedisError::Failed(reason)) => anyhow::bail!(
                "Redis at {url} refuses this server ({reason}); correct the user, the password or the database's number"
            ),
        }
        self.opened.push((url.clone(), redis.clone()));
        Ok(redis)
    }
}

/// None: the settings refuse the address of a Redis already.
#[cfg(not(feature = "redis"))]
#[derive(Debug)]
pub(crate) struct RedisServers(());

#[cfg(not(feature = "redis"))]
impl RedisServers {
    pub const fn new(_: fn(&str)) -> Self {
        Self(())
    }

    pub fn sessions(
        &mut self,
        _: &Settings,
        _: &RedisUrl,
    ) -> impl Future<Output = anyhow::Result<Arc<dyn SessionStore>>> + use<> {
        std::future::ready(Err(without_redis(&mut self.0)))
    }

    pub fn throttles(
        &mut self,
        _: &Settings,
        _: &RedisUrl,
    ) -> impl Future<Output = anyhow::Result<Arc<dyn ThrottleStore>>> + use<> {
        std::future::ready(Err(without_redis(&mut self.0)))
    }
}

#[cfg(not(feature = "redis"))]
fn without_redis((): &mut ()) -> anyhow::Error {
    anyhow::anyhow!("this program was built without Redis")
}
