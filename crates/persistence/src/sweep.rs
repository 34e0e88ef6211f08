//! Deletes expired rows.

use crate::connection::{Connection, Raw};
use crate::error::Error;
use crate::sql::Sql;

/// Deletes at most `limit` rows of a table that meet a condition, by the columns of its key.
pub(crate) fn sweep(
    connection: &mut Connection,
    (table, key): (&'static str, &'static str),
    condition: Sql,
    limit: i64,
) -> Result<usize, Error> {
    // Locked rows are left: two sweeps at once must not wait for each other.
    let lock = if matches!(connection.raw, Raw::Postgresql(_)) { " FOR UPDATE SKIP LOCKED" } else { "" };
    let columns = key.trim_matches(['(', ')']);
    Sql::new("DELETE FROM ")
        .push(table)
        .push(" WHERE ")
        .push(key)
        .push(" IN (SELECT ")
        .push(columns)
        .push(" FROM ")
        .push(table)
        .push(" WHERE ")
        .append(condition)
        .push(" LIMIT ")
        .number(limit)
        .push(lock)
        .push(")")
        .run(connection)
}
