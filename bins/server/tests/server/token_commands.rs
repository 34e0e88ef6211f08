//! `presspass token` and `presspass key`.

use std::io::Write as _;
use std::process::Stdio;

use presspass_test_support::{TestDatabase, isolated_command};

use crate::common::{Finished, PRESSPASS, SECRET_KEY, Server, run};

fn presspass(database: &TestDatabase, arguments: &[&str], more: &[(&str, &str)]) -> Finished {
    let url = database.url();
    let settings: Vec<(&str, &str)> = [("DATABASE_URL", url.as_str()), ("SECRET_KEY", SECRET_KEY)]
        .into_iter()
        .chain(more.iter().copied())
        .collect();
    run(arguments, &settings)
}

/// The last line: whether it would be accepted.
fn verdict(inspected: &Finished) -> &str {
    inspected.stdout.lines().last().unwrap_or_default()
}

#[test]
fn a_token_is_issued_explained_and_accepted() {
    for database in TestDatabase::each() {
        let mut server = Server::start_on(&database, &[]);
        server.user("user");
        let issued = presspass(&database, &["token", "issue", "user", "--lifetime", "90000"], &[]);
        assert_eq!((issued.code, issued.stdout.lines().count()), (Some(0), 1), "{issued:?}");
        assert!(issued.stderr.contains("valid for 1 day"), "{issued:?}");
        let token = issued.stdout.trim();
        let authorization = format!("JWT {token}");
        server.client().get("/account/").header("Authorization", &authorization).expect(200);

        let inspected = presspass(&database, &["token", "inspect", token], &[]);
        assert_eq!((inspected.code, verdict(&inspected)), (Some(0), "accepted  yes"), "{inspected:?}");
        for piece in [
            "alg          \"HS256\"",
            "username     \"user\"",
            "UTC, in 1 day",
            "signature good",
            "refresh   no: it has no orig_iat",
        ] {
            assert!(inspected.stdout.contains(piece), "{piece}: {inspected:?}");
        }
        // What lets the token in is in none of it.
        let signature = token.rsplit('.').next().unwrap();
        assert!(!inspected.stdout.contains(signature) && !inspected.stdout.contains(SECRET_KEY));
    }
}

#[test]
fn a_refused_token_says_why() {
    let database = TestDatabase::sqlite();
    let mut server = Server::start_on(&database, &[]);
    let user = server.account("user", false, true);
    let disabled = server.account("disabled", false, false);
    let unknown = crate::common::token(999, "nobody");
    for (token, why) in [
        ("a.b.c", "no: the token is malformed: the header is not base64url"),
        ("eyJhbGciOiJub25lIn0.e30.", "no: the token's algorithm is not that of a key"),
        (&format!("{user}x"), "no: the signature is wrong"),
        (&user, "yes"),
        (&disabled, "no: its account is disabled"),
        (&unknown, "no: no account has this id and this name"),
    ] {
        let inspected = presspass(&database, &["token", "inspect", token], &[]);
        assert_eq!(verdict(&inspected), format!("accepted  {why}"), "{inspected:?}");
        assert_eq!(inspected.code, Some(i32::from(why != "yes")));
    }
    let cap = [("PRESSPASS_JWT__MAX_LIFETIME_SECONDS", "60")];
    let inspected = presspass(&database, &["token", "inspect", &user], &cap);
    assert!(verdict(&inspected).ends_with("longer than allowed"), "{inspected:?}");
    let other = [("SECRET_KEY", "another-q9J0mT3vXh5Wc8Zr1Lk7Yp4Ns6Bd2Fg0")];
    let inspected = presspass(&database, &["token", "inspect", &user], &other);
    assert_eq!(verdict(&inspected), "accepted  no: the signature is wrong");
}

#[test]
fn a_token_is_read_from_the_standard_input_and_without_a_database() {
    let token = crate::common::token(1, "ada");
    let directory = tempfile::tempdir().unwrap();
    let mut command = isolated_command(PRESSPASS);
    command.args(["token", "inspect"]).current_dir(directory.path());
    // Nothing listens there.
    command.env("DATABASE_URL", "postgres://127.0.0.1:9/nothing").env("SECRET_KEY", SECRET_KEY);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(format!("{token}\n").as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(stdout.contains("signature good"), "{stdout}");
    assert!(stdout.contains("accepted  not known: its account could not be looked up"), "{stdout}");
    let nothing = run(&["token", "inspect"], &[("SECRET_KEY", SECRET_KEY)]);
    assert!(nothing.stderr.contains("no token was given"), "{nothing:?}");
}

#[test]
fn no_token_is_issued_that_would_be_refused() {
    let database = TestDatabase::sqlite();
    let mut server = Server::start_on(&database, &[]);
    server.user("user");
    server.account("disabled", false, false);
    let cap = [("PRESSPASS_JWT__MAX_LIFETIME_SECONDS", "600")];
    for (arguments, why) in [
        (&["token", "issue", "nobody"][..], "user 'nobody' does not exist"),
        (&["token", "issue", "disabled"], "user 'disabled' is disabled"),
        (&["token", "issue", "user", "--lifetime", "601"], "beyond jwt.max_lifetime_seconds, 600"),
    ] {
        let refused = presspass(&database, arguments, &cap);
        assert_eq!((refused.code, refused.stdout.as_str()), (Some(1), ""), "{refused:?}");
        assert!(refused.stderr.contains(why), "{refused:?}");
        assert_eq!(refused.stderr.lines().count(), 1, "{refused:?}");
    }
    let nowhere = run(&["token", "issue", "user"], &[("SECRET_KEY", SECRET_KEY)]);
    assert!(nowhere.stderr.contains("does not exist yet"), "{nowhere:?}");
}

#[test]
fn keys_are_made_listed_and_replaced() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("keys").display().to_string();
    let settings = [("PRESSPASS_JWT__KEYS", folder.as_str())];
    let key = |arguments: &[&str]| run(&[&["key"], arguments].concat(), &settings);
    assert!(key(&["list"]).stderr.contains("run `presspass key generate`"));
    assert!(key(&["rotate"]).stderr.contains("there is no key to replace"));
    let first = key(&["generate"]);
    assert_eq!((first.code, first.stdout.lines().count()), (Some(0), 1), "{first:?}");
    let name = first.stdout.trim();
    assert!(name.contains("-es256-"), "{name}");
    assert_eq!(key(&["list"]).stdout.trim(), format!("{name}  ES256  signs"));
    let again = key(&["generate"]);
    assert!(again.code == Some(1) && again.stderr.contains("presspass key rotate"), "{again:?}");

    let pem = concat!(env!("CARGO_MANIFEST_DIR"), "/../../crates/auth/tests/data/keys/rsa.pem");
    let next = key(&["rotate", "--algorithm", "RS256", "--from", pem]);
    assert_eq!(next.code, Some(0), "{next:?}");
    let listed = key(&["list"]).stdout;
    let lines: Vec<&str> = listed.lines().collect();
    assert!(
        lines[0].contains("RS256  verifies, and signs from") && lines[0].contains("in 59 minutes"),
        "{listed}"
    );
    assert!(
        lines[1].contains("ES256  signs, and verifies until") && lines[1].contains("in 1 hour"),
        "{listed}"
    );
    let file = std::fs::read_to_string(format!("{folder}/{name}.jwk")).unwrap();
    for printed in [&first.stderr, &next.stderr, &listed] {
        let secret = file.split("\"d\":\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        assert!(!printed.contains(secret));
    }
    let wrong = key(&["rotate", "--algorithm", "ES256", "--from", pem]);
    assert!(wrong.code == Some(1) && wrong.stderr.contains("set its algorithm by --algorithm"), "{wrong:?}");
    let nowhere = run(&["key", "list"], &[]);
    assert!(nowhere.stderr.contains("jwt.keys is not set"), "{nowhere:?}");
}
