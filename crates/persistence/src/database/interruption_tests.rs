//! Reads that are ended before they are done.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use diesel::sql_types::BigInt;
use diesel::{QueryableByName, RunQueryDsl, sql_query};
use presspass_domain::Window;
use presspass_test_support::TestDatabase;

use super::{Database, Length, Options};
use crate::DatabaseUrl;
use crate::connection::{Connection, on_engine};
use crate::error::Error;
use crate::posts::{EVERYTHING, Posts, selection};

/// Longer than a test waits.
const LONG: Duration = Duration::from_mins(5);

fn open(place: &TestDatabase, statement_timeout: Duration) -> Database {
    let url = DatabaseUrl::parse(&place.url()).unwrap();
    let timeout = Duration::from_secs(20);
    let options = Options { pool_size: 1, timeout, statement_timeout, ..crate::posts::options() };
    let database = Database::open(&url, options).unwrap();
    database.migrate().unwrap();
    database
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

fn number(connection: &mut Connection, sql: &str) -> Result<i64, Error> {
    Ok(on_engine!(connection, raw => sql_query(sql).get_result::<Number>(raw))?.number)
}

/// It counts until it is ended.
fn endless(connection: &mut Connection) -> Result<i64, Error> {
    number(
        connection,
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT 1 FROM n) SELECT count(*) AS number FROM n",
    )
}

#[tokio::test]
async fn a_read_that_takes_too_long_is_ended_and_its_connection_is_used_again() {
    for place in TestDatabase::each() {
        let database = open(&place, Duration::from_millis(100));
        for _ in 0..3 {
            let start = Instant::now();
            let ended = database.read(Length::Open, endless).await;
            assert!(matches!(ended, Err(Error::Unavailable(_))), "{ended:?}");
            assert!(start.elapsed() < Duration::from_secs(10));
            let answer = database
                .read(Length::Open, |it| number(it, "SELECT count(*) AS number FROM posts_post"))
                .await;
            assert_eq!(answer.unwrap(), 0);
        }
    }
}

#[tokio::test]
async fn a_read_that_is_given_up_ends_at_once_and_its_connection_is_used_again() {
    for place in TestDatabase::each() {
        let database = open(&place, LONG);
        for _ in 0..3 {
            let (started, mut has_started) = tokio::sync::mpsc::unbounded_channel();
            let read = database.read(Length::Open, move |connection| {
                let _ = started.send(());
                endless(connection)
            });
            tokio::select! {
                biased;
                outcome = read => panic!("it has no end: {outcome:?}"),
                _ = has_started.recv() => {}
            }
            // There is one connection.
            let answer = database
                .read(Length::Open, |it| number(it, "SELECT count(*) AS number FROM posts_post"))
                .await;
            assert_eq!(answer.unwrap(), 0);
        }
    }
}

#[tokio::test]
async fn the_time_that_rows_are_taken_in_does_not_count() {
    for place in TestDatabase::each() {
        let limit = Duration::from_millis(if place.url().starts_with("postgres") { 500 } else { 100 });
        let database = open(&place, limit);
        let fill = "INSERT INTO posts_post (title, content, created_at, updated_at)
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
            SELECT 'Title', 'Content', '2026-01-01 00:00:00+00:00', '2026-01-01 00:00:00+00:00' FROM n";
        database
            .write_once(move |connection| Ok(on_engine!(connection, raw => sql_query(fill).execute(raw))?))
            .await
            .unwrap();
        let (taken, mut rows) = tokio::sync::mpsc::unbounded_channel();
        let sink = Box::new(move |_: &[u8]| {
            std::thread::sleep(Duration::from_micros(300));
            let _ = taken.send(());
            ControlFlow::Continue(())
        });
        let start = Instant::now();
        let all = selection(EVERYTHING, &[], Window::All);
        Posts::new(database.clone()).0.stream_json(all, sink).await.unwrap();
        assert!(start.elapsed() > limit);
        let mut count = 0;
        while rows.recv().await.is_some() {
            count += 1;
        }
        assert_eq!(count, 3000);
    }
}
