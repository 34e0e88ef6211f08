//! SQL statements that are built at run time.
//!
//! diesel's query builder needs the columns of a query at compile time. The record engine builds its statements from
//! descriptions of tables instead, one text for both engines. A `String` cannot become SQL: text is `'static`, names are
//! quoted, whole numbers are digits, and every other value is bound.

mod cells;
mod like;
mod rows;

use std::borrow::Cow;
use std::sync::Arc;

use diesel::backend::Backend;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{Binary, Bool, Double, HasSqlType, Text};
use diesel::{QueryResult, RunQueryDsl};
use presspass_domain::Timestamp;
use presspass_domain::model::Key as RecordKey;

use self::cells::AnyRow;
pub(crate) use self::cells::Cells;
pub(crate) use self::like::{Dialect, containing, escaped};
pub(crate) use self::rows::{Datum, Decodes, RowSink, datum, for_each_row, key};
use crate::columns::{Instant, Key, types};
use crate::connection::{Connection, on_engine};
use crate::error::Error;
use crate::url::Engine;

#[derive(Debug, Clone)]
enum Part {
    Text(&'static str),
    /// Parts that were written once.
    Rendered(Arc<str>),
    Name(Cow<'static, str>),
    Number(i64),
    Key(RecordKey),
    Keys(Vec<RecordKey>),
    Bind(Bind),
    /// A value that is bound later.
    Parameter,
    FoldCase,
    FoldCaseEnd,
    /// Nothing: the statement stays prepared.
    Kept,
}

/// A value that is bound.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Bind {
    Number(Key),
    Text(String),
    Bytes(Vec<u8>),
    Flag(bool),
    Timestamp(Instant),
    Float(f64),
    /// The text of a value of this type of `PostgreSQL`; on `SQLite` a text.
    Cast(String, &'static str),
    Null,
}

impl From<i64> for Bind {
    fn from(number: i64) -> Self {
        Self::Number(Key(number))
    }
}

impl From<RecordKey> for Bind {
    fn from(key: RecordKey) -> Self {
        match key {
            RecordKey::Integer(number) => number.into(),
            // Either engine reads it without hyphens, and SQLite has it so.
            RecordKey::Uuid(uuid) => Self::Cast(format!("{uuid:032x}"), "uuid"),
        }
    }
}

impl From<&str> for Bind {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Bind {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&[u8]> for Bind {
    fn from(bytes: &[u8]) -> Self {
        Self::Bytes(bytes.to_vec())
    }
}

impl From<Option<i64>> for Bind {
    fn from(number: Option<i64>) -> Self {
        number.map_or(Self::Null, Self::from)
    }
}

impl From<bool> for Bind {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<Timestamp> for Bind {
    fn from(timestamp: Timestamp) -> Self {
        Self::Timestamp(Instant(timestamp))
    }
}

/// A column, by the alias of its table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column(pub &'static str, pub &'static str);

impl From<Column> for Sql {
    fn from(Column(table, column): Column) -> Self {
        Self::default().name(table).push(".").name(column)
    }
}

/// A statement, or a part of one. It stays out of diesel's statement cache, which has no limit, unless it is
/// [kept](Sql::kept).
#[derive(Debug, Clone, Default)]
pub(crate) struct Sql(Vec<Part>);

impl Sql {
    pub fn new(text: &'static str) -> Self {
        Self(vec![Part::Text(text)])
    }

    fn with(mut self, part: Part) -> Self {
        self.0.push(part);
        self
    }

    pub fn push(self, text: &'static str) -> Self {
        self.with(Part::Text(text))
    }

    /// Stays prepared on its connection: only for statements whose text no client chooses.
    pub fn kept(self) -> Self {
        self.with(Part::Kept)
    }

    /// The same with as few parts as possible: a statement that runs often is put together once.
    pub fn rendered(self, engine: Engine) -> Self {
        let quote = match engine {
            Engine::Sqlite => "`",
            Engine::Postgresql => "\"",
        };
        let (mut parts, mut text) = (Vec::new(), String::new());
        for part in self.0 {
            match part {
                Part::Text(part) => text.push_str(part),
                Part::Rendered(part) => text.push_str(&part),
                Part::Name(name) => {
                    text.extend([quote, &name.replace(quote, &quote.repeat(2)), quote]);
                }
                Part::Number(number) => text.push_str(&number.to_string()),
                part => {
                    if !text.is_empty() {
                        parts.push(Part::Rendered(std::mem::take(&mut text).into()));
                    }
                    parts.push(part);
                }
            }
        }
        if !text.is_empty() {
            parts.push(Part::Rendered(text.into()));
        }
        Self(parts)
    }

    /// A value that [`Self::filled`] binds.
    pub fn parameter(self) -> Self {
        self.with(Part::Parameter)
    }

    /// The statement with the values of its parameters, in their order.
    pub fn filled(&self, values: impl IntoIterator<Item = Bind>) -> Self {
        let mut values = values.into_iter();
        let fill = |part: &Part| match part {
            Part::Parameter => values.next().map_or(Part::Parameter, Part::Bind),
            part => part.clone(),
        };
        Self(self.0.iter().map(fill).collect())
    }

    /// A name of a table or a column, in quotation marks.
    pub fn name(self, name: impl Into<Cow<'static, str>>) -> Self {
        self.with(Part::Name(name.into()))
    }

    pub fn bind(self, value: impl Into<Bind>) -> Self {
        self.with(Part::Bind(value.into()))
    }

    /// A number as digits: `SQLite` plans a statement again whenever a LIMIT is bound.
    pub fn number(self, number: i64) -> Self {
        self.with(Part::Number(number))
    }

    /// A key as a literal, which only has digits.
    pub fn key(self, key: RecordKey) -> Self {
        self.with(Part::Key(key))
    }

    /// A list of keys as literals, in parentheses: there may be more of them than an engine binds.
    pub fn keys(self, keys: impl IntoIterator<Item = impl Into<RecordKey>>) -> Self {
        self.with(Part::Keys(keys.into_iter().map(Into::into).collect()))
    }

    pub fn append(mut self, other: impl Into<Self>) -> Self {
        self.0.extend(other.into().0);
        self
    }

    /// A side of a LIKE that ignores case.
    pub fn folded(self, side: impl Into<Self>) -> Self {
        self.with(Part::FoldCase).append(side).with(Part::FoldCaseEnd)
    }

    pub fn join(mut self, separator: &'static str, parts: impl IntoIterator<Item = impl Into<Self>>) -> Self {
        for (at, part) in parts.into_iter().enumerate() {
            if at > 0 {
                self = self.push(separator);
            }
            self = self.append(part);
        }
        self
    }

    pub fn load(self, connection: &mut Connection) -> Result<Vec<Cells>, Error> {
        Ok(on_engine!(connection, raw => RunQueryDsl::load::<Cells>(self, raw))?)
    }

    pub fn first(self, connection: &mut Connection) -> Result<Option<Cells>, Error> {
        Ok(self.load(connection)?.into_iter().next())
    }

    /// The number in the first column of the only row.
    pub fn count(self, connection: &mut Connection) -> Result<i64, Error> {
        let row = self.first(connection)?.ok_or_else(|| Error::Query("nothing was counted".to_owned()))?;
        row.integer(0)
    }

    /// Whether this condition holds; one that is NULL does not.
    pub fn holds(self, connection: &mut Connection) -> Result<bool, Error> {
        let row = Self::new("SELECT coalesce(").append(self).push(", false)").first(connection)?;
        row.map_or(Ok(false), |row| row.flag(0))
    }

    /// Returns how many rows it wrote.
    pub fn run(self, connection: &mut Connection) -> Result<usize, Error> {
        Ok(on_engine!(connection, raw => self.execute(raw))?)
    }
}

impl QueryId for Sql {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Sql {
    type SqlType = AnyRow;
}

impl<C> RunQueryDsl<C> for Sql {}

impl<DB> QueryFragment<DB> for Sql
where
    DB: Backend
        + Dialect
        + HasSqlType<types::Key>
        + HasSqlType<types::Instant>
        + HasSqlType<Bool>
        + HasSqlType<Double>
        + HasSqlType<Binary>,
    Key: ToSql<types::Key, DB>,
    Instant: ToSql<types::Instant, DB>,
    String: ToSql<Text, DB>,
    bool: ToSql<Bool, DB>,
    f64: ToSql<Double, DB>,
    Vec<u8>: ToSql<Binary, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        if !self.0.iter().any(|part| matches!(part, Part::Kept)) {
            out.unsafe_to_cache_prepared();
        }
        for part in &self.0 {
            match part {
                Part::Kept => {}
                Part::Text(text) => out.push_sql(text),
                Part::Rendered(text) => out.push_sql(text),
                Part::Name(name) => out.push_identifier(name)?,
                Part::Number(number) => out.push_sql(&number.to_string()),
                Part::Key(key) => out.push_sql(&literal(*key)),
                Part::Keys(keys) => out.push_sql(&list(keys)),
                Part::FoldCase => out.push_sql(DB::BEFORE),
                Part::FoldCaseEnd => out.push_sql(DB::AFTER),
                Part::Bind(Bind::Number(number)) => out.push_bind_param::<types::Key, _>(number)?,
                Part::Bind(Bind::Timestamp(timestamp)) => {
                    out.push_bind_param::<types::Instant, _>(timestamp)?;
                }
                Part::Bind(Bind::Text(text)) => out.push_bind_param::<Text, _>(text)?,
                Part::Bind(Bind::Bytes(bytes)) => out.push_bind_param::<Binary, _>(bytes)?,
                Part::Parameter => {
                    return Err(diesel::result::Error::QueryBuilderError("a parameter has no value".into()));
                }
                Part::Bind(Bind::Float(number)) => out.push_bind_param::<Double, _>(number)?,
                Part::Bind(Bind::Cast(text, _)) if !DB::CASTS => out.push_bind_param::<Text, _>(text)?,
                Part::Bind(Bind::Cast(text, cast)) => {
                    out.push_sql("(");
                    out.push_bind_param::<Text, _>(text)?;
                    out.push_sql("::text)::");
                    out.push_sql(cast);
                }
                Part::Bind(Bind::Null) => out.push_sql("NULL"),
                Part::Bind(Bind::Flag(flag)) => out.push_bind_param::<Bool, _>(flag)?,
            }
        }
        Ok(())
    }
}

fn literal(key: RecordKey) -> String {
    match key {
        RecordKey::Integer(number) => number.to_string(),
        RecordKey::Uuid(uuid) => format!("'{uuid:032x}'"),
    }
}

fn list(keys: &[RecordKey]) -> String {
    let literals: Vec<String> = keys.iter().map(|key| literal(*key)).collect();
    // Nothing is in a list of NULL, on either engine.
    if literals.is_empty() { "(NULL)".to_owned() } else { format!("({})", literals.join(",")) }
}

#[cfg(test)]
mod tests {
    use diesel::debug_query;
    use diesel::pg::Pg;
    use diesel::sqlite::Sqlite;

    use super::*;

    #[test]
    fn a_name_cannot_leave_its_quotation_marks() {
        let query = Sql::new("SELECT ").append(Column("t", "a")).push(" FROM ").name("x\"y`z; --".to_owned());
        let text = |said: String| said.split(" -- binds").next().unwrap_or_default().to_owned();
        assert_eq!(text(debug_query::<Pg, _>(&query).to_string()), r#"SELECT "t"."a" FROM "x""y`z; --""#);
        assert_eq!(text(debug_query::<Sqlite, _>(&query).to_string()), "SELECT `t`.`a` FROM `x\"y``z; --`");
    }

    #[test]
    fn a_statement_that_is_rendered_has_the_same_text() {
        let query = || {
            Sql::new("SELECT ").append(Column("t", "a")).push(" FROM ").name("x\"y`z".to_owned()).number(-7)
        };
        assert_eq!(
            debug_query::<Pg, _>(&query()).to_string(),
            debug_query::<Pg, _>(&query().rendered(Engine::Postgresql)).to_string()
        );
        assert_eq!(
            debug_query::<Sqlite, _>(&query()).to_string(),
            debug_query::<Sqlite, _>(&query().rendered(Engine::Sqlite)).to_string()
        );
        let bound = || query().bind(1).push(" AND ").name("b").push(" = ").bind("c");
        assert_eq!(
            debug_query::<Pg, _>(&bound()).to_string(),
            debug_query::<Pg, _>(&bound().rendered(Engine::Postgresql)).to_string()
        );
        assert_eq!(bound().rendered(Engine::Postgresql).0.len(), 4);
    }

    #[test]
    fn parameters_take_their_values_in_order_and_none_is_left_out() {
        let query = Sql::new("SELECT ").parameter().push(" + ").parameter();
        let filled = query.filled([Bind::from(1), Bind::from("x")]);
        assert_eq!(debug_query::<Pg, _>(&filled).to_string(), r#"SELECT $1 + $2 -- binds: [Key(1), "x"]"#);
        let mut builder = <Pg as Backend>::QueryBuilder::default();
        assert!(QueryFragment::<Pg>::to_sql(&query.filled([Bind::from(1)]), &mut builder, &Pg).is_err());
    }

    #[test]
    fn keys_are_literals_and_none_is_a_list_that_holds_nothing() {
        let list = |keys: &[RecordKey]| {
            debug_query::<Pg, _>(&Sql::default().number(-1).keys(keys.iter().copied())).to_string()
        };
        assert!(list(&[3.into(), i64::MIN.into()]).starts_with("-1(3,-9223372036854775808)"));
        assert!(list(&[RecordKey::Uuid(0xA1)]).starts_with("-1('000000000000000000000000000000a1')"));
        assert!(list(&[]).starts_with("-1(NULL)"));
    }
}
