//! Prints the declarations of the models that a database has tables of, as Django's `inspectdb` does.

mod fields;
mod found;
mod names;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use self::fields::{Line, lines};
use self::found::{Found, FoundTable};
use self::names::{Names, static_name};
use crate::connection::Connection;
use crate::database::Database;
use crate::error::{Error, OpenError};
use crate::origin::has_table;
use crate::sql::Sql;

const HEADER: &str = "\
// Models to start from, as far as the database shows them. It does not show choices, defaults, labels, validators, whether
// forms may leave a text empty, the order of lists, and what Django's `on_delete` is: compare with models.py.

";

/// The declaration of a table, and what it needs to be imported.
fn declaration(found: &Found, names: &Names, table: &FoundTable, imports: &mut BTreeSet<String>) -> String {
    let declared = names.of(&table.name);
    let (app, model) = (&declared.app, &declared.model);
    let guessed = if declared.is_guessed { "; its app and its name are guessed" } else { "" };
    let mut text = format!("/// The table `{}`{guessed}.\npub static {}", table.name, static_name(model));
    let _ = write!(text, ": Model = Model::new({app:?}, {model:?})");
    let mut chain = String::new();
    if table.name != format!("{app}_{model}") {
        let _ = write!(chain, "\n    .stored_in({:?})", table.name);
    }
    if found.has_uuid_key(table) {
        chain += "\n    .uuid_key()";
    } else if found.has_big_key(table) {
        chain += "\n    .big_key()";
    }
    let together = unique_together(table);
    // As rustfmt lays it out.
    let indent = if chain.is_empty() && together.is_empty() { "" } else { "    " };
    let fields = if indent.is_empty() { ".fields(&[\n" } else { "\n    .fields(&[\n" };
    text = text + &chain + fields;
    for Line { code, note } in lines(found, names, table, imports) {
        // Writing to a String cannot fail.
        let _ = match (code.is_empty(), note.is_empty()) {
            (true, _) => writeln!(text, "{indent}    // {note}"),
            (false, true) => writeln!(text, "{indent}    {code},"),
            (false, false) => writeln!(text, "{indent}    {code}, // {note}"),
        };
    }
    let _ = write!(text, "{indent}])");
    if !together.is_empty() {
        let _ = write!(text, "\n    .unique_together(&[{}])", together.join(", "));
    }
    text + ";\n"
}

/// The sets of fields that are unique together, as the declaration has them.
fn unique_together(table: &FoundTable) -> Vec<String> {
    let list = |set: &Vec<String>| {
        let names = set.iter().map(|column| format!("{:?}", fields::field_name(table, column)));
        format!("&[{}]", names.collect::<Vec<_>>().join(", "))
    };
    table.unique.iter().filter(|set| set.len() > 1).map(list).collect()
}

/// What Django recorded of these apps, where a first migration does not stand for it.
fn history(connection: &mut Connection, names: &Names) -> Result<String, Error> {
    let mut text = String::new();
    if !has_table(connection, &["django_migrations"])? {
        return Ok(text);
    }
    for app in names.apps() {
        let rows = Sql::new("SELECT name FROM django_migrations WHERE app = ").bind(app.as_str());
        let rows = rows.push(" ORDER BY id").load(connection)?;
        let applied = rows.iter().map(|row| row.text(0)).collect::<Result<Vec<_>, _>>()?;
        if applied.iter().any(|name| name != "0001_initial") {
            let _ = writeln!(
                text,
                "// Django's migrations of {app} are {}. So that it applies none of them on a new database, let the up.sql of \
                 your first migration\n// insert them all into django_migrations.\n",
                applied.join(", ")
            );
        }
    }
    Ok(text)
}

fn print(connection: &mut Connection, only: &[String]) -> Result<String, Error> {
    let found = Found::read(connection)?;
    let names = Names::read(connection, &found)?;
    let chosen = |table: &&FoundTable| only.is_empty() || only.contains(&table.name);
    let mut imports: BTreeSet<String> = ["Field", "Model"].map(str::to_owned).into();
    let mut declarations = Vec::new();
    for table in found.models().filter(chosen) {
        declarations.push(match found.key_problem(table) {
            None => declaration(&found, &names, table, &mut imports),
            Some(problem) => format!("// The table `{}` is left out: {problem}.\n", table.name),
        });
    }
    if declarations.is_empty() {
        return Ok("// The database has no tables but those that the library knows.\n".to_owned());
    }
    let imports: Vec<String> = imports.into_iter().collect();
    let history = history(connection, &names)?;
    Ok(format!("{HEADER}{history}use presspass::{{{}}};\n\n{}", imports.join(", "), declarations.join("\n")))
}

impl Database {
    /// The declarations of models in Rust for the tables that the library does not know, or only for these. Only reads;
    /// blocks.
    pub fn print_models(&self, only: &[String]) -> Result<String, OpenError> {
        self.now(|connection| print(connection, only))
            .map_err(|error| OpenError::Read { url: self.url().clone(), reason: error.to_string() })
    }
}
