//! Lists that are streamed record by record, on both engines.

use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};

use presspass_auth::StoreError;
use presspass_domain::Window;
use presspass_domain::model::{Condition, Input, Lookup, POST, Path, Selection};
use presspass_test_support::TestDatabase;
use serde_json::Value;

use crate::place::Place;
use crate::posts::{EVERYTHING, id, selection};

/// Makes so many posts, of contents between 4 and 9000 bytes: the batches of a cursor differ in size.
fn fill(place: &Place, count: usize) {
    let content = "abcdefghi ".repeat(900);
    place.execute(&format!(
        "INSERT INTO posts_post (title, content, created_at, updated_at)
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})
         SELECT 'Title ' || (i * 7919 % {count}), substr('{content}', 1, (i * 37) % 90 * (i % 100) + 4),
                '2026-01-01 00:00:00+00:00', '2026-01-01 00:00:00+00:00'
         FROM n"
    ));
}

/// What a stream emitted, and how it ended. `at` is called with the number of posts seen before each.
async fn streamed(
    place: &Place,
    selection: Selection,
    mut at: impl FnMut(usize) -> ControlFlow<()> + Send + 'static,
) -> (Vec<Value>, Result<(), StoreError>) {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let collected = seen.clone();
    let sink = Box::new(move |post: &[u8]| {
        let mut seen = collected.lock().unwrap();
        let flow = at(seen.len());
        if flow.is_continue() {
            seen.push(serde_json::from_slice(post).unwrap());
        }
        flow
    });
    let outcome = place.posts.0.stream_json(selection, sink).await;
    (std::mem::take(&mut *seen.lock().unwrap()), outcome)
}

fn everything() -> Selection {
    selection(EVERYTHING, &[], Window::All)
}

fn title(lookup: Lookup, text: &str) -> Condition {
    Condition::Compare(Path::parse(&POST, "title").unwrap(), lookup, Input::from(text))
}

fn on(_: usize) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

#[tokio::test]
async fn a_stream_sees_what_the_collected_list_has() {
    for count in [0, 1, 500, 501, 3000] {
        for place in Place::each() {
            if count > 0 {
                fill(&place, count);
            }
            let (search, nul) = (title(Lookup::IContains, "title 1"), title(Lookup::Exact, "a\0"));
            for condition in [EVERYTHING, search, nul] {
                for order in [&[][..], &["-title", "id"], &["content", "-id"]] {
                    let query = selection(condition.clone(), order, Window::All);
                    let collected = place.posts.select(query.clone()).await.unwrap().0;
                    let (seen, outcome) = streamed(&place, query, on).await;
                    outcome.unwrap();
                    assert!(seen == collected, "{count}: {condition:?} {order:?}");
                }
            }
        }
    }
}

#[tokio::test]
async fn a_stream_sees_the_list_as_it_was_at_one_time() {
    for order in [&[][..], &["-updated_at", "id"]] {
        for place in Place::each() {
            fill(&place, 2000);
            let before = place.posts.list(Window::All).await.unwrap().0;
            let mut other = place.raw();
            let (seen, outcome) = streamed(&place, selection(EVERYTHING, order, Window::All), move |count| {
                match count {
                    150 => other.execute("DELETE FROM posts_post WHERE id % 10 = 3"),
                    700 => other.execute(
                        "INSERT INTO posts_post (title, content, created_at, updated_at)
                         VALUES ('new', 'new', '2026-01-01 00:00:00+00:00', '2026-01-01 00:00:00+00:00')",
                    ),
                    900 => other.execute("UPDATE posts_post SET title = 'changed'"),
                    _ => {}
                }
                ControlFlow::Continue(())
            })
            .await;
            outcome.unwrap();
            assert!(seen == before, "{order:?}");
            assert_eq!(place.text("SELECT CAST(count(*) AS text) AS value FROM posts_post"), "1801");
        }
    }
}

#[tokio::test]
async fn a_stream_that_breaks_leaves_its_connection_as_it_was() {
    for behind in TestDatabase::each() {
        let options = presspass_persistence::Options { pool_size: 1, ..crate::posts::options() };
        let place = Place::open(behind, options);
        place.database.migrate().unwrap();
        fill(&place, 1000);
        for end in [0, 50, 500, 501, 900] {
            let stop = move |count| if count == end { ControlFlow::Break(()) } else { on(count) };
            let (seen, outcome) = streamed(&place, everything(), stop).await;
            outcome.unwrap();
            assert_eq!(seen.len(), end);
            place.posts.create("between", "x", presspass_domain::Timestamp::EPOCH).await.unwrap();
        }
        assert_eq!(streamed(&place, everything(), on).await.0.len(), 1005);
    }
}

#[tokio::test]
async fn a_row_that_cannot_be_read_ends_a_stream_as_an_error() {
    for place in Place::each() {
        fill(&place, 1000);
        // The one is no timestamp, the other beyond the last that we know.
        let bad = if place.is_sqlite() { "never" } else { "20000-01-01" };
        place.execute(&format!("UPDATE posts_post SET created_at = '{bad}' WHERE id = 801"));
        let (seen, outcome) = streamed(&place, everything(), on).await;
        assert!(matches!(outcome, Err(StoreError::Failed(_))), "{outcome:?}");
        assert_eq!(seen.len(), 800);
    }
}

#[tokio::test]
async fn a_connection_that_is_lost_midway_ends_a_stream_and_nothing_is_seen_twice() {
    let Some(behind) = TestDatabase::postgresql() else { return };
    let place = Place::open(behind, crate::posts::options());
    place.database.migrate().unwrap();
    fill(&place, 5000);
    let mut killer = place.raw();
    let (seen, outcome) = streamed(&place, everything(), move |count| {
        if count == 300 {
            killer.execute(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
                 WHERE datname = current_database() AND pid <> pg_backend_pid()",
            );
        }
        on(count)
    })
    .await;
    assert!(matches!(outcome, Err(StoreError::Unavailable(_))), "{outcome:?}");
    let mut ids: Vec<i64> = seen.iter().map(id).collect();
    assert!(ids.len() > 300 && ids.len() < 5000, "{}", ids.len());
    ids.dedup();
    assert_eq!(ids.len(), seen.len());
    // What was lost before anything was seen is asked again.
    place.execute(
        "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid()",
    );
    let (seen, outcome) = streamed(&place, everything(), on).await;
    outcome.unwrap();
    assert_eq!(seen.len(), 5000);
}
