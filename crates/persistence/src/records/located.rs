//! Where a query finds a field: in the table itself, or in one that foreign keys lead to.

use std::collections::HashSet;
use std::sync::{PoisonError, RwLock};

use presspass_domain::model::{Field, Kind, Model, Path, Reference, Value};

use super::select::value;
use super::table::{FieldLocation, Table};
use crate::error::Error;
use crate::sql::{Cells, Column, Sql};

/// The alias of the table that a query is about.
const OWN: &str = "t";

/// How many foreign keys are followed for one label.
const DEPTH: usize = 4;

/// A field of a query.
#[derive(Clone)]
pub(super) struct Located {
    alias: &'static str,
    location: FieldLocation,
    /// What leads there.
    joins: Vec<Join>,
}

/// A table that a foreign key leads to.
#[derive(Clone)]
pub(super) struct Join {
    alias: &'static str,
    key: Column,
    table: &'static str,
}

/// Names of tables in queries: as many as there are foreign keys on the way to a column that a registration names.
static ALIASES: RwLock<Option<HashSet<&'static str>>> = RwLock::new(None);

fn alias_of(alias: &'static str, column: &'static str) -> &'static str {
    if alias == OWN {
        return column;
    }
    let name = format!("{alias}.{column}");
    let known = ALIASES.read().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = known.as_ref().and_then(|known| known.get(name.as_str())) {
        return known;
    }
    drop(known);
    let name: &'static str = name.leak();
    ALIASES.write().unwrap_or_else(PoisonError::into_inner).get_or_insert_default().insert(name);
    name
}

impl Join {
    fn new(alias: &'static str, column: &'static str, to: &'static Model) -> Self {
        Self { alias: alias_of(alias, column), key: Column(alias, column), table: Table::of(to).name }
    }

    /// Each of them once.
    pub fn all<'l>(joins: impl IntoIterator<Item = &'l Self>) -> Vec<Sql> {
        let mut known = HashSet::new();
        let once = joins.into_iter().filter(|join| known.insert(join.alias));
        once.map(|Self { alias, key, table }| {
            let join = Sql::new(" LEFT JOIN ").name(*table).push(" AS ").name(*alias);
            join.push(" ON ").append(Column(alias, "id")).push(" = ").append(*key)
        })
        .collect()
    }
}

/// The columns of a label, and the joins to them.
fn label(
    alias: &'static str,
    model: &'static Model,
    depth: usize,
    columns: &mut Vec<Column>,
    joins: &mut Vec<Join>,
) -> Result<(), Error> {
    for location in Table::of(model).label()? {
        match location {
            FieldLocation::Own { column, .. } => columns.push(Column(alias, column)),
            FieldLocation::One { column, to, .. } => {
                columns.push(Column(alias, column));
                if depth < DEPTH {
                    joins.push(Join::new(alias, column, to));
                    label(alias_of(alias, column), to, depth + 1, columns, joins)?;
                }
            }
            FieldLocation::Many { field, .. } => return Err(no_column(field)),
        }
    }
    Ok(())
}

/// Reads a label, and moves `at` behind its columns; `None` where all of them are NULL.
fn read_label(
    model: &'static Model,
    cells: &Cells,
    at: &mut usize,
    depth: usize,
) -> Result<Option<String>, Error> {
    let (mut values, mut is_missing) = (Vec::new(), true);
    for location in Table::of(model).label()? {
        let (field, here) = (location.field(), *at);
        *at += 1;
        is_missing &= cells.is_null(here);
        let value = match location {
            FieldLocation::One { to, .. } if depth < DEPTH => {
                let label = read_label(to, cells, at, depth + 1)?.unwrap_or_default();
                Value::One(cells.optional_integer(here)?.map(|id| Reference { id, label }))
            }
            FieldLocation::One { .. } => Value::One(None),
            _ if cells.is_null(here) => Value::Text(String::new()),
            _ => value(field, cells, here)?,
        };
        values.push((field, value));
    }
    Ok((!is_missing).then(|| model.label_of(&values)))
}

fn no_column(field: &Field) -> Error {
    Error::Query(format!("{} is no column", field.name))
}

impl Located {
    /// A field of the table itself.
    pub const fn own(location: FieldLocation) -> Self {
        Self { alias: OWN, location, joins: Vec::new() }
    }

    pub fn path(table: &'static Table, path: &Path) -> Result<Self, Error> {
        let (mut alias, mut table, mut joins) = (OWN, table, Vec::new());
        for field in &path.through {
            let FieldLocation::One { column, to, .. } = table.locate(field)? else {
                return Err(no_column(field));
            };
            joins.push(Join::new(alias, column, to));
            (alias, table) = (alias_of(alias, column), Table::of(to));
        }
        Ok(Self { alias, location: table.locate(path.field)?, joins })
    }

    pub const fn field(&self) -> &'static Field {
        self.location.field()
    }

    pub const fn location(&self) -> FieldLocation {
        self.location
    }

    /// A column of the table that it is in.
    pub const fn beside(&self, column: &'static str) -> Column {
        Column(self.alias, column)
    }

    /// The column itself; of a foreign key that of the key.
    pub fn column(&self) -> Result<Column, Error> {
        let stored = self.location.stored().map(|column| Column(self.alias, column));
        stored.ok_or_else(|| no_column(self.field()))
    }

    /// The joins to the table that it is in.
    pub fn joins(&self) -> &[Join] {
        &self.joins
    }

    /// The columns that it is read from, and the joins to them.
    pub fn read_columns(&self, columns: &mut Vec<Column>, joins: &mut Vec<Join>) -> Result<(), Error> {
        columns.push(self.column()?);
        self.label_columns(columns, joins)
    }

    /// The columns that lists are ordered by, and the joins to them: of a foreign key the label of the other record.
    pub fn sort_columns(&self, columns: &mut Vec<Column>, joins: &mut Vec<Join>) -> Result<(), Error> {
        match self.location {
            FieldLocation::One { .. } => self.label_columns(columns, joins),
            FieldLocation::Own { .. } | FieldLocation::Many { .. } => {
                joins.extend_from_slice(&self.joins);
                columns.push(self.column()?);
                Ok(())
            }
        }
    }

    fn label_columns(&self, columns: &mut Vec<Column>, joins: &mut Vec<Join>) -> Result<(), Error> {
        joins.extend_from_slice(&self.joins);
        let FieldLocation::One { column, to, .. } = self.location else { return Ok(()) };
        joins.push(Join::new(self.alias, column, to));
        label(alias_of(self.alias, column), to, 1, columns, joins)
    }

    /// The texts among these.
    pub fn text_columns(&self) -> Result<(Vec<Column>, Vec<Join>), Error> {
        let (mut columns, mut joins) = (Vec::new(), Vec::new());
        match self.location {
            FieldLocation::Own { field, .. } if matches!(field.kind, Kind::Text(_)) => {
                self.read_columns(&mut columns, &mut joins)?;
            }
            FieldLocation::One { to, .. } => {
                let is_text =
                    Table::of(to).label()?.iter().all(|of| matches!(of.field().kind, Kind::Text(_)));
                if is_text {
                    self.label_columns(&mut columns, &mut joins)?;
                }
            }
            _ => {}
        }
        Ok((columns, joins))
    }

    /// Reads it from a row, and moves `at` behind its columns.
    pub fn read(&self, cells: &Cells, at: &mut usize) -> Result<Value, Error> {
        let here = *at;
        *at += 1;
        match self.location {
            FieldLocation::Own { field, .. } => value(field, cells, here),
            FieldLocation::One { to, .. } => {
                let label = read_label(to, cells, at, 1)?.unwrap_or_default();
                Ok(Value::One(cells.optional_integer(here)?.map(|id| Reference { id, label })))
            }
            FieldLocation::Many { field, .. } => Err(no_column(field)),
        }
    }
}
