//! Opening, health and closing.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use presspass_auth::StoreError;
use presspass_persistence::{Database, DatabaseUrl, Error, Options, Origin, Purpose};
use presspass_test_support::{TestDatabase, free_port};

use crate::place::{Place, at};
use crate::posts::id;

fn why_not(url: &str) -> String {
    Database::open(&DatabaseUrl::parse(url).unwrap(), crate::posts::options()).unwrap_err().to_string()
}

#[test]
fn a_file_that_cannot_be_opened_is_told_on_one_line() {
    let behind = TestDatabase::sqlite();
    let folder = behind.path().unwrap().parent().unwrap().to_owned();
    let shown = folder.display();
    assert_eq!(
        why_not(&format!("sqlite://{shown}/no/such/x.db")),
        format!("cannot open the database sqlite://{shown}/no/such/x.db: there is no folder {shown}/no/such")
    );
    assert_eq!(
        why_not(&format!("sqlite://{shown}")),
        format!("cannot open the database sqlite://{shown}: it is a folder")
    );
    fs::write(folder.join("text"), "no database ".repeat(1000)).unwrap();
    assert_eq!(
        why_not(&format!("sqlite://{shown}/text")),
        format!("cannot open the database sqlite://{shown}/text: file is not a database")
    );
}

#[test]
fn a_server_that_cannot_be_reached_is_told_on_one_line_without_the_password() {
    let mut urls = vec![format!("postgres://ada:s3cret@127.0.0.1:{}/d?password=s3cret", free_port())];
    if let Some(behind) = TestDatabase::postgresql() {
        let (_, place) = behind.url().rsplit_once('@').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
        urls.push(format!("postgres://postgres:s3cret@{place}"));
        urls.push(behind.url().replace("/test_", "/no_test_"));
    }
    for url in urls {
        let why = why_not(&url);
        assert!(why.starts_with("cannot open the database postgres://"), "{why}");
        assert!(!why.contains("s3cret") && !why.contains('\n'), "{why}");
    }
}

#[test]
fn options_that_make_no_sense_are_made_to() {
    for behind in TestDatabase::each() {
        let place = Place::open(
            behind,
            Options { pool_size: 0, timeout: Duration::from_secs(5), ..crate::posts::options() },
        );
        place.database.migrate().unwrap();
    }
}

#[test]
fn a_look_changes_no_byte_of_a_file_and_makes_none() {
    let behind = TestDatabase::sqlite();
    let path = behind.path().unwrap().to_owned();
    let url = DatabaseUrl::parse(&behind.url()).unwrap();
    let looks = Options { purpose: Purpose::Inspect, ..crate::posts::options() };
    fs::remove_file(&path).ok();
    assert!(Database::open(&url, looks).is_err());
    assert!(!path.exists());
    // A file in another mode than WAL, as Django leaves it.
    drop(Database::open(&url, crate::posts::options()).unwrap());
    let mut bytes = fs::read(&path).unwrap();
    bytes.iter_mut().skip(18).take(2).for_each(|version| *version = (*version).min(1));
    fs::write(&path, &bytes).unwrap();
    let database = Database::open(&url, looks).unwrap();
    assert_eq!(database.origin().unwrap(), Origin::Empty);
    assert!(!database.pending_migrations().unwrap().is_empty());
    drop(database);
    assert_eq!(fs::read(&path).unwrap(), bytes);
}

#[tokio::test]
async fn a_healthy_database_answers_a_ping() {
    for place in Place::each() {
        place.database.ping().await.unwrap();
    }
}

fn log_of(place: &Place) -> PathBuf {
    PathBuf::from(format!("{}-wal", place.behind.path().unwrap().display()))
}

#[tokio::test]
async fn the_log_goes_away_with_the_last_connection() {
    for place in Place::each().filter(Place::is_sqlite) {
        let log = log_of(&place);
        place.posts.create("a", "b", at(1)).await.unwrap();
        assert!(fs::metadata(&log).unwrap().len() > 0);
        let Place { accounts, posts, database, behind } = place;
        drop((accounts, posts));
        database.close().await;
        assert!(!log.exists());
        let kept = crate::place::raw(&behind).texts("SELECT title AS value FROM posts_post");
        assert_eq!(kept, [Some("a".to_owned())]);
    }
}

#[tokio::test]
async fn a_closed_database_refuses_work_and_its_log_is_empty_though_clones_live_on() {
    for place in Place::each() {
        let made = place.posts.create("a", "b", at(1)).await.unwrap();
        place.database.clone().close().await;
        assert!(matches!(place.posts.find(id(&made)).await, Err(StoreError::Unavailable(_))));
        assert!(matches!(place.posts.remove(id(&made)).await, Err(StoreError::Unavailable(_))));
        assert!(matches!(place.database.ping().await, Err(Error::Unavailable(_))));
        if place.is_sqlite() {
            assert_eq!(fs::metadata(log_of(&place)).unwrap().len(), 0);
        }
        place.database.clone().close().await;
    }
}

#[tokio::test]
async fn closing_waits_for_the_work_under_way() {
    for place in Place::each() {
        let writes: Vec<_> = (0..20)
            .map(|number| {
                let posts = place.posts.clone();
                tokio::spawn(async move { posts.create("a", "b", at(number)).await.is_ok() })
            })
            .collect();
        // Some wait for their turn, which still comes: they were there before.
        tokio::task::yield_now().await;
        place.database.clone().close().await;
        let mut written = 0;
        for write in writes {
            written += u32::from(write.await.unwrap());
        }
        let count = place.text("SELECT CAST(count(*) AS text) AS value FROM posts_post");
        assert_eq!(count, written.to_string());
    }
}
