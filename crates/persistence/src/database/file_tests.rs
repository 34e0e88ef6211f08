//! A file of `SQLite` that is deleted, replaced or damaged while it is open.

use std::fs;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::PathBuf;

use diesel::sql_types::Text;
use diesel::{QueryableByName, RunQueryDsl as _, sql_query};
use presspass_auth::StoreError;
use presspass_domain::Timestamp;
use presspass_test_support::TestDatabase;

use super::*;
use crate::posts::{Posts, id};

#[derive(QueryableByName)]
struct IntegrityCheck {
    #[diesel(sql_type = Text)]
    integrity_check: String,
}

fn open(place: &TestDatabase) -> Database {
    let url = DatabaseUrl::parse(&place.url()).unwrap();
    let options = Options { pool_size: 2, timeout: Duration::from_secs(5), ..crate::posts::options() };
    let database = Database::open(&url, options).unwrap();
    database.migrate().unwrap();
    database
}

/// Waits for what happens in the background.
async fn eventually(what: &str, mut happens: impl AsyncFnMut() -> bool) {
    let began = Instant::now();
    while !happens().await {
        assert!(began.elapsed() < Duration::from_secs(20), "this did not happen: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn log_of(place: &TestDatabase) -> PathBuf {
    PathBuf::from(format!("{}-wal", place.path().unwrap().display()))
}

async fn is_refused(database: &Database) {
    let posts = Posts::new(database.clone());
    let written = posts.create("t", "lost", Timestamp::EPOCH).await;
    assert!(matches!(written, Err(StoreError::Unavailable(_))), "{written:?}");
    assert!(matches!(database.ping().await, Err(Error::Unavailable(_))));
    eventually("reads are refused", async || matches!(posts.find(1).await, Err(StoreError::Unavailable(_))))
        .await;
}

#[tokio::test]
async fn nothing_is_acknowledged_into_a_file_that_was_deleted_and_one_that_is_back_is_served() {
    let place = TestDatabase::sqlite();
    let path = place.path().unwrap();
    let database = open(&place);
    let posts = Posts::new(database.clone());
    let kept = posts.create("t", "kept", Timestamp::EPOCH).await.unwrap();
    let away = path.with_extension("away");
    fs::rename(path, &away).unwrap();
    is_refused(&database).await;
    assert!(!path.exists(), "it was made anew");
    fs::rename(&away, path).unwrap();
    database.ping().await.unwrap();
    assert_eq!(posts.find(id(&kept)).await.unwrap(), Some(kept));
    posts.create("t", "kept, too", Timestamp::EPOCH).await.unwrap();
    fs::remove_file(path).unwrap();
    is_refused(&database).await;
}

#[tokio::test]
async fn a_file_that_was_put_in_place_of_another_is_served_whole_after_a_restart() {
    let (place, backup) = (TestDatabase::sqlite(), TestDatabase::sqlite());
    let other = open(&backup);
    let restored = Posts::new(other.clone()).create("t", "restored", Timestamp::EPOCH).await.unwrap();
    other.close().await;
    let database = open(&place);
    for _ in 0..20 {
        Posts::new(database.clone()).create("t", "before", Timestamp::EPOCH).await.unwrap();
    }
    assert!(fs::metadata(log_of(&place)).unwrap().len() > 0);
    fs::rename(backup.path().unwrap(), place.path().unwrap()).unwrap();
    is_refused(&database).await;
    // What is left in the log would be applied to the other file by the next start.
    eventually("the log is emptied", async || fs::metadata(log_of(&place)).unwrap().len() == 0).await;
    database.close().await;
    let database = open(&place);
    let found = Posts::new(database.clone()).find(id(&restored)).await.unwrap();
    assert_eq!(found, Some(restored));
    let whole = database.read(Length::Open, |connection| {
        let check = sql_query("SELECT integrity_check FROM pragma_integrity_check");
        Ok(match &mut connection.raw {
            Raw::Sqlite(raw) => check.get_result::<IntegrityCheck>(raw)?.integrity_check,
            Raw::Postgresql(_) => String::new(),
        })
    });
    assert_eq!(whole.await.unwrap(), "ok");
}

/// A read that fails with EIO looks the same to `SQLite`.
#[tokio::test]
async fn a_file_that_cannot_be_read_is_unavailable_and_is_served_again_when_it_can() {
    let place = TestDatabase::sqlite();
    let database = open(&place);
    let kept =
        Posts::new(database.clone()).create("t", &"x".repeat(100_000), Timestamp::EPOCH).await.unwrap();
    database.close().await;
    let path = place.path().unwrap();
    let bytes = fs::read(path).unwrap();
    let database = open(&place);
    let posts = Posts::new(database.clone());
    let write = |bytes: &[u8]| {
        let mut file = fs::OpenOptions::new().write(true).open(path).unwrap();
        file.seek(SeekFrom::Start(4096)).unwrap();
        file.write_all(bytes).unwrap();
    };
    write(&vec![0xff; bytes.len() - 4096]);
    for _ in 0..5 {
        let read = posts.find(id(&kept)).await;
        assert!(matches!(read, Err(StoreError::Unavailable(_))), "{read:?}");
        let written = posts.create("t", "y", Timestamp::EPOCH).await;
        assert!(matches!(written, Err(StoreError::Unavailable(_))), "{written:?}");
    }
    write(&bytes[4096..]);
    let found = posts.find(id(&kept)).await.unwrap();
    assert_eq!(found, Some(kept));
    posts.create("t", "z", Timestamp::EPOCH).await.unwrap();
}
