//! Forms that meet an ended session, another login, an old CSRF token or a limit: nothing that was typed is lost, and
//! nothing is saved that nobody pressed a button for.

use presspass_test_support::{Answer, TestDatabase};
use serde_json::json;

use crate::common::{Browser, PASSWORD, Server, in_chromium};
use crate::pages::{FORM, HTML, send, send_with};

const CHANGE: &str = "/admin/posts/post/1/change/";
const ADD: &str = "/admin/posts/post/add/";
const API: &str = "/api/posts/1/";

/// A text that needs escaping.
const TEXT: &str = "Two \"lines\"\n<b>& more";
const ESCAPED: &str = "Two &#34;lines&#34;\n&#60;b&#62;&#38; more";

/// With `ada`, who may do everything, `bob`, who may do nothing, and a post.
fn start() -> Server {
    start_with(&[])
}

fn start_with(settings: &[(&str, &str)]) -> Server {
    let mut server = Server::start(TestDatabase::sqlite(), settings);
    server.admin("ada");
    server.user("bob");
    server.posts(1);
    server
}

fn content(server: &mut Server) -> String {
    server.rows.text("SELECT content FROM posts_post WHERE id = 1")
}

/// The value of a field of a page, as it stands there.
fn value<'p>(page: &'p str, name: &str) -> &'p str {
    let marker = format!("name=\"{name}\" value=\"");
    let (_, rest) = page.split_once(&marker).unwrap_or_else(|| panic!("no {name} in {page}"));
    rest.split_once('"').unwrap().0
}

fn version(browser: &mut Browser) -> String {
    let page = browser.get(CHANGE);
    value(page.text(), "_version").to_owned()
}

/// What a form of the admin holds.
fn post<'f>(version: &'f str, text: &'f str) -> Vec<(&'f str, &'f str)> {
    vec![("_version", version), ("title", "Title"), ("content", text), ("_continue", "1")]
}

fn assert_form_again(page: &Answer, status: u16) {
    assert_eq!(page.status, status, "{}", page.text());
    assert!(page.text().contains("id=\"form-content\""), "{}", page.text());
    assert!(page.text().contains(&format!(">\n{ESCAPED}</textarea>")), "{}", page.text());
    assert!(page.text().contains("data-warn-unsaved=\"1\""), "{}", page.text());
}

#[test]
fn a_form_of_the_admin_whose_session_ended_asks_for_a_log_in_and_comes_back_as_it_was() {
    let mut server = start();
    let mut browser = Browser::of(&server, "ada");
    let version = version(&mut browser);
    // Either the session alone is gone, or all cookies are.
    for keeps_csrf in [true, false] {
        server.rows.run("DELETE FROM presspass_session");
        if !keeps_csrf {
            browser.cookies.clear();
        }
        let dead = browser.cookies.get("sessionid").cloned();
        let asked = send(&mut browser, CHANGE, &post(&version, TEXT));
        assert_eq!(asked.status, 403, "{}", asked.text());
        let page = asked.text().to_owned();
        assert!(page.contains("<h1>Log in to save</h1>"), "{page}");
        assert!(page.contains(&format!("name=\"content\" value=\"{ESCAPED}\"")), "{page}");
        let shown = ESCAPED.replace("&#34;", "&quot;").replace("&#60;", "&lt;").replace("&#62;", "&gt;");
        let shown = shown.replace("&#38;", "&amp;");
        assert!(page.contains(&format!("<pre class=\"code-block\">{shown}</pre>")), "{page}");
        let log_in = |browser: &mut Browser, username: &str, password: &str| {
            let mut fields = post(&version, TEXT);
            fields.extend([("_username", username), ("_password", password)]);
            send(browser, CHANGE, &fields)
        };
        for (username, password) in [("ada", "wrong-Horse-1"), ("bob", PASSWORD), ("", "")] {
            let refused = log_in(&mut browser, username, password);
            assert_eq!(refused.status, 403, "{username}: {}", refused.text());
            assert!(refused.text().contains("role=\"alert\""), "{}", refused.text());
            assert!(refused.text().contains(&format!("name=\"content\" value=\"{ESCAPED}\"")));
            assert!(password.is_empty() || !refused.text().contains(password), "{}", refused.text());
            assert_eq!(browser.cookies.get("sessionid"), dead.as_ref(), "{username} got a session");
        }
        let again = log_in(&mut browser, "ada", PASSWORD);
        assert_form_again(&again, 200);
        assert_eq!(content(&mut server), "Content", "nobody has pressed Save");
        assert_eq!(value(again.text(), "_version"), version);
    }
    // The form that came back is one of the new session.
    let page = browser.get(CHANGE);
    assert_eq!(page.status, 200);
    let saved = send(&mut browser, CHANGE, &post(&version, TEXT));
    assert_eq!(saved.status, 302, "{}", saved.text());
    assert_eq!(content(&mut server), TEXT);
}

#[test]
fn the_form_that_comes_back_after_a_log_in_can_be_saved_by_its_own_token() {
    let mut server = start();
    let mut browser = Browser::new(&server);
    let fields = [("title", "New"), ("content", TEXT)];
    assert_eq!(send(&mut browser, ADD, &fields).status, 403);
    let mut with_log_in = fields.to_vec();
    with_log_in.extend([("_username", "ada"), ("_password", PASSWORD)]);
    let again = send(&mut browser, ADD, &with_log_in);
    assert_form_again(&again, 200);
    let token = value(again.text(), "csrfmiddlewaretoken").to_owned();
    assert_eq!(send_with(&mut browser, ADD, &token, &fields).status, 302);
    assert_eq!(server.rows.number("SELECT count(*) FROM posts_post WHERE title = 'New'"), 1);
}

#[test]
fn a_form_of_the_admin_from_before_another_log_in_comes_back_as_it_was() {
    let mut server = start();
    let mut browser = Browser::of(&server, "ada");
    let version = version(&mut browser);
    let old = browser.csrf();
    browser.log_in("ada", PASSWORD);
    let again = send_with(&mut browser, CHANGE, &old, &post(&version, TEXT));
    assert_form_again(&again, 403);
    assert!(again.text().contains("This form was out of date"), "{}", again.text());
    assert_eq!(content(&mut server), "Content");
    let token = value(again.text(), "csrfmiddlewaretoken").to_owned();
    assert_eq!(send_with(&mut browser, CHANGE, &token, &post(&version, TEXT)).status, 302);
    assert_eq!(content(&mut server), TEXT);
    // What has no text is shown as it is now, and nothing is done.
    let delete = "/admin/posts/post/1/delete/";
    let page = send_with(&mut browser, delete, &old, &[("post", "yes"), ("_version", &version)]);
    assert!(page.status == 403 && page.text().contains("Yes, delete"), "{}", page.text());
    let list = send_with(&mut browser, "/admin/posts/post/", &old, &[("action", "delete_selected")]);
    assert!(list.status == 403 && list.text().contains("nothing was changed"), "{}", list.text());
    // Somebody who may not change posts sees no more than before.
    server.rows.run("UPDATE auth_user SET is_staff = true WHERE username = 'bob'");
    server.grant("bob", "view_post");
    let mut bob = Browser::of(&server, "bob");
    assert_eq!(send_with(&mut bob, CHANGE, &old, &post(&version, TEXT)).status, 403);
    assert_eq!(send_with(&mut bob, "/admin/auth/user/add/", &old, &[("username", "x")]).status, 403);
}

#[test]
fn passwords_in_forms_do_not_come_back() {
    let server = start();
    let mut browser = Browser::of(&server, "ada");
    let secret = "Secret-Horse-8";
    let user = [("username", "new"), ("password1", secret), ("password2", secret)];
    let again = send_with(&mut browser, "/admin/auth/user/add/", "x", &user);
    assert!(again.status == 403 && again.text().contains("value=\"new\""), "{}", again.text());
    assert!(!again.text().contains(secret), "{}", again.text());
    let own = [("old_password", PASSWORD), ("new_password1", secret), ("new_password2", secret)];
    let again = send_with(&mut browser, "/admin/password_change/", "x", &own);
    assert!(again.status == 403 && again.text().contains("name=\"new_password2\""), "{}", again.text());
    assert!(!again.text().contains(secret) && !again.text().contains(PASSWORD), "{}", again.text());
    let mut stranger = Browser::new(&server);
    let asked = send(&mut stranger, "/admin/auth/user/add/", &user);
    assert!(asked.status == 403 && asked.text().contains("name=\"username\" value=\"new\""));
    assert!(!asked.text().contains(secret), "{}", asked.text());
    let fields = [
        ("_method", "POST"),
        ("current_password", PASSWORD),
        ("new_password", secret),
        ("_confirm", secret),
        ("_password", secret),
    ];
    for path in ["/account/password/", "/account/api_keys/"] {
        for browser in [&mut stranger, &mut browser] {
            let again = send_with(browser, path, "x", &fields);
            assert!(matches!(again.status, 401 | 403), "{}", again.text());
            assert!(again.text().contains("name=\"current_password\""), "{}", again.text());
            assert!(!again.text().contains(secret) && !again.text().contains(PASSWORD), "{}", again.text());
        }
    }
}

#[test]
fn a_log_in_form_that_is_out_of_date_is_shown_again_with_the_name() {
    let server = start();
    for path in ["/api-auth/login/", "/admin/login/"] {
        let mut browser = Browser::new(&server);
        let fields = [("username", "ada"), ("password", PASSWORD), ("next", "/api/posts/?limit=1")];
        let again = send(&mut browser, path, &fields);
        assert_eq!(again.status, 403, "{}", again.text());
        let page = again.text();
        assert!(page.contains("This form was out of date.") && page.contains("value=\"ada\""), "{page}");
        assert!(page.contains("value=\"/api/posts/?limit=1\"") && !page.contains(PASSWORD), "{page}");
        assert!(!browser.cookies.contains_key("sessionid"));
        let token = value(page, "csrfmiddlewaretoken").to_owned();
        let done = send_with(&mut browser, path, &token, &fields);
        assert_eq!(done.header("Location"), Some("/api/posts/?limit=1"), "{}", done.text());
    }
    // The forms of the logouts, too; and that of a token, which does not come back.
    let mut browser = Browser::of(&server, "ada");
    for path in ["/api-auth/logout/", "/admin/logout/"] {
        let again = send_with(&mut browser, path, "x", &[]);
        assert!(again.status == 403 && again.text().contains(">Log out</button>"), "{}", again.text());
    }
    let again = send_with(&mut browser, "/api-auth/token/", "x", &[("token", "eyJ0.secret.x")]);
    assert!(again.status == 403 && again.text().contains("This form was out of date."));
    assert!(!again.text().contains("eyJ0.secret"), "{}", again.text());
}

#[test]
fn nothing_that_another_site_sends_comes_back_in_a_form() {
    let mut server = start();
    let mut browser = Browser::of(&server, "ada");
    let mut stranger = Browser::new(&server);
    let admin = "title=Forged&content=Forged&_username=ada&_password=x";
    let api = "_method=PUT&title=Forged&content=Forged&_username=ada&_password=x";
    let login = "username=Forged&password=x";
    let elsewhere = [("Origin", "http://evil.example"), ("Origin", "null"), ("Sec-Fetch-Site", "cross-site")];
    for header in elsewhere {
        for browser in [&mut browser, &mut stranger] {
            for (path, body) in [
                (CHANGE, admin),
                (ADD, admin),
                (API, api),
                ("/api-auth/login/", login),
                ("/admin/login/", login),
            ] {
                let answer = browser.send("POST", path, &[HTML, FORM, header], body);
                assert!(matches!(answer.status, 302 | 401 | 403), "{path} {header:?}: {}", answer.status);
                assert!(!answer.text().contains("Forged"), "{path} {header:?}: {}", answer.text());
            }
        }
    }
    assert!(!stranger.cookies.contains_key("sessionid"));
    assert_eq!(content(&mut server), "Content");
    // A page of ours names our origin.
    let origin = server.url("").trim_end_matches('/').to_owned();
    let headers = [HTML, FORM, ("Origin", origin.as_str()), ("Sec-Fetch-Site", "same-origin")];
    let again = browser.send("POST", CHANGE, &headers, admin);
    assert!(again.status == 403 && again.text().contains("Forged"), "{}", again.text());
}

#[test]
fn a_form_of_the_api_whose_session_ended_logs_in_and_saves() {
    let mut server = start();
    let mut browser = Browser::of(&server, "ada");
    let put = [("_method", "PUT"), ("title", "Title"), ("content", TEXT)];
    let log_in = |fields: &[(&'static str, &'static str)], password: &'static str| {
        let mut fields = fields.to_vec();
        fields.extend([("_username", "ada"), ("_password", password)]);
        fields
    };
    for keeps_csrf in [true, false] {
        server.rows.run("DELETE FROM presspass_session; UPDATE posts_post SET content = 'Content'");
        if !keeps_csrf {
            browser.cookies.clear();
        }
        let asked = send(&mut browser, API, &put);
        let page = asked.text();
        assert_eq!(asked.status, 401, "{page}");
        assert!(page.contains(&format!(">\n{ESCAPED}</textarea>")), "{page}");
        assert!(page.contains("name=\"_username\"") && page.contains(">Log in and PUT</button>"), "{page}");
        let wrong = send(&mut browser, API, &log_in(&put, "wrong-Horse-1"));
        assert_eq!(wrong.status, 401, "{}", wrong.text());
        assert!(wrong.text().contains("don’t match") && wrong.text().contains(ESCAPED), "{}", wrong.text());
        assert!(wrong.text().contains("value=\"ada\"") && !wrong.text().contains("wrong-Horse-1"));
        assert_eq!(content(&mut server), "Content");
        let saved = send(&mut browser, API, &log_in(&put, PASSWORD));
        assert_eq!(saved.status, 200, "{}", saved.text());
        assert_eq!(content(&mut server), TEXT);
        assert!(saved.text().contains("Log out"), "{}", saved.text());
        assert_eq!(browser.status(), 200, "the session goes on");
        let token = value(saved.text(), "csrfmiddlewaretoken").to_owned();
        assert_eq!(send_with(&mut browser, API, &token, &put).status, 200, "by the token of the new session");
    }
    // A mistake comes after the login, and loses nothing either.
    server.rows.run("DELETE FROM presspass_session");
    let long: &'static str = "A title that is much longer than fifty characters, alas, so it is refused";
    let refused = send(
        &mut browser,
        "/api/posts/",
        &log_in(&[("_method", "POST"), ("title", long), ("content", TEXT)], PASSWORD),
    );
    assert_eq!(refused.status, 400, "{}", refused.text());
    assert!(refused.text().contains(long) && refused.text().contains(ESCAPED), "{}", refused.text());
    // Raw data, and a deletion.
    server.rows.run("DELETE FROM presspass_session");
    let raw =
        [("_method", "PATCH"), ("_content_type", "application/json"), ("_content", r#"{"content":"raw"}"#)];
    let asked = send(&mut browser, API, &raw);
    assert!(asked.text().contains(">\n{&#34;content&#34;:&#34;raw&#34;}</textarea>"), "{}", asked.text());
    assert_eq!(send(&mut browser, API, &log_in(&raw, PASSWORD)).status, 200);
    assert_eq!(content(&mut server), "raw");
    server.rows.run("DELETE FROM presspass_session");
    let asked = send(&mut browser, API, &[("_method", "DELETE")]);
    assert!(asked.text().contains(">Log in and delete permanently</button>"), "{}", asked.text());
    assert_eq!(server.rows.number("SELECT count(*) FROM posts_post"), 1);
    assert_eq!(send(&mut browser, API, &log_in(&[("_method", "DELETE")], PASSWORD)).status, 200);
    assert_eq!(server.rows.number("SELECT count(*) FROM posts_post"), 0);
}

#[test]
fn a_form_of_the_api_from_before_another_log_in_comes_back_as_it_was() {
    let mut server = start();
    let mut browser = Browser::of(&server, "ada");
    let old = browser.csrf();
    browser.log_in("ada", PASSWORD);
    let put = [("_method", "PUT"), ("title", "Title"), ("content", TEXT)];
    let again = send_with(&mut browser, API, &old, &put);
    let page = again.text();
    assert_eq!(again.status, 403, "{page}");
    assert!(page.contains("This form was out of date") && page.contains("value=\"PUT\""), "{page}");
    assert!(page.contains(&format!(">\n{ESCAPED}</textarea>")) && !page.contains("_username"), "{page}");
    assert_eq!(content(&mut server), "Content");
    let token = value(page, "csrfmiddlewaretoken").to_owned();
    assert_eq!(send_with(&mut browser, API, &token, &put).status, 200);
    assert_eq!(content(&mut server), TEXT);
    // Somebody else has logged in, who may not: they see the text, and can log in again.
    let old = browser.csrf();
    browser.log_in("bob", PASSWORD);
    let put = [("_method", "PUT"), ("title", "Title"), ("content", "Once more")];
    assert_eq!(send_with(&mut browser, API, &old, &put).status, 403);
    let denied = send(&mut browser, API, &put);
    assert_eq!(denied.status, 403, "{}", denied.text());
    assert!(denied.text().contains("Once more</textarea>") && denied.text().contains("name=\"_username\""));
    let mut fields = put.to_vec();
    fields.extend([("_username", "ada"), ("_password", PASSWORD)]);
    assert_eq!(send(&mut browser, API, &fields).status, 200);
    assert_eq!(content(&mut server), "Once more");
}

#[test]
fn nobody_is_logged_in_by_a_form_without_its_token() {
    let mut server = start();
    let mut browser = Browser::new(&server);
    browser.get("/api-auth/login/");
    for csrf in ["", "x", &"a".repeat(64)] {
        let fields = [("_method", "PUT"), ("title", "t"), ("_username", "ada"), ("_password", PASSWORD)];
        let answer = send_with(&mut browser, API, csrf, &fields);
        assert_eq!(answer.status, 401, "{}", answer.text());
        assert!(!answer.text().contains(PASSWORD));
        let answer = send_with(&mut browser, ADD, csrf, &fields[1..]);
        assert_eq!(answer.status, 403, "{}", answer.text());
        assert!(!answer.text().contains(PASSWORD) && !browser.cookies.contains_key("sessionid"));
    }
    // Nor by JSON, or to a client that asks for no page.
    let csrf = browser.csrf();
    let body = format!("_method=PUT&title=t&_username=ada&_password={PASSWORD}&csrfmiddlewaretoken={csrf}");
    assert_eq!(browser.send("POST", API, &[FORM], &body).status, 401);
    assert_eq!(browser.send("POST", CHANGE, &[FORM], &body).status, 302);
    assert!(!browser.cookies.contains_key("sessionid"));
    assert_eq!(content(&mut server), "Content");
}

#[test]
fn guesses_by_these_forms_count_like_any_other() {
    let server = start_with(&[("PRESSPASS_THROTTLE__LOGIN_ACCOUNT_FAILURES", "2")]);
    let mut browser = Browser::new(&server);
    browser.get("/api-auth/login/");
    let fields =
        |password| [("title", "t"), ("content", "kept"), ("_username", "ada"), ("_password", password)];
    let api = |password: &'static str| {
        let mut all = vec![("_method", "POST")];
        all.extend(fields(password));
        all
    };
    assert_eq!(send(&mut browser, ADD, &fields("wrong")).status, 403);
    assert_eq!(send(&mut browser, "/api/posts/", &api("wrong")).status, 401);
    for (path, sent) in [(ADD, fields(PASSWORD).to_vec()), ("/api/posts/", api(PASSWORD))] {
        let refused = send(&mut browser, path, &sent);
        assert_eq!(refused.status, 429, "{}", refused.text());
        assert!(
            refused.header("Retry-After").is_some() && refused.text().contains("kept"),
            "{}",
            refused.text()
        );
    }
}

#[test]
fn a_body_that_is_too_large_gets_a_page_with_the_way_back() {
    let server = start_with(&[("PRESSPASS_LIMITS__BODY_BYTES", "65536")]);
    let long = "x".repeat(70_000);
    let told = "What you sent is larger than 64 KB, so nothing was saved. Go back";
    let mut browser = Browser::of(&server, "ada");
    let mut stranger = Browser::new(&server);
    for browser in [&mut browser, &mut stranger] {
        for (path, fields) in [
            (ADD, vec![("title", "t"), ("content", long.as_str())]),
            ("/api/posts/", vec![("_method", "POST"), ("title", "t"), ("content", long.as_str())]),
        ] {
            let page = send(browser, path, &fields);
            // The API says first that nobody is logged in.
            if page.status == 401 {
                continue;
            }
            assert_eq!((page.status, page.header("Content-Type")), (413, Some("text/html; charset=utf-8")));
            assert!(page.text().contains(told), "{path}: {}", page.text());
        }
    }
    // For clients it is JSON, as ever.
    let json = browser.script("POST", "/api/posts/", &format!("{{\"title\":\"{long}\"}}"));
    assert_eq!(json.text(), r#"{"detail":"The request's body is larger than 65536 bytes."}"#);
}

#[test]
fn texts_that_are_too_long_to_come_back_are_still_in_the_browser() {
    let server = start();
    let long = "x".repeat(1_100_000);
    let mut browser = Browser::new(&server);
    let asked = send(&mut browser, ADD, &[("title", "t"), ("content", &long)]);
    assert!(asked.status == 403 && asked.body.len() < 20_000, "{}", asked.body.len());
    assert!(asked.text().contains("too long to keep here"), "{}", asked.text());
    let asked = send(&mut browser, "/api/posts/", &[("_method", "POST"), ("title", "t"), ("content", &long)]);
    assert!(asked.status == 401 && asked.body.len() < 20_000, "{}", asked.body.len());
    assert!(asked.text().contains("Go back: your browser still has it."), "{}", asked.text());
    // To a caller who is known it comes back, however long it is.
    let mut browser = Browser::of(&server, "ada");
    let again = send_with(&mut browser, ADD, "x", &[("title", "t"), ("content", &long)]);
    assert!(again.status == 403 && again.text().contains(&long));
}

/// `browser/unsaved.mjs`.
#[test]
fn unsaved_forms_in_a_browser() {
    let mut server = start();
    server.rows.run("UPDATE auth_user SET is_staff = true WHERE username = 'bob'");
    for codename in ["add_post", "change_post", "view_post"] {
        server.grant("bob", codename);
    }
    let given = json!({"username": "ada", "other": "bob", "password": PASSWORD});
    in_chromium(include_str!("browser/unsaved.mjs"), &server.url(""), &given);
}
