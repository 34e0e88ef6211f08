//! The models as of the last migration: a file that lies beside the migrations.

use std::collections::BTreeMap;

use presspass_domain::one_line;
use serde::{Deserialize, Serialize};

use super::changes::Change;
use crate::ddl::Table;

#[derive(Debug, thiserror::Error)]
#[error("the snapshot of the last migration cannot be read: {0}")]
pub struct SnapshotError(String);

const HEADER: &str =
    "# The tables as of the last migration, written by `makemigrations`. Commit it with the migrations.\n\n";

#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Snapshot {
    /// By app, under the names that `django_migrations` has.
    #[serde(default)]
    pub migrations: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    pub tables: BTreeMap<String, KnownTable>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KnownTable {
    /// `magazine.article`
    pub model: String,
    /// The many-to-many relation that it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relation: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unique_together: Vec<Vec<String>>,
    /// Each with what a migration would change.
    pub columns: BTreeMap<String, String>,
}

/// A row of `django_migrations`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Applied {
    pub app: String,
    /// `0002_article_summary`
    pub name: String,
}

/// How long a name becomes before Django cuts it.
const NAME_LENGTH: usize = 52;

impl Snapshot {
    pub fn parse(text: &str) -> Result<Self, SnapshotError> {
        toml::from_str(text).map_err(|error| SnapshotError(one_line(&error)))
    }

    pub fn to_text(&self) -> String {
        // A struct of maps, lists and texts is always TOML.
        format!("{HEADER}{}", toml::to_string(self).unwrap_or_default())
    }

    /// The migrations of apps that these changes belong to, under the names that Django gives them.
    pub fn next(&self, changes: &[Change], name: Option<&str>) -> Vec<Applied> {
        let mut applied: Vec<Applied> = Vec::new();
        for change in changes {
            let app = change.app();
            if applied.iter().any(|known| known.app == app) {
                continue;
            }
            let number = self.migrations.get(app).map_or(0, Vec::len) + 1;
            let fragments = changes.iter().filter(|other| other.app() == app).map(Change::fragment);
            let name = match name {
                Some(name) => name.to_owned(),
                None if number == 1 => "initial".to_owned(),
                None => joined(fragments),
            };
            applied.push(Applied { app: app.to_owned(), name: format!("{number:04}_{name}") });
        }
        applied
    }

    /// The snapshot after a migration.
    pub fn after(&self, tables: &[Table], applied: &[Applied]) -> Self {
        let mut migrations = self.migrations.clone();
        for Applied { app, name } in applied {
            migrations.entry(app.clone()).or_default().push(name.clone());
        }
        let tables = tables.iter().map(|table| (table.name.clone(), KnownTable::of(table))).collect();
        Self { migrations, tables }
    }
}

impl KnownTable {
    pub fn of(table: &Table) -> Self {
        let column = |column: &crate::ddl::Column| (column.name.clone(), column.to_string());
        Self {
            model: format!("{}.{}", table.model.app_label, table.model.name),
            relation: table.relation.clone(),
            unique_together: table.unique_together.clone(),
            columns: table.columns.iter().map(column).collect(),
        }
    }
}

/// `Migration.suggest_name` of Django 5.2.
fn joined(fragments: impl Iterator<Item = String>) -> String {
    let mut name = String::new();
    for fragment in fragments {
        if name.is_empty() {
            name = fragment;
        } else if name.len() + 1 + fragment.len() > NAME_LENGTH {
            return name + "_and_more";
        } else {
            name = format!("{name}_{fragment}");
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_joined_as_by_django_up_to_a_length() {
        let names = |names: &[&str]| joined(names.iter().map(|&name| name.to_owned()));
        assert_eq!(names(&["article_summary", "tag_color"]), "article_summary_tag_color");
        let long = "a".repeat(40);
        assert_eq!(names(&[&long, "bbbbbbbbbbbb"]), format!("{long}_and_more"));
        assert_eq!(names(&[&long, "bbbbbbbbbbb"]), format!("{long}_bbbbbbbbbbb"));
    }

    #[test]
    fn a_snapshot_that_was_edited_wrong_is_an_error_in_one_line() {
        for wrong in ["tables = 1", "[tables.a]\nmodel = \"a.a\"", "[x]", "="] {
            let error = Snapshot::parse(wrong).unwrap_err().to_string();
            assert!(
                error.starts_with("the snapshot of the last migration") && !error.contains('\n'),
                "{error}"
            );
        }
    }
}
