//! Rows of statements that are built at run time.

use diesel::deserialize::{self, FromSqlRow};
use diesel::pg::Pg;
use diesel::query_builder::QueryId;
use diesel::row::Row;
use diesel::sql_types::SqlType;
use diesel::sqlite::Sqlite;
use presspass_domain::Timestamp;
use presspass_domain::model::{Key, KeyKind};

use super::rows::{Datum, Decodes, datum};
use crate::error::Error;

/// The SQL type of a row of [`super::Sql`].
#[derive(Debug, Clone, Copy, SqlType, QueryId)]
#[diesel(sqlite_type(name = "Text"))]
#[diesel(postgres_type(oid = 25, array_oid = 1009))]
pub(crate) struct AnyRow;

/// A value as the engine returned it. `SQLite` has no booleans and no timestamps: the reader of the cell knows them.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    Null,
    Number(i64),
    Text(String),
    Flag(bool),
    Timestamp(Timestamp),
    Uuid(u128),
    /// Of another type.
    Other,
}

/// A row; the engine of the records reads its own.
#[derive(Debug, Clone)]
pub(crate) struct Cells(Vec<Cell>);

fn collect<'a, DB: Decodes>(row: &impl Row<'a, DB>) -> deserialize::Result<Cells> {
    (0..row.field_count())
        .map(|at| datum(row, at, |datum| Ok(cell(&datum))))
        .collect::<Result<_, _>>()
        .map(Cells)
}

fn cell(datum: &Datum<'_>) -> Cell {
    match datum {
        Datum::Null => Cell::Null,
        Datum::Integer(number) => Cell::Number(*number),
        Datum::Text(text) => Cell::Text((*text).to_owned()),
        Datum::Flag(flag) => Cell::Flag(*flag),
        Datum::Timestamp(timestamp) => Cell::Timestamp(*timestamp),
        Datum::Uuid(uuid) => Cell::Uuid(*uuid),
        Datum::Bytes(_)
        | Datum::Float(_)
        | Datum::Date(_)
        | Datum::Time(_)
        | Datum::Duration(_)
        | Datum::Decimal(_) => Cell::Other,
    }
}

impl FromSqlRow<AnyRow, Sqlite> for Cells {
    fn build_from_row<'a>(row: &impl Row<'a, Sqlite>) -> deserialize::Result<Self> {
        collect(row)
    }
}

impl FromSqlRow<AnyRow, Pg> for Cells {
    fn build_from_row<'a>(row: &impl Row<'a, Pg>) -> deserialize::Result<Self> {
        collect(row)
    }
}

fn unfit(wanted: &str) -> Error {
    // The value is not shown: it may be anything.
    Error::Query(format!("a column that should hold {wanted} holds something else"))
}

impl Cells {
    fn get(&self, at: usize) -> &Cell {
        self.0.get(at).unwrap_or(&Cell::Null)
    }

    pub fn integer(&self, at: usize) -> Result<i64, Error> {
        match self.get(at) {
            Cell::Number(number) => Ok(*number),
            _ => Err(unfit("a number")),
        }
    }

    /// The key of a record; a UUID is text on `SQLite`.
    pub fn key(&self, at: usize) -> Result<Key, Error> {
        let key = match self.get(at) {
            Cell::Number(number) => Some(Key::Integer(*number)),
            Cell::Uuid(uuid) => Some(Key::Uuid(*uuid)),
            Cell::Text(text) => KeyKind::Uuid.parse(text),
            _ => None,
        };
        key.ok_or_else(|| unfit("a key"))
    }

    /// A text column of `SQLite` may hold a number.
    pub fn text(&self, at: usize) -> Result<String, Error> {
        match self.get(at) {
            Cell::Text(text) => Ok(text.clone()),
            Cell::Number(number) => Ok(number.to_string()),
            _ => Err(unfit("a text")),
        }
    }

    pub fn optional_text(&self, at: usize) -> Result<Option<String>, Error> {
        if self.is_null(at) { Ok(None) } else { self.text(at).map(Some) }
    }

    pub fn flag(&self, at: usize) -> Result<bool, Error> {
        match self.get(at) {
            Cell::Flag(flag) => Ok(*flag),
            Cell::Number(number) => Ok(*number != 0),
            _ => Err(unfit("a boolean")),
        }
    }

    pub fn timestamp(&self, at: usize) -> Result<Option<Timestamp>, Error> {
        match self.get(at) {
            Cell::Null => Ok(None),
            Cell::Timestamp(timestamp) => Ok(Some(*timestamp)),
            Cell::Text(text) => {
                let timestamp = Timestamp::parse_sqlite(text).or_else(|_| Timestamp::parse_iso(text));
                timestamp.map(Some).map_err(|_| unfit("a timestamp"))
            }
            _ => Err(unfit("a timestamp")),
        }
    }

    fn is_null(&self, at: usize) -> bool {
        *self.get(at) == Cell::Null
    }
}
