//! The fields of a table.

use std::collections::BTreeSet;

use super::found::{Found, FoundTable};
use super::names::Names;
use crate::catalogue::{Column, ForeignKey, OnDelete};
use crate::url::Engine;

/// A line of a declaration: a field, or only a note.
pub(super) struct Line {
    pub code: String,
    pub note: String,
}

impl Line {
    fn new(code: String, note: &str) -> Self {
        Self { code, note: note.to_owned() }
    }
}

fn refers<'f>(table: &'f FoundTable, column: &str) -> Option<&'f (ForeignKey, String)> {
    table.refers.iter().find(|(key, _)| key.column == column)
}

/// The name of the field that a column is for.
pub(super) fn field_name(table: &FoundTable, column: &str) -> String {
    let name = column.to_ascii_lowercase().replace(|c: char| !c.is_ascii_alphanumeric() && c != '_', "_");
    match name.strip_suffix("_id") {
        Some(name) if refers(table, column).is_some() && !name.is_empty() => name.to_owned(),
        _ => name,
    }
}

fn is_alone_unique(table: &FoundTable, column: &str) -> bool {
    table.unique.iter().any(|set| set.len() == 1 && set[0] == column)
}

/// The parts that follow the constructor.
fn modifiers(table: &FoundTable, column: &Column, default_column: &str, with_unique: bool) -> String {
    let mut text = String::new();
    if column.name != default_column {
        text.extend([".stored_as(", &format!("{:?}", column.name), ")"]);
    }
    if !column.is_not_null {
        text += ".null()";
    }
    if with_unique && is_alone_unique(table, &column.name) {
        text += ".unique()";
    }
    text
}

/// The constructor of a field, its arguments after the name, and a note; `None` where no kind fits.
fn kind(engine: Engine, table: &FoundTable, column: &Column) -> Option<(String, String, &'static str)> {
    let checked = |what: &str| {
        let about = table.checks.iter().filter(|check| check.columns.contains(&column.name));
        about.into_iter().any(|check| check.condition.to_ascii_lowercase().contains(what))
    };
    let (base, size) = column.declared.split_once('(').unwrap_or((&column.declared, ""));
    let size = size.split(')').next().unwrap_or_default();
    let is_positive = column.declared.contains("unsigned") || checked(">= 0");
    let plain = |name: &str| (name.to_owned(), String::new(), "");
    let sized =
        |name: &str| (name.to_owned(), format!(", {}", size.replace(',', ", ").replace(",  ", ", ")), "");
    Some(match base.trim() {
        "char" if engine == Engine::Sqlite && size == "32" => plain("uuid"),
        "varchar" | "character varying" | "char" | "character" if !size.is_empty() => {
            let is_slug = column.name == "slug" || column.name.ends_with("_slug");
            let (name, arguments, _) = sized(if is_slug { "slug" } else { "text" });
            let note = match size {
                "254" => "or an e-mail address: Field::email",
                "200" if !is_slug => "or a URL: Field::url",
                _ => "",
            };
            (name, arguments, note)
        }
        "text" if checked("json_valid") => plain("json"),
        "text" | "varchar" | "character varying" => plain("lines"),
        "bool" | "boolean" => plain("boolean"),
        "date" => plain("date"),
        "time" | "time without time zone" => plain("time"),
        "datetime" | "timestamp with time zone" => ("timestamp".to_owned(), String::new(), ""),
        "smallint" | "smallint unsigned" if is_positive => plain("positive_small_integer"),
        "integer" | "integer unsigned" if is_positive => plain("positive_integer"),
        "smallint" => plain("small_integer"),
        "integer" => plain("integer"),
        "bigint" if is_positive => return None,
        "bigint" if engine == Engine::Sqlite => {
            ("big_integer".to_owned(), String::new(), "or a duration: Field::duration")
        }
        "bigint" => plain("big_integer"),
        "real" | "double precision" => plain("float"),
        "decimal" | "numeric" if size.is_empty() => {
            ("decimal".to_owned(), ", 12, 2".to_owned(), "the digits and places are not in the database")
        }
        "decimal" | "numeric" if size.contains(',') => sized("decimal"),
        "interval" => plain("duration"),
        "uuid" => plain("uuid"),
        "json" | "jsonb" => plain("json"),
        _ => return None,
    })
}

fn on_delete(key: &ForeignKey) -> &'static str {
    match key.on_delete {
        OnDelete::Cascade => "OnDelete::Cascade",
        OnDelete::SetNull => "OnDelete::SetNull",
        OnDelete::Forbid => "OnDelete::DoNothing",
    }
}

fn line(
    found: &Found,
    names: &Names,
    table: &FoundTable,
    column: &Column,
    imports: &mut BTreeSet<String>,
) -> Line {
    let name = field_name(table, &column.name);
    if let Some((key, to)) = refers(table, &column.name)
        && let Some((model, is_library)) = names.model_of(to)
    {
        imports.insert("OnDelete".to_owned());
        if is_library {
            imports.insert(model.clone());
        }
        let constructor = if is_alone_unique(table, &column.name) { "one_to_one" } else { "foreign_key" };
        let rest = modifiers(table, column, &format!("{name}_id"), false);
        return Line::new(format!("Field::{constructor}({name:?}, &{model}, {}){rest}", on_delete(key)), "");
    }
    let note = refers(table, &column.name).map(|(_, to)| format!("refers to {to}, which no model describes"));
    match kind(found.engine, table, column) {
        Some((constructor, arguments, hint)) => {
            let rest = modifiers(table, column, &name, true);
            let note = note.unwrap_or_else(|| hint.to_owned());
            Line { code: format!("Field::{constructor}({name:?}{arguments}){rest}"), note }
        }
        None => Line {
            code: String::new(),
            note: format!(
                "No kind of field fits the column {} of the type {}.",
                column.name, column.declared
            ),
        },
    }
}

/// The fields of a table, in its order, then its many-to-many relations.
pub(super) fn lines(
    found: &Found,
    names: &Names,
    table: &FoundTable,
    imports: &mut BTreeSet<String>,
) -> Vec<Line> {
    let own = table.columns.iter().filter(|column| !table.key.contains(&column.name));
    let mut lines: Vec<Line> = own.map(|column| line(found, names, table, column, imports)).collect();
    for pairs in &found.tables {
        let Some((owner, relation, key, to)) = found.owner(pairs) else { continue };
        if owner.name != table.name {
            continue;
        }
        let model = &names.of(&table.name).model;
        let is_default = key.column == format!("{model}_id") || key.column == format!("from_{model}_id");
        let Some((other, is_library)) = names.model_of(to).filter(|_| is_default) else {
            lines.push(Line::new(
                String::new(),
                &format!("The pairs of {} have columns of other names.", pairs.name),
            ));
            continue;
        };
        if is_library {
            imports.insert(other.clone());
        }
        lines.push(Line::new(format!("Field::many_to_many({relation:?}, &{other})"), ""));
    }
    lines
}
