//! Rows of statements that are built at run time.

use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::pg::{Pg, PgValue};
use diesel::query_builder::QueryId;
use diesel::row::{Field as _, Row};
use diesel::sql_types::{BigInt, Bool, SmallInt, SqlType, Text};
use diesel::sqlite::{Sqlite, SqliteType, SqliteValue};
use presspass_domain::Timestamp;

use crate::columns::{Instant, Key, types};
use crate::error::Error;

/// The SQL type of a row of [`super::Sql`].
#[derive(Debug, Clone, Copy, SqlType, QueryId)]
#[diesel(sqlite_type(name = "Text"))]
#[diesel(postgres_type(oid = 25, array_oid = 1009))]
pub(crate) struct AnyRow;

/// A value as the engine returned it. `SQLite` has no booleans and no timestamps: the reader of the cell knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cell {
    Null,
    Number(i64),
    Text(String),
    Flag(bool),
    Timestamp(Timestamp),
}

/// A row.
#[derive(Debug, Clone)]
pub(crate) struct Cells(Vec<Cell>);

fn collect<'a, DB: diesel::backend::Backend>(
    row: &impl Row<'a, DB>,
    read: impl Fn(DB::RawValue<'_>) -> deserialize::Result<Cell>,
) -> deserialize::Result<Cells> {
    (0..row.field_count())
        .map(|at| {
            let field = row.get(at).ok_or("a row lost a column")?;
            field.value().map_or(Ok(Cell::Null), &read)
        })
        .collect::<Result<_, _>>()
        .map(Cells)
}

impl FromSqlRow<AnyRow, Sqlite> for Cells {
    fn build_from_row<'a>(row: &impl Row<'a, Sqlite>) -> deserialize::Result<Self> {
        collect(row, |mut value: SqliteValue<'_, '_, '_>| {
            Ok(match value.value_type() {
                None => Cell::Null,
                Some(SqliteType::Text) => Cell::Text(value.read_text().to_owned()),
                Some(SqliteType::Integer | SqliteType::Long | SqliteType::SmallInt) => {
                    Cell::Number(value.read_long())
                }
                Some(other) => return Err(format!("a value of the type {other:?}").into()),
            })
        })
    }
}

impl FromSqlRow<AnyRow, Pg> for Cells {
    fn build_from_row<'a>(row: &impl Row<'a, Pg>) -> deserialize::Result<Self> {
        collect(row, |value: PgValue<'_>| {
            // The fixed oids of types (pg_type.dat).
            Ok(match value.get_oid().get() {
                16 => Cell::Flag(<bool as FromSql<Bool, Pg>>::from_sql(value)?),
                20 => Cell::Number(<i64 as FromSql<BigInt, Pg>>::from_sql(value)?),
                21 => Cell::Number(<i16 as FromSql<SmallInt, Pg>>::from_sql(value)?.into()),
                23 => Cell::Number(<Key as FromSql<types::Key, Pg>>::from_sql(value)?.0),
                19 | 25 | 1042 | 1043 => Cell::Text(<String as FromSql<Text, Pg>>::from_sql(value)?),
                1184 => Cell::Timestamp(<Instant as FromSql<types::Instant, Pg>>::from_sql(value)?.0),
                other => return Err(format!("a value of the type {other}").into()),
            })
        })
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

    pub fn optional_integer(&self, at: usize) -> Result<Option<i64>, Error> {
        if self.is_null(at) { Ok(None) } else { self.integer(at).map(Some) }
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

    pub fn is_null(&self, at: usize) -> bool {
        *self.get(at) == Cell::Null
    }
}
