//! Hostile request lines and headers: never a 5xx, never a hang, and the server goes on.

use std::io::ErrorKind;
use std::time::Duration;

use presspass_test_support::{Answer, TestDatabase};

use crate::common::{Server, Wire};

/// The answer, where there is one: a server may also just close. Anything else is a failure.
fn answer_to(server: &Server, what: &str, bytes: &[u8]) -> Option<Answer> {
    let answer = match server.client().timeout(Duration::from_secs(10)).try_raw(bytes) {
        Ok(answer) => Some(answer),
        Err(error) if matches!(error.kind(), ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset) => None,
        Err(error) => panic!("{what}: {error}"),
    };
    if let Some(answer) = &answer {
        assert!(answer.status < 500, "{what}: {answer:?}");
    }
    server.client().get("/health/").expect(200);
    answer
}

/// Statuses of one request with the reader's token: `{}` stands for it.
fn assert_statuses(cases: &[(&str, &str, u16)]) {
    for database in TestDatabase::each() {
        let mut server = Server::start(database, &[]);
        server.posts(1);
        let token = server.account("reader", false, true);
        for (head, rest, status) in cases {
            let bytes = format!("{head} HTTP/1.1\r\n{rest}Authorization: {token}\r\n\r\n");
            let answer = answer_to(&server, head, bytes.as_bytes());
            assert_eq!(answer.map(|answer| answer.status), Some(*status), "{head} {rest:?}");
        }
    }
}

#[test]
fn hosts_that_are_none_are_refused() {
    assert_statuses(&[
        ("GET /account/", "Host: a\r\n", 200),
        ("GET /account/", "Host: a b/c\r\n", 400),
        ("GET /account/", "Host: a\r\nHost: b\r\n", 400),
        ("GET /account/", "Host: a\r\nHost: a\r\n", 400),
        ("GET /account/", "Host: a@b\r\n", 400),
        ("GET /account/", "Host: a:99999999\r\n", 200),
        ("GET /account/", "Host: \r\n", 400),
        ("GET /api/posts/?limit=1", "Host: evil.example/\r\n", 400),
        ("GET /api/posts/?limit=1", "Host: a?b\r\n", 400),
        ("GET /api/posts/?limit=1", "Host: [::1]:80\r\n", 200),
    ]);
}

#[test]
fn targets_that_are_no_paths_of_ours() {
    assert_statuses(&[
        ("GET /api/posts/%00/", "Host: a\r\n", 404),
        ("GET /api/posts/1%2F", "Host: a\r\n", 404),
        ("GET /api%2Fposts/", "Host: a\r\n", 404),
        ("GET //api/posts/", "Host: a\r\n", 404),
        ("GET /api//posts/", "Host: a\r\n", 404),
        ("GET /api/posts/..;/", "Host: a\r\n", 404),
        ("GET /api/posts/../posts/", "Host: a\r\n", 404),
        ("GET /api/posts/%2e%2e/", "Host: a\r\n", 404),
        ("GET /api/posts/%ff%fe/", "Host: a\r\n", 404),
        ("GET /account%ff", "Host: a\r\n", 404),
        ("GET /account/%0d%0aSet-Cookie:x=y", "Host: a\r\n", 404),
        ("GET /account?x=%0d%0aSet-Cookie:x=y", "Host: a\r\n", 301),
        ("GET /api/posts/18446744073709551616/", "Host: a\r\n", 404),
        ("GET /api/posts/9223372036854775808/", "Host: a\r\n", 404),
        ("GET /api/posts/9223372036854775807/", "Host: a\r\n", 404),
        ("GET /api/posts/2147483648/", "Host: a\r\n", 404),
        ("DELETE /api/posts/18446744073709551616/", "Host: a\r\n", 403),
        ("GET /api/posts/0/", "Host: a\r\n", 404),
        ("GET /api/posts/0000000000000000000000000000001/", "Host: a\r\n", 200),
        ("GET /api/posts/-1/", "Host: a\r\n", 404),
        ("GET /api/posts/+1/", "Host: a\r\n", 404),
        ("GET /api/posts/1.0/", "Host: a\r\n", 404),
        ("GET /api/posts/%D9%A1/", "Host: a\r\n", 404),
        ("GET /api/posts/?limit=%zz&offset=%", "Host: a\r\n", 200),
        ("GET /%", "Host: a\r\n", 404),
        ("GET /%zz/", "Host: a\r\n", 404),
    ]);
}

#[test]
fn methods_that_are_none_of_ours() {
    assert_statuses(&[
        ("TRACE /account/", "Host: a\r\n", 405),
        ("BREW /account/", "Host: a\r\n", 405),
        // Methods have no case there.
        ("get /account/", "Host: a\r\n", 200),
        ("PROPFIND /api/posts/", "Host: a\r\n", 405),
        ("TRACE /nowhere/", "Host: a\r\n", 404),
    ]);
    let server = Server::start(TestDatabase::sqlite(), &[]);
    for head in ["CONNECT a:80", "CONNECT /account/", "CONNECT /api/posts/", "CONNECT /health/", "OPTIONS *"]
    {
        let answer = answer_to(&server, head, format!("{head} HTTP/1.1\r\nHost: a\r\n\r\n").as_bytes());
        assert!(answer.is_none_or(|answer| (400..500).contains(&answer.status)), "{head}");
    }
}

#[test]
fn an_absolute_target_with_another_host_makes_no_link_to_it() {
    let mut server = Server::start(TestDatabase::sqlite(), &[]);
    server.posts(2);
    let token = server.account("reader", false, true);
    for target in ["http://evil.example/api/posts/?limit=1", "http://user@evil.example:1/api/posts/?limit=1"]
    {
        let bytes = format!("GET {target} HTTP/1.1\r\nHost: good.example\r\nAuthorization: {token}\r\n\r\n");
        let answer = answer_to(&server, target, bytes.as_bytes());
        assert!(
            answer.is_none_or(|answer| answer.status == 400 || !answer.text().contains("evil")),
            "{target}"
        );
    }
    let bytes = b"GET http://evil.example/account HTTP/1.1\r\nHost: good.example\r\n\r\n";
    let answer = answer_to(&server, "a redirect", bytes);
    assert!(answer.is_none_or(|answer| answer.header("Location").is_none_or(|to| to == "/account/")));
}

#[test]
fn heads_that_are_too_much_or_no_http() {
    let server = Server::start(TestDatabase::sqlite(), &[]);
    let long = "a".repeat(100_000);
    let many = "X-A: y\r\n".repeat(2000);
    let segments = "/x".repeat(30_000);
    for (what, bytes) in [
        ("a header of 100 kB", format!("GET /account/ HTTP/1.1\r\nHost: a\r\nX-A: {long}\r\n\r\n").into_bytes()),
        (
            "a token of 100 kB",
            format!("GET /account/ HTTP/1.1\r\nHost: a\r\nAuthorization: JWT {long}.{long}\r\n\r\n").into_bytes(),
        ),
        (
            "a cookie of 100 kB",
            format!("GET /account/ HTTP/1.1\r\nHost: a\r\nCookie: sessionid={long}\r\n\r\n").into_bytes(),
        ),
        ("2000 headers", format!("GET /account/ HTTP/1.1\r\nHost: a\r\n{many}\r\n").into_bytes()),
        ("a path of 60 kB", format!("GET {segments} HTTP/1.1\r\nHost: a\r\n\r\n").into_bytes()),
        ("an id of 60 kB", format!("GET /api/posts/{}/ HTTP/1.1\r\nHost: a\r\n\r\n", "9".repeat(60_000)).into_bytes()),
        ("a path of 100 kB", format!("GET /{long} HTTP/1.1\r\nHost: a\r\n\r\n").into_bytes()),
        ("no version", b"GET /account/\r\n\r\n".to_vec()),
        ("version 3.0", b"GET /account/ HTTP/3.0\r\nHost: a\r\n\r\n".to_vec()),
        ("version 1.0 without a host", b"GET /account/ HTTP/1.0\r\n\r\n".to_vec()),
        ("no host", b"GET /account/ HTTP/1.1\r\n\r\n".to_vec()),
        ("blanks in the target", b"GET /acc ount/ HTTP/1.1\r\nHost: a\r\n\r\n".to_vec()),
        ("bytes in the target", b"GET /account/\xff\xfe HTTP/1.1\r\nHost: a\r\n\r\n".to_vec()),
        ("bytes in a header", b"GET /account/ HTTP/1.1\r\nHost: a\r\nAuthorization: JWT \xff\xfe\r\n\r\n".to_vec()),
        ("bytes in the host", b"GET /account/ HTTP/1.1\r\nHost: \xff\r\n\r\n".to_vec()),
        ("bytes in Accept", b"GET /account/ HTTP/1.1\r\nHost: a\r\nAccept: \xff/\xfe\r\n\r\n".to_vec()),
        ("a NUL in a header", b"GET /account/ HTTP/1.1\r\nHost: a\r\nX-A: \0\r\n\r\n".to_vec()),
        ("a folded header", b"GET /account/ HTTP/1.1\r\nHost: a\r\nX-A: b\r\n c\r\n\r\n".to_vec()),
        ("TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".repeat(20)),
        ("the preface of HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec()),
        (
            "two lengths",
            b"POST /auth/obtain_token/ HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx".to_vec(),
        ),
        (
            "a length and chunks",
            b"POST /auth/obtain_token/ HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
                .to_vec(),
        ),
        ("a length below 0", b"POST /auth/obtain_token/ HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n".to_vec()),
        (
            "a length of 2^64",
            b"POST /auth/obtain_token/ HTTP/1.1\r\nHost: a\r\nContent-Length: 18446744073709551616\r\n\r\n".to_vec(),
        ),
        (
            "an unknown coding",
            b"POST /auth/obtain_token/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, identity\r\n\r\n".to_vec(),
        ),
        (
            "an unknown expectation",
            b"GET /account/ HTTP/1.1\r\nHost: a\r\nExpect: the-unexpected\r\n\r\n".to_vec(),
        ),
        (
            "an upgrade",
            b"GET /account/ HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n".to_vec(),
        ),
        (
            "an upgrade to HTTP/2",
            b"GET /account/ HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n"
                .to_vec(),
        ),
    ] {
        let answer = answer_to(&server, what, &bytes);
        assert!(answer.is_none_or(|answer| (400..500).contains(&answer.status)), "{what}");
    }
}

#[test]
fn a_head_that_never_ends_is_given_up() {
    let server = Server::start(TestDatabase::sqlite(), &[]);
    let mut wire = Wire::connect(server.port());
    wire.send("GET /account/ HTTP/1.1\r\nHost: a\r\n").unwrap();
    let answer = wire.rest().expect("the server gives up before the test does");
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408 "), "{answer}");
}

#[test]
fn requests_sent_at_once_are_answered_in_their_order() {
    let mut server = Server::start(TestDatabase::sqlite(), &[]);
    server.posts(2);
    let token = server.account("reader", false, true);
    let get = |path: &str, connection: &str| {
        format!(
            "GET {path} HTTP/1.1\r\nHost: a\r\nAuthorization: {token}\r\nConnection: {connection}\r\n\r\n"
        )
    };
    let mut wire = Wire::connect(server.port());
    let requests = [
        get("/api/posts/1/", "keep-alive"),
        get("/nowhere/", "keep-alive"),
        get("/api/posts/2/", "keep-alive"),
        get("/account/", "close"),
    ];
    wire.send(requests.concat()).unwrap();
    let answers = wire.rest().unwrap();
    let places = ["\"id\":1,", "Not Found</h1>", "\"id\":2,", "\"username\":\"reader\""]
        .map(|text| answers.find(text));
    assert!(places.is_sorted() && places.iter().all(Option::is_some), "{answers}");
}
