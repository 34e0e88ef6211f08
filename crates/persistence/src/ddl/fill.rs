//! The value that a new column has in rows that exist already.

use presspass_domain::model::scalars::{time_text, uuid_text};
use presspass_domain::model::{Default, Field, Input, Kind};

use super::literal;
use crate::url::Engine;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fill {
    /// The same in every row.
    Value(Input),
    /// The time of the migration.
    Now,
    /// Another UUID in each row.
    RandomUuid,
}

/// A random UUID of version 4, as Django stores it on `SQLite`.
const SQLITE_UUID: &str = "lower(hex(randomblob(6)) || '4' || substr(hex(randomblob(2)), 2) || \
                           substr('89AB', 1 + abs(random() % 4), 1) || substr(hex(randomblob(8)), 2))";

impl Fill {
    /// As Django fills a column that is added: by the default, or by an empty text where that is allowed.
    pub fn of(field: &Field) -> Option<Self> {
        match (field.default, field.kind) {
            // A record that it refers to need not exist.
            (_, Kind::One(_) | Kind::Many(_)) => None,
            (Default::Value(_), _) => field.default_value().map(Self::Value),
            (Default::Random, _) => Some(Self::RandomUuid),
            (Default::Created | Default::Updated, _) => Some(Self::Now),
            (Default::None, Kind::Text(_)) if field.blank && !field.null => {
                Some(Self::Value(Input::Text(String::new())))
            }
            (Default::None, _) => None,
        }
    }

    /// As an expression of the engine.
    pub fn expression(&self, engine: Engine) -> String {
        let is_sqlite = engine == Engine::Sqlite;
        match self {
            Self::Now => "CURRENT_TIMESTAMP".to_owned(),
            Self::RandomUuid if is_sqlite => SQLITE_UUID.to_owned(),
            Self::RandomUuid => "gen_random_uuid()".to_owned(),
            Self::Value(input) => match input {
                Input::Text(text) => literal(text),
                Input::Decimal(digits) => digits.clone(),
                Input::Boolean(flag) if is_sqlite => i64::from(*flag).to_string(),
                Input::Boolean(flag) => flag.to_string(),
                Input::Integer(number) => number.to_string(),
                Input::Float(number) => number.to_string(),
                Input::Date(date) => literal(&date.to_string()),
                Input::Time(time) => literal(&time_text(*time)),
                Input::Timestamp(Some(timestamp)) if is_sqlite => literal(&timestamp.to_sqlite()),
                Input::Timestamp(Some(timestamp)) => literal(&timestamp.to_wire()),
                Input::Duration(micros) if is_sqlite => micros.to_string(),
                Input::Duration(micros) => format!("interval '{micros} microseconds'"),
                Input::Uuid(uuid) if is_sqlite => format!("'{uuid:032x}'"),
                Input::Uuid(uuid) => literal(&uuid_text(*uuid)),
                Input::Json(json) => literal(&json.to_string()),
                _ => "NULL".to_owned(),
            },
        }
    }

    /// A constant that `SQLite` takes as the default of a column that is added, where the expression itself is none.
    pub fn placeholder(&self) -> Option<&'static str> {
        match self {
            Self::Value(_) => None,
            Self::Now => Some("'1970-01-01 00:00:00'"),
            Self::RandomUuid => Some("'00000000000000000000000000000000'"),
        }
    }
}
