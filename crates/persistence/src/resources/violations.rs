//! What only the database knows of a draft: whether its values are taken, and whether what it refers to exists.

use std::collections::BTreeSet;

use presspass_domain::model::{Draft, Field, Input, Key, Kind, Unique, Violation};

use super::bind::{bind, default_input};
use crate::connection::Connection;
use crate::error::Error;
use crate::records::{FieldLocation, Table};
use crate::sql::{Bind, Sql};

/// A question to the database, which it answers with a boolean, and what a yes means.
enum Question {
    Taken(&'static Field),
    Missing(&'static Field, Key),
    MissingOneOf(&'static Field, &'static Table, BTreeSet<Key>),
    TakenTogether(&'static [&'static str]),
}

/// The violations of a draft of a new record, or of the record of this key, in the order of the fields. It takes one
/// statement, or none.
pub(super) fn violations(
    connection: &mut Connection,
    draft: &Draft,
    key: Option<Key>,
) -> Result<Vec<Violation>, Error> {
    let table = Table::of(draft.model());
    let mut questions = Vec::new();
    let mut asked = Vec::new();
    let mut ask = |question, sql| {
        questions.push(question);
        asked.push(sql);
    };
    let others = |sql: Sql| match key {
        Some(key) => sql.push(" AND id <> ").bind(key).push(")"),
        None => sql.push(")"),
    };
    for location in table.fields() {
        let field = location.field();
        let Some(value) = draft.get(field.name).filter(|value| !value.is_null()) else { continue };
        match (location, value) {
            (FieldLocation::One { to, .. }, Input::Key(Some(other))) => {
                let missing = Sql::new("NOT EXISTS (SELECT 1 FROM ").name(Table::of(to).name);
                ask(Question::Missing(field, *other), missing.push(" WHERE id = ").bind(*other).push(")"));
            }
            (FieldLocation::Many { to, .. }, Input::Keys(keys)) if !keys.is_empty() => {
                let to = Table::of(to);
                let count = Sql::new("(SELECT count(*) FROM ").name(to.name).push(" WHERE id IN ");
                let count = count.keys(keys.iter().copied()).push(") <> ");
                let all = i64::try_from(keys.len()).unwrap_or(i64::MAX);
                ask(Question::MissingOneOf(field, to, keys.clone()), count.number(all));
            }
            _ => {}
        }
        if let (true, Some(column)) = (field.unique != Unique::No, location.stored()) {
            let same = Sql::new("EXISTS (SELECT 1 FROM ").name(table.name).push(" WHERE ").name(column);
            let same = same.push(" = ").bind(bind(connection.engine(), field, value)?);
            ask(Question::Taken(field), others(same));
        }
    }
    for set in draft.model().unique_together {
        if let Some(same) = same_together(connection, table, set, draft, key)? {
            ask(Question::TakenTogether(set), others(same));
        }
    }
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let row = Sql::new("SELECT ").join(", ", asked).first(connection)?;
    let row = row.ok_or_else(|| Error::Query("a question has no answer".to_owned()))?;
    let mut found: Vec<Violation> = Vec::new();
    for (at, question) in questions.into_iter().enumerate() {
        if !row.flag(at)? {
            continue;
        }
        match question {
            // What refers to nothing is not taken.
            Question::Taken(field)
                if found
                    .iter()
                    .any(|it| matches!(it, Violation::Missing(missing, _) if *missing == field)) => {}
            Question::Taken(field) => found.push(Violation::Taken(field)),
            Question::Missing(field, key) => found.push(Violation::Missing(field, key)),
            Question::TakenTogether(set) => found.push(Violation::TakenTogether(set)),
            Question::MissingOneOf(field, to, keys) => {
                let rows = Sql::new("SELECT id FROM ").name(to.name).push(" WHERE id IN ");
                let rows = rows.keys(keys.iter().copied()).load(connection)?;
                let known = rows.iter().map(|row| row.key(0)).collect::<Result<BTreeSet<_>, _>>()?;
                // All of them: the message names the one that the client wrote first.
                found.extend(keys.difference(&known).map(|key| Violation::Missing(field, *key)));
            }
        }
    }
    Ok(found)
}

/// Finds a record with the same values of these fields, still without a `)`; `None` where there can be none.
fn same_together(
    connection: &Connection,
    table: &'static Table,
    set: &[&'static str],
    draft: &Draft,
    key: Option<Key>,
) -> Result<Option<Sql>, Error> {
    if key.is_some() && set.iter().all(|name| draft.get(name).is_none()) {
        return Ok(None);
    }
    let mut conditions = Vec::new();
    for name in set {
        let Some(field) = table.model.field(name) else { continue };
        let Some(column) = table.locate(field)?.stored() else { continue };
        let same = Sql::default().name(column).push(" = ");
        let value = match (draft.get(name), key) {
            (Some(value), _) => bind(connection.engine(), field, value)?,
            (None, Some(key)) => {
                let own =
                    Sql::new("(SELECT ").name(column).push(" FROM ").name(table.name).push(" WHERE id = ");
                conditions.push(same.append(own.bind(key).push(")")));
                continue;
            }
            (None, None) => match default_input(field) {
                Some(value) => bind(connection.engine(), field, &value)?,
                None if matches!(field.kind, Kind::Text(_)) && !field.null => "".into(),
                None => Bind::Null,
            },
        };
        if value == Bind::Null {
            return Ok(None);
        }
        conditions.push(same.bind(value));
    }
    let same = Sql::new("EXISTS (SELECT 1 FROM ").name(table.name).push(" WHERE ");
    Ok(Some(same.join(" AND ", conditions)))
}
