//! Rows as the engines return them, without a copy of each value.

use std::fmt::Write as _;

use std::ops::ControlFlow;

use diesel::backend::Backend;
use diesel::connection::{DefaultLoadingMode, LoadConnection};
use diesel::deserialize::{self, FromSql};
use diesel::expression::QueryMetadata;
use diesel::pg::{Pg, PgValue};
use diesel::query_builder::QueryFragment;
use diesel::row::{Field as _, Row};
use diesel::sql_types::SqlType;
use diesel::sqlite::{Sqlite, SqliteType, SqliteValue};
use presspass_domain::Timestamp;
use presspass_domain::model::{Key, KeyKind};
use time::{Date, Time};

use super::Sql;
use super::cells::AnyRow;
use crate::columns::{Instant, types};
use crate::connection::{Connection, Raw};
use crate::error::Error;

/// A value as the engine returned it. `SQLite` has only the first five.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Datum<'a> {
    Null,
    Integer(i64),
    Float(f64),
    Text(&'a str),
    Bytes(&'a [u8]),
    Flag(bool),
    Timestamp(Timestamp),
    Date(Date),
    Time(Time),
    /// In microseconds.
    Duration(i64),
    Uuid(u128),
    /// With all its places.
    Decimal(String),
}

/// A database whose values can be read.
pub(crate) trait Decodes: Backend + QueryMetadata<AnyRow> {
    fn decode<T>(
        value: Option<Self::RawValue<'_>>,
        read: impl FnOnce(Datum<'_>) -> deserialize::Result<T>,
    ) -> deserialize::Result<T>;
}

/// Receives rows.
pub(crate) trait RowSink {
    fn row<'a, DB: Decodes, R: Row<'a, DB>>(&mut self, row: &R) -> deserialize::Result<ControlFlow<()>>;
}

/// Reads one value of a row.
pub(crate) fn datum<'a, DB: Decodes, R: Row<'a, DB>, T>(
    row: &R,
    at: usize,
    read: impl FnOnce(Datum<'_>) -> deserialize::Result<T>,
) -> deserialize::Result<T> {
    let field = row.get(at).ok_or("a row lost a column")?;
    DB::decode(field.value(), read)
}

/// A key as either engine returns it: a UUID is text on `SQLite`.
pub(crate) fn key(datum: &Datum<'_>) -> Option<Key> {
    match datum {
        Datum::Integer(number) => Some(Key::Integer(*number)),
        Datum::Uuid(uuid) => Some(Key::Uuid(*uuid)),
        Datum::Text(text) => KeyKind::Uuid.parse(text),
        _ => None,
    }
}

/// Runs a query, and hands its rows to the sink one by one until it breaks.
pub(crate) fn for_each_row(
    connection: &mut Connection,
    sql: Sql,
    sink: &mut impl RowSink,
) -> Result<ControlFlow<()>, Error> {
    match &mut connection.raw {
        Raw::Sqlite(raw) => each(raw, sql, sink),
        Raw::Postgresql(raw) => each(raw, sql, sink),
    }
}

fn each<C>(raw: &mut C, sql: Sql, sink: &mut impl RowSink) -> Result<ControlFlow<()>, Error>
where
    C: LoadConnection<DefaultLoadingMode>,
    C::Backend: Decodes,
    AnyRow: SqlType,
    Sql: QueryFragment<C::Backend>,
{
    for row in raw.load(sql)? {
        let row = row?;
        let outcome = sink.row::<C::Backend, _>(&row);
        if outcome.map_err(|error| Error::Query(error.to_string()))?.is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    Ok(ControlFlow::Continue(()))
}

impl Decodes for Sqlite {
    fn decode<T>(
        value: Option<SqliteValue<'_, '_, '_>>,
        read: impl FnOnce(Datum<'_>) -> deserialize::Result<T>,
    ) -> deserialize::Result<T> {
        let Some(mut value) = value else { return read(Datum::Null) };
        match value.value_type() {
            None => read(Datum::Null),
            Some(SqliteType::Text) => read(Datum::Text(value.read_text())),
            Some(SqliteType::Integer | SqliteType::Long | SqliteType::SmallInt) => {
                read(Datum::Integer(value.read_long()))
            }
            Some(SqliteType::Float | SqliteType::Double) => read(Datum::Float(value.read_double())),
            Some(SqliteType::Binary) => read(Datum::Bytes(value.read_blob())),
        }
    }
}

/// The first day of `PostgreSQL`'s calendar.
const EPOCH_DAY: i32 = 2_451_545;

fn bytes<const N: usize>(bytes: &[u8]) -> deserialize::Result<[u8; N]> {
    bytes.try_into().map_err(|_| format!("a value of {} bytes", bytes.len()).into())
}

impl Decodes for Pg {
    fn decode<T>(
        value: Option<PgValue<'_>>,
        read: impl FnOnce(Datum<'_>) -> deserialize::Result<T>,
    ) -> deserialize::Result<T> {
        let Some(value) = value else { return read(Datum::Null) };
        let raw = value.as_bytes();
        // The fixed oids of types (pg_type.dat).
        read(match value.get_oid().get() {
            17 => Datum::Bytes(raw),
            16 => Datum::Flag(raw.first().is_some_and(|byte| *byte != 0)),
            20 => Datum::Integer(i64::from_be_bytes(bytes(raw)?)),
            21 => Datum::Integer(i16::from_be_bytes(bytes(raw)?).into()),
            23 => Datum::Integer(i32::from_be_bytes(bytes(raw)?).into()),
            19 | 25 | 114 | 1042 | 1043 => Datum::Text(std::str::from_utf8(raw)?),
            700 => Datum::Float(f32::from_be_bytes(bytes(raw)?).into()),
            701 => Datum::Float(f64::from_be_bytes(bytes(raw)?)),
            1082 => {
                let day = i32::from_be_bytes(bytes(raw)?)
                    .checked_add(EPOCH_DAY)
                    .ok_or("a date that is infinite")?;
                Datum::Date(Date::from_julian_day(day)?)
            }
            1083 => Datum::Time(time_of(i64::from_be_bytes(bytes(raw)?))?),
            1184 => Datum::Timestamp(<Instant as FromSql<types::Instant, Pg>>::from_sql(value)?.0),
            1186 => Datum::Duration(duration_of(raw)?),
            1700 => Datum::Decimal(numeric_of(raw)?),
            2950 => Datum::Uuid(u128::from_be_bytes(bytes(raw)?)),
            // One byte is the version of the format.
            3802 => Datum::Text(std::str::from_utf8(raw.get(1..).unwrap_or_default())?),
            other => return Err(format!("a value of the type {other}").into()),
        })
    }
}

fn time_of(micros: i64) -> deserialize::Result<Time> {
    let seconds = u32::try_from(micros / 1_000_000)?;
    let micros = u32::try_from(micros % 1_000_000)?;
    let small = |number: u32| u8::try_from(number);
    Ok(Time::from_hms_micro(small(seconds / 3600)?, small(seconds / 60 % 60)?, small(seconds % 60)?, micros)?)
}

/// An interval in microseconds, a month as the 30 days that psycopg makes of it.
fn duration_of(raw: &[u8]) -> deserialize::Result<i64> {
    let raw: [u8; 16] = bytes(raw)?;
    let micros = i64::from_be_bytes(bytes(&raw[..8])?);
    let days = i64::from(i32::from_be_bytes(bytes(&raw[8..12])?));
    let months = i64::from(i32::from_be_bytes(bytes(&raw[12..])?));
    let days = months.checked_mul(30).and_then(|more| days.checked_add(more));
    let all = days.and_then(|days| days.checked_mul(86_400_000_000)?.checked_add(micros));
    all.ok_or_else(|| "an interval that is too long".into())
}

/// A numeric: groups of four digits, the weight of the first, the sign, and the number of places.
fn numeric_of(raw: &[u8]) -> deserialize::Result<String> {
    let (words, _) = raw.as_chunks::<2>();
    let words: Vec<u16> = words.iter().map(|word| u16::from_be_bytes(*word)).collect();
    let [count, weight, sign, places, groups @ ..] = words.as_slice() else {
        return Err("a numeric that is cut".into());
    };
    if groups.len() != usize::from(*count) || !matches!(sign, 0 | 0x4000) {
        return Err("a numeric that is no number".into());
    }
    let weight = i32::from(i16::from_be_bytes(weight.to_be_bytes()));
    let group = |at: i32| usize::try_from(at).ok().and_then(|at| groups.get(at)).copied().unwrap_or(0);
    let mut text = String::from(if *sign == 0 { "" } else { "-" });
    if weight < 0 {
        text.push('0');
    }
    for at in 0..=weight {
        let number = group(at);
        // Writing to a String cannot fail.
        let _ = if at == 0 { write!(text, "{number}") } else { write!(text, "{number:04}") };
    }
    let places = usize::from(*places);
    if places > 0 {
        text.push('.');
        let end = text.len() + places;
        for at in 1.. {
            if text.len() >= end {
                break;
            }
            let _ = write!(text, "{:04}", group(weight + at));
        }
        text.truncate(end);
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numeric(words: &[u16]) -> String {
        numeric_of(&words.iter().flat_map(|word| word.to_be_bytes()).collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn numerics_are_read_with_their_places() {
        assert_eq!(numeric(&[2, 0, 0, 2, 12, 5000]), "12.50");
        assert_eq!(numeric(&[0, 0, 0, 2]), "0.00");
        assert_eq!(numeric(&[1, 0xFFFF, 0x4000, 2, 500]), "-0.05");
        assert_eq!(numeric(&[1, 1, 0, 0, 3]), "30000");
        assert_eq!(numeric(&[3, 1, 0, 3, 1, 2, 34]), "10002.003");
        assert_eq!(numeric(&[1, 0xFFFE, 0, 8, 42]), "0.00000042");
    }
}
