//! What must hold for the records of a list.

use presspass_domain::admin::{Filter, ListQuery};

use super::select::column;
use super::table::{Place, Table};
use crate::columns::Instant;
use crate::error::Error;
use crate::sql::containing;
use crate::sql::{Bind, Sql};

/// That each word is contained in one of the columns.
pub(super) fn containing_all(columns: &[String], words: &[String]) -> Vec<Sql> {
    let contains = |word: &String| {
        let each = columns.iter().map(|column| {
            let pattern = Sql::default().text(containing(word));
            Sql::new(column).folded().push(" LIKE ").append(pattern.folded()).push(" ESCAPE '\\'")
        });
        Sql::new("(").join(" OR ", each).push(")")
    };
    if columns.is_empty() { Vec::new() } else { words.iter().map(contains).collect() }
}

/// Whether a text cannot be in any database: `PostgreSQL` fails on a NUL, and `SQLite` ends a pattern there.
pub(super) fn cannot_be(text: &str) -> bool {
    text.contains('\0')
}

/// What must hold for the records of a query; `None` where that is sure to hold for none.
pub(super) fn conditions(table: &'static Table, query: &ListQuery) -> Result<Option<Vec<Sql>>, Error> {
    let mut all = Vec::new();
    if let Some((fields, words)) = query.sought() {
        if words.iter().any(|word| cannot_be(word)) {
            return Ok(None);
        }
        let columns: Vec<String> = fields.iter().map(|field| column(field.name)).collect();
        all.extend(containing_all(&columns, words));
    }
    for filter in query.filters() {
        match filter {
            Filter::Flag(field, flag) => {
                all.push(Sql::new(column(field.name)).push(" = ").bind(Bind::Flag(*flag)));
            }
            Filter::Within(field, range) => {
                let timestamp = |sign: &str, at| {
                    Sql::new(column(field.name)).push(sign).bind(Bind::Timestamp(Instant(at)))
                };
                all.extend(range.from.map(|at| timestamp(" >= ", at)));
                all.extend(range.before.map(|at| timestamp(" < ", at)));
            }
            Filter::Present(field, there) => {
                let is = if *there { " IS NOT NULL" } else { " IS NULL" };
                all.push(Sql::new(column(field.name)).push(is));
            }
            Filter::Number(field, number) => {
                all.push(Sql::new(column(field.name)).push(" = ").number(*number));
            }
            Filter::Text(_, text) if cannot_be(text) => return Ok(None),
            Filter::Text(field, text) => {
                all.push(Sql::new(column(field.name)).push(" = ").text(text));
            }
            Filter::Related(field, to) => all.push(related(table.place(field)?, *to)?),
        }
    }
    Ok(Some(all))
}

fn related(place: Place, to: Option<i64>) -> Result<Sql, Error> {
    Ok(match (place, to) {
        (Place::One { column: key, .. }, Some(id)) => Sql::new(column(key)).push(" = ").number(id),
        (Place::One { column: key, .. }, None) => Sql::new(column(key)).push(" IS NULL"),
        (Place::Many { through, own, other, .. }, Some(id)) => {
            let pairs = format!("t.\"id\" IN (SELECT \"{own}\" FROM \"{through}\" WHERE \"{other}\" = ");
            Sql::new(pairs).number(id).push(")")
        }
        (Place::Many { through, own, .. }, None) => Sql::new(format!(
            "NOT EXISTS (SELECT 1 FROM \"{through}\" AS pair WHERE pair.\"{own}\" = t.\"id\")"
        )),
        (Place::Own(field), _) => return Err(Error::Query(format!("{} is no relation", field.name))),
    })
}
