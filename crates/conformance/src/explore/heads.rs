//! Paths, methods, and what a request's head says of bodies and of answers.

use super::draft::{Draft, Sent};
use super::random::Random;
use super::values::{CALLERS, METHODS, encoded, number};

const PATHS: &[&str] = &[
    "/api/posts/",
    "/api/posts/1/",
    "/account/",
    "/api/account/",
    "/auth/obtain_token/",
    "/api/auth/verify_token/",
    "/api/auth/refresh_token/",
    "/auth/verify_token/",
    "/",
    "/api/",
    "/auth/",
    "/api/posts/9999/",
    "/nothing/",
    "/api/posts/1/x/",
    "/static/x",
    "/api",
];
const ACCEPTS: &[&str] = &[
    "application/json",
    "text/html",
    "*/*",
    "application/*",
    "text/*",
    "application/xml",
    "text/plain",
    "",
    " ",
    "application/json;q=0",
    "application/json; q=0.5",
    "application/json;version=1",
    "application/json; indent=4",
    "application/json; indent=0",
    "application/json; indent=99",
    "application/json; indent=-1",
    "application/json; indent=x",
    "application/json;indent=2;q=1",
    "*/*; indent=4",
    "application/*; indent=2",
    "APPLICATION/JSON",
    "application/json ; indent=2",
    "application",
    "/",
    "*",
    "*/json",
    "application/",
    "application/json;",
    ";",
    "text/html;q=0.9",
    "application/json; charset=utf-8",
    "application/json; indent= 3",
    "application/json; indent=\"4\"",
    "application/json; indent=٣",
    "application/json; INDENT=2",
    "text/html; a=b",
    "application/json;indent",
    "application/json; indent=3.5",
    "application/json; indent=+2",
    "application/json; indent=1_0",
    "application/json; q=1.5",
    "application/json; q=-1",
    "application/json; q=x",
    "application/json; q=",
    "application/json; q",
    "application/json; q=0.5; q=1",
    "application/json; q=1; indent=3; q=0",
    "*/*; q=0",
    "*/*; q=0.1",
    "text/*; q=0.9",
    "text/html; q=0",
    "text/html; level=1",
    "text/html; indent=4",
    "application/xhtml+xml",
    "application/json; indent=8",
    "application/json; indent=9",
    "application/json; indent=00",
    "application/json; indent=4; indent=2",
    "application/*; q=0.5; indent=2",
    "application/json;\tindent=2",
    "\tapplication/json",
    "application/json; a=\"b,c\"",
    "application/json; a=\"b;indent=2\"",
    "multipart/form-data",
    "application/x-www-form-urlencoded",
    "image/webp",
];
const FORMATS: &[&str] = &[
    "json",
    "api",
    "xml",
    "JSON",
    "",
    "html",
    "json ",
    ".json",
    "admin",
    "%6Ason",
    "json&format=api",
    "api&format=json",
    "j",
];
const CONTENT_TYPES: &[&str] = &[
    "application/json",
    "application/json; charset=utf-8",
    "application/json;charset=latin-1",
    "application/JSON",
    "application/*",
    "*/*",
    "text/plain",
    "text/json",
    "application/vnd.api+json",
    "",
    " ",
    "application/json; ",
    ";",
    "application/json;;",
    "application/json; charset=\"utf-8\"",
    "application/json; charset=nope",
    "json",
    "/",
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded; charset=utf-8",
    "multipart/form-data; boundary=b",
    "application/json, text/plain",
    "application / json",
    "application/json; a",
    "application/json; charset=UTF8",
    "application/json; charset",
    "application/json; charset=",
    "text/html",
    "application/x-www-form-urlencoded;charset=latin-1",
    "APPLICATION/X-WWW-FORM-URLENCODED",
    "application/json/x",
];
const JSON: &str = r#"{"title": "t", "content": "c", "username": "user", "password": "x", "token": "x"}"#;

pub(crate) fn paths(random: &mut Random) -> Vec<Draft> {
    let mut path = random.pick(PATHS).to_owned();
    if random.chance(30) {
        let id = number(random);
        path = format!("/api/posts/{}/", encoded(random, &id));
    }
    for _ in 0..random.below(3) {
        let at = random.below(path.len());
        let at = (0..=at).rev().find(|at| path.is_char_boundary(*at)).unwrap_or_default();
        match random.below(12) {
            0 => path.truncate(path.trim_end_matches('/').len()),
            1 => path.push_str(random.pick(&[
                "/",
                "//",
                "x",
                "x/",
                ".json",
                "?",
                "?a",
                "?a=1",
                ";",
                ";a=1",
                "%20",
                "%0A",
                "/.",
                "/..",
                "/./",
                "%2e/",
                "index.html",
                "?x=%FF",
                "?//",
                "?a=b/",
                "?a b".trim_end_matches(" b"),
            ])),
            2 if at > 0 => path.insert_str(
                at,
                random.pick(&[
                    "/", "./", "../", "%2e%2e/", "%00", "%0a", "%", "%zz", "+", "%41", "é", "~", "*", "'",
                    "(", ")", "!", "@", ":", "=",
                ]),
            ),
            3 => path = path.to_uppercase(),
            4 => {
                path = path.replacen(
                    "posts",
                    random.pick(&["post", "%70osts", "Posts", "posts%20", "posts%09"]),
                    1,
                );
            }
            5 if at > 0 => {
                path.remove(at);
            }
            _ => {}
        }
    }
    if !path.starts_with('/') {
        path.insert(0, '/');
    }
    let mut sent = Sent::new(random.pick(METHODS), path).by(random.pick(CALLERS));
    if random.chance(20) {
        sent = sent.text("application/json", JSON);
    }
    vec![Draft::Request(sent)]
}

pub(crate) fn negotiation(random: &mut Random) -> Vec<Draft> {
    let mut path = random
        .pick(&[
            "/api/posts/1/",
            "/api/posts/?limit=1",
            "/account/",
            "/auth/obtain_token/",
            "/auth/verify_token/",
            "/api/posts/9999/",
            "/api/posts/",
        ])
        .to_owned();
    if random.chance(40) {
        path.push(if path.contains('?') { '&' } else { '?' });
        path.push_str("format=");
        path.push_str(random.pick(FORMATS));
    }
    let method = random.pick(&["GET", "GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "FOO"]);
    let method = if method == "DELETE" && random.chance(90) { "GET" } else { method };
    let mut sent =
        Sent::new(method, path).by(random.pick(&["admin", "admin", "admin", "user", "writer", ""]));
    if random.chance(85) {
        let ranges = random.some(ACCEPTS, 3);
        sent = sent.header("Accept", ranges.join(random.pick(&[",", ", ", " , ", ",,"])));
        if random.chance(5) {
            sent = sent.header("Accept", random.pick(ACCEPTS));
        }
    }
    if random.chance(15) {
        sent = sent.header("Accept-Language", random.pick(&["de", "fr;q=1", "*", "xx", ""]));
    }
    if random.chance(15) {
        sent = sent.header("Accept-Encoding", random.pick(&["gzip", "identity;q=0", "br", "*"]));
    }
    if matches!(method, "POST" | "PUT" | "PATCH") {
        sent = sent.text("", JSON);
        if random.chance(95) {
            let of_json = random.chance(40);
            sent = sent.header(
                "Content-Type",
                if of_json { "application/json" } else { random.pick(CONTENT_TYPES) },
            );
        }
    }
    if random.chance(15) {
        let (name, value) = random.pick(&[
            ("X-HTTP-Method-Override", "DELETE"),
            ("Content_Type", "text/plain"),
            ("Content-Type", "text/plain"),
            ("Content-Type", "application/json"),
            ("Authorization", ""),
            ("authorization", "JWT x"),
            ("ACCEPT", "text/html"),
            ("Accept-Charset", "latin-1"),
            ("X-Forwarded-For", "1.2.3.4"),
            ("Forwarded", "host=x;proto=https"),
            ("X-Forwarded-Port", "1"),
            ("X-CSRFToken", "x"),
            ("TE", "trailers"),
            ("X-Requested-With", "XMLHttpRequest"),
            ("If-None-Match", "*"),
            ("If-Modified-Since", "Thu, 01 Jan 2026 00:00:00 GMT"),
            ("Range", "bytes=0-1"),
            ("Origin", "http://x"),
            ("Expect", ""),
            ("X-Forwarded-Proto", "https"),
            ("X-Forwarded-Host", "a.example"),
            ("Referer", "http://x/"),
            ("Connection", "close"),
            ("Content-Encoding", "gzip"),
            ("Content-Language", "de"),
            ("Upgrade", "h2c"),
            ("Cookie", "a=b"),
            ("Cookie", "csrftoken=x"),
            ("Date", "x"),
            ("Host", "a.example"),
            ("Host", "a.example:80"),
        ]);
        sent = sent.header(name, value);
    }
    vec![Draft::Request(sent)]
}
