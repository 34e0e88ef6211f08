//! Sessions in Redis.
//!
//! A session is a hash that Redis deletes when it expires; a sorted set has the sessions of each account, by when they
//! expire. Both change in one script, so that they never disagree.

use ::redis::cmd;
use presspass_auth::sessions::{Fingerprint, Session, SessionDigest, SessionStore};
use presspass_auth::{BoxFuture, StoreError};
use time::OffsetDateTime;

use super::{Redis, RedisError};

/// `KEYS`: the session, the account's set. `ARGV`: digest, account, fingerprint, when it began and when it expires in
/// microseconds, when it expires and the present time in milliseconds.
const BEGIN: &str = "
    redis.call('HSET', KEYS[1], 'account', ARGV[2], 'fingerprint', ARGV[3], 'began', ARGV[4], 'expires', ARGV[5])
    redis.call('PEXPIREAT', KEYS[1], ARGV[6])
    redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', ARGV[7])
    redis.call('ZADD', KEYS[2], ARGV[6], ARGV[1])
    local last = redis.call('ZRANGE', KEYS[2], -1, -1, 'WITHSCORES')
    redis.call('PEXPIREAT', KEYS[2], last[2])
    return 1";

/// `KEYS`: the session. `ARGV`: digest, prefix of accounts' sets.
const END: &str = "
    local account = redis.call('HGET', KEYS[1], 'account')
    if account then redis.call('ZREM', ARGV[2] .. account, ARGV[1]) end
    return redis.call('DEL', KEYS[1])";

/// `KEYS`: the account's set. `ARGV`: prefix of sessions, the digest that stays.
const END_ALL: &str = "
    local ended = 0
    for _, digest in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
        if digest ~= ARGV[2] then
            ended = ended + redis.call('DEL', ARGV[1] .. digest)
            redis.call('ZREM', KEYS[1], digest)
        end
    end
    return ended";

/// Sessions in Redis, for several servers. They are gone when Redis loses its data.
#[derive(Debug, Clone)]
pub struct RedisSessions(Redis);

impl RedisSessions {
    #[must_use]
    pub const fn new(redis: Redis) -> Self {
        Self(redis)
    }
}

fn session_key(digest: SessionDigest) -> String {
    Redis::key(&format!("session:{digest}"))
}

fn account_key(account_id: i64) -> String {
    Redis::key(&format!("sessions:{account_id}"))
}

fn micros(timestamp: OffsetDateTime) -> i128 {
    timestamp.unix_timestamp_nanos() / 1000
}

fn hex(bytes: &[u8; 32]) -> String {
    SessionDigest::from_bytes(*bytes).to_string()
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if text.len() != 64 {
        return None;
    }
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok()?;
    }
    Some(bytes)
}

/// The fields of a session, in the order of HMGET.
type Fields = (Option<i64>, Option<String>, Option<i64>, Option<i64>);

fn read(fields: Fields) -> Result<Option<Session>, RedisError> {
    let (Some(account_id), Some(fingerprint), Some(began), Some(expires)) = fields else { return Ok(None) };
    let broken = || RedisError::Failed("a session that cannot be read".to_owned());
    let timestamp = |micros: i64| OffsetDateTime::from_unix_timestamp_nanos(i128::from(micros) * 1000).ok();
    Ok(Some(Session {
        account_id,
        fingerprint: Fingerprint::from_bytes(unhex(&fingerprint).ok_or_else(broken)?),
        began_at: timestamp(began).ok_or_else(broken)?,
        expires_at: timestamp(expires).ok_or_else(broken)?,
    }))
}

impl SessionStore for RedisSessions {
    fn begin(&self, digest: SessionDigest, session: Session) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            let Session { account_id, fingerprint, began_at, expires_at } = session;
            let keys = [session_key(digest), account_key(account_id)];
            let arguments = [
                digest.to_string(),
                account_id.to_string(),
                hex(fingerprint.as_bytes()),
                micros(began_at).to_string(),
                micros(expires_at).to_string(),
                (micros(expires_at) / 1000).to_string(),
                (micros(began_at) / 1000).to_string(),
            ];
            self.0.script::<i64>(BEGIN, &keys, &arguments).await?;
            Ok(())
        })
    }

    fn find(&self, digest: SessionDigest) -> BoxFuture<'_, Result<Option<Session>, StoreError>> {
        Box::pin(async move {
            let mut command = cmd("HMGET");
            command.arg(session_key(digest)).arg(&["account", "fingerprint", "began", "expires"]);
            Ok(read(self.0.command(&command).await?)?)
        })
    }

    fn end(&self, digest: SessionDigest) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            let arguments = [digest.to_string(), Redis::key("sessions:")];
            self.0.script::<i64>(END, &[session_key(digest)], &arguments).await?;
            Ok(())
        })
    }

    fn end_all(&self, account_id: i64, but: Option<SessionDigest>) -> BoxFuture<'_, Result<u64, StoreError>> {
        Box::pin(async move {
            let kept = but.map(|digest| digest.to_string()).unwrap_or_default();
            Ok(self.0.script(END_ALL, &[account_key(account_id)], &[Redis::key("session:"), kept]).await?)
        })
    }

    fn of_account(
        &self,
        account_id: i64,
    ) -> BoxFuture<'_, Result<Vec<(SessionDigest, Session)>, StoreError>> {
        Box::pin(async move {
            let mut command = cmd("ZRANGE");
            command.arg(account_key(account_id)).arg(0).arg(-1);
            let members: Vec<String> = self.0.command(&command).await?;
            let digests: Vec<_> =
                members.iter().filter_map(|member| unhex(member)).map(SessionDigest::from_bytes).collect();
            if digests.is_empty() {
                return Ok(Vec::new());
            }
            let mut pipeline = ::redis::pipe();
            for digest in &digests {
                pipeline.cmd("HMGET").arg(session_key(*digest));
                pipeline.arg(&["account", "fingerprint", "began", "expires"]);
            }
            let found: Vec<Fields> = self.0.pipeline(&pipeline).await?;
            let mut sessions = Vec::new();
            for (digest, fields) in digests.into_iter().zip(found) {
                sessions.extend(read(fields)?.map(|session| (digest, session)));
            }
            sessions.sort_by_key(|(_, session)| std::cmp::Reverse(session.began_at));
            Ok(sessions)
        })
    }

    fn sweep(&self, _now: OffsetDateTime, _limit: u32) -> BoxFuture<'_, Result<u64, StoreError>> {
        // Redis deletes expired sessions.
        Box::pin(std::future::ready(Ok(0)))
    }
}
