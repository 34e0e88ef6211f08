//! What accounts are known by is ended on their pages: sessions, tokens, API keys.

use presspass_test_support::{Client, TestDatabase, TestRedis};
use serde_json::json;

use super::{each, start};
use crate::common::{Browser, PASSWORD, Server, log_in};

fn status(server: &Server, authorization: &str) -> u16 {
    server.client().request("GET", "/account/").header("Authorization", authorization).send().status
}

fn jwt(client: &mut Client, name: &str) -> String {
    let answer = log_in(client, name, PASSWORD);
    format!("JWT {}", answer.json()["token"].as_str().unwrap())
}

/// The value of the button that ends the one item of a panel.
fn item(page: &str) -> String {
    let (_, rest) = page.split_once("name=\"_item\" value=\"").unwrap_or_else(|| panic!("no item in {page}"));
    rest.split_once('"').unwrap().0.to_owned()
}

#[test]
fn sessions_tokens_and_keys_are_revoked_one_by_one_and_together() {
    for mut server in each() {
        let id = server.rows.number("SELECT id FROM auth_user WHERE username = 'bob'");
        let path = format!("/admin/auth/user/{id}/change/");
        let mut ada = Browser::of(&server, "ada");
        let mut bob = Browser::of(&server, "bob");
        assert_eq!(bob.status(), 200);
        let one = item(ada.get(&path).text());
        // No panel of another account ends it.
        let other = server.rows.number("SELECT id FROM auth_user WHERE username = 'vi'");
        ada.submit(&format!("/admin/auth/user/{other}/change/"), &[("_panel", "sessions"), ("_item", &one)]);
        assert_eq!(bob.status(), 200);
        assert_eq!(ada.submit(&path, &[("_panel", "sessions"), ("_item", &one)]).status, 302);
        assert!(ada.get(&path).text().contains("The session was revoked."));
        assert_eq!(bob.status(), 401);
        let mut browsers = [Browser::of(&server, "bob"), Browser::of(&server, "bob")];
        assert_eq!(ada.submit(&path, &[("_panel", "sessions")]).status, 302);
        for browser in &mut browsers {
            assert_eq!(browser.status(), 401);
        }

        let token = jwt(&mut server.client(), "bob");
        let made = server
            .client()
            .request("POST", "/account/api_keys/")
            .header("Authorization", &token)
            .json(&json!({"name": "robot <b>", "scopes": "*", "current_password": PASSWORD}))
            .send();
        assert_eq!(made.status, 201, "{}", made.text());
        let page = ada.get(&path).text().to_owned();
        assert!(
            page.contains("robot &#60;b&#62;") && page.contains("Scopes: everything this user may do"),
            "{page}"
        );
        let key = item(&page);
        assert_eq!(ada.submit(&path, &[("_panel", "api-keys"), ("_item", &key)]).status, 302);
        assert_eq!(server.rows.number("SELECT count(*) FROM presspass_api_key"), 0);
        assert_eq!(status(&server, &token), 200);
        assert_eq!(ada.submit(&path, &[("_panel", "tokens")]).status, 302);
        assert_eq!(status(&server, &token), 401);
        assert_eq!(status(&server, &jwt(&mut server.client(), "bob")), 200, "the next one is good");
    }
}

/// What the log says of an account, the newest first.
fn logged(server: &mut Server, id: i64) -> Vec<String> {
    let of = format!(
        "FROM django_admin_log JOIN auth_user ON auth_user.id = user_id
         JOIN django_content_type ON django_content_type.id = content_type_id
         WHERE username = 'ada' AND app_label = 'auth' AND model = 'user' AND action_flag = 2
         AND object_id = '{id}' AND object_repr = 'bob'"
    );
    let count = server.rows.number(&format!("SELECT count(*) {of}"));
    let message =
        |at| format!("SELECT change_message {of} ORDER BY django_admin_log.id DESC LIMIT 1 OFFSET {at}");
    (0..count).map(|at| server.rows.text(&message(at))).collect()
}

#[test]
fn revocations_are_in_the_log() {
    let databases = TestDatabase::each().into_iter().map(|database| (database, None));
    let on_redis = TestRedis::running().map(|redis| (TestDatabase::sqlite(), Some(redis)));
    for (database, redis) in databases.chain(on_redis) {
        let url = redis.as_ref().map(TestRedis::url);
        let settings: Vec<_> = url.iter().map(|url| ("PRESSPASS_SESSIONS__STORE", url.as_str())).collect();
        let mut server = Server::start(database, &settings);
        server.account("ada", true, true);
        server.account("bob", false, true);
        let id = server.rows.number("SELECT id FROM auth_user WHERE username = 'bob'");
        let path = format!("/admin/auth/user/{id}/change/");
        let mut ada = Browser::of(&server, "ada");
        let mut browsers =
            [Browser::of(&server, "bob"), Browser::of(&server, "bob"), Browser::of(&server, "bob")];
        let one = item(ada.get(&path).text());
        assert_eq!(ada.submit(&path, &[("_panel", "sessions"), ("_item", &one)]).status, 302);
        let began = logged(&mut server, id).pop().unwrap();
        assert!(
            began.starts_with(r#"[{"deleted": {"name": "session", "object": "20"#)
                && began.ends_with(r#" UTC"}}]"#),
            "{began}"
        );
        // A session that has ended already is not revoked, nor is one of another account.
        for over in [one.as_str(), "x", ""] {
            ada.submit(&path, &[("_panel", "sessions"), ("_item", over)]);
            assert!(ada.get(&path).text().contains("That session has already ended."), "{over}");
        }
        ada.submit(&path, &[("_panel", "sessions")]);
        ada.submit(&path, &[("_panel", "sessions")]);
        assert!(browsers.iter_mut().all(|browser| browser.status() == 401));
        ada.submit(&path, &[("_panel", "tokens")]);
        let token = jwt(&mut server.client(), "bob");
        for name in ["robot é", "a", "b"] {
            let key = json!({"name": name, "scopes": "*", "current_password": PASSWORD});
            let mut client = server.client();
            let request = client.request("POST", "/account/api_keys/").header("Authorization", &token);
            assert_eq!(request.json(&key).send().status, 201);
        }
        let robot = server.rows.number("SELECT min(id) FROM presspass_api_key").to_string();
        for _ in 0..2 {
            ada.submit(&path, &[("_panel", "api-keys"), ("_item", &robot)]);
            ada.submit(&path, &[("_panel", "api-keys")]);
        }
        let expected = [
            "All API keys were revoked.",
            r#"[{"deleted": {"name": "API key", "object": "robot \u00e9"}}]"#,
            "All tokens were revoked.",
            "All sessions were revoked.",
            &began,
        ];
        assert_eq!(logged(&mut server, id), expected);
        let history = ada.get(&format!("/admin/auth/user/{id}/history/")).text().to_owned();
        for words in ["Deleted API key “robot é”.", "All tokens were revoked.", "Deleted session “20"]
        {
            assert!(history.contains(words), "{words}: {history}");
        }
        assert!(ada.get("/admin/").text().contains(">bob<"), "it is among what ada did last");
    }
}

#[test]
fn who_may_not_change_an_account_ends_nothing_of_it() {
    let mut server = start(TestDatabase::sqlite());
    server.grant("vi", "view_user");
    let id = server.rows.number("SELECT id FROM auth_user WHERE username = 'bob'");
    let path = format!("/admin/auth/user/{id}/change/");
    let token = jwt(&mut server.client(), "bob");
    let mut bob = Browser::of(&server, "bob");
    let mut vi = Browser::of(&server, "vi");
    let page = vi.get(&path);
    assert!(page.status == 200 && !page.text().contains("_panel"), "{}", page.text());
    for panel in ["sessions", "tokens", "api-keys", "nosuch"] {
        assert_eq!(vi.submit(&path, &[("_panel", panel)]).status, 403, "{panel}");
    }
    assert_eq!((bob.status(), status(&server, &token)), (200, 200));
    assert_eq!(Browser::of(&server, "ada").submit(&path, &[("_panel", "nosuch")]).status, 404);
}

#[test]
fn a_password_that_the_admin_sets_ends_the_tokens_too() {
    for mut server in each() {
        let id = server.rows.number("SELECT id FROM auth_user WHERE username = 'bob'");
        let token = jwt(&mut server.client(), "bob");
        let mut ada = Browser::of(&server, "ada");
        let new = [("password1", "Battery-Staple-7"), ("password2", "Battery-Staple-7")];
        assert_eq!(super::fill_in(&mut ada, &format!("/admin/auth/user/{id}/password/"), &new).status, 302);
        assert_eq!(status(&server, &token), 401);
    }
}
