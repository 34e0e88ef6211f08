//! The text of a migration's files.

use super::changes::{Change, Place};
use super::snapshot::Applied;
use super::{Effects, Script};
use crate::ddl::{self, Column, Statements, Table, literal, quoted};
use crate::url::Engine;

/// A statement that fails on both engines, with this name in the message.
const UNFINISHED: &str = "SELECT edit_this_migration_first();";

/// Statements in both directions.
#[derive(Debug, Default)]
struct Part {
    up: String,
    down: String,
}

fn lines(statements: &[String]) -> String {
    statements.iter().flat_map(|statement| [statement.as_str(), ";\n"]).collect()
}

fn commented(statements: &[String]) -> String {
    lines(statements).lines().flat_map(|line| ["-- ", line, "\n"]).collect()
}

/// What the author has to complete: suggestions that are comments, and a statement that fails until it is removed.
fn scaffold(change: &Change, up: &str, down: &str) -> Part {
    let why = change.unfinished().unwrap_or_default();
    let text = |suggestion: &str| {
        format!("-- TO DO: {why}. Then remove the line after the suggestion.\n{suggestion}{UNFINISHED}\n")
    };
    Part { up: text(up), down: text(down) }
}

fn rename(place: &Place, from: &str, to: &str) -> String {
    format!("ALTER TABLE {} RENAME COLUMN {} TO {}", quoted(&place.table), quoted(from), quoted(to))
}

fn drop_column(place: &Place, column: &str) -> String {
    format!("ALTER TABLE {} DROP COLUMN {}", quoted(&place.table), quoted(column))
}

/// The statements that add a column, with a gap where the value of existing rows would be.
fn with_gap(place: &Place, column: &Column, engine: Engine) -> Statements {
    let nullable = Column { null: true, ..column.clone() };
    let mut statements = ddl::add_column(&place.table, &nullable, engine).unwrap_or_default();
    let (table, name) = (quoted(&place.table), quoted(&column.name));
    statements.push(format!("UPDATE {table} SET {name} = …"));
    if engine == Engine::Postgresql {
        statements.push(format!("ALTER TABLE {table} ALTER COLUMN {name} SET NOT NULL"));
    }
    statements
}

fn removed(change: &Change, place: &Place, column: &str, renamed: &[Column], engine: Engine) -> Part {
    let (mut up, mut down) = (String::new(), String::new());
    for to in renamed {
        up += &commented(&[rename(place, column, &to.name)]);
        down += &commented(&[rename(place, &to.name, column)]);
    }
    up += &commented(&[drop_column(place, column)]);
    for to in renamed {
        up += &commented(
            &ddl::add_column(&place.table, to, engine).unwrap_or_else(|| with_gap(place, to, engine)),
        );
    }
    scaffold(change, &up, &down)
}

fn altered(change: &Change, place: &Place, column: &Column, table: &Table, engine: Engine) -> Part {
    let suggestion = match engine {
        Engine::Sqlite => commented(&ddl::rebuild(table)),
        Engine::Postgresql => {
            let (table, name) = (quoted(&place.table), quoted(&column.name));
            let null = if column.null { "DROP" } else { "SET" };
            let kind = ddl::type_name(column.kind, engine);
            commented(&[
                format!("ALTER TABLE {table} ALTER COLUMN {name} TYPE {kind}"),
                format!("ALTER TABLE {table} ALTER COLUMN {name} {null} NOT NULL"),
            ])
        }
    };
    scaffold(change, &suggestion, "-- The same, with the earlier kind.\n")
}

fn part(change: &Change, engine: Engine) -> Part {
    match change {
        // Together: see `script`.
        Change::CreateTable(_) => Part::default(),
        Change::AddColumn(place, column) => match ddl::add_column(&place.table, column, engine) {
            Some(up) => Part { up: lines(&up), down: lines(&ddl::drop_column(&place.table, column, engine)) },
            None => Part {
                down: lines(&ddl::drop_column(&place.table, column, engine)),
                ..scaffold(change, &commented(&with_gap(place, column, engine)), "")
            },
        },
        Change::AddUnique(place, set) => Part {
            up: lines(&[ddl::add_unique(&place.table, set, engine)]),
            down: lines(&[ddl::drop_unique(&place.table, set, engine)]),
        },
        Change::DropUnique(place, set) => Part {
            up: lines(&[ddl::drop_unique(&place.table, set, engine)]),
            down: lines(&[ddl::add_unique(&place.table, set, engine)]),
        },
        Change::RemoveColumn(place, column, renamed) => removed(change, place, column, renamed, engine),
        Change::AlterColumn(place, column, _, table) => altered(change, place, column, table, engine),
        Change::RemoveTable(place, _) => {
            let drop = commented(&[format!("DROP TABLE {}", quoted(&place.table))]);
            scaffold(change, &drop, "-- Create it again.\n")
        }
    }
}

fn add_row(Applied { app, name }: &Applied) -> String {
    let (app, name) = (literal(app), literal(name));
    format!("INSERT INTO django_migrations (app, name, applied) VALUES ({app}, {name}, CURRENT_TIMESTAMP)")
}

fn remove_row(Applied { app, name }: &Applied) -> String {
    format!("DELETE FROM django_migrations WHERE app = {} AND name = {}", literal(app), literal(name))
}

pub(super) fn script(changes: &[Change], applied: &[Applied], engine: Engine) -> Script {
    let mut effects = Effects::default();
    for change in changes {
        change.add_to(&mut effects);
    }
    let created = changes.iter().filter_map(|change| match change {
        Change::CreateTable(table) => Some(table),
        _ => None,
    });
    let created: Vec<&Table> = created.collect();
    // Tables are created together, before columns that refer to them.
    let tables = Part {
        up: lines(&ddl::create_tables(&created, engine)),
        down: lines(&ddl::drop_tables(&created, engine)),
    };
    let rows = Part {
        up: format!(
            "-- Django does not apply these again on this database.\n{}",
            lines(&applied.iter().map(add_row).collect::<Vec<_>>())
        ),
        down: lines(&applied.iter().map(remove_row).collect::<Vec<_>>()),
    };
    let parts = std::iter::once(tables).chain(changes.iter().map(|change| part(change, engine)));
    let parts: Vec<Part> = parts.chain([rows]).filter(|part| !part.up.is_empty()).collect();
    let up: Vec<&str> = parts.iter().map(|part| part.up.as_str()).collect();
    let down: Vec<&str> = parts.iter().rev().map(|part| part.down.as_str()).collect();
    let known = "-- Where Django has done all of this already, the migration is only recorded:\n";
    let head = if effects == Effects::default() { String::new() } else { format!("{known}{effects}\n") };
    Script { up: format!("{head}{}", up.join("\n")), down: down.join("\n") }
}
