//! The tables of a database.

use crate::catalogue::{self, Check, Column, ForeignKey};
use crate::connection::Connection;
use crate::error::Error;
use crate::origin::TABLES;
use crate::url::Engine;

pub(super) struct FoundTable {
    pub name: String,
    pub key: Vec<String>,
    pub columns: Vec<Column>,
    /// The columns of each UNIQUE constraint, in its order.
    pub unique: Vec<Vec<String>>,
    pub checks: Vec<Check>,
    /// The foreign keys, each with the table that it refers to.
    pub refers: Vec<(ForeignKey, String)>,
}

pub(super) struct Found {
    pub engine: Engine,
    pub tables: Vec<FoundTable>,
}

/// Tables of the library, and of apps of Django that it replaces.
fn is_known(name: &str) -> bool {
    TABLES.contains(&name)
        || name.starts_with("presspass_")
        || name.starts_with("__diesel")
        || name == "authtoken_token"
}

impl Found {
    pub fn read(connection: &mut Connection) -> Result<Self, Error> {
        let names = catalogue::tables(connection)?;
        let listed: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut columns = catalogue::columns(connection, &listed)?;
        let (unique, checks) =
            (catalogue::unique_indexes(connection, &listed)?, catalogue::checks(connection, &listed)?);
        let mut tables = Vec::new();
        for name in &names {
            tables.push(FoundTable {
                name: name.clone(),
                key: catalogue::primary_key(connection, name)?,
                columns: columns.remove(name).unwrap_or_default(),
                unique: unique
                    .iter()
                    .filter(|index| index.table == *name)
                    // An index on an expression is none of Django's constraints.
                    .filter_map(|index| index.columns.iter().cloned().collect())
                    .collect(),
                checks: Vec::new(),
                refers: Vec::new(),
            });
        }
        for check in checks {
            let table = tables.iter_mut().find(|table| table.name == check.table);
            if let Some(table) = table {
                table.checks.push(check.clone());
            }
        }
        for to in &names {
            for key in catalogue::foreign_keys(connection, to)? {
                let table = tables.iter_mut().find(|table| table.name == key.table);
                if let Some(table) = table {
                    table.refers.push((key.clone(), to.clone()));
                }
            }
        }
        Ok(Self { engine: connection.engine(), tables })
    }

    /// The tables that need a declaration: those of many-to-many relations belong to another.
    pub fn models(&self) -> impl Iterator<Item = &FoundTable> {
        self.tables.iter().filter(|table| !is_known(&table.name) && self.owner(table).is_none())
    }

    pub fn get(&self, name: &str) -> Option<&FoundTable> {
        self.tables.iter().find(|table| table.name == name)
    }

    /// The table whose many-to-many relation this one is for, the name of the relation, and the two keys, its own first.
    /// `None` where it is an ordinary table, or where its names are not those that Django makes.
    pub fn owner<'f>(
        &'f self,
        table: &'f FoundTable,
    ) -> Option<(&'f FoundTable, &'f str, &'f ForeignKey, &'f str)> {
        let [(one, one_to), (two, two_to)] = &table.refers[..] else { return None };
        let both = [&one.column, &two.column];
        let is_pair = table.unique.iter().any(|set| set.len() == 2 && both.iter().all(|it| set.contains(it)));
        if table.columns.len() != 3 || table.key != ["id"] || !is_pair {
            return None;
        }
        [(one, one_to, two_to), (two, two_to, one_to)].into_iter().find_map(|(own, own_to, other_to)| {
            let relation = table.name.strip_prefix(own_to.as_str())?.strip_prefix('_')?;
            let is_own = own_to != other_to || own.column.starts_with("from_");
            let owner = self.get(own_to).filter(|owner| !is_known(&owner.name))?;
            is_own.then_some((owner, relation, own, other_to.as_str()))
        })
    }

    /// Why a table's key cannot be described.
    pub fn key_problem(&self, table: &FoundTable) -> Option<String> {
        let [key] = &table.key[..] else {
            return Some("its primary key is not one column".to_owned());
        };
        let column = table.columns.iter().find(|column| column.name == *key)?;
        let fits = column.declared.contains("int") || self.has_uuid_key(table);
        (key != "id" || !fits).then(|| {
            format!(
                "its primary key is `{key}` {}, and a model's is `id`, an integer or a UUID",
                column.declared
            )
        })
    }

    /// Whether its key is a UUID.
    pub fn has_uuid_key(&self, table: &FoundTable) -> bool {
        let declared = if self.engine == Engine::Sqlite { "char(32)" } else { "uuid" };
        table.columns.iter().any(|column| table.key == [column.name.as_str()] && column.declared == declared)
    }

    /// Whether its key has eight bytes; on `SQLite` only columns that refer to it show that.
    pub fn has_big_key(&self, table: &FoundTable) -> bool {
        let is_big = |of: &FoundTable, name: &str| {
            of.columns.iter().any(|column| column.name == name && column.declared == "bigint")
        };
        is_big(table, "id")
            || self.tables.iter().any(|other| {
                let mut to = other.refers.iter().filter(|(_, to)| *to == table.name);
                to.any(|(key, _)| is_big(other, &key.column))
            })
    }
}
