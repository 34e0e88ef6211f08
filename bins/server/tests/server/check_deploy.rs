//! `presspass check --deploy`.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use presspass_test_support::TestDatabase;

use crate::common::{Finished, SECRET_KEY, Server, run, run_in};

/// The settings of docs/deployment.md, with another folder.
const SETTINGS: &str =
    "bind = \"127.0.0.1:8000\"\ntrusted_proxies = \"127.0.0.1\"     # NGINX, on this machine\n";

fn mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn risks(checked: &Finished) -> Vec<&str> {
    checked.stderr.lines().filter(|line| line.starts_with("unsafe: ")).collect()
}

#[test]
fn the_documented_deployment_is_safe_and_what_others_may_read_of_it_is_not() {
    let document = include_str!("../../../../docs/deployment.md");
    for line in SETTINGS.lines() {
        assert!(document.contains(line), "{line}");
    }
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    fs::create_dir(&data).unwrap();
    mode(&data, 0o700);
    let file = folder.path().join("presspass.toml");
    fs::write(&file, format!("data_dir = \"{}\"\n{SETTINGS}", data.display())).unwrap();
    let check = || run_in(folder.path(), &["check", "--deploy"], &[]);
    let before = check();
    assert_eq!((before.code, risks(&before)), (Some(0), vec![]), "{before:#?}");
    assert_eq!(run_in(folder.path(), &["migrate"], &[]).code, Some(0));
    let after = check();
    assert_eq!((after.code, risks(&after)), (Some(0), vec![]), "{after:#?}");

    mode(&data, 0o755);
    mode(folder.path(), 0o755);
    mode(&data.join("presspass.sqlite3"), 0o644);
    fs::write(data.join("presspass.sqlite3.secret-key"), SECRET_KEY).unwrap();
    mode(&data.join("presspass.sqlite3.secret-key"), 0o644);
    let mut text = fs::read_to_string(&file).unwrap();
    text.push_str("sessions.store = \"redis://:s3cret@127.0.0.1:1/0\"\n");
    fs::write(&file, text).unwrap();
    mode(&file, 0o644);
    let open = check();
    assert_eq!(open.code, Some(1));
    let found = risks(&open);
    for name in [
        "presspass.sqlite3 (mode 0644)",
        "presspass.sqlite3.secret-key (mode 0644)",
        "presspass.toml (mode 0644)",
    ] {
        assert!(
            found.iter().any(|line| line.contains(name) && line.contains("; run `chmod ")),
            "{name}: {open:#?}"
        );
    }
    // Without the word it is as it was.
    let plain = run_in(folder.path(), &["check"], &[]);
    assert!(
        risks(&plain).is_empty() && plain.stderr.contains("warning: other users than its owner"),
        "{plain:#?}"
    );
}

#[test]
fn what_is_unsafe_is_listed_line_by_line_and_the_exit_status_tells() {
    let folder = tempfile::tempdir().unwrap();
    mode(folder.path(), 0o700);
    let unsafe_settings = [
        ("SECRET_KEY", "django-insecure-q9j0mt3vxh5wc8zr1lk7yp4ns6bd2fg0"),
        ("PRESSPASS_BIND", "0.0.0.0:8000"),
        ("PRESSPASS_AUTHENTICATORS", "jwt,basic"),
        ("PRESSPASS_PERMISSIONS", "allow_any"),
        ("PRESSPASS_THROTTLE__ENABLED", "false"),
        ("PRESSPASS_LOG", "debug"),
    ];
    let checked = run_in(folder.path(), &["check", "--deploy"], &unsafe_settings);
    assert_eq!(checked.code, Some(1));
    let found = risks(&checked);
    let names: Vec<_> = found.iter().filter_map(|line| line.split(": ").nth(1)).collect();
    let expected = [
        "secret_key",
        "trusted_proxies",
        "bind",
        "permissions",
        "authenticators",
        "throttle.enabled",
        "PRESSPASS_LOG",
    ];
    assert_eq!(names, expected, "{checked:#?}");
    // Plain `check` warns of what is unsafe everywhere, and succeeds.
    let plain = run_in(folder.path(), &["check"], &unsafe_settings[..5]);
    assert_eq!(plain.code, Some(0));
    assert!(plain.stderr.contains("warning: secret_key: begins with django-insecure-"), "{plain:#?}");
}

#[test]
fn a_database_over_a_network_in_clear_is_unsafe_and_one_on_this_machine_is_not() {
    let far = [
        ("DATABASE_URL", "postgres://ann:s3cret@192.0.2.1/x?sslmode=disable&connect_timeout=1"),
        ("SECRET_KEY", SECRET_KEY),
        ("PRESSPASS_TRUSTED_PROXIES", "127.0.0.1"),
    ];
    let checked = run(&["check", "--deploy"], &far);
    assert_eq!(checked.code, Some(1));
    assert!(risks(&checked).iter().any(|line| line.starts_with("unsafe: database.url: ")), "{checked:#?}");
    assert!(!checked.stderr.contains("s3cret"));
    let Some(database) = TestDatabase::postgresql() else { return };
    drop(Server::start_on(&database, &[]));
    let url = database.url();
    let near = [far[1], far[2], ("DATABASE_URL", url.as_str())];
    let checked = run(&["check", "--deploy"], &near);
    assert_eq!((checked.code, risks(&checked)), (Some(0), vec![]), "{checked:#?}");
}
