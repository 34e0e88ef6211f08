//! Deleting posts that rows of other tables refer to.

use std::thread;

use presspass_domain::NewAccount;
use presspass_domain::model::{Actor, Deleted, POST};
use presspass_persistence::{AccountCreated, Database, DatabaseUrl, Removed};

use crate::place::{Place, RawConnection, account, at};
use crate::posts::{Posts, id};

fn referenced(tables: &[&str]) -> Removed<()> {
    Removed::Protected(tables.iter().map(|table| (*table).to_owned()).collect())
}

fn count(place: &Place, table: &str) -> String {
    place.text(&format!("SELECT CAST(count(*) AS text) AS value FROM {table}"))
}

#[tokio::test]
async fn a_post_that_other_tables_refer_to_is_kept_and_the_tables_are_named() {
    for place in Place::each() {
        let id = id(&place.posts.create("a", "b", at(1)).await.unwrap());
        let tables = [
            // As Django writes it, whatever on_delete says.
            ("comments_comment", "DEFERRABLE INITIALLY DEFERRED"),
            ("likes", ""),
            ("pins", "ON DELETE RESTRICT"),
            ("visits", "ON DELETE SET NULL"),
            ("shares", "ON DELETE CASCADE"),
        ];
        for (table, rule) in tables {
            place.execute(&format!(
                "CREATE TABLE {table} (id integer PRIMARY KEY, post_id integer REFERENCES posts_post (id) {rule});
                 INSERT INTO {table} VALUES (1, {id})"
            ));
        }
        place.execute(
            "CREATE TABLE replies (id integer PRIMARY KEY, share_id integer REFERENCES shares (id)
                DEFERRABLE INITIALLY DEFERRED);
             INSERT INTO replies VALUES (1, 1)",
        );
        let delete = async || place.posts.remove(id).await.unwrap();
        assert_eq!(delete().await, referenced(&["comments_comment", "likes", "pins", "replies"]));
        assert_eq!(count(&place, "shares"), "1", "nothing was deleted");
        for (gone, left) in [
            ("likes", &["comments_comment", "pins", "replies"][..]),
            ("replies", &["comments_comment", "pins"]),
            ("pins", &["comments_comment"]),
        ] {
            place.execute(&format!("DELETE FROM {gone}"));
            assert_eq!(delete().await, referenced(left));
        }
        assert!(place.posts.find(id).await.unwrap().is_some());
        place.execute("DELETE FROM comments_comment");
        assert_eq!(delete().await, Removed::Removed);
        assert_eq!((count(&place, "shares").as_str(), count(&place, "visits").as_str()), ("0", "1"));
        assert_eq!(delete().await, Removed::NotFound);
    }
}

#[tokio::test]
async fn a_table_that_our_role_may_not_read_is_named_all_the_same() {
    for place in Place::each().filter(|place| !place.is_sqlite()) {
        let id = id(&place.posts.create("a", "b", at(1)).await.unwrap());
        let name = place.behind.url().rsplit_once('/').unwrap().1.to_owned();
        place.execute(&format!(
            "CREATE TABLE secrets (post_id integer REFERENCES posts_post (id));
             INSERT INTO secrets VALUES ({id});
             CREATE ROLE reader_of_{name} LOGIN PASSWORD 'r'; GRANT USAGE ON SCHEMA public TO reader_of_{name};
             GRANT SELECT, UPDATE, DELETE ON posts_post TO reader_of_{name}"
        ));
        let url = place.behind.url();
        let (_, address) = url.rsplit_once('@').unwrap();
        let url = DatabaseUrl::parse(&format!("postgres://reader_of_{name}:r@{address}")).unwrap();
        let database = Database::open(&url, crate::posts::options()).unwrap();
        let outcome = Posts::new(database.clone()).remove(id).await.unwrap();
        assert_eq!(outcome, referenced(&["secrets"]));
        database.close().await;
        place.execute(&format!("DROP OWNED BY reader_of_{name}; DROP ROLE reader_of_{name}"));
    }
}

/// Whether a row that refers to this post could be written.
fn refer(raw: &mut RawConnection, id: i64) -> bool {
    let insert = format!("INSERT INTO comments_comment (post_id) VALUES ({id})");
    raw.try_execute(&insert).is_ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_is_written_meanwhile_keeps_its_post_or_is_refused() {
    for place in Place::each() {
        let pragma = if place.is_sqlite() { "PRAGMA foreign_keys = ON" } else { "SELECT 1" };
        place.execute(
            "CREATE TABLE comments_comment (post_id integer REFERENCES posts_post (id) DEFERRABLE INITIALLY DEFERRED)",
        );
        for round in 0..40 {
            let id = id(&place.posts.create("a", "b", at(1)).await.unwrap());
            let mut raw = place.raw();
            raw.execute(pragma);
            let writer = thread::spawn(move || refer(&mut raw, id));
            let outcome = place.posts.remove(id).await.unwrap();
            let written = writer.join().unwrap();
            let there = place.posts.find(id).await.unwrap().is_some();
            let expected = if written { referenced(&["comments_comment"]) } else { Removed::Removed };
            assert_eq!((outcome, there), (expected, written), "round {round}");
        }
    }
}

/// The catalogue is read for keys of one column; the engine knows all.
#[tokio::test]
async fn a_reference_that_the_admin_does_not_see_is_no_failure_of_ours() {
    for place in Place::each().filter(|place| !place.is_sqlite()) {
        let root = NewAccount { is_staff: true, is_superuser: true, ..account("root") };
        let AccountCreated::New(account_id) = place.accounts.create(root).await.unwrap() else {
            panic!("it is taken")
        };
        let id = id(&place.posts.create("a", "b", at(1)).await.unwrap());
        place.execute(&format!(
            "ALTER TABLE posts_post ADD UNIQUE (id, title);
             CREATE TABLE pairs (post_id integer, title varchar(50),
                FOREIGN KEY (post_id, title) REFERENCES posts_post (id, title) DEFERRABLE INITIALLY DEFERRED);
             INSERT INTO pairs VALUES ({id}, 'a')"
        ));
        let models = &place.posts.0;
        let shown = models.deletion(&POST, vec![id.into()]).await.unwrap();
        let actor = Actor { account_id, at: at(2) };
        let outcome = models.delete(&POST, vec![id.into()], shown.version, actor).await.unwrap();
        assert_eq!(outcome, Deleted::Stale(shown));
        assert_eq!(place.posts.remove(id).await.unwrap(), referenced(&["pairs"]));
    }
}
