//! Queries that return records of a table.

use presspass_domain::model::{ChoiceQuery, Field, Kind, ListQuery, Reference, Search, Value};
use presspass_domain::{Direction, Window};

use super::conditions::{cannot_be_stored, containing_all};
use super::located::{Join, Located};
use super::table::Table;
use crate::connection::Connection;
use crate::error::Error;
use crate::resources;
use crate::sql::{Cells, Column, Datum, Sql};

pub(super) struct Select {
    pub table: &'static Table,
    /// What it returns after the key.
    pub fields: Vec<Located>,
    pub conditions: Vec<Sql>,
    /// What its conditions need beside the table.
    pub condition_joins: Vec<Join>,
    pub order: Vec<(Located, Direction)>,
    pub limit_offset: Option<(i64, i64)>,
    /// A clause that locks the rows, or nothing.
    pub lock: &'static str,
}

/// How records are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Counting {
    /// By a statement of its own, which an index may answer.
    Apart,
    /// During a search, which has to read each record: so it is read once.
    Alongside,
}

/// A record as it was read: its key, and the values that were asked for.
pub(super) type KeyedValues = (i64, Vec<(&'static Field, Value)>);

pub(super) const fn own_column(name: &'static str) -> Column {
    Column("t", name)
}

pub(super) fn value(field: &Field, cells: &Cells, at: usize) -> Result<Value, Error> {
    match (field.kind, cells.datum(at)) {
        (Kind::Text(_), Datum::Null) => Ok(Value::Text(String::new())),
        (_, datum) => resources::value::value(field, &datum).map_err(|error| Error::Query(error.to_string())),
    }
}

impl Select {
    /// The columns that it is ordered by, and the joins to them.
    fn order_by(&self) -> Result<(Sql, Vec<Join>), Error> {
        let (mut columns, mut joins) = (Vec::new(), Vec::new());
        for (located, direction) in &self.order {
            let direction = if *direction == Direction::Descending { " DESC" } else { "" };
            let mut own = Vec::new();
            located.sort_columns(&mut own, &mut joins)?;
            columns.extend(own.into_iter().map(|it| Sql::from(it).push(direction)));
        }
        let sql =
            if columns.is_empty() { Sql::default() } else { Sql::new(" ORDER BY ").join(", ", columns) };
        Ok((sql, joins))
    }

    pub fn restricted(&self) -> Sql {
        if self.conditions.is_empty() {
            return Sql::default();
        }
        Sql::new(" WHERE ").join(" AND ", self.conditions.clone())
    }

    pub fn count_sql(&self) -> Sql {
        Sql::new("SELECT count(*) FROM ")
            .name(self.table.name)
            .push(" AS t")
            .join("", Join::all(&self.condition_joins))
            .append(self.restricted())
    }

    /// How many records there are, whatever the limit.
    pub fn count(&self, connection: &mut Connection) -> Result<i64, Error> {
        self.count_sql().count(connection)
    }

    pub fn sql(&self) -> Result<Sql, Error> {
        let (mut columns, mut joins) = (vec![own_column("id")], Vec::new());
        for located in &self.fields {
            located.read_columns(&mut columns, &mut joins)?;
        }
        self.selecting(Sql::default().join(", ", columns), &joins)
    }

    /// The keys alone, and beside each how many records there are without the limit: an index is read in place of a wide
    /// table, and nothing is joined to what an OFFSET skips.
    pub fn keys(&self, count: Counting) -> Result<Sql, Error> {
        let count = match count {
            Counting::Apart => ", 0",
            Counting::Alongside => ", count(*) OVER ()",
        };
        self.selecting(Sql::from(own_column("id")).push(count), &[])
    }

    fn selecting(&self, columns: Sql, joins: &[Join]) -> Result<Sql, Error> {
        let (order, of_order) = self.order_by()?;
        let joins = joins.iter().chain(&self.condition_joins).chain(&of_order);
        let select = Sql::new("SELECT ")
            .append(columns)
            .push(" FROM ")
            .name(self.table.name)
            .push(" AS t")
            .join("", Join::all(joins))
            .append(self.restricted())
            .append(order);
        Ok(limited(select, self.limit_offset).push(self.lock))
    }

    pub fn load(&self, connection: &mut Connection) -> Result<Vec<KeyedValues>, Error> {
        let rows = self.sql()?.load(connection)?;
        rows.iter().map(|row| self.read(row)).collect()
    }

    fn read(&self, row: &Cells) -> Result<KeyedValues, Error> {
        let mut at = 1;
        let mut values = Vec::with_capacity(self.fields.len());
        for location in &self.fields {
            values.push((location.field(), location.read(row, &mut at)?));
        }
        Ok((row.integer(0)?, values))
    }

    /// The records by their labels alone.
    pub fn references(&self, connection: &mut Connection) -> Result<Vec<Reference>, Error> {
        let rows = self.load(connection)?;
        Ok(rows
            .into_iter()
            .map(|(id, values)| Reference { id, label: self.table.model.label_of(&values) })
            .collect())
    }

    /// All records of a table by their labels, in the order of their model.
    pub fn labels(table: &'static Table, conditions: Vec<Sql>) -> Result<Self, Error> {
        Ok(Self {
            table,
            fields: table.label()?.into_iter().map(Located::own).collect(),
            conditions,
            condition_joins: Vec::new(),
            order: order(table, &ListQuery::new(table.model, Window::All))?,
            limit_offset: None,
            lock: "",
        })
    }
}

pub(super) fn limited(select: Sql, limit_offset: Option<(i64, i64)>) -> Sql {
    match limit_offset {
        Some((limit, offset)) => select.push(" LIMIT ").number(limit).push(" OFFSET ").number(offset),
        None => select,
    }
}

pub(super) fn order(table: &'static Table, query: &ListQuery) -> Result<Vec<(Located, Direction)>, Error> {
    query.order().into_iter().map(|(path, direction)| Ok((Located::path(table, &path)?, direction))).collect()
}

/// Records to choose from.
pub(super) fn choices(
    connection: &mut Connection,
    table: &'static Table,
    query: &ChoiceQuery,
) -> Result<Vec<Reference>, Error> {
    let words = query.search.as_ref().map(Search::words).unwrap_or_default();
    if words.iter().any(|word| cannot_be_stored(word)) {
        return Ok(Vec::new());
    }
    let (mut columns, mut condition_joins) = (Vec::new(), Vec::new());
    for location in table.label()? {
        let (own, joins) = Located::own(location).text_columns()?;
        columns.extend(own);
        condition_joins.extend(joins);
    }
    let conditions = containing_all(&columns, words);
    let limit_offset = query.limit.map(|limit| (i64::from(limit), 0));
    Select { condition_joins, limit_offset, ..Select::labels(table, conditions)? }.references(connection)
}
