//! The conditions of a list: search and filters.

use presspass_domain::Timestamp;
use presspass_domain::model::{Filter, Kind, ListQuery, Path};

use super::located::{Join, Located};
use super::table::{FieldLocation, Table};
use crate::error::Error;
use crate::sql::{Bind, Column, Sql, containing};

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

/// Conditions that all have to hold, and what they need beside the table.
pub(super) type Conditions = (Vec<Sql>, Vec<Join>);

/// The conditions of a query, and the joins that they need; `None` where no record can meet them.
pub(super) fn conditions(table: &'static Table, query: &ListQuery) -> Result<Option<Conditions>, Error> {
    let (mut all, mut joins) = (Vec::new(), Vec::new());
    let mut locate = |path: &Path| {
        let located = Located::path(table, path)?;
        joins.extend_from_slice(located.joins());
        Ok::<_, Error>(located)
    };
    if let Some((paths, words)) = query.sought() {
        if words.iter().any(|word| cannot_be_stored(word)) {
            return Ok(None);
        }
        let columns =
            paths.iter().map(|path| locate(path)?.column()).collect::<Result<Vec<Column>, Error>>()?;
        all.extend(containing_all(&columns, words));
    }
    for filter in query.filters() {
        let mut column = |path| Ok::<_, Error>(Sql::from(locate(path)?.column()?));
        match filter {
            Filter::Flag(path, flag) => all.push(column(path)?.push(" = ").bind(*flag)),
            Filter::Within(path, range) => {
                let column = column(path)?;
                let bound = |timestamp: Timestamp| match path.field.kind {
                    Kind::Date => Sql::default().bind(Bind::Cast(timestamp.get().date().to_string(), "date")),
                    _ => Sql::default().bind(timestamp),
                };
                all.extend(range.from.map(|from| column.clone().push(" >= ").append(bound(from))));
                all.extend(range.before.map(|before| column.push(" < ").append(bound(before))));
            }
            Filter::Present(path, is_present) => {
                all.push(column(path)?.push(if *is_present { " IS NOT NULL" } else { " IS NULL" }));
            }
            Filter::Number(path, number) => all.push(column(path)?.push(" = ").bind(*number)),
            Filter::Text(_, text) if cannot_be_stored(text) => return Ok(None),
            Filter::Text(path, text) => all.push(column(path)?.push(" = ").bind(text.as_str())),
            Filter::Related(path, to) => all.push(related(&locate(path)?, *to)?),
        }
    }
    Ok(Some((all, joins)))
}

fn related(located: &Located, to: Option<i64>) -> Result<Sql, Error> {
    let key = located.beside("id");
    Ok(match (located.location(), to) {
        (FieldLocation::One { .. }, Some(id)) => Sql::from(located.column()?).push(" = ").bind(id),
        (FieldLocation::One { .. }, None) => Sql::from(located.column()?).push(" IS NULL"),
        (FieldLocation::Many { through, own, other, .. }, Some(id)) => Sql::from(key)
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
            .append(key)
            .push(")"),
        (FieldLocation::Own { field, .. }, _) => {
            return Err(Error::Query(format!("{} is no relation", field.name)));
        }
    })
}
