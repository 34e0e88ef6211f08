//! `account/password/`.

use std::thread;

use presspass_test_support::{RunningServer, TestDatabase};
use serde_json::json;

use super::{NEW, change, each, key_of, obtain, post, refresh, status};
use crate::common::{Browser, PASSWORD, Server, basic, eventually, log_in};

const WRONG: &str = "Your old password was entered incorrectly. Please enter it again.";

#[test]
fn a_token_caller_gets_another_token_and_everything_else_ends() {
    for server in each(&[]) {
        let mut browser = Browser::of(&server, "ada");
        let (mine, other) = (obtain(&server, "ada", PASSWORD), obtain(&server, "ada", PASSWORD));
        let answer = change(&server, &format!("JWT {mine}"), PASSWORD, NEW);
        assert_eq!(answer.status, 200, "{}", answer.text());
        let next = answer.json()["token"].as_str().unwrap().to_owned();
        assert_eq!([&mine, &other].map(|token| status(&server, token)), [401; 2]);
        assert_eq!(browser.status(), 401);
        assert_eq!(status(&server, &next), 200, "in the same second");
        assert_eq!(status(&server, &refresh(&server, &next).unwrap()), 200);
        assert_eq!(log_in(&mut server.client(), "ada", PASSWORD).status, 400);
        assert_eq!(status(&server, &obtain(&server, "ada", NEW)), 200);
    }
}

#[test]
fn the_callers_session_goes_on_under_another_key_with_another_csrf_token() {
    for mut server in each(&[]) {
        let (mut one, mut other) = (Browser::of(&server, "ada"), Browser::of(&server, "ada"));
        let token = obtain(&server, "ada", PASSWORD);
        let body = json!({"current_password": PASSWORD, "new_password": NEW}).to_string();
        let json = [("Content-Type", "application/json")];
        assert_eq!(one.send("POST", "/account/password/", &json, &body).status, 403, "no CSRF token");
        let before = one.cookies.clone();
        let answer = one.script("POST", "/account/password/", &body);
        assert_eq!((answer.status, answer.text()), (200, r#"{"token":null}"#));
        assert_ne!(one.cookies["sessionid"], before["sessionid"]);
        assert_ne!(one.csrf(), before["csrftoken"]);
        assert_eq!((one.status(), other.status(), status(&server, &token)), (200, 401, 401));
        assert_eq!(server.rows.number("SELECT count(*) FROM presspass_session"), 1);
        let mut thief = Browser::new(&server);
        thief.cookies = before;
        assert_eq!(thief.status(), 401);
        // A form does it, too.
        let fields = [("current_password", NEW), ("new_password", PASSWORD)];
        assert_eq!(one.submit("/api/account/password/", &fields).status, 200);
        assert_eq!(one.status(), 200);
    }
}

#[test]
fn the_rules_of_new_passwords_are_told_by_field() {
    for mut server in each(&[]) {
        server.rows.run("UPDATE auth_user SET first_name = 'Wilhelmina' WHERE username = 'ada'");
        let header = format!("JWT {}", obtain(&server, "ada", PASSWORD));
        for (new, problems) in [
            (
                "1234",
                &[
                    "This password is too short. It must contain at least 8 characters.",
                    "This password is too common.",
                    "This password is entirely numeric.",
                ][..],
            ),
            ("wilhelmina1", &["The password is too similar to the first name."]),
            ("ada@example.com", &["The password is too similar to the email address."]),
            (
                " notes-on-Bernoulli",
                &["This password begins or ends with a blank. Blanks are cut off when a token \
                is asked for, so this password would not be accepted there."],
            ),
        ] {
            let answer = change(&server, &header, PASSWORD, new);
            assert_eq!((answer.status, answer.json()), (400, json!({ "new_password": problems })), "{new}");
        }
        let both = change(&server, &header, "wrong-Horse-9", "password");
        let expected = json!({"current_password": [WRONG], "new_password": ["This password is too common."]});
        assert_eq!((both.status, both.json()), (400, expected));
        let nothing = post(&server, "/account/password/", &header, &json!({"new_password": ""}));
        let expected = json!({
            "current_password": ["This field is required."], "new_password": ["This field may not be blank."]
        });
        assert_eq!((nothing.status, nothing.json()), (400, expected));
        assert_eq!(log_in(&mut server.client(), "ada", PASSWORD).status, 200, "nothing has changed");
    }
}

#[test]
fn who_guesses_the_current_password_is_throttled_as_at_a_log_in() {
    let settings = [("PRESSPASS_THROTTLE__LOGIN_ACCOUNT_FAILURES", "3")];
    for server in each(&settings) {
        let header = format!("JWT {}", obtain(&server, "ada", PASSWORD));
        for _ in 0..3 {
            assert_eq!(change(&server, &header, "wrong-Horse-9", NEW).status, 400);
        }
        assert_eq!(change(&server, &header, PASSWORD, NEW).status, 429);
        assert_eq!(log_in(&mut server.client(), "ada", PASSWORD).status, 429, "one count for both");
        let body = json!({"name": "a", "scopes": "*", "current_password": PASSWORD});
        assert_eq!(post(&server, "/account/api_keys/", &header, &body).status, 429);
    }
}

#[test]
fn nobody_and_no_api_key_changes_a_password_and_basic_callers_do() {
    let settings = [("PRESSPASS_AUTHENTICATORS", "jwt,token,basic")];
    for server in each(&settings) {
        assert_eq!(change(&server, "", PASSWORD, NEW).status, 401);
        let key = key_of(&server, &obtain(&server, "ada", PASSWORD), "*");
        assert_eq!(change(&server, &format!("Token {key}"), PASSWORD, NEW).status, 403);
        let answer = change(&server, &basic(&format!("ada:{PASSWORD}")), PASSWORD, NEW);
        assert_eq!((answer.status, answer.text()), (200, r#"{"token":null}"#));
        assert_eq!(log_in(&mut server.client(), "ada", NEW).status, 200);
    }
}

#[test]
fn of_several_changes_at_once_one_is_done_and_its_password_is_the_one_that_counts() {
    for server in each(&[("PRESSPASS_THROTTLE__ENABLED", "false")]) {
        let header = format!("JWT {}", obtain(&server, "ada", PASSWORD));
        let names: Vec<String> = (0..4).map(|number| format!("{NEW}{number}")).collect();
        let running: &RunningServer = &server;
        let answers: Vec<_> = thread::scope(|scope| {
            let calls: Vec<_> =
                names.iter().map(|new| scope.spawn(|| change(running, &header, PASSWORD, new))).collect();
            calls.into_iter().map(|call| call.join().unwrap()).collect()
        });
        let done: Vec<_> = names.iter().zip(&answers).filter(|(_, answer)| answer.status == 200).collect();
        assert_eq!(done.len(), 1, "{answers:?}");
        assert!(answers.iter().all(|answer| matches!(answer.status, 200 | 400 | 401 | 503)), "{answers:?}");
        for new in &names {
            let expected = if new == done[0].0 { 200 } else { 400 };
            assert_eq!(log_in(&mut server.client(), "ada", new).status, expected);
        }
    }
}

#[test]
fn no_refresh_and_no_log_in_outruns_a_change() {
    for server in each(&[("PRESSPASS_THROTTLE__ENABLED", "false")]) {
        let mine = obtain(&server, "ada", PASSWORD);
        let stolen = obtain(&server, "ada", PASSWORD);
        let running: &RunningServer = &server;
        let (last, logged_in) = thread::scope(|scope| {
            let refreshing = scope.spawn(|| {
                let mut last = stolen.clone();
                while let Ok(next) = refresh(running, &last) {
                    last = next;
                }
                last
            });
            // As long as the old password is good; what is verified while it is changed counts most.
            let logging_in = scope.spawn(|| {
                let mut tokens = Vec::new();
                loop {
                    let answer = log_in(&mut running.client(), "ada", PASSWORD);
                    match answer.status {
                        200 => tokens.push(answer.json()["token"].as_str().unwrap().to_owned()),
                        400 => break tokens,
                        _ => {}
                    }
                }
            });
            let answer = eventually("the password is changed", || {
                let answer = change(running, &format!("JWT {mine}"), PASSWORD, NEW);
                (answer.status != 503).then_some(answer)
            });
            assert_eq!(answer.status, 200, "{}", answer.text());
            (refreshing.join().unwrap(), logging_in.join().unwrap())
        });
        assert_eq!(status(&server, &last), 401);
        for token in &logged_in {
            assert_eq!(status(&server, token), 401);
        }
    }
}

#[test]
fn it_is_logged_and_no_secret_is() {
    let mut server = Server::start(TestDatabase::sqlite(), &[("PRESSPASS_AUTHENTICATORS", "jwt,token")]);
    server.admin("ada");
    let token = obtain(&server, "ada", PASSWORD);
    let key = key_of(&server, &token, "*");
    assert_eq!(super::ask(&server, "GET", "/account/", &format!("Token {key}")).status, 200);
    change(&server, &format!("JWT {token}"), "wrong-Horse-9", NEW);
    let answer = change(&server, &format!("JWT {token}"), PASSWORD, NEW);
    let next = answer.json()["token"].as_str().unwrap().to_owned();
    post(&server, "/auth/revoke_token/", "", &json!({"token": next}));
    let next = obtain(&server, "ada", NEW);
    post(&server, "/auth/revoke_all/", &format!("JWT {next}"), &json!({}));
    for told in [
        "API key created",
        "API key used",
        "password check failed",
        "password changed",
        "token revoked",
        "all tokens and sessions revoked",
    ] {
        server.expect_stderr(told);
        let said = server.stderr();
        let line = said.lines().find(|line| line.contains(told)).unwrap();
        assert!(line.contains("account=1") && line.contains("request{id="), "{line}");
    }
    let said = server.stderr();
    for secret in [PASSWORD, NEW, "wrong-Horse-9", &key[3..], &token, &next] {
        assert!(!said.contains(secret), "{said}");
    }
}

#[test]
fn a_hash_of_another_scheme_is_rewritten_at_a_login_unless_the_settings_say_otherwise() {
    for database in TestDatabase::each() {
        for (upgrade, scheme) in [("false", "pbkdf2_sha256$1000$"), ("auto", "bcrypt_sha256$$2b$12$")] {
            let mut server = Server::start_on(&database, &[("PRESSPASS_PASSWORD__UPGRADE", upgrade)]);
            let mut ada = server.user("ada");
            let token = obtain(&server, "ada", PASSWORD);
            let hash = server.rows.text("SELECT password FROM auth_user");
            assert!(hash.starts_with(scheme), "{upgrade}: {hash}");
            // The password is the same: tokens stay valid, and the next login succeeds.
            ada.get("/account/").expect(200);
            server.client().authorized(format!("JWT {token}")).get("/account/").expect(200);
            obtain(&server, "ada", PASSWORD);
        }
    }
}
