//! Compares the tables that the program needs with those that exist.

use std::collections::HashMap;

use presspass_domain::model::IntegerSize;

use super::needed::{Access, Kind, Length, NeededColumn, NeededTable, Null};
use super::remedies::{missing_column, missing_table};
use super::{Misfit, SchemaProblem};
use crate::catalogue::{Check, Column, UniqueIndex};
use crate::url::Engine;

/// The catalogue, as far as it is needed.
pub(super) struct Found {
    pub engine: Engine,
    pub columns: HashMap<String, Vec<Column>>,
    pub unique: Vec<UniqueIndex>,
    pub checks: Vec<Check>,
}

/// The type that is needed, where a column of this type cannot be read and written as this kind.
fn type_problem(kind: Kind, declared: &str, engine: Engine) -> Option<&'static str> {
    let says = |names: &[&str]| names.iter().any(|name| declared.contains(name));
    let base = declared.split('(').next().unwrap_or_default();
    let (fits, needed) = match (engine, kind) {
        // SQLite's rules of type affinity; "point" is a geometry type.
        (Engine::Sqlite, Kind::Key | Kind::Number(_)) => (says(&["int"]) && !says(&["point"]), "integer"),
        (Engine::Sqlite, Kind::Boolean) => (says(&["bool", "int"]), "bool"),
        (Engine::Sqlite, Kind::Text(_)) => (says(&["char", "clob", "text"]), "varchar or text"),
        (Engine::Sqlite, Kind::Timestamp) => (says(&["datetime", "timestamp", "text"]), "datetime"),
        (Engine::Postgresql, Kind::Key) => (matches!(base, "integer" | "bigint"), "integer or bigint"),
        (Engine::Sqlite, Kind::Duration) => (says(&["int"]) && !says(&["point"]), "bigint"),
        (Engine::Sqlite, Kind::Float) => (says(&["real", "floa", "doub"]), "real"),
        (Engine::Sqlite, Kind::Decimal) => (says(&["decimal", "numeric"]), "decimal"),
        (Engine::Sqlite, Kind::Date) => (declared == "date", "date"),
        (Engine::Sqlite, Kind::Time) => (declared == "time", "time"),
        (Engine::Sqlite, Kind::Uuid) => (says(&["char", "text", "uuid"]), "char(32)"),
        (Engine::Sqlite, Kind::Json) => (says(&["text", "json"]), "text"),
        (Engine::Postgresql, Kind::Number(IntegerSize::Small)) => {
            (matches!(base, "smallint" | "integer" | "bigint"), "smallint, integer or bigint")
        }
        (Engine::Postgresql, Kind::Number(IntegerSize::Regular)) => {
            (matches!(base, "integer" | "bigint"), "integer or bigint")
        }
        (Engine::Postgresql, Kind::Number(IntegerSize::Big)) => (base == "bigint", "bigint"),
        (Engine::Postgresql, Kind::Float) => (base == "double precision", "double precision"),
        (Engine::Postgresql, Kind::Decimal) => (base == "numeric", "numeric"),
        (Engine::Postgresql, Kind::Date) => (base == "date", "date"),
        (Engine::Postgresql, Kind::Time) => (
            base.starts_with("time") && declared.ends_with("without time zone") && !says(&["timestamp"]),
            "time",
        ),
        (Engine::Postgresql, Kind::Duration) => (base == "interval", "interval"),
        (Engine::Postgresql, Kind::Uuid) => (base == "uuid", "uuid"),
        (Engine::Postgresql, Kind::Json) => (matches!(base, "jsonb" | "json"), "jsonb"),
        (Engine::Postgresql, Kind::Boolean) => (base == "boolean", "boolean"),
        (Engine::Postgresql, Kind::Text(_)) => {
            (matches!(base, "character varying" | "text"), "varchar or text")
        }
        (Engine::Postgresql, Kind::Timestamp) => (
            base.starts_with("timestamp") && declared.ends_with("with time zone"),
            "timestamp with time zone",
        ),
    };
    (!fits).then_some(needed)
}

fn column_problem(column: &NeededColumn, found: &Column, access: Access, engine: Engine) -> Option<Misfit> {
    if let Some(needed) = type_problem(column.kind, &found.declared, engine) {
        return Some(Misfit::Type { declared: found.declared.clone(), needed });
    }
    // SQLite numbers its rows whether their key says NOT NULL or not.
    let is_numbered = engine == Engine::Sqlite && column.name == "id" && found.is_filled;
    match column.null {
        Null::Never if !found.is_not_null && !is_numbered => return Some(Misfit::Nullable),
        Null::Allowed if found.is_not_null => return Some(Misfit::NotNull),
        _ => {}
    }
    if column.name == "id" && column.kind == Kind::Key && access != Access::Reads && !found.is_filled {
        return Some(Misfit::Unnumbered);
    }
    match (column.kind, found.length()) {
        (Kind::Text(Length::AtLeast(needed)), Some(length)) if length < needed => {
            Some(Misfit::Short { length, needed: Some(needed) })
        }
        (Kind::Text(Length::Unlimited), Some(length)) => Some(Misfit::Short { length, needed: None }),
        _ => None,
    }
}

/// What is wrong with a column that the program does not know.
fn extra_problem(found: &Column) -> Option<Misfit> {
    (found.is_not_null && !found.is_filled).then_some(Misfit::Unfilled)
}

/// Whether two rows that the program writes can violate this index, which the program does not know.
fn can_be_violated(index: &UniqueIndex, table: &NeededTable, columns: &[Column]) -> bool {
    let names: Option<Vec<&str>> = index.columns.iter().map(Option::as_deref).collect();
    let is_known = |name: &str| table.columns.iter().any(|column| column.name == name);
    let Some(names) = names else { return true };
    if names == ["id"] || table.unique.iter().any(|known| same(known, &names)) {
        return false;
    }
    // A form checks unique values before it writes.
    if let (Access::InsertsChecked, [name]) = (table.access, &names[..])
        && is_known(name)
    {
        return false;
    }
    // Columns that the program leaves NULL never conflict.
    let is_null = |name: &&str| {
        let column = columns.iter().find(|column| column.name == **name);
        !is_known(name) && column.is_some_and(|column| !column.is_not_null && !column.is_filled)
    };
    !names.iter().any(is_null)
}

fn same(one: &[&str], other: &[&str]) -> bool {
    one.len() == other.len() && one.iter().all(|name| other.contains(name))
}

fn of_table(table: &NeededTable, found: &Found) -> Vec<SchemaProblem> {
    let problem = |column: Option<&str>, misfit| SchemaProblem {
        table: table.name.to_owned(),
        column: column.map(str::to_owned),
        misfit,
    };
    let Some(columns) = found.columns.get(table.name) else {
        let missing = problem(None, Misfit::NoTable { remedy: missing_table(table) });
        return if table.is_optional { Vec::new() } else { vec![missing] };
    };
    let mut problems = Vec::new();
    for needed in &table.columns {
        let misfit = match columns.iter().find(|column| column.name == needed.name) {
            None => Some(Misfit::NoColumn { remedy: missing_column(table) }),
            Some(column) => column_problem(needed, column, table.access, found.engine),
        };
        problems.extend(misfit.map(|misfit| problem(Some(needed.name), misfit)));
    }
    let is_known = |name: &str| table.columns.iter().any(|column| column.name == name);
    if table.access == Access::Reads {
        return problems;
    }
    for column in columns.iter().filter(|column| !is_known(&column.name)) {
        problems.extend(extra_problem(column).map(|misfit| problem(Some(&column.name), misfit)));
    }
    let indexes = || found.unique.iter().filter(|index| index.table == table.name);
    for known in &table.unique {
        let has = |index: &UniqueIndex| {
            let names: Option<Vec<&str>> = index.columns.iter().map(Option::as_deref).collect();
            names.is_some_and(|names| same(known, &names))
        };
        if !indexes().any(has) && known.iter().all(|name| columns.iter().any(|column| column.name == *name)) {
            problems.push(problem(Some(&known.join(", ")), Misfit::NotUnique));
        }
    }
    for index in indexes().filter(|index| can_be_violated(index, table, columns)) {
        let names = index.columns.iter().map(|name| name.as_deref().unwrap_or("an expression"));
        problems.push(problem(Some(&names.collect::<Vec<_>>().join(", ")), Misfit::Unique));
    }
    for check in found.checks.iter().filter(|check| check.table == table.name) {
        let is_written = |column: &&NeededColumn| {
            column.name != "id"
                && !matches!(column.kind, Kind::Number(_) | Kind::Json)
                && check.columns.iter().any(|it| it == column.name)
        };
        let condition = check.condition.split_whitespace().collect::<Vec<_>>().join(" ");
        let written = table.columns.iter().find(is_written);
        problems.extend(written.map(|column| problem(Some(column.name), Misfit::Check { condition })));
    }
    problems
}

pub(super) fn compare(needed: &[NeededTable], found: &Found) -> Vec<SchemaProblem> {
    needed.iter().flat_map(|table| of_table(table, found)).collect()
}
