//! What a store of posts does, on both engines.

use presspass_auth::StoreError;
use presspass_domain::{AccountClaim, AccountKey, PostChanges, PostQuery, Slice, Timestamp, Window};
use presspass_persistence::{AccountCreated, PostDeletion};

use crate::place::{Place, account, at, post};

#[tokio::test]
async fn a_post_is_found_as_it_was_made() {
    for place in Place::each() {
        let made = place.posts.create(post("Title", "Content"), at(655_971)).await.unwrap();
        assert_eq!((made.title.as_str(), made.content.as_str()), ("Title", "Content"));
        assert_eq!((made.created_at, made.updated_at), (at(655_971), at(655_971)));
        assert!(made.id > 0);
        assert_eq!(place.posts.find(made.id).await.unwrap(), Some(made));
    }
}

#[tokio::test]
async fn ids_that_no_post_has_find_nothing() {
    for place in Place::each() {
        let made = place.posts.create(post("a", "b"), at(0)).await.unwrap();
        for id in [0, -1, made.id + 1, i64::from(i32::MAX) + 1, i64::MAX, i64::MIN] {
            assert_eq!(place.posts.find(id).await.unwrap(), None, "{id}");
            assert_eq!(place.posts.update(id, PostChanges::default(), at(1)).await.unwrap(), None, "{id}");
            assert_eq!(place.posts.delete(id).await.unwrap(), PostDeletion::NotFound, "{id}");
        }
        assert_eq!(place.posts.find(made.id).await.unwrap(), Some(made));
    }
}

#[tokio::test]
async fn texts_of_every_kind_come_back_unchanged() {
    for place in Place::each() {
        let titles = [
            "🎉 emoji",
            "\"double\" and 'single'",
            "a\u{2028}b\u{2029}c",
            "\\ $1 ? % _",
            "\u{feff}\r\n\t'); --",
        ];
        for title in titles {
            let made = place.posts.create(post(title, title), at(0)).await.unwrap();
            let found = place.posts.find(made.id).await.unwrap().unwrap();
            assert_eq!((found.title.as_str(), found.content.as_str()), (title, title));
        }
        let long = "é\u{2028}🎉x".repeat(1_000_000 / 10);
        let made = place.posts.create(post(&"é".repeat(50), &long), at(0)).await.unwrap();
        assert_eq!(place.posts.find(made.id).await.unwrap().unwrap().content, long);
    }
}

#[tokio::test]
async fn timestamps_are_exact_to_the_microsecond() {
    for place in Place::each() {
        for micros in [0, 1, 7404, 500_000, 999_999, -1, -2_000_000_000_000_000] {
            let made = place.posts.create(post("a", "b"), at(micros)).await.unwrap();
            assert_eq!(made.created_at, at(micros));
            assert_eq!(place.posts.find(made.id).await.unwrap().unwrap().updated_at, at(micros));
        }
    }
}

#[tokio::test]
async fn timestamps_are_text_of_six_digits_or_none_on_sqlite() {
    for place in Place::each().filter(Place::is_sqlite) {
        let cases = [
            (0, "2026-01-01 00:00:00"),
            (500_000, "2026-01-01 00:00:00.500000"),
            (1, "2026-01-01 00:00:00.000001"),
        ];
        for (micros, text) in cases {
            let made = place.posts.create(post("a", "b"), at(micros)).await.unwrap();
            place.posts.update(made.id, PostChanges::default(), at(micros)).await.unwrap();
            for column in ["created_at", "updated_at"] {
                let query = format!("SELECT {column} AS value FROM posts_post WHERE id = {}", made.id);
                assert_eq!(place.text(&query), text);
            }
        }
    }
}

#[tokio::test]
async fn a_change_moves_updated_at_and_not_created_at() {
    for place in Place::each() {
        let made = place.posts.create(post("a", "b"), at(1)).await.unwrap();
        let title = PostChanges { title: Some("c".into()), content: None };
        let changed = place.posts.update(made.id, title, at(2)).await.unwrap().unwrap();
        assert_eq!((changed.title.as_str(), changed.content.as_str()), ("c", "b"));
        assert_eq!((changed.created_at, changed.updated_at), (at(1), at(2)));
        let content = PostChanges { title: None, content: Some("d".into()) };
        let changed = place.posts.update(made.id, content, at(3)).await.unwrap().unwrap();
        assert_eq!((changed.title.as_str(), changed.content.as_str()), ("c", "d"));
        let touched = place.posts.update(made.id, PostChanges::default(), at(4)).await.unwrap().unwrap();
        assert_eq!((touched.created_at, touched.updated_at), (at(1), at(4)));
        assert_eq!(touched.content, "d");
        assert_eq!(place.posts.find(made.id).await.unwrap(), Some(touched));
    }
}

#[tokio::test]
async fn a_change_leaves_other_posts_alone() {
    for place in Place::each() {
        let one = place.posts.create(post("one", "b"), at(1)).await.unwrap();
        let other = place.posts.create(post("other", "b"), at(1)).await.unwrap();
        place.posts.update(one.id, post("new", "new").into(), at(2)).await.unwrap().unwrap();
        assert_eq!(place.posts.delete(one.id).await.unwrap(), PostDeletion::Deleted);
        assert_eq!(place.posts.delete(one.id).await.unwrap(), PostDeletion::NotFound);
        assert_eq!(place.posts.find(one.id).await.unwrap(), None);
        assert_eq!(place.posts.find(other.id).await.unwrap(), Some(other));
    }
}

#[tokio::test]
async fn lists_are_by_id_and_count_everything() {
    for place in Place::each() {
        assert_eq!(
            place.posts.list(PostQuery::all(Window::All)).await.unwrap(),
            Slice { items: vec![], count: 0 }
        );
        let mut made = Vec::new();
        for number in 0..5 {
            made.push(place.posts.create(post(&format!("{}", 9 - number), "b"), at(-number)).await.unwrap());
        }
        let part = |limit, offset| Window::Part { limit, offset };
        let cases = [
            (Window::All, &made[..]),
            (part(2, 0), &made[..2]),
            (part(2, 3), &made[3..]),
            (part(9, 4), &made[4..]),
            (part(i64::MAX, 0), &made[..]),
            (part(0, 0), &[]),
            (part(2, 5), &[]),
            (part(2, i64::MAX), &[]),
            (part(-1, -1), &[]),
        ];
        for (window, expected) in cases {
            let slice = place.posts.list(PostQuery::all(window)).await.unwrap();
            assert_eq!((slice.items.as_slice(), slice.count), (expected, 5), "{window:?}");
        }
    }
}

#[tokio::test]
async fn a_part_far_behind_is_the_same_part_with_gaps_between_ids() {
    for place in Place::each() {
        place.execute(
            "INSERT INTO posts_post (id, title, content, created_at, updated_at)
             WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
             SELECT 3 * i, 'a', 'b', '2026-01-01 00:00:00+00:00', '2026-01-01 00:00:00+00:00' FROM n",
        );
        for (limit, offset) in [(3, 199), (3, 200), (2, 201), (9, 997), (2, 999), (2, 1000), (0, 500)] {
            let slice = place.posts.list(PostQuery::all(Window::Part { limit, offset })).await.unwrap();
            let ids: Vec<i64> = slice.items.iter().map(|post| post.id).collect();
            let expected: Vec<i64> = (offset + 1..=1000.min(offset + limit)).map(|at| 3 * at).collect();
            assert_eq!((ids, slice.count), (expected, 1000), "{limit} behind {offset}");
        }
    }
}

#[tokio::test]
async fn a_post_is_found_together_with_its_reader() {
    for place in Place::each() {
        let AccountCreated::New(id) = place.accounts.create(account("ada")).await.unwrap() else { panic!() };
        let made = place.posts.create(post("a", "b"), at(1)).await.unwrap();
        let key = |id, name: &str| AccountClaim {
            key: AccountKey { id, username: name.to_owned() },
            token_ids: [[1; 32], [2; 32]],
        };
        let found = place.posts.find_for(key(id, "ada"), made.id).await.unwrap().unwrap();
        let reader = found.reader.record.account;
        assert_eq!((reader.id, reader.username.as_str()), (id, "ada"));
        assert_eq!(found.post.as_ref(), Some(&made));
        for unknown in [0, -1, made.id + 1, i64::MAX] {
            let found = place.posts.find_for(key(id, "ada"), unknown).await.unwrap().unwrap();
            assert_eq!((found.reader.record.account.id, found.post), (id, None), "{unknown}");
        }
        let wrong = [
            key(id, "Ada"),
            key(id, "bob"),
            key(id, ""),
            key(id, "ada\0"),
            key(id + 1, "ada"),
            key(0, "ada"),
            key(-1, "ada"),
            key(i64::MAX, "ada"),
        ];
        for key in wrong {
            assert_eq!(place.posts.find_for(key.clone(), made.id).await.unwrap(), None, "{key:?}");
        }
        place.execute("UPDATE auth_user SET is_active = false");
        let found = place.posts.find_for(key(id, "ada"), made.id).await.unwrap().unwrap();
        assert!(!found.reader.record.account.is_active);
    }
}

/// Writes as a client does that heeds Retry-After: a statement that was prepared before the tables changed fails, and
/// its connection is replaced. Reads do this by themselves.
async fn again<T, F: Future<Output = Result<T, StoreError>>>(write: impl Fn() -> F) -> T {
    for _ in 0..4 {
        match write().await {
            Err(StoreError::Unavailable(_)) => {}
            outcome => return outcome.unwrap(),
        }
    }
    write().await.unwrap()
}

#[tokio::test]
async fn keys_of_four_and_of_eight_bytes_both_work() {
    for place in Place::each().filter(|place| !place.is_sqlite()) {
        let before = place.posts.create(post("a", "b"), at(1)).await.unwrap();
        for size in ["bigint", "integer"] {
            place.execute(&format!("ALTER TABLE posts_post ALTER COLUMN id TYPE {size}"));
            assert_eq!(place.posts.find(before.id).await.unwrap().as_ref(), Some(&before), "{size}");
            let all = place.posts.list(PostQuery::all(Window::All)).await.unwrap().items;
            assert_eq!(all, std::slice::from_ref(&before), "{size}");
            let made = again(|| place.posts.create(post("c", "d"), at(1))).await;
            let changed = again(|| place.posts.update(made.id, PostChanges::default(), at(1))).await;
            assert_eq!(changed.as_ref(), Some(&made));
            assert_eq!(place.posts.find(i64::MAX).await.unwrap(), None);
            assert_eq!(place.posts.delete(made.id).await.unwrap(), PostDeletion::Deleted);
        }
        place.execute("ALTER TABLE posts_post ALTER COLUMN id TYPE bigint");
        place.execute("UPDATE posts_post SET id = 9223372036854775807");
        assert_eq!(place.posts.find(i64::MAX).await.unwrap().unwrap().id, i64::MAX);
    }
}

#[tokio::test]
async fn the_largest_id_is_a_good_one_on_sqlite() {
    for place in Place::each().filter(Place::is_sqlite) {
        place.posts.create(post("a", "b"), at(1)).await.unwrap();
        place.execute("UPDATE posts_post SET id = 9223372036854775807");
        assert_eq!(place.posts.find(i64::MAX).await.unwrap().unwrap().id, i64::MAX);
    }
}

/// diesel's `get_result` stops at the row that RETURNING gives; `SQLite` commits only after it.
#[tokio::test]
async fn a_write_whose_commit_fails_is_not_acknowledged() {
    for place in Place::each() {
        let kept = place.posts.create(post("kept", "b"), at(1)).await.unwrap();
        place.execute("CREATE TABLE parent (id integer PRIMARY KEY)");
        place.execute(
            "CREATE TABLE child (parent integer REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED)",
        );
        let spoil = "INSERT INTO child VALUES (1);";
        place.execute(&if place.is_sqlite() {
            format!(
                "CREATE TRIGGER made AFTER INSERT ON posts_post BEGIN {spoil} END;
                 CREATE TRIGGER changed AFTER UPDATE ON posts_post BEGIN {spoil} END;"
            )
        } else {
            format!(
                "CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {spoil} RETURN NEW; END $$;
                 CREATE TRIGGER spoil AFTER INSERT OR UPDATE ON posts_post FOR EACH ROW EXECUTE FUNCTION spoil();"
            )
        });
        let made = place.posts.create(post("lost", "b"), at(2)).await;
        assert!(matches!(made, Err(StoreError::Failed(_))), "{made:?}");
        let changed = place.posts.update(kept.id, post("lost", "b").into(), at(2)).await;
        assert!(matches!(changed, Err(StoreError::Failed(_))), "{changed:?}");
        assert_eq!(place.posts.list(PostQuery::all(Window::All)).await.unwrap().items, [kept]);
    }
}

#[tokio::test]
async fn a_broken_row_is_an_error_and_not_a_panic() {
    for place in Place::each() {
        let made = place.posts.create(post("a", "b"), at(1)).await.unwrap();
        place.execute(&if place.is_sqlite() {
            "UPDATE posts_post SET created_at = 'yesterday'".to_owned()
        } else {
            "UPDATE posts_post SET created_at = 'infinity'".to_owned()
        });
        assert!(matches!(place.posts.find(made.id).await, Err(StoreError::Failed(_))));
        assert_eq!(place.posts.delete(made.id).await.unwrap(), PostDeletion::Deleted);
    }
}

#[tokio::test]
async fn timestamps_that_another_program_wrote_in_another_form_are_read_as_django_reads_them() {
    let place = Place::each().find(Place::is_sqlite).unwrap();
    let made = place.posts.create(post("a", "b"), at(1)).await.unwrap();
    let expected = Timestamp::parse_iso("2026-01-01T06:00:00Z").unwrap();
    for text in [
        "2026-01-01T06:00:00Z",
        "2026-01-01T06:00:00",
        "2026-01-01 06:00",
        "2026-01-01 06:00:00+00:00",
        "2026-01-01 08:00:00+02:00",
        "2026-01-01 06:00:00.000000000",
    ] {
        place.execute(&format!("UPDATE posts_post SET created_at = '{text}'"));
        assert_eq!(place.posts.find(made.id).await.unwrap().unwrap().created_at, expected, "{text}");
    }
    place.execute("UPDATE posts_post SET created_at = 'yesterday'");
    let Err(StoreError::Failed(error)) = place.posts.find(made.id).await else {
        panic!("yesterday was read")
    };
    assert!(error.to_string().contains("yesterday"), "{error}");
}
