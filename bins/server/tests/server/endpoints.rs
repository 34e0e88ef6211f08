//! Behaviour of endpoints beyond the matrix of callers.

use presspass_test_support::TestDatabase;
use serde_json::json;

use crate::common::{PASSWORD, Server, log_in};

/// A good post.
const BODY: &str = r#"{"title":"A title","content":"Some content"}"#;

#[test]
fn read_only_posts_are_read_and_nothing_else() {
    let mut server = Server::start(TestDatabase::sqlite(), &[("PRESSPASS_POSTS__READ_ONLY", "true")]);
    server.posts(1);
    let (mut admin, mut anonymous) = (server.admin("admin"), server.client());
    for (path, method, status) in [
        ("/api/posts/", "GET", 200),
        ("/api/posts/", "POST", 405),
        ("/api/posts/1/", "GET", 200),
        ("/api/posts/1/", "PUT", 405),
        ("/api/posts/1/", "PATCH", 405),
        ("/api/posts/1/", "DELETE", 405),
        ("/api/posts/", "OPTIONS", 200),
    ] {
        let answer = admin.request(method, path).json_text(BODY).expect(status);
        assert_eq!(answer.header("Allow"), Some("GET, HEAD, OPTIONS"), "{method} {path}");
        // Authentication comes first.
        anonymous.request(method, path).expect(401);
    }
    assert_eq!(server.rows.number("SELECT count(*) FROM posts_post"), 1);
}

#[test]
fn a_right_that_is_taken_away_is_gone_at_the_next_request() {
    for database in TestDatabase::each() {
        let mut server = Server::start(database, &[]);
        let mut author = server.user("author");
        let mut create = |status| author.post("/api/posts/").json_text(BODY).expect(status);
        create(403);
        server.grant_by_group("author", "add_post");
        create(201);
        server.rows.run("DELETE FROM auth_user_groups");
        create(403);
        server.rows.run("UPDATE auth_user SET is_superuser = true");
        create(201);
        server.rows.run("UPDATE auth_user SET is_active = false");
        create(401);
        server.rows.run("UPDATE auth_user SET is_active = true, username = 'other'");
        create(401);
    }
}

#[test]
fn json_forms_and_multipart_bodies_say_the_same() {
    for database in TestDatabase::each() {
        let mut server = Server::start(database, &[]);
        let mut admin = server.admin("admin");
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
            let post = admin.post("/api/posts/").content(content_type, body).expect(201).json();
            assert_eq!((&post["title"], &post["content"]), (&json!("Ü & <b>"), &json!("two\r\nlines")));
            assert_eq!(admin.get(&format!("/api/posts/{}/", post["id"])).expect(200).json(), post);
        }
        let answer = admin.post("/api/posts/").content("text/plain", "title=x").expect(415);
        assert_eq!(answer.text(), r#"{"detail":"Unsupported media type \"text/plain\" in request."}"#);
    }
}

#[test]
fn options_say_what_this_caller_may_send() {
    let mut server = Server::start(TestDatabase::sqlite(), &[]);
    server.posts(1);
    server.admin("admin");
    server.user("author");
    server.grant("author", "add_post");
    server.user("editor");
    server.grant_by_group("editor", "change_post");
    let mut actions = |name: &str, path: &str| {
        let answer = server.user(name).request("OPTIONS", path).expect(200).json();
        let actions = answer["actions"].as_object();
        actions.map(|it| it.keys().cloned().collect::<Vec<_>>()).unwrap_or_default().join(" ")
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
        let answer = client.get(path).send();
        assert_eq!((answer.status, answer.header("Location")), (301, Some(location)), "{path}");
    }
    for path in
        ["/", "/posts", "/api", "/api/posts/x", "//evil.example/account", "/account//", "/api/posts/1/x"]
    {
        let answer = client.get(path).send();
        assert_eq!((answer.status, answer.header("Location")), (404, None), "{path}");
    }
}

#[test]
fn a_log_in_is_answered_alike_whatever_is_wrong_with_it() {
    for database in TestDatabase::each() {
        let mut server = Server::start(database, &[]);
        server.user("ann");
        server.account("gone", false, false);
        server.user("unusable");
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
        let mut admin = server.admin("admin");
        let mut create = |body: &str| admin.post("/api/posts/").json_text(body).send();
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
