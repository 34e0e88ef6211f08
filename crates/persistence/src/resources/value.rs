//! Values of columns, as JSON and as they are.

use diesel::deserialize;
use presspass_domain::Timestamp;
use presspass_domain::model::scalars::{self, Float};
use presspass_domain::model::{Field, Kind, Reference, Value};

use crate::json::{push_integer, push_quoted, push_stored, push_string};
use crate::sql::{Datum, key};

/// An error that names the field, and not the value, which may be anything.
fn unfit<T>(field: &Field) -> deserialize::Result<T> {
    Err(format!("the column of {} holds something else than its model says", field.name).into())
}

fn timestamp(text: &str) -> Option<Timestamp> {
    // Other programs fill such columns, too: we read every format that Django reads.
    Timestamp::parse_sqlite(text).or_else(|_| Timestamp::parse_iso(text)).ok()
}

/// A decimal with the places of its field.
fn decimal(datum: &Datum<'_>, places: u8) -> Option<String> {
    let places = usize::from(places);
    match datum {
        // SQLite keeps decimals as numbers.
        Datum::Float(number) if number.is_finite() => Some(format!("{number:.places$}")),
        Datum::Integer(number) if places == 0 => Some(number.to_string()),
        Datum::Integer(number) => Some(format!("{number}.{:0>places$}", "")),
        Datum::Decimal(text) => Some(padded(text, places)),
        Datum::Text(text) => {
            let digits = u8::try_from(text.len()).unwrap_or(u8::MAX);
            scalars::decimal(
                text,
                digits.max(u8::try_from(places).unwrap_or(0)),
                u8::try_from(places).unwrap_or(0),
            )
        }
        _ => None,
    }
}

/// A column of another scale may have fewer places.
fn padded(text: &str, places: usize) -> String {
    match text.split_once('.') {
        None if places == 0 => text.to_owned(),
        None => format!("{text}.{:0>places$}", ""),
        Some((whole, fraction)) => format!("{whole}.{fraction:0<places$}"),
    }
}

/// Writes a value as DRF represents it.
pub(super) fn write(out: &mut Vec<u8>, field: &Field, datum: &Datum<'_>) -> deserialize::Result<()> {
    match (field.kind, datum) {
        (_, Datum::Null) => out.extend_from_slice(b"null"),
        (Kind::Text(_), Datum::Text(text)) => push_string(out, text),
        // A text column of SQLite may hold a number.
        (Kind::Text(_), Datum::Integer(number)) => {
            out.push(b'"');
            push_integer(out, *number);
            out.push(b'"');
        }
        (Kind::Integer(_) | Kind::One(_) | Kind::Json, Datum::Integer(number)) => push_integer(out, *number),
        (Kind::Boolean, Datum::Flag(flag)) => out.extend_from_slice(if *flag { b"true" } else { b"false" }),
        (Kind::Boolean, Datum::Integer(number)) => {
            out.extend_from_slice(if *number == 0 { b"false" } else { b"true" });
        }
        (Kind::Timestamp, Datum::Timestamp(timestamp)) => push_quoted(out, &timestamp.to_wire()),
        (Kind::Timestamp, Datum::Text(text)) => match timestamp(text) {
            Some(timestamp) => push_quoted(out, &timestamp.to_wire()),
            None => return unfit(field),
        },
        (Kind::Json, Datum::Text(text)) => push_stored(out, text)?,
        (Kind::Decimal { places, .. }, datum) => match decimal(datum, places) {
            Some(text) => push_quoted(out, &text),
            None => return unfit(field),
        },
        _ => match value(field, datum)? {
            Value::Float(number) => out.extend_from_slice(number.to_string().as_bytes()),
            Value::One(Some(reference)) => push_quoted(out, &reference.id.to_string()),
            value @ (Value::Date(_) | Value::Time(_) | Value::Duration(_) | Value::Uuid(_)) => {
                push_quoted(out, &value.text());
            }
            _ => return unfit(field),
        },
    }
    Ok(())
}

/// A value as it is. A related record has no label.
pub(crate) fn value(field: &Field, datum: &Datum<'_>) -> deserialize::Result<Value> {
    let value = match (field.kind, datum) {
        (Kind::Timestamp, Datum::Null) => Some(Value::Timestamp(None)),
        (Kind::One(_), Datum::Null) => Some(Value::One(None)),
        (_, Datum::Null) => Some(Value::Null),
        (Kind::Text(_), Datum::Text(text)) => Some(Value::Text((*text).to_owned())),
        (Kind::Text(_), Datum::Integer(number)) => Some(Value::Text(number.to_string())),
        (Kind::Integer(_), Datum::Integer(number)) => Some(Value::Integer(*number)),
        (Kind::One(relation), datum) => key(datum)
            .filter(|id| id.kind() == relation.to.key_kind())
            .map(|id| Value::One(Some(Reference { id, label: String::new() }))),
        (Kind::Float, Datum::Float(number)) => Float::new(*number).map(Value::Float),
        #[expect(clippy::cast_precision_loss, reason = "SQLite keeps whole numbers as integers")]
        (Kind::Float, Datum::Integer(number)) => Float::new(*number as f64).map(Value::Float),
        (Kind::Decimal { places, .. }, datum) => decimal(datum, places).map(Value::Decimal),
        (Kind::Boolean, Datum::Flag(flag)) => Some(Value::Boolean(*flag)),
        (Kind::Boolean, Datum::Integer(number)) => Some(Value::Boolean(*number != 0)),
        (Kind::Date, Datum::Date(date)) => Some(Value::Date(*date)),
        (Kind::Date, Datum::Text(text)) => scalars::date(text).map(Value::Date),
        (Kind::Time, Datum::Time(time)) => Some(Value::Time(*time)),
        (Kind::Time, Datum::Text(text)) => scalars::time(text).map(Value::Time),
        (Kind::Timestamp, Datum::Timestamp(timestamp)) => Some(Value::Timestamp(Some(*timestamp))),
        (Kind::Timestamp, Datum::Text(text)) => timestamp(text).map(|it| Value::Timestamp(Some(it))),
        (Kind::Duration, Datum::Duration(micros) | Datum::Integer(micros)) => Some(Value::Duration(*micros)),
        (Kind::Uuid, Datum::Uuid(uuid)) => Some(Value::Uuid(*uuid)),
        (Kind::Uuid, Datum::Text(text)) => scalars::uuid(text).map(Value::Uuid),
        (Kind::Json, Datum::Text(text)) => serde_json::from_str(text).ok().map(Value::Json),
        (Kind::Json, Datum::Integer(number)) => Some(Value::Json((*number).into())),
        _ => None,
    };
    value.map_or_else(|| unfit(field), Ok)
}
