//! Where a browser lands: after a login without an address, at the root, at a setup link that was used, at an admin
//! without an administrator; and what nobody can do to their own account.

use presspass_test_support::{Answer, TestDatabase};

use crate::common::{Browser, PASSWORD, Server};
use crate::pages::HTML;
use crate::setup;

fn open(browser: &mut Browser, path: &str) -> Answer {
    browser.send("GET", path, &[HTML], "")
}

#[test]
fn a_log_in_that_names_no_address_leads_to_a_page_that_says_who_is_logged_in() {
    let mut server = Server::start(TestDatabase::sqlite(), &[]);
    let token = server.account("ada", true, true);
    let mut browser = Browser::new(&server);
    browser.get("/api-auth/login/");
    for next in ["", "https://evil.example/"] {
        let form = [("username", "ada"), ("password", PASSWORD), ("next", next)];
        let to = browser.submit("/api-auth/login/", &form);
        assert_eq!(to.header("Location"), Some("/accounts/profile/"), "as in Django");
    }
    let led = open(&mut browser, "/accounts/profile/");
    assert_eq!((led.status, led.header("Location")), (302, Some("/")));
    for path in ["/", "/api/", "/nothing/"] {
        let page = open(&mut browser, path);
        assert!(page.status == 404 && page.text().contains(">ada</span>"), "{}", page.text());
        assert!(page.text().contains("action=\"/api-auth/logout/\""), "{}", page.text());
    }
    assert_eq!(browser.submit("/api-auth/logout/", &[("next", "/")]).header("Location"), Some("/"));
    let page = open(&mut browser, "/");
    assert!(page.text().contains(">Log in</a>") && !page.text().contains("Log out"), "{}", page.text());
    // By a token that was pasted, too.
    browser.get("/api-auth/token/");
    assert_eq!(browser.submit("/api-auth/token/", &[("token", &token)]).header("Location"), Some("/"));
    let page = open(&mut browser, "/");
    assert!(page.text().contains("You are browsing as ada with this token"), "{}", page.text());
    assert!(
        page.text().contains(">ada</span>") && page.text().contains("Forget the token"),
        "{}",
        page.text()
    );
    // Clients get what Django's project answers.
    assert_eq!(browser.get("/accounts/profile/").status, 404);
}

#[test]
fn a_set_up_link_that_was_used_says_so_and_others_say_nothing_of_it() {
    let server = setup::start();
    let link = setup::link(&server);
    let page = |path: &str| server.client().get(path).header(HTML.0, HTML.1).send();
    let wrong = page("/setup/0123456789abcdef/");
    assert_eq!(wrong.status, 404);
    assert!(wrong.text().contains("This link does not work"), "{}", wrong.text());
    let login = page("/admin/login/");
    assert!(login.text().contains("There is no administrator yet. Open the setup link"), "{}", login.text());
    assert_eq!(page(&link).status, 200);
    server
        .client()
        .post(&link)
        .content(
            "application/x-www-form-urlencoded",
            format!("username=ann&email=&password={PASSWORD}&password_again={PASSWORD}"),
        )
        .expect(200);
    let used = page(&link);
    assert_eq!((used.status, used.header("Referrer-Policy")), (410, Some("no-referrer")));
    assert!(used.text().contains("This link has been used") && used.text().contains("Log in</a>"));
    assert_eq!(page("/setup/0123456789abcdef/").text(), wrong.text());
    server.client().get(&link).expect(404);
    assert!(!page("/admin/login/").text().contains("There is no administrator"));
}

#[test]
fn an_admin_without_administrator_and_without_link_names_the_command() {
    let server = Server::start(TestDatabase::sqlite(), &[("HOST", "0.0.0.0")]);
    let mut browser = Browser::new(&server);
    let page = open(&mut browser, "/admin/login/");
    assert!(page.text().contains("presspass createsuperuser"), "{}", page.text());
}

#[test]
fn nobody_deletes_or_deactivates_themselves() {
    for database in TestDatabase::each() {
        let mut server = Server::start(database, &[]);
        server.admin("ada");
        server.admin("eve");
        let id = server.rows.number("SELECT id FROM auth_user WHERE username = 'ada'");
        let mut browser = Browser::of(&server, "ada");
        let change = format!("/admin/auth/user/{id}/change/");
        let page = browser.get(&change).text().to_owned();
        assert!(page.contains("You can’t deactivate your own account."), "{page}");
        assert!(!page.contains("name=\"is_active\"") && !page.contains(">Delete</a>"), "{page}");
        let delete = format!("/admin/auth/user/{id}/delete/");
        let to = browser.get(&delete);
        assert_eq!((to.status, to.header("Location")), (302, Some(change.as_str())));
        let to = browser.submit(&delete, &[("post", "yes"), ("_version", "x")]);
        assert_eq!((to.status, to.header("Location")), (302, Some(change.as_str())));
        let told = browser.get(&change).text().to_owned();
        assert!(told.contains("Nothing was deleted. You can’t delete your own account."), "{told}");
        for selected in ["_selected_action", "select_across"] {
            let fields = [("action", "delete_selected"), (selected, &*id.to_string())];
            assert_eq!(browser.submit("/admin/auth/user/", &fields).status, 302);
            assert!(browser.get("/admin/auth/user/").text().contains("Nothing was deleted."));
        }
        let active = "SELECT count(*) FROM auth_user WHERE is_active";
        assert_eq!(server.rows.number(active), 2);
        // Another account can be.
        let eve = server.rows.number("SELECT id FROM auth_user WHERE username = 'eve'");
        let page = browser.get(&format!("/admin/auth/user/{eve}/change/")).text().to_owned();
        assert!(page.contains("name=\"is_active\"") && page.contains(">Delete</a>"), "{page}");
    }
}

#[test]
fn the_last_superuser_stays_one() {
    for database in TestDatabase::each() {
        let mut server = Server::start(database, &[]);
        server.admin("ada");
        server.admin("eve");
        // Others do not count who cannot use the admin.
        server.account("off", true, false);
        server.admin("out");
        server.rows.run("UPDATE auth_user SET is_staff = false WHERE username = 'out'");
        let step_down = |server: &mut Server, name: &str, fields: &[(&str, &str)]| {
            let id = server.rows.number(&format!("SELECT id FROM auth_user WHERE username = '{name}'"));
            let path = format!("/admin/auth/user/{id}/change/");
            let mut browser = Browser::of(server, name);
            let page = browser.get(&path).text().to_owned();
            let (_, version) = page.split_once("name=\"_version\" value=\"").unwrap();
            let version = version.split_once('"').unwrap().0.to_owned();
            let mut all =
                vec![("username", name), ("email", "x@example.com"), ("_version", version.as_str())];
            all.extend(fields);
            browser.submit(&path, &all)
        };
        let stepped = step_down(&mut server, "eve", &[("is_staff", "on")]);
        assert_eq!(stepped.status, 302, "another one is there: {}", stepped.text());
        for fields in [&[("is_staff", "on")], &[("is_superuser", "on")]] {
            let refused = step_down(&mut server, "ada", fields);
            assert_eq!(refused.status, 422, "{fields:?}: {}", refused.text());
            assert!(refused.text().contains("the only account that can administer everything"));
        }
        let superusers = "SELECT count(*) FROM auth_user WHERE is_superuser AND is_staff AND is_active";
        assert_eq!(server.rows.number(superusers), 1);
    }
}

#[test]
fn the_admin_and_the_api_lead_to_each_other() {
    let mut server = Server::start(TestDatabase::sqlite(), &[]);
    server.admin("ada");
    let mut browser = Browser::of(&server, "ada");
    let index = browser.get("/admin/").text().to_owned();
    assert!(index.contains("<a href=\"/\">API</a>"), "{index}");
    assert!(index.contains("href=\"/admin/posts/post/add/\">Add your first post</a>"), "{index}");
    server.posts(1);
    let page = browser.get("/admin/posts/post/1/change/").text().to_owned();
    assert!(page.contains("href=\"/api/posts/1/\">View in API</a>"), "{page}");
    assert!(!browser.get("/admin/").text().contains("Add your first post"));
}
