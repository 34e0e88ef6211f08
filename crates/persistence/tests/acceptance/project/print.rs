//! Declarations that are printed from a database.

use presspass_domain::model::Model;
use presspass_persistence::new_migration;
use presspass_test_support::{Oracle, Stack, TestDatabase};

use super::{embedded, first, magazine, open, printed_postgresql, printed_sqlite};

/// The magazine's tables, as our migrations make them.
fn migrate(behind: &TestDatabase) {
    open(behind, &[embedded(&first(&magazine::MODELS), 1)]).migrate().unwrap();
    for model in magazine::MODELS {
        crate::place::raw(behind).execute(&format!(
            "INSERT INTO django_content_type (app_label, model) SELECT 'magazine', '{0}'
             WHERE NOT EXISTS (SELECT 1 FROM django_content_type WHERE app_label = 'magazine' AND model = '{0}')",
            model.name
        ));
    }
}

/// What is printed, under the names that this crate knows.
fn printed(behind: &TestDatabase) -> String {
    printed_tables(behind, &[])
}

fn printed_tables(behind: &TestDatabase, tables: &[&str]) -> String {
    let tables: Vec<String> = tables.iter().map(ToString::to_string).collect();
    let text = open(behind, &[embedded(&first(&magazine::MODELS), 1)]).print_models(&tables).unwrap();
    text.replace("use presspass::{", "use presspass_domain::model::{")
}

/// The snapshot of the tables of these models.
fn snapshot(models: &[&'static Model]) -> Vec<String> {
    first(models).snapshot.lines().map(str::to_owned).collect()
}

/// The file with what is printed, which is compiled with these tests. `PRESSPASS_SNAPSHOTS=write` writes it.
fn check_file(behind: &TestDatabase, name: &str, expected: &str) {
    let printed = printed(behind);
    if std::env::var_os("PRESSPASS_SNAPSHOTS").is_some() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/acceptance/project/printed");
        std::fs::write(format!("{folder}/{name}"), &printed).unwrap();
        return;
    }
    assert_eq!(printed, expected);
}

#[test]
fn the_printed_declarations_compile_and_describe_the_same_tables() {
    let sqlite = TestDatabase::sqlite();
    migrate(&sqlite);
    check_file(&sqlite, "sqlite.rs", include_str!("printed/sqlite.rs"));
    let models =
        [&printed_sqlite::SECTION, &printed_sqlite::TAG, &printed_sqlite::ARTICLE, &printed_sqlite::COMMENT];
    // SQLite does not know the digits of decimals.
    let expected: Vec<String> = snapshot(&magazine::MODELS)
        .into_iter()
        .map(|line| line.replace("decimal(6, 2)", "decimal(12, 2)"))
        .collect();
    assert_eq!(snapshot(&models), expected);

    let Some(postgresql) = TestDatabase::postgresql() else { return };
    migrate(&postgresql);
    check_file(&postgresql, "postgresql.rs", include_str!("printed/postgresql.rs"));
    let models = [
        &printed_postgresql::SECTION,
        &printed_postgresql::TAG,
        &printed_postgresql::ARTICLE,
        &printed_postgresql::COMMENT,
    ];
    assert_eq!(snapshot(&models), snapshot(&magazine::MODELS));
    // So that nothing is left to migrate.
    let before = first(&magazine::MODELS).snapshot;
    assert!(new_migration(&models, Some(&before), None).unwrap().is_none());
    for model in models {
        assert_eq!(model.problem(), None);
    }
}

#[test]
fn what_is_printed_from_a_database_of_django_differs_by_the_order_of_columns_alone() {
    for stack in [Stack::Original, Stack::Current] {
        let Some(oracle) = Oracle::find(stack) else { continue };
        for behind in TestDatabase::each() {
            let mut variables = behind.environment();
            variables.push(("PROJECT", "magazine".to_owned()));
            assert!(oracle.manage(&["migrate", "-v", "0"], &variables).status.success());
            let expected = match behind.path() {
                Some(_) => include_str!("printed/sqlite.rs"),
                None => include_str!("printed/postgresql.rs"),
            };
            let sorted = |text: &str| {
                let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
                lines.sort_unstable();
                lines
            };
            let tables = ["sections", "magazine_tag", "magazine_article", "magazine_comment"];
            let of_magazine = printed_tables(&behind, &tables);
            assert_eq!(sorted(&of_magazine), sorted(expected));
        }
    }
}

#[test]
fn what_has_no_kind_or_no_key_is_a_comment_and_chosen_tables_are_printed_alone() {
    for behind in TestDatabase::each() {
        migrate(&behind);
        crate::place::raw(&behind).execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('magazine', '0002_more', '2026-01-01 00:00:00');
             CREATE TABLE shop_order (id integer NOT NULL PRIMARY KEY, picture bytea, \"Owner\" integer NOT NULL UNIQUE
                REFERENCES auth_user (id) ON DELETE CASCADE, session integer REFERENCES magazine_tag (id));
             CREATE TABLE shop_code (code varchar(9) NOT NULL PRIMARY KEY)",
        );
        let database = open(&behind, &[embedded(&first(&magazine::MODELS), 1)]);
        let all = database.print_models(&[]).unwrap();
        assert!(all.contains("// Django's migrations of magazine are 0001_initial, 0002_more. "), "{all}");
        assert!(all.contains("// The table `shop_code` is left out: its primary key is `code` "), "{all}");
        let one = database.print_models(&["shop_order".to_owned()]).unwrap();
        for line in [
            "/// The table `shop_order`; its app and its name are guessed.",
            "pub static ORDER: Model = Model::new(\"shop\", \"order\").fields(&[",
            "    // No kind of field fits the column picture of the type bytea.",
            "    Field::one_to_one(\"owner\", &USER, OnDelete::Cascade).stored_as(\"Owner\"),",
            "    Field::foreign_key(\"session\", &TAG, OnDelete::DoNothing).stored_as(\"session\").null(),",
        ] {
            assert!(one.contains(&format!("{line}\n")), "{line}\n{one}");
        }
        assert!(!one.contains("ARTICLE"), "{one}");
    }
}
