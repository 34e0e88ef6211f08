//! What commands do with their database before they work: one that is newer, one that is not there, one that a role may
//! only use.

use std::fs;
use std::path::Path;

use presspass_test_support::{ServerCommand, TestDatabase};
use serde_json::json;

use crate::common::{Browser, Finished, PASSWORD, PRESSPASS, Rows, SECRET_KEY, Server, log_in, run, run_in};

const SUPERUSER: [(&str, &str); 1] = [("PRESSPASS_SUPERUSER_PASSWORD", PASSWORD)];

/// The last line that a refused command says, which is its error.
fn error(refused: &Finished) -> &str {
    assert_eq!(refused.code, Some(1), "{refused:#?}");
    refused.stderr.lines().rfind(|line| line.starts_with("error: ")).unwrap_or_else(|| panic!("{refused:#?}"))
}

fn files(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_database_that_a_newer_release_migrated_is_refused_by_every_command() {
    for database in TestDatabase::each() {
        let url = database.url();
        let run = |arguments: &[&str]| {
            let variables = [("DATABASE_URL", url.as_str()), ("SECRET_KEY", SECRET_KEY), SUPERUSER[0]];
            run(arguments, &variables)
        };
        assert_eq!(run(&["migrate"]).code, Some(0));
        let newer = "INSERT INTO __diesel_schema_migrations (version) VALUES ('20990101000000')";
        Rows::of(&url).run(newer);
        for command in [
            &["serve"][..],
            &["serve", "--no-migrate"],
            &["migrate"],
            &["migrate", "--check"],
            &["check"],
            &["createsuperuser", "--noinput", "--username", "ann"],
            &["token", "revoke", "--all-of", "ann"],
            &["apikey", "list", "ann"],
        ] {
            let refused = run(command);
            let line = error(&refused);
            assert!(
                line.contains("is newer than this program")
                    && line.contains("20990101000000; install the release"),
                "{command:?}: {line}"
            );
        }
        assert_eq!(Rows::of(&url).number("SELECT count(*) FROM auth_user"), 0);
    }
}

#[test]
fn a_mistyped_path_makes_neither_folders_nor_a_file() {
    for url in ["sqlite://no/such/folder/x.sqlite3", "sqlite:///nonexistent/presspass/x.sqlite3"] {
        for key in [None, Some(("SECRET_KEY", SECRET_KEY))] {
            for command in [
                &["serve"][..],
                &["migrate"],
                &["migrate", "--create"],
                &["createsuperuser", "--noinput", "--username", "ann"],
            ] {
                let folder = tempfile::tempdir().unwrap();
                let variables: Vec<_> =
                    [("DATABASE_URL", url), SUPERUSER[0]].into_iter().chain(key).collect();
                let refused = run_in(folder.path(), command, &variables);
                let line = error(&refused);
                assert!(line.contains("does not exist") && line.contains("DATABASE_URL"), "{line}");
                assert!(files(folder.path()).is_empty());
            }
        }
    }
    assert!(!Path::new("/nonexistent").exists());
}

#[test]
fn with_a_secret_key_a_new_database_is_only_made_when_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let variables = [("DATABASE_URL", "sqlite://db.sqlit3"), ("SECRET_KEY", SECRET_KEY), SUPERUSER[0]];
    let run = |arguments: &[&str]| run_in(folder.path(), arguments, &variables);
    for command in
        [&["serve"][..], &["migrate"], &["check"], &["createsuperuser", "--noinput", "--username", "ann"]]
    {
        let refused = run(command);
        let line = error(&refused);
        assert!(
            line.contains("db.sqlit3 does not exist") && line.contains("`presspass migrate --create`"),
            "{command:?}: {line}"
        );
        assert!(files(folder.path()).is_empty());
    }
    let made = run(&["migrate", "--create"]);
    assert_eq!(made.code, Some(0), "{made:?}");
    assert_eq!(run(&["migrate"]).code, Some(0));
    assert_eq!(run(&["createsuperuser", "--noinput", "--username", "ann"]).code, Some(0));
    assert_eq!(files(folder.path()), ["db.sqlit3"], "no key is made");
    // A secret key alone names no database that must be there.
    let bare = tempfile::tempdir().unwrap();
    assert_eq!(run_in(bare.path(), &["migrate"], &[("SECRET_KEY", SECRET_KEY)]).code, Some(0));
}

#[test]
fn a_database_that_was_deleted_is_not_replaced_by_an_empty_one() {
    let mut first = ServerCommand::new(PRESSPASS).start();
    assert_eq!(first.terminate().code(), Some(0));
    let folder = first.directory();
    fs::remove_file(folder.join("presspass-data/presspass.sqlite3")).unwrap();
    for command in [&["serve"][..], &["migrate"], &["check"]] {
        let refused = run_in(&folder, command, &[]);
        let line = error(&refused);
        assert!(
            line.contains("presspass.sqlite3.secret-key") && line.contains("--create"),
            "{command:?}: {line}"
        );
        assert!(!folder.join("presspass-data/presspass.sqlite3").exists());
    }
    assert_eq!(run_in(&folder, &["migrate", "--create"], &[]).code, Some(0));
    let server = ServerCommand::new(PRESSPASS).directory(&folder).start();
    server.client().get("/health/").expect(200);
}

#[test]
fn a_server_that_is_not_to_migrate_names_what_is_pending() {
    for database in TestDatabase::each() {
        let url = database.url();
        let variables = [("DATABASE_URL", url.as_str()), ("SECRET_KEY", SECRET_KEY)];
        let refused = run(&["serve", "--no-migrate"], &variables);
        let line = error(&refused);
        assert!(line.contains("are pending: 2026-11-23-000001_original_tables, "), "{line}");
        assert!(line.contains("run `presspass migrate`"), "{line}");
        let pending = run(&["migrate", "--check"], &variables);
        assert_eq!(pending.code, Some(1), "something was migrated");
        assert_eq!(run(&["migrate"], &variables).code, Some(0));
        let server = ServerCommand::new(PRESSPASS).args(["serve", "--no-migrate"]).envs(variables).start();
        server.client().get("/health/").expect(200);
    }
}

/// The first block of SQL in docs/deployment.md: the rights of the user that serves.
fn documented_grants() -> String {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/deployment.md");
    let page = fs::read_to_string(page).unwrap();
    let (_, rest) = page.split_once("```sql\n").expect("docs/deployment.md has a block of SQL");
    rest.split_once("```").expect("the block ends").0.to_owned()
}

#[test]
fn a_user_with_the_documented_rights_serves_what_another_migrates() {
    let Some(database) = TestDatabase::postgresql() else { return };
    let url = database.url();
    let (server, name) = url.rsplit_once('/').unwrap();
    let (_, host) = server.rsplit_once('@').unwrap();
    let (owner, service) = (format!("owner_of_{name}"), format!("service_of_{name}"));
    let mut admin = Rows::of(&url);
    for role in [&owner, &service] {
        admin.run(&format!("CREATE ROLE {role} LOGIN PASSWORD 'secret'"));
    }
    admin.run(&format!("ALTER DATABASE {name} OWNER TO {owner}"));
    let owner_url = format!("postgres://{owner}:secret@{host}/{name}");
    let service_url = format!("postgres://{service}:secret@{host}/{name}");
    let with = |url: &str, arguments: &[&str]| {
        run(arguments, &[("DATABASE_URL", url), ("SECRET_KEY", SECRET_KEY), SUPERUSER[0]])
    };

    let refused = with(&service_url, &["serve"]);
    let line = error(&refused);
    assert!(line.contains("may not create tables") && line.contains("2026-11-23-000001"), "{line}");
    assert_eq!(with(&owner_url, &["migrate"]).code, Some(0));
    Rows::of(&owner_url).run(&documented_grants().replace("TO presspass;", &format!("TO {service};")));
    // What a later migration adds can be used, too.
    Rows::of(&owner_url).run("CREATE TABLE later (id serial PRIMARY KEY)");
    Rows::of(&service_url).run("INSERT INTO later DEFAULT VALUES");

    let mut server = Server::start_on(
        &database,
        &[("DATABASE_URL", &service_url), ("PRESSPASS_AUTHENTICATORS", "jwt,session,token")],
    );
    assert_eq!(with(&service_url, &["createsuperuser", "--noinput", "--username", "ann"]).code, Some(0));
    assert_eq!(log_in(&mut server.client(), "ann", "wrong").status, 400);
    let answer = log_in(&mut server.client(), "ann", PASSWORD);
    let jwt = format!("JWT {}", answer.json()["token"].as_str().unwrap());
    let ask = |method: &str, path: &str, body: serde_json::Value| {
        let mut client = server.client();
        let answer = client.request(method, path).header("Authorization", &jwt).json(&body).send();
        assert!(answer.status < 300, "{method} {path}: {} {}", answer.status, answer.text());
    };
    ask("POST", "/api/posts/", json!({"title": "t", "content": "c"}));
    ask("PATCH", "/api/posts/1/", json!({"title": "u"}));
    ask("DELETE", "/api/posts/1/", json!({}));
    ask("POST", "/account/api_keys/", json!({"name": "k", "scopes": "*", "current_password": PASSWORD}));
    let mut browser = Browser::of(&server, "ann");
    assert_eq!(browser.get("/admin/").status, 200);
    assert_eq!(browser.submit("/admin/posts/post/add/", &[("title", "t"), ("content", "c")]).status, 302);
    ask("POST", "/auth/revoke_all/", json!({}));
    assert_eq!(browser.status(), 401);
    assert!(server.terminate().success());
}

#[test]
fn check_reports_a_database_that_is_away_and_all_else_that_is_wrong() {
    let away = "postgres://ann:s3cret-w0rd@127.0.0.1:1/x";
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("keys")).unwrap();
    fs::write(folder.path().join("keys/a.jwk"), "no key").unwrap();
    let checked =
        run_in(folder.path(), &["check"], &[("DATABASE_URL", away), ("PRESSPASS_JWT__KEYS", "keys")]);
    assert_eq!(checked.code, Some(1), "{checked:?}");
    let errors: Vec<&str> = checked.stderr.lines().filter(|line| line.starts_with("error: ")).collect();
    let [database, key, keys] = errors[..] else { panic!("{checked:#?}") };
    assert!(database.contains("cannot open the database postgres://ann:***@127.0.0.1:1/x"), "{database}");
    assert!(key.contains("no secret key") && key.contains("SECRET_KEY"), "{key}");
    assert!(keys.contains("a.jwk"), "{keys}");
}

#[test]
fn check_says_where_the_secret_key_is() {
    let folder = tempfile::tempdir().unwrap();
    let key = |variables: &[(&str, &str)]| {
        let checked = run_in(folder.path(), &["check"], variables);
        let line = checked.stdout.lines().find(|line| line.starts_with("secret_key ")).unwrap_or_default();
        line.trim_start_matches("secret_key").trim_start().to_owned()
    };
    let file = "presspass-data/presspass.sqlite3.secret-key";
    assert_eq!(key(&[]), format!("(created at the first start, in {file})  (default)"));
    let mut server = ServerCommand::new(PRESSPASS).directory(folder.path()).start();
    assert_eq!(key(&[]), format!("(in {file})  (default)"));
    assert_eq!(key(&[("DATABASE_URL", "postgres://127.0.0.1:1/x")]), "(missing)  (default)");
    assert!(server.terminate().success());
}
