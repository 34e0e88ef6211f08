//! The apps and models of tables.

use std::collections::{BTreeMap, BTreeSet};

use super::found::Found;
use crate::connection::Connection;
use crate::error::Error;
use crate::origin::has_table;
use crate::sql::Sql;

#[derive(Debug, Clone)]
pub(super) struct Declared {
    pub app: String,
    pub model: String,
    /// Whether no content type says so.
    pub is_guessed: bool,
}

pub(super) struct Names(BTreeMap<String, Declared>);

/// The models that the library declares, by their tables.
const LIBRARY: [(&str, &str); 4] = [
    ("auth_group", "GROUP"),
    ("auth_permission", "PERMISSION"),
    ("auth_user", "USER"),
    ("django_content_type", "CONTENT_TYPE"),
];

/// The name of a model's static.
pub(super) fn static_name(model: &str) -> String {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let name: String = model.chars().map(|c| if is_name(c) { c.to_ascii_uppercase() } else { '_' }).collect();
    // No model of the library's may be hidden.
    if LIBRARY.iter().any(|(_, known)| *known == name) || name.starts_with(|c: char| c.is_ascii_digit()) {
        format!("{name}_MODEL")
    } else {
        name
    }
}

impl Names {
    pub fn read(connection: &mut Connection, found: &Found) -> Result<Self, Error> {
        let mut types: Vec<Declared> = Vec::new();
        if has_table(connection, &["django_content_type"])? {
            let query =
                Sql::new("SELECT app_label, model FROM django_content_type ORDER BY app_label, model");
            for row in &query.load(connection)? {
                types.push(Declared { app: row.text(0)?, model: row.text(1)?, is_guessed: false });
            }
        }
        let mut names = BTreeMap::new();
        let is_default = |table: &str, it: &Declared| table == format!("{}_{}", it.app, it.model);
        for table in found.models() {
            if let Some(declared) = types.iter().find(|it| is_default(&table.name, it)) {
                names.insert(table.name.clone(), declared.clone());
            }
        }
        // A table with a name of its own is called like its model, or like several of it.
        let is_free = |it: &&Declared| !found.tables.iter().any(|table| is_default(&table.name, it));
        for table in found.models().filter(|table| !is_library(&table.name)) {
            let alike = |it: &&Declared| {
                let end = table.name.strip_prefix(&format!("{}_", it.app)).unwrap_or(&table.name);
                let end = end.replace('_', "");
                end == it.model || end == format!("{}s", it.model)
            };
            let declared = types.iter().filter(is_free).find(alike).cloned().unwrap_or_else(|| {
                let (app, model) = table.name.split_once('_').unwrap_or(("app", &table.name));
                Declared { app: app.to_owned(), model: model.to_owned(), is_guessed: true }
            });
            names.entry(table.name.clone()).or_insert(declared);
        }
        Ok(Self(names))
    }

    pub fn of(&self, table: &str) -> Declared {
        let unknown = || Declared { app: "app".to_owned(), model: table.to_owned(), is_guessed: true };
        self.0.get(table).cloned().unwrap_or_else(unknown)
    }

    pub fn apps(&self) -> BTreeSet<String> {
        self.0.values().map(|declared| declared.app.clone()).collect()
    }

    /// The static of the model with this table, and whether it is the library's; `None` where there is none.
    pub fn model_of(&self, table: &str) -> Option<(String, bool)> {
        let library = LIBRARY.iter().find(|(known, _)| *known == table);
        let own = || self.0.get(table).map(|declared| (static_name(&declared.model), false));
        library.map(|(_, name)| ((*name).to_owned(), true)).or_else(own)
    }
}

fn is_library(table: &str) -> bool {
    LIBRARY.iter().any(|(known, _)| *known == table)
}
