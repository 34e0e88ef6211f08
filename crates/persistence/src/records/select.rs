//! Queries that give records of a table.

use presspass_domain::admin::{ChoiceQuery, Field, Kind, ListQuery, Reference, Search, Value};
use presspass_domain::{Direction, Window};

use super::conditions::{cannot_be, containing_all};
use super::table::{Place, Table};
use crate::connection::Connection;
use crate::error::Error;
use crate::sql::Cells;
use crate::sql::Sql;

/// A query that gives records of a table.
pub(super) struct Select {
    pub table: &'static Table,
    /// What it gives after the key.
    pub places: Vec<Place>,
    /// What must hold, each.
    pub conditions: Vec<Sql>,
    pub order: Vec<(Place, Direction)>,
    /// How many, behind how many.
    pub part: Option<(i64, i64)>,
    /// What it ends with.
    pub ending: &'static str,
}

/// How records are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Counting {
    /// By a statement of its own, which an index may answer.
    Apart,
    /// While they are sought: where each has to be read, it is read once.
    Alongside,
}

/// A record as it was read: its key, and the values that were asked for.
pub(super) type Read = (i64, Vec<(&'static Field, Value)>);

/// A column of the table.
pub(super) fn column(name: &str) -> String {
    format!("t.\"{name}\"")
}

/// The columns that make the label of the other record.
fn label_columns(field: &Field, to: &Table) -> Result<Vec<String>, Error> {
    let columns = to.label()?.into_iter().map(|place| match place {
        Place::Own(of) => Ok(format!("\"{}\".\"{}\"", field.name, of.name)),
        // Nobody refers by key to what is only labelled by another key.
        _ => Err(Error::Query(format!("{} has a label of labels", to.name))),
    });
    columns.collect()
}

impl Place {
    fn columns(self) -> Result<Vec<String>, Error> {
        match self {
            Self::Own(field) => Ok(vec![column(field.name)]),
            Self::One { field, column: name, to } => {
                Ok([vec![column(name)], label_columns(field, to)?].concat())
            }
            Self::Many { field, .. } => Err(Error::Query(format!("{} is no column", field.name))),
        }
    }

    /// Its own column in its table.
    pub(super) fn stored(self) -> Option<&'static str> {
        match self {
            Self::Own(field) => Some(field.name),
            Self::One { column, .. } => Some(column),
            Self::Many { .. } => None,
        }
    }

    fn sorted_by(self) -> Result<Vec<String>, Error> {
        match self {
            Self::One { field, to, .. } => label_columns(field, to),
            Self::Own(_) | Self::Many { .. } => self.columns(),
        }
    }

    /// Reads it from a row, and counts up what it took.
    fn read(self, cells: &Cells, at: &mut usize) -> Result<Value, Error> {
        let here = *at;
        match self {
            Self::Own(field) => {
                *at += 1;
                value(field, cells, here)
            }
            Self::One { to, .. } => {
                *at += 1;
                let label = read_label(to, cells, at)?;
                Ok(Value::One(cells.optional_integer(here)?.map(|id| Reference { id, label })))
            }
            Self::Many { field, .. } => Err(Error::Query(format!("{} is no column", field.name))),
        }
    }
}

fn value(field: &Field, cells: &Cells, at: usize) -> Result<Value, Error> {
    Ok(match field.kind {
        Kind::Text(_) => Value::Text(cells.optional_text(at)?.unwrap_or_default()),
        Kind::Integer => Value::Integer(cells.integer(at)?),
        Kind::Boolean => Value::Boolean(cells.flag(at)?),
        Kind::Timestamp(_) => Value::Timestamp(cells.timestamp(at)?),
        Kind::One(_) | Kind::Many(_) | Kind::Password => {
            return Err(Error::Query(format!("{} is no value of a column", field.name)));
        }
    })
}

fn read_label(table: &Table, cells: &Cells, at: &mut usize) -> Result<String, Error> {
    let mut values = Vec::new();
    let mut missing = true;
    for place in table.label()? {
        let Place::Own(field) = place else { continue };
        if cells.is_null(*at) {
            values.push((field, Value::Text(String::new())));
        } else {
            missing = false;
            values.push((field, value(field, cells, *at)?));
        }
        *at += 1;
    }
    Ok(if missing { String::new() } else { table.model.label_of(&values) })
}

impl Select {
    fn joins<'p>(places: impl IntoIterator<Item = &'p Place>) -> Vec<Sql> {
        let mut known = Vec::new();
        let mut joins = Vec::new();
        for place in places {
            if let Place::One { field, column: key, to } = *place
                && !known.contains(&field.name)
            {
                known.push(field.name);
                let (table, name) = (to.name, field.name);
                joins.push(Sql::new(format!(
                    " LEFT JOIN \"{table}\" AS \"{name}\" ON \"{name}\".\"id\" = {}",
                    column(key)
                )));
            }
        }
        joins
    }

    fn ordering(&self) -> Result<Sql, Error> {
        let mut columns = Vec::new();
        for (place, direction) in &self.order {
            let way = if *direction == Direction::Descending { " DESC" } else { "" };
            columns.extend(place.sorted_by()?.into_iter().map(|column| Sql::new(column + way)));
        }
        Ok(if columns.is_empty() { Sql::default() } else { Sql::new(" ORDER BY ").join(", ", columns) })
    }

    fn cut(&self) -> Sql {
        // Digits: SQLite plans a statement anew whenever a LIMIT is bound.
        self.part
            .map_or_else(Sql::default, |(limit, offset)| Sql::new(format!(" LIMIT {limit} OFFSET {offset}")))
    }

    pub fn restricted(&self) -> Sql {
        if self.conditions.is_empty() {
            return Sql::default();
        }
        Sql::new(" WHERE ").join(" AND ", self.conditions.clone())
    }

    /// How many records it would give without its part.
    pub fn count(&self, connection: &mut Connection) -> Result<i64, Error> {
        let query = Sql::new(format!("SELECT count(*) FROM \"{}\" AS t", self.table.name));
        query.append(self.restricted()).count(connection)
    }

    pub fn sql(&self) -> Result<Sql, Error> {
        let mut columns = vec![column("id")];
        for place in &self.places {
            columns.extend(place.columns()?);
        }
        let joins = Self::joins(self.places.iter().chain(self.order.iter().map(|(place, _)| place)));
        self.selecting(&columns.join(", "), joins)
    }

    /// The keys alone, and beside each how many records there are without the part: of a wide table an index is read in
    /// its place, and nothing is joined to what an OFFSET passes over.
    pub fn keys(&self, count: Counting) -> Result<Sql, Error> {
        let count = match count {
            Counting::Apart => "0".to_owned(),
            Counting::Alongside => "count(*) OVER ()".to_owned(),
        };
        let joins = Self::joins(self.order.iter().map(|(place, _)| place));
        self.selecting(&format!("{}, {count}", column("id")), joins)
    }

    fn selecting(&self, columns: &str, joins: Vec<Sql>) -> Result<Sql, Error> {
        Ok(Sql::new(format!("SELECT {columns} FROM \"{}\" AS t", self.table.name))
            .join("", joins)
            .append(self.restricted())
            .append(self.ordering()?)
            .append(self.cut())
            .push(self.ending))
    }

    /// The records: the key, and the values of the places.
    pub fn load(&self, connection: &mut Connection) -> Result<Vec<Read>, Error> {
        let rows = self.sql()?.load(connection)?;
        rows.iter().map(|row| self.read(row)).collect()
    }

    fn read(&self, row: &Cells) -> Result<Read, Error> {
        let mut at = 1;
        let mut values = Vec::with_capacity(self.places.len());
        for place in &self.places {
            let field = match *place {
                Place::Own(field) | Place::One { field, .. } | Place::Many { field, .. } => field,
            };
            values.push((field, place.read(row, &mut at)?));
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
            places: table.label()?,
            conditions,
            order: ordered(table, &ListQuery::new(table.model, Window::All))?,
            part: None,
            ending: "",
        })
    }
}

/// The order of a query, where its fields are.
pub(super) fn ordered(table: &'static Table, query: &ListQuery) -> Result<Vec<(Place, Direction)>, Error> {
    query.order().into_iter().map(|(field, way)| Ok((table.place(field)?, way))).collect()
}

/// Records to choose from.
pub(super) fn choices(
    connection: &mut Connection,
    table: &'static Table,
    query: &ChoiceQuery,
) -> Result<Vec<Reference>, Error> {
    let words = query.search.as_ref().map(Search::words).unwrap_or_default();
    if words.iter().any(|word| cannot_be(word)) {
        return Ok(Vec::new());
    }
    let mut columns = Vec::new();
    for place in table.label()? {
        match place {
            Place::Own(field) if matches!(field.kind, Kind::Text(_)) => columns.push(column(field.name)),
            Place::One { field, to, .. } => columns.extend(label_columns(field, to)?),
            _ => {}
        }
    }
    let conditions = containing_all(&columns, words);
    let part = query.limit.map(|limit| (i64::from(limit), 0));
    Select { part, ..Select::labels(table, conditions)? }.references(connection)
}
