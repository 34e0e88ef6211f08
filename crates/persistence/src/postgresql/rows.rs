//! Rows of `PostgreSQL`, as libpq or as tokio-postgres returned them.

use std::error::Error;
use std::num::NonZeroU32;
use std::ops::Range;
use std::slice;
use std::sync::Arc;

use diesel::connection::{DefaultLoadingMode, LoadConnection};
use diesel::pg::{Pg, PgValue};
use diesel::row::{Field, PartialRow, Row, RowIndex, RowSealed};
use diesel::{PgConnection, QueryResult};
use tokio_postgres::types::{FromSql, Type};

type LibpqCursor<'conn, 'query> = <PgConnection as LoadConnection<DefaultLoadingMode>>::Cursor<'conn, 'query>;
type LibpqRow<'conn, 'query> = <PgConnection as LoadConnection<DefaultLoadingMode>>::Row<'conn, 'query>;

/// All rows of a statement.
pub(crate) struct FetchedRows {
    pub rows: Vec<tokio_postgres::Row>,
    /// The types of the columns.
    pub types: Arc<[NonZeroU32]>,
}

impl FetchedRows {
    pub(super) fn cursor(&self) -> FetchedCursor<'_> {
        FetchedCursor { rows: self.rows.iter(), types: &self.types }
    }
}

pub(crate) struct FetchedCursor<'conn> {
    rows: slice::Iter<'conn, tokio_postgres::Row>,
    types: &'conn [NonZeroU32],
}

pub(crate) enum Cursor<'conn, 'query> {
    Libpq(LibpqCursor<'conn, 'query>),
    Fetched(FetchedCursor<'conn>),
}

impl<'conn, 'query> Iterator for Cursor<'conn, 'query> {
    type Item = QueryResult<AnyRow<'conn, 'query>>;

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::Libpq(cursor) => Some(cursor.next()?.map(AnyRow::Libpq)),
            Self::Fetched(cursor) => {
                Some(Ok(AnyRow::Fetched(FetchedRow { row: cursor.rows.next()?, types: cursor.types })))
            }
        }
    }
}

pub(crate) enum AnyRow<'conn, 'query> {
    Libpq(LibpqRow<'conn, 'query>),
    Fetched(FetchedRow<'conn>),
}

pub(crate) struct FetchedRow<'conn> {
    row: &'conn tokio_postgres::Row,
    types: &'conn [NonZeroU32],
}

impl RowSealed for AnyRow<'_, '_> {}

impl<'conn, 'query> Row<'conn, Pg> for AnyRow<'conn, 'query> {
    type Field<'f>
        = AnyField<'f, <LibpqRow<'conn, 'query> as Row<'conn, Pg>>::Field<'f>>
    where
        'conn: 'f,
        Self: 'f;
    type InnerPartialRow = Self;

    fn field_count(&self) -> usize {
        match self {
            Self::Libpq(row) => row.field_count(),
            Self::Fetched(row) => row.types.len(),
        }
    }

    fn get<'f, I>(&'f self, index: I) -> Option<Self::Field<'f>>
    where
        'conn: 'f,
        Self: RowIndex<I>,
    {
        let at = self.idx(index)?;
        Some(match self {
            Self::Libpq(row) => AnyField::Libpq(row.get(at)?),
            Self::Fetched(row) => {
                AnyField::Fetched(FetchedField { row: row.row, type_: row.types.get(at)?, at })
            }
        })
    }

    fn partial_row(&self, range: Range<usize>) -> PartialRow<'_, Self> {
        PartialRow::new(self, range)
    }
}

impl RowIndex<usize> for AnyRow<'_, '_> {
    fn idx(&self, at: usize) -> Option<usize> {
        match self {
            Self::Libpq(row) => row.idx(at),
            Self::Fetched(row) => (at < row.types.len()).then_some(at),
        }
    }
}

impl<'n> RowIndex<&'n str> for AnyRow<'_, '_> {
    fn idx(&self, name: &'n str) -> Option<usize> {
        match self {
            Self::Libpq(row) => row.idx(name),
            Self::Fetched(row) => row.row.columns().iter().position(|column| column.name() == name),
        }
    }
}

pub(crate) enum AnyField<'f, L> {
    Libpq(L),
    Fetched(FetchedField<'f>),
}

pub(crate) struct FetchedField<'f> {
    row: &'f tokio_postgres::Row,
    type_: &'f NonZeroU32,
    at: usize,
}

impl<'f, L: Field<'f, Pg>> Field<'f, Pg> for AnyField<'f, L> {
    fn field_name(&self) -> Option<&str> {
        match self {
            Self::Libpq(field) => field.field_name(),
            Self::Fetched(field) => field.row.columns().get(field.at).map(tokio_postgres::Column::name),
        }
    }

    fn value(&self) -> Option<PgValue<'_>> {
        match self {
            Self::Libpq(field) => field.value(),
            Self::Fetched(field) => {
                // Fails only where there is no such column.
                let Bytes(bytes) = field.row.try_get(field.at).ok()?;
                Some(PgValue::new(bytes?, field.type_))
            }
        }
    }
}

/// A value as the server sent it.
struct Bytes<'a>(Option<&'a [u8]>);

impl<'a> FromSql<'a> for Bytes<'a> {
    fn from_sql(_type: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(Some(raw)))
    }

    fn from_sql_null(_type: &Type) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(None))
    }

    fn accepts(_type: &Type) -> bool {
        true
    }
}
