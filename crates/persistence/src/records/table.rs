//! The tables of models: each resource describes its own in its `admin.rs`.

use presspass_domain::model::{Actor, Field, Form, Kind, Model, Record, Refusal};

use crate::connection::Connection;
use crate::error::Error;

/// The table of a model. Columns have the names of their fields, except those in `joins`.
#[derive(Debug)]
pub(crate) struct Table {
    pub model: &'static Model,
    pub name: &'static str,
    /// Its relations.
    pub joins: &'static [Join],
    /// Flags that are set where the form of a new record leaves them out.
    pub set: &'static [&'static str],
    /// Timestamps that every change moves.
    pub touched: &'static [&'static str],
    /// Rows of other tables that go with a record: those that Django deletes in code.
    pub dependents: &'static [Dependent],
    /// Tables of our own whose rows the engine deletes with a record, or with its dependents.
    pub cascades: &'static [Cascade],
    /// Whether everything works without this table: then it has no records.
    pub is_optional: bool,
    /// Whether its records are the accounts that log entries belong to.
    pub has_actors: bool,
    /// Refuses a change before it is written.
    pub check_change: Option<CheckChange>,
    /// Refuses the deletion of these records, for the reason that it returns.
    pub check_deletion: Option<CheckDeletion>,
    /// Runs in the transaction of a change, after the columns are written.
    pub after_change: Option<AfterChange>,
}

type CheckChange = fn(&mut Connection, &Change<'_>) -> Result<Option<Refusal>, Error>;
type CheckDeletion = fn(&mut Connection, &[i64]) -> Result<Option<&'static str>, Error>;
type AfterChange = fn(&mut Connection, &Change<'_>) -> Result<(), Error>;

/// A change of a record.
#[derive(Debug)]
pub(crate) struct Change<'c> {
    pub before: &'c Record,
    pub form: &'c Form,
    /// The names of the fields whose values differ.
    pub changed: &'c [&'static str],
    pub actor: Actor,
}

/// Where a relation is.
#[derive(Debug)]
pub(crate) enum Join {
    /// A column with the key of the other record.
    One { field: &'static str, column: &'static str, to: &'static Table },
    /// A table of pairs.
    Many {
        field: &'static str,
        through: &'static str,
        /// Its column with the key of this record.
        own: &'static str,
        /// Its column with the key of the other.
        other: &'static str,
        to: &'static Table,
    },
}

/// Rows that go with a record.
#[derive(Debug)]
pub(crate) struct Dependent {
    /// Their table; it need not exist.
    pub table: &'static str,
    /// Its column with the key of the record.
    pub column: &'static str,
    /// What Django's confirmation page calls them.
    pub kind: &'static str,
    pub names: Names,
}

/// How dependents are named on the confirmation page.
#[derive(Debug)]
pub(crate) enum Names {
    /// They are only counted.
    None,
    /// As the record of this table whose key is in this column.
    Of(&'static Table, &'static str),
}

/// How the confirmation page shows the rows of a table of our own.
#[derive(Debug)]
pub(crate) struct Cascade {
    pub table: &'static str,
    /// Not at all, where there is no label.
    pub label: Option<&'static str>,
    /// Whether they come and go without a user: a confirmation is not stale because of them.
    pub is_volatile: bool,
}

/// A field, and where it is stored.
#[derive(Debug, Clone, Copy)]
pub(crate) enum FieldLocation {
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
    /// A table without relations, dependents and hooks.
    pub const fn new(model: &'static Model, name: &'static str) -> Self {
        Self {
            model,
            name,
            joins: &[],
            set: &[],
            touched: &[],
            dependents: &[],
            cascades: &[],
            is_optional: false,
            has_actors: false,
            check_change: None,
            check_deletion: None,
            after_change: None,
        }
    }

    pub fn locate(&self, field: &'static Field) -> Result<FieldLocation, Error> {
        let found = self.joins.iter().find_map(|join| match *join {
            Join::One { field: name, column, to } => {
                (name == field.name).then_some(FieldLocation::One { field, column, to })
            }
            Join::Many { field: name, through, own, other, to } => {
                (name == field.name).then_some(FieldLocation::Many { field, through, own, other, to })
            }
        });
        match (found, field.kind) {
            (Some(location), _) => Ok(location),
            (None, Kind::One(_) | Kind::Many(_)) => {
                Err(Error::Query(format!("{} does not say where {} is", self.name, field.name)))
            }
            (None, _) => Ok(FieldLocation::Own(field)),
        }
    }

    pub fn field(&self, name: &str) -> Result<FieldLocation, Error> {
        let field = self.model.field(name);
        self.locate(field.ok_or_else(|| Error::Query(format!("{} has no field {name}", self.name)))?)
    }

    /// The fields that the label is made of.
    pub fn label(&self) -> Result<Vec<FieldLocation>, Error> {
        self.model.label.fields.iter().map(|name| self.field(name)).collect()
    }
}

impl FieldLocation {
    /// Its column in its own table.
    pub const fn stored(self) -> Option<&'static str> {
        match self {
            Self::Own(field) => Some(field.name),
            Self::One { column, .. } => Some(column),
            Self::Many { .. } => None,
        }
    }
}
