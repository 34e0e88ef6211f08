//! Swagger UI at `api/docs/`.

use std::process::Command;

use presspass_test_support::{Answer, TestDatabase};

use crate::common::{Server, chromium};

/// The addresses that the page names.
fn addresses(page: &str) -> Vec<&str> {
    let named = |attribute: &str| {
        let parts: Vec<&str> = page.split(attribute).skip(1).collect();
        parts.into_iter().filter_map(|rest| rest.split('"').next()).collect::<Vec<_>>()
    };
    [named("src=\""), named("href=\"")].concat()
}

fn get(server: &Server, path: &str) -> Answer {
    server.client().get(path).send()
}

#[test]
fn the_page_asks_this_server_alone_and_runs_no_script_of_its_own() {
    let server = Server::start(TestDatabase::sqlite(), &[]);
    let page = get(&server, "/api/docs/");
    assert_eq!((page.status, page.header("Content-Type")), (200, Some("text/html; charset=utf-8")));
    let policy = page.header("Content-Security-Policy").unwrap();
    assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    assert_eq!(page.header("X-Content-Type-Options"), Some("nosniff"));
    assert_eq!(page.header("Cross-Origin-Opener-Policy"), Some("same-origin"));
    let text = page.text();
    assert!(!text.contains("//") && !text.contains("<style") && !text.contains("style="), "{text}");
    assert!(!text.split("<script").skip(1).any(|rest| !rest.contains("></script>")), "{text}");
}

#[test]
fn the_pages_files_are_kept_for_good_under_their_own_address_alone() {
    let server = Server::start(TestDatabase::sqlite(), &[]);
    let page = get(&server, "/api/docs/");
    let files: Vec<_> =
        addresses(page.text()).into_iter().filter(|address| *address != "../schema/").collect();
    assert_eq!(files.len(), 5, "{files:?}");
    for file in files {
        let answer = get(&server, &format!("/api/docs/{file}"));
        assert_eq!(answer.status, 200, "{file}");
        assert_eq!(answer.header("Cache-Control"), Some("public, max-age=31536000, immutable"), "{file}");
        assert_eq!(answer.header("X-Content-Type-Options"), Some("nosniff"), "{file}");
        let (_, name) = file.split_once('/').unwrap();
        let other = get(&server, &format!("/api/docs/0/{name}"));
        assert_eq!((other.status, other.header("Cache-Control")), (200, Some("no-store")), "{file}");
        assert_eq!(other.body, answer.body, "{file}");
        let head = server.client().request("HEAD", &format!("/api/docs/{file}")).send();
        assert_eq!((head.status, head.body.len()), (200, 0), "{file}");
        server.client().post(&format!("/api/docs/{file}")).expect(405);
    }
    for missing in ["/api/docs/0/nothing.js", "/api/docs/0/..%2Fstart.js", "/api/docs/start.js"] {
        assert_eq!(get(&server, missing).status, 404, "{missing}");
    }
}

/// The page once its scripts have run, and what the browser complained about.
fn browse(program: &std::path::Path, address: &str) -> (String, String) {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let output = Command::new(program)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"])
        .args(["--enable-logging=stderr", "--v=0", "--virtual-time-budget=30000", "--dump-dom"])
        .arg(format!("--user-data-dir={}", folder.path().display()))
        .arg(address)
        .output()
        .expect("chromium starts");
    let stderr = String::from_utf8_lossy(&output.stderr);
    let complaints: Vec<_> = stderr.lines().filter(|line| line.contains(":CONSOLE:")).collect();
    (String::from_utf8_lossy(&output.stdout).into_owned(), complaints.join("\n"))
}

#[test]
fn a_browser_shows_every_operation_within_the_pages_policy() {
    let Some(program) = chromium() else { return };
    let server = Server::start(TestDatabase::sqlite(), &[]);
    // Deep into one operation, so that its forms and examples are there, too.
    let (page, complaints) = browse(&program, &server.url("/api/docs/#/posts/createPost"));
    for id in ["accounts-obtainToken", "posts-listPosts", "posts-deletePost", "service-checkHealth"] {
        assert!(page.contains(&format!("id=\"operations-{id}\"")), "{id} is not there: {complaints}\n{page}");
    }
    assert!(page.contains("Execute"), "the operation is not open: {complaints}");
    assert_eq!(complaints, "");
}
