//! The migrations of a project on databases that the library's migrations made.

use diesel::backend::Backend;
use diesel_migrations::{FileBasedMigrations, MigrationHarness};
use presspass_persistence::{Migration, MigrationError, Script};
use presspass_test_support::TestDatabase;

use super::{catalogue, embedded, first, magazine, open};
use crate::place::{RawConnection, raw};

const PREFIXES: [&str; 2] = ["magazine_", "sections"];

#[test]
fn the_migrations_of_a_project_follow_those_of_the_library() {
    for behind in TestDatabase::each() {
        let migration = embedded(&first(&magazine::MODELS), 1);
        let database = open(&behind, &[migration]);
        let pending = database.pending_migrations().unwrap();
        assert_eq!(pending.last().map(String::as_str), Some("2026-12-01-000001_magazine_0001_initial"));
        let applied = database.migrate().unwrap();
        assert_eq!(applied.last().map(String::as_str), Some("20261201000001"));
        assert!(applied.len() > 7);
        assert!(database.pending_migrations().unwrap().is_empty());
        assert!(database.migrate().unwrap().is_empty());
        let rows = "SELECT name AS value FROM django_migrations WHERE app = 'magazine'";
        assert_eq!(raw(&behind).texts(rows), [Some("0001_initial".to_owned())]);
        // A program without the project does not know what its migrations did.
        let refused = open(&behind, &[]).migrate();
        assert!(matches!(refused, Err(MigrationError::Newer { .. })), "{refused:?}");
    }
}

#[test]
fn of_several_that_migrate_a_project_at_once_one_does_and_all_succeed() {
    for behind in TestDatabase::each() {
        let migration = embedded(&first(&magazine::MODELS), 1);
        let databases: Vec<_> = (0..3).map(|_| open(&behind, &[migration])).collect();
        let applied: usize = std::thread::scope(|scope| {
            let runs: Vec<_> =
                databases.iter().map(|database| scope.spawn(|| database.migrate().unwrap())).collect();
            let of_project = |run: Vec<String>| run.into_iter().filter(|it| it == "20261201000001").count();
            runs.into_iter().map(|run| of_project(run.join().unwrap())).sum()
        });
        assert_eq!(applied, 1);
    }
}

#[test]
fn what_a_migration_did_is_undone_by_its_other_script() {
    for behind in TestDatabase::each() {
        let new = first(&magazine::MODELS);
        open(&behind, &[embedded(&new, 1)]).migrate().unwrap();
        assert!(!catalogue(&behind, &PREFIXES).is_empty());
        raw(&behind).execute(if behind.path().is_some() { &new.sqlite.down } else { &new.postgresql.down });
        assert!(catalogue(&behind, &PREFIXES).is_empty());
        let rows = "SELECT name AS value FROM django_migrations WHERE app = 'magazine'";
        assert!(raw(&behind).texts(rows).is_empty());
    }
}

/// As diesel's command line does.
fn run_and_revert<DB: Backend>(connection: &mut impl MigrationHarness<DB>, folder: &std::path::Path) {
    let folder = FileBasedMigrations::from_path(folder).unwrap();
    assert_eq!(connection.run_pending_migrations(folder.clone()).unwrap().len(), 1);
    connection.revert_last_migration(folder.clone()).unwrap();
    assert_eq!(connection.run_pending_migrations(folder).unwrap().len(), 1);
}

#[test]
fn diesel_runs_and_reverts_the_folders_as_they_are() {
    for behind in TestDatabase::each() {
        let new = first(&magazine::MODELS);
        let migration = embedded(&new, 1);
        open(&behind, &[]).migrate().unwrap();
        let root = tempfile::tempdir().unwrap();
        let Script { up, down } = if behind.path().is_some() { &new.sqlite } else { &new.postgresql };
        let folder = root.path().join(migration.name());
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(folder.join("up.sql"), up).unwrap();
        std::fs::write(folder.join("down.sql"), down).unwrap();
        match &mut raw(&behind) {
            RawConnection::Sqlite(raw) => run_and_revert(raw, root.path()),
            RawConnection::Postgresql(raw) => run_and_revert(raw, root.path()),
        }
        // The program knows that it was run.
        assert!(open(&behind, &[migration]).pending_migrations().unwrap().is_empty());
    }
}

#[test]
fn a_migration_that_is_half_done_is_refused_and_changes_nothing() {
    for behind in TestDatabase::each() {
        let migration = embedded(&first(&magazine::MODELS), 1);
        open(&behind, &[]).migrate().unwrap();
        raw(&behind).execute("CREATE TABLE magazine_tag (id integer)");
        let error = open(&behind, &[migration]).migrate().unwrap_err().to_string();
        assert!(
            error.contains("2026-12-01-000001_magazine_0001_initial is half done")
                && error.contains("table magazine_tag exists, but table sections does not exist")
                && !error.contains('\n'),
            "{error}"
        );
        raw(&behind).execute("DROP TABLE magazine_tag");
        assert_eq!(open(&behind, &[migration]).migrate().unwrap(), ["20261201000001"]);
    }
}

#[test]
fn a_migration_that_fails_is_named_and_leaves_nothing() {
    for behind in TestDatabase::each() {
        let wrong = "CREATE TABLE shop_item (id integer); SELECT edit_this_migration_first();";
        let migration = Migration::new("2026-12-01-000001_shop", wrong, wrong);
        let error = open(&behind, &[migration]).migrate().unwrap_err().to_string();
        assert!(
            error.contains("the migration 2026-12-01-000001_shop fails: ")
                && error.contains("edit_this_migration_first")
                && !error.contains('\n'),
            "{error}"
        );
        assert!(catalogue(&behind, &["shop_"]).is_empty());
        // What the library needs is there all the same.
        assert_eq!(open(&behind, &[migration]).pending_migrations().unwrap(), ["2026-12-01-000001_shop"]);
    }
}

#[test]
fn rows_that_lose_what_they_refer_to_are_noticed_on_sqlite() {
    let behind = TestDatabase::sqlite();
    let first = embedded(&first(&magazine::MODELS), 1);
    open(&behind, &[first]).migrate().unwrap();
    raw(&behind).execute(
        "INSERT INTO sections (id, name, slug) VALUES (1, 'a', 'a');
         INSERT INTO sections (id, name, slug, parent_id) VALUES (2, 'b', 'b', 1)",
    );
    let wrong = Migration::new("2026-12-01-000002_wrong", "DELETE FROM sections WHERE id = 1", "");
    let error = open(&behind, &[first, wrong]).migrate().unwrap_err().to_string();
    assert!(error.ends_with("rows would refer to rows that do not exist"), "{error}");
    let count = "SELECT CAST(count(*) AS text) AS value FROM sections";
    assert_eq!(raw(&behind).texts(count), [Some("2".to_owned())]);
}
