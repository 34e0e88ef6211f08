//! How models lie in tables: what a resource says of itself, in its own `admin.rs`.

use presspass_domain::admin::{Field, Kind, Model};

use crate::error::Error;

/// The table of a model. Columns have the names of their fields, but for those in `joins`.
#[derive(Debug)]
pub(crate) struct Table {
    /// The model.
    pub model: &'static Model,
    /// The table's name.
    pub name: &'static str,
    /// Where its relations are.
    pub joins: &'static [Join],
    /// Flags that are set where a form that adds a record does not say otherwise.
    pub set: &'static [&'static str],
    /// Moments that every change moves.
    pub touched: &'static [&'static str],
    /// Rows of other tables that go with a record: those that the original deletes in code. Those that the engine
    /// deletes by itself need no mention.
    pub dependents: &'static [Dependent],
}

/// Where a relation is.
#[derive(Debug)]
pub(crate) enum Join {
    /// A column with the key of the other record.
    One {
        /// The field.
        field: &'static str,
        /// The column.
        column: &'static str,
        /// The other table.
        to: &'static Table,
    },
    /// A table of pairs.
    Many {
        /// The field.
        field: &'static str,
        /// The table of pairs.
        through: &'static str,
        /// Its column with the key of this record.
        own: &'static str,
        /// Its column with the key of the other.
        other: &'static str,
        /// The other table.
        to: &'static Table,
    },
}

/// Rows that go with a record.
#[derive(Debug)]
pub(crate) struct Dependent {
    /// Their table; it need not be there.
    pub table: &'static str,
    /// Its column with the key of the record.
    pub column: &'static str,
    /// What they are called, as the original's confirmation page calls them.
    pub kind: &'static str,
    /// What each is called.
    pub names: Names,
}

/// What rows that go with a record are called.
#[derive(Debug)]
pub(crate) enum Names {
    /// Nothing: they are only counted.
    None,
    /// As the record of this table whose key is in this column.
    Of(&'static Table, &'static str),
}

/// A field where it lies.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Place {
    /// In the column of its name.
    Own(&'static Field),
    /// In a column with the key of a record of another table.
    One { field: &'static Field, column: &'static str, to: &'static Table },
    /// In a table of pairs.
    Many {
        field: &'static Field,
        through: &'static str,
        own: &'static str,
        other: &'static str,
        to: &'static Table,
    },
}

impl Table {
    /// Where a field is.
    pub fn place(&self, field: &'static Field) -> Result<Place, Error> {
        let found = self.joins.iter().find_map(|join| match *join {
            Join::One { field: name, column, to } => {
                (name == field.name).then_some(Place::One { field, column, to })
            }
            Join::Many { field: name, through, own, other, to } => {
                (name == field.name).then_some(Place::Many { field, through, own, other, to })
            }
        });
        match (found, field.kind) {
            (Some(place), _) => Ok(place),
            (None, Kind::One(_) | Kind::Many(_)) => {
                Err(Error::Query(format!("{} does not say where {} is", self.name, field.name)))
            }
            (None, _) => Ok(Place::Own(field)),
        }
    }

    /// The place of the field of this name.
    pub fn named(&self, name: &str) -> Result<Place, Error> {
        let field = self.model.field(name);
        self.place(field.ok_or_else(|| Error::Query(format!("{} has no field {name}", self.name)))?)
    }

    /// The fields that make the label, where they are.
    pub fn label(&self) -> Result<Vec<Place>, Error> {
        self.model.label.fields.iter().map(|name| self.named(name)).collect()
    }
}
