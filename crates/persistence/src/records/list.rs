//! Lists of records as the admin shows them, by the engine of the API.

use presspass_domain::model::{
    ChoiceQuery, Condition, Key, Kind, ListQuery, Model, Path, Reference, Row, Selection, Value,
};
use presspass_domain::{Direction, Slice, Window};

use super::labels::{KeyedValues, Shown, label_columns};
use crate::connection::Connection;
use crate::error::Error;
use crate::resources::read;
use crate::sql::{Column, Sql};

/// The column of the key in a condition.
pub(super) const KEY: Column = Column("t", "id");

/// The query of a list. A foreign key is ordered by the label of the other record.
fn selection(query: &ListQuery) -> Selection {
    let order = query.order().into_iter().flat_map(|(path, direction)| {
        let columns = if let Kind::One(_) = path.field.kind { label_columns(&path) } else { vec![path] };
        columns.into_iter().map(move |column| (column, direction))
    });
    Selection {
        model: query.model(),
        outputs: [].into(),
        condition: query.condition(),
        order: order.collect(),
        window: query.window(),
    }
}

fn label_of(model: &'static Model) -> impl Iterator<Item = Path> {
    model.label_fields().into_iter().map(Path::own)
}

fn shown(query: &ListQuery) -> Shown {
    Shown::new(query.model(), query.wanted().iter().cloned().chain(label_of(query.model())))
}

/// Runs a query.
pub(super) fn list(connection: &mut Connection, query: &ListQuery) -> Result<Slice<Row>, Error> {
    let (shown, columns) = (shown(query), query.wanted().len());
    let (rows, count) = read::values(connection, &selection(query), &shown.paths)?;
    let row = |values: Vec<Value>| {
        let (id, mut values) = shown.read(values)?;
        let label = query.model().label_of(&values[columns..]);
        values.truncate(columns);
        Ok(Row { id, label, values })
    };
    Ok(Slice { items: rows.into_iter().map(row).collect::<Result<_, Error>>()?, count })
}

/// The keys of at most `limit` records that meet the conditions of a query, whatever its page; ascending.
pub(super) fn keys(connection: &mut Connection, query: &ListQuery, limit: u32) -> Result<Vec<Key>, Error> {
    let order = vec![(Path::own(&query.model().key), Direction::Ascending)];
    read::keys(connection, &Selection { order, ..selection(query) }, limit.into())
}

/// These fields of the records that meet a condition on the table `t`, in the order of their model.
pub(super) fn records(
    connection: &mut Connection,
    model: &'static Model,
    fields: impl IntoIterator<Item = Path>,
    condition: Sql,
    clause: Sql,
) -> Result<Vec<KeyedValues>, Error> {
    let shown = Shown::new(model, fields);
    let all = selection(&ListQuery::new(model, Window::All));
    let rows = read::values_of(connection, &all, &shown.paths, condition, clause)?;
    rows.into_iter().map(|values| shown.read(values)).collect()
}

/// The labels of the records that meet a condition on the table `t`, in the order of their model; at most `limit`.
pub(super) fn labels(
    connection: &mut Connection,
    model: &'static Model,
    condition: Sql,
    limit: Option<i64>,
) -> Result<Vec<Reference>, Error> {
    let limit = limit.map_or_else(Sql::default, |limit| Sql::new(" LIMIT ").number(limit));
    let rows = records(connection, model, label_of(model), condition, limit)?;
    Ok(rows.into_iter().map(|row| reference(model, row)).collect())
}

fn reference(model: &'static Model, (id, values): KeyedValues) -> Reference {
    Reference { id, label: model.label_of(&values) }
}

/// Records to choose from. A search looks at the texts that labels are made of.
pub(super) fn choices(
    connection: &mut Connection,
    model: &'static Model,
    query: &ChoiceQuery,
) -> Result<Vec<Reference>, Error> {
    let is_text = |path: &Path| matches!(path.field.kind, Kind::Text(_));
    let texts = label_of(model).flat_map(|path| match path.field.kind {
        Kind::One(_) => Some(label_columns(&path)).filter(|all| all.iter().all(is_text)).unwrap_or_default(),
        _ => Some(path).filter(is_text).into_iter().collect(),
    });
    let texts: Vec<Path> = texts.collect();
    let conditions = query.search.as_ref().map(|search| search.conditions(&texts)).unwrap_or_default();
    let window =
        query.limit.map_or(Window::All, |limit| Window::Uncounted { limit: limit.into(), offset: 0 });
    let all = selection(&ListQuery::new(model, window));
    let shown = Shown::new(model, label_of(model));
    let selection = Selection { condition: Condition::All(conditions), ..all };
    let (rows, _) = read::values(connection, &selection, &shown.paths)?;
    rows.into_iter().map(|values| Ok(reference(model, shown.read(values)?))).collect()
}

#[cfg(test)]
mod tests;
