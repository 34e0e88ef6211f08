//! The models of a project: their tables, their migrations, and declarations that are printed from a database.

mod django;
mod history;
mod kinds;
mod magazine;
mod print;
mod run;
mod uuid_keys;

/// What is printed from the magazine's tables, as a program compiles it.
mod printed_sqlite {
    include!("printed/sqlite.rs");
}

mod printed_postgresql {
    include!("printed/postgresql.rs");
}

use presspass_domain::model::Model;
use presspass_persistence::{
    Database, DatabaseUrl, Migration, NewMigration, Options, Project, new_migration,
};
use presspass_test_support::TestDatabase;

/// The first migration of these models.
fn first(models: &[&'static Model]) -> NewMigration {
    new_migration(models, None, None).unwrap().unwrap()
}

/// A migration as a program embeds it; each later one needs a larger number.
fn embedded(new: &NewMigration, number: u8) -> Migration {
    let leak = |text: &str| -> &'static str { Box::leak(text.to_owned().into_boxed_str()) };
    let name = format!("2026-12-01-0000{number:02}_{}", new.name);
    Migration::new(leak(&name), leak(&new.sqlite.up), leak(&new.postgresql.up))
}

fn open(behind: &TestDatabase, migrations: &[Migration]) -> Database {
    let migrations: &'static [Migration] = Box::leak(migrations.to_vec().into_boxed_slice());
    let options = Options { project: Project { models: &[], migrations }, ..Options::default() };
    Database::open(&DatabaseUrl::parse(&behind.url()).unwrap(), options).unwrap()
}

/// The catalogue's lines about tables whose names begin with one of these prefixes, with the names of constraints.
fn catalogue(behind: &TestDatabase, prefixes: &[&str]) -> Vec<String> {
    let mut raw = crate::place::raw(behind);
    let like = |column: &str| {
        let one = |prefix: &&str| format!("{column} LIKE '{}%'", prefix.replace('_', "\\_"));
        let escape = if behind.path().is_some() { " ESCAPE '\\'" } else { "" };
        let all: Vec<String> = prefixes.iter().map(one).map(|condition| condition + escape).collect();
        format!("({})", all.join(" OR "))
    };
    let sql = if behind.path().is_some() {
        format!("SELECT sql AS value FROM sqlite_schema WHERE sql IS NOT NULL AND {}", like("tbl_name"))
    } else {
        format!(
            "SELECT concat_ws(' ', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity,
                a.atthasdef) AS value
             FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
             WHERE c.relkind = 'r' AND {0}
             UNION ALL
             SELECT concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid))
             FROM pg_constraint WHERE {1}
             UNION ALL SELECT indexdef FROM pg_indexes WHERE {2}",
            like("c.relname"),
            like("conrelid::regclass::text"),
            like("tablename"),
        )
    };
    let mut lines: Vec<String> =
        raw.texts(&sql).into_iter().flatten().flat_map(|line| columns(&line)).collect();
    lines.sort_unstable();
    lines
}

/// A statement that creates a table as its columns, whose order does not matter; any other text as it is.
fn columns(sql: &str) -> Vec<String> {
    let sql = sql.split_whitespace().collect::<Vec<_>>().join(" ");
    let Some((head, rest)) = sql.split_once('(').filter(|(head, _)| head.starts_with("CREATE TABLE")) else {
        return vec![sql];
    };
    let (mut depth, mut column, mut all) = (0, String::new(), Vec::new());
    for c in rest.trim_end_matches(')').trim().chars() {
        depth += i32::from(c == '(') - i32::from(c == ')');
        if c == ',' && depth == 0 {
            all.push(std::mem::take(&mut column));
        } else {
            column.push(c);
        }
    }
    all.push(column);
    all.iter().map(|column| format!("{} {}", head.trim(), column.trim())).collect()
}
