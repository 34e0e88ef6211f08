//! A database that becomes unavailable while the server runs.

use presspass_test_support::TestDatabase;

use crate::common::{Server, eventually};

#[test]
fn connections_that_the_database_cut_are_made_anew() {
    let Some(database) = TestDatabase::postgresql() else { return };
    let mut server = Server::start(database, &[]);
    server.posts(1);
    let mut reader = server.user("reader");
    let mut read = |path: &str| {
        let answer = reader.get(path).send();
        let unavailable = answer.status == 503 && answer.header("Retry-After").is_some();
        assert!(answer.status == 200 || unavailable, "{path}: {answer:?}");
        answer.status
    };
    for path in ["/account/", "/api/posts/", "/api/posts/1/", "/health/"] {
        assert_eq!(read(path), 200);
        server.rows.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE pid <> pg_backend_pid() AND datname = current_database()",
        );
        eventually("the server finds its way back", || (read(path) == 200).then_some(()));
    }
}

#[test]
fn a_database_file_that_is_deleted_is_noticed_and_one_that_is_back_is_served() {
    let database = TestDatabase::sqlite();
    let path = database.path().unwrap().to_owned();
    let mut server = Server::start(database, &[]);
    let mut ada = server.admin("ada");
    let mut ask = |method: &str, path: &str| {
        ada.request(method, path).json_text(r#"{"title": "t", "content": "c"}"#).send().status
    };
    let all = [("POST", "/api/posts/"), ("GET", "/health/"), ("GET", "/api/posts/1/"), ("GET", "/account/")];
    assert_eq!(all.map(|(method, path)| ask(method, path)), [201, 200, 200, 200]);
    let away = path.with_extension("away");
    std::fs::rename(&path, &away).unwrap();
    assert_eq!(ask("POST", "/api/posts/"), 503);
    assert_eq!(ask("GET", "/health/"), 503);
    eventually("reads are refused", || (ask("GET", "/api/posts/1/") == 503).then_some(()));
    assert!(!path.exists(), "it was made anew");
    std::fs::rename(&away, &path).unwrap();
    assert_eq!(ask("GET", "/health/"), 200);
    assert_eq!(all.map(|(method, path)| ask(method, path)), [201, 200, 200, 200]);
    let told = server.stderr();
    let lines = |text: &str| told.lines().filter(|line| line.contains(text)).count();
    assert_eq!(lines("the database file was deleted or moved away"), 1, "{told}");
    assert_eq!(lines("the database file is back"), 1, "{told}");
}

#[test]
fn a_table_that_is_gone_is_a_fault_of_ours_that_says_nothing() {
    for database in TestDatabase::each() {
        let mut server = Server::start(database, &[]);
        let mut reader = server.user("reader");
        server.rows.run("ALTER TABLE posts_post RENAME TO elsewhere");
        let answer = reader.get("/api/posts/").expect(500);
        assert_eq!(answer.text(), r#"{"detail":"A server error occurred."}"#);
        server.expect_stderr("posts_post");
        reader.get("/account/").expect(200);
    }
}
