//! `account/api_keys/`, and authentication by API keys.

use presspass_test_support::TestDatabase;
use serde_json::{Value, json};

use super::{ask, each, key_of, obtain, post};
use crate::common::{Browser, PASSWORD, Server, eventually};

const SETTINGS: [(&str, &str); 1] = [("PRESSPASS_AUTHENTICATORS", "jwt,session,token")];

fn body(changes: &Value) -> Value {
    let mut body = json!({"name": "laptop", "scopes": "posts.view_post", "current_password": PASSWORD});
    for (name, value) in changes.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

#[test]
fn a_key_is_made_shown_once_used_listed_and_revoked() {
    for server in each(&SETTINGS) {
        let jwt = format!("JWT {}", obtain(&server, "ada", PASSWORD));
        let path = "/api/account/api_keys/";
        assert_eq!(ask(&server, "GET", path, &jwt).json(), json!([]));
        let changes =
            json!({"scopes": "posts.view_post  posts.add_post", "expires_at": "2126-01-01T00:00:00Z"});
        let made = post(&server, path, &jwt, &body(&changes));
        assert_eq!(made.status, 201, "{}", made.text());
        let mut made = made.json();
        let made_of = made.as_object_mut().unwrap();
        assert_eq!(made_of.remove("warning"), Some(Value::Null));
        let key = made_of.remove("key").unwrap();
        let key = key.as_str().unwrap();
        assert!(key.starts_with("pp_") && key.len() == 52, "{key}");
        assert_eq!(made["scopes"], "posts.add_post posts.view_post");
        assert_eq!(made["expires_at"], "2126-01-01T00:00:00Z");
        assert_eq!(made["last_used_at"], Value::Null);
        assert_eq!(ask(&server, "GET", path, &jwt).json(), json!([made]));

        let token = format!("Token {key}");
        assert_eq!(ask(&server, "GET", "/account/", &token).json()["username"], "ada");
        eventually("the use is noted", || {
            ask(&server, "GET", path, &jwt).json()[0]["last_used_at"].is_string().then_some(())
        });
        let one = format!("/account/api_keys/{}/", made["id"]);
        let bob = format!("JWT {}", obtain(&server, "bob", PASSWORD));
        assert_eq!(ask(&server, "DELETE", &one, &bob).status, 404);
        assert_eq!(ask(&server, "DELETE", &one, &jwt).status, 204);
        assert_eq!(ask(&server, "DELETE", &one, &jwt).status, 404);
        assert_eq!(ask(&server, "DELETE", "/account/api_keys/99999999999999999999/", &jwt).status, 404);
        let dead = ask(&server, "GET", "/account/", &token);
        assert_eq!((dead.status, dead.text()), (401, r#"{"detail":"Invalid token."}"#));
    }
}

/// Another server on the same database may accept it.
#[test]
fn a_server_that_accepts_no_keys_says_so_with_the_key() {
    for server in each(&[]) {
        let jwt = format!("JWT {}", obtain(&server, "ada", PASSWORD));
        let made = post(&server, "/account/api_keys/", &jwt, &body(&json!({})));
        assert_eq!(made.status, 201, "{}", made.text());
        let warning = "This server does not accept API keys: `token` is not among its `authenticators`.";
        assert_eq!(made.json()["warning"], warning);
        let token = format!("Token {}", made.json()["key"].as_str().unwrap());
        assert_eq!(ask(&server, "GET", "/account/", &token).status, 401);
    }
}

#[test]
fn a_key_does_what_both_its_scopes_and_its_account_may() {
    for mut server in each(&SETTINGS) {
        server.posts(1);
        server.grant("bob", "add_post");
        let (ada, bob) = (obtain(&server, "ada", PASSWORD), obtain(&server, "bob", PASSWORD));
        let post_body = json!({"title": "t", "content": "c"});
        // Scopes, then reading, adding, deleting: by the superuser's key, and by bob's.
        for (scopes, by_ada, by_bob) in [
            ("*", [200, 201, 204], [200, 201, 403]),
            ("posts.view_post", [200, 403, 403], [200, 403, 403]),
            ("posts.add_post", [403, 201, 403], [403, 201, 403]),
            ("posts.view_post posts.delete_post", [200, 403, 204], [200, 403, 403]),
            ("auth.view_user", [403, 403, 403], [403, 403, 403]),
        ] {
            for (jwt, expected) in [(&ada, by_ada), (&bob, by_bob)] {
                let key = format!("Token {}", key_of(&server, jwt, scopes));
                let id = server.rows.number("SELECT max(id) FROM posts_post");
                let one = format!("/api/posts/{id}/");
                let done = [
                    ask(&server, "GET", &one, &key).status,
                    post(&server, "/api/posts/", &key, &post_body).status,
                    ask(&server, "DELETE", &one, &key).status,
                ];
                assert_eq!(done, expected, "{scopes}");
                assert_eq!(ask(&server, "GET", "/account/", &key).status, 200);
                server.posts(1);
            }
        }
        // Whatever is taken from the account is taken from its keys.
        let key = format!("Token {}", key_of(&server, &bob, "*"));
        server.rows.run("DELETE FROM auth_user_user_permissions");
        assert_eq!(post(&server, "/api/posts/", &key, &post_body).status, 403);
        server.rows.run("UPDATE auth_user SET is_active = false WHERE username = 'bob'");
        let answer = ask(&server, "GET", "/account/", &key);
        assert_eq!((answer.status, answer.text()), (401, r#"{"detail":"User inactive or deleted."}"#));
    }
}

#[test]
fn a_key_cannot_make_keys_see_them_end_them_or_end_everything() {
    for server in each(&SETTINGS) {
        let key = format!("Token {}", key_of(&server, &obtain(&server, "ada", PASSWORD), "*"));
        for (method, path) in [
            ("GET", "/account/api_keys/"),
            ("POST", "/account/api_keys/"),
            ("DELETE", "/account/api_keys/1/"),
            ("OPTIONS", "/account/api_keys/"),
            ("POST", "/auth/revoke_all/"),
            ("POST", "/account/password/"),
        ] {
            assert_eq!(ask(&server, method, path, &key).status, 403, "{method} {path}");
        }
        assert_eq!(ask(&server, "POST", "/auth/revoke_token/", &key).status, 400, "it is no token");
        // In an incident a robot may end those of others.
        let scoped = key_of(&server, &obtain(&server, "ada", PASSWORD), "auth.change_user");
        assert_eq!(ask(&server, "POST", "/auth/revoke_all/2/", &format!("Token {scoped}")).status, 204);
        let other = key_of(&server, &obtain(&server, "ada", PASSWORD), "auth.view_user posts.add_post");
        assert_eq!(ask(&server, "POST", "/auth/revoke_all/2/", &format!("Token {other}")).status, 403);
    }
}

#[test]
fn a_stolen_token_or_session_makes_no_key_that_outlives_it() {
    for mut server in each(&SETTINGS) {
        let jwt = format!("JWT {}", obtain(&server, "ada", PASSWORD));
        let wrong = post(&server, "/account/api_keys/", &jwt, &body(&json!({"current_password": "guess"})));
        let said = "Your old password was entered incorrectly. Please enter it again.";
        assert_eq!((wrong.status, wrong.json()), (400, json!({"current_password": [said]})));
        let mut browser = Browser::of(&server, "ada");
        let json = [("Content-Type", "application/json")];
        let forged = browser.send("POST", "/account/api_keys/", &json, &body(&json!({})).to_string());
        assert_eq!(forged.status, 403);
        let made = browser.script("POST", "/account/api_keys/", &body(&json!({})).to_string());
        assert_eq!(made.status, 201);
        assert_eq!(server.rows.number("SELECT count(*) FROM presspass_api_key"), 1);
    }
}

#[test]
fn what_a_key_must_be_is_told_by_field() {
    let mut server = Server::start(TestDatabase::sqlite(), &SETTINGS);
    server.admin("ada");
    let jwt = format!("JWT {}", obtain(&server, "ada", PASSWORD));
    for (changes, expected) in [
        (json!({"name": " "}), json!({"name": ["This field may not be blank."]})),
        (json!({"name": "a\nb"}), json!({"name": ["The name of an API key has no control characters."]})),
        (
            json!({"name": "n".repeat(101)}),
            json!({"name": ["Ensure this field has no more than 100 characters."]}),
        ),
        (
            json!({"scopes": "posts"}),
            json!({"scopes": ["\"posts\" names no permission: it must be an app_label, a dot and a codename, \
                               as posts.add_post."]}),
        ),
        (json!({"scopes": ["*"]}), json!({"scopes": ["Not a valid string."]})),
        (
            json!({"expires_at": "2026-01-01T00:00:00Z"}),
            json!({"expires_at": ["Ensure this value is in the future."]}),
        ),
    ] {
        let answer = post(&server, "/account/api_keys/", &jwt, &body(&changes));
        assert_eq!((answer.status, answer.json()), (400, expected), "{changes}");
    }
}

#[test]
fn an_account_has_at_most_a_hundred_keys() {
    let mut server = Server::start(TestDatabase::sqlite(), &SETTINGS);
    server.admin("ada");
    let jwt = format!("JWT {}", obtain(&server, "ada", PASSWORD));
    server.rows.run(
        "INSERT INTO presspass_api_key (digest, account_id, name, scopes, created_at)
         WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 99)
         SELECT randomblob(32), 1, 'n', '*', '2026-01-01 00:00:00' FROM n",
    );
    assert_eq!(post(&server, "/account/api_keys/", &jwt, &body(&json!({}))).status, 201);
    let refused = post(&server, "/account/api_keys/", &jwt, &body(&json!({})));
    let said = "An account has at most 100 API keys. Revoke one that is not in use.";
    assert_eq!((refused.status, refused.json()), (400, json!({"non_field_errors": [said]})));
}

#[test]
fn keys_are_read_from_the_header_alone_and_only_where_the_settings_say_so() {
    for mut server in each(&SETTINGS) {
        let key = key_of(&server, &obtain(&server, "ada", PASSWORD), "*");
        for path in [format!("/account/?token={key}"), format!("/account/?api_key={key}&key={key}")] {
            server.client().get(&path).expect(401);
        }
        for (header, expected) in [
            (format!("token {key}"), 200),
            (format!("TOKEN  {key}"), 200),
            (format!("Bearer {key}"), 401),
            (format!("JWT {key}"), 401),
            (format!("Token {key} x"), 401),
            (format!("Token {}", key.to_uppercase()), 401),
            (format!("Token {key}0"), 401),
            ("Token".to_owned(), 401),
        ] {
            assert_eq!(ask(&server, "GET", "/account/", &header).status, expected, "{header}");
        }
        server.rows.run("UPDATE presspass_api_key SET expires_at = '2026-01-01 00:00:00'");
        assert_eq!(ask(&server, "GET", "/account/", &format!("Token {key}")).status, 401, "it has expired");
    }
    for server in each(&[]) {
        let key = key_of(&server, &obtain(&server, "ada", PASSWORD), "*");
        let answer = ask(&server, "GET", "/account/", &format!("Token {key}"));
        let said = r#"{"detail":"Authentication credentials were not provided."}"#;
        assert_eq!((answer.status, answer.text()), (401, said));
    }
}

#[test]
fn keys_of_the_originals_authtoken_work() {
    for database in TestDatabase::each() {
        let mut server = Server::start_on(&database, &SETTINGS);
        server.admin("ada");
        server.terminate();
        let secret = "401f7ac837da42b97f613d789819ff93537bee6a";
        server.rows.run(&format!(
            "CREATE TABLE authtoken_token (key varchar(40) NOT NULL PRIMARY KEY, created timestamp NOT NULL,
                 user_id integer NOT NULL UNIQUE REFERENCES auth_user (id));
             INSERT INTO authtoken_token SELECT '{secret}', '2026-01-01 00:00:00', id FROM auth_user"
        ));
        let server = Server::start_on(&database, &SETTINGS);
        let token = format!("Token {secret}");
        assert_eq!(ask(&server, "GET", "/account/", &token).json()["username"], "ada");
        assert_eq!(ask(&server, "GET", "/account/", &token.replace('4', "5")).status, 401);
        assert_eq!(ask(&server, "GET", "/account/api_keys/", &token).status, 403);
    }
}
