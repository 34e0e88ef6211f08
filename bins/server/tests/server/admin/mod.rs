//! The admin over HTTP, on each engine: access, forms, the log; and all of it in a browser.

mod access;
mod browser;
mod credentials;
mod django;
mod hostile;
mod lists;
mod policies;
mod writes;

use presspass_test_support::{Answer, TestDatabase};

use crate::common::{Browser, Server};

/// A server on each engine, with a superuser `ada`, staff `ed` (every permission on posts, by a group) and `vi` (may view
/// posts), and `bob`, who is not staff.
fn each() -> impl Iterator<Item = Server> {
    TestDatabase::each().into_iter().map(start)
}

fn start(database: TestDatabase) -> Server {
    let mut server = Server::start(database, &[("PRESSPASS_THROTTLE__ENABLED", "false")]);
    server.account("ada", true, true);
    for name in ["ed", "vi", "bob"] {
        server.account(name, false, true);
    }
    server.rows.run("UPDATE auth_user SET is_staff = true WHERE username IN ('ed', 'vi')");
    for codename in ["add_post", "change_post", "delete_post", "view_post"] {
        server.grant("ed", codename);
    }
    server.grant("vi", "view_post");
    server.rows.run("INSERT INTO auth_group (name) VALUES ('readers')");
    server.posts(1);
    server
}

/// The value of a hidden field of a page.
fn hidden(page: &str, name: &str) -> String {
    let marker = format!("name=\"{name}\" value=\"");
    let (_, rest) = page.split_once(&marker).unwrap_or_else(|| panic!("no {name} in {page}"));
    rest.split_once('"').unwrap().0.to_owned()
}

/// Opens the page, and sends its form with these fields.
fn fill_in(browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> Answer {
    let page = browser.get(path);
    assert_eq!(page.status, 200, "{path}: {}", page.text());
    let page = page.text().to_owned();
    let version = if page.contains("name=\"_version\"") { hidden(&page, "_version") } else { String::new() };
    let mut fields = fields.to_vec();
    fields.push(("_version", &version));
    browser.submit(path, &fields)
}
