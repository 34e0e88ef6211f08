//! Redis, for what the settings put there.

use anyhow::{anyhow, bail};
use presspass_persistence::{Redis, RedisError, RedisUrl as Connectable};

use crate::settings::{RedisUrl, Settings};

/// The Redis at this address. One that is away is a warning: the server finds it when it comes. One that refuses us, by
/// a wrong password say, would refuse us for ever.
pub(crate) async fn open_redis(settings: &Settings, url: &RedisUrl) -> anyhow::Result<Redis> {
    // Nothing of an address that cannot be read is said: any part of it may be the password.
    let address =
        Connectable::parse(url.expose()).map_err(|error| anyhow!("Redis cannot be used: {error}"))?;
    let redis = Redis::new(address, settings.database.timeout)?;
    match redis.ping().await {
        Ok(()) => {}
        Err(RedisError::Unavailable(reason)) => crate::commands::tell(&format!(
            "warning: Redis at {url} cannot be reached ({reason}); until it can, what needs it is answered 503"
        )),
        Err(RedisError::Failed(reason)) => bail!(
            "Redis at {url} refuses this server ({reason}); correct the user, the password or the database's number"
        ),
    }
    Ok(redis)
}
