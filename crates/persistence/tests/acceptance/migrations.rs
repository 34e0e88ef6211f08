//! Migrations.

use presspass_persistence::{Database, DatabaseUrl, MigrationError, Origin};
use presspass_test_support::TestDatabase;

use crate::place::{Place, raw};

const VERSIONS: [&str; 8] = [
    "20261123000001",
    "20261123000002",
    "20261123000003",
    "20261126000011",
    "20261126000012",
    "20261126000021",
    "20261126000022",
    // The project's.
    "20261127000001",
];

fn open(behind: &TestDatabase) -> Database {
    Database::open(&DatabaseUrl::parse(&behind.url()).unwrap(), crate::posts::options()).unwrap()
}

#[test]
fn migrations_are_pending_before_and_none_after() {
    for behind in TestDatabase::each() {
        let database = open(&behind);
        assert_eq!(database.origin().unwrap(), Origin::Empty);
        let pending = [
            "2026-11-23-000001_original_tables",
            "2026-11-23-000002_sessions",
            "2026-11-23-000003_throttles",
            "2026-11-26-000011_revocation",
            "2026-11-26-000012_api_keys",
            "2026-11-26-000021_differences",
            "2026-11-26-000022_long_lines",
            "2026-11-27-000001_posts_0001_initial",
        ];
        assert_eq!(database.pending_migrations().unwrap(), pending);
        assert_eq!(database.migrate().unwrap(), VERSIONS);
        assert!(database.pending_migrations().unwrap().is_empty());
        assert!(database.migrate().unwrap().is_empty());
        assert_eq!(database.origin().unwrap(), Origin::Presspass);
    }
}

#[test]
fn whoever_only_looks_changes_nothing() {
    for behind in TestDatabase::each() {
        let database = open(&behind);
        database.origin().unwrap();
        database.pending_migrations().unwrap();
        let tables = if behind.path().is_some() {
            "SELECT name AS value FROM sqlite_schema"
        } else {
            "SELECT tablename::text AS value FROM pg_tables WHERE schemaname = 'public'"
        };
        assert!(raw(&behind).texts(tables).is_empty());
    }
}

#[test]
fn of_several_that_migrate_at_once_each_migration_is_run_by_one_and_all_succeed() {
    for behind in TestDatabase::each() {
        let databases: Vec<Database> = (0..4).map(|_| open(&behind)).collect();
        let mut applied: Vec<String> = std::thread::scope(|scope| {
            let runs: Vec<_> =
                databases.iter().map(|database| scope.spawn(|| database.migrate().unwrap())).collect();
            runs.into_iter().flat_map(|run| run.join().unwrap()).collect()
        });
        // One may run the library's, and another those of the project.
        applied.sort_unstable();
        assert_eq!(applied, VERSIONS);
    }
}

#[test]
fn a_migration_that_fails_keeps_nothing_and_no_lock() {
    for behind in TestDatabase::each() {
        // Half of Django: a table of its, and not the others.
        raw(&behind).execute("CREATE TABLE auth_group (id integer)");
        let database = open(&behind);
        assert_eq!(database.origin().unwrap(), Origin::Django);
        for _ in 0..2 {
            let error = database.migrate().unwrap_err().to_string();
            assert!(error.contains("missing table") && error.contains("auth_user"), "{error}");
            assert!(!error.contains('\n'), "{error}");
        }
        assert_eq!(database.pending_migrations().unwrap().len(), VERSIONS.len());
        raw(&behind).execute("DROP TABLE auth_group");
        database.migrate().unwrap();
        assert_eq!(database.origin().unwrap(), Origin::Presspass);
    }
}

#[test]
fn a_database_that_a_newer_release_migrated_is_refused() {
    for place in Place::each() {
        place.execute(
            "INSERT INTO __diesel_schema_migrations (version) VALUES ('20990101000000'), ('20990102000000')",
        );
        let tables =
            || place.texts("SELECT version AS value FROM __diesel_schema_migrations ORDER BY version");
        let before = tables();
        for refused in [place.database.pending_migrations(), place.database.migrate()] {
            let error = refused.unwrap_err();
            assert!(
                matches!(&error, MigrationError::Newer { unknown, .. } if *unknown == ["20990101000000", "20990102000000"]),
                "{error:?}"
            );
            let line = error.to_string();
            assert!(
                line.contains("20990101000000, 20990102000000; install the release") && !line.contains('\n'),
                "{line}"
            );
        }
        assert_eq!(tables(), before);
    }
}

/// The URL of a new role that may use all that is in the database, and create nothing in it.
fn service_role(behind: &TestDatabase) -> String {
    let name = behind.url().rsplit_once('/').unwrap().1.to_owned();
    let role = format!("service_of_{name}");
    raw(behind).execute(&format!(
        "CREATE ROLE {role} LOGIN PASSWORD 'service';
         GRANT USAGE ON SCHEMA public TO {role};
         GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};
         GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}"
    ));
    let (_, host) = behind.url().rsplit_once('@').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    format!("postgres://{role}:service@{host}")
}

#[test]
fn a_role_that_may_not_create_tables_is_enough_where_nothing_is_pending() {
    let Some(behind) = TestDatabase::postgresql() else { return };
    open(&behind).migrate().unwrap();
    let url = DatabaseUrl::parse(&service_role(&behind)).unwrap();
    let service = Database::open(&url, crate::posts::options()).unwrap();
    assert!(service.pending_migrations().unwrap().is_empty());
    assert!(service.migrate().unwrap().is_empty());
    raw(&behind).execute("DELETE FROM __diesel_schema_migrations WHERE version = '20261126000022'");
    let error = service.migrate().unwrap_err();
    assert!(
        matches!(&error, MigrationError::NotAllowed { pending, .. } if *pending == ["2026-11-26-000022_long_lines"]),
        "{error:?}"
    );
    assert!(
        error.to_string().contains("run `presspass migrate` as the user that owns the tables"),
        "{error}"
    );
}

#[test]
fn a_marker_that_says_nothing_is_an_error() {
    for place in Place::each() {
        place.execute("DELETE FROM presspass_marker");
        let error = place.database.origin().unwrap_err().to_string();
        assert!(error.ends_with("presspass_marker does not say who made it"), "{error}");
    }
}

#[test]
fn tables_are_sought_along_the_search_path() {
    let Some(behind) = TestDatabase::postgresql() else { return };
    let name = behind.url().rsplit_once('/').unwrap().1.to_owned();
    raw(&behind).execute(&format!(
        "CREATE SCHEMA site; CREATE TABLE site.auth_user (id integer);
         ALTER DATABASE {name} SET search_path = public, site"
    ));
    assert_eq!(open(&behind).origin().unwrap(), Origin::Django);
}
