//! Lists of posts: filters, search, order and pages.

use diesel::dsl::AsSelect;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::Bool;
use diesel::{backend::Backend, pg::Pg, sqlite::Sqlite};
use presspass_domain::{Direction, Post, PostColumn, PostFilter, PostPosition, PostQuery, Slice, Window};

use super::PostRow;
use crate::columns::{Instant, Key};
use crate::connection::{Connection, Raw, on_engine};
use crate::error::Error;
use crate::schema::posts_post;
use crate::sql::Contains;

/// A condition that always holds, and keeps its statement out of diesel's cache, which has no limit: clients choose how
/// many terms a search has.
#[derive(Debug, Clone, Copy, QueryId)]
struct Uncached;

impl Expression for Uncached {
    type SqlType = Bool;
}

impl<DB: Backend> QueryFragment<DB> for Uncached {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.unsafe_to_cache_prepared();
        out.push_sql("1 = 1");
        Ok(())
    }
}

impl<QS> AppearsOnTable<QS> for Uncached {}
impl<QS> SelectableExpression<QS> for Uncached {}
impl<GB> diesel::expression::ValidGrouping<GB> for Uncached {
    type IsAggregate = diesel::expression::is_aggregate::Never;
}

/// The query of a filter on one engine: diesel needs to know the engine to box it.
macro_rules! filtered {
    ($engine:ty, $filter:expr) => {{
        let filter: &PostFilter = $filter;
        let mut query = posts_post::table.filter(Uncached).into_boxed::<$engine>();
        if let Some(title) = &filter.title {
            query = query.filter(posts_post::title.eq(title));
        }
        if let Some(text) = &filter.title_contains {
            query = query.filter(Contains::new(posts_post::title, text));
        }
        if let Some(timestamp) = filter.created_from {
            query = query.filter(posts_post::created_at.ge(Instant(timestamp)));
        }
        if let Some(timestamp) = filter.created_to {
            query = query.filter(posts_post::created_at.le(Instant(timestamp)));
        }
        if let Some(timestamp) = filter.updated_from {
            query = query.filter(posts_post::updated_at.ge(Instant(timestamp)));
        }
        if let Some(timestamp) = filter.updated_to {
            query = query.filter(posts_post::updated_at.le(Instant(timestamp)));
        }
        query = match &filter.beyond {
            None => query,
            Some((PostPosition::Id(id), Direction::Ascending)) => query.filter(posts_post::id.gt(Key(*id))),
            Some((PostPosition::Id(id), Direction::Descending)) => query.filter(posts_post::id.lt(Key(*id))),
            Some((PostPosition::Title(text), Direction::Ascending)) => {
                query.filter(posts_post::title.gt(text))
            }
            Some((PostPosition::Title(text), Direction::Descending)) => {
                query.filter(posts_post::title.lt(text))
            }
            Some((PostPosition::Content(text), Direction::Ascending)) => {
                query.filter(posts_post::content.gt(text))
            }
            Some((PostPosition::Content(text), Direction::Descending)) => {
                query.filter(posts_post::content.lt(text))
            }
            Some((PostPosition::CreatedAt(timestamp), Direction::Ascending)) => {
                query.filter(posts_post::created_at.gt(Instant(*timestamp)))
            }
            Some((PostPosition::CreatedAt(timestamp), Direction::Descending)) => {
                query.filter(posts_post::created_at.lt(Instant(*timestamp)))
            }
            Some((PostPosition::UpdatedAt(timestamp), Direction::Ascending)) => {
                query.filter(posts_post::updated_at.gt(Instant(*timestamp)))
            }
            Some((PostPosition::UpdatedAt(timestamp), Direction::Descending)) => {
                query.filter(posts_post::updated_at.lt(Instant(*timestamp)))
            }
        };
        for term in &filter.search {
            let in_title = Contains::new(posts_post::title, term);
            query = query.filter(in_title.or(Contains::new(posts_post::content, term)));
        }
        query
    }};
}

/// The query of one page on one engine.
macro_rules! selection {
    ($engine:ty, $query:expr, $part:expr) => {{
        let mut query = filtered!($engine, &$query.filter);
        for (column, direction) in &$query.order {
            query = match (column, direction) {
                (PostColumn::Id, Direction::Ascending) => query.then_order_by(posts_post::id.asc()),
                (PostColumn::Id, Direction::Descending) => query.then_order_by(posts_post::id.desc()),
                (PostColumn::Title, Direction::Ascending) => query.then_order_by(posts_post::title.asc()),
                (PostColumn::Title, Direction::Descending) => query.then_order_by(posts_post::title.desc()),
                (PostColumn::Content, Direction::Ascending) => query.then_order_by(posts_post::content.asc()),
                (PostColumn::Content, Direction::Descending) => {
                    query.then_order_by(posts_post::content.desc())
                }
                (PostColumn::CreatedAt, Direction::Ascending) => {
                    query.then_order_by(posts_post::created_at.asc())
                }
                (PostColumn::CreatedAt, Direction::Descending) => {
                    query.then_order_by(posts_post::created_at.desc())
                }
                (PostColumn::UpdatedAt, Direction::Ascending) => {
                    query.then_order_by(posts_post::updated_at.asc())
                }
                (PostColumn::UpdatedAt, Direction::Descending) => {
                    query.then_order_by(posts_post::updated_at.desc())
                }
            };
        }
        if $query.order.is_empty() {
            query = query.then_order_by(posts_post::id.asc());
        }
        if let Some((limit, offset)) = $part {
            query = query.limit(limit).offset(offset);
        }
        query.select(PostRow::as_select())
    }};
}

/// From this OFFSET on, an index finds the first post of a page, without reading those before it.
const FAR: i64 = 200;

pub(super) type Selection<'a, DB> =
    posts_post::BoxedQuery<'a, DB, <AsSelect<PostRow, DB> as Expression>::SqlType>;

pub(super) fn list(connection: &mut Connection, query: &PostQuery) -> Result<Slice<Post>, Error> {
    let (rows, count) = match query.window {
        Window::All => {
            let rows = load(connection, query, None)?;
            let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
            (rows, count)
        }
        Window::Uncounted { limit, offset } => {
            let rows = load(connection, query, Some((limit.max(0), offset.max(0))))?;
            let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
            (rows, count)
        }
        Window::Part { limit, offset } => {
            let count = count(connection, query)?;
            (load(connection, query, Some((limit.max(0), offset.max(0))))?, count)
        }
        Window::Last { size } => {
            let (count, size) = (count(connection, query)?, size.max(1));
            let offset = (count.max(1) - 1) / size * size;
            (load(connection, query, Some((size, offset)))?, count)
        }
    };
    Ok(Slice { items: rows.into_iter().map(Post::from).collect(), count })
}

pub(super) fn whole_on_sqlite(query: &PostQuery) -> Selection<'_, Sqlite> {
    selection!(Sqlite, query, None::<(i64, i64)>)
}

pub(super) fn whole_on_postgresql(query: &PostQuery) -> Selection<'_, Pg> {
    selection!(Pg, query, None::<(i64, i64)>)
}

/// Whether it asks for all posts, ordered by their primary key.
pub(super) fn is_plain(query: &PostQuery) -> bool {
    query.filter == PostFilter::default() && query.order.is_empty()
}

fn count(connection: &mut Connection, query: &PostQuery) -> Result<i64, Error> {
    if is_plain(query) {
        return Ok(on_engine!(connection, raw => posts_post::table.count().get_result::<i64>(raw))?);
    }
    Ok(match &mut connection.raw {
        Raw::Sqlite(raw) => filtered!(Sqlite, &query.filter).count().get_result(raw),
        Raw::Postgresql(raw) => filtered!(Pg, &query.filter).count().get_result(raw),
    }?)
}

/// The rows of a page, by its limit and its offset.
pub(super) fn load(
    connection: &mut Connection,
    query: &PostQuery,
    part: Option<(i64, i64)>,
) -> Result<Vec<PostRow>, Error> {
    if !is_plain(query) {
        return Ok(match &mut connection.raw {
            Raw::Sqlite(raw) => selection!(Sqlite, query, part).load::<PostRow>(raw),
            Raw::Postgresql(raw) => selection!(Pg, query, part).load::<PostRow>(raw),
        }?);
    }
    // Nearly all lists are plain: their statements are prepared once.
    Ok(match part {
        None => on_engine!(connection, raw => posts_post::table
            .order(posts_post::id)
            .select(PostRow::as_select())
            .load::<PostRow>(raw))?,
        Some((limit, offset)) if offset >= FAR => {
            let keys = on_engine!(connection, raw => posts_post::table
                .order(posts_post::id)
                .limit(1)
                .offset(offset)
                .select(posts_post::id)
                .load::<Key>(raw))?;
            let Some(first) = keys.first() else { return Ok(Vec::new()) };
            on_engine!(connection, raw => posts_post::table
                .filter(posts_post::id.ge(first))
                .order(posts_post::id)
                .limit(limit)
                .select(PostRow::as_select())
                .load::<PostRow>(raw))?
        }
        Some((limit, offset)) => on_engine!(connection, raw => posts_post::table
            .order(posts_post::id)
            .limit(limit)
            .offset(offset)
            .select(PostRow::as_select())
            .load::<PostRow>(raw))?,
    })
}
