use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::sync::{Arc, Barrier};

use diesel::connection::InstrumentationEvent;
use diesel::sql_types::BigInt;
use diesel::{Connection as _, QueryResult, QueryableByName, RunQueryDsl as _, sql_query};
use presspass_auth::StoreError;
use presspass_auth::revocation::TokenId;
use presspass_domain::model::{Condition, Draft, Input, Lookup, POST, Path};
use presspass_domain::{AccountClaim, AccountKey, EmailAddress, NewAccount, Timestamp, Username, Window};
use presspass_test_support::TestDatabase;
use time::OffsetDateTime;

use super::*;
use crate::connection::on_engine;
use crate::posts::{EVERYTHING, Posts, id, selection};
use crate::{AccountStore, PasswordChange, Revocations};

const SHORT: Duration = Duration::from_millis(200);

fn open(place: &TestDatabase, pool_size: u32, timeout: Duration) -> Database {
    let url = DatabaseUrl::parse(&place.url()).unwrap();
    let database = Database::open(&url, Options { pool_size, timeout, ..crate::posts::options() }).unwrap();
    database.migrate().unwrap();
    database
}

fn execute(connection: &mut Connection, sql: &str) -> QueryResult<()> {
    on_engine!(connection, raw => raw.batch_execute(sql))
}

async fn count(database: &Database) -> i64 {
    Posts::new(database.clone()).list(Window::Part { limit: 0, offset: 0 }).await.unwrap().1
}

/// Takes a turn of the lane and holds it until the sender is used or dropped.
async fn occupy(database: &Database) -> (tokio::task::JoinHandle<Result<(), Error>>, mpsc::Sender<()>) {
    let (started, has_started) = tokio::sync::oneshot::channel();
    let (release, released) = mpsc::channel();
    let database = database.clone();
    let holder = tokio::spawn(async move {
        let work = move |_: &mut Connection| {
            started.send(()).unwrap();
            released.recv().ok();
            Ok(())
        };
        database.write_once(work).await
    });
    has_started.await.unwrap();
    (holder, release)
}

#[tokio::test]
async fn a_busy_pool_gives_unavailable_after_the_timeout_and_not_before() {
    for place in TestDatabase::each() {
        let database = open(&place, 1, SHORT);
        let (holder, release) = occupy(&database).await;
        let start = Instant::now();
        let refused = Posts::new(database.clone()).create("late", "x", Timestamp::EPOCH).await;
        assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
        assert!(start.elapsed() >= SHORT);
        assert!(start.elapsed() < SHORT * 10);
        release.send(()).unwrap();
        holder.await.unwrap().unwrap();
        Posts::new(database.clone()).create("in time", "x", Timestamp::EPOCH).await.unwrap();
        assert_eq!(count(&database).await, 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_that_take_long_leave_connections_for_look_ups() {
    for place in TestDatabase::each() {
        let database = open(&place, 4, SHORT);
        let (ended, mut outcomes) = tokio::sync::mpsc::unbounded_channel();
        let mut held = Vec::new();
        for _ in 0..4 {
            let (release, released) = mpsc::channel::<()>();
            let released = std::sync::Mutex::new(released);
            let (list, ended) = (database.clone(), ended.clone());
            held.push(release);
            tokio::spawn(async move {
                let outcome = list.read(Length::Open, move |_| {
                    let _ = released.lock().unwrap().recv();
                    Ok(())
                });
                ended.send(outcome.await.is_ok()).unwrap();
            });
        }
        for _ in 0..20 {
            Posts::new(database.clone()).find(1).await.unwrap();
        }
        database.ping().await.unwrap();
        // Two lists have a turn, and two wait for one in vain.
        assert_eq!((outcomes.recv().await, outcomes.recv().await), (Some(false), Some(false)));
        held.clear();
        assert_eq!((outcomes.recv().await, outcomes.recv().await), (Some(true), Some(true)));
    }
}

#[tokio::test]
async fn a_request_that_is_given_up_neither_stops_its_work_nor_frees_its_connection() {
    for place in TestDatabase::each() {
        let database = open(&place, 1, SHORT);
        let (started, has_started) = tokio::sync::oneshot::channel();
        let (release, released) = mpsc::channel();
        let given_up = database.write(move |connection| {
            execute(connection, "UPDATE presspass_marker SET marked_at = '2000-01-01 00:00:00Z'")?;
            started.send(()).unwrap();
            released.recv().ok();
            Ok(())
        });
        tokio::select! {
            biased;
            _ = given_up => panic!("the work waits for us"),
            _ = has_started => {}
        }
        let refused = database.write(|_| Ok(())).await;
        assert!(matches!(refused, Err(Error::Unavailable(_))), "{refused:?}");
        release.send(()).unwrap();
        let changed = database
            .write(|connection| {
                let back = "DELETE FROM presspass_marker WHERE marked_at = '2000-01-01 00:00:00Z'";
                Ok(on_engine!(connection, raw => sql_query(back).execute(raw))?)
            })
            .await;
        assert_eq!(changed.unwrap(), 1);
    }
}

#[tokio::test]
async fn work_that_panics_gives_an_error_and_its_connection_is_not_used_again() {
    for place in TestDatabase::each() {
        let database = open(&place, 1, Duration::from_secs(5));
        let panic = |connection: &mut Connection| -> Result<(), Error> {
            execute(connection, "BEGIN")?;
            panic!("as the test wants it")
        };
        let is_fresh = |connection: &mut Connection| {
            Ok(match &connection.raw {
                Raw::Sqlite(_) => execute(connection, "BEGIN; ROLLBACK").is_ok(),
                Raw::Postgresql(_) => execute(connection, "SAVEPOINT s").is_err(),
            })
        };
        for length in [Length::Short, Length::Open] {
            let outcome = database.read(length, panic).await;
            assert!(matches!(outcome, Err(Error::Query(_))), "{outcome:?}");
            assert!(database.read(length, is_fresh).await.unwrap());
        }
        let outcome = database.write_once(panic).await;
        assert!(matches!(outcome, Err(Error::Query(_))), "{outcome:?}");
        assert!(database.write_once(is_fresh).await.unwrap());
    }
}

/// Opens all connections of the pool, by work that ends only when each has begun.
async fn fill_pool(database: &Database, size: usize) {
    let barrier = Arc::new(Barrier::new(size));
    let work: Vec<_> = (0..size)
        .map(|_| {
            let (database, barrier) = (database.clone(), barrier.clone());
            tokio::spawn(async move {
                let work = move |_: &mut Connection| {
                    barrier.wait();
                    Ok(())
                };
                database.read(Length::Short, work).await
            })
        })
        .collect();
    for work in work {
        work.await.unwrap().unwrap();
    }
}

/// Ends all of the server's processes that serve this database, as a restart does.
fn kill_connections(place: &TestDatabase) {
    let mut killer = diesel::PgConnection::establish(&place.url()).unwrap();
    sql_query(
        "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )
    .execute(&mut killer)
    .unwrap();
}

#[tokio::test]
async fn a_read_outlives_the_death_of_every_connection() {
    let Some(place) = TestDatabase::postgresql() else { return };
    let database = open(&place, 5, Duration::from_secs(5));
    fill_pool(&database, 5).await;
    kill_connections(&place);
    assert_eq!(count(&database).await, 0);
    // The read met all of the dead, so a write meets none.
    Posts::new(database.clone()).create("after", "x", Timestamp::EPOCH).await.unwrap();
    kill_connections(&place);
    database.ping().await.unwrap();
}

#[tokio::test]
async fn a_write_fails_at_most_once_for_each_dead_connection() {
    let Some(place) = TestDatabase::postgresql() else { return };
    let database = open(&place, 5, Duration::from_secs(5));
    fill_pool(&database, 5).await;
    kill_connections(&place);
    let posts = Posts::new(database.clone());
    let mut written = 0;
    for _ in 0..10 {
        match posts.create("after", "x", Timestamp::EPOCH).await {
            Ok(_) => written += 1,
            Err(StoreError::Unavailable(_)) => {}
            Err(other) => panic!("{other:?}"),
        }
    }
    assert!(written >= 5, "{written}");
    assert_eq!(count(&database).await, written);
}

#[tokio::test]
async fn a_server_that_is_away_is_unavailable_in_time_and_is_found_again() {
    let Some(place) = TestDatabase::postgresql() else { return };
    let database = open(&place, 3, SHORT);
    let mut admin = {
        let (server, _) = place.url().rsplit_once('/').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
        diesel::PgConnection::establish(&format!("{server}/postgres")).unwrap()
    };
    let name = place.url().rsplit_once('/').unwrap().1.to_owned();
    admin.batch_execute(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false")).unwrap();
    let kill =
        format!("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '{name}'");
    sql_query(kill).execute(&mut admin).unwrap();
    let posts = Posts::new(database.clone());
    for _ in 0..3 {
        let start = Instant::now();
        let refused = posts.find(1).await;
        assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
        assert!(start.elapsed() < SHORT * 10);
    }
    assert!(matches!(database.ping().await, Err(Error::Unavailable(_))));
    admin.batch_execute(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true")).unwrap();
    let back = Instant::now();
    while database.ping().await.is_err() {
        assert!(back.elapsed() < Duration::from_secs(5), "it was not found again");
    }
    posts.create("back", "x", Timestamp::EPOCH).await.unwrap();
}

#[tokio::test]
async fn a_full_disk_is_told_and_ends() {
    let place = TestDatabase::sqlite();
    let database = open(&place, 2, Duration::from_secs(2));
    let posts = Posts::new(database.clone());
    let kept = posts.create("kept", "x", Timestamp::EPOCH).await.unwrap();
    let limit = |pages: &'static str| {
        database.write_once(move |connection| {
            Ok(execute(connection, &format!("PRAGMA max_page_count = {pages}"))?)
        })
    };
    limit("1").await.unwrap();
    let large = "x".repeat(1_000_000);
    let refused = posts.create("large", &large, Timestamp::EPOCH).await;
    assert!(matches!(refused, Err(StoreError::Full(_))), "{refused:?}");
    assert_eq!(posts.find(id(&kept)).await.unwrap(), Some(kept));
    limit("1000000").await.unwrap();
    posts.create("large", &large, Timestamp::EPOCH).await.unwrap();
    assert_eq!(count(&database).await, 2);
}

/// Prepared statements are kept permanently, on the server too, so their number must not depend on what callers send.
#[tokio::test]
async fn the_number_of_prepared_statements_does_not_grow_with_what_is_asked() {
    for place in TestDatabase::each() {
        let database = open(&place, 1, Duration::from_secs(5));
        let kept = Arc::new(AtomicUsize::new(0));
        let watch = |connection: &mut Connection, kept: &Arc<AtomicUsize>| {
            let kept = kept.clone();
            let instrumentation = move |event: InstrumentationEvent<'_>| {
                if let InstrumentationEvent::CacheQuery { .. } = event {
                    kept.fetch_add(1, Ordering::Relaxed);
                }
            };
            on_engine!(connection, raw => raw.set_instrumentation(instrumentation));
            Ok(())
        };
        let of_readers = kept.clone();
        database.read(Length::Open, move |connection| watch(connection, &of_readers)).await.unwrap();
        let of_writers = kept.clone();
        database.write_once(move |connection| watch(connection, &of_writers)).await.unwrap();

        // More than a list may have that needs no cursor.
        let row = "('Title', 'Content', '2026-01-01 00:00:00+00:00', '2026-01-01 00:00:00+00:00')";
        let rows = vec![row; 550].join(", ");
        let insert = format!("INSERT INTO posts_post (title, content, created_at, updated_at) VALUES {rows}");
        database.write_once(move |connection| Ok(execute(connection, &insert)?)).await.unwrap();
        // The first asks about an account that is not there, the second about one that is.
        for round in 0..2 {
            ask_everything(&database, round).await;
        }
        let after_one_round = kept.load(Ordering::Relaxed);
        assert!((10..40).contains(&after_one_round), "{after_one_round}");
        for round in 2..40 {
            ask_everything(&database, round).await;
        }
        assert_eq!(kept.load(Ordering::Relaxed), after_one_round);
    }
}

async fn ask_everything(database: &Database, round: i64) {
    let (accounts, posts) = (AccountStore::new(database.clone()), Posts::new(database.clone()));
    let name = format!("account-{round}");
    let account = || NewAccount {
        username: Username::parse(&name).unwrap(),
        email: EmailAddress::default(),
        password: "!".to_owned(),
        is_staff: false,
        is_superuser: false,
        date_joined: Timestamp::EPOCH,
    };
    let claim = || AccountClaim {
        key: AccountKey { id: round, username: name.clone() },
        token_ids: [[u8::try_from(round).unwrap(); 32]; 2],
    };
    accounts.create(account()).await.unwrap();
    accounts.create_first_superuser(account()).await.unwrap();
    accounts.find(claim()).await.unwrap();
    accounts.find_by_name(name.clone()).await.unwrap();
    accounts.permissions(round).await.unwrap();
    accounts.has_superuser().await.unwrap();
    let revocations = Revocations::new(database.clone());
    let now = OffsetDateTime::UNIX_EPOCH;
    let change = |from: &str, to: &str| PasswordChange {
        from: Some(from.to_owned()),
        to: to.to_owned(),
        fingerprint: None,
    };
    revocations.change_password(round, change("!", "!1"), now).await.unwrap();
    revocations.rehash_password(round, change("!1", "!2")).await.unwrap();
    revocations.revoke_all(round, now).await.unwrap();
    revocations
        .revoke(round, vec![TokenId::from_bytes([u8::try_from(round).unwrap(); 32])], round, now)
        .await
        .unwrap();
    let made = id(&posts.create(&name, "x", Timestamp::EPOCH).await.unwrap());
    posts.find(made).await.unwrap();
    let contains =
        Condition::Compare(Path::parse(&POST, "content").unwrap(), Lookup::IContains, Input::from("x"));
    let search = Condition::All(vec![contains; usize::try_from(1 + round % 30).unwrap()]);
    posts.0.find_json_for(claim(), selection(EVERYTHING, &[], Window::All), made, &[]).await.unwrap();
    for condition in [EVERYTHING, search] {
        let query = |window| selection(condition.clone(), &[], window);
        posts.0.find_json(query(Window::All), made, &[]).await.unwrap();
        for window in [Window::All, Window::Part { limit: round, offset: round }] {
            posts.select(query(window)).await.unwrap();
        }
        posts.0.stream_json(query(Window::All), Box::new(|_| ControlFlow::Continue(()))).await.unwrap();
    }
    for fields in [&[][..], &["title"], &["content"], &["title", "content"]] {
        let mut draft = Draft::new(&POST);
        for field in fields {
            draft.set(field, name.as_str());
        }
        posts.update(made, draft, Timestamp::EPOCH).await.unwrap();
    }
    posts.remove(made - 1).await.unwrap();
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

#[tokio::test]
async fn every_connection_is_set_up_to_keep_what_was_acknowledged() {
    for place in TestDatabase::each() {
        let database = open(&place, 1, SHORT);
        let ask = |sql: &'static str| {
            database.write_once(move |connection| {
                Ok(on_engine!(connection, raw => sql_query(sql).get_result::<Number>(raw))?.number)
            })
        };
        match database.url().engine() {
            Engine::Sqlite => {
                // FULL is 2.
                assert_eq!(ask("SELECT synchronous AS number FROM pragma_synchronous").await.unwrap(), 2);
                assert_eq!(ask("SELECT foreign_keys AS number FROM pragma_foreign_keys").await.unwrap(), 1);
            }
            Engine::Postgresql => {
                let limit =
                    "SELECT setting::bigint AS number FROM pg_settings WHERE name = 'statement_timeout'";
                assert_eq!(ask(limit).await.unwrap(), 10_000);
            }
        }
    }
}
