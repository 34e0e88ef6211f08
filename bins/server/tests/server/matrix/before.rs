//! Restores the rows before each request.

use crate::common::Rows;

/// A copy of every table.
pub(super) struct Before {
    /// Where SQLite's copy is.
    _folder: Option<tempfile::TempDir>,
    tables: Vec<String>,
    /// What tells whether anything was written since.
    version: String,
}

impl Before {
    /// Keeps a copy.
    pub(super) fn keep(rows: &mut Rows) -> Self {
        let names = rows.text(if rows.is_sqlite() {
            "SELECT group_concat(name) FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_stat%'"
        } else {
            "SELECT string_agg(tablename, ',') FROM pg_tables WHERE schemaname = 'public'"
        });
        let tables: Vec<String> = names.split(',').map(str::to_owned).collect();
        let folder = rows.is_sqlite().then(|| tempfile::tempdir().expect("a temporary folder can be made"));
        if let Some(folder) = &folder {
            let file = folder.path().join("before.sqlite3");
            rows.run(&format!("VACUUM INTO '{0}'; ATTACH '{0}' AS before", file.display()));
        } else {
            let copies =
                each(&tables, |it| format!("CREATE TABLE before.\"{it}\" AS TABLE public.\"{it}\"; "));
            rows.run(&format!("CREATE SCHEMA before; {copies}"));
        }
        let version = version(rows, &tables);
        Self { _folder: folder, tables, version }
    }

    /// Puts the rows back; whether the server had changed any.
    pub(super) fn restore(&mut self, rows: &mut Rows) -> bool {
        if version(rows, &self.tables) == self.version {
            return false;
        }
        let (schema, begin) = if rows.is_sqlite() {
            ("main", "PRAGMA foreign_keys = OFF; BEGIN IMMEDIATE")
        } else {
            // So no foreign key is looked at.
            ("public", "BEGIN; SET LOCAL session_replication_role = replica")
        };
        let tables = each(&self.tables, |it| {
            format!(
                "DELETE FROM {schema}.\"{it}\"; INSERT INTO {schema}.\"{it}\" SELECT * FROM before.\"{it}\"; "
            )
        });
        rows.run(&format!("{begin}; {tables} COMMIT"));
        self.version = version(rows, &self.tables);
        true
    }
}

fn each(tables: &[String], sql: impl Fn(&str) -> String) -> String {
    tables.iter().map(|table| sql(table)).collect()
}

/// On SQLite it changes with every commit of another connection; on PostgreSQL it is made of all rows.
fn version(rows: &mut Rows, tables: &[String]) -> String {
    if rows.is_sqlite() {
        return rows.text("SELECT CAST(data_version AS text) FROM pragma_data_version");
    }
    let all = each(tables, |it| {
        format!(
            "|| (SELECT coalesce(string_agg(t::text, ',' ORDER BY t::text), '') FROM public.\"{it}\" AS t)"
        )
    });
    rows.text(&format!("SELECT md5('' {all})"))
}
