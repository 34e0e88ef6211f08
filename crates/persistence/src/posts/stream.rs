//! Streams lists of posts row by row, so that none is too long for memory.

use std::ops::ControlFlow;

use diesel::connection::DefaultLoadingMode;
use diesel::dsl::AsSelect;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use presspass_domain::PostQuery;

use super::PostRow;
use super::list::{Selection, is_plain, load, whole_on_postgresql, whole_on_sqlite};
use crate::connection::{Connection, Raw};
use crate::error::Error;
use crate::schema::posts_post;

/// Lists of at most this many rows take one round trip to `PostgreSQL`. The others begin again by a cursor, which takes
/// at least four.
const SHORT: i64 = 500;

/// How many bytes of text one FETCH asks `PostgreSQL` for: libpq keeps all of a result.
const BATCH_BYTES: usize = 256 * 1024;

/// And how many rows, however short they are.
const BATCH_ROWS: usize = 2000;

/// A cursor sees the list as it was when it was declared. Its reader may take longer than a transaction may usually be
/// idle, and has a limit of its own, which is at most 300 s. The plan is the one of a list that is read to its end, as
/// without a cursor.
const BEGIN: &str = "BEGIN READ ONLY; SET LOCAL idle_in_transaction_session_timeout = '310s';
                     SET LOCAL cursor_tuple_fraction = 1";

pub(super) type Sink<'a> = &'a mut dyn FnMut(PostRow) -> ControlFlow<()>;

/// Emits a whole list as it is when this begins.
pub(super) fn stream(connection: &mut Connection, query: &PostQuery, sink: Sink<'_>) -> Result<(), Error> {
    if let Raw::Sqlite(raw) = &mut connection.raw {
        return stream_on_sqlite(raw, query, sink);
    }
    let first = load(connection, query, Some((SHORT + 1, 0)))?;
    if i64::try_from(first.len()).is_ok_and(|count| count <= SHORT) {
        return emit(first.into_iter().map(Ok), sink).map(|_| ());
    }
    let wanted = batch(first.len(), first.iter().map(size).sum());
    drop(first);
    connection.transaction_by(BEGIN, |connection| match &mut connection.raw {
        Raw::Postgresql(raw) => stream_by_cursor(raw, query, wanted, sink),
        Raw::Sqlite(raw) => stream_on_sqlite(raw, query, sink),
    })
}

/// `SQLite` computes a row when it is asked for, and a statement sees the file as it was when it began.
fn stream_on_sqlite(raw: &mut SqliteConnection, query: &PostQuery, sink: Sink<'_>) -> Result<(), Error> {
    let ended = if is_plain(query) {
        let plain = posts_post::table.order(posts_post::id).select(PostRow::as_select());
        emit(plain.load_iter::<PostRow, DefaultLoadingMode>(raw)?, sink)
    } else {
        emit(whole_on_sqlite(query).load_iter::<PostRow, DefaultLoadingMode>(raw)?, sink)
    };
    ended.map(|_| ())
}

/// Not diesel's row-by-row mode: that is one statement, whose time limit counts the time of a slow reader, too.
fn stream_by_cursor(
    raw: &mut PgConnection,
    query: &PostQuery,
    mut wanted: usize,
    sink: Sink<'_>,
) -> Result<(), Error> {
    Declare(whole_on_postgresql(query)).execute(raw)?;
    loop {
        let (mut rows, mut bytes) = (0, 0);
        let fetched = Fetch(wanted).load_iter::<PostRow, DefaultLoadingMode>(raw)?;
        let measured = fetched.inspect(|row| {
            rows += 1;
            bytes += row.as_ref().map_or(0, size);
        });
        if emit(measured, sink)?.is_break() || rows < wanted {
            return Ok(());
        }
        wanted = batch(rows, bytes);
    }
}

const fn size(row: &PostRow) -> usize {
    row.title.len() + row.content.len()
}

/// How many rows to ask for next, after `rows` had this many bytes.
fn batch(rows: usize, bytes: usize) -> usize {
    (BATCH_BYTES / (bytes / rows.max(1)).max(1)).clamp(1, BATCH_ROWS)
}

fn emit(rows: impl Iterator<Item = QueryResult<PostRow>>, sink: Sink<'_>) -> Result<ControlFlow<()>, Error> {
    for row in rows {
        if sink(row?).is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    Ok(ControlFlow::Continue(()))
}

/// `DECLARE … CURSOR FOR` a selection.
struct Declare<'a>(Selection<'a, Pg>);

impl QueryId for Declare<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl QueryFragment<Pg> for Declare<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.unsafe_to_cache_prepared();
        out.push_sql("DECLARE presspass_list NO SCROLL CURSOR FOR ");
        QueryFragment::<Pg>::walk_ast(&self.0, out)
    }
}

impl RunQueryDsl<PgConnection> for Declare<'_> {}

/// `FETCH` of at most this many rows.
#[derive(QueryId)]
struct Fetch(usize);

impl QueryFragment<Pg> for Fetch {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        // FETCH takes no parameters.
        out.unsafe_to_cache_prepared();
        out.push_sql(&format!("FETCH FORWARD {} FROM presspass_list", self.0));
        Ok(())
    }
}

impl Query for Fetch {
    type SqlType = <AsSelect<PostRow, Pg> as Expression>::SqlType;
}

impl RunQueryDsl<PgConnection> for Fetch {}
