//! Column types that differ between the engines, or between versions of Django.

use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{BigInt, Timestamptz};
use diesel::sqlite::{Sqlite, SqliteValue};
use presspass_domain::Timestamp;

pub(crate) mod types {
    use diesel::query_builder::QueryId;
    use diesel::sql_types::SqlType;

    /// A timestamp: text on `SQLite`, `timestamptz` on `PostgreSQL`.
    #[derive(Debug, Clone, Copy, SqlType, QueryId)]
    #[diesel(sqlite_type(name = "Text"))]
    #[diesel(postgres_type(oid = 1184, array_oid = 1185))]
    pub struct Instant;

    /// A primary key: 4 or 8 bytes on `PostgreSQL`, by the version and the settings of the Django that made it. Values
    /// are sent as `bigint`, which `PostgreSQL` compares with either through the same index.
    #[derive(Debug, Clone, Copy, SqlType, QueryId)]
    #[diesel(sqlite_type(name = "Long"))]
    #[diesel(postgres_type(oid = 20, array_oid = 1016))]
    pub struct Key;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = types::Instant)]
pub(crate) struct Instant(pub Timestamp);

/// The epoch of `PostgreSQL` (2000-01-01) in microseconds since 1970.
const POSTGRESQL_EPOCH: i64 = 946_684_800_000_000;

impl ToSql<types::Instant, Sqlite> for Instant {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.to_sqlite());
        Ok(IsNull::No)
    }
}

impl FromSql<types::Instant, Sqlite> for Instant {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        let text = value.read_text();
        // Other programs fill such columns, too: we read every format that Django reads.
        let timestamp = Timestamp::parse_sqlite(text).or_else(|_| Timestamp::parse_iso(text));
        Ok(Self(timestamp.map_err(|_| format!("{text:?} is no timestamp"))?))
    }
}

impl ToSql<types::Instant, Pg> for Instant {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let since = self.0.unix_micros() - POSTGRESQL_EPOCH;
        ToSql::<BigInt, Pg>::to_sql(&since, &mut out.reborrow())
    }
}

impl FromSql<types::Instant, Pg> for Instant {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let since = <diesel::pg::data_types::PgTimestamp as FromSql<Timestamptz, Pg>>::from_sql(value)?.0;
        let micros = since.checked_add(POSTGRESQL_EPOCH).ok_or("a timestamp beyond the year 9999")?;
        Ok(Self(Timestamp::from_unix_micros(micros).ok_or("a timestamp beyond the year 9999")?))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = types::Key)]
pub(crate) struct Key(pub i64);

impl ToSql<types::Key, Sqlite> for Key {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0);
        Ok(IsNull::No)
    }
}

impl FromSql<types::Key, Sqlite> for Key {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        Ok(Self(value.read_long()))
    }
}

impl ToSql<types::Key, Pg> for Key {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        ToSql::<BigInt, Pg>::to_sql(&self.0, out)
    }
}

impl FromSql<types::Key, Pg> for Key {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let bytes = value.as_bytes();
        if let Ok(four) = <[u8; 4]>::try_from(bytes) {
            Ok(Self(i64::from(i32::from_be_bytes(four))))
        } else if let Ok(eight) = <[u8; 8]>::try_from(bytes) {
            Ok(Self(i64::from_be_bytes(eight)))
        } else {
            Err(format!("a key of {} bytes", bytes.len()).into())
        }
    }
}
