//! Who gets in: staff by a session, looked up anew for every request.

use presspass_test_support::TestDatabase;

use super::{each, fill_in, start};
use crate::common::{Browser, PASSWORD, Server, token};

const LOGIN: &str = "/admin/login/";

/// Another password.
const NEW: &str = "Battery-Staple-7";

fn log_in(browser: &mut Browser, username: &str, password: &str, next: &str) -> (u16, String, String) {
    assert_eq!(browser.get(LOGIN).status, 200);
    let fields = [("username", username), ("password", password), ("next", next)];
    let answer = browser.submit(LOGIN, &fields);
    let to = answer.header("Location").unwrap_or_default().to_owned();
    (answer.status, to, answer.text().to_owned())
}

#[test]
fn staff_log_in_and_others_are_told_no_more_than_with_a_wrong_password() {
    for server in each() {
        let mut browser = Browser::new(&server);
        let page = browser.get("/admin/posts/post/?q=a&p=2");
        assert_eq!(page.status, 302);
        assert_eq!(page.header("Location"), Some("/admin/login/?next=/admin/posts/post/%3Fq%3Da%26p%3D2"));
        for (name, password) in [("bob", PASSWORD), ("ed", "wrong"), ("nobody", PASSWORD)] {
            let (status, _, text) = log_in(&mut browser, name, password, "/admin/");
            assert_eq!(status, 200, "{name}");
            assert!(text.contains("That user name and password don’t match a staff account."), "{text}");
            assert!(!browser.cookies.contains_key("sessionid"), "{name} got a session");
        }
        let planted = browser.csrf();
        assert_eq!(log_in(&mut browser, "ed", PASSWORD, "/admin/posts/?x=1").1, "/admin/posts/?x=1");
        assert_ne!(browser.csrf(), planted, "a token from before the login is of no use after it");
        assert_eq!(browser.get("/admin/").status, 200);
        // Who may be in is not asked again.
        assert_eq!(browser.get(LOGIN).header("Location"), Some("/admin/"));
    }
}

#[test]
fn who_guesses_at_the_log_in_is_told_to_wait_and_others_are_not() {
    for database in TestDatabase::each() {
        let mut server = Server::start(database, &[("PRESSPASS_THROTTLE__LOGIN_ACCOUNT_FAILURES", "3")]);
        server.account("ada", true, true);
        server.account("eve", true, true);
        let mut browser = Browser::new(&server);
        // Good ones do not count.
        for _ in 0..4 {
            browser.cookies.clear();
            assert_eq!(log_in(&mut browser, "ada", PASSWORD, "/admin/").0, 302);
        }
        browser.cookies.clear();
        for _ in 0..3 {
            let (status, _, text) = log_in(&mut browser, "ada", "wrong", "/admin/");
            assert!(
                status == 200 && text.contains("That user name and password don’t match"),
                "{status}: {text}"
            );
        }
        assert_eq!(browser.get(LOGIN).status, 200);
        for password in ["wrong", PASSWORD] {
            let refused = browser.submit(LOGIN, &[("username", "ada"), ("password", password)]);
            let seconds: u64 = refused.header("Retry-After").unwrap().parse().unwrap();
            assert_eq!((refused.status, (1..=300).contains(&seconds)), (429, true));
            let page = refused.text();
            assert!(page.contains("Too many attempts. Try again in "), "{page}");
            assert!(page.contains("name=\"password\"") && page.contains("value=\"ada\""), "{page}");
            assert!(!page.contains(password), "a password comes back: {page}");
        }
        assert!(!browser.cookies.contains_key("sessionid"));
        // Another account from there is not meant.
        assert_eq!(log_in(&mut browser, "eve", PASSWORD, "/admin/").0, 302);
    }
}

#[test]
fn a_log_in_leads_nowhere_else() {
    let server = start(TestDatabase::sqlite());
    for elsewhere in ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"] {
        let mut browser = Browser::new(&server);
        assert_eq!(log_in(&mut browser, "ed", PASSWORD, elsewhere).1, "/admin/", "{elsewhere}");
    }
}

#[test]
fn a_log_in_and_a_log_out_that_no_page_of_ours_sent_are_refused() {
    for server in each() {
        let mut stranger = Browser::new(&server);
        let body = format!("username=ed&password={PASSWORD}");
        let form = [("Content-Type", "application/x-www-form-urlencoded")];
        assert_eq!(stranger.send("POST", LOGIN, &form, &body).status, 403);
        assert!(!stranger.cookies.contains_key("sessionid"));
        let mut browser = Browser::of(&server, "ed");
        assert_eq!(browser.send("POST", "/admin/logout/", &form, "").status, 403);
        assert_eq!(browser.get("/admin/").status, 200);
        // Who comes by a bookmark is asked; the page's own form ends the session on the server.
        assert_eq!(browser.get("/admin/logout/").status, 200);
        assert_eq!(browser.get("/admin/").status, 200);
        let old = browser.cookies.clone();
        assert_eq!(browser.submit("/admin/logout/", &[]).status, 200);
        browser.cookies = old;
        assert_eq!(browser.get("/admin/").status, 302);
    }
}

#[test]
fn a_log_in_and_a_log_out_forget_a_token_that_was_pasted() {
    let server = start(TestDatabase::sqlite());
    let mut browser = Browser::new(&server);
    let paste =
        |browser: &mut Browser| browser.cookies.insert("presspass_token".to_owned(), "a.b.c".to_owned());
    paste(&mut browser);
    assert_eq!(log_in(&mut browser, "ed", "wrong", "/admin/").0, 200);
    assert!(browser.cookies.contains_key("presspass_token"), "nobody has logged in");
    assert_eq!(log_in(&mut browser, "ed", PASSWORD, "/admin/").0, 302);
    assert!(!browser.cookies.contains_key("presspass_token"));
    paste(&mut browser);
    assert_eq!(browser.submit("/admin/logout/", &[]).status, 200);
    assert!(!browser.cookies.contains_key("presspass_token"));
}

#[test]
fn whoever_is_disabled_or_demoted_is_out_at_the_next_request() {
    for mut server in each() {
        for (name, change, status) in [
            ("ed", "is_active = false", 302),
            ("vi", "is_staff = false", 302),
            ("ada", "is_superuser = false", 403),
        ] {
            let mut browser = Browser::of(&server, name);
            assert_eq!(browser.get("/admin/posts/post/").status, 200);
            let before = server.rows.number("SELECT count(*) FROM django_admin_log");
            server.rows.run(&format!("UPDATE auth_user SET {change} WHERE username = '{name}'"));
            assert_eq!(browser.get("/admin/posts/post/").status, status, "{name} {change}");
            let fields = [("title", "t"), ("content", "c")];
            assert_eq!(browser.submit("/admin/posts/post/add/", &fields).status, status, "{name} {change}");
            assert_eq!(server.rows.number("SELECT count(*) FROM django_admin_log"), before);
        }
        server.rows.run("UPDATE auth_user SET is_active = true");
        let mut browser = Browser::of(&server, "ed");
        server.rows.run("DELETE FROM auth_user_groups; DELETE FROM auth_user_user_permissions");
        assert_eq!(browser.get("/admin/posts/post/").status, 403);
        assert!(browser.get("/admin/").text().contains("permission to view or edit anything"));
    }
}

#[test]
fn tokens_passwords_and_keys_open_no_page() {
    let mut server = start(TestDatabase::sqlite());
    let id = server.rows.number("SELECT id FROM auth_user WHERE username = 'ada'");
    let basic = crate::common::basic(&format!("ada:{PASSWORD}"));
    for credentials in [token(id, "ada"), basic] {
        let mut client = server.client();
        let answer = client.request("GET", "/admin/").header("Authorization", &credentials).send();
        assert_eq!(answer.status, 302, "{credentials}");
    }
}

#[test]
fn every_page_has_its_headers() {
    let server = start(TestDatabase::sqlite());
    let mut browser = Browser::of(&server, "ada");
    for path in ["/admin/", "/admin/posts/post/", "/admin/nosuch/", "/admin/auth/user/add/", "/admin/logout/"]
    {
        let page = browser.get(path);
        let header = |name: &str| page.header(name).unwrap_or_default().to_owned();
        assert!(header("Content-Security-Policy").contains("frame-ancestors 'none'"), "{path}");
        assert_eq!(header("X-Frame-Options"), "DENY");
        assert_eq!(header("X-Content-Type-Options"), "nosniff");
        assert_eq!(header("Referrer-Policy"), "same-origin");
        assert_eq!(header("Cross-Origin-Opener-Policy"), "same-origin");
        assert!(header("Cache-Control").contains("no-store") && header("Vary").contains("Cookie"), "{path}");
    }
}

#[test]
fn ones_own_password_is_changed_and_ones_other_sessions_end() {
    for mut server in each() {
        let mut browser = Browser::of(&server, "ed");
        let mut other = Browser::of(&server, "ed");
        let path = "/admin/password_change/";
        let change = |browser: &mut Browser, old: &str, one: &str, two: &str| {
            fill_in(browser, path, &[("old_password", old), ("new_password1", one), ("new_password2", two)])
        };
        for (old, one, two, told) in [
            ("wrong", NEW, NEW, "Your old password was entered incorrectly."),
            (PASSWORD, NEW, "other", "The two password fields didn"),
            (PASSWORD, "12345678", "12345678", "entirely numeric"),
            (PASSWORD, "", "", "This field is required."),
        ] {
            let answer = change(&mut browser, old, one, two);
            assert_eq!(answer.status, 422, "{told}");
            assert!(answer.text().contains(told), "{told}: {}", answer.text());
        }
        assert_eq!(change(&mut browser, PASSWORD, NEW, NEW).header("Location"), Some("/admin/"));
        assert!(browser.get("/admin/").text().contains("Your password was changed."));
        assert_eq!(other.get("/admin/").status, 302, "another session of theirs goes on");
        assert_eq!(log_in(&mut Browser::new(&server), "ed", NEW, "/admin/").0, 302);
        let hash = server.rows.text("SELECT password FROM auth_user WHERE username = 'ed'");
        assert!(!hash.contains(NEW));
    }
}

#[test]
fn the_admin_can_be_switched_off() {
    let server = Server::start(TestDatabase::sqlite(), &[("PRESSPASS_ADMIN__ENABLED", "false")]);
    for path in ["/admin/", "/admin/login/", "/admin/posts/post/1/change/"] {
        assert_eq!(server.client().request("GET", path).send().status, 404, "{path}");
    }
}
