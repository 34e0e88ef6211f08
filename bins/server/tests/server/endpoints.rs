//! What endpoints do beyond what the matrix of callers shows.

use presspass_test_support::TestDatabase;
use serde_json::json;

use crate::common::{PASSWORD, Server, log_in};

/// A good post.
const BODY: &str = r#"{"title":"A title","content":"Some content"}"#;

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
    let tokens = [("reader", false), ("author", false), ("editor", false), ("admin", true)]
        .map(|(name, is_superuser)| (name, server.account(name, is_superuser, true)));
    server.grant("author", "add_post");
    server.grant_by_group("editor", "change_post");
    let mut client = server.client();
    let mut actions = |caller: &str, path: &str| {
        let (_, token) = tokens.iter().find(|(name, _)| *name == caller).expect("an account of this test");
        let answer = client.request("OPTIONS", path).header("Authorization", token).send();
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
