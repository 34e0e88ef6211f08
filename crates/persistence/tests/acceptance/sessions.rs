//! What a store of sessions does: in a database on both engines, and in Redis.

use presspass_auth::sessions::{FingerprintKey, Session, SessionDigest, SessionKey, SessionStore};
use presspass_auth::{StoreError, SystemRandomness};
use presspass_persistence::{AccountCreated, DjangoSessions, Redis, RedisSessions, RedisUrl, Sessions};
use presspass_test_support::TestRedis;
use time::{Duration, OffsetDateTime};

use crate::place::{Place, account, at};

/// A store with two accounts, and what it needs to live.
struct Kept {
    store: Box<dyn SessionStore>,
    ada: i64,
    bob: i64,
    place: Place,
    _redis: Option<TestRedis>,
}

async fn each() -> Vec<Kept> {
    let mut all = Vec::new();
    let redis = TestRedis::running().map(|redis| (Place::each().next().unwrap(), Some(redis)));
    for (place, redis) in Place::each().map(|place| (place, None)).chain(redis) {
        let AccountCreated::New(ada) = place.accounts.create(account("ada")).await.unwrap() else { panic!() };
        let AccountCreated::New(bob) = place.accounts.create(account("bob")).await.unwrap() else { panic!() };
        let store: Box<dyn SessionStore> = match &redis {
            None => Box::new(Sessions::new(place.database.clone())),
            Some(redis) => {
                let url = RedisUrl::parse(&redis.url()).unwrap();
                Box::new(RedisSessions::new(Redis::new(url, std::time::Duration::from_secs(20)).unwrap()))
            }
        };
        all.push(Kept { store, ada, bob, place, _redis: redis });
    }
    all
}

fn digest() -> SessionDigest {
    SessionKey::new(&SystemRandomness).unwrap().digest()
}

/// Redis goes by its own clock: what lives there must end in the future.
fn session(account_id: i64, seconds: i64) -> Session {
    let began_at = OffsetDateTime::from_unix_timestamp(4_000_000_000 + seconds).unwrap();
    let began_at = began_at + Duration::microseconds(7404);
    Session {
        account_id,
        fingerprint: FingerprintKey::new(b"a secret").of("hash"),
        began_at,
        expires_at: began_at + Duration::weeks(2),
    }
}

#[tokio::test]
async fn a_session_is_found_as_it_began_and_gone_when_it_ended() {
    for Kept { store, ada, place: _place, _redis, .. } in each().await {
        let (key, other) = (digest(), digest());
        store.begin(key, session(ada, 0)).await.unwrap();
        assert_eq!(store.find(key).await.unwrap(), Some(session(ada, 0)));
        assert_eq!(store.find(other).await.unwrap(), None);
        store.end(other).await.unwrap();
        store.end(key).await.unwrap();
        store.end(key).await.unwrap();
        assert_eq!(store.find(key).await.unwrap(), None);
        assert!(store.of_account(ada).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn all_sessions_of_an_account_end_but_the_one_that_is_kept() {
    for Kept { store, ada, bob, place: _place, _redis } in each().await {
        let keys = [digest(), digest(), digest()];
        for (seconds, key) in (0..).zip(keys) {
            store.begin(key, session(ada, seconds)).await.unwrap();
        }
        let bobs = digest();
        store.begin(bobs, session(bob, 0)).await.unwrap();
        let found = store.of_account(ada).await.unwrap();
        let expected: Vec<_> =
            (0..3).rev().map(|at| (keys[at], session(ada, i64::try_from(at).unwrap()))).collect();
        assert_eq!(found, expected, "the newest comes first");
        assert_eq!(store.end_all(ada, Some(keys[1])).await.unwrap(), 2);
        assert_eq!(store.of_account(ada).await.unwrap(), [(keys[1], session(ada, 1))]);
        assert_eq!(store.find(keys[0]).await.unwrap(), None);
        assert_eq!(store.end_all(ada, None).await.unwrap(), 1);
        assert_eq!(store.end_all(ada, None).await.unwrap(), 0);
        assert_eq!(store.find(bobs).await.unwrap(), Some(session(bob, 0)));
    }
}

#[tokio::test]
async fn a_key_that_is_taken_keeps_its_session() {
    for place in Place::each() {
        let store = Sessions::new(place.database.clone());
        let AccountCreated::New(ada) = place.accounts.create(account("ada")).await.unwrap() else { panic!() };
        let key = digest();
        store.begin(key, session(ada, 0)).await.unwrap();
        let again = store.begin(key, session(ada, 1)).await;
        assert!(matches!(again, Err(StoreError::Failed(_))), "{again:?}");
        assert_eq!(store.find(key).await.unwrap(), Some(session(ada, 0)));
    }
}

#[tokio::test]
async fn sessions_go_with_their_account() {
    for place in Place::each() {
        let store = Sessions::new(place.database.clone());
        let AccountCreated::New(ada) = place.accounts.create(account("ada")).await.unwrap() else { panic!() };
        let key = digest();
        store.begin(key, session(ada, 0)).await.unwrap();
        // By another program: it need not know of our table.
        if place.is_sqlite() {
            place.execute("PRAGMA foreign_keys = ON; DELETE FROM auth_user");
        } else {
            place.execute("DELETE FROM auth_user");
        }
        assert_eq!(store.find(key).await.unwrap(), None);
    }
}

#[tokio::test]
async fn what_is_over_is_swept_so_many_at_a_time() {
    for place in Place::each() {
        let store = Sessions::new(place.database.clone());
        let AccountCreated::New(ada) = place.accounts.create(account("ada")).await.unwrap() else { panic!() };
        let (old, new) = (digest(), digest());
        store.begin(old, session(ada, 0)).await.unwrap();
        store.begin(new, session(ada, 60)).await.unwrap();
        assert_eq!(store.sweep(session(ada, 0).expires_at - Duration::microseconds(1), 9).await.unwrap(), 0);
        assert_eq!(store.sweep(session(ada, 0).expires_at, 9).await.unwrap(), 1);
        assert_eq!(store.find(old).await.unwrap(), None);
        // Whoever begins one later sweeps, too.
        store.begin(old, session(ada, 3_000_000)).await.unwrap();
        assert_eq!(store.find(new).await.unwrap(), None);
        for _ in 0..5 {
            store.begin(digest(), session(ada, 0)).await.unwrap();
        }
        assert_eq!(store.sweep(session(ada, 0).expires_at, 3).await.unwrap(), 3);
        assert_eq!(store.sweep(session(ada, 0).expires_at, 3).await.unwrap(), 2);
        assert!(store.find(old).await.unwrap().is_some());
    }
}

#[tokio::test]
async fn redis_forgets_a_session_at_its_date_by_itself() {
    let Some(redis) = TestRedis::running() else { return };
    let url = RedisUrl::parse(&redis.url()).unwrap();
    let store = RedisSessions::new(Redis::new(url, std::time::Duration::from_secs(20)).unwrap());
    let key = digest();
    let over = Session { expires_at: OffsetDateTime::UNIX_EPOCH + Duration::days(1), ..session(1, 0) };
    store.begin(key, over).await.unwrap();
    assert_eq!(store.find(key).await.unwrap(), None);
    assert!(store.of_account(1).await.unwrap().is_empty());
    store.begin(key, session(1, 0)).await.unwrap();
    let left = redis.command(&format!("PEXPIRETIME presspass:session:{key}"));
    assert_eq!(left, format!(":{}", session(1, 0).expires_at.unix_timestamp_nanos() / 1_000_000));
    assert_ne!(redis.command("PTTL presspass:sessions:1"), ":-1");
}

#[tokio::test]
async fn sessions_of_the_original_are_only_looked_for() {
    for place in Place::each() {
        let original = DjangoSessions::find(&place.database).unwrap().unwrap();
        place.execute(
            "INSERT INTO django_session (session_key, session_data, expire_date)
             VALUES ('live', 'x', '2026-01-01 00:00:01'), ('over', 'x', '2026-01-01 00:00:00')",
        );
        assert!(original.has("live", at(0)).await.unwrap());
        for key in ["over", "LIVE", "", "live\0", "'"] {
            assert!(!original.has(key, at(0)).await.unwrap(), "{key:?}");
        }
        place.execute("DROP TABLE django_session");
        assert!(DjangoSessions::find(&place.database).unwrap().is_none());
    }
}

#[tokio::test]
async fn a_log_in_is_noted_and_an_account_found_by_its_id() {
    for place in Place::each() {
        let AccountCreated::New(ada) = place.accounts.create(account("ada")).await.unwrap() else { panic!() };
        assert_eq!(place.texts("SELECT CAST(last_login AS text) AS value FROM auth_user"), [None]);
        place.accounts.record_login(ada, at(7404)).await.unwrap();
        place.accounts.record_login(ada + 1, at(7404)).await.unwrap();
        let noted = place.text("SELECT CAST(last_login AS text) AS value FROM auth_user");
        assert!(noted.starts_with("2026-01-01 00:00:00.007404"), "{noted}");
        let found = place.accounts.find_by_id(ada).await.unwrap().unwrap();
        assert_eq!(
            (found.account.username.as_str(), found.password.as_str()),
            ("ada", "pbkdf2_sha256$1$salt$hash")
        );
        for id in [0, -1, ada + 1, i64::MAX] {
            assert!(place.accounts.find_by_id(id).await.unwrap().is_none());
        }
    }
}
