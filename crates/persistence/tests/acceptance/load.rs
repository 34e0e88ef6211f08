//! Many at once, and locks of others.

use std::time::{Duration, Instant};

use presspass_auth::StoreError;
use presspass_domain::Window;
use presspass_persistence::{Options, Removed};
use presspass_test_support::TestDatabase;

use crate::place::{Place, at};
use crate::posts::id;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn thirty_two_writers_lose_nothing_and_see_no_lock() {
    for behind in TestDatabase::each() {
        // As the server has it by default.
        let place = Place::open(behind, crate::posts::options());
        place.database.migrate().unwrap();
        let writers: Vec<_> = (0..32)
            .map(|writer| {
                let posts = place.posts.clone();
                tokio::spawn(async move {
                    for number in 0..100 {
                        let title = format!("{writer}-{number}");
                        let made = posts.create(&title, "b", at(number)).await.unwrap();
                        assert_eq!(posts.find(id(&made)).await.unwrap(), Some(made));
                    }
                })
            })
            .collect();
        for writer in writers {
            writer.await.unwrap();
        }
        assert_eq!(place.posts.list(Window::Part { limit: 0, offset: 0 }).await.unwrap().1, 3200);
        let distinct = "SELECT CAST(count(DISTINCT title) AS text) AS value FROM posts_post";
        assert_eq!(place.text(distinct), "3200");
    }
}

#[tokio::test]
async fn a_lock_of_another_process_stops_writes_for_its_time_and_no_reads() {
    let timeout = Duration::from_millis(200);
    let place =
        Place::open(TestDatabase::sqlite(), Options { pool_size: 2, timeout, ..crate::posts::options() });
    place.database.migrate().unwrap();
    let made = place.posts.create("a", "b", at(1)).await.unwrap();
    let mut other = place.raw();
    other.execute("BEGIN IMMEDIATE; UPDATE posts_post SET title = 'theirs'");
    let start = Instant::now();
    let refused = place.posts.remove(id(&made)).await;
    assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
    assert!(start.elapsed() < timeout * 10);
    assert_eq!(place.posts.find(id(&made)).await.unwrap(), Some(made.clone()));
    other.execute("COMMIT");
    assert_eq!(place.posts.find(id(&made)).await.unwrap().unwrap()["title"], "theirs");
    assert_eq!(place.posts.remove(id(&made)).await.unwrap(), Removed::Removed);
}
