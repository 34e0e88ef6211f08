//! The pages of the caller's account: the account, password and API key forms.

use presspass_test_support::{Answer, TestDatabase};
use serde_json::json;

use crate::common::{Browser, PASSWORD, Server, in_chromium, token};
use crate::pages::{HTML, send};

const NEW: &str = "notes-on-Bernoulli-7";

/// With an account `ada`, and `bob`, who may do nothing with posts.
fn start() -> Server {
    let mut server = Server::start(TestDatabase::sqlite(), &[]);
    server.admin("ada");
    server.user("bob");
    server
}

fn open(browser: &mut Browser, path: &str) -> Answer {
    browser.send("GET", path, &[HTML], "")
}

/// What is between two marks of a page.
fn between<'p>(page: &'p str, before: &str, after: &str) -> &'p str {
    let (_, rest) = page.split_once(before).unwrap_or_else(|| panic!("no {before} in {page}"));
    rest.split_once(after).unwrap_or_else(|| panic!("no {after} in {rest}")).0
}

#[test]
fn pages_of_an_account_say_who_is_logged_in() {
    let server = start();
    let mut bob = Browser::of(&server, "bob");
    for path in ["/account/", "/api/account/", "/api/account/password/", "/account/api_keys/"] {
        let page = open(&mut bob, path);
        let text = page.text();
        let user = between(text, "<div class=\"user\">", "</header>");
        assert!(user.contains(">bob</span>") && user.contains("Log out"), "{path}: {user}");
        assert!(!text.contains("Log in</a>"), "{path}: {text}");
        assert!(text.contains("Authorization: JWT $TOKEN"), "{path}: {text}");
    }
    let account = open(&mut bob, "/api/account/").text().to_owned();
    assert!(account.contains("href=\"/api/account/password/\""), "{account}");
    assert!(account.contains("href=\"/api/account/api_keys/\""), "{account}");
    // By a token that was pasted, too.
    let mut pasted = Browser::new(&server);
    pasted.get("/api-auth/token/");
    let id = 2;
    pasted.submit("/api-auth/token/", &[("token", &token(id, "bob")), ("next", "/account/")]);
    let page = open(&mut pasted, "/account/");
    let user = between(page.text(), "<div class=\"user\">", "</header>");
    assert!(user.contains(">bob</span>") && user.contains("Forget the token"), "{user}");
    // To nobody nothing is offered.
    let page = open(&mut Browser::new(&server), "/account/api_keys/");
    assert!(page.status == 401 && !page.text().contains("id=\"send\""), "{}", page.text());
}

#[test]
fn a_password_is_changed_on_its_page_where_it_was_typed_twice() {
    let server = start();
    let mut browser = Browser::of(&server, "bob");
    let mut other = Browser::of(&server, "bob");
    let path = "/api/account/password/";
    let page = open(&mut browser, path).text().to_owned();
    assert_eq!(page.matches("autocomplete=\"new-password\"").count(), 2, "{page}");
    let change = |browser: &mut Browser, again: &str| {
        let fields =
            [("_method", "POST"), ("current_password", PASSWORD), ("new_password", NEW), ("_confirm", again)];
        send(browser, path, &fields)
    };
    for again in ["", "notes-on-Bernoulli-8"] {
        let refused = change(&mut browser, again);
        assert_eq!(refused.status, 400, "{again}");
        assert!(refused.text().contains("two password fields didn"), "{}", refused.text());
        assert!(!refused.text().contains("Bernoulli"), "{}", refused.text());
    }
    let done = change(&mut browser, NEW);
    assert_eq!(done.status, 200, "{}", done.text());
    assert!(done.text().contains("Your password was changed."), "{}", done.text());
    assert!(!done.text().contains(NEW), "{}", done.text());
    assert_eq!((browser.status(), other.status()), (200, 401));
    // The form of that page is one of the new session.
    let csrf = between(done.text(), "name=\"csrfmiddlewaretoken\" value=\"", "\"").to_owned();
    let body = format!("csrfmiddlewaretoken={csrf}&_method=OPTIONS");
    let form = [HTML, ("Content-Type", "application/x-www-form-urlencoded")];
    let options = browser.send("POST", path, &form, &body);
    assert!(options.status == 200 && options.text().contains("OPTIONS</b>"), "{}", options.text());
}

#[test]
fn pages_that_go_by_a_token_go_by_its_successor_after_a_change_of_the_password() {
    let server = start();
    let mut browser = Browser::new(&server);
    browser.get("/api-auth/token/");
    browser.submit("/api-auth/token/", &[("token", &token(2, "bob"))]);
    let fields =
        [("_method", "POST"), ("current_password", PASSWORD), ("new_password", NEW), ("_confirm", NEW)];
    assert_eq!(send(&mut browser, "/account/password/", &fields).status, 200);
    assert_eq!(open(&mut browser, "/account/").status, 200);
}

#[test]
fn an_api_key_is_made_on_its_page_shown_once_and_revoked() {
    let server = start();
    let mut browser = Browser::of(&server, "bob");
    let path = "/api/account/api_keys/";
    let page = open(&mut browser, path).text().to_owned();
    for field in ["name", "scopes", "expires_at", "current_password"] {
        assert!(page.contains(&format!("id=\"send-{field}\"")), "{field}: {page}");
    }
    let fields =
        |password| [("_method", "POST"), ("name", "laptop"), ("scopes", "*"), ("current_password", password)];
    let refused = send(&mut browser, path, &fields("wrong"));
    assert_eq!(refused.status, 400, "{}", refused.text());
    assert!(refused.text().contains("value=\"laptop\"") && !refused.text().contains("wrong\""));
    let made = send(&mut browser, path, &fields(PASSWORD));
    assert_eq!(made.status, 201, "{}", made.text());
    let key = between(made.text(), "id=\"secret\">", "<").to_owned();
    assert!(key.starts_with("pp_") && made.text().contains("data-copy=\"secret\""), "{}", made.text());
    let listed = open(&mut browser, path);
    assert!(!listed.text().contains(&key) && listed.text().contains("laptop"), "{}", listed.text());
    let one = format!("{path}1/");
    assert!(listed.text().contains(&format!("href=\"{one}\"")), "{}", listed.text());
    // Nobody reads a key again, but its page revokes it.
    let detail = open(&mut browser, &one);
    assert!(detail.status == 405 && detail.text().contains("value=\"DELETE\""), "{}", detail.text());
    let revoked = send(&mut browser, &one, &[("_method", "DELETE")]);
    assert!(revoked.text().contains("The API key was revoked."), "{}", revoked.text());
    assert_eq!(browser.get(path).text(), "[]");
}

#[test]
fn the_pages_of_an_account_in_a_browser() {
    let server = start();
    let given = json!({"username": "bob", "password": PASSWORD, "next": NEW});
    in_chromium(include_str!("browser/account.mjs"), &server.url(""), &given);
}
