//! Records of one model, as the API writes and reads them, on both engines.

use presspass_auth::StoreError;
use presspass_domain::model::{Draft, POST};
use presspass_domain::{AccountClaim, AccountKey, Timestamp, Window};
use presspass_persistence::{AccountCreated, Removed};
use serde_json::{Value, json};

use crate::place::{Place, account, at};
use crate::posts::{EVERYTHING, id, selection};

fn changes<const N: usize>(values: [(&'static str, &str); N]) -> Draft {
    let mut draft = Draft::new(&POST);
    for (name, value) in values {
        draft.set(name, value);
    }
    draft
}

#[tokio::test]
async fn ids_that_no_post_has_find_nothing() {
    for place in Place::each() {
        let made = place.posts.create("a", "b", at(0)).await.unwrap();
        for id in [0, -1, id(&made) + 1, i64::from(i32::MAX) + 1, i64::MAX, i64::MIN] {
            assert_eq!(place.posts.find(id).await.unwrap(), None, "{id}");
            assert_eq!(place.posts.update(id, changes([]), at(1)).await.unwrap(), None, "{id}");
            assert_eq!(place.posts.remove(id).await.unwrap(), Removed::NotFound, "{id}");
        }
        assert_eq!(place.posts.find(id(&made)).await.unwrap(), Some(made));
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
            let made = place.posts.create(title, title, at(0)).await.unwrap();
            assert_eq!((&made["title"], &made["content"]), (&json!(title), &json!(title)));
            assert_eq!(place.posts.find(id(&made)).await.unwrap(), Some(made));
        }
        let long = "é\u{2028}🎉x".repeat(1_000_000 / 10);
        let made = place.posts.create(&"é".repeat(50), &long, at(0)).await.unwrap();
        assert_eq!(place.posts.find(id(&made)).await.unwrap().unwrap()["content"], long);
    }
}

#[tokio::test]
async fn timestamps_are_exact_to_the_microsecond() {
    for place in Place::each() {
        for micros in [0, 1, 7404, 500_000, 999_999, -1, -2_000_000_000_000_000] {
            let made = place.posts.create("a", "b", at(micros)).await.unwrap();
            assert_eq!(made["created_at"], at(micros).to_wire());
            assert_eq!(place.posts.find(id(&made)).await.unwrap(), Some(made));
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
            let made = place.posts.create("a", "b", at(micros)).await.unwrap();
            place.posts.update(id(&made), changes([]), at(micros)).await.unwrap();
            for column in ["created_at", "updated_at"] {
                let query = format!("SELECT {column} AS value FROM posts_post WHERE id = {}", id(&made));
                assert_eq!(place.text(&query), text);
            }
        }
    }
}

#[tokio::test]
async fn a_change_moves_updated_at_and_not_created_at() {
    for place in Place::each() {
        let made = place.posts.create("a", "b", at(1)).await.unwrap();
        let id = id(&made);
        let post = |title: &str, content: &str, updated| {
            let (created, updated) = (at(1).to_wire(), at(updated).to_wire());
            json!({"id": id, "title": title, "content": content, "created_at": created, "updated_at": updated})
        };
        for (draft, expected) in [
            (changes([("title", "c")]), post("c", "b", 2)),
            (changes([("content", "d")]), post("c", "d", 3)),
            (changes([]), post("c", "d", 4)),
        ] {
            let now = Timestamp::parse_iso(expected["updated_at"].as_str().unwrap()).unwrap();
            assert_eq!(place.posts.update(id, draft, now).await.unwrap().as_ref(), Some(&expected));
            assert_eq!(place.posts.find(id).await.unwrap(), Some(expected));
        }
    }
}

#[tokio::test]
async fn a_change_leaves_other_posts_alone() {
    for place in Place::each() {
        let one = place.posts.create("one", "b", at(1)).await.unwrap();
        let other = place.posts.create("other", "b", at(1)).await.unwrap();
        let new = changes([("title", "new"), ("content", "new")]);
        place.posts.update(id(&one), new, at(2)).await.unwrap().unwrap();
        assert_eq!(place.posts.remove(id(&one)).await.unwrap(), Removed::Removed);
        assert_eq!(place.posts.remove(id(&one)).await.unwrap(), Removed::NotFound);
        assert_eq!(place.posts.find(id(&one)).await.unwrap(), None);
        assert_eq!(place.posts.find(id(&other)).await.unwrap(), Some(other));
    }
}

#[tokio::test]
async fn lists_are_by_id_and_count_everything() {
    for place in Place::each() {
        assert_eq!(place.posts.list(Window::All).await.unwrap(), (vec![], 0));
        let mut made = Vec::new();
        for number in 0..5 {
            made.push(place.posts.create(&format!("{}", 9 - number), "b", at(-number)).await.unwrap());
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
            assert_eq!(place.posts.list(window).await.unwrap(), (expected.to_vec(), 5), "{window:?}");
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
            let (posts, count) = place.posts.list(Window::Part { limit, offset }).await.unwrap();
            let ids: Vec<i64> = posts.iter().map(id).collect();
            let expected: Vec<i64> = (offset + 1..=1000.min(offset + limit)).map(|at| 3 * at).collect();
            assert_eq!((ids, count), (expected, 1000), "{limit} behind {offset}");
        }
    }
}

#[tokio::test]
async fn a_record_is_found_together_with_its_reader() {
    for place in Place::each() {
        let AccountCreated::New(ada) = place.accounts.create(account("ada")).await.unwrap() else { panic!() };
        let made = place.posts.create("a", "b", at(1)).await.unwrap();
        let key = |id, name: &str| AccountClaim {
            key: AccountKey { id, username: name.to_owned() },
            token_ids: [[1; 32], [2; 32]],
        };
        let whole = selection(EVERYTHING, &[], Window::All);
        let find_for = async |reader: AccountClaim, id: i64| {
            place.posts.0.find_json_for(reader, whole.clone(), id, &[]).await.unwrap()
        };
        let found = find_for(key(ada, "ada"), id(&made)).await.unwrap();
        let reader = found.reader.record.account;
        assert_eq!((reader.id, reader.username.as_str()), (ada, "ada"));
        assert_eq!(serde_json::from_slice::<Value>(&found.record.unwrap().json).unwrap(), made);
        for unknown in [0, -1, id(&made) + 1, i64::MAX] {
            let found = find_for(key(ada, "ada"), unknown).await.unwrap();
            assert_eq!((found.reader.record.account.id, found.record), (ada, None), "{unknown}");
        }
        let wrong = [
            key(ada, "Ada"),
            key(ada, "bob"),
            key(ada, ""),
            key(ada, "ada\0"),
            key(ada + 1, "ada"),
            key(0, "ada"),
            key(-1, "ada"),
            key(i64::MAX, "ada"),
        ];
        for key in wrong {
            assert_eq!(find_for(key.clone(), id(&made)).await, None, "{key:?}");
        }
        place.execute("UPDATE auth_user SET is_active = false");
        let found = find_for(key(ada, "ada"), id(&made)).await.unwrap();
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
        let before = place.posts.create("a", "b", at(1)).await.unwrap();
        for size in ["bigint", "integer"] {
            place.execute(&format!("ALTER TABLE posts_post ALTER COLUMN id TYPE {size}"));
            assert_eq!(place.posts.find(id(&before)).await.unwrap().as_ref(), Some(&before), "{size}");
            let all = place.posts.list(Window::All).await.unwrap().0;
            assert_eq!(all, std::slice::from_ref(&before), "{size}");
            let made = again(|| place.posts.create("c", "d", at(1))).await;
            let changed = again(|| place.posts.update(id(&made), changes([]), at(1))).await;
            assert_eq!(changed.as_ref(), Some(&made));
            assert_eq!(place.posts.find(i64::MAX).await.unwrap(), None);
            assert_eq!(place.posts.remove(id(&made)).await.unwrap(), Removed::Removed);
        }
        place.execute("ALTER TABLE posts_post ALTER COLUMN id TYPE bigint");
        place.execute("UPDATE posts_post SET id = 9223372036854775807");
        assert_eq!(place.posts.find(i64::MAX).await.unwrap().unwrap()["id"], i64::MAX);
    }
}

#[tokio::test]
async fn the_largest_id_is_a_good_one_on_sqlite() {
    for place in Place::each().filter(Place::is_sqlite) {
        place.posts.create("a", "b", at(1)).await.unwrap();
        place.execute("UPDATE posts_post SET id = 9223372036854775807");
        assert_eq!(place.posts.find(i64::MAX).await.unwrap().unwrap()["id"], i64::MAX);
    }
}

/// diesel's `get_result` stops at the row that RETURNING gives; `SQLite` commits only after it.
#[tokio::test]
async fn a_write_whose_commit_fails_is_not_acknowledged() {
    for place in Place::each() {
        let kept = place.posts.create("kept", "b", at(1)).await.unwrap();
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
        let made = place.posts.create("lost", "b", at(2)).await;
        assert!(matches!(made, Err(StoreError::Failed(_))), "{made:?}");
        let changed = place.posts.update(id(&kept), changes([("title", "lost")]), at(2)).await;
        assert!(matches!(changed, Err(StoreError::Failed(_))), "{changed:?}");
        assert_eq!(place.posts.list(Window::All).await.unwrap().0, [kept]);
    }
}

#[tokio::test]
async fn a_broken_row_is_an_error_and_not_a_panic() {
    for place in Place::each() {
        let made = place.posts.create("a", "b", at(1)).await.unwrap();
        place.execute(&if place.is_sqlite() {
            "UPDATE posts_post SET created_at = 'yesterday'".to_owned()
        } else {
            "UPDATE posts_post SET created_at = 'infinity'".to_owned()
        });
        assert!(matches!(place.posts.find(id(&made)).await, Err(StoreError::Failed(_))));
        assert_eq!(place.posts.remove(id(&made)).await.unwrap(), Removed::Removed);
    }
}

#[tokio::test]
async fn timestamps_that_another_program_wrote_in_another_form_are_read_as_django_reads_them() {
    let place = Place::each().find(Place::is_sqlite).unwrap();
    let made = place.posts.create("a", "b", at(1)).await.unwrap();
    let expected = "2026-01-01T06:00:00Z";
    for text in [
        "2026-01-01T06:00:00Z",
        "2026-01-01T06:00:00",
        "2026-01-01 06:00",
        "2026-01-01 06:00:00+00:00",
        "2026-01-01 08:00:00+02:00",
        "2026-01-01 06:00:00.000000000",
    ] {
        place.execute(&format!("UPDATE posts_post SET created_at = '{text}'"));
        assert_eq!(place.posts.find(id(&made)).await.unwrap().unwrap()["created_at"], expected, "{text}");
    }
    place.execute("UPDATE posts_post SET created_at = 'yesterday'");
    let Err(StoreError::Failed(error)) = place.posts.find(id(&made)).await else {
        panic!("yesterday was read")
    };
    assert!(error.to_string().contains("created_at"), "{error}");
}
