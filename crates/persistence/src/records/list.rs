//! Lists of records: columns, search, filters, order and pages.

use presspass_domain::model::{ListQuery, Row};
use presspass_domain::{Direction, Slice, Window};

use super::conditions::conditions;
use super::located::Located;
use super::select::{Counting, KeyedValues, Select, order, own_column};
use super::table::Table;
use crate::connection::Connection;
use crate::error::Error;
use crate::sql::Sql;

/// The query of a list, still without a limit; `None` where no record can meet its conditions.
pub(super) fn prepare(table: &'static Table, query: &ListQuery) -> Result<Option<Select>, Error> {
    let Some((conditions, condition_joins)) = conditions(table, query)? else { return Ok(None) };
    let mut fields =
        query.wanted().iter().map(|path| Located::path(table, path)).collect::<Result<Vec<_>, _>>()?;
    fields.extend(table.label()?.into_iter().map(Located::own));
    Ok(Some(Select {
        table,
        fields,
        conditions,
        condition_joins,
        order: order(table, query)?,
        limit_offset: None,
        lock: "",
    }))
}

/// Runs a query. First it finds the keys of the page, then it reads the records of these alone.
pub(super) fn list(
    connection: &mut Connection,
    table: &'static Table,
    query: &ListQuery,
) -> Result<Slice<Row>, Error> {
    let Some(mut select) = prepare(table, query)? else {
        return Ok(Slice { items: Vec::new(), count: 0 });
    };
    let count = match query.window() {
        Window::All => None,
        window => {
            let (keys, count) = page_keys(connection, &mut select, window, counting(query))?;
            select.conditions = vec![Sql::from(own_column("id")).push(" IN ").numbers(keys)];
            select.condition_joins = Vec::new();
            count
        }
    };
    let rows = select.load(connection)?;
    let count = count.unwrap_or_else(|| i64::try_from(rows.len()).unwrap_or(i64::MAX));
    let columns = query.wanted().len();
    let row = |(id, mut values): KeyedValues| {
        let label = table.model.label_of(&values[columns..]);
        values.truncate(columns);
        Row { id, label, values }
    };
    Ok(Slice { items: rows.into_iter().map(row).collect(), count })
}

/// A search reads all records.
fn counting(query: &ListQuery) -> Counting {
    if query.sought().is_some() { Counting::Alongside } else { Counting::Apart }
}

/// The keys of a page, and how many records there are, where the window wants that.
fn page_keys(
    connection: &mut Connection,
    select: &mut Select,
    window: Window,
    counting: Counting,
) -> Result<(Vec<i64>, Option<i64>), Error> {
    let wants_count = !matches!(window, Window::Uncounted { .. });
    let at_once = wants_count && counting == Counting::Alongside && !matches!(window, Window::Last { .. });
    let counted = if wants_count && !at_once { Some(select.count(connection)?) } else { None };
    select.limit_offset = limit_offset(window, counted);
    let keys = select.keys(if at_once { counting } else { Counting::Apart })?.load(connection)?;
    let count = match keys.first() {
        Some(first) if at_once => Some(first.integer(1)?),
        // A page behind the end says nothing of what lies before it.
        None if at_once => Some(select.count(connection)?),
        _ => counted,
    };
    select.limit_offset = None;
    let keys = keys.iter().map(|key| key.integer(0)).collect::<Result<Vec<_>, _>>()?;
    Ok((keys, count))
}

/// The keys of at most `limit` records that meet the conditions of a query, whatever its page; ascending.
pub(super) fn keys(
    connection: &mut Connection,
    table: &'static Table,
    query: &ListQuery,
    limit: u32,
) -> Result<Vec<i64>, Error> {
    let Some(mut select) = prepare(table, query)? else { return Ok(Vec::new()) };
    select.order = vec![(Located::own(table.locate(&table.model.key)?), Direction::Ascending)];
    select.limit_offset = Some((limit.into(), 0));
    let keys = select.keys(Counting::Apart)?.load(connection)?;
    keys.iter().map(|key| key.integer(0)).collect()
}

/// The limit and the offset of a window, of as many records as were counted for it; `None` for all.
pub(super) fn limit_offset(window: Window, counted: Option<i64>) -> Option<(i64, i64)> {
    match window {
        Window::All => None,
        Window::Part { limit, offset } | Window::Uncounted { limit, offset } => {
            Some((limit.max(0), offset.max(0)))
        }
        Window::Last { size } => {
            let size = size.max(1);
            Some((size, (counted.unwrap_or_default().max(1) - 1) / size * size))
        }
    }
}

#[cfg(test)]
mod tests;
