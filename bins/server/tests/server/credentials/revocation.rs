//! Revoked tokens.

use std::thread;

use presspass_auth::tokens::{DjangoSubject, SigningKey, TokenIssuer, TokenPolicy};
use presspass_auth::{Clock as _, SystemClock};
use presspass_test_support::{RunningServer, TestDatabase, TestRedis};
use serde_json::json;

use super::{NEW, each, obtain, post, refresh, status};
use crate::common::{Browser, PASSWORD, SECRET_KEY, Server, eventually, token};

const BLACKLISTED: &str = "Token is blacklisted.";

#[test]
fn a_token_is_ended_with_all_that_was_refreshed_from_it_and_no_other() {
    for server in each(&[]) {
        let (first, other) = (obtain(&server, "ada", PASSWORD), obtain(&server, "ada", PASSWORD));
        let second = refresh(&server, &first).unwrap();
        let third = refresh(&server, &second).unwrap();
        assert_eq!([&first, &second, &third, &other].map(|token| status(&server, token)), [200; 4]);
        // The second one, and by it the first and the third.
        let revoked = post(&server, "/auth/revoke_token/", "", &json!({"token": second}));
        assert_eq!((revoked.status, revoked.text()), (204, ""));
        assert_eq!([&first, &second, &third].map(|token| status(&server, token)), [401; 3]);
        assert_eq!(status(&server, &other), 200);
        assert_eq!(refresh(&server, &first), Err(json!({"non_field_errors": [BLACKLISTED]})));
        // Once more is as good, as an answer may be lost.
        assert_eq!(post(&server, "/api/auth/revoke_token/", "", &json!({"token": second})).status, 204);
    }
}

#[test]
fn without_a_body_it_is_the_token_of_the_header() {
    for server in each(&[]) {
        let (mine, other) = (obtain(&server, "ada", PASSWORD), obtain(&server, "ada", PASSWORD));
        let header = format!("JWT {mine}");
        // What the body names goes before the header.
        assert_eq!(post(&server, "/auth/revoke_token/", &header, &json!({"token": other})).status, 204);
        assert_eq!((status(&server, &mine), status(&server, &other)), (200, 401));
        let mut client = server.client();
        let mut revoke = || {
            let request = client.post("/auth/revoke_token/");
            request.header("Authorization", &header).send()
        };
        assert_eq!(revoke().status, 204);
        let again = revoke();
        assert_eq!((again.status, &again.json()["detail"]), (401, &BLACKLISTED.into()));
        assert_eq!(again.header("WWW-Authenticate"), Some("JWT realm=\"api\""));
        let nobody = post(&server, "/auth/revoke_token/", "", &json!({}));
        assert_eq!((nobody.status, nobody.text()), (400, r#"{"token":["This field is required."]}"#));
    }
}

#[test]
fn what_is_no_good_token_cannot_be_revoked() {
    let mut server = Server::start(TestDatabase::sqlite(), &[]);
    let ada = server.account("ada", true, true);
    let ada = ada.trim_start_matches("JWT ");
    let cut = &ada[..ada.len() - 2];
    for (body, expected) in [
        (json!({"token": "x"}), json!({"non_field_errors": ["Error decoding signature."]})),
        (json!({ "token": cut }), json!({"non_field_errors": ["Error decoding signature."]})),
        (
            json!({"token": token(99, "nobody").trim_start_matches("JWT ")}),
            json!({"non_field_errors": ["User doesn't exist."]}),
        ),
        (json!({"token": null}), json!({"token": ["This field may not be null."]})),
        (json!([]), json!({"non_field_errors": ["Invalid data. Expected a dictionary, but got list."]})),
    ] {
        let answer = post(&server, "/auth/revoke_token/", "", &body);
        assert_eq!((answer.status, answer.json()), (400, expected), "{body}");
    }
    assert_eq!(status(&server, ada), 200);
    // A token of an account that is disabled ends for the day when it is not.
    server.rows.run("UPDATE auth_user SET is_active = false");
    assert_eq!(post(&server, "/auth/revoke_token/", "", &json!({"token": ada})).status, 204);
    server.rows.run("UPDATE auth_user SET is_active = true");
    assert_eq!(status(&server, ada), 401);
}

/// Tokens of djangorestframework-jwt have no `jti`: they are known by when their family began.
#[test]
fn tokens_without_jti_are_revoked_too_and_a_log_in_in_that_second_is_good() {
    for mut server in each(&[]) {
        let id = server.rows.number("SELECT id FROM auth_user WHERE username = 'ada'");
        let first = token(id, "ada").trim_start_matches("JWT ").to_owned();
        let second = refresh(&server, &first).unwrap();
        assert_eq!(post(&server, "/auth/revoke_token/", "", &json!({"token": second})).status, 204);
        assert_eq!((status(&server, &first), status(&server, &second)), (401, 401));
        assert_eq!(status(&server, &obtain(&server, "ada", PASSWORD)), 200);
    }
}

#[test]
fn all_of_mine_end_and_what_is_issued_in_the_same_second_is_good() {
    for server in each(&[]) {
        let mut browsers = [Browser::of(&server, "ada"), Browser::of(&server, "ada")];
        let bob = obtain(&server, "bob", PASSWORD);
        let mut tokens = vec![obtain(&server, "ada", PASSWORD)];
        for _ in 0..3 {
            let last = tokens.last().unwrap();
            let answer = post(&server, "/auth/revoke_all/", &format!("JWT {last}"), &json!({}));
            assert_eq!((answer.status, answer.text()), (204, ""));
            for dead in &tokens {
                assert_eq!(status(&server, dead), 401);
            }
            tokens.push(obtain(&server, "ada", PASSWORD));
            assert_eq!(status(&server, tokens.last().unwrap()), 200);
        }
        assert_eq!(browsers.each_mut().map(Browser::status), [401; 2]);
        assert_eq!(status(&server, &bob), 200);
    }
}

#[test]
fn a_browser_ends_its_own_session_too_and_needs_the_csrf_token_for_it() {
    for server in each(&[]) {
        let (mut one, mut other) = (Browser::of(&server, "ada"), Browser::of(&server, "ada"));
        let json = [("Content-Type", "application/json")];
        assert_eq!(one.send("POST", "/auth/revoke_all/", &json, "{}").status, 403);
        assert_eq!((one.status(), other.status()), (200, 200));
        assert_eq!(one.script("POST", "/api/auth/revoke_all/", "{}").status, 204);
        assert!(!one.cookies.contains_key("sessionid"));
        assert_eq!((one.status(), other.status()), (401, 401));
    }
}

#[test]
fn staff_who_may_change_accounts_end_those_of_another() {
    for mut server in each(&[]) {
        for name in ["clerk", "staff", "changer"] {
            server.user(name);
        }
        server.rows.run("UPDATE auth_user SET is_staff = true WHERE username IN ('clerk', 'staff')");
        server.grant("clerk", "change_user");
        server.grant("changer", "change_user");
        let id = server.rows.number("SELECT id FROM auth_user WHERE username = 'bob'");
        let path = format!("/auth/revoke_all/{id}/");
        let bob = obtain(&server, "bob", PASSWORD);
        let mut browser = Browser::of(&server, "bob");
        let anonymous = post(&server, &path, "", &json!({}));
        assert_eq!(anonymous.status, 401);
        for (name, expected) in [("bob", 403), ("staff", 403), ("changer", 403)] {
            let header = format!("JWT {}", obtain(&server, name, PASSWORD));
            assert_eq!(post(&server, &path, &header, &json!({})).status, expected, "{name}");
        }
        assert_eq!((status(&server, &bob), browser.status()), (200, 200));
        for name in ["clerk", "ada"] {
            let header = format!("JWT {}", obtain(&server, name, PASSWORD));
            let bob = obtain(&server, "bob", PASSWORD);
            assert_eq!(post(&server, &path, &header, &json!({})).status, 204, "{name}");
            assert_eq!((status(&server, &bob), browser.status()), (401, 401));
            for none in ["/api/auth/revoke_all/0/", "/auth/revoke_all/99999999999999999999/"] {
                assert_eq!(post(&server, none, &header, &json!({})).status, 404, "{none}");
            }
        }
    }
}

/// The policy of the admin's pages, whether there are any or not.
#[test]
fn staff_end_no_tokens_of_accounts_that_may_do_more_than_they_and_the_log_says_what_was_ended() {
    let chain = ("PRESSPASS_AUTHENTICATORS", "jwt,session,token");
    for settings in [&[chain][..], &[chain, ("PRESSPASS_ADMIN__ENABLED", "false")]] {
        for mut server in each(settings) {
            for name in ["clerk", "writer"] {
                server.user(name);
            }
            server.rows.run("UPDATE auth_user SET is_staff = true WHERE username = 'clerk'");
            server.grant("clerk", "change_user");
            server.grant("writer", "add_post");
            let log = "SELECT count(*) FROM django_admin_log";
            let id = |server: &mut Server, name: &str| {
                server.rows.number(&format!("SELECT id FROM auth_user WHERE username = '{name}'"))
            };
            let clerk = format!("JWT {}", obtain(&server, "clerk", PASSWORD));
            for (name, expected) in [("ada", 403), ("writer", 403), ("bob", 204)] {
                let token = obtain(&server, name, PASSWORD);
                let mut browser = Browser::of(&server, name);
                let path = format!("/auth/revoke_all/{}/", id(&mut server, name));
                assert_eq!(post(&server, &path, &clerk, &json!({})).status, expected, "{name}");
                let left = if expected == 204 { 401 } else { 200 };
                assert_eq!((status(&server, &token), browser.status()), (left, left), "{name}");
                assert_eq!(server.rows.number(log), if expected == 204 { 2 } else { 0 });
            }
            let (bob, by) = (id(&mut server, "bob"), id(&mut server, "clerk"));
            for message in ["All tokens were revoked.", "All sessions were revoked."] {
                let entry = format!(
                    "{log} WHERE object_id = '{bob}' AND object_repr = 'bob' AND user_id = {by} AND action_flag = 2 \
                     AND change_message = '{message}'"
                );
                assert_eq!(server.rows.number(&entry), 1, "{message}");
            }
            // A superuser's key with this scope alone goes no further than it.
            let ada = obtain(&server, "ada", PASSWORD);
            let key = format!("Token {}", super::key_of(&server, &ada, "auth.change_user"));
            let own = format!("/auth/revoke_all/{}/", id(&mut server, "ada"));
            assert_eq!(post(&server, &own, &key, &json!({})).status, 403);
            assert_eq!(status(&server, &ada), 200);
        }
    }
}

#[test]
fn a_password_changed_by_django_ends_tokens_and_sessions() {
    for mut server in each(&[("PRESSPASS_PASSWORD__UPGRADE", "true")]) {
        let tokens = [obtain(&server, "ada", PASSWORD), obtain(&server, "ada", PASSWORD)];
        let mut browser = Browser::of(&server, "ada");
        let before = server.rows.text("SELECT password FROM auth_user WHERE username = 'ada'");
        // Bob's is another hash of the same password.
        let bobs = server.rows.text("SELECT password FROM auth_user WHERE username = 'bob'");
        assert_ne!(before, bobs, "the login has rehashed it");
        server.rows.run(&format!("UPDATE auth_user SET password = '{bobs}' WHERE username = 'ada'"));
        assert_eq!(tokens.each_ref().map(|token| status(&server, token)), [401; 2]);
        assert_eq!(browser.status(), 401);
        // The next login is good at once, and the old tokens stay dead.
        let next = obtain(&server, "ada", PASSWORD);
        assert_eq!(status(&server, &next), 200);
        assert_eq!(tokens.each_ref().map(|token| status(&server, token)), [401; 2]);
    }
}

#[test]
fn disabling_ends_tokens_at_once_and_they_are_revoked_one_by_one_by_several_at_once() {
    for mut server in each(&[]) {
        let token = obtain(&server, "ada", PASSWORD);
        server.rows.run("UPDATE auth_user SET is_active = false WHERE username = 'ada'");
        assert_eq!(status(&server, &token), 401);
        server.rows.run("UPDATE auth_user SET is_active = true WHERE username = 'ada'");
        let body = json!({"token": token});
        let running: &RunningServer = &server;
        let answers: Vec<u16> = thread::scope(|scope| {
            let calls: Vec<_> = (0..6)
                .map(|_| scope.spawn(|| post(running, "/auth/revoke_token/", "", &body).status))
                .collect();
            calls.into_iter().map(|call| call.join().unwrap()).collect()
        });
        assert_eq!(answers, [204; 6]);
        assert_eq!(server.rows.number("SELECT count(*) FROM presspass_revoked_token"), 2);
        assert_eq!(status(&server, &token), 401);
    }
}

/// Whoever refreshes as fast as they can must not slip through.
#[test]
fn no_refresh_outruns_a_revocation() {
    for server in each(&[]) {
        for path in ["/auth/revoke_token/", "/auth/revoke_all/"] {
            let first = obtain(&server, "ada", PASSWORD);
            let running: &RunningServer = &server;
            let last = thread::scope(|scope| {
                let thief = scope.spawn(|| {
                    let mut last = first.clone();
                    while let Ok(next) = refresh(running, &last) {
                        last = next;
                    }
                    last
                });
                let body = if path.ends_with("token/") { json!({ "token": first }) } else { json!({}) };
                assert_eq!(post(running, path, &format!("JWT {first}"), &body).status, 204);
                thief.join().unwrap()
            });
            assert_eq!(status(&server, &last), 401, "{path}");
        }
    }
}

#[test]
fn a_token_in_a_cookie_is_ended_by_pages_of_ours_alone_and_forgotten() {
    let settings = [("PRESSPASS_JWT__COOKIE", "token")];
    for server in each(&settings) {
        let token = obtain(&server, "ada", PASSWORD);
        let mut browser = Browser::new(&server);
        browser.get("/api-auth/login/");
        browser.cookies.insert("token".to_owned(), token.clone());
        let json = [("Content-Type", "application/json")];
        assert_eq!(browser.send("POST", "/auth/revoke_token/", &json, "{}").status, 403);
        assert_eq!(status(&server, &token), 200);
        assert_eq!(browser.script("POST", "/auth/revoke_token/", "{}").status, 204);
        assert!(!browser.cookies.contains_key("token"));
        assert_eq!(status(&server, &token), 401);
    }
}

#[test]
fn sessions_in_redis_end_with_the_tokens() {
    let Some(redis) = TestRedis::running() else { return };
    let url = redis.url();
    for server in each(&[("PRESSPASS_SESSIONS__STORE", &url)]) {
        let mut browsers = [Browser::of(&server, "ada"), Browser::of(&server, "ada")];
        let header = format!("JWT {}", obtain(&server, "ada", PASSWORD));
        assert_eq!(post(&server, "/auth/revoke_all/", &header, &json!({})).status, 204);
        assert_eq!(browsers.each_mut().map(Browser::status), [401; 2]);
        let mut browser = Browser::of(&server, "ada");
        let body = json!({"current_password": PASSWORD, "new_password": NEW}).to_string();
        let mut other = Browser::of(&server, "ada");
        assert_eq!(browser.script("POST", "/account/password/", &body).status, 200);
        assert_eq!((browser.status(), other.status()), (200, 401));
    }
}

#[test]
fn what_is_over_is_swept_by_a_server_that_starts() {
    for database in TestDatabase::each() {
        let mut server = Server::start_on(&database, &[]);
        server.admin("ada");
        Browser::of(&server, "ada");
        let token = obtain(&server, "ada", PASSWORD);
        assert_eq!(post(&server, "/auth/revoke_token/", "", &json!({ "token": token })).status, 204);
        let token = obtain(&server, "ada", PASSWORD);
        assert_eq!(post(&server, "/auth/revoke_token/", "", &json!({ "token": token })).status, 204);
        server.terminate();
        let revoked = server.rows.number("SELECT count(*) FROM presspass_revoked_token");
        let bytes = if server.rows.is_sqlite() { "randomblob(32)" } else { "sha256('a')" };
        server.rows.run(&format!(
            "UPDATE presspass_revoked_token SET expires_at = 1700000000
                 WHERE line = (SELECT line FROM presspass_revoked_token LIMIT 1);
             UPDATE presspass_session SET expires_at = '2026-01-01 00:00:00';
             INSERT INTO presspass_api_key (digest, account_id, name, scopes, created_at, expires_at)
                 SELECT {bytes}, id, 'old', '*', '2026-01-01 00:00:00', '2026-01-02 00:00:00' FROM auth_user"
        ));
        let mut server = Server::start_on(&database, &[]);
        for (table, left) in
            [("presspass_revoked_token", revoked - 1), ("presspass_session", 0), ("presspass_api_key", 0)]
        {
            eventually(table, || {
                (server.rows.number(&format!("SELECT count(*) FROM {table}")) == left).then_some(())
            });
        }
    }
}

/// [`PASSWORD`] by so many rounds that a login takes its time, and [`NEW`] by few; both by Python's `hashlib`.
const SLOW: &str = "pbkdf2_sha256$1500000$salt$xSy5miWqH3CjVzc4M2cq579KrqkLGXuLtMt79LlJeWM=";
const QUICK_NEW: &str = "pbkdf2_sha256$1000$salt$LIngTpVFxMJtwM9Y9r1PHrcEEvcKq4nfIwL4SnjsHYU=";

#[test]
fn a_log_in_by_the_old_password_that_a_change_overtakes_gets_no_token_and_no_session() {
    let settings = [("PRESSPASS_PASSWORD__UPGRADE", "false"), ("PRESSPASS_THROTTLE__STORE", "database")];
    for mut server in each(&settings) {
        for path in ["/auth/obtain_token/", "/api-auth/login/"] {
            server.rows.run(&format!(
                "UPDATE auth_user SET password = '{SLOW}' WHERE username = 'ada'; DELETE FROM presspass_revocation; \
                 DELETE FROM presspass_throttle"
            ));
            let mut browser = Browser::new(&server);
            assert_eq!(browser.get("/api-auth/login/").status, 200);
            let fields = [("username", "ada"), ("password", PASSWORD)];
            let (mut client, mut other) = (server.client(), server.client());
            let rows = &mut server.rows;
            let mut log_in = |path| match path {
                "/api-auth/login/" => browser.submit(path, &fields).status,
                _ => client.post(path).json(&json!({"username": "ada", "password": PASSWORD})).send().status,
            };
            let answered = thread::scope(|scope| {
                let answering = scope.spawn(|| log_in(path));
                // It is counted before the hash is looked up; the rounds take much longer than that.
                eventually("the login has begun", || {
                    (rows.number("SELECT count(*) FROM presspass_throttle") > 0).then_some(())
                });
                // And once others that came later have their answers, it was looked up.
                for _ in 0..5 {
                    other.get("/health/").expect(200);
                }
                assert!(!answering.is_finished(), "it is under way");
                // As another server changes it.
                let now = SystemClock.now().unix_timestamp();
                rows.run(&format!(
                    "BEGIN; UPDATE auth_user SET password = '{QUICK_NEW}' WHERE username = 'ada'; \
                     INSERT INTO presspass_revocation (account_id, revoked_before) \
                         SELECT id, {now} + 1 FROM auth_user WHERE username = 'ada'; COMMIT"
                ));
                answering.join().unwrap()
            });
            // A form that was refused is shown again.
            assert_eq!(answered, if path == "/api-auth/login/" { 200 } else { 400 }, "{path}");
            assert!(!browser.cookies.contains_key("sessionid"));
            assert_eq!(obtain(&server, "ada", NEW).split('.').count(), 3);
        }
    }
}

/// A token that another server issued, by the same secret and with a lifetime of a year.
#[test]
fn a_token_that_outlives_its_family_does_not_live_again_once_the_family_is_forgotten() {
    const YEAR: i64 = 365 * 86_400;
    for mut server in each(&[]) {
        let id = server.rows.number("SELECT id FROM auth_user WHERE username = 'ada'");
        let policy = TokenPolicy::django().with_lifetime(time::Duration::seconds(YEAR));
        let issuer = TokenIssuer::new(SigningKey::hs256(SECRET_KEY).unwrap(), policy);
        let subject = DjangoSubject { user_id: id, username: "ada", email: "" };
        let now = SystemClock.now();
        let long = issuer.issue(subject, now).unwrap();
        let first = refresh(&server, &long).unwrap();
        let second = refresh(&server, &first).unwrap();
        assert_eq!(post(&server, "/auth/revoke_token/", "", &json!({"token": second})).status, 204);
        assert_eq!([&long, &first, &second].map(|token| status(&server, token)), [401; 3]);
        let kept = "SELECT min(expires_at) FROM presspass_revoked_token";
        assert!(server.rows.number(kept) > now.unix_timestamp() + YEAR, "{}", server.rows.number(kept));
        // One of the usual kind is kept for the usual time, where nothing else was refreshed.
        let bob = obtain(&server, "bob", PASSWORD);
        let bob = refresh(&server, &bob).unwrap();
        assert_eq!(post(&server, "/auth/revoke_token/", "", &json!({"token": bob})).status, 204);
        assert!(server.rows.number(kept) < now.unix_timestamp() + 8 * 86_400);
        // And one that was shown once more, after another of its family had ended it.
        server.rows.run(&format!(
            "UPDATE presspass_revocation SET lines_until = NULL; UPDATE presspass_revoked_token SET expires_at = {}",
            now.unix_timestamp() + 60
        ));
        assert_eq!(post(&server, "/auth/revoke_token/", "", &json!({"token": long})).status, 204);
        let longest = server.rows.number("SELECT max(expires_at) FROM presspass_revoked_token");
        assert!(longest > now.unix_timestamp() + YEAR, "{longest}");
    }
}
