//! Reads that are pipelined on the thread of their caller.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, RunQueryDsl as _};
use presspass_test_support::TestDatabase;

use super::*;
use crate::sql::Sql;

fn open(url: &str) -> Database {
    let url = DatabaseUrl::parse(url).unwrap();
    let timeout = Duration::from_secs(20);
    Database::open(&url, Options { pool_size: 1, timeout, ..crate::posts::options() }).unwrap()
}

/// A database whose reads are pipelined from now on.
async fn pipelined(place: &TestDatabase) -> Database {
    let database = open(&place.url());
    database.pipeline_on_this_thread();
    connected(&database).await;
    database
}

async fn connected(database: &Database) {
    let start = Instant::now();
    while database.pipelines.of_this_thread().is_none() {
        assert!(start.elapsed() < Duration::from_secs(20), "no connection was made");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// The number that a statement returns, which stays prepared, and how often the read was called.
async fn number(database: &Database, sql: &'static str) -> (Result<i64, Error>, usize) {
    let calls = Arc::new(AtomicUsize::new(0));
    let count = calls.clone();
    let read = database.read(Length::Short, move |connection| {
        count.fetch_add(1, Ordering::Relaxed);
        Sql::new(sql).kept().count(connection)
    });
    (read.await, calls.load(Ordering::Relaxed))
}

/// Whether a read runs while the only connection of the pool is held.
async fn runs_without_the_pool(database: &Database) -> bool {
    let start = Instant::now();
    let _held = database.readers.check_out(start + database.timeout).unwrap();
    // A statement that was slow runs on the pool for a second, and a machine that is busy makes it slow.
    while start.elapsed() < Duration::from_secs(20) {
        let read = number(database, "SELECT 7");
        if let Ok((Ok(7), _)) = tokio::time::timeout(Duration::from_millis(300), read).await {
            return true;
        }
    }
    false
}

fn execute(place: &TestDatabase, sql: &str) {
    diesel::PgConnection::establish(&place.url()).unwrap().batch_execute(sql).unwrap();
}

#[tokio::test]
async fn a_read_whose_statements_stay_prepared_needs_no_connection_of_the_pool() {
    let Some(place) = TestDatabase::postgresql() else { return };
    let database = pipelined(&place).await;
    assert!(runs_without_the_pool(&database).await);
    let sum = database.read(Length::Open, |connection| {
        let one = Sql::new("SELECT 1").kept().count(connection)?;
        let sum = Sql::new("SELECT ").bind(one).push("::bigint + ").bind(2).push("::bigint").kept();
        Ok((one, sum.count(connection)?))
    });
    assert_eq!(sum.await.unwrap(), (1, 3));
    let nothing = database.read(Length::Short, |_| Ok(())).await;
    nothing.unwrap();
}

#[tokio::test]
async fn requests_at_once_get_their_own_rows() {
    let Some(place) = TestDatabase::postgresql() else { return };
    let database = pipelined(&place).await;
    let echo = |number: i64| {
        database.read(Length::Short, move |connection| {
            Sql::new("SELECT ").bind(number).push("::bigint").kept().count(connection)
        })
    };
    // At the first time one of them tries the statement, and the others run on the pool.
    for _ in 0..3 {
        let found = futures_util::future::try_join_all((0..200).map(echo)).await.unwrap();
        assert_eq!(found, (0..200).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn a_read_that_is_slow_or_fails_runs_on_the_pool() {
    let Some(place) = TestDatabase::postgresql() else { return };
    let database = pipelined(&place).await;
    for _ in 0..6 {
        let slow = number(&database, "SELECT 5::bigint FROM pg_sleep(0.3)").await;
        assert!(matches!(slow, (Ok(5), 2)), "{slow:?}");
    }
    let failed = number(&database, "SELECT 1 / 0").await.0;
    assert!(matches!(&failed, Err(Error::Query(reason)) if reason.contains("22012")), "{failed:?}");
    let no_table = number(&database, "SELECT count(*) FROM nowhere").await.0;
    assert!(matches!(no_table, Err(Error::Schema(_))), "{no_table:?}");
    let in_transaction = database.read(Length::Short, |connection| {
        connection
            .transaction_by("BEGIN READ ONLY", |connection| Sql::new("SELECT 4").kept().count(connection))
    });
    assert_eq!(in_transaction.await.unwrap(), 4);
    let not_kept = database.read(Length::Short, |connection| Sql::new("SELECT 3").count(connection));
    assert_eq!(not_kept.await.unwrap(), 3);
    assert!(runs_without_the_pool(&database).await);
}

#[tokio::test]
async fn a_read_that_panics_is_an_error_and_the_next_one_runs() {
    let Some(place) = TestDatabase::postgresql() else { return };
    let database = pipelined(&place).await;
    let panic = |_: &mut Connection| -> Result<(), Error> { panic!("as the test wants it") };
    assert!(matches!(database.read(Length::Short, panic).await, Err(Error::Query(_))));
    assert!(runs_without_the_pool(&database).await);
}

#[tokio::test]
async fn a_connection_that_is_lost_is_made_again_and_no_read_fails() {
    let Some(place) = TestDatabase::postgresql() else { return };
    let database = pipelined(&place).await;
    for _ in 0..2 {
        execute(
            &place,
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
             WHERE datname = current_database() AND pid <> pg_backend_pid()",
        );
        assert_eq!(number(&database, "SELECT 7").await.0.unwrap(), 7);
        connected(&database).await;
        assert!(runs_without_the_pool(&database).await);
    }
}

#[tokio::test]
async fn a_statement_whose_table_changed_is_prepared_again() {
    let Some(place) = TestDatabase::postgresql() else { return };
    execute(&place, "CREATE TABLE t (a integer); INSERT INTO t VALUES (7)");
    let database = pipelined(&place).await;
    assert_eq!(number(&database, "SELECT a FROM t").await.0.unwrap(), 7);
    execute(&place, "ALTER TABLE t ALTER COLUMN a TYPE bigint");
    assert_eq!(number(&database, "SELECT a FROM t").await.0.unwrap(), 7);
    // Both connections have met it by now, or never prepared it.
    assert_eq!(number(&database, "SELECT a FROM t").await.0.unwrap(), 7);
}

#[tokio::test]
async fn a_database_that_is_closed_has_no_connections() {
    let Some(place) = TestDatabase::postgresql() else { return };
    let database = pipelined(&place).await;
    database.clone().close().await;
    let refused = number(&database, "SELECT 7").await.0;
    assert!(matches!(refused, Err(Error::Unavailable(_))), "{refused:?}");
    let start = Instant::now();
    loop {
        let mut admin = diesel::PgConnection::establish(&place.url()).unwrap();
        let others = "SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()";
        let others: i64 =
            diesel::select(diesel::dsl::sql::<diesel::sql_types::BigInt>(&format!("({others})")))
                .get_result(&mut admin)
                .unwrap();
        // The pool keeps its own until the last clone is dropped.
        if others <= 1 {
            break;
        }
        assert!(start.elapsed() < Duration::from_secs(20), "{others} connections are left");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn a_thread_opens_its_connections_once() {
    let Some(place) = TestDatabase::postgresql() else { return };
    let database = pipelined(&place).await;
    database.pipeline_on_this_thread();
    let other = open(&place.url());
    assert!(other.pipelines.of_this_thread().is_none(), "they belong to one database");
    drop(database);
    other.pipeline_on_this_thread();
    connected(&other).await;
    assert!(runs_without_the_pool(&other).await);
}
