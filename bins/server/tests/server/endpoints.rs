//! Who may do what: every kind of caller, every endpoint, every method, on both engines.

use std::fmt::Write as _;

use presspass_test_support::TestDatabase;
use serde_json::json;

use crate::common::{Browser, PASSWORD, Server, log_in};

const METHODS: [&str; 9] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"];

/// Every path that has an endpoint. `1` stands for a post of the request's own.
const PATHS: [&str; 17] = [
    "/api/posts/",
    "/api/posts/1/",
    "/api/posts/18446744073709551616/",
    "/account/",
    "/api/account/",
    "/auth/obtain_token/",
    "/api/auth/obtain_token/",
    "/auth/refresh_token/",
    "/api/auth/refresh_token/",
    "/auth/verify_token/",
    "/api/auth/verify_token/",
    "/health/",
    "/.well-known/jwks.json",
    "/api/schema/",
    "/api/docs/",
    "/api-auth/login/",
    // The last: it ends the sessions.
    "/api-auth/logout/",
];

/// A good post, and no credentials: the token endpoints answer 400 to it.
const BODY: &str = r#"{"title":"A title","content":"Some content"}"#;

/// What the callers of the matrix get. `GET HEAD POST PUT PATCH DELETE OPTIONS TRACE BREW`.
const MATRIX: &str = "\
/api/posts/
  anonymous 401 401 401 401 401 401 401 401 401
  reader    200 200 403 403 403 403 200 405 405
  author    200 200 201 403 403 403 200 405 405
  editor    200 200 403 405 405 403 200 405 405
  admin     200 200 201 405 405 405 200 405 405
  inactive  401 401 401 401 401 401 401 401 401
  unknown   401 401 401 401 401 401 401 401 401
  garbage   401 401 401 401 401 401 401 401 401
  forged    200 200 403 403 403 403 200 405 403
  browser   200 200 201 405 405 405 200 405 405
/api/posts/1/
  anonymous 401 401 401 401 401 401 401 401 401
  reader    200 200 403 403 403 403 200 405 405
  author    200 200 405 403 403 403 200 405 405
  editor    200 200 403 200 200 403 200 405 405
  admin     200 200 405 200 200 204 200 405 405
  inactive  401 401 401 401 401 401 401 401 401
  unknown   401 401 401 401 401 401 401 401 401
  garbage   401 401 401 401 401 401 401 401 401
  forged    200 200 403 403 403 403 200 405 403
  browser   200 200 405 200 200 204 200 405 405
/api/posts/18446744073709551616/
  anonymous 401 401 401 401 401 401 401 401 401
  reader    404 404 403 403 403 403 200 405 405
  author    404 404 405 403 403 403 200 405 405
  editor    404 404 403 404 404 403 404 405 405
  admin     404 404 405 404 404 404 404 405 405
  inactive  401 401 401 401 401 401 401 401 401
  unknown   401 401 401 401 401 401 401 401 401
  garbage   401 401 401 401 401 401 401 401 401
  forged    404 404 403 403 403 403 404 405 403
  browser   404 404 405 404 404 404 404 405 405
/account/
  anonymous 401 401 401 401 401 401 401 401 401
  reader    200 200 405 405 405 405 200 405 405
  author    200 200 405 405 405 405 200 405 405
  editor    200 200 405 405 405 405 200 405 405
  admin     200 200 405 405 405 405 200 405 405
  inactive  401 401 401 401 401 401 401 401 401
  unknown   401 401 401 401 401 401 401 401 401
  garbage   401 401 401 401 401 401 401 401 401
  forged    200 200 403 403 403 403 200 405 403
  browser   200 200 405 405 405 405 200 405 405
/api/account/
  anonymous 401 401 401 401 401 401 401 401 401
  reader    200 200 405 405 405 405 200 405 405
  author    200 200 405 405 405 405 200 405 405
  editor    200 200 405 405 405 405 200 405 405
  admin     200 200 405 405 405 405 200 405 405
  inactive  401 401 401 401 401 401 401 401 401
  unknown   401 401 401 401 401 401 401 401 401
  garbage   401 401 401 401 401 401 401 401 401
  forged    200 200 403 403 403 403 200 405 403
  browser   200 200 405 405 405 405 200 405 405
/auth/obtain_token/
  everyone  405 405 400 405 405 405 200 405 405
/api/auth/obtain_token/
  everyone  405 405 400 405 405 405 200 405 405
/auth/refresh_token/
  everyone  405 405 400 405 405 405 200 405 405
/api/auth/refresh_token/
  everyone  405 405 400 405 405 405 200 405 405
/auth/verify_token/
  everyone  405 405 400 405 405 405 200 405 405
/api/auth/verify_token/
  everyone  405 405 400 405 405 405 200 405 405
/health/
  everyone  200 200 405 405 405 405 405 405 405
/.well-known/jwks.json
  everyone  200 200 405 405 405 405 200 405 405
/api/schema/
  everyone  200 200 405 405 405 405 200 405 405
/api/docs/
  everyone  200 200 405 405 405 405 405 405 405
/api-auth/login/
  anonymous 200 200 403 403 403 403 200 405 403
  reader    200 200 403 403 403 403 200 405 403
  author    200 200 403 403 403 403 200 405 403
  editor    200 200 403 403 403 403 200 405 403
  admin     200 200 403 403 403 403 200 405 403
  inactive  200 200 403 403 403 403 200 405 403
  unknown   200 200 403 403 403 403 200 405 403
  garbage   200 200 403 403 403 403 200 405 403
  forged    200 200 403 403 403 403 200 405 403
  browser   200 200 200 200 405 405 200 405 405
/api-auth/logout/
  anonymous 405 405 403 405 405 405 200 405 405
  reader    405 405 403 405 405 405 200 405 405
  author    405 405 403 405 405 405 200 405 405
  editor    405 405 403 405 405 405 200 405 405
  admin     405 405 403 405 405 405 200 405 405
  inactive  405 405 403 405 405 405 200 405 405
  unknown   405 405 403 405 405 405 200 405 405
  garbage   405 405 403 405 405 405 200 405 405
  forged    405 405 403 405 405 405 200 405 405
  browser   405 405 200 405 405 405 200 405 405";

/// A caller's name, and the headers that say who it is.
type Caller = (&'static str, Vec<(&'static str, String)>);

/// One server with the callers of the matrix.
fn callers(server: &mut Server) -> Vec<Caller> {
    let reader = server.account("reader", false, true);
    let author = server.account("author", false, true);
    server.grant("author", "add_post");
    let editor = server.account("editor", false, true);
    server.grant_by_group("editor", "change_post");
    let admin = server.account("admin", true, true);
    let inactive = server.account("inactive", true, false);
    let token = |token: String| vec![("Authorization", token)];
    // The superuser's browser: led by a page of another site, and by one of ours.
    let session = |server: &Server| {
        let browser = Browser::of(server, "admin");
        let cookies = format!("sessionid={}; csrftoken={}", browser.cookies["sessionid"], browser.csrf());
        vec![("Cookie", cookies), ("X-CSRFToken", browser.csrf())]
    };
    vec![
        ("anonymous", vec![]),
        ("reader", token(reader)),
        ("author", token(author)),
        ("editor", token(editor)),
        ("admin", token(admin)),
        ("inactive", token(inactive)),
        ("unknown", token(crate::common::token(999, "nobody"))),
        ("garbage", token("JWT a.b.c".to_owned())),
        ("forged", session(server).into_iter().take(1).collect()),
        ("browser", session(server)),
    ]
}

/// Statuses by caller and path; where all callers get the same, once, for `everyone`.
fn matrix(server: &mut Server) -> String {
    let callers = callers(server);
    server.posts(callers.len() * METHODS.len());
    let mut client = server.client();
    let mut table = String::new();
    for path in PATHS {
        let mut rows = Vec::new();
        for (row, (_, headers)) in callers.iter().enumerate() {
            let statuses = METHODS.iter().enumerate().map(|(column, method)| {
                let own = format!("/api/posts/{}/", 1 + row * METHODS.len() + column);
                let path = if path == "/api/posts/1/" { &own } else { path };
                let mut request = client.request(method, path).header("Content-Type", "application/json");
                for (name, value) in headers {
                    request = request.header(name, value);
                }
                request.body(BODY).send().status.to_string()
            });
            rows.push(statuses.collect::<Vec<_>>().join(" "));
        }
        let names = callers.iter().map(|(name, _)| *name);
        let rows: Vec<_> = names.zip(rows).collect();
        let told = if rows.iter().all(|(_, row)| *row == rows[0].1) {
            &[("everyone", rows[0].1.clone())]
        } else {
            &rows[..]
        };
        writeln!(table, "{path}").unwrap();
        for (name, row) in told {
            writeln!(table, "  {name:<9} {row}").unwrap();
        }
    }
    table
}

#[test]
fn every_caller_gets_what_the_matrix_says_on_both_engines() {
    for database in TestDatabase::each() {
        let engine = database.engine();
        let mut server = Server::start(database, &[]);
        let found = matrix(&mut server);
        assert_eq!(found.trim_end(), MATRIX, "{engine:?}: what was found is:\n{found}");
        assert_eq!(server.client().request("GET", "/health/").send().status, 200);
    }
}

/// The routes' own paths, as they stand in the source.
#[test]
fn no_route_is_missing_from_the_matrix() {
    let source = include_str!("../../src/routes.rs").split("#[cfg(test)]").next().unwrap_or_default();
    let paths: Vec<_> =
        source.split('"').filter(|text| text.starts_with('/') && !text.contains('\n')).collect();
    assert!(paths.len() >= 10, "the routes are written in another way: {paths:?}");
    for path in paths {
        let example = path.replace("{id:[0-9]+}", "1").replace("{rest:.*}", "");
        // The set-up link is nobody's who does not know its token, the reader's files have a version in their path: see the
        // tests of them.
        assert!(
            PATHS.contains(&example.as_str())
                || ["/setup/{token}/", "/api/docs/{version}/{file}"].contains(&example.as_str()),
            "{path} is not in the matrix"
        );
    }
}

#[test]
fn read_only_posts_are_read_and_nothing_else() {
    let mut server = Server::start(TestDatabase::sqlite(), &[("PRESSPASS_POSTS__READ_ONLY", "true")]);
    server.posts(1);
    let admin = server.account("admin", true, true);
    let mut client = server.client();
    for (path, method, status) in [
        ("/api/posts/", "GET", 200),
        ("/api/posts/", "POST", 405),
        ("/api/posts/1/", "GET", 200),
        ("/api/posts/1/", "PUT", 405),
        ("/api/posts/1/", "PATCH", 405),
        ("/api/posts/1/", "DELETE", 405),
        ("/api/posts/", "OPTIONS", 200),
    ] {
        let request = client.request(method, path).header("Authorization", &admin);
        let answer = request.header("Content-Type", "application/json").body(BODY).send();
        assert_eq!(answer.status, status, "{method} {path}");
        assert_eq!(answer.header("Allow"), Some("GET, HEAD, OPTIONS"), "{method} {path}");
        // Who one is comes first.
        assert_eq!(client.request(method, path).send().status, 401, "{method} {path}");
    }
    assert_eq!(server.rows.number("SELECT count(*) FROM posts_post"), 1);
}

#[test]
fn a_right_that_is_taken_away_is_gone_at_the_next_request() {
    for database in TestDatabase::each() {
        let mut server = Server::start(database, &[]);
        let author = server.account("author", false, true);
        let create = |server: &Server| {
            let mut client = server.client();
            let request = client.request("POST", "/api/posts/").header("Authorization", &author);
            request.header("Content-Type", "application/json").body(BODY).send().status
        };
        assert_eq!(create(&server), 403);
        server.grant_by_group("author", "add_post");
        assert_eq!(create(&server), 201);
        server.rows.run("DELETE FROM auth_user_groups");
        assert_eq!(create(&server), 403);
        server.rows.run("UPDATE auth_user SET is_superuser = true");
        assert_eq!(create(&server), 201);
        server.rows.run("UPDATE auth_user SET is_active = false");
        assert_eq!(create(&server), 401);
        server.rows.run("UPDATE auth_user SET is_active = true, username = 'other'");
        assert_eq!(create(&server), 401);
    }
}

#[test]
fn json_forms_and_multipart_bodies_say_the_same() {
    for database in TestDatabase::each() {
        let mut server = Server::start(database, &[]);
        let admin = server.account("admin", true, true);
        let mut client = server.client();
        let multipart = "--x\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nÜ & <b>\r\n\
                         --x\r\nContent-Disposition: form-data; name=\"content\"\r\n\r\ntwo\r\nlines\r\n--x--\r\n";
        for (content_type, body) in [
            ("application/json", json!({"title": "Ü & <b>", "content": "two\r\nlines"}).to_string()),
            (
                "application/x-www-form-urlencoded",
                "title=%C3%9C+%26+%3Cb%3E&content=two%0D%0Alines".to_owned(),
            ),
            ("multipart/form-data; boundary=x", multipart.to_owned()),
        ] {
            let request = client.request("POST", "/api/posts/").header("Authorization", &admin);
            let answer = request.header("Content-Type", content_type).body(body).send();
            assert_eq!(answer.status, 201, "{content_type}: {}", answer.text());
            let post = answer.json();
            assert_eq!((&post["title"], &post["content"]), (&json!("Ü & <b>"), &json!("two\r\nlines")));
            let id = &post["id"];
            let request = client.request("GET", &format!("/api/posts/{id}/")).header("Authorization", &admin);
            assert_eq!(request.send().json(), post);
        }
        let request = client.request("POST", "/api/posts/").header("Authorization", &admin);
        let answer = request.header("Content-Type", "text/plain").body("title=x").send();
        assert_eq!(
            (answer.status, answer.text()),
            (415, r#"{"detail":"Unsupported media type \"text/plain\" in request."}"#)
        );
    }
}

#[test]
fn options_say_what_this_caller_may_send() {
    let mut server = Server::start(TestDatabase::sqlite(), &[]);
    server.posts(1);
    let callers = callers(&mut server);
    let mut client = server.client();
    let mut actions = |caller: &str, path: &str| {
        let (_, headers) = callers.iter().find(|(name, _)| *name == caller).expect("a caller of the matrix");
        let request = client.request("OPTIONS", path);
        let request = headers.iter().fold(request, |request, (name, value)| request.header(name, value));
        let answer = request.send();
        assert_eq!(answer.status, 200, "{caller} {path}: {}", answer.text());
        let names =
            |value: &serde_json::Value| value.as_object().map(|it| it.keys().cloned().collect::<Vec<_>>());
        names(&answer.json()["actions"]).unwrap_or_default().join(" ")
    };
    assert_eq!(actions("admin", "/api/posts/"), "POST");
    assert_eq!(actions("author", "/api/posts/"), "POST");
    assert_eq!(actions("editor", "/api/posts/"), "");
    assert_eq!(actions("reader", "/api/posts/"), "");
    assert_eq!(actions("admin", "/api/posts/1/"), "PUT");
    assert_eq!(actions("editor", "/api/posts/1/"), "PUT");
    assert_eq!(actions("author", "/api/posts/1/"), "");
    assert_eq!(actions("admin", "/api/posts/2/"), "");
    assert_eq!(actions("reader", "/account/"), "");
}

#[test]
fn a_path_without_its_last_slash_is_sent_there() {
    let server = Server::start(TestDatabase::sqlite(), &[]);
    let mut client = server.client();
    for (path, location) in [
        ("/account", "/account/"),
        ("/api/posts", "/api/posts/"),
        ("/api/posts/7", "/api/posts/7/"),
        ("/api/posts?limit=1&x=%2F", "/api/posts/?limit=1&x=%2F"),
        ("/api/account", "/api/account/"),
        ("/auth/obtain_token", "/auth/obtain_token/"),
    ] {
        let answer = client.request("GET", path).send();
        assert_eq!((answer.status, answer.header("Location")), (301, Some(location)), "{path}");
    }
    for path in
        ["/", "/posts", "/api", "/api/posts/x", "//evil.example/account", "/account//", "/api/posts/1/x"]
    {
        let answer = client.request("GET", path).send();
        assert_eq!((answer.status, answer.header("Location")), (404, None), "{path}");
    }
}

#[test]
fn a_log_in_is_answered_alike_whatever_is_wrong_with_it() {
    for database in TestDatabase::each() {
        let mut server = Server::start(database, &[]);
        server.account("ann", false, true);
        server.account("gone", false, false);
        server.account("unusable", false, true);
        server.rows.run("UPDATE auth_user SET password = '!x' WHERE username = 'unusable'");
        let mut client = server.client();
        assert_eq!(log_in(&mut client, "ann", PASSWORD).status, 200);
        for (name, password) in
            [("ann", "wrong"), ("gone", PASSWORD), ("unusable", PASSWORD), ("nobody", PASSWORD)]
        {
            let answer = log_in(&mut client, name, password);
            assert_eq!(
                (answer.status, answer.text()),
                (400, r#"{"non_field_errors":["Unable to log in with provided credentials."]}"#),
                "{name:?} {password:?}"
            );
        }
        assert_eq!(
            log_in(&mut client, "ann\0", "Correct-Horse-9\0").text(),
            r#"{"username":["Null characters are not allowed."],"password":["Null characters are not allowed."]}"#
        );
    }
}

#[test]
fn what_a_post_cannot_hold_is_refused_in_the_order_of_the_fields() {
    for database in TestDatabase::each() {
        let mut server = Server::start(database, &[]);
        let admin = server.account("admin", true, true);
        let mut client = server.client();
        let mut create = |body: &str| {
            let request = client.request("POST", "/api/posts/").header("Authorization", &admin);
            request.header("Content-Type", "application/json").body(body).send()
        };
        for body in [
            r#"{"title":"a\u0000b","content":"x"}"#,
            r#"{"title":"a","content":"\u0000"}"#,
            r#"{"title":"\ud800","content":"x"}"#,
            r#"{"title":[],"content":{}}"#,
            r#"{"title":null,"content":true}"#,
            r#"{"content":"","title":""}"#,
            "{}",
            "null",
            "[]",
            "1e999",
            r#"{"title":1e400,"content":-0}"#,
        ] {
            let answer = create(body);
            assert!(matches!(answer.status, 201 | 400), "{body}: {} {}", answer.status, answer.text());
        }
        let long = json!({"title": "é".repeat(51), "content": "x"}).to_string();
        assert_eq!(create(&long).status, 400);
        let longest = json!({"title": "😀".repeat(50), "content": "x".repeat(1 << 20)}).to_string();
        assert_eq!(create(&longest).status, 201);
        let wrong = create(r#"{"content":"","id":7,"title":""}"#);
        assert_eq!(
            wrong.text(),
            r#"{"title":["This field may not be blank."],"content":["This field may not be blank."]}"#
        );
    }
}
