//! Streams lists record by record, so that none is too long for memory.

use std::ops::ControlFlow;

use diesel::deserialize;
use diesel::row::Row;
use presspass_domain::model::{Key, Selection};

use super::found::Records;
use super::plan::NEXT;
use super::prepared::Prepared;
use crate::connection::{Connection, Raw};
use crate::error::Error;
use crate::sql::{Decodes, RowSink, Sql, datum, for_each_row, key};

/// Lists of at most this many rows take one round trip to `PostgreSQL`. The others begin again by a cursor, which takes
/// at least four.
const SHORT: i64 = 500;

/// How many bytes of JSON one FETCH asks `PostgreSQL` for: libpq keeps all of a result.
const BATCH_BYTES: usize = 256 * 1024;

/// And how many rows, however short they are.
const BATCH_ROWS: usize = 2000;

/// How many records with objects of many-to-many relations are in memory at once.
const BATCH_KEYS: usize = 200;

/// A cursor sees the list as it was when it was declared. Its reader may take longer than a transaction may usually be
/// idle, and has a limit of its own, which is at most 300 s. The plan is the one of a list that is read to its end, as
/// without a cursor.
const BEGIN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
                     SET LOCAL idle_in_transaction_session_timeout = '310s'; SET LOCAL cursor_tuple_fraction = 1";

type Emit<'a> = &'a mut dyn FnMut(&[u8]) -> ControlFlow<()>;

struct StreamSink<'s> {
    prepared: &'s Prepared,
    json: Vec<u8>,
    rows: usize,
    bytes: usize,
    emit: Emit<'s>,
}

impl RowSink for StreamSink<'_> {
    fn row<'a, DB: Decodes, R: Row<'a, DB>>(&mut self, row: &R) -> deserialize::Result<ControlFlow<()>> {
        self.json.clear();
        self.prepared.plan.write(row, &mut 0, &mut self.json, &mut Vec::new())?;
        self.rows += 1;
        self.bytes += self.json.len();
        Ok((self.emit)(&self.json))
    }
}

/// Emits a whole list as it is when this begins.
pub(super) fn stream(
    connection: &mut Connection,
    selection: &Selection,
    emit: Emit<'_>,
) -> Result<(), Error> {
    let prepared = Prepared::new(connection, selection, &[])?;
    if !prepared.many.is_empty() {
        let begin = if matches!(connection.raw, Raw::Sqlite(_)) { "BEGIN" } else { BEGIN };
        return connection.transaction_by(begin, |connection| stream_by_keys(connection, &prepared, emit));
    }
    if let Raw::Sqlite(_) = connection.raw {
        // SQLite computes a row when it is asked for, and a statement sees the file as it was when it began.
        let mut sink = StreamSink { prepared: &prepared, json: Vec::new(), rows: 0, bytes: 0, emit };
        return for_each_row(connection, prepared.sql(None), &mut sink).map(|_| ());
    }
    let first = Records::load(connection, &prepared, prepared.sql(Some((SHORT + 1, 0))))?;
    if i64::try_from(first.ends.len()).is_ok_and(|count| count <= SHORT) {
        let _ = emit_all(&first, emit);
        return Ok(());
    }
    let wanted = batch(first.ends.len(), first.json.len());
    drop(first);
    connection.transaction_by(BEGIN, |connection| stream_by_cursor(connection, &prepared, wanted, emit))
}

/// Not diesel's row-by-row mode: that is one statement, whose time limit counts the time of a slow reader, too.
fn stream_by_cursor(
    connection: &mut Connection,
    prepared: &Prepared,
    mut wanted: usize,
    emit: Emit<'_>,
) -> Result<(), Error> {
    let declare = Sql::new("DECLARE presspass_list NO SCROLL CURSOR FOR ");
    declare.append(prepared.sql(None)).run(connection)?;
    loop {
        let mut sink = StreamSink { prepared, json: Vec::new(), rows: 0, bytes: 0, emit: &mut *emit };
        let rows = i64::try_from(wanted).unwrap_or(i64::MAX);
        let fetch = Sql::new("FETCH FORWARD ").number(rows).push(" FROM presspass_list");
        if for_each_row(connection, fetch, &mut sink)?.is_break() || sink.rows < wanted {
            return Ok(());
        }
        wanted = batch(sink.rows, sink.bytes);
    }
}

/// Records with objects of other queries: they are read in parts, by keys that are read first.
fn stream_by_keys(connection: &mut Connection, prepared: &Prepared, emit: Emit<'_>) -> Result<(), Error> {
    let mut keys = KeySink::default();
    let _ = for_each_row(connection, prepared.keys(), &mut keys)?;
    for part in keys.0.chunks(BATCH_KEYS) {
        let records = Records::load(connection, prepared, prepared.of_keys(part.to_vec()))?;
        if emit_all(&records, emit).is_break() {
            break;
        }
    }
    Ok(())
}

#[derive(Default)]
struct KeySink(Vec<Key>);

impl RowSink for KeySink {
    fn row<'a, DB: Decodes, R: Row<'a, DB>>(&mut self, row: &R) -> deserialize::Result<ControlFlow<()>> {
        self.0.push(datum(row, 0, |datum| key(&datum).ok_or_else(|| "no key".into()))?);
        NEXT
    }
}

fn emit_all(records: &Records, emit: Emit<'_>) -> ControlFlow<()> {
    records.objects().try_for_each(emit)
}

/// How many rows to ask for next, after `rows` had this many bytes.
fn batch(rows: usize, bytes: usize) -> usize {
    (BATCH_BYTES / (bytes / rows.max(1)).max(1)).clamp(1, BATCH_ROWS)
}
