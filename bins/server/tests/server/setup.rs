//! The one-time link that creates the first administrator.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use presspass_test_support::{
    Answer, Client, Engine, Oracle, RunningServer, ServerCommand, Stack, TestDatabase,
};

use crate::common::{PASSWORD, PRESSPASS, Rows, SECRET_KEY, Server, eventually, log_in, run_in};

const FORM: &str = "application/x-www-form-urlencoded";

/// The path of the link that the server printed.
pub(crate) fn link(server: &RunningServer) -> String {
    server.expect_stderr("in a browser (it works once)");
    let said = server.stderr();
    let start = said.find("/setup/").expect("the link has its path");
    said[start..].split_whitespace().next().expect("the link ends").to_owned()
}

pub(crate) fn start() -> RunningServer {
    ServerCommand::new(PRESSPASS).start()
}

fn form(username: &str, password: &str, again: &str) -> String {
    format!("username={username}&email=ann%40example.com&password={password}&password_again={again}")
}

fn submit(client: &mut Client, link: &str, body: &str) -> Answer {
    client.post(link).content(FORM, body).send()
}

fn rows(server: &RunningServer) -> Rows {
    Rows::of(&format!("sqlite://{}", server.directory().join("presspass-data/presspass.sqlite3").display()))
}

fn superusers(server: &RunningServer) -> i64 {
    rows(server).number("SELECT count(*) FROM auth_user WHERE is_superuser")
}

/// What every answer under the link must say, so that the token stays here.
fn assert_private(answer: &Answer) {
    assert_eq!(answer.header("Referrer-Policy"), Some("no-referrer"), "{answer:?}");
    assert_eq!(answer.header("Cache-Control"), Some("no-store"), "{answer:?}");
    assert_eq!(answer.header("X-Content-Type-Options"), Some("nosniff"), "{answer:?}");
    assert!(
        answer
            .header("Content-Security-Policy")
            .is_some_and(|policy| policy.contains("frame-ancestors 'none'"))
    );
}

#[test]
fn the_link_shows_a_form_makes_the_administrator_once_and_ends() {
    let server = start();
    let (link, mut client) = (link(&server), server.client());
    let token = link.trim_matches('/').rsplit('/').next().expect("the link has a token");
    assert!(token.len() >= 32 && token.bytes().all(|byte| byte.is_ascii_hexdigit()), "128 bits at least");

    let answer = client.get(&link).send();
    assert_eq!((answer.status, answer.header("Content-Type")), (200, Some("text/html; charset=utf-8")));
    assert!(answer.text().contains("id=\"setup\" method=\"post\">"), "{}", answer.text());
    assert!(!answer.text().contains(token));
    assert_private(&answer);
    let head = client.request("HEAD", &link).send();
    assert_eq!((head.status, head.body.len()), (200, 0));

    let answer = submit(&mut client, &link, &form("ann", PASSWORD, PASSWORD));
    assert_eq!(answer.status, 200);
    assert!(answer.text().contains("<strong>ann</strong> can log in now"), "{}", answer.text());
    assert!(!answer.text().contains(PASSWORD));
    assert_private(&answer);

    client.get(&link).expect(404);
    assert_eq!(submit(&mut client, &link, &form("bob", PASSWORD, PASSWORD)).status, 404);
    assert_eq!(superusers(&server), 1);
    let token = log_in(&mut client, "ann", PASSWORD).json();
    let token = format!("JWT {}", token["token"].as_str().expect("a token is text"));
    let account = client.get("/account/").header("Authorization", token).send().json();
    assert_eq!(
        account,
        serde_json::json!({"pk": 1, "username": "ann", "email": "ann@example.com", "is_staff": true,
            "is_superuser": true, "is_active": true})
    );
}

#[test]
fn a_multipart_form_is_taken_too() {
    let server = start();
    let part = |(name, value): (&str, &str)| {
        format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let parts = [("username", "ann"), ("email", ""), ("password", PASSWORD), ("password_again", PASSWORD)];
    let body: String = parts.into_iter().map(part).chain(["--x--\r\n".to_owned()]).collect();
    let link = link(&server);
    let mut client = server.client();
    let answer = client.post(&link).content("multipart/form-data; boundary=x", body).send();
    assert!(answer.text().contains("can log in now"), "{}", answer.text());
    assert_eq!(superusers(&server), 1);
}

#[test]
fn mistakes_come_back_as_messages_and_passwords_do_not() {
    let server = start();
    let (link, mut client) = (link(&server), server.client());
    for (body, message) in [
        (form("ann", "short-7", "short-7"), "too short"),
        (form("ann", "password123", "password123"), "too common"),
        (form("ann", "93184757201", "93184757201"), "entirely numeric"),
        (form("annabellas", "annabellas1", "annabellas1"), "too similar"),
        (form("ann", "%20Blank-Horse-9", "%20Blank-Horse-9"), "blank"),
        (form("ann", "Secret-Horse-8", "Secret-Horse-9"), "don’t match"),
        (form("", "Secret-Horse-8", "Secret-Horse-8"), "User name"),
        (form("a b", "Secret-Horse-8", "Secret-Horse-8"), "User name"),
        (form(&"a".repeat(151), "Secret-Horse-8", "Secret-Horse-8"), "User name"),
        (form("ann", "Secret-Horse-8", "Secret-Horse-8").replace("%40", ""), "valid email address"),
        (String::new(), "User name"),
    ] {
        let answer = submit(&mut client, &link, &body);
        assert_eq!(answer.status, 200, "{body}");
        assert!(answer.text().contains("role=\"alert\""), "{body}: {}", answer.text());
        assert!(answer.text().contains(message), "{body}: {message}: {}", answer.text());
        for password in ["short-7", "password123", "93184757201", "annabellas1", "Horse"] {
            assert!(!answer.text().contains(password), "{body}: {}", answer.text());
        }
        assert_private(&answer);
    }
    for (content_type, body) in [
        ("text/plain", &b"username=ann"[..]),
        ("application/json", b"{"),
        ("application/json", b"[1]"),
        ("application/json", b"{\"username\":1,\"password\":[]}"),
        ("multipart/form-data", b"--x--"),
        (FORM, b"username=%ff%fe&password=%00"),
    ] {
        let answer = client.post(&link).content(content_type, body).send();
        assert!(answer.status < 500, "{content_type}: {answer:?}");
    }
    let large = submit(&mut client, &link, &"a".repeat(3 * 1024 * 1024));
    assert_eq!(large.status, 413);
    assert_private(&large);
    for method in ["PUT", "DELETE", "TRACE", "OPTIONS"] {
        client.request(method, &link).expect(405);
    }
    assert_eq!(superusers(&server), 0);
    assert!(submit(&mut client, &link, &form("ann", PASSWORD, PASSWORD)).text().contains("can log in now"));
}

#[test]
fn another_token_is_nobodys_path() {
    let server = start();
    let (link, mut client) = (link(&server), server.client());
    let token = link.trim_start_matches("/setup/").trim_end_matches('/');
    for wrong in [
        "0".repeat(64),
        token[..63].to_owned(),
        format!("{token}0"),
        token.to_uppercase(),
        format!("{token}%00"),
        "%ff".to_owned(),
        "x".to_owned(),
    ] {
        for method in ["GET", "POST", "PUT"] {
            let answer = client.request(method, &format!("/setup/{wrong}/")).send();
            assert!(answer.status == 404 || wrong == "%ff", "{method} {wrong}: {}", answer.status);
            assert!((400..500).contains(&answer.status), "{method} {wrong}: {}", answer.status);
        }
    }
    client.get("/setup/").expect(404);
    client.get(&link).expect(200);
}

#[test]
fn the_link_ends_when_an_administrator_is_made_otherwise() {
    let server = start();
    let link = link(&server);
    let made = run_in(
        &server.directory(),
        &["createsuperuser", "--noinput", "--username", "ann"],
        &[("PRESSPASS_SUPERUSER_PASSWORD", PASSWORD)],
    );
    assert_eq!(made.code, Some(0), "{made:?}");
    server.client().get(&link).expect(404);
    assert_eq!(submit(&mut server.client(), &link, &form("bob", PASSWORD, PASSWORD)).status, 404);
    assert_eq!(superusers(&server), 1);
}

#[test]
fn a_link_that_has_ended_stays_dead_when_its_administrator_is_demoted_or_deleted() {
    for undo in ["UPDATE auth_user SET is_superuser = 0, is_staff = 0", "DELETE FROM auth_user"] {
        // Used, and seen by the link alone.
        for used in [true, false] {
            let server = start();
            let (link, mut client) = (link(&server), server.client());
            if used {
                let made = submit(&mut client, &link, &form("ann", PASSWORD, PASSWORD));
                assert!(made.text().contains("can log in now"), "{}", made.text());
            } else {
                rows(&server).run(
                    "INSERT INTO auth_user (password, is_superuser, username, first_name, last_name, email, is_staff, \
                     is_active, date_joined) VALUES ('!', 1, 'ann', '', '', '', 1, 1, '2026-01-01 00:00:00')",
                );
                client.get(&link).expect(404);
            }
            rows(&server).run(undo);
            client.get(&link).expect(404);
            assert_eq!(submit(&mut client, &link, &form("bob", PASSWORD, PASSWORD)).status, 404, "{undo}");
            assert_eq!(superusers(&server), 0);
        }
    }
}

#[test]
fn the_token_is_printed_once_and_never_logged() {
    let server = ServerCommand::new(PRESSPASS).env("PRESSPASS_LOG", "trace").start();
    let link = link(&server);
    let token = link.trim_matches('/').rsplit('/').next().expect("the link has a token").to_owned();
    let mut client = server.client();
    client.get(&link).expect(200);
    client.request("PUT", &link).expect(405);
    client.get(link.trim_end_matches('/')).expect(404);
    assert!(submit(&mut client, &link, &form("ann", "Secret-Horse-8", "Secret-Horse-9")).status == 200);
    assert!(submit(&mut client, &link, &form("ann", PASSWORD, PASSWORD)).text().contains("can log in now"));
    let token_of_ann = log_in(&mut client, "ann", PASSWORD).json()["token"].as_str().unwrap().to_owned();
    let authorization = format!("JWT {token_of_ann}");
    client.get("/account/").header("Authorization", authorization).expect(200);
    server.expect_stderr("logged in account=1 via=\"token\"");
    let said = server.stderr();
    assert_eq!(said.matches(&token).count(), 1, "{}", said.replace(&token, "<TOKEN>"));
    for secret in [PASSWORD, "Secret-Horse", token_of_ann.as_str()] {
        assert!(!said.contains(secret), "{secret}: {said}");
    }
}

#[test]
fn eight_forms_at_once_make_exactly_one_administrator() {
    for database in TestDatabase::each() {
        let server = Server::start(database, &[]);
        let link = link(&server);
        let answers: Vec<_> = std::thread::scope(|scope| {
            let submit = |number: usize| {
                let (mut client, link) = (server.client(), &link);
                scope.spawn(move || {
                    submit(&mut client, link, &form(&format!("ann{number}"), PASSWORD, PASSWORD))
                })
            };
            let started: Vec<_> = (0..8).map(submit).collect();
            started.into_iter().map(|one| one.join().expect("an answer came")).collect()
        });
        let made = answers.iter().filter(|answer| answer.text().contains("can log in now")).count();
        assert_eq!(made, 1, "{answers:#?}");
        for answer in answers.iter().filter(|answer| answer.status != 200) {
            let busy = answer.status == 503 && answer.header("Retry-After").is_some();
            assert!(answer.status == 404 || busy, "{answer:?}");
        }
        let mut rows = server.rows;
        assert_eq!(rows.number("SELECT count(*) FROM auth_user"), 1);
    }
}

#[test]
fn where_others_can_reach_the_server_the_link_is_in_a_file_that_only_its_owner_reads() {
    // The test support binds loopback: a shell between it and the server binds everything.
    let everywhere = "PRESSPASS_BIND=0.0.0.0:${PRESSPASS_BIND##*:} exec \"$0\" serve";
    let server = ServerCommand::new("sh").args(["-c", everywhere, PRESSPASS]).start();
    server.expect_stderr("createsuperuser");
    let said = server.stderr();
    assert!(said.contains("open the link in presspass-data/setup-link in a browser"), "{said}");
    assert!(!said.contains("/setup/"), "{said}");
    let file = server.directory().join("presspass-data/setup-link");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let text = fs::read_to_string(&file).unwrap();
    let path = &text.trim_end()[text.find("/setup/").expect("the file holds the link")..];
    assert_eq!(text, format!("Open this path on your server: {path}\n"));
    server.client().get(path).expect(200);
    assert!(
        submit(&mut server.client(), path, &form("ann", PASSWORD, PASSWORD)).text().contains("log in now")
    );

    // The next start has no use for it.
    let directory = server.directory();
    let mut server = server;
    assert_eq!(server.terminate().code(), Some(0));
    let next = ServerCommand::new(PRESSPASS).directory(&directory).start();
    eventually("the dead link's file goes away", || (!file.exists()).then_some(()));
    assert!(!next.stderr().contains("no administrator"), "{}", next.stderr());
}

#[test]
fn behind_a_proxy_the_link_is_in_the_file_and_not_in_the_log() {
    let server = ServerCommand::new(PRESSPASS).env("PRESSPASS_TRUSTED_PROXIES", "127.0.0.1").start();
    server.expect_stderr("open the link in presspass-data/setup-link in a browser");
    server.expect_stderr("createsuperuser");
    assert!(!server.stderr().contains("/setup/"), "{}", server.stderr());
    let text = fs::read_to_string(server.directory().join("presspass-data/setup-link")).unwrap();
    let path = &text.trim_end()[text.find("/setup/").expect("the file holds the link")..];
    server.client().get(path).expect(200);
}

#[test]
fn a_link_that_cannot_be_written_is_none_and_the_server_serves_all_the_same() {
    let database = TestDatabase::sqlite();
    let blocked = "touch blocked && exec \"$0\" serve";
    let server = ServerCommand::new("sh")
        .args(["-c", blocked, PRESSPASS])
        .env("DATABASE_URL", database.url())
        .env("PRESSPASS_DATA_DIR", "blocked/data")
        .env("PRESSPASS_TRUSTED_PROXIES", "127.0.0.1")
        .start();
    server.expect_stderr("There is no administrator yet. To create one, run `presspass createsuperuser`");
    let said = server.stderr();
    assert!(said.contains("warning: cannot create the folder blocked/data for the setup link"), "{said}");
    assert!(!said.contains("/setup/") && !said.contains("open the link"), "{said}");
    server.client().get("/health/").expect(200);
}

#[test]
fn no_link_is_offered_on_a_database_of_the_original() {
    let Some(oracle) = Oracle::find(Stack::Original) else { return };
    let Some(database) = oracle.filled(Engine::Sqlite) else { return };
    Rows::of(&database.url()).run("UPDATE auth_user SET is_superuser = 0");
    let server = ServerCommand::new(PRESSPASS)
        .env("DATABASE_URL", database.url())
        .env("SECRET_KEY", SECRET_KEY)
        .start();
    server.expect_stderr("createsuperuser");
    let said = server.stderr();
    assert!(
        said.contains("There is no administrator yet. To create one, run `presspass createsuperuser`"),
        "{said}"
    );
    assert!(!said.contains("setup") && !said.contains("link"), "{said}");
}
