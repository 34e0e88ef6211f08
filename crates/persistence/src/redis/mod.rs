//! Redis: for what several servers share and nobody must keep.
//!
//! [`Redis`] is the one seam to it: one connection that all requests share, made when it is first needed and made anew
//! when it broke, and a deadline on everything.

mod error;
mod sessions;
mod throttles;
mod url;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use ::redis::aio::MultiplexedConnection;
use ::redis::{AsyncConnectionConfig, Client, Cmd, FromRedisValue, Pipeline, RedisError as DriverError};

pub use error::RedisError;
pub use sessions::RedisSessions;
pub use throttles::RedisThrottles;
pub use url::{RedisUrl, RedisUrlError};

/// What the name of every key of ours begins with, so that one Redis can serve several programs.
const PREFIX: &str = "presspass:";

/// After an attempt to connect failed, for so long all are told so at once: a flood of requests is no flood of attempts,
/// and a server that is back is seen soon.
const PAUSE: Duration = Duration::from_millis(100);

/// At most one line in this time says that Redis is away.
const LOG_PACE: Duration = Duration::from_secs(5);

/// A Redis server. Clones share their connection.
///
/// It connects when it is first asked, and again by itself after the connection broke: the first command after Redis is
/// back succeeds. A command whose connection broke on the way is sent once more, on a new one, so it may be done twice:
/// send only what does no harm then. Nothing takes longer than the timeout.
///
/// It must be used on a tokio runtime that lives as long as the connection is wanted: the first to ask gives it its
/// runtime.
#[derive(Clone)]
pub struct Redis(Arc<Shared>);

struct Shared {
    url: RedisUrl,
    client: Client,
    config: AsyncConnectionConfig,
    timeout: Duration,
    /// The connection in use.
    live: Mutex<Option<Live>>,
    /// Held by whoever connects.
    connecting: tokio::sync::Mutex<Attempts>,
}

#[derive(Clone)]
struct Live {
    connection: MultiplexedConnection,
    number: u64,
}

/// What became of earlier attempts to connect.
#[derive(Default)]
struct Attempts {
    count: u64,
    failed: Option<(Instant, RedisError)>,
    logged: Option<Instant>,
}

/// What can be sent.
#[derive(Clone, Copy)]
enum Request<'a> {
    Command(&'a Cmd),
    Pipeline(&'a Pipeline),
}

impl Request<'_> {
    async fn send<T: FromRedisValue>(self, connection: &mut MultiplexedConnection) -> Result<T, DriverError> {
        match self {
            Self::Command(command) => command.query_async(connection).await,
            Self::Pipeline(pipeline) => pipeline.query_async(connection).await,
        }
    }
}

impl Redis {
    /// The server at this URL, which is not asked yet. No command takes longer than `timeout`, connecting included.
    ///
    /// # Errors
    /// [`RedisError::Failed`] where the URL is of no use.
    pub fn new(url: RedisUrl, timeout: Duration) -> Result<Self, RedisError> {
        let client = Client::open(url.connection_info())?;
        // Ours is the one deadline: it counts from when the command was given.
        let config = AsyncConnectionConfig::new().set_connection_timeout(None).set_response_timeout(None);
        let (live, connecting) = (Mutex::default(), tokio::sync::Mutex::default());
        Ok(Self(Arc::new(Shared { url, client, config, timeout, live, connecting })))
    }

    /// Where it is.
    #[must_use]
    pub fn url(&self) -> &RedisUrl {
        &self.0.url
    }

    /// Asks for a sign of life.
    ///
    /// # Errors
    /// [`RedisError::Unavailable`] where there is none in time, [`RedisError::Failed`] where Redis refuses us.
    pub async fn ping(&self) -> Result<(), RedisError> {
        self.command(&::redis::cmd("PING")).await
    }

    /// The key of this name.
    #[must_use]
    pub fn key(name: &str) -> String {
        format!("{PREFIX}{name}")
    }

    /// Runs one command; its keys come from [`Redis::key`].
    ///
    /// # Errors
    /// As [`ping`](Self::ping).
    pub(crate) async fn command<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, RedisError> {
        self.run(Request::Command(command)).await
    }

    /// Runs several commands in one round trip, as one transaction where it is [`atomic`](Pipeline::atomic).
    ///
    /// # Errors
    /// As [`ping`](Self::ping).
    pub(crate) async fn pipeline<T: FromRedisValue>(&self, pipeline: &Pipeline) -> Result<T, RedisError> {
        self.run(Request::Pipeline(pipeline)).await
    }

    /// Runs a Lua script, which is atomic.
    ///
    /// It is sent whole each time: Redis knows it by its digest and compiles it once, and there is no second round trip
    /// after a restart.
    ///
    /// # Errors
    /// As [`ping`](Self::ping).
    pub(crate) async fn script<T: FromRedisValue>(
        &self,
        script: &str,
        keys: &[String],
        arguments: &[String],
    ) -> Result<T, RedisError> {
        let mut command = ::redis::cmd("EVAL");
        command.arg(script).arg(keys.len()).arg(keys).arg(arguments);
        self.command(&command).await
    }

    async fn run<T: FromRedisValue>(&self, request: Request<'_>) -> Result<T, RedisError> {
        let mut used = None;
        let outcome = tokio::time::timeout(self.0.timeout, self.0.run(request, &mut used)).await;
        outcome.unwrap_or_else(|_| {
            // It may be dead without anyone having been told; the next to ask finds out by connecting.
            if let Some(number) = used {
                self.0.drop_connection(number);
            }
            Err(RedisError::Unavailable("no answer in time".to_owned()))
        })
    }
}

impl Shared {
    async fn run<T: FromRedisValue>(
        &self,
        request: Request<'_>,
        used: &mut Option<u64>,
    ) -> Result<T, RedisError> {
        loop {
            let (mut live, is_new) = match self.live() {
                Some(live) => (live, false),
                None => (self.connect().await?, true),
            };
            let had_another = used.replace(live.number).is_some();
            match request.send(&mut live.connection).await {
                Err(error) if error.is_unrecoverable_error() => {
                    self.drop_connection(live.number);
                    // One that was idle may have died long ago: that says nothing about Redis.
                    if is_new || had_another {
                        return Err(error.into());
                    }
                }
                outcome => return Ok(outcome?),
            }
        }
    }

    fn live(&self) -> Option<Live> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn drop_connection(&self, number: u64) {
        let mut live = self.live.lock().unwrap_or_else(PoisonError::into_inner);
        if live.as_ref().is_some_and(|live| live.number == number) {
            *live = None;
        }
    }

    /// A connection: one that somebody else made meanwhile, or a new one.
    async fn connect(&self) -> Result<Live, RedisError> {
        let mut attempts = self.connecting.lock().await;
        if let Some(live) = self.live() {
            return Ok(live);
        }
        if let Some((at, error)) = &attempts.failed
            && at.elapsed() < PAUSE
        {
            return Err(error.clone());
        }
        match self.client.get_multiplexed_async_connection_with_config(&self.config).await {
            Ok(connection) => {
                attempts.count += 1;
                attempts.failed = None;
                let live = Live { connection, number: attempts.count };
                *self.live.lock().unwrap_or_else(PoisonError::into_inner) = Some(live.clone());
                Ok(live)
            }
            Err(error) => {
                let error = RedisError::from(error);
                attempts.note(&self.url, &error);
                Err(error)
            }
        }
    }
}

impl Attempts {
    fn note(&mut self, url: &RedisUrl, error: &RedisError) {
        let now = Instant::now();
        self.failed = Some((now, error.clone()));
        if self.logged.is_none_or(|last| now.duration_since(last) >= LOG_PACE) {
            self.logged = Some(now);
            tracing::warn!(%url, %error, "cannot connect to Redis");
        }
    }
}

impl fmt::Debug for Redis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redis").field("url", &self.0.url).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
