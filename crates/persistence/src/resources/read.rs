//! Reads records as JSON: pages, and single ones.

use presspass_domain::model::{Key, Path, Selection, Value};
use presspass_domain::{AccountClaim, Window};

use super::found::{JoinedRecordSink, PartSink, RecordSink, Records};
use super::prepared::Prepared;
use super::{FoundFor, FoundRecord, JsonSlice, Plans, PositionedRecords};
use crate::accounts::claimed_with;
use crate::connection::Connection;
use crate::error::Error;
use crate::sql::{Sql, for_each_row};

/// From this OFFSET on, the keys of a page are looked up alone, and its records by these: what is skipped is narrow.
const FAR_OFFSET: i64 = 200;

/// The records of a window, and the count of all where the window wants that.
fn load_window(
    connection: &mut Connection,
    prepared: &Prepared,
    window: Window,
) -> Result<(Records, Option<i64>), Error> {
    match window {
        Window::All => Ok((Records::load(connection, prepared, prepared.sql(None))?, None)),
        Window::Uncounted { limit, offset } => load_part(connection, prepared, limit, offset, false),
        Window::Part { limit, offset } => {
            let (records, count) = load_part(connection, prepared, limit, offset, true)?;
            // No row has told the count where there is none.
            let count = match count {
                None if limit > 0 && offset <= 0 => 0,
                None => prepared.count().count(connection)?,
                Some(count) => count,
            };
            Ok((records, Some(count)))
        }
        Window::Last { size } => {
            let (size, count) = (size.max(1), prepared.count().count(connection)?);
            let offset = (count.max(1) - 1) / size * size;
            Ok((load_part(connection, prepared, size, offset, false)?.0, Some(count)))
        }
    }
}

/// These records, and the count of all where it is asked for and there are some: in one statement, or two at a far offset.
fn load_part(
    connection: &mut Connection,
    prepared: &Prepared,
    limit: i64,
    offset: i64,
    counts: bool,
) -> Result<(Records, Option<i64>), Error> {
    let (limit, offset) = (limit.max(0), offset.max(0));
    if offset >= FAR_OFFSET || (counts && prepared.is_search) {
        let rows = prepared.keys_of_part(limit, offset, counts).load(connection)?;
        let keys = rows.iter().map(|row| row.key(0)).collect::<Result<Vec<_>, _>>()?;
        let Some(first) = rows.first() else { return Ok((Records::default(), None)) };
        let count = if counts { Some(first.integer(1)?) } else { None };
        return Ok((Records::load(connection, prepared, prepared.of_keys(keys))?, count));
    }
    let select = if counts { &prepared.counted } else { &prepared.select };
    let mut sink = PartSink { records: RecordSink::of(prepared), counts, count: None };
    let _ = for_each_row(connection, prepared.part(select.clone(), limit, offset), &mut sink)?;
    Ok((sink.records.records(connection)?, sink.count))
}

pub(super) fn select(
    connection: &mut Connection,
    plans: &Plans,
    selection: &Selection,
) -> Result<JsonSlice, Error> {
    let prepared = plans.prepare(connection, selection, &[])?;
    let (records, count) = load_window(connection, &prepared, selection.window)?;
    let len = records.ends.len();
    let count = count.unwrap_or_else(|| i64::try_from(len).unwrap_or(i64::MAX));
    Ok(JsonSlice { rows: records.rows(), len, count })
}

pub(super) fn select_positioned(
    connection: &mut Connection,
    selection: &Selection,
    position: &Path,
) -> Result<PositionedRecords, Error> {
    let prepared = Prepared::new(connection, selection, std::slice::from_ref(position))?;
    let (records, _) = load_window(connection, &prepared, selection.window)?;
    let text = |value: &Value| match value {
        Value::One(Some(reference)) => reference.id.to_string(),
        // Python's `str(None)`.
        Value::Null | Value::One(None) | Value::Timestamp(None) => "None".to_owned(),
        value => value.text(),
    };
    let positions =
        records.values.iter().map(|values| values.first().map(text).unwrap_or_default()).collect();
    Ok(PositionedRecords { items: records.objects().map(<[u8]>::to_vec).collect(), positions })
}

/// These values of the records of a window, and the count of the list, or of these where the window wants none.
pub(crate) fn values(
    connection: &mut Connection,
    selection: &Selection,
    paths: &[Path],
) -> Result<(Vec<Vec<Value>>, i64), Error> {
    let prepared = Prepared::new(connection, selection, paths)?;
    let (records, count) = load_window(connection, &prepared, selection.window)?;
    let count = count.unwrap_or_else(|| i64::try_from(records.ends.len()).unwrap_or(i64::MAX));
    Ok((records.values, count))
}

/// These values of the records that meet this condition, in place of that of the selection, on its table `t`. The clause
/// follows the order.
pub(crate) fn values_of(
    connection: &mut Connection,
    selection: &Selection,
    paths: &[Path],
    condition: Sql,
    clause: Sql,
) -> Result<Vec<Vec<Value>>, Error> {
    let prepared = Prepared::new(connection, selection, paths)?;
    Ok(Records::load(connection, &prepared, prepared.of(condition).append(clause))?.values)
}

/// The keys of a selection, whatever its window is; at most `limit`.
pub(crate) fn keys(
    connection: &mut Connection,
    selection: &Selection,
    limit: i64,
) -> Result<Vec<Key>, Error> {
    let keys = Prepared::new(connection, selection, &[])?.keys_of_part(limit, 0, false);
    keys.load(connection)?.iter().map(|row| row.key(0)).collect()
}

/// The statements that read a part of a list, for tests of their plans: that of its keys, and that of its records.
#[cfg(test)]
pub(crate) fn statements(
    connection: &Connection,
    selection: &Selection,
    paths: &[Path],
    (limit, offset): (i64, i64),
) -> (Sql, Sql) {
    let prepared = Prepared::new(connection, selection, paths).unwrap();
    (prepared.keys_of_part(limit, offset, true), prepared.of_keys(Vec::new()))
}

pub(super) fn count(connection: &mut Connection, selection: &Selection) -> Result<i64, Error> {
    Prepared::new(connection, selection, &[])?.count().count(connection)
}

pub(super) fn find(
    connection: &mut Connection,
    plans: &Plans,
    selection: &Selection,
    key: Key,
    also: &[Path],
) -> Result<Option<FoundRecord>, Error> {
    let prepared = plans.prepare(connection, selection, also)?;
    Ok(Records::load(connection, &prepared, prepared.of_key(key))?.only())
}

/// A record, and the account of a claim.
pub(super) fn find_for(
    connection: &mut Connection,
    plans: &Plans,
    claim: &AccountClaim,
    selection: &Selection,
    key: Key,
    also: &[Path],
) -> Result<Option<FoundFor>, Error> {
    let prepared = plans.prepare(connection, selection, also)?;
    if prepared.condition.is_some() {
        return Err(Error::Query("a record that is joined to an account has no condition".to_owned()));
    }
    let statement = prepared.with_account(connection.engine());
    let mut joined = JoinedRecordSink(RecordSink::of(&prepared));
    let reader = claimed_with(connection, claim, statement, Some(key.into()), &mut joined)?;
    let record = joined.0.records(connection)?.only();
    Ok(reader.map(|reader| FoundFor { reader, record }))
}
