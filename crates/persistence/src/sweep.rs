//! Taking away rows that nobody needs any more.

use crate::connection::{Connection, Raw};
use crate::error::Error;
use crate::sql::Sql;

/// Deletes rows of a table, by the columns of its key, for which this holds, at most so many; gives how many there were.
pub(crate) fn sweep(
    connection: &mut Connection,
    (table, key): (&str, &str),
    over: Sql,
    limit: i64,
) -> Result<usize, Error> {
    // Rows that somebody holds are left: two who sweep at once must not wait for each other.
    let lock = if matches!(connection.raw, Raw::Postgresql(_)) { " FOR UPDATE SKIP LOCKED" } else { "" };
    let columns = key.trim_matches(['(', ')']);
    Sql::new(format!("DELETE FROM {table} WHERE {key} IN (SELECT {columns} FROM {table} WHERE "))
        .append(over)
        .push(format!(" LIMIT {limit}{lock})"))
        .run(connection)
}
