//! Where models are stored: everything follows from their descriptions, but for what is special about accounts.

use std::collections::HashMap;
use std::sync::{OnceLock, PoisonError, RwLock};

use presspass_domain::model::{Actor, Field, Form, Key, KeyKind, Kind, Model, Record, Refusal};

use crate::connection::Connection;
use crate::error::Error;

/// The table of a model.
#[derive(Debug)]
pub(crate) struct Table {
    pub model: &'static Model,
    pub name: &'static str,
    /// The key first.
    fields: Vec<FieldLocation>,
    pub special: &'static Special,
}

/// What does not follow from the description of a model.
#[derive(Debug)]
pub(crate) struct Special {
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
type CheckDeletion = fn(&mut Connection, &[Key]) -> Result<Option<&'static str>, Error>;
type AfterChange = fn(&mut Connection, &Change<'_>) -> Result<(), Error>;

impl Special {
    /// Nothing special.
    pub const NONE: Self = Self {
        dependents: &[],
        cascades: &[],
        is_optional: false,
        has_actors: false,
        check_change: None,
        check_deletion: None,
        after_change: None,
    };
}

/// A change of a record.
#[derive(Debug)]
pub(crate) struct Change<'c> {
    pub before: &'c Record,
    pub form: &'c Form,
    /// The names of the fields whose values differ.
    pub changed: &'c [&'static str],
    pub actor: Actor,
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
    /// As the record of this model whose key is in this column.
    Of(&'static Model, &'static str),
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
    /// In a column of its own.
    Own { field: &'static Field, column: &'static str },
    /// In a column with the key of a record of another model.
    One { field: &'static Field, column: &'static str, to: &'static Model },
    /// In a table of pairs.
    Many {
        field: &'static Field,
        through: &'static str,
        own: &'static str,
        other: &'static str,
        to: &'static Model,
    },
}

/// The tables of all models that were asked for. Models are statics: there are few, and they stay.
static TABLES: OnceLock<RwLock<HashMap<usize, &'static Table>>> = OnceLock::new();

fn leaked(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

impl Table {
    /// The table of a model.
    pub fn of(model: &'static Model) -> &'static Self {
        let tables = TABLES.get_or_init(RwLock::default);
        let key = std::ptr::from_ref(model).addr();
        if let Some(table) = tables.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return table;
        }
        let mut tables = tables.write().unwrap_or_else(PoisonError::into_inner);
        tables.entry(key).or_insert_with(|| Box::leak(Box::new(Self::describe(model))))
    }

    fn describe(model: &'static Model) -> Self {
        let location = |field: &'static Field| match (field.kind, field.through(model)) {
            (Kind::Many(relation), Some(through)) => FieldLocation::Many {
                field,
                through: leaked(through.table),
                own: leaked(through.own),
                other: leaked(through.other),
                to: relation.to,
            },
            (Kind::One(relation), _) => {
                FieldLocation::One { field, column: leaked(field.column().into_owned()), to: relation.to }
            }
            _ => FieldLocation::Own { field, column: leaked(field.column().into_owned()) },
        };
        Self {
            model,
            name: leaked(model.table().into_owned()),
            fields: model.all_fields().map(location).collect(),
            special: crate::admin::special(model),
        }
    }

    pub fn locate(&self, field: &Field) -> Result<FieldLocation, Error> {
        let found = self.fields.iter().find(|location| location.field().name == field.name);
        found.copied().ok_or_else(|| Error::Query(format!("{} has no field {}", self.name, field.name)))
    }

    /// The fields of a new record: its key, too, where the database does not number the records.
    pub fn inserted(&self) -> &[FieldLocation] {
        if self.model.key_kind() == KeyKind::Uuid { &self.fields } else { self.fields() }
    }

    /// All fields but the key.
    pub fn fields(&self) -> &[FieldLocation] {
        self.fields.get(1..).unwrap_or_default()
    }
}

impl FieldLocation {
    pub const fn field(self) -> &'static Field {
        match self {
            Self::Own { field, .. } | Self::One { field, .. } | Self::Many { field, .. } => field,
        }
    }

    /// Its column in its own table.
    pub const fn stored(self) -> Option<&'static str> {
        match self {
            Self::Own { column, .. } | Self::One { column, .. } => Some(column),
            Self::Many { .. } => None,
        }
    }
}
