//! Case-insensitive search for a part of a text (Django's `icontains`).

use diesel::backend::Backend;
use diesel::expression::{Expression, ValidGrouping, is_aggregate};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{Bool, HasSqlType, Text};
use diesel::sqlite::Sqlite;

/// What the engines write differently.
pub(crate) trait Dialect {
    /// What encloses both sides of a LIKE that ignores case.
    const BEFORE: &'static str;
    const AFTER: &'static str;
    /// Whether a text that is bound has to be cast to the type of its column.
    const CASTS: bool;
}

/// Its LIKE ignores the case of ASCII anyway, and its `upper` knows no other letters.
impl Dialect for Sqlite {
    const BEFORE: &'static str = "";
    const AFTER: &'static str = "";
    const CASTS: bool = false;
}

impl Dialect for Pg {
    const BEFORE: &'static str = "upper(";
    const AFTER: &'static str = ")";
    const CASTS: bool = true;
}

/// The condition that a column contains a text.
#[derive(Debug, Clone, QueryId)]
pub(crate) struct Contains<C> {
    column: C,
    pattern: String,
}

impl<C> Contains<C> {
    pub fn new(column: C, text: &str) -> Self {
        Self { column, pattern: containing(text) }
    }
}

impl<C> Expression for Contains<C> {
    type SqlType = Bool;
}

impl<C, DB> QueryFragment<DB> for Contains<C>
where
    C: QueryFragment<DB>,
    DB: Backend + Dialect + HasSqlType<Text>,
    String: ToSql<Text, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(DB::BEFORE);
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(DB::AFTER);
        out.push_sql(" LIKE ");
        out.push_sql(DB::BEFORE);
        out.push_bind_param::<Text, _>(&self.pattern)?;
        out.push_sql(DB::AFTER);
        out.push_sql(" ESCAPE '\\'");
        Ok(())
    }
}

impl<C: AppearsOnTable<QS>, QS> AppearsOnTable<QS> for Contains<C> {}
impl<C: SelectableExpression<QS>, QS> SelectableExpression<QS> for Contains<C> {}
impl<C, GB> ValidGrouping<GB> for Contains<C> {
    type IsAggregate = is_aggregate::Never;
}

/// A pattern for texts that contain `text`; to be used with `ESCAPE '\'`.
pub(crate) fn containing(text: &str) -> String {
    format!("%{}%", escaped(text))
}

/// A pattern that matches this text alone (Django's `prep_for_like_query`); to be used with `ESCAPE '\'`.
pub(crate) fn escaped(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    for character in text.chars() {
        if matches!(character, '\\' | '%' | '_') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_of_like_are_escaped() {
        assert_eq!(containing("100%_\\é"), "%100\\%\\_\\\\é%");
    }
}
