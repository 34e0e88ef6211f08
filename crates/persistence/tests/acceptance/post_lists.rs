//! Filters, search, order and parts of a list of posts, on both engines.

use presspass_domain::{
    Direction, NewPost, Post, PostColumn, PostFilter, PostPosition, PostQuery, Timestamp, Window,
};

use crate::place::Place;

const TITLES: [&str; 6] = ["Apple", "apple pie", "Banana 100%", "Cherry_1", "cherryX1", "Ünïcode \\ é"];

/// Six posts, an hour apart.
async fn six(place: &Place) -> Vec<Post> {
    let mut made = Vec::new();
    for (hour, title) in (0_i64..).zip(TITLES) {
        let post = NewPost { title: title.into(), content: format!("Content {}", hour % 2) };
        made.push(place.posts.create(post, at(hour)).await.unwrap());
    }
    made
}

fn at(hour: i64) -> Timestamp {
    Timestamp::from_unix_micros(1_800_000_000_000_000 + hour * 3_600_000_000).unwrap()
}

async fn titles(place: &Place, query: PostQuery) -> Vec<String> {
    place.posts.list(query).await.unwrap().items.into_iter().map(|post| post.title).collect()
}

fn filter(filter: PostFilter) -> PostQuery {
    PostQuery { filter, ..PostQuery::all(Window::All) }
}

fn contains(text: &str) -> PostQuery {
    filter(PostFilter { title_contains: Some(text.to_owned()), ..PostFilter::default() })
}

fn search(terms: &[&str]) -> PostQuery {
    filter(PostFilter {
        search: terms.iter().map(|term| (*term).to_owned()).collect(),
        ..PostFilter::default()
    })
}

#[tokio::test]
async fn a_title_is_found_whole_and_by_its_parts() {
    for place in Place::each() {
        six(&place).await;
        let exact =
            |title: &str| filter(PostFilter { title: Some(title.to_owned()), ..PostFilter::default() });
        assert_eq!(titles(&place, exact("Apple")).await, ["Apple"]);
        assert!(titles(&place, exact("APPLE")).await.is_empty());
        assert_eq!(titles(&place, contains("APPLE")).await, ["Apple", "apple pie"]);
        assert!(titles(&place, contains("zzz")).await.is_empty());
    }
}

#[tokio::test]
async fn signs_of_like_are_ordinary_characters() {
    for place in Place::each() {
        six(&place).await;
        assert_eq!(titles(&place, contains("%")).await, ["Banana 100%"]);
        assert_eq!(titles(&place, contains("_")).await, ["Cherry_1"]);
        assert_eq!(titles(&place, contains("\\")).await, ["Ünïcode \\ é"]);
        assert_eq!(titles(&place, contains("y_1")).await, ["Cherry_1"]);
    }
}

#[tokio::test]
async fn every_term_must_be_in_title_or_content() {
    for place in Place::each() {
        six(&place).await;
        assert_eq!(titles(&place, search(&["cherry", "content"])).await, ["Cherry_1", "cherryX1"]);
        assert_eq!(titles(&place, search(&["cherry", "CONTENT 1"])).await, ["Cherry_1"]);
        assert!(titles(&place, search(&["apple", "banana"])).await.is_empty());
        assert_eq!(titles(&place, search(&["content"])).await.len(), 6);
        let many: Vec<&str> = std::iter::repeat_n("e", 32).collect();
        assert_eq!(titles(&place, search(&many)).await.len(), 6, "32 terms are no error");
        assert!(titles(&place, search(&[&"x".repeat(500)])).await.is_empty(), "a long term is no error");
    }
}

#[tokio::test]
async fn a_nul_is_in_no_title_and_no_error() {
    for place in Place::each() {
        six(&place).await;
        let query = filter(PostFilter { title: Some("a\0".to_owned()), ..PostFilter::default() });
        assert!(titles(&place, query).await.is_empty());
        place.posts.list(search(&["\0"])).await.unwrap();
        place.posts.list(contains("\0")).await.unwrap();
    }
}

#[tokio::test]
async fn timestamps_bound_a_list_and_the_bound_counts() {
    for place in Place::each() {
        six(&place).await;
        let between =
            PostFilter { created_from: Some(at(1)), created_to: Some(at(2)), ..PostFilter::default() };
        assert_eq!(titles(&place, filter(between)).await, ["apple pie", "Banana 100%"]);
        let updated =
            PostFilter { updated_from: Some(at(4)), updated_to: Some(at(4)), ..PostFilter::default() };
        assert_eq!(titles(&place, filter(updated)).await, ["cherryX1"]);
    }
}

#[tokio::test]
async fn a_list_is_ordered_by_each_column_in_each_direction() {
    for place in Place::each() {
        let made = six(&place).await;
        let ids: Vec<i64> = made.iter().map(|post| post.id).collect();
        let ordered = async |order: &[(PostColumn, Direction)]| -> Vec<i64> {
            let query = PostQuery { order: order.to_vec(), ..PostQuery::all(Window::All) };
            place.posts.list(query).await.unwrap().items.into_iter().map(|post| post.id).collect()
        };
        let reversed: Vec<i64> = ids.iter().rev().copied().collect();
        for column in [PostColumn::Id, PostColumn::CreatedAt, PostColumn::UpdatedAt] {
            assert_eq!(ordered(&[(column, Direction::Ascending)]).await, ids, "{column:?}");
            assert_eq!(ordered(&[(column, Direction::Descending)]).await, reversed, "{column:?}");
        }
        let by_content =
            [(PostColumn::Content, Direction::Descending), (PostColumn::Id, Direction::Ascending)];
        assert_eq!(ordered(&by_content).await, [ids[1], ids[3], ids[5], ids[0], ids[2], ids[4]]);
        let by_title = ordered(&[(PostColumn::Title, Direction::Ascending)]).await;
        let back: Vec<i64> =
            ordered(&[(PostColumn::Title, Direction::Descending)]).await.into_iter().rev().collect();
        assert_eq!(by_title, back);
    }
}

#[tokio::test]
async fn parts_of_a_filtered_list_count_what_the_filter_lets_through() {
    for place in Place::each() {
        six(&place).await;
        let part = |window| PostQuery { window, ..search(&["content 1"]) };
        let slice = place.posts.list(part(Window::Part { limit: 2, offset: 1 })).await.unwrap();
        assert_eq!((slice.count, slice.items.len()), (3, 2));
        let last = place.posts.list(part(Window::Last { size: 2 })).await.unwrap();
        assert_eq!((last.count, last.items.len()), (3, 1));
        let whole = place.posts.list(PostQuery::all(Window::Last { size: 3 })).await.unwrap();
        assert_eq!((whole.count, whole.items.len()), (6, 3));
        let none = place
            .posts
            .list(PostQuery { window: Window::Last { size: 2 }, ..search(&["zzz"]) })
            .await
            .unwrap();
        assert_eq!((none.count, none.items.len()), (0, 0));
    }
}

#[tokio::test]
async fn a_list_can_begin_behind_a_value_of_any_column() {
    for place in Place::each() {
        let made = six(&place).await;
        let third = &made[2];
        let beyond = async |position: PostPosition, direction| {
            let query = filter(PostFilter { beyond: Some((position, direction)), ..PostFilter::default() });
            let query = PostQuery { window: Window::Uncounted { limit: 2, offset: 1 }, ..query };
            place.posts.list(query).await.unwrap().items.len()
        };
        for (position, above, below) in [
            (PostPosition::Id(third.id), 2, 1),
            (PostPosition::CreatedAt(third.created_at), 2, 1),
            (PostPosition::UpdatedAt(third.updated_at), 2, 1),
            (PostPosition::Content("Content 0".to_owned()), 2, 0),
            (PostPosition::Title("zzz".to_owned()), 0, 2),
        ] {
            // Where collations differ, only that letters of ASCII lie below `zzz` is common ground.
            let (ascending, descending) = (
                beyond(position.clone(), Direction::Ascending).await,
                beyond(position.clone(), Direction::Descending).await,
            );
            if matches!(position, PostPosition::Title(_)) {
                assert_eq!(descending, below, "{position:?}");
            } else {
                assert_eq!((ascending, descending), (above, below), "{position:?}");
            }
        }
        let nul = PostPosition::Title("a\0".to_owned());
        beyond(nul, Direction::Ascending).await;
    }
}
