//! Limits of what one client, account or address can use: memory, time and connections.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use presspass_test_support::{Answer, Client, TestDatabase};

use crate::common::{PASSWORD, Server, Wire, eventually};

const JSON: &str = "Content-Type: application/json\r\n";

/// Half of it is what one address may have, which is 512 KiB.
const LITTLE_ROOM: [(&str, &str); 2] =
    [("PRESSPASS_LIMITS__BODIES_TOTAL_BYTES", "1048576"), ("PRESSPASS_TRUSTED_PROXIES", "127.0.0.1")];

/// Sends the beginning of a body of a megabyte, and no more.
fn unfinished(server: &Server, path: &str, headers: &str, sent: usize) -> Wire {
    let mut wire = Wire::connect(server.port());
    let head = format!("POST {path} HTTP/1.1\r\nHost: a\r\n{headers}Content-Length: 1000000\r\n\r\n");
    wire.send(head).expect("the server takes it");
    wire.send(vec![b' '; sent]).expect("the server takes it");
    wire
}

fn post(server: &Server, token: &str, client: &str, length: usize) -> Answer {
    let body = format!("{{\"title\":\"t\",\"content\":\"{}\"}}", "x".repeat(length));
    let mut connection = server.client();
    let request = connection.post("/api/posts/").header("Authorization", token);
    request.header("Content-Type", "application/json").header("X-Forwarded-For", client).body(body).send()
}

#[test]
fn unfinished_bodies_have_one_sum_and_leave_room_to_small_ones_and_to_other_addresses() {
    let mut server = Server::start(TestDatabase::sqlite(), &LITTLE_ROOM);
    let token = server.account("admin", true, true);
    let headers = format!("Authorization: {token}\r\nX-Forwarded-For: 192.0.2.1\r\n{JSON}");
    // Where the post comes first and one of the bodies is refused instead, all begin again.
    let (held, refused) = eventually("there is no room", || {
        let held = [0; 3].map(|_| unfinished(&server, "/api/posts/", &headers, 100_000));
        let answer = post(&server, &token, "192.0.2.1", 200_000);
        (answer.status != 201).then_some((held, answer))
    });
    assert_eq!((refused.status, refused.header("Retry-After")), (503, Some("1")));
    assert_eq!(refused.text(), r#"{"detail":"The service is temporarily unavailable."}"#);
    assert_eq!(post(&server, &token, "192.0.2.1", 10_000).status, 201);
    assert_eq!(post(&server, &token, "192.0.2.2", 200_000).status, 201);
    drop(held);
    eventually("there is room", || (post(&server, &token, "192.0.2.1", 200_000).status == 201).then_some(()));
}

#[test]
fn a_form_of_a_page_counts_before_its_caller_is_known() {
    let server = Server::start(TestDatabase::sqlite(), &LITTLE_ROOM);
    let headers = "Cookie: a=b\r\nAccept: text/html\r\nX-Forwarded-For: 192.0.2.1\r\n\
                   Content-Type: application/x-www-form-urlencoded\r\n";
    let mut held: Vec<Wire> = (0..4).map(|_| unfinished(&server, "/api/posts/", headers, 150_000)).collect();
    // The last one found no room.
    assert!(held.iter_mut().any(Wire::answers_soon));
}

#[test]
fn bodies_of_log_ins_and_tokens_are_small() {
    let mut server = Server::start(TestDatabase::sqlite(), &[]);
    let token = server.account("admin", true, true);
    for path in [
        "/auth/obtain_token/",
        "/api/auth/obtain_token/x",
        "/auth/refresh_token/",
        "/auth/verify_token/",
        "/auth/revoke_token/",
        "/api-auth/login/",
        "/api-auth/token/",
        "/admin/login/",
        "/account/password/",
        "/account/api_keys/",
    ] {
        let authorization =
            if path.starts_with("/account/") { format!("Authorization: {token}\r\n") } else { String::new() };
        for (framing, body) in [
            ("Content-Length: 16385\r\n\r\n", " ".repeat(16_385)),
            ("Transfer-Encoding: chunked\r\n\r\n", format!("4001\r\n{}\r\n", " ".repeat(0x4001))),
        ] {
            let mut wire = Wire::connect(server.port());
            wire.send(format!("POST {path} HTTP/1.1\r\nHost: a\r\n{authorization}{JSON}{framing}")).unwrap();
            wire.send(body).unwrap();
            assert_eq!(wire.line(), "HTTP/1.1 413 Payload Too Large", "{path} {framing:?}");
        }
        // One byte less is read to its end.
        let mut client = server.client();
        let request = client.post(path).header("Content-Type", "application/json");
        let answer = request.header("Authorization", &token).body(" ".repeat(16_384)).send();
        assert!(matches!(answer.status, 200 | 400 | 403), "{path}: {}", answer.status);
    }
    let server = Server::start(TestDatabase::sqlite(), &[("PRESSPASS_LIMITS__SMALL_BODY_BYTES", "100000")]);
    let mut client = server.client();
    let request = client.post("/auth/verify_token/").header("Content-Type", "application/json");
    request.body(" ".repeat(100_000)).expect(400);
}

/// Words that every post has at its end: each is looked for in the whole post.
const WORDS: usize = 30;

/// Posts among which a search takes seconds.
fn fill(server: &mut Server) {
    let words: Vec<String> = (0..WORDS).map(|number| format!("w{number:02}")).collect();
    let content = format!("{} {}", "x".repeat(2000), words.join(" "));
    server.rows.run(&format!(
        "INSERT INTO posts_post (title, content, created_at, updated_at)
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000)
         SELECT 'Title ' || i, '{content}', '2026-01-01 00:00:00', '2026-01-01 00:00:00' FROM n"
    ));
}

/// Asks for a search that takes seconds, and does not wait for it.
fn costly_search(server: &Server, token: &str) -> Wire {
    let words: Vec<String> = (0..WORDS).map(|number| format!("w{number:02}")).collect();
    let path = format!("/api/posts/?limit=1&search={}", words.join("+"));
    let mut wire = Wire::connect(server.port());
    wire.send(format!("GET {path} HTTP/1.1\r\nHost: a\r\nAuthorization: {token}\r\n\r\n")).unwrap();
    wire
}

fn list(server: &Server, token: &str) -> Answer {
    server.client().get("/api/posts/?limit=1").header("Authorization", token).send()
}

#[test]
fn searches_whose_clients_are_gone_keep_nobody_from_a_list() {
    for database in TestDatabase::each() {
        let mut server = Server::start(database, &[]);
        let tokens = ["ann", "bob", "cem"].map(|name| server.account(name, true, true));
        fill(&mut server);
        for token in tokens.iter().cycle().take(30) {
            drop(costly_search(&server, token));
        }
        for token in &tokens {
            assert_eq!(list(&server, token).status, 200, "{}", server.stderr());
        }
    }
}

#[test]
fn costly_searches_of_one_account_keep_no_other_from_a_list() {
    for database in TestDatabase::each() {
        let mut server = Server::start(database, &[]);
        let (ann, bob) = (server.account("ann", true, true), server.account("bob", true, true));
        fill(&mut server);
        let _searches: Vec<Wire> = (0..20).map(|_| costly_search(&server, &ann)).collect();
        for _ in 0..5 {
            assert_eq!(list(&server, &bob).status, 200, "{}", server.stderr());
        }
    }
}

#[test]
fn log_ins_of_one_account_from_many_addresses_keep_no_other_from_logging_in() {
    let variables = [
        ("PRESSPASS_TRUSTED_PROXIES", "127.0.0.1"),
        ("PRESSPASS_WORKERS", "2"),
        ("PRESSPASS_PASSWORD__UPGRADE", "true"),
    ];
    let mut server = Server::start(TestDatabase::sqlite(), &variables);
    for name in ["ann", "bob", "cem"] {
        server.user(name);
    }
    let port = server.port();
    let log_in = |name: &str, from: &str| {
        let mut client = Client::new(port);
        let body = serde_json::json!({"username": name, "password": PASSWORD});
        let request = client.post("/auth/obtain_token/").header("X-Forwarded-For", from);
        request.json(&body).try_send().map_or(0, |answer| answer.status)
    };
    // The hash is as costly as that of a new password from the second login on.
    for name in ["ann", "bob", "cem"] {
        assert_eq!(log_in(name, "192.0.2.9"), 200);
    }
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        for flooding in 0..32 {
            let (log_in, is_over) = (&log_in, &is_over);
            scope.spawn(move || {
                while !is_over.load(Ordering::Relaxed) {
                    log_in("ann", &format!("192.0.2.{}", flooding % 4));
                }
            });
        }
        let answers: Vec<(u16, Duration)> = ["bob", "cem", "bob", "cem", "bob", "cem"]
            .into_iter()
            .enumerate()
            .map(|(number, name)| {
                let start = Instant::now();
                // Also from an address that the others flood from.
                let from = if number < 3 { "198.51.100.7" } else { "192.0.2.1" };
                (log_in(name, from), start.elapsed())
            })
            .collect();
        is_over.store(true, Ordering::Relaxed);
        assert!(answers.iter().all(|(status, _)| *status == 200), "{answers:?}");
    });
}
