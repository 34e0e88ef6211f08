//! A pipelined connection and its prepared statements.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use futures_util::TryStreamExt as _;
use tokio::sync::Notify;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{IsNull, ToSql, Type};
use tokio_postgres::{Client, Error};

use crate::postgresql::{FetchedRows, Statement};

/// A server that takes longer than this is frozen, or out of reach.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(1);

/// How many requests may wait on one connection.
const MAX_WAITING: usize = 256;

/// How long a statement that took too long again runs on the pool alone. It doubles each time, up to [`LONGEST_PAUSE`]: the
/// server logs each statement that it ends.
const PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_mins(5);

pub(crate) struct Pipeline {
    client: Client,
    /// By their SQL. Their number is that of statements that stay prepared, which no client chooses.
    statements: Mutex<HashMap<String, Arc<Prepared>>>,
    waiting: AtomicUsize,
    is_silent: AtomicBool,
    gave_up: Notify,
}

struct Prepared {
    statement: tokio_postgres::Statement,
    types: Arc<[NonZeroU32]>,
    /// `None` where it was quick the last time.
    slow: Mutex<Option<Slow>>,
}

struct Slow {
    pause: Duration,
    until: Instant,
}

impl Pipeline {
    pub(super) fn new(client: Client) -> Self {
        Self {
            client,
            statements: Mutex::default(),
            waiting: AtomicUsize::new(0),
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
        let _waiting = Waiting::on(&self.waiting);
        let Ok(outcome) = tokio::time::timeout(ANSWER_TIMEOUT, self.try_fetch(&statement)).await else {
            tracing::warn!("a pipelined connection to the database was given up: no answer in time");
            self.is_silent.store(true, Ordering::Relaxed);
            self.gave_up.notify_one();
            return None;
        };
        match outcome {
            Ok(rows) => rows,
            Err(error) => {
                self.learn(&statement.sql, &error);
                tracing::debug!(error = %presspass_domain::causes(&error), "a read that was pipelined failed");
                None
            }
        }
    }

    async fn try_fetch(&self, statement: &Statement) -> Result<Option<FetchedRows>, Error> {
        let prepared = match self.known(&statement.sql) {
            Some(prepared) => prepared,
            None => self.prepare(statement).await?,
        };
        if prepared.is_paused() {
            return Ok(None);
        }
        let values = statement.values.iter().map(|value| Value(value.as_deref()));
        let rows = self.client.query_raw(&prepared.statement, values).await?;
        let mut rows = pin!(rows);
        let mut all = Vec::new();
        while let Some(row) = rows.try_next().await? {
            all.push(row);
        }
        prepared.was_quick();
        Ok(Some(FetchedRows { rows: all, types: prepared.types.clone() }))
    }

    async fn prepare(&self, statement: &Statement) -> Result<Arc<Prepared>, Error> {
        let types: Vec<Type> =
            statement.types.iter().map(|oid| Type::from_oid(*oid).unwrap_or(Type::UNKNOWN)).collect();
        let made = self.client.prepare_typed(&statement.sql, &types).await?;
        let oids = made
            .columns()
            .iter()
            .map(|column| NonZeroU32::new(column.type_().oid()).unwrap_or(NonZeroU32::MAX));
        let prepared = Arc::new(Prepared { types: oids.collect(), statement: made, slow: Mutex::default() });
        self.statements().insert(statement.sql.clone(), prepared.clone());
        Ok(prepared)
    }

    fn known(&self, sql: &str) -> Option<Arc<Prepared>> {
        self.statements().get(sql).cloned()
    }

    fn learn(&self, sql: &str, error: &Error) {
        match error.code() {
            Some(&SqlState::QUERY_CANCELED) => {
                if let Some(prepared) = self.known(sql) {
                    prepared.was_slow();
                }
            }
            // Its tables may have changed.
            Some(_) => drop(self.statements().remove(sql)),
            None => {}
        }
    }

    fn statements(&self) -> MutexGuard<'_, HashMap<String, Arc<Prepared>>> {
        self.statements.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Prepared {
    /// The first time may be an accident: a machine that was busy, or pages that were not in memory.
    fn was_slow(&self) {
        let mut slow = self.slow();
        let pause = match &*slow {
            None => Duration::ZERO,
            Some(slow) => (slow.pause * 2).clamp(PAUSE, LONGEST_PAUSE),
        };
        *slow = Some(Slow { pause, until: Instant::now() + pause });
    }

    fn was_quick(&self) {
        *self.slow() = None;
    }

    fn is_paused(&self) -> bool {
        self.slow().as_ref().is_some_and(|slow| Instant::now() < slow.until)
    }

    fn slow(&self) -> MutexGuard<'_, Option<Slow>> {
        self.slow.lock().unwrap_or_else(PoisonError::into_inner)
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
