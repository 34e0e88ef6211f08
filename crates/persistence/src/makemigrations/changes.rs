//! The differences between a snapshot and the models.

use super::snapshot::{KnownTable, Snapshot};
use super::{Effect, Effects};
use crate::ddl::{Column, Table};

/// Where a column is, and what it belongs to.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// `magazine.article`
    pub model: String,
    pub table: String,
}

/// A difference.
#[derive(Debug, Clone)]
pub(super) enum Change {
    CreateTable(Table),
    AddColumn(Place, Column),
    AddUnique(Place, Vec<String>),
    DropUnique(Place, Vec<String>),
    /// A column that is gone, and those new ones of the same kind, which it may be renamed to.
    RemoveColumn(Place, String, Vec<Column>),
    /// A column that was of another kind, and its table as it is declared.
    AlterColumn(Place, Column, String, Table),
    RemoveTable(Place, KnownTable),
}

pub(super) fn between(before: &Snapshot, tables: &[Table]) -> Vec<Change> {
    let mut changes = Vec::new();
    for (name, known) in &before.tables {
        if !tables.iter().any(|table| table.name == *name) {
            let place = Place { model: known.model.clone(), table: name.clone() };
            changes.push(Change::RemoveTable(place, known.clone()));
        }
    }
    for table in tables {
        match before.tables.get(&table.name) {
            None => changes.push(Change::CreateTable(table.clone())),
            Some(known) => changes.extend(of_table(known, table)),
        }
    }
    changes
}

fn of_table(known: &KnownTable, table: &Table) -> Vec<Change> {
    let place = || Place { model: known.model.clone(), table: table.name.clone() };
    let added: Vec<&Column> =
        table.columns.iter().filter(|column| !known.columns.contains_key(&column.name)).collect();
    let is_gone = |name: &str| !table.columns.iter().any(|column| column.name == name);
    let mut changes = Vec::new();
    // Before columns are dropped, and after they are added.
    for set in known.unique_together.iter().filter(|set| !table.unique_together.contains(set)) {
        changes.push(Change::DropUnique(place(), set.clone()));
    }
    let mut renamed: Vec<&str> = Vec::new();
    for (name, kind) in known.columns.iter().filter(|(name, _)| is_gone(name)) {
        let alike = added.iter().filter(|column| column.to_string() == *kind);
        let alike: Vec<Column> = alike.map(|column| (*column).clone()).collect();
        renamed.extend(added.iter().filter(|column| column.to_string() == *kind).map(|column| &*column.name));
        changes.push(Change::RemoveColumn(place(), name.clone(), alike));
    }
    for column in added.iter().filter(|column| !renamed.contains(&&*column.name)) {
        changes.push(Change::AddColumn(place(), (*column).clone()));
    }
    for column in &table.columns {
        if let Some(was) = known.columns.get(&column.name).filter(|was| **was != column.to_string()) {
            changes.push(Change::AlterColumn(place(), column.clone(), was.clone(), table.clone()));
        }
    }
    for set in table.unique_together.iter().filter(|set| !known.unique_together.contains(set)) {
        changes.push(Change::AddUnique(place(), set.clone()));
    }
    changes
}

impl Place {
    /// `magazine.article`, in its parts.
    fn parts(&self) -> (&str, &str) {
        self.model.split_once('.').unwrap_or(("", &self.model))
    }

    fn name(&self) -> &str {
        self.parts().1
    }
}

impl Change {
    pub fn app(&self) -> &str {
        match self {
            Self::CreateTable(table) => table.model.app_label,
            Self::AddColumn(place, ..)
            | Self::AddUnique(place, ..)
            | Self::DropUnique(place, ..)
            | Self::RemoveColumn(place, ..)
            | Self::AlterColumn(place, ..)
            | Self::RemoveTable(place, ..) => place.parts().0,
        }
    }

    /// Its part of a migration's name, as in Django.
    pub fn fragment(&self) -> String {
        match self {
            Self::CreateTable(table) => match &table.relation {
                None => table.model.name.to_owned(),
                Some(relation) => format!("{}_{relation}", table.model.name),
            },
            Self::AddColumn(place, column) => format!("{}_{}", place.name(), column.field),
            Self::AddUnique(place, _) | Self::DropUnique(place, _) => {
                format!("alter_{}_unique_together", place.name())
            }
            Self::RemoveColumn(place, column, _) => format!("remove_{}_{column}", place.name()),
            Self::AlterColumn(place, column, ..) => format!("alter_{}_{}", place.name(), column.field),
            Self::RemoveTable(place, known) => match &known.relation {
                None => format!("delete_{}", place.name()),
                Some(relation) => format!("remove_{}_{relation}", place.name()),
            },
        }
    }

    /// For the author, in Django's words.
    pub fn summary(&self) -> String {
        match self {
            Self::CreateTable(table) => match &table.relation {
                None => format!("Create model {}.{}", table.model.app_label, table.model.name),
                Some(relation) => {
                    format!("Create table {} for {}.{relation}", table.name, table.model.name)
                }
            },
            Self::AddColumn(place, column) => format!("Add field {} to {}", column.field, place.name()),
            Self::AddUnique(place, set) => format!("Make {} of {} unique", set.join(", "), place.name()),
            Self::DropUnique(place, set) => {
                format!("Let {} of {} no longer be unique", set.join(", "), place.name())
            }
            Self::RemoveColumn(place, column, _) => format!("Remove column {column} from {}", place.name()),
            Self::AlterColumn(place, column, ..) => {
                format!("Alter field {} on {}", column.field, place.name())
            }
            Self::RemoveTable(place, known) => match &known.relation {
                None => format!("Delete model {}", place.model),
                Some(relation) => format!("Remove field {relation} from {}", place.name()),
            },
        }
    }

    /// What its author has to write; `None` where it is derived.
    pub fn unfinished(&self) -> Option<String> {
        match self {
            Self::AddColumn(place, column) if column.fill.is_none() && !column.null => Some(format!(
                "{}.{} is NOT NULL and has no default: write the value of the rows that exist",
                place.table, column.name
            )),
            Self::RemoveColumn(place, column, renamed) => {
                let table = &place.table;
                let Some(first) = renamed.first() else {
                    return Some(format!("{table}.{column} is no longer declared: drop it, with its values"));
                };
                Some(format!(
                    "{table}.{column} is no longer declared: rename it to {}, or drop it",
                    first.name
                ))
            }
            Self::AlterColumn(place, column, was, _) => Some(format!(
                "{}.{} was `{was}` and is `{column}`: convert the values",
                place.table, column.name
            )),
            Self::RemoveTable(place, _) => {
                Some(format!("{} is no longer declared: drop it, with its rows", place.table))
            }
            Self::CreateTable(_) | Self::AddColumn(..) | Self::AddUnique(..) | Self::DropUnique(..) => None,
        }
    }

    /// Adds what the catalogue shows where it was done already.
    pub fn add_to(&self, effects: &mut Effects) {
        let column = |place: &Place, column: &str| Effect::Column {
            table: place.table.clone(),
            column: column.to_owned(),
        };
        let unique = |place: &Place, set: &[String]| Effect::Unique {
            table: place.table.clone(),
            columns: set.to_vec(),
        };
        match self {
            Self::CreateTable(table) => effects.creates.push(Effect::Table(table.name.clone())),
            Self::AddColumn(place, added) => effects.creates.push(column(place, &added.name)),
            Self::AddUnique(place, set) => effects.creates.push(unique(place, set)),
            Self::DropUnique(place, set) => effects.drops.push(unique(place, set)),
            Self::RemoveColumn(place, name, renamed) => {
                effects.drops.push(column(place, name));
                effects.creates.extend(renamed.iter().map(|added| column(place, &added.name)));
            }
            Self::RemoveTable(place, _) => effects.drops.push(Effect::Table(place.table.clone())),
            Self::AlterColumn(..) => {}
        }
    }
}
