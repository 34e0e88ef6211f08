//! A database that goes away while the server runs.

use presspass_test_support::TestDatabase;

use crate::common::{Server, eventually};

#[test]
fn connections_that_the_database_cut_are_made_anew() {
    let Some(database) = TestDatabase::postgresql() else { return };
    let mut server = Server::start(database, &[]);
    server.posts(1);
    let token = server.account("reader", false, true);
    let read = |server: &Server, path: &str| {
        let mut client = server.client();
        let answer = client.request("GET", path).header("Authorization", &token).send();
        let unavailable = answer.status == 503 && answer.header("Retry-After").is_some();
        assert!(answer.status == 200 || unavailable, "{path}: {answer:?}");
        answer.status
    };
    for path in ["/account/", "/api/posts/", "/api/posts/1/", "/health/"] {
        assert_eq!(read(&server, path), 200);
        server.rows.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE pid <> pg_backend_pid() AND datname = current_database()",
        );
        eventually("the server finds its way back", || (read(&server, path) == 200).then_some(()));
    }
}

#[test]
fn a_table_that_is_gone_is_a_fault_of_ours_that_says_nothing() {
    for database in TestDatabase::each() {
        let mut server = Server::start(database, &[]);
        let token = server.account("reader", false, true);
        server.rows.run("ALTER TABLE posts_post RENAME TO elsewhere");
        let answer = server.client().request("GET", "/api/posts/").header("Authorization", &token).send();
        assert_eq!((answer.status, answer.text()), (500, r#"{"detail":"A server error occurred."}"#));
        server.expect_stderr("posts_post");
        assert_eq!(
            server.client().request("GET", "/account/").header("Authorization", &token).send().status,
            200
        );
    }
}
