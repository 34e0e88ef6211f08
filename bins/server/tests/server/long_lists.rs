//! Lists that are streamed.

use std::fs;
use std::io::ErrorKind;
use std::time::Duration;

use presspass_test_support::{Answer, Client, Engine, TestDatabase};

use crate::common::{Server, Wire, eventually};

const LIST: &str = "/api/posts/";

/// Readers that stop are cut after a second; one long list at once, and a connection more for short ones.
const STRICT: [(&str, &str); 2] =
    [("PRESSPASS_LIMITS__READER_SECONDS", "1"), ("PRESSPASS_DATABASE__POOL_SIZE", "4")];

/// Readers that stop are cut after longer than a test waits.
const PATIENT: [(&str, &str); 2] =
    [("PRESSPASS_LIMITS__READER_SECONDS", "300"), ("PRESSPASS_DATABASE__POOL_SIZE", "4")];

/// More than the buffers between two sockets hold.
const UNREADABLE: (usize, usize) = (25_000, 2000);

/// A server with so many posts, of contents of so many bytes, and a token.
fn start(database: TestDatabase, variables: &[(&str, &str)], posts: (usize, usize)) -> (Server, String) {
    let mut server = Server::start(database, variables);
    let token = server.account("reader", true, true);
    fill(&mut server, posts);
    (server, token)
}

fn fill(server: &mut Server, (count, length): (usize, usize)) {
    let content = "x".repeat(length);
    server.rows.run(&format!(
        "INSERT INTO posts_post (title, content, created_at, updated_at)
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})
         SELECT 'Title ' || i, '{content}', '2026-01-01 00:00:00', '2026-01-01 00:00:00' FROM n"
    ));
}

fn get(server: &Server, path: &str, token: &str) -> Answer {
    get_from(server.port(), path, token)
}

fn get_from(port: u16, path: &str, token: &str) -> Answer {
    Client::new(port).get(path).header("Authorization", token).send()
}

/// Asks for the list and reads its head, and no more.
fn half_read(server: &Server, token: &str) -> Wire {
    let mut wire = Wire::connect(server.port());
    wire.send(format!("GET {LIST} HTTP/1.1\r\nHost: localhost\r\nAuthorization: {token}\r\n\r\n"))
        .expect("the server takes it");
    assert_eq!(wire.line(), "HTTP/1.1 200 OK");
    while !wire.line().is_empty() {}
    wire
}

/// What a process has in memory now, and had at the most, in KiB.
fn memory(server: &Server) -> [u64; 2] {
    let status = fs::read_to_string(format!("/proc/{}/status", server.id())).expect("this is Linux");
    ["VmRSS:", "VmHWM:"].map(|name| {
        let line = status.lines().find_map(|line| line.strip_prefix(name)).expect("it is told");
        line.trim().trim_end_matches(" kB").parse().expect("it is a number")
    })
}

/// How many connections to this port are established.
#[cfg(target_os = "linux")]
fn connections(port: u16) -> usize {
    let table = fs::read_to_string("/proc/net/tcp").expect("this is Linux");
    let local = format!(":{port:04X}");
    let is_one = |line: &&str| {
        let mut fields = line.split_whitespace().skip(1);
        fields.next().is_some_and(|address| address.ends_with(&local)) && fields.nth(1) == Some("01")
    };
    table.lines().filter(is_one).count()
}

#[test]
#[cfg(target_os = "linux")]
fn two_hundred_thousand_posts_take_no_memory() {
    for database in TestDatabase::each() {
        let (server, token) = start(database, &[("PRESSPASS_WORKERS", "1")], (200_000, 200));
        // Everything that is made once is made.
        let by_limit = "/api/posts/?limit=300";
        assert_eq!(get(&server, by_limit, &token).status, 200);
        let mut shortest = u64::MAX;
        let before = memory(&server)[1];
        for path in [LIST, "/api/posts/?search=title&ordering=-updated_at,id"] {
            let answer = get(&server, path, &token);
            assert_eq!((answer.status, answer.header("Content-Length")), (200, None));
            assert_eq!(answer.text().matches("{\"id\":").count(), 200_000);
            shortest = shortest.min(answer.body.len() as u64 / 1024);
        }
        let [now, most] = memory(&server);
        println!("{before} KiB before, {now} KiB now, {most} KiB at the most for {shortest} KiB");
        assert!(most < before + 8 * 1024, "{before} KiB before, {most} KiB at the most for {shortest} KiB");
        assert!(now <= most);
    }
}

#[test]
fn a_long_list_has_the_bytes_and_the_head_of_a_short_one() {
    for database in TestDatabase::each() {
        let (mut server, token) = start(database, &[], (3000, 300));
        server.rows.run("UPDATE posts_post SET title = 'é\u{2028}\"' WHERE id % 100 = 0");
        let streamed = get(&server, LIST, &token);
        let page = get(&server, "/api/posts/?limit=3000", &token);
        let results = page.text().split_once("\"results\":").expect("a page has results").1;
        assert!(format!("{}}}", streamed.text()) == results);
        assert!(streamed.text().contains("é\\u2028\\\""));
        let names = |answer: &Answer| -> Vec<String> {
            let kept = |name: &&str| !["content-length", "transfer-encoding"].contains(name);
            let mut names: Vec<_> =
                ["allow", "content-type", "vary", "x-content-type-options", "x-frame-options"]
                    .iter()
                    .filter(|name| kept(name))
                    .map(|name| format!("{name}: {:?}", answer.header(name)))
                    .collect();
            names.sort();
            names
        };
        assert_eq!(names(&streamed), names(&page));
        assert_eq!(streamed.header("Transfer-Encoding"), Some("chunked"));
        assert!(streamed.header("X-Request-Id").is_some());

        let mut client = server.client();
        let indented = client.get(LIST).header("Authorization", &token);
        let indented = indented.header("Accept", "application/json; indent=4").send();
        assert!(indented.text().starts_with("[\n    {\n        \"id\": 1,\n"));
        assert!(indented.text().ends_with("\n    }\n]"));
        assert_eq!(indented.json(), streamed.json());

        let short = get(&server, "/api/posts/?search=Title%201999", &token);
        assert_eq!(short.header("Content-Length"), Some(short.body.len().to_string().as_str()));
        assert_eq!(short.json().as_array().map(Vec::len), Some(1));
        assert_eq!(get(&server, "/api/posts/?search=zzz", &token).text(), "[]");
    }
}

#[test]
fn head_tells_the_length_of_a_short_list_and_reads_no_long_one() {
    for database in TestDatabase::each() {
        let (server, token) = start(database, &STRICT, (50_000, 100));
        let mut client = server.client();
        let mut ask =
            |method: &str, path: &str| client.request(method, path).header("Authorization", &token).send();
        let short = "/api/posts/?search=Title%204999";
        let length = ask("GET", short).body.len().to_string();
        let head = ask("HEAD", short);
        assert_eq!((head.status, head.header("Content-Length")), (200, Some(length.as_str())));
        for _ in 0..5 {
            // It keeps no place.
            let head = ask("HEAD", LIST);
            assert_eq!((head.status, head.header("Content-Length")), (200, None));
            assert_eq!(head.header("Content-Type"), Some("application/json"));
        }
        assert_eq!(ask("GET", LIST).status, 200);
    }
}

#[test]
fn a_client_that_knows_no_chunks_gets_none() {
    let (server, token) = start(TestDatabase::sqlite(), &[], (20_000, 200));
    let mut wire = Wire::connect(server.port());
    wire.send(format!("GET {LIST} HTTP/1.0\r\nHost: localhost\r\nAuthorization: {token}\r\n\r\n")).unwrap();
    let answer = wire.rest().unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(!head.to_lowercase().contains("transfer-encoding"), "{head}");
    let list: serde_json::Value = serde_json::from_str(body).unwrap();
    assert_eq!(list.as_array().map(Vec::len), Some(20_000));
}

#[test]
fn a_page_shows_the_beginning_of_a_long_list_and_says_so() {
    let (server, token) = start(TestDatabase::sqlite(), &[], (20_000, 200));
    let ask = |path: &str| {
        let mut client = server.client();
        client.get(path).header("Authorization", &token).header("Accept", "text/html").send()
    };
    let page = ask(LIST);
    assert_eq!((page.status, page.header("Content-Type")), (200, Some("text/html; charset=utf-8")));
    assert!(page.body.len() < 2_000_000, "{}", page.body.len());
    assert!(page.text().contains("the list is too long for a page"));
    assert!(!ask("/api/posts/?search=Title%2019999").text().contains("too long"));
}

#[test]
fn a_reader_that_stops_is_cut_and_holds_up_nobody() {
    for database in TestDatabase::each() {
        let (server, token) = start(database, &STRICT, UNREADABLE);
        let mut stopped = half_read(&server, &token);
        for path in
            ["/api/posts/1/", "/account/", "/health/", "/api/posts/?limit=1", "/api/posts/?search=24999"]
        {
            assert_eq!(get(&server, path, &token).status, 200, "{path}");
        }
        // There is one place for long lists: the next one waits for it.
        assert_eq!(get(&server, LIST, &token).status, 200);
        server.expect_stderr("list aborted");
        let said = server.stderr();
        let line = said.lines().find(|line| line.contains("list aborted")).expect("it is there");
        assert!(line.contains("request{id=") && line.contains("path=\"/api/posts/\""), "{line}");
        assert!(line.contains("the client stopped reading"), "{line}");
        #[cfg(target_os = "linux")]
        eventually("its socket is closed, too", || (connections(server.port()) == 0).then_some(()));
        assert!(!stopped.rest().is_ok_and(|rest| rest.ends_with("\r\n0\r\n\r\n")));
    }
}

#[test]
fn a_reader_that_goes_away_frees_its_turn_at_once() {
    for database in TestDatabase::each() {
        let (server, token) = start(database, &PATIENT, UNREADABLE);
        drop(half_read(&server, &token));
        assert_eq!(get(&server, LIST, &token).status, 200);
        let said = server.stderr();
        assert!(!said.contains("cut"), "{said}");
    }
}

#[test]
fn a_long_list_that_finds_no_place_in_time_is_503_and_short_ones_go_on() {
    for database in TestDatabase::each() {
        let variables = [PATIENT[0], PATIENT[1], ("PRESSPASS_DATABASE__TIMEOUT_SECONDS", "1")];
        let (server, token) = start(database, &variables, UNREADABLE);
        let _stopped = half_read(&server, &token);
        let refused = get(&server, LIST, &token);
        assert_eq!((refused.status, refused.header("Retry-After")), (503, Some("1")));
        assert_eq!(get(&server, "/api/posts/?search=24999", &token).status, 200);
    }
}

#[test]
fn slow_readers_of_one_account_leave_a_place_to_the_others() {
    for database in TestDatabase::each() {
        let (mut server, token) = start(database, &[("PRESSPASS_LIMITS__READER_SECONDS", "300")], UNREADABLE);
        let other = server.account("other", true, true);
        let _stopped: Vec<Wire> = (0..3).map(|_| half_read(&server, &token)).collect();
        let mut waiting = Wire::connect(server.port());
        waiting
            .send(format!("GET {LIST} HTTP/1.1\r\nHost: localhost\r\nAuthorization: {token}\r\n\r\n"))
            .expect("the server takes it");
        for _ in 0..3 {
            assert_eq!(get(&server, LIST, &other).status, 200);
        }
    }
}

#[test]
fn long_lists_that_are_asked_for_at_once_wait_for_each_other() {
    for database in TestDatabase::each() {
        let (server, token) = start(database, &[], (1500, 250));
        let port = server.port();
        std::thread::scope(|scope| {
            let readers: Vec<_> = (0..16).map(|_| scope.spawn(|| get_from(port, LIST, &token))).collect();
            for reader in readers {
                let answer = reader.join().expect("it reads");
                assert_eq!((answer.status, answer.header("Content-Length")), (200, None));
            }
        });
    }
}

#[test]
fn a_failure_midway_cuts_the_connection_and_is_logged_once() {
    for database in TestDatabase::each() {
        let bad = if database.engine() == Engine::Sqlite { "never" } else { "20000-01-01" };
        let (mut server, token) = start(database, &[], (5000, 300));
        server.rows.run(&format!("UPDATE posts_post SET created_at = '{bad}' WHERE id = 4000"));
        let mut client = Client::new(server.port()).timeout(Duration::from_secs(30));
        let error = client.get(LIST).header("Authorization", &token).try_send();
        assert_eq!(error.expect_err("it has no end").kind(), ErrorKind::UnexpectedEof);
        server.expect_stderr("list aborted");
        let said = server.stderr();
        let errors: Vec<_> = said.lines().filter(|line| line.contains("ERROR")).collect();
        assert_eq!(errors.len(), 1, "{said}");
        assert!(errors[0].contains("request{id=") && errors[0].contains("the store failed"), "{said}");

        // Before the first piece it is an answer as any other.
        let answer = get(&server, "/api/posts/?search=4000", &token);
        assert_eq!((answer.status, answer.text()), (500, r#"{"detail":"A server error occurred."}"#));
    }
}

#[test]
fn a_server_that_is_stopped_sends_a_list_to_its_end() {
    for database in TestDatabase::each() {
        let (mut server, token) = start(database, &PATIENT, UNREADABLE);
        let mut wire = half_read(&server, &token);
        let port = server.port();
        std::thread::scope(|scope| {
            let reader = scope.spawn(move || {
                eventually("no one else is let in", || {
                    std::net::TcpStream::connect(("127.0.0.1", port)).err()
                });
                wire.rest()
            });
            assert!(server.terminate().success());
            let rest = reader.join().expect("it reads").expect("it comes to its end");
            assert!(rest.ends_with("}]\r\n0\r\n\r\n"));
            assert_eq!(rest.matches("{\"id\":").count(), UNREADABLE.0);
        });
    }
}

#[test]
fn a_list_that_nobody_reads_does_not_keep_a_server_from_stopping() {
    for database in TestDatabase::each() {
        let variables = [PATIENT[0], PATIENT[1], ("PRESSPASS_SHUTDOWN_SECONDS", "1")];
        let (mut server, token) = start(database, &variables, UNREADABLE);
        let _wire = half_read(&server, &token);
        // Waits for less than the reader may take.
        assert!(server.terminate().success());
        let said = server.stderr();
        assert!(said.contains("Stopped.") && !said.contains("panicked"), "{said}");
    }
}
