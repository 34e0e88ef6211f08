//! What the log contains, and what it does not.

use std::net::TcpStream;
use std::process::Stdio;

use presspass_test_support::{RunningServer, TestDatabase, free_port, isolated_command};

use crate::common::{PASSWORD, PRESSPASS, SECRET_KEY, Server, Wire, basic, eventually, log_in};

const WRONG: &str = "wrong-Horse-9";

/// The log's line that holds this text.
fn line(server: &RunningServer, text: &str) -> String {
    server.expect_stderr(text);
    server.stderr().lines().find(|line| line.contains(text)).expect("it is there").to_owned()
}

#[test]
fn a_log_that_nobody_reads_any_more_ends_no_request() {
    let database = TestDatabase::sqlite();
    let port = free_port();
    let mut child = isolated_command(PRESSPASS)
        .arg("serve")
        .env("DATABASE_URL", database.url())
        .env("SECRET_KEY", SECRET_KEY)
        .env("PRESSPASS_BIND", format!("127.0.0.1:{port}"))
        .stderr(Stdio::piped())
        .spawn()
        .expect("presspass starts");
    eventually("the server listens", || TcpStream::connect(("127.0.0.1", port)).ok());
    drop(child.stderr.take());
    let answers = std::panic::catch_unwind(|| {
        let mut client = presspass_test_support::Client::new(port);
        [log_in(&mut client, "ann", PASSWORD).status, log_in(&mut client, "ann", PASSWORD).status]
    });
    child.kill().and_then(|()| child.wait()).expect("a child can be killed");
    assert_eq!(answers.expect("the server answers"), [400, 400]);
}

#[test]
fn a_name_is_logged_only_where_an_account_has_it() {
    let variables = [("PRESSPASS_AUTHENTICATORS", "basic,jwt"), ("PRESSPASS_LOG", "debug")];
    let mut server = Server::start(TestDatabase::sqlite(), &variables);
    for (name, is_active) in [("jörg", true), ("bob", true), ("left", false)] {
        server.account(name, false, is_active);
    }
    let mut client = server.client();
    for name in ["jörg", "left"] {
        log_in(&mut client, name, WRONG);
    }
    // What could be a name and what could not.
    for typed in ["S3cret-pw-BBB", "My secret pass phrase!", "Tr0ub4dor&3", "line\nbreak"] {
        log_in(&mut client, typed, WRONG);
    }
    for typed in ["bob", "An0therSecret"] {
        let authorization = basic(&format!("{typed}:{WRONG}"));
        client.get("/account/").header("Authorization", authorization).expect(401);
    }
    eventually("all are logged", || {
        let said = server.stderr();
        let counts = ["login failed", "login to an unknown account"].map(|text| said.matches(text).count());
        (counts == [3, 5]).then_some(())
    });
    let said = server.stderr();
    for name in ["jörg", "bob", "left"] {
        assert_eq!(said.matches(&format!("username=\"{name}\"")).count(), 1, "{name}: {said}");
    }
    for secret in ["S3cret", "secret", "phrase", "Tr0ub4dor", "break", "An0ther", WRONG] {
        assert!(!said.contains(secret), "{secret}: {said}");
    }
}

#[test]
fn refusals_of_anonymous_callers_are_one_line_for_each_address() {
    let variables = [("PRESSPASS_TRUSTED_PROXIES", "127.0.0.1")];
    let mut server = Server::start(TestDatabase::sqlite(), &variables);
    let mut client = server.client();
    for number in 0..300 {
        let from = format!("192.0.2.{}", 1 + number % 3);
        let request = client.get("/api/posts/").header("X-Forwarded-For", from);
        request.header("Authorization", format!("JWT nonsense-{number}")).expect(401);
    }
    log_in(&mut client, "nobody", WRONG);
    client.post("/api-auth/login/").body("username=a&password=b").expect(403);
    assert!(!server.stderr().contains("refused"), "{}", server.stderr());
    // It need not wait for the end of the minute to be told.
    assert!(server.terminate().success());
    let said = server.stderr();
    let lines: Vec<&str> = said.lines().filter(|line| line.contains("anonymous requests refused")).collect();
    assert_eq!(lines.len(), 4, "{said}");
    for (number, line) in lines[1..].iter().enumerate() {
        assert!(line.contains(&format!("client=192.0.2.{}", number + 1)), "{line}");
        assert!(line.contains("count=100 reasons=\"credentials rejected (100)\""), "{line}");
    }
    let reasons = "login to an unknown account (1), form may be forged (1)";
    assert!(lines[0].contains("client=127.0.0.1 count=2") && lines[0].contains(reasons), "{}", lines[0]);
}

#[test]
fn a_scanner_is_no_error() {
    let mut server = Server::start(TestDatabase::sqlite(), &[]);
    server.user("ann");
    for noise in
        [&b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..], b"\x00\x01\x02\r\n\r\n", b"SSH-2.0-Go\r\n\r\n"]
    {
        let mut wire = Wire::connect(server.port());
        wire.send(noise).expect("the server takes it");
        wire.finish();
        drop(wire.rest());
    }
    server.client().get("/health/").expect(200);
    log_in(&mut server.client(), "ann", WRONG);
    server.expect_stderr("login failed");
    let said = server.stderr();
    assert!(!said.contains("ERROR") && !said.contains("actix"), "{said}");
}

#[test]
fn a_line_names_the_request_by_the_id_that_its_answer_has() {
    let mut server = Server::start(TestDatabase::sqlite(), &[]);
    server.user("ann");
    let answer = log_in(&mut server.client(), "ann", WRONG);
    let id = answer.header("X-Request-Id").expect("the answer has an id").to_owned();
    assert!(id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{id}");
    let line = line(&server, "login failed");
    let span = format!("request{{id={id} method=POST path=\"/auth/obtain_token/\" client=127.0.0.1}}");
    assert!(line.contains(&span), "{span}: {line}");

    let mut ids = vec![id];
    for (method, path) in
        [("GET", "/health/"), ("PUT", "/health/"), ("GET", "/"), ("GET", "/account"), ("GET", "/setup/%ff/")]
    {
        let answer = server.client().request(method, path).header("X-Request-Id", "mine").send();
        ids.push(answer.header("X-Request-Id").expect("the answer has an id").to_owned());
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 6, "{ids:?}");
}

#[test]
fn a_path_breaks_no_line() {
    let mut server = Server::start(TestDatabase::sqlite(), &[]);
    server.user("ann");
    let forged = "/auth/obtain_token/%0A%0D%1B[31mINFO%20forged%E2%80%A8";
    let body = serde_json::json!({"username": "ann", "password": WRONG});
    server.client().post(forged).json(&body).expect(400);
    let line = line(&server, "login failed");
    assert!(line.contains(r"\n\r\u{1b}[31mINFO forged\u{2028}"), "{line}");
    assert!(!server.stderr().contains('\u{1b}'));
}

#[test]
fn the_reason_why_a_store_did_not_answer_is_told() {
    let mut server = Server::start(TestDatabase::sqlite(), &[]);
    let path = {
        server.expect_stderr("in a browser (it works once)");
        let said = server.stderr();
        let start = said.find("/setup/").expect("the link has its path");
        said[start..].split_whitespace().next().expect("the link ends").to_owned()
    };
    server.rows.run("ALTER TABLE auth_user RENAME TO elsewhere");
    server.client().get(&path).expect(503);
    let said = line(&server, "administrator lookup failed");
    assert!(said.contains("no such table: auth_user"), "{said}");
    assert!(said.contains("path=\"/setup/…\""), "{said}");
}
