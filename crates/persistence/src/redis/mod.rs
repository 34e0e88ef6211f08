//! Redis: for data that several servers share and may lose.

mod error;
mod sessions;
mod throttles;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use ::redis::aio::MultiplexedConnection;
use ::redis::{AsyncConnectionConfig, Client, Cmd, FromRedisValue, Pipeline, RedisError as DriverError};
use presspass_domain::LogPace;

pub use error::RedisError;
pub use sessions::RedisSessions;
pub use throttles::RedisThrottles;

use crate::url::RedisUrl;

/// The prefix of our keys, so that one Redis can serve several programs.
const PREFIX: &str = "presspass:";

/// For this long after an attempt to connect failed, requests fail at once: a flood of requests is no flood of attempts,
/// and a server that is back is noticed soon.
const PAUSE: Duration = Duration::from_millis(100);

const LOG_PERIOD: Duration = Duration::from_secs(5);

/// A Redis server. Clones share their connection.
///
/// It connects at the first command, and again after the connection broke: the first command after Redis is back succeeds.
/// A command whose connection broke on the way is sent once more, so it may be executed twice: send only commands that allow
/// it. No command takes longer than the timeout. The tokio runtime of the first command must live as long as the connection.
///
/// Not `redis::aio::ConnectionManager` (1.8): it keeps a connection whose commands time out, although it may be dead for a
/// quarter of an hour; the first command after a restart fails, although Redis is back; and after Redis has refused to let
/// it in once (the password was wrong), it never connects again.
#[derive(Clone)]
pub struct Redis(Arc<Shared>);

struct Shared {
    url: RedisUrl,
    client: Client,
    config: AsyncConnectionConfig,
    timeout: Duration,
    live: Mutex<Option<Live>>,
    /// Locked during an attempt to connect.
    connecting: tokio::sync::Mutex<Attempts>,
    log_pace: LogPace,
}

#[derive(Clone)]
struct Live {
    connection: MultiplexedConnection,
    number: u64,
}

/// Earlier attempts to connect.
#[derive(Default)]
struct Attempts {
    count: u64,
    failed: Option<(Instant, RedisError)>,
}

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
    /// Does not connect yet. No command takes longer than `timeout`, connecting included.
    pub fn new(url: RedisUrl, timeout: Duration) -> Result<Self, RedisError> {
        let client = Client::open(url.expose())?;
        // The only deadline is ours, which counts from the start of the command.
        let config = AsyncConnectionConfig::new().set_connection_timeout(None).set_response_timeout(None);
        let (live, connecting) = (Mutex::default(), tokio::sync::Mutex::default());
        let log_pace = LogPace::new(LOG_PERIOD);
        Ok(Self(Arc::new(Shared { url, client, config, timeout, live, connecting, log_pace })))
    }

    #[must_use]
    pub fn url(&self) -> &RedisUrl {
        &self.0.url
    }

    /// Checks that Redis answers.
    pub async fn ping(&self) -> Result<(), RedisError> {
        self.command(&::redis::cmd("PING")).await
    }

    /// The key of this name.
    #[must_use]
    pub fn key(name: &str) -> String {
        format!("{PREFIX}{name}")
    }

    /// Runs one command; its keys come from [`Redis::key`].
    pub(crate) async fn command<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, RedisError> {
        self.run(Request::Command(command)).await
    }

    /// Runs several commands in one round trip, as one transaction where it is [`atomic`](Pipeline::atomic).
    pub(crate) async fn pipeline<T: FromRedisValue>(&self, pipeline: &Pipeline) -> Result<T, RedisError> {
        self.run(Request::Pipeline(pipeline)).await
    }

    /// Runs a Lua script, which is atomic.
    ///
    /// It is sent whole each time: Redis compiles it once, and there is no second round trip after a restart.
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
            // The connection may be dead without an error: the next command makes a new one.
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
                    // An idle connection may have died long ago: that says nothing about Redis.
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

    /// A connection: one that another command made meanwhile, or a new one.
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
                attempts.failed = Some((Instant::now(), error.clone()));
                if self.log_pace.line("").is_some() {
                    tracing::warn!(url = %self.url, %error, "connecting to Redis failed");
                }
                Err(error)
            }
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
