//! The keys of all records of a list, whatever part of it a page shows.

use presspass_domain::admin::ListQuery;

use super::conditions::conditions;
use super::sql::Sql;
use super::table::Table;
use crate::connection::Connection;
use crate::error::Error;

/// The keys of the records that a query's search and filters let through, ascending, at most so many.
pub(super) fn keys(
    connection: &mut Connection,
    table: &'static Table,
    query: &ListQuery,
    most: u32,
) -> Result<Vec<i64>, Error> {
    let Some(conditions) = conditions(table, query)? else { return Ok(Vec::new()) };
    let mut select = Sql::new(format!("SELECT t.\"id\" FROM \"{}\" AS t", table.name));
    if !conditions.is_empty() {
        select = select.push(" WHERE ").join(" AND ", conditions);
    }
    let rows = select.push(format!(" ORDER BY t.\"id\" LIMIT {most}")).load(connection)?;
    rows.iter().map(|row| row.integer(0)).collect()
}
