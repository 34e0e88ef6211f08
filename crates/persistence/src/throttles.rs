//! Uses of throttles: their table and the queries on it.

use std::sync::atomic::{AtomicI64, Ordering};

use diesel::prelude::*;
use presspass_auth::throttles::{History, Rate, Slot, Take, ThrottleStore, micros};
use presspass_auth::{BoxFuture, StoreError};
use time::OffsetDateTime;

use crate::connection::{Connection, Raw, on_engine};
use crate::database::Database;
use crate::error::Error;
use crate::schema::presspass_throttle;
use crate::sql::Sql;

/// How often expired rows are deleted, in microseconds.
const SWEEP_PERIOD: u64 = 60_000_000;

/// How often a row is looked up that other requests create and delete meanwhile.
const TRIES: usize = 8;

/// Uses in a database, shared by all its servers. Each use is a write.
#[derive(Debug)]
pub struct Throttles {
    database: Database,
    /// When rows were last swept, in microseconds since 1970.
    swept: AtomicI64,
}

impl Throttles {
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database, swept: AtomicI64::new(i64::MIN) }
    }

    /// Whether this request is to sweep now.
    fn sweeps(&self, now: i64) -> bool {
        let last = self.swept.load(Ordering::Relaxed);
        // The clock may have been set back.
        now.abs_diff(last) >= SWEEP_PERIOD
            && self.swept.compare_exchange(last, now, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }

    async fn sweep(&self, now: i64) {
        let swept = self.database.write_once(move |connection| sweep(connection, now)).await;
        // The next sweep tries again, and expired uses do not count.
        if let Err(error) = swept {
            tracing::warn!(%error, "expired throttles were not deleted");
        }
    }
}

fn read(uses: &[u8]) -> Result<History, Error> {
    let (uses, rest) = uses.as_chunks::<8>();
    if rest.is_empty() {
        Ok(History::new(uses.iter().copied().map(i64::from_be_bytes)))
    } else {
        Err(Error::Query("presspass_throttle.uses is no list of timestamps".to_owned()))
    }
}

fn written(history: &History) -> Vec<u8> {
    history.micros().flat_map(i64::to_be_bytes).collect()
}

/// The row of a key, locked until the transaction ends.
fn lock(connection: &mut Connection, key: &str) -> Result<Option<History>, Error> {
    let row =
        presspass_throttle::table.filter(presspass_throttle::key.eq(key)).select(presspass_throttle::uses);
    let uses: Option<Vec<u8>> = match &mut connection.raw {
        // The transaction holds the only write lock.
        Raw::Sqlite(raw) => row.get_result(raw).optional()?,
        Raw::Postgresql(raw) => row.for_update().get_result(raw).optional()?,
    };
    uses.map(|uses| read(&uses)).transpose()
}

fn update(connection: &mut Connection, key: &str, history: &History, ends: i64) -> Result<(), Error> {
    let update = diesel::update(presspass_throttle::table.filter(presspass_throttle::key.eq(key)))
        .set((presspass_throttle::uses.eq(written(history)), presspass_throttle::expires_at.eq(ends)));
    on_engine!(connection, raw => update.execute(raw))?;
    Ok(())
}

fn delete(connection: &mut Connection, key: &str) -> Result<(), Error> {
    let delete = diesel::delete(presspass_throttle::table.filter(presspass_throttle::key.eq(key)));
    on_engine!(connection, raw => delete.execute(raw))?;
    Ok(())
}

fn take(connection: &mut Connection, key: &str, rate: Rate, now: i64) -> Result<Take, Error> {
    for _ in 0..TRIES {
        if let Some(before) = lock(connection, key)? {
            let mut history = before.clone();
            let take = history.take(rate, now);
            // A refusal may change it, too: a clock that was set back moves earlier uses.
            if matches!(take, Take::Taken { .. }) || history.ends(rate) < before.ends(rate) {
                update(connection, key, &history, history.ends(rate))?;
            }
            return Ok(take);
        }
        let mut history = History::default();
        let take = history.take(rate, now);
        if matches!(take, Take::Full(_)) {
            return Ok(take);
        }
        let insert = diesel::insert_into(presspass_throttle::table)
            .values((
                presspass_throttle::key.eq(key),
                presspass_throttle::uses.eq(written(&history)),
                presspass_throttle::expires_at.eq(history.ends(rate)),
            ))
            .on_conflict(presspass_throttle::key)
            .do_nothing();
        if on_engine!(connection, raw => insert.execute(raw))? > 0 {
            return Ok(take);
        }
        // Another request created the row first: that row counts.
    }
    Err(Error::Unavailable("a throttle's row comes and goes".to_owned()))
}

fn give_back(connection: &mut Connection, key: &str, slot: Slot) -> Result<(), Error> {
    let Some(mut history) = lock(connection, key)? else { return Ok(()) };
    history.give_back(slot);
    if history.is_empty() {
        return delete(connection, key);
    }
    let update = diesel::update(presspass_throttle::table.filter(presspass_throttle::key.eq(key)))
        .set(presspass_throttle::uses.eq(written(&history)));
    on_engine!(connection, raw => update.execute(raw))?;
    Ok(())
}

fn sweep(connection: &mut Connection, now: i64) -> Result<usize, Error> {
    let expired = Sql::new("expires_at <= ").bind(now);
    crate::sweep::sweep(connection, ("presspass_throttle", "key"), expired, i64::MAX)
}

impl ThrottleStore for Throttles {
    fn take<'a>(
        &'a self,
        key: &'a str,
        rate: Rate,
        now: OffsetDateTime,
    ) -> BoxFuture<'a, Result<Take, StoreError>> {
        Box::pin(async move {
            let (key, now) = (key.to_owned(), micros(now));
            let take = self.database.write(move |connection| take(connection, &key, rate, now)).await?;
            if self.sweeps(now) {
                self.sweep(now).await;
            }
            Ok(take)
        })
    }

    fn give_back<'a>(&'a self, key: &'a str, slot: Slot) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move {
            let key = key.to_owned();
            Ok(self.database.write(move |connection| give_back(connection, &key, slot)).await?)
        })
    }

    fn clear<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move {
            let key = key.to_owned();
            Ok(self.database.write_once(move |connection| delete(connection, &key)).await?)
        })
    }
}
