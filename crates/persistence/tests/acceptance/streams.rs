//! Lists that are given away row by row, on both engines.

use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};

use presspass_auth::StoreError;
use presspass_domain::{Direction, Post, PostColumn, PostFilter, PostQuery, Window};
use presspass_test_support::TestDatabase;

use crate::place::{Place, post};

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

/// What a visit saw, and how it ended. `at` is called with the number of posts seen before each.
async fn streamed(
    place: &Place,
    (filter, order): (PostFilter, Vec<(PostColumn, Direction)>),
    mut at: impl FnMut(usize) -> ControlFlow<()> + Send + 'static,
) -> (Vec<Post>, Result<(), StoreError>) {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let collected = seen.clone();
    let sink = Box::new(move |post| {
        let mut seen = collected.lock().unwrap();
        let flow = at(seen.len());
        if flow.is_continue() {
            seen.push(post);
        }
        flow
    });
    let outcome = place.posts.stream(filter, order, sink).await;
    (std::mem::take(&mut *seen.lock().unwrap()), outcome)
}

fn everything() -> (PostFilter, Vec<(PostColumn, Direction)>) {
    (PostFilter::default(), Vec::new())
}

fn on(_: usize) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

#[tokio::test]
async fn a_visit_sees_what_the_collected_list_has() {
    for count in [0, 1, 500, 501, 3000] {
        for place in Place::each() {
            if count > 0 {
                fill(&place, count);
            }
            let search = PostFilter { search: vec!["title 1".to_owned()], ..PostFilter::default() };
            let nul = PostFilter { title: Some("a\0".to_owned()), ..PostFilter::default() };
            let by_title =
                vec![(PostColumn::Title, Direction::Descending), (PostColumn::Id, Direction::Ascending)];
            let by_content =
                vec![(PostColumn::Content, Direction::Ascending), (PostColumn::Id, Direction::Descending)];
            for filter in [PostFilter::default(), search, nul] {
                for order in [vec![], by_title.clone(), by_content.clone()] {
                    let query =
                        PostQuery { filter: filter.clone(), order: order.clone(), window: Window::All };
                    let collected = place.posts.list(query).await.unwrap().items;
                    let (seen, outcome) = streamed(&place, (filter.clone(), order.clone()), on).await;
                    outcome.unwrap();
                    assert!(seen == collected, "{count}: {filter:?} {order:?}");
                }
            }
        }
    }
}

#[tokio::test]
async fn a_stream_sees_the_list_as_it_was_at_one_time() {
    let oldest_last =
        [(PostColumn::UpdatedAt, Direction::Descending), (PostColumn::Id, Direction::Ascending)];
    for order in [vec![], oldest_last.to_vec()] {
        for place in Place::each() {
            fill(&place, 2000);
            let before = place.posts.list(PostQuery::all(Window::All)).await.unwrap().items;
            let mut other = place.raw();
            let (seen, outcome) = streamed(&place, (PostFilter::default(), order.clone()), move |count| {
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
async fn a_visit_that_breaks_leaves_its_connection_as_it_was() {
    for behind in TestDatabase::each() {
        let options = presspass_persistence::Options { pool_size: 1, ..Default::default() };
        let place = Place::open(behind, options);
        place.database.migrate().unwrap();
        fill(&place, 1000);
        for end in [0, 50, 500, 501, 900] {
            let stop = move |count| if count == end { ControlFlow::Break(()) } else { on(count) };
            let (seen, outcome) = streamed(&place, everything(), stop).await;
            outcome.unwrap();
            assert_eq!(seen.len(), end);
            place.posts.create(post("between", "x"), presspass_domain::Timestamp::EPOCH).await.unwrap();
        }
        assert_eq!(streamed(&place, everything(), on).await.0.len(), 1005);
    }
}

#[tokio::test]
async fn a_row_that_cannot_be_read_ends_a_visit_as_an_error() {
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
async fn a_connection_that_is_lost_midway_ends_a_visit_and_nothing_is_seen_twice() {
    let Some(behind) = TestDatabase::postgresql() else { return };
    let place = Place::open(behind, presspass_persistence::Options::default());
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
    let mut ids: Vec<i64> = seen.iter().map(|post| post.id).collect();
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
