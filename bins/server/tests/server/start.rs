//! Starts without settings.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use presspass_test_support::{RunningServer, ServerCommand, TestDatabase};

use crate::common::{PASSWORD, PRESSPASS, Rows, SECRET_KEY, log_in, run_in, token, wait_for_exit};

fn bare() -> RunningServer {
    let server = ServerCommand::new(PRESSPASS).start();
    server.expect_stderr("createsuperuser");
    server
}

#[test]
fn a_bare_start_makes_its_folder_and_says_where_it_is_and_how_to_go_on() {
    let server = bare();
    let data = server.directory().join("presspass-data");
    let mut names: Vec<_> =
        fs::read_dir(&data).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.retain(|name| !name.ends_with("-wal") && !name.ends_with("-shm"));
    names.sort();
    assert_eq!(names, ["presspass.sqlite3", "presspass.sqlite3.secret-key"]);
    let mode = |name: &str| fs::metadata(data.join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("presspass.sqlite3.secret-key"), 0o600);

    let said = server.stderr();
    let [listens, location, no_administrator, link, command] = said.lines().collect::<Vec<_>>()[..] else {
        panic!("{said}")
    };
    assert_eq!(listens, format!("Presspass listens on {}", server.url("/")));
    assert_eq!(location, "Data is stored in presspass-data/presspass.sqlite3.");
    assert_eq!(no_administrator, "There is no administrator yet. To create one, either");
    assert!(link.starts_with(&format!("  open {}", server.url("/setup/"))), "{link}");
    assert_eq!(
        command,
        "  run `presspass createsuperuser` with the same settings (no need to stop the server)."
    );
    assert_eq!(server.stdout(), "");
    server.client().get("/health/").expect(200);
}

#[test]
fn a_second_start_makes_nothing_anew_and_takes_the_tokens_of_the_first() {
    let mut first = bare();
    let directory = first.directory();
    let made = run_in(
        &directory,
        &["createsuperuser", "--noinput", "--username", "ann"],
        &[("PRESSPASS_SUPERUSER_PASSWORD", PASSWORD)],
    );
    assert_eq!((made.code, made.stdout.as_str()), (Some(0), "Superuser created successfully.\n"), "{made:?}");
    let answer = log_in(&mut first.client(), "ann", PASSWORD).json();
    let token = format!("JWT {}", answer["token"].as_str().expect("a token is text"));
    assert_eq!(first.terminate().code(), Some(0));

    let key = fs::read(directory.join("presspass-data/presspass.sqlite3.secret-key")).unwrap();
    let url = format!("sqlite://{}", directory.join("presspass-data/presspass.sqlite3").display());
    let rows = |table: &str| Rows::of(&url).number(&format!("SELECT count(*) FROM {table}"));
    let tables = ["auth_user", "auth_permission", "django_migrations", "__diesel_schema_migrations"];
    let before = tables.map(rows);

    let mut second = ServerCommand::new(PRESSPASS).directory(&directory).start();
    let answer = second.client().get("/account/").header("Authorization", token).send();
    assert_eq!((answer.status, &answer.json()["username"]), (200, &"ann".into()));
    assert!(!second.stderr().contains("no administrator"), "{}", second.stderr());
    assert_eq!(second.terminate().code(), Some(0));
    assert_eq!(fs::read(directory.join("presspass-data/presspass.sqlite3.secret-key")).unwrap(), key);
    assert_eq!(tables.map(rows), before);
}

#[test]
fn a_key_that_others_may_read_is_taken_with_a_warning() {
    let mut first = bare();
    assert_eq!(first.terminate().code(), Some(0));
    let directory = first.directory();
    let key = directory.join("presspass-data/presspass.sqlite3.secret-key");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    let second = ServerCommand::new(PRESSPASS).directory(&directory).start();
    second.expect_stderr("chmod 600 presspass-data/presspass.sqlite3.secret-key");
    let checked = run_in(&directory, &["check"], &[]);
    assert_eq!(checked.code, Some(0), "{checked:?}");
    assert!(
        checked.stderr.contains("warning: other users than its owner can read the secret key in"),
        "{checked:?}"
    );
}

#[test]
fn two_databases_in_one_folder_have_keys_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["one", "two"] {
        let server = ServerCommand::new(PRESSPASS)
            .directory(folder.path())
            .env("DATABASE_URL", format!("sqlite://{name}.sqlite3"))
            .start();
        server.expect_stderr("createsuperuser");
    }
    let key = |name: &str| fs::read(folder.path().join(format!("{name}.sqlite3.secret-key"))).unwrap();
    assert_ne!(key("one"), key("two"));
}

#[test]
fn two_first_starts_at_once_share_one_key_and_one_database() {
    let first = ServerCommand::new(PRESSPASS);
    let folder = tempfile::tempdir().unwrap();
    let (one, other) = std::thread::scope(|scope| {
        let start = |command: ServerCommand| command.directory(folder.path()).start();
        let one = scope.spawn(move || start(first));
        let other = start(ServerCommand::new(PRESSPASS));
        (one.join().expect("the first starts"), other)
    });
    let made = run_in(
        folder.path(),
        &["createsuperuser", "--noinput", "--username", "ann"],
        &[("PRESSPASS_SUPERUSER_PASSWORD", PASSWORD)],
    );
    assert_eq!(made.code, Some(0), "{made:?}");
    let answer = log_in(&mut one.client(), "ann", PASSWORD).json();
    let token = format!("JWT {}", answer["token"].as_str().expect("a token is text"));
    other.client().get("/account/").header("Authorization", token).expect(200);
}

#[test]
fn postgresql_serves_as_well() {
    let Some(database) = TestDatabase::postgresql() else { return };
    let url = database.url();
    let mut server =
        ServerCommand::new(PRESSPASS).env("DATABASE_URL", &url).env("SECRET_KEY", SECRET_KEY).start();
    server.expect_stderr("createsuperuser");
    let said = server.stderr();
    let password = url.split([':', '@']).nth(2).expect("the test's database has a password");
    assert!(said.contains("Data is stored on postgres://postgres"), "{said}");
    assert!(!said.contains(password), "{said}");
    assert!(!server.directory().join("presspass-data").exists());
    server.client().get("/account/").header("Authorization", token(1, "ann")).expect(401);
    drop(database);
    assert_eq!(wait_after_sigterm(&mut server), Some(0));
}

fn wait_after_sigterm(server: &mut RunningServer) -> Option<i32> {
    let ended = server.terminate();
    assert_eq!(wait_for_exit(server), ended);
    ended.code()
}
