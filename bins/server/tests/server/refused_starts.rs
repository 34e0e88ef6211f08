//! Configuration errors: one line each, with what, where and the remedy.

use std::fs;
use std::net::TcpListener;
use std::time::Duration;

use presspass_test_support::{Engine, Oracle, Stack, TestDatabase, free_port};

use crate::common::{Finished, PRESSPASS, Rows, SECRET_KEY, run, run_in};

/// No mistake takes longer to be told.
const PROMPT: Duration = Duration::from_secs(5);

/// The one line that a refused start says.
fn line(refused: &Finished) -> &str {
    let lines = lines(refused);
    let [line] = lines[..] else { panic!("not one line: {refused:#?}") };
    line
}

fn lines(refused: &Finished) -> Vec<&str> {
    assert_eq!(refused.code, Some(1), "{refused:#?}");
    assert_eq!(refused.stdout, "", "{refused:#?}");
    for sign in ["panicked", "backtrace", "thread '", ".rs:", "Error {", "Os {"] {
        assert!(!refused.stderr.contains(sign), "{sign}: {refused:#?}");
    }
    assert!(refused.took < PROMPT, "{refused:#?}");
    refused.stderr.lines().collect()
}

/// Asserts that the line holds all these pieces.
fn says(line: &str, pieces: &[&str]) {
    for piece in pieces {
        assert!(line.contains(piece), "{piece:?} is not in {line:?}");
    }
}

#[test]
fn a_port_that_is_taken() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let refused = run(&[], &[("PRESSPASS_BIND", &address)]);
    says(line(&refused), &["cannot listen on", &address, "PRESSPASS_BIND"]);
}

#[test]
fn a_file_where_the_data_folder_should_be() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("presspass-data"), "").unwrap();
    let refused = run_in(folder.path(), &["serve"], &[]);
    says(line(&refused), &["presspass-data", "data_dir"]);
}

#[test]
fn a_folder_where_the_database_should_be() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("presspass-data/presspass.sqlite3")).unwrap();
    let refused = run_in(folder.path(), &["serve"], &[]);
    says(line(&refused), &["presspass-data/presspass.sqlite3"]);
}

#[test]
fn a_file_that_is_no_database() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("presspass-data")).unwrap();
    fs::write(folder.path().join("presspass-data/presspass.sqlite3"), "no database ".repeat(1000)).unwrap();
    let refused = run_in(folder.path(), &["serve"], &[]);
    says(line(&refused), &["presspass-data/presspass.sqlite3"]);
}

/// Root may write to everything, so there the program is run as `nobody`.
#[test]
fn a_database_file_that_can_only_be_read() {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
    use std::os::unix::process::CommandExt as _;
    const NOBODY: u32 = 65_534;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("db.sqlite3");
    let variables =
        [("DATABASE_URL", format!("sqlite://{}", file.display())), ("SECRET_KEY", SECRET_KEY.to_owned())];
    let is_root = fs::metadata(folder.path()).unwrap().uid() == 0;
    let run = |arguments: &[&str]| {
        let mut command = presspass_test_support::isolated_command("timeout");
        command.args(["20", PRESSPASS]).args(arguments).env("PRESSPASS_BIND", "127.0.0.1:0");
        command.envs(variables.clone()).current_dir(folder.path());
        if is_root {
            command.uid(NOBODY).gid(NOBODY);
        }
        command.output().unwrap()
    };
    if is_root {
        chown(folder.path(), Some(NOBODY), Some(NOBODY)).unwrap();
    }
    let made = run(&["migrate", "--create"]);
    assert!(made.status.success(), "{made:?}");
    let set_mode =
        |path: &std::path::Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    set_mode(&file, 0o444);
    for command in ["serve", "migrate"] {
        let refused = run(&[command]);
        let stderr = String::from_utf8(refused.stderr).unwrap();
        assert_eq!((refused.status.code(), stderr.lines().count()), (Some(1), 1), "{stderr}");
        says(&stderr, &["db.sqlite3 can only be read: let this user write to it"]);
    }
    set_mode(&file, 0o644);
    for beside in ["db.sqlite3-wal", "db.sqlite3-shm"] {
        drop(fs::remove_file(folder.path().join(beside)));
    }
    set_mode(folder.path(), 0o555);
    let refused = run(&["serve"]);
    let stderr = String::from_utf8(refused.stderr).unwrap();
    assert_eq!((refused.status.code(), stderr.lines().count()), (Some(1), 1), "{stderr}");
    says(&stderr, &["db.sqlite3 can only be read: let this user write to it and to its folder"]);
    set_mode(folder.path(), 0o755);
}

#[test]
fn a_key_file_that_is_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("presspass-data/presspass.sqlite3.secret-key")).unwrap();
    let refused = run_in(folder.path(), &["serve"], &[]);
    says(line(&refused), &["secret key", "presspass-data/presspass.sqlite3.secret-key", "SECRET_KEY"]);
}

#[test]
fn a_key_file_that_is_empty_weak_or_not_text() {
    let weak = b"change-me-change-me-change-me-change-me\n";
    for bytes in [&b""[..], b"short\n", b"\xff\xfe\xff\xfe", weak] {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("presspass-data")).unwrap();
        fs::write(folder.path().join("presspass-data/presspass.sqlite3.secret-key"), bytes).unwrap();
        let refused = run_in(folder.path(), &["serve"], &[]);
        says(line(&refused), &["presspass-data/presspass.sqlite3.secret-key"]);
        let checked = run_in(folder.path(), &["check"], &[]);
        assert_eq!(checked.code, Some(1), "{checked:?}");
        says(&checked.stderr, &["error: ", "presspass-data/presspass.sqlite3.secret-key"]);
        assert!(!folder.path().join("presspass-data/presspass.sqlite3").exists());
        assert_eq!(
            fs::read(folder.path().join("presspass-data/presspass.sqlite3.secret-key")).unwrap(),
            bytes
        );
    }
}

#[test]
fn a_database_server_that_is_away() {
    let url = format!("postgres://ann:s3cret-w0rd@127.0.0.1:{}/press", free_port());
    for command in ["serve", "migrate"] {
        let refused = run(
            &[command],
            &[("DATABASE_URL", &url), ("SECRET_KEY", SECRET_KEY), ("PRESSPASS_DATABASE__WAIT_SECONDS", "0")],
        );
        says(line(&refused), &["127.0.0.1"]);
        assert!(!refused.stderr.contains("s3cret-w0rd"), "{refused:#?}");
    }
}

#[test]
fn a_wrong_password_of_the_database() {
    let Some(database) = TestDatabase::postgresql() else { return };
    let right = database.url();
    let password = right.split([':', '@']).nth(2).unwrap();
    let url = right.replace(password, "s3cret-w0rd");
    let refused = run(&["serve"], &[("DATABASE_URL", &url), ("SECRET_KEY", SECRET_KEY)]);
    says(line(&refused), &["password"]);
    assert!(!refused.stderr.contains("s3cret-w0rd"), "{refused:#?}");
}

#[test]
fn postgresql_without_a_secret_key() {
    let Some(database) = TestDatabase::postgresql() else { return };
    let refused = run(&["serve"], &[("DATABASE_URL", &database.url())]);
    says(line(&refused), &["no secret key", "SECRET_KEY", "32"]);
}

#[test]
fn a_database_of_the_original_without_a_secret_key_which_is_left_as_it_was() {
    let Some(oracle) = Oracle::find(Stack::Original) else { return };
    let Some(database) = oracle.filled(Engine::Sqlite) else { return };
    refused_and_left_as_it_was(&database);
}

#[test]
fn tables_of_the_original_without_a_secret_key_which_are_left_as_they_were() {
    let database = TestDatabase::sqlite();
    Rows::of(&database.url()).run("CREATE TABLE auth_user (id integer PRIMARY KEY)");
    refused_and_left_as_it_was(&database);
}

fn refused_and_left_as_it_was(database: &TestDatabase) {
    let file = database.path().expect("SQLite is a file");
    let names = || fs::read_dir(file.parent().unwrap()).unwrap().count();
    let before = (fs::read(file).unwrap(), names());
    let refused = run(&["serve"], &[("DATABASE_URL", &database.url())]);
    says(line(&refused), &["no secret key", "created by Django", "SECRET_KEY"]);
    assert!((fs::read(file).unwrap(), names()) == before, "something was changed");
}

#[test]
fn a_database_that_no_connection_can_be_made_of_is_told_with_its_place() {
    for url in ["sqlite://:memory:", "sqlite://a.sqlite3?mode=rwc", "postgres://ann:s3cret@w0rd@db/press"] {
        let refused = run(&["serve"], &[("DATABASE_URL", url)]);
        says(line(&refused), &["database.url: cannot be used: ", "environment variable DATABASE_URL"]);
        assert!(!refused.stderr.contains("s3cret") && !refused.stderr.contains("w0rd"), "{refused:#?}");
    }
}

#[test]
fn keys_that_are_short_or_weak() {
    for (key, reason) in [
        ("only-24-bytes-long-4f9a0c", "25 bytes"),
        ("please-change-me-to-a-long-random-string", "placeholder"),
        ("a-string-secret-at-least-256-bits-long", "the example of jwt.io"),
        ("replace-this-key-before-you-start-presspass", "example of our documentation"),
        ("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "repeats"),
    ] {
        let refused = run(&["serve"], &[("SECRET_KEY", key)]);
        says(line(&refused), &["secret_key", reason, "environment variable SECRET_KEY", "openssl rand"]);
        assert!(!refused.stderr.contains(key), "{refused:#?}");
    }
}

#[test]
fn wrong_settings_are_all_told_at_once() {
    let refused = run(
        &["serve"],
        &[
            ("PRESSPASS_BIND", "everywhere"),
            ("PRESSPASS_WORKERS", "0"),
            ("PRESSPASS_JWT__ALLOW_REFRESH", "maybe"),
            ("PRESSPASS_AUTHENTICATORS", "jwt,kerberos"),
            ("PRESSPASS_JWT__ALOW_REFRESH", "true"),
            ("DATABASE_URL", "mysql://ann:s3cret-w0rd@db/x"),
        ],
    );
    let lines = lines(&refused);
    assert_eq!(lines.len(), 6, "{refused:#?}");
    for pieces in [
        ["bind", "PRESSPASS_BIND"],
        ["workers", "PRESSPASS_WORKERS"],
        ["jwt.allow_refresh", "PRESSPASS_JWT__ALLOW_REFRESH"],
        ["authenticators", "kerberos"],
        ["PRESSPASS_JWT__ALOW_REFRESH", "did you mean PRESSPASS_JWT__ALLOW_REFRESH?"],
        ["database.url", "mysql"],
    ] {
        assert!(
            lines.iter().any(|line| pieces.iter().all(|piece| line.contains(piece))),
            "{pieces:?}: {lines:#?}"
        );
    }
    assert!(!refused.stderr.contains("s3cret-w0rd"), "{refused:#?}");
}

#[test]
fn an_unknown_key_in_the_file_is_named_with_its_line_and_the_nearest_known_one() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("presspass.toml"), "bind = \"127.0.0.1:1\"\n[jwt]\nalow_refresh = true\n")
        .unwrap();
    let refused = run_in(folder.path(), &[], &[]);
    says(line(&refused), &["jwt.alow_refresh", "presspass.toml, line 3", "did you mean jwt.allow_refresh?"]);
}

#[test]
fn a_file_that_is_no_toml_and_one_that_is_not_there() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("broken.toml"), "secret_key = \"s3cret-w0rd\nbind = 1\n").unwrap();
    let refused = run_in(folder.path(), &["--config", "broken.toml"], &[]);
    says(lines(&refused)[0], &["broken.toml, line 1", "not TOML"]);
    assert!(!refused.stderr.contains("s3cret-w0rd"), "{refused:#?}");
    let refused = run_in(folder.path(), &["--config", "absent.toml", "serve"], &[]);
    says(line(&refused), &["absent.toml", "cannot be read"]);
    let refused = run_in(folder.path(), &["--config", ".", "serve"], &[]);
    says(line(&refused), &["cannot be read"]);
}

#[test]
fn an_unknown_option_or_command_is_a_mistake_in_usage() {
    for arguments in [&["--nope"][..], &["serv"], &["migrate", "--chek"], &["changepassword"]] {
        let refused = run(arguments, &[]);
        assert_eq!(refused.code, Some(2), "{refused:#?}");
        assert_eq!(refused.stdout, "");
        says(&refused.stderr, &["error: ", "--help"]);
        assert!(refused.took < PROMPT);
    }
}
