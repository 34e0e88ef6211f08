//! Hostile request bodies: never a 5xx, never a hang, and the server goes on.

use std::io::Write as _;
use std::time::{Duration, Instant};

use presspass_test_support::TestDatabase;

use crate::common::{Browser, Server, Wire, eventually};

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
const MULTIPART: &str = "multipart/form-data; boundary=x";

/// Bodies by content type; none of them is a post or credentials.
fn bodies() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let nested = |open: &str, close: &str| [open.repeat(100_000), close.repeat(100_000)].concat();
    vec![
        ("100,000 lists", JSON, nested("[", "]").into_bytes()),
        ("100,000 lists, open", JSON, "[".repeat(100_000).into_bytes()),
        ("100,000 objects", JSON, nested("{\"a\":", "}").replace(":}", ":1}").into_bytes()),
        (
            "100,000 lists in a field",
            JSON,
            format!("{{\"title\":{},\"username\":{}}}", nested("[", "]"), nested("[", "]")).into_bytes(),
        ),
        ("bytes", JSON, b"{\"title\":\"\xff\xfe\",\"content\":\"\xc0\x80\"}".to_vec()),
        ("a byte order mark", JSON, b"\xef\xbb\xbf{\"title\":\"a\"}".to_vec()),
        ("a NUL", JSON, b"\0".to_vec()),
        ("a huge integer", JSON, format!("{{\"title\":{}}}", "9".repeat(100_000)).into_bytes()),
        ("a huge float", JSON, b"{\"title\":1e999999999,\"content\":-1e-999999999}x".to_vec()),
        ("NaN", JSON, b"{\"title\":NaN,\"content\":Infinity}".to_vec()),
        ("a lone surrogate", JSON, b"{\"title\":\"\\udc00\",\"content\":\"\\ud800\\ud800\"}".to_vec()),
        ("half an object", JSON, b"{\"title\":\"a".to_vec()),
        ("blanks", JSON, b" \r\n\t ".to_vec()),
        ("an unknown character set", "application/json; charset=nonsense", b"{\"title\":\"a\"}".to_vec()),
        ("UTF-16 that is none", "application/json; charset=utf-16", b"{\"title\":\"a\"}".to_vec()),
        ("UTF-7", "application/json; charset=utf-7", b"{+ADw-}".to_vec()),
        ("form bytes", FORM, b"titl=%ff%fe&content=\xff&=&&&%zz=%".to_vec()),
        ("a form NUL", FORM, b"title=%00&content=%00&username=%00&password=%00&token=%00".to_vec()),
        ("20,000 fields", FORM, "title=a&".repeat(20_000).into_bytes()),
        ("20,000 parts", MULTIPART, "--x\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\n\r\n".repeat(20_000).into_bytes()),
        ("no boundary", "multipart/form-data", b"--x\r\n\r\n--x--".to_vec()),
        ("an empty boundary", "multipart/form-data; boundary=", b"--\r\n\r\n----".to_vec()),
        ("a long boundary", "multipart/form-data; boundary=yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy", b"--y".to_vec()),
        ("half a part", MULTIPART, b"--x\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nabc".to_vec()),
        ("half a head", MULTIPART, b"--x\r\nContent-Dispo".to_vec()),
        ("another boundary", MULTIPART, b"--y\r\n\r\n--y--".to_vec()),
        ("a part without a name", MULTIPART, b"--x\r\nContent-Disposition: form-data\r\n\r\na\r\n--x--\r\n".to_vec()),
        ("a part without a head", MULTIPART, b"--x\r\n\r\na\r\n--x--\r\n".to_vec()),
        (
            "a file for a title",
            MULTIPART,
            b"--x\r\nContent-Disposition: form-data; name=\"title\"; filename=\"../../etc/passwd\"\r\n\r\na\r\n--x--\r\n".to_vec(),
        ),
        ("bytes in a part", MULTIPART, b"--x\r\nContent-Disposition: form-data; name=\"\xff\"\r\n\r\n\xff\r\n--x--\r\n".to_vec()),
        ("an unknown type", "text/plain", b"title=a".to_vec()),
        ("a type that is none", "/;=,\"", b"title=a".to_vec()),
        ("an empty type", "", b"title=a".to_vec()),
    ]
}

#[test]
fn bodies_that_cannot_be_read_are_the_callers_fault() {
    for database in TestDatabase::each() {
        let mut server = Server::start(database, &[]);
        server.posts(1);
        let mut admin = server.admin("admin");
        let targets = [
            "/api/posts/",
            "/api/posts/1/",
            "/auth/obtain_token/",
            "/auth/refresh_token/",
            "/auth/verify_token/",
        ];
        for (what, content_type, body) in bodies() {
            for target in targets {
                let method = if target.ends_with("posts/1/") { "PUT" } else { "POST" };
                let answer = admin.request(method, target).content(content_type, body.clone()).send();
                let refused = matches!(answer.status, 400 | 413 | 415);
                assert!(refused, "{what} to {target}: {} {}", answer.status, answer.text());
            }
            server.client().get("/health/").expect(200);
        }
        assert_eq!(server.rows.number("SELECT count(*) FROM posts_post"), 1);
    }
}

#[test]
fn a_body_beyond_the_limit_is_413_whether_its_length_is_said_or_not() {
    let mut server = Server::start(TestDatabase::sqlite(), &[]);
    let mut admin = server.admin("admin");
    let large = 3 * 1024 * 1024;
    for target in ["/api/posts/", "/auth/obtain_token/"] {
        for content_type in [JSON, FORM, MULTIPART, "text/plain"] {
            admin.post(target).content(content_type, vec![b'a'; large]).expect(413);
        }
        let chunks =
            [format!("{large:x}\r\n").into_bytes(), vec![b'a'; large], b"\r\n0\r\n\r\n".to_vec()].concat();
        admin.post(target).header("Transfer-Encoding", "chunked").content(JSON, chunks).expect(413);
    }
    // One that only says how long it will be is not waited for.
    let mut wire = Wire::connect(server.port());
    wire.send("POST /auth/obtain_token/ HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\nConnection: close\r\n\r\n").unwrap();
    wire.send(vec![b'a'; large]).ok();
    assert!(wire.line().starts_with("HTTP/1.1 413 "));
    let mut rows = server.rows;
    assert_eq!(rows.number("SELECT count(*) FROM posts_post"), 0);
}

#[test]
fn the_limit_of_a_body_is_a_setting() {
    let server = Server::start(TestDatabase::sqlite(), &[("PRESSPASS_LIMITS__BODY_BYTES", "1024")]);
    let mut client = server.client();
    let body = |length: usize| format!("token={}", "a".repeat(length - 6));
    client.post("/auth/verify_token/").content(FORM, body(1024)).expect(400);
    client.post("/auth/verify_token/").content(FORM, body(1025)).expect(413);
}

#[test]
fn a_body_that_drips_is_given_up_with_408() {
    let mut server = Server::start(TestDatabase::sqlite(), &[("PRESSPASS_LIMITS__BODY_SECONDS", "1")]);
    let admin = server.account("admin", true, true);
    for target in ["/api/posts/", "/auth/obtain_token/"] {
        let mut wire = Wire::connect(server.port());
        wire.send(format!(
            "POST {target} HTTP/1.1\r\nHost: a\r\nAuthorization: {admin}\r\nContent-Type: {JSON}\r\n\
             Content-Length: 1000\r\n\r\n"
        ))
        .unwrap();
        let (began, mut sender) = (Instant::now(), wire.sender());
        let dripping = std::thread::spawn(move || {
            eventually("the server takes no more", || sender.write_all(b" ").err());
        });
        assert!(wire.line().starts_with("HTTP/1.1 408 "), "{target}");
        let took = began.elapsed();
        assert!(took >= Duration::from_millis(900) && took < Duration::from_secs(5), "{target}: {took:?}");
        drop(wire.rest());
        drop(wire);
        dripping.join().expect("the server closes");
        server.client().get("/health/").expect(200);
    }
}

#[test]
fn a_form_of_a_page_that_drips_is_not_waited_for_twice() {
    const SECONDS: u64 = 2;
    let limit = Duration::from_secs(SECONDS);
    let settings = [("PRESSPASS_LIMITS__BODY_SECONDS", &*SECONDS.to_string())];
    let mut server = Server::start(TestDatabase::sqlite(), &settings);
    server.admin("ada");
    let browser = Browser::of(&server, "ada");
    let csrf = browser.csrf();
    let cookies: Vec<_> = browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let mut wire = Wire::connect(server.port());
    // The whole form but for its last byte.
    let form = format!("csrfmiddlewaretoken={csrf}&_method=POST&title=t&content=");
    wire.send(format!(
        "POST /api/posts/ HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\nCookie: {}\r\nContent-Type: {FORM}\r\n\
         Content-Length: {}\r\n\r\n{form}",
        cookies.join("; "),
        form.len() + 1
    ))
    .unwrap();
    let began = Instant::now();
    assert!(wire.line().starts_with("HTTP/1.1 408 "));
    let took = began.elapsed();
    assert!(took >= limit.mul_f32(0.9) && took < limit.mul_f32(1.9), "{took:?}");
    assert!(wire.rest().unwrap().contains("did not arrive in time"));
    assert_eq!(server.rows.number("SELECT count(*) FROM posts_post"), 0);
}

#[test]
fn a_body_that_breaks_off_writes_nothing() {
    let mut server = Server::start(TestDatabase::sqlite(), &[]);
    let admin = server.account("admin", true, true);
    for framing in ["Content-Length: 100\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n64\r\n"] {
        for body in ["", "{\"title\":\"a\",\"content\":\"b\"}"] {
            for finish in [true, false] {
                let mut wire = Wire::connect(server.port());
                wire.send(format!(
                    "POST /api/posts/ HTTP/1.1\r\nHost: a\r\nAuthorization: {admin}\r\nContent-Type: {JSON}\r\n{framing}{body}"
                ))
                .unwrap();
                if finish {
                    wire.finish();
                    let answer = wire.rest().unwrap_or_default();
                    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{answer}");
                }
            }
        }
    }
    server.client().get("/health/").expect(200);
    assert_eq!(server.rows.number("SELECT count(*) FROM posts_post"), 0);
}

#[test]
fn chunks_are_joined_and_broken_chunks_refused() {
    let mut server = Server::start(TestDatabase::sqlite(), &[]);
    let admin = server.account("admin", true, true);
    for (body, status) in [
        (
            "e\r\n{\"title\":\"a\",\"\r\n10;x=y\r\ncontent\":\"b c\"  \r\n1\r\n}\r\n0\r\nTrailer: x\r\n\r\n",
            201,
        ),
        ("zz\r\n{}\r\n0\r\n\r\n", 400),
        ("ffffffffffffffffff\r\n{}\r\n0\r\n\r\n", 400),
        ("2\r\n{}xx0\r\n\r\n", 400),
        ("0\r\n\r\n", 400),
    ] {
        let mut wire = Wire::connect(server.port());
        wire.send(format!(
            "POST /api/posts/ HTTP/1.1\r\nHost: a\r\nAuthorization: {admin}\r\nContent-Type: {JSON}\r\n\
             Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n{body}"
        ))
        .unwrap();
        assert!(wire.line().starts_with(&format!("HTTP/1.1 {status} ")), "{body:?}");
    }
    assert_eq!(server.rows.number("SELECT count(*) FROM posts_post"), 1);
}

#[test]
fn what_a_refused_request_leaves_of_its_body_is_not_the_next_request() {
    let server = Server::start(TestDatabase::sqlite(), &[]);
    let smuggled = "GET /api/account/ HTTP/1.1\r\nHost: smuggled\r\n\r\n";
    for head in
        ["POST /nowhere/", "POST /account/", "GET /api/posts/", "DELETE /auth/verify_token/", "POST /account"]
    {
        let mut wire = Wire::connect(server.port());
        wire.send(format!(
            "{head} HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n{smuggled}",
            smuggled.len()
        ))
        .unwrap();
        wire.send("GET /health/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").ok();
        let answers = wire.rest().unwrap_or_default();
        let count = answers.matches("HTTP/1.1 ").count();
        assert!(count == 1 || (count == 2 && answers.contains("{\"status\":\"ok\"}")), "{head}: {answers}");
    }
}
