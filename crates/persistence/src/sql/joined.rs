//! Statements of columns that are known when we compile, with others beside them that are not.

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};

use super::Sql;
use super::cells::AnyRow;

/// What a row of another query is joined with: the columns come behind those of the query.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Joined<'s> {
    pub columns: &'s Sql,
    /// ` LEFT JOIN …`
    pub joins: &'s Sql,
}

impl<'s> Joined<'s> {
    pub const fn to<Q>(self, query: Q) -> JoinedQuery<'s, Q> {
        JoinedQuery { query, joined: self }
    }
}

#[derive(Debug)]
pub(crate) struct JoinedQuery<'s, Q> {
    query: Q,
    joined: Joined<'s>,
}

impl<Q> QueryId for JoinedQuery<'_, Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q> Query for JoinedQuery<'_, Q> {
    type SqlType = AnyRow;
}

impl<DB, Q> QueryFragment<DB> for JoinedQuery<'_, Q>
where
    DB: Backend,
    Q: QueryFragment<DB>,
    Sql: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        // Both engines read this as one query: neither makes a table of the inner one.
        out.push_sql("SELECT q.*, ");
        self.joined.columns.walk_ast(out.reborrow())?;
        out.push_sql(" FROM (");
        self.query.walk_ast(out.reborrow())?;
        out.push_sql(") AS q");
        self.joined.joins.walk_ast(out)
    }
}
