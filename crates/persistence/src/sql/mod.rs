//! Statements whose columns are only known when they run.
//!
//! diesel's query builder needs the columns of a query when it is compiled. What the admin asks for is put together from
//! the descriptions of tables (`table.rs`) instead: the text once for both engines, and every value bound.

mod cells;
mod like;

use diesel::backend::Backend;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{Bool, HasSqlType, Text};
use diesel::{QueryResult, RunQueryDsl};

use self::cells::AnyRow;
pub(crate) use self::cells::Cells;
pub(crate) use self::like::{Contains, FoldsCase, containing};
use crate::columns::{Instant, Key, types};
use crate::connection::{Connection, on_engine};
use crate::error::Error;

/// A part of a statement.
#[derive(Debug, Clone)]
enum Part {
    Text(String),
    Bind(Bind),
    /// What begins and what ends a side of a LIKE that does not regard case.
    Folded,
    FoldedEnd,
}

/// A value of a statement.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Bind {
    /// A key, or another whole number.
    Number(Key),
    Text(String),
    Flag(bool),
    Timestamp(Instant),
    Null,
}

/// A statement that is put together. It is kept out of diesel's cache, which never forgets a text.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sql(Vec<Part>);

impl Sql {
    /// A statement that begins so. What is not `'static` is bound, or is a name of the database's own catalogue.
    pub fn new(text: impl Into<String>) -> Self {
        Self::default().push(text)
    }

    /// Goes on so.
    pub fn push(mut self, text: impl Into<String>) -> Self {
        self.0.push(Part::Text(text.into()));
        self
    }

    /// Goes on with this statement.
    pub fn append(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// A side of a LIKE that shall not regard case.
    pub fn folded(mut self) -> Self {
        self.0.insert(0, Part::Folded);
        self.0.push(Part::FoldedEnd);
        self
    }

    /// Goes on with this value.
    pub fn bind(mut self, value: Bind) -> Self {
        self.0.push(Part::Bind(value));
        self
    }

    /// Goes on with this number.
    pub fn number(self, number: i64) -> Self {
        self.bind(Bind::Number(Key(number)))
    }

    /// Goes on with this text.
    pub fn text(self, text: impl Into<String>) -> Self {
        self.bind(Bind::Text(text.into()))
    }

    /// Goes on with these, and this between each two.
    pub fn join(mut self, between: &str, parts: impl IntoIterator<Item = Self>) -> Self {
        for (at, part) in parts.into_iter().enumerate() {
            if at > 0 {
                self = self.push(between);
            }
            self = self.append(part);
        }
        self
    }

    /// All rows that it gives.
    pub fn load(self, connection: &mut Connection) -> Result<Vec<Cells>, Error> {
        Ok(on_engine!(connection, raw => RunQueryDsl::load::<Cells>(self, raw))?)
    }

    /// The first row that it gives.
    pub fn first(self, connection: &mut Connection) -> Result<Option<Cells>, Error> {
        Ok(self.load(connection)?.into_iter().next())
    }

    /// The one number that it gives.
    pub fn count(self, connection: &mut Connection) -> Result<i64, Error> {
        let row = self.first(connection)?.ok_or_else(|| Error::Query("nothing was counted".to_owned()))?;
        row.integer(0)
    }

    /// Runs it; gives how many rows it wrote.
    pub fn run(self, connection: &mut Connection) -> Result<usize, Error> {
        Ok(on_engine!(connection, raw => self.execute(raw))?)
    }
}

/// A list of numbers in SQL. They are digits, so that there may be more than an engine binds; never empty.
pub(crate) fn numbers(ids: impl IntoIterator<Item = i64>) -> String {
    let ids: Vec<String> = ids.into_iter().map(|id| id.to_string()).collect();
    // Nothing is in a list of NULL, on either engine.
    if ids.is_empty() { "(NULL)".to_owned() } else { format!("({})", ids.join(",")) }
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
    DB: Backend + FoldsCase + HasSqlType<types::Key> + HasSqlType<types::Instant> + HasSqlType<Bool>,
    Key: ToSql<types::Key, DB>,
    Instant: ToSql<types::Instant, DB>,
    String: ToSql<Text, DB>,
    bool: ToSql<Bool, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.unsafe_to_cache_prepared();
        for part in &self.0 {
            match part {
                Part::Text(text) => out.push_sql(text),
                Part::Folded => out.push_sql(DB::BEFORE),
                Part::FoldedEnd => out.push_sql(DB::AFTER),
                Part::Bind(Bind::Number(number)) => out.push_bind_param::<types::Key, _>(number)?,
                Part::Bind(Bind::Timestamp(timestamp)) => {
                    out.push_bind_param::<types::Instant, _>(timestamp)?
                }
                Part::Bind(Bind::Text(text)) => out.push_bind_param::<Text, _>(text)?,
                Part::Bind(Bind::Null) => out.push_sql("NULL"),
                Part::Bind(Bind::Flag(flag)) => out.push_bind_param::<Bool, _>(flag)?,
            }
        }
        Ok(())
    }
}
