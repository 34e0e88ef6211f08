//! The conditions of a list: search and filters.

use presspass_domain::model::{Field, Filter, ListQuery};

use super::select::own_column;
use super::table::{FieldLocation, Table};
use crate::error::Error;
use crate::sql::{Column, Sql, containing};

/// That each word is contained in one of the columns.
pub(super) fn containing_all(columns: &[Column], words: &[String]) -> Vec<Sql> {
    let contains = |word: &String| {
        let each = columns.iter().map(|column| {
            let pattern = Sql::default().bind(containing(word));
            Sql::default().folded(*column).push(" LIKE ").folded(pattern).push(" ESCAPE '\\'")
        });
        Sql::new("(").join(" OR ", each).push(")")
    };
    if columns.is_empty() { Vec::new() } else { words.iter().map(contains).collect() }
}

/// Whether no database can hold this text: `PostgreSQL` fails on a NUL, and `SQLite` ends a pattern there.
pub(super) fn cannot_be_stored(text: &str) -> bool {
    text.contains('\0')
}

/// The conditions of a query; `None` where no record can meet them.
pub(super) fn conditions(table: &'static Table, query: &ListQuery) -> Result<Option<Vec<Sql>>, Error> {
    let mut all = Vec::new();
    if let Some((fields, words)) = query.sought() {
        if words.iter().any(|word| cannot_be_stored(word)) {
            return Ok(None);
        }
        let columns = fields.iter().map(|field| own(table, field)).collect::<Result<Vec<Column>, _>>()?;
        all.extend(containing_all(&columns, words));
    }
    for filter in query.filters() {
        let column = |field| own(table, field).map(Sql::from);
        match filter {
            Filter::Flag(field, flag) => all.push(column(field)?.push(" = ").bind(*flag)),
            Filter::Within(field, range) => {
                let column = column(field)?;
                all.extend(range.from.map(|from| column.clone().push(" >= ").bind(from)));
                all.extend(range.before.map(|before| column.push(" < ").bind(before)));
            }
            Filter::Present(field, is_present) => {
                all.push(column(field)?.push(if *is_present { " IS NOT NULL" } else { " IS NULL" }));
            }
            Filter::Number(field, number) => all.push(column(field)?.push(" = ").bind(*number)),
            Filter::Text(_, text) if cannot_be_stored(text) => return Ok(None),
            Filter::Text(field, text) => all.push(column(field)?.push(" = ").bind(text.as_str())),
            Filter::Related(field, to) => all.push(related(table.locate(field)?, *to)?),
        }
    }
    Ok(Some(all))
}

fn own(table: &'static Table, field: &Field) -> Result<Column, Error> {
    let stored = table.locate(field)?.stored();
    stored.map(own_column).ok_or_else(|| Error::Query(format!("{} is no column", field.name)))
}

fn related(location: FieldLocation, to: Option<i64>) -> Result<Sql, Error> {
    Ok(match (location, to) {
        (FieldLocation::One { column, .. }, Some(id)) => Sql::from(own_column(column)).push(" = ").bind(id),
        (FieldLocation::One { column, .. }, None) => Sql::from(own_column(column)).push(" IS NULL"),
        (FieldLocation::Many { through, own, other, .. }, Some(id)) => Sql::from(own_column("id"))
            .push(" IN (SELECT ")
            .name(own)
            .push(" FROM ")
            .name(through)
            .push(" WHERE ")
            .name(other)
            .push(" = ")
            .bind(id)
            .push(")"),
        (FieldLocation::Many { through, own, .. }, None) => Sql::new("NOT EXISTS (SELECT 1 FROM ")
            .name(through)
            .push(" AS pair WHERE ")
            .append(Column("pair", own))
            .push(" = ")
            .append(own_column("id"))
            .push(")"),
        (FieldLocation::Own { field, .. }, _) => {
            return Err(Error::Query(format!("{} is no relation", field.name)));
        }
    })
}
