//! Queries that return records of a table.

use presspass_domain::model::{ChoiceQuery, Field, Kind, ListQuery, Model, Reference, Search, Value};
use presspass_domain::{Direction, Window};

use super::conditions::{cannot_be_stored, containing_all};
use super::table::{FieldLocation, Table};
use crate::connection::Connection;
use crate::error::Error;
use crate::sql::{Cells, Column, Sql};

pub(super) struct Select {
    pub table: &'static Table,
    /// What it returns after the key.
    pub fields: Vec<FieldLocation>,
    pub conditions: Vec<Sql>,
    pub order: Vec<(FieldLocation, Direction)>,
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

/// The columns that the label of the other record is made of.
fn label_columns(alias: &'static str, to: &'static Model) -> Result<Vec<Column>, Error> {
    let columns = Table::of(to).label()?.into_iter().map(|location| match location {
        FieldLocation::Own { column, .. } => Ok(Column(alias, column)),
        // No model refers by key to one that is labelled by another key.
        _ => Err(Error::Query(format!("{} has a label of labels", to.table()))),
    });
    columns.collect()
}

fn no_column(field: &Field) -> Error {
    Error::Query(format!("{} is no column", field.name))
}

impl FieldLocation {
    fn columns(self) -> Result<Vec<Column>, Error> {
        match self {
            Self::Own { column, .. } => Ok(vec![own_column(column)]),
            Self::One { column, to, .. } => {
                Ok([vec![own_column(column)], label_columns(column, to)?].concat())
            }
            Self::Many { field, .. } => Err(no_column(field)),
        }
    }

    fn sort_columns(self) -> Result<Vec<Column>, Error> {
        match self {
            Self::One { column, to, .. } => label_columns(column, to),
            Self::Own { .. } | Self::Many { .. } => self.columns(),
        }
    }

    /// Reads it from a row, and moves `at` behind its columns.
    fn read(self, cells: &Cells, at: &mut usize) -> Result<Value, Error> {
        let here = *at;
        match self {
            Self::Own { field, .. } => {
                *at += 1;
                value(field, cells, here)
            }
            Self::One { to, .. } => {
                *at += 1;
                let label = read_label(to, cells, at)?;
                Ok(Value::One(cells.optional_integer(here)?.map(|id| Reference { id, label })))
            }
            Self::Many { field, .. } => Err(no_column(field)),
        }
    }
}

fn value(field: &Field, cells: &Cells, at: usize) -> Result<Value, Error> {
    Ok(match field.kind {
        Kind::Text(_) => Value::Text(cells.optional_text(at)?.unwrap_or_default()),
        Kind::Integer(_) => Value::Integer(cells.integer(at)?),
        Kind::Boolean => Value::Boolean(cells.flag(at)?),
        Kind::Timestamp => Value::Timestamp(cells.timestamp(at)?),
        _ => {
            return Err(Error::Query(format!("{} is no value of a column", field.name)));
        }
    })
}

fn read_label(model: &'static Model, cells: &Cells, at: &mut usize) -> Result<String, Error> {
    let mut values = Vec::new();
    let mut missing = true;
    for field in model.label_fields() {
        if cells.is_null(*at) {
            values.push((field, Value::Text(String::new())));
        } else {
            missing = false;
            values.push((field, value(field, cells, *at)?));
        }
        *at += 1;
    }
    Ok(if missing { String::new() } else { model.label_of(&values) })
}

impl Select {
    fn joins<'f>(fields: impl IntoIterator<Item = &'f FieldLocation>) -> Vec<Sql> {
        let mut known = Vec::new();
        let mut joins = Vec::new();
        for location in fields {
            if let FieldLocation::One { column, to, .. } = *location
                && !known.contains(&column)
            {
                known.push(column);
                let join = Sql::new(" LEFT JOIN ").name(Table::of(to).name).push(" AS ").name(column);
                let key = Column(column, "id");
                joins.push(join.push(" ON ").append(key).push(" = ").append(own_column(column)));
            }
        }
        joins
    }

    fn order_by(&self) -> Result<Sql, Error> {
        let mut columns = Vec::new();
        for (location, direction) in &self.order {
            let direction = if *direction == Direction::Descending { " DESC" } else { "" };
            columns.extend(location.sort_columns()?.into_iter().map(|it| Sql::from(it).push(direction)));
        }
        Ok(if columns.is_empty() { Sql::default() } else { Sql::new(" ORDER BY ").join(", ", columns) })
    }

    pub fn restricted(&self) -> Sql {
        if self.conditions.is_empty() {
            return Sql::default();
        }
        Sql::new(" WHERE ").join(" AND ", self.conditions.clone())
    }

    pub fn count_sql(&self) -> Sql {
        Sql::new("SELECT count(*) FROM ").name(self.table.name).push(" AS t").append(self.restricted())
    }

    /// How many records there are, whatever the limit.
    pub fn count(&self, connection: &mut Connection) -> Result<i64, Error> {
        self.count_sql().count(connection)
    }

    pub fn sql(&self) -> Result<Sql, Error> {
        let mut columns = vec![own_column("id")];
        for location in &self.fields {
            columns.extend(location.columns()?);
        }
        let joins = Self::joins(self.fields.iter().chain(self.order.iter().map(|(location, _)| location)));
        self.selecting(Sql::default().join(", ", columns), joins)
    }

    /// The keys alone, and beside each how many records there are without the limit: an index is read in place of a wide
    /// table, and nothing is joined to what an OFFSET skips.
    pub fn keys(&self, count: Counting) -> Result<Sql, Error> {
        let count = match count {
            Counting::Apart => ", 0",
            Counting::Alongside => ", count(*) OVER ()",
        };
        let joins = Self::joins(self.order.iter().map(|(location, _)| location));
        self.selecting(Sql::from(own_column("id")).push(count), joins)
    }

    fn selecting(&self, columns: Sql, joins: Vec<Sql>) -> Result<Sql, Error> {
        let select = Sql::new("SELECT ")
            .append(columns)
            .push(" FROM ")
            .name(self.table.name)
            .push(" AS t")
            .join("", joins)
            .append(self.restricted())
            .append(self.order_by()?);
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
            fields: table.label()?,
            conditions,
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

pub(super) fn order(
    table: &'static Table,
    query: &ListQuery,
) -> Result<Vec<(FieldLocation, Direction)>, Error> {
    query.order().into_iter().map(|(field, direction)| Ok((table.locate(field)?, direction))).collect()
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
    let mut columns = Vec::new();
    for location in table.label()? {
        match location {
            FieldLocation::Own { field, column } if matches!(field.kind, Kind::Text(_)) => {
                columns.push(own_column(column));
            }
            FieldLocation::One { column, to, .. } => columns.extend(label_columns(column, to)?),
            _ => {}
        }
    }
    let conditions = containing_all(&columns, words);
    let limit_offset = query.limit.map(|limit| (i64::from(limit), 0));
    Select { limit_offset, ..Select::labels(table, conditions)? }.references(connection)
}
