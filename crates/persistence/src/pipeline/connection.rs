//! A pipelined connection and its prepared statements.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use futures_util::TryStreamExt as _;
use tokio::sync::Notify;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{IsNull, ToSql, Type};
use tokio_postgres::{Client, Error};

use crate::postgresql::{FetchedRows, Statement};

/// Where a connection answers nothing for longer, the server is frozen or out of reach. A request that waited for longer runs
/// on the pool.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(1);

/// How many requests may wait on one connection.
const MAX_WAITING: usize = 256;

/// A statement that keeps the connection busy for longer is slow: the others wait behind it.
const QUICK: Duration = Duration::from_millis(10);

/// How long a slow statement runs on the pool alone, until it is tried again. It doubles each time, up to [`LONGEST_PAUSE`].
const PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_mins(5);

pub(crate) struct Pipeline {
    client: Client,
    /// By their SQL; `None` while one runs for the first time. Their number is that of statements that stay prepared, which
    /// no client chooses.
    statements: Mutex<HashMap<String, Option<Arc<Prepared>>>>,
    waiting: AtomicUsize,
    created: Instant,
    /// When the last answer came, in microseconds since then.
    answered: AtomicU64,
    is_silent: AtomicBool,
    gave_up: Notify,
}

struct Prepared {
    statement: tokio_postgres::Statement,
    types: Arc<[NonZeroU32]>,
    slow: Mutex<Option<Slow>>,
}

impl Pipeline {
    pub(super) fn new(client: Client) -> Self {
        Self {
            client,
            statements: Mutex::default(),
            waiting: AtomicUsize::new(0),
            created: Instant::now(),
            answered: AtomicU64::new(0),
            is_silent: AtomicBool::new(false),
            gave_up: Notify::new(),
        }
    }

    /// How many requests wait on it; `None` where it cannot be used.
    pub(super) fn waiting(&self) -> Option<usize> {
        let waiting = self.waiting.load(Ordering::Relaxed);
        let is_free =
            waiting < MAX_WAITING && !self.is_silent.load(Ordering::Relaxed) && !self.client.is_closed();
        is_free.then_some(waiting)
    }

    /// Waits until the server did not answer in time.
    pub(super) async fn silence(&self) {
        self.gave_up.notified().await;
    }

    /// The rows of a statement; `None` where the pool has to run it.
    pub async fn fetch(&self, statement: Statement) -> Option<FetchedRows> {
        let (prepared, trial) = match self.statements().get(&statement.sql) {
            Some(None) => return None,
            Some(Some(prepared)) if prepared.is_paused() => return None,
            Some(Some(prepared)) => (Some(prepared.clone()), None),
            None => (None, Some(Trial { statements: &self.statements, sql: statement.sql.clone() })),
        };
        if trial.is_some() {
            self.statements().insert(statement.sql.clone(), None);
        }
        let outcome = self.try_fetch(prepared, &statement).await?;
        let error = match outcome {
            Ok((prepared, rows)) => {
                let is_slow = |error: &Error| error.code() == Some(&SqlState::QUERY_CANCELED);
                if rows.as_ref().is_err_and(|error| !is_slow(error)) {
                    // Its tables may have changed.
                    self.statements().remove(&statement.sql);
                } else if let Some(trial) = trial {
                    trial.ended(prepared);
                }
                match rows {
                    Ok(rows) => return Some(rows),
                    Err(error) => error,
                }
            }
            Err(error) => error,
        };
        tracing::debug!(error = %presspass_domain::causes(&error), "a read that was pipelined failed");
        None
    }

    /// `None` where no answer came in time.
    async fn try_fetch(
        &self,
        prepared: Option<Arc<Prepared>>,
        statement: &Statement,
    ) -> Option<Result<(Arc<Prepared>, Result<FetchedRows, Error>), Error>> {
        let _waiting = Waiting::on(&self.waiting);
        let running = async {
            let prepared = match prepared {
                Some(prepared) => prepared,
                None => self.prepare(statement).await?,
            };
            let sent = self.now();
            let rows = self.run(&prepared, statement).await;
            let now = self.now();
            let answered = self.answered.swap(now, Ordering::Relaxed);
            prepared.took(Duration::from_micros(now.saturating_sub(sent.max(answered))));
            Ok((prepared, rows))
        };
        let outcome = tokio::time::timeout(ANSWER_TIMEOUT, running).await;
        let silence = Duration::from_micros(self.now().saturating_sub(self.answered.load(Ordering::Relaxed)));
        if outcome.is_err() && silence >= ANSWER_TIMEOUT && !self.is_silent.swap(true, Ordering::Relaxed) {
            tracing::warn!("a pipelined connection to the database was given up: no answer in time");
            self.gave_up.notify_one();
        }
        outcome.ok()
    }

    async fn run(&self, prepared: &Prepared, statement: &Statement) -> Result<FetchedRows, Error> {
        let values = statement.values.iter().map(|value| Value(value.as_deref()));
        let rows = self.client.query_raw(&prepared.statement, values).await?;
        let mut rows = pin!(rows);
        let mut all = Vec::new();
        while let Some(row) = rows.try_next().await? {
            all.push(row);
        }
        Ok(FetchedRows { rows: all, types: prepared.types.clone() })
    }

    async fn prepare(&self, statement: &Statement) -> Result<Arc<Prepared>, Error> {
        let types: Vec<Type> =
            statement.types.iter().map(|oid| Type::from_oid(*oid).unwrap_or(Type::UNKNOWN)).collect();
        let made = self.client.prepare_typed(&statement.sql, &types).await?;
        let oids = made
            .columns()
            .iter()
            .map(|column| NonZeroU32::new(column.type_().oid()).unwrap_or(NonZeroU32::MAX));
        // Where it is slow at once, it is not tried again at once.
        let slow = Slow { pause: Duration::ZERO, until: Instant::now() };
        Ok(Arc::new(Prepared { types: oids.collect(), statement: made, slow: Mutex::new(Some(slow)) }))
    }

    /// Microseconds since it was made.
    fn now(&self) -> u64 {
        u64::try_from(self.created.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    fn statements(&self) -> MutexGuard<'_, HashMap<String, Option<Arc<Prepared>>>> {
        self.statements.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A statement that runs for the first time: until it is known to be quick, only one request waits for it.
struct Trial<'p> {
    statements: &'p Mutex<HashMap<String, Option<Arc<Prepared>>>>,
    sql: String,
}

impl Trial<'_> {
    fn ended(self, prepared: Arc<Prepared>) {
        let mut statements = self.statements.lock().unwrap_or_else(PoisonError::into_inner);
        statements.insert(self.sql.clone(), Some(prepared));
    }
}

impl Drop for Trial<'_> {
    /// Where it failed, or was given up, the next request tries again.
    fn drop(&mut self) {
        let mut statements = self.statements.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(None) = statements.get(&self.sql) {
            statements.remove(&self.sql);
        }
    }
}

/// A statement that was slow the last time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Slow {
    pause: Duration,
    /// Then one request tries again.
    until: Instant,
}

impl Slow {
    /// The first time may be an accident: a machine that was busy, or pages that were not in memory.
    fn again(before: Option<Self>, now: Instant) -> Self {
        let pause = before.map_or(Duration::ZERO, |slow| (slow.pause * 2).clamp(PAUSE, LONGEST_PAUSE));
        Self { pause, until: now + pause }
    }
}

impl Prepared {
    fn took(&self, time: Duration) {
        let mut slow = self.slow.lock().unwrap_or_else(PoisonError::into_inner);
        *slow = if time < QUICK { None } else { Some(Slow::again(*slow, Instant::now())) };
    }

    fn is_paused(&self) -> bool {
        let mut slow = self.slow.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(slow) = &mut *slow else { return false };
        let now = Instant::now();
        if now < slow.until {
            return true;
        }
        slow.until = now + slow.pause;
        false
    }
}

/// Counts a request while it waits, also one that is given up.
struct Waiting<'p>(&'p AtomicUsize);

impl<'p> Waiting<'p> {
    fn on(count: &'p AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A value that diesel has encoded.
#[derive(Debug)]
struct Value<'v>(Option<&'v [u8]>);

impl ToSql for Value<'_> {
    fn to_sql(
        &self,
        _type: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        let Some(bytes) = self.0 else { return Ok(IsNull::Yes) };
        out.extend_from_slice(bytes);
        Ok(IsNull::No)
    }

    fn accepts(_type: &Type) -> bool {
        true
    }

    fn to_sql_checked(
        &self,
        type_: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        self.to_sql(type_, out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_that_stays_slow_is_tried_more_and_more_rarely() {
        let now = Instant::now();
        let (mut slow, mut pauses) = (None, Vec::new());
        for _ in 0..12 {
            let next = Slow::again(slow, now);
            pauses.push(next.pause.as_secs());
            slow = Some(next);
        }
        assert_eq!(pauses, [0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
    }
}
