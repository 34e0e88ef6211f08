//! Uses of throttles in Redis.

use presspass_auth::throttles::{CLOCK_TOLERANCE, Rate, Slot, Take, ThrottleStore, micros};
use presspass_auth::{BoxFuture, StoreError};
use time::OffsetDateTime;

use super::Redis;

/// A key's uses are a list, the oldest at its tail. Times are microseconds since 1970, which Lua's numbers hold exactly.
///
/// Uses in the future count as now, as in `History::take`: they are the newest, at the list's head. It returns whether the
/// use is allowed, how many uses there are, and the oldest.
const TAKE: &str = "
local now, period, number = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local at, newest = 0, redis.call('LINDEX', KEYS[1], 0)
while newest and tonumber(newest) > now + tonumber(ARGV[4]) do
    redis.call('LSET', KEYS[1], at, ARGV[1])
    at = at + 1
    newest = redis.call('LINDEX', KEYS[1], at)
end
if at > 0 then
    redis.call('PEXPIRE', KEYS[1], period / 1000)
end
local oldest = redis.call('LINDEX', KEYS[1], -1)
while oldest and tonumber(oldest) <= now - period do
    redis.call('RPOP', KEYS[1])
    oldest = redis.call('LINDEX', KEYS[1], -1)
end
local held = redis.call('LLEN', KEYS[1])
if held >= number then
    return {0, held, oldest}
end
redis.call('LPUSH', KEYS[1], ARGV[1])
redis.call('PEXPIRE', KEYS[1], period / 1000)
return {1, held + 1, oldest}
";

/// Uses in Redis, shared by all its servers. Redis deletes a key when its period has passed.
#[derive(Debug)]
pub struct RedisThrottles(Redis);

impl RedisThrottles {
    #[must_use]
    pub const fn new(redis: Redis) -> Self {
        Self(redis)
    }
}

fn key_of(key: &str) -> String {
    Redis::key(&format!("throttle:{key}"))
}

impl ThrottleStore for RedisThrottles {
    fn take<'a>(
        &'a self,
        key: &'a str,
        rate: Rate,
        now: OffsetDateTime,
    ) -> BoxFuture<'a, Result<Take, StoreError>> {
        Box::pin(async move {
            let now = micros(now);
            let arguments = [now, rate.period_micros(), i64::from(rate.number()), CLOCK_TOLERANCE];
            let arguments = arguments.map(|it| it.to_string());
            let (taken, held, oldest): (bool, u32, Option<i64>) =
                self.0.script(TAKE, &[key_of(key)], &arguments).await?;
            Ok(if taken {
                Take::Taken { slot: Slot::from_micros(now), left: rate.number().saturating_sub(held) }
            } else {
                Take::Full(rate.refusal(held as usize, oldest, now))
            })
        })
    }

    fn give_back<'a>(&'a self, key: &'a str, slot: Slot) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move {
            let mut command = ::redis::cmd("LREM");
            command.arg(key_of(key)).arg(1).arg(slot.micros());
            Ok(self.0.command::<()>(&command).await?)
        })
    }

    fn clear<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move { Ok(self.0.command::<()>(::redis::cmd("DEL").arg(key_of(key))).await?) })
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;
    use std::time::Duration;

    use presspass_auth::throttles::acceptance;
    use presspass_test_support::TestRedis;
    use time::OffsetDateTime;

    use super::*;
    use crate::url::RedisUrl;

    fn throttles(server: &TestRedis) -> RedisThrottles {
        let url = RedisUrl::parse(&server.url()).unwrap();
        RedisThrottles::new(Redis::new(url, Duration::from_secs(10)).unwrap())
    }

    #[tokio::test]
    async fn it_is_a_throttle_store() {
        let Some(server) = TestRedis::running() else { return };
        acceptance::throttle_store(&throttles(&server)).await;
    }

    #[tokio::test]
    async fn two_servers_count_together() {
        let Some(server) = TestRedis::running() else { return };
        let (one, other) = (throttles(&server), throttles(&server));
        let (rate, now) = (Rate::new(1, NonZeroU32::MIN), OffsetDateTime::UNIX_EPOCH);
        assert!(matches!(one.take("a", rate, now).await.unwrap(), Take::Taken { .. }));
        assert!(matches!(other.take("a", rate, now).await.unwrap(), Take::Full(_)));
    }

    #[tokio::test]
    async fn a_key_is_ours_and_goes_by_itself() {
        let Some(server) = TestRedis::running() else { return };
        let rate = Rate::parse("1/m").unwrap();
        throttles(&server).take("user:7", rate, OffsetDateTime::UNIX_EPOCH).await.unwrap();
        assert_eq!(server.command("EXISTS presspass:throttle:user:7"), ":1");
        let left: u64 = server.command("PTTL presspass:throttle:user:7")[1..].parse().unwrap();
        assert!((1..=60_000).contains(&left), "{left}");
    }

    #[tokio::test]
    async fn a_redis_that_is_away_is_unavailable() {
        let Some(mut server) = TestRedis::running() else { return };
        let throttles = throttles(&server);
        server.stop();
        let taken = throttles.take("a", Rate::new(1, NonZeroU32::MIN), OffsetDateTime::UNIX_EPOCH).await;
        assert!(matches!(taken, Err(StoreError::Unavailable(_))), "{taken:?}");
    }
}
