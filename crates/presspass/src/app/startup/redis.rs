//! Redis, for what the settings put there.

use std::sync::Arc;

use presspass_auth::sessions::SessionStore;
use presspass_auth::throttles::ThrottleStore;
use presspass_persistence::RedisUrl;

use crate::settings::Settings;

/// The Redis servers in use: one connection to each, whatever is kept there.
#[cfg(feature = "redis")]
#[derive(Debug, Default)]
pub(crate) struct RedisServers(Vec<(RedisUrl, presspass_persistence::Redis)>);

#[cfg(feature = "redis")]
impl RedisServers {
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

    /// The Redis at this address. One that is away is a warning: the server finds it when it comes. One that refuses
    /// us, by a wrong password say, would refuse us for ever.
    async fn open(
        &mut self,
        settings: &Settings,
        url: &RedisUrl,
    ) -> anyhow::Result<presspass_persistence::Redis> {
        use presspass_persistence::{Redis, RedisError};

        if let Some((_, redis)) = self.0.iter().find(|(known, _)| known == url) {
            return Ok(redis.clone());
        }
        let redis = Redis::new(url.clone(), settings.database.timeout)?;
        match redis.ping().await {
            Ok(()) => {}
            Err(RedisError::Unavailable(reason)) => crate::cli::tell(&format!(
                "warning: Redis at {url} cannot be reached ({reason}); until it can, what needs it is answered 503"
            )),
            Err(RedisError::Failed(reason)) => anyhow::bail!(
                "Redis at {url} refuses this server ({reason}); correct the user, the password or the database's number"
            ),
        }
        self.0.push((url.clone(), redis.clone()));
        Ok(redis)
    }
}

/// None: the settings refuse the address of a Redis already.
#[cfg(not(feature = "redis"))]
#[derive(Debug, Default)]
pub(crate) struct RedisServers(());

#[cfg(not(feature = "redis"))]
impl RedisServers {
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
