//! The magazine's migrations, and the declarations that its database shows.
#![expect(clippy::unwrap_used, reason = "a test that panics fails")]

use std::process::Output;

use presspass_test_support::{Oracle, Stack, TestDatabase, isolated_command};

fn magazine(database: Option<&TestDatabase>, arguments: &[&str]) -> Output {
    let mut command = isolated_command(env!("CARGO_BIN_EXE_magazine"));
    if let Some(database) = database {
        command.env("DATABASE_URL", database.url());
    }
    command.args(arguments).output().unwrap()
}

fn text(output: &Output) -> String {
    let Output { stdout, stderr, .. } = output;
    format!("{}{}", String::from_utf8_lossy(stdout), String::from_utf8_lossy(stderr))
}

#[test]
fn no_migration_of_the_models_is_missing() {
    let checked = magazine(None, &["makemigrations", "--check"]);
    assert!(checked.status.success(), "{}", text(&checked));
    assert_eq!(String::from_utf8_lossy(&checked.stdout), "No changes detected\n");
}

#[test]
fn a_new_database_has_the_tables_after_migrate() {
    for database in TestDatabase::each() {
        assert_eq!(magazine(Some(&database), &["migrate", "--check"]).status.code(), Some(1));
        let migrated = magazine(Some(&database), &["migrate"]);
        assert!(text(&migrated).contains("applied: 20261130065810\n"), "{}", text(&migrated));
        assert!(magazine(Some(&database), &["migrate", "--check"]).status.success());
        let printed = magazine(Some(&database), &["print-models"]);
        assert!(text(&printed).contains("pub static ARTICLE: Model = Model::new(\"magazine\", \"article\")"));
        let one = magazine(Some(&database), &["print-models", "sections"]);
        assert!(
            !text(&one).contains("ARTICLE") && text(&one).contains(".stored_in(\"sections\")"),
            "{}",
            text(&one)
        );
    }
}

#[test]
fn django_has_nothing_to_migrate_on_a_new_database_and_we_have_nothing_on_its() {
    for stack in [Stack::Original, Stack::Current] {
        let Some(oracle) = Oracle::find(stack) else { continue };
        for (ours, theirs) in TestDatabase::each().into_iter().zip(TestDatabase::each()) {
            let django = |database: &TestDatabase, arguments: &[&str]| {
                let mut variables = database.environment();
                variables.push(("PROJECT", "magazine".to_owned()));
                let output = oracle.manage(arguments, &variables);
                assert!(output.status.success(), "{}", text(&output));
                text(&output)
            };
            assert!(magazine(Some(&ours), &["migrate"]).status.success());
            assert!(django(&ours, &["migrate", "--no-color"]).contains("No migrations to apply."));
            assert!(
                django(&ours, &["makemigrations", "--check", "--dry-run"]).contains("No changes detected")
            );

            django(&theirs, &["migrate", "-v", "0"]);
            let migrated = magazine(Some(&theirs), &["migrate"]);
            assert!(migrated.status.success(), "{}", text(&migrated));
            assert!(magazine(Some(&theirs), &["migrate", "--check"]).status.success());
            let checked = isolated_command(env!("CARGO_BIN_EXE_magazine"))
                .env("DATABASE_URL", theirs.url())
                .env("SECRET_KEY", "a-shared-secret-of-at-least-32-bytes-0123456789")
                .arg("check")
                .output()
                .unwrap();
            assert!(checked.status.success(), "{}", text(&checked));
        }
    }
}
