//! What a store of API keys does, on both engines.

use presspass_auth::api_keys::{ApiKey, ApiKeyDigest, ApiKeyName, ApiKeyStore, LegacyKey, Scopes};
use presspass_auth::{Resolution, SystemRandomness};
use presspass_persistence::{AccountCreated, ApiKeys, Enrolled, NewApiKey};
use time::{Duration, OffsetDateTime};

use crate::place::{Place, account};

fn now() -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(1_800_000_000).unwrap() + Duration::microseconds(7404)
}

fn digest() -> ApiKeyDigest {
    ApiKey::new(&SystemRandomness).unwrap().digest()
}

fn key(account_id: i64, name: &str) -> NewApiKey {
    NewApiKey {
        account_id,
        digest: digest(),
        name: ApiKeyName::parse(name).unwrap(),
        scopes: Scopes::only(["posts.view_post", "posts.add_post"]).unwrap(),
        created_at: now(),
        expires_at: None,
    }
}

async fn each() -> Vec<(Place, ApiKeys, i64, i64)> {
    let mut all = Vec::new();
    for place in Place::each() {
        let mut ids = Vec::new();
        for name in ["ada", "bob"] {
            let AccountCreated::New(id) = place.accounts.create(account(name)).await.unwrap() else {
                panic!()
            };
            ids.push(id);
        }
        let store = ApiKeys::open(place.database.clone()).unwrap();
        all.push((place, store, ids[0], ids[1]));
    }
    all
}

async fn enrol(store: &ApiKeys, key: NewApiKey) -> i64 {
    match store.enrol(key, 100).await.unwrap() {
        Enrolled::New(id) => id,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_key_is_found_as_it_was_made_and_gone_when_it_ended() {
    for (place, store, ada, bob) in each().await {
        let new = NewApiKey { expires_at: Some(now() + Duration::DAY), ..key(ada, "Ada's läptop") };
        let id = enrol(&store, new.clone()).await;
        let Resolution::Active(found) = store.find(new.digest).await.unwrap() else { panic!() };
        assert_eq!((found.account.id, found.account.username.as_str()), (ada, "ada"));
        assert_eq!((&found.key.name, &found.key.scopes), (&new.name, &new.scopes));
        assert_eq!((found.key.created_at, found.key.expires_at), (new.created_at, new.expires_at));
        assert_eq!(found.key.last_used_at, None);
        assert_eq!(store.of_account(ada).await.unwrap()[0].record, found.key);
        assert_eq!(store.find(digest()).await.unwrap(), Resolution::Unknown);
        place.execute("UPDATE auth_user SET is_active = false");
        assert_eq!(store.find(new.digest).await.unwrap(), Resolution::Disabled);
        assert!(!store.revoke(bob, id).await.unwrap(), "a key is ended by its own account alone");
        assert!(store.revoke(ada, id).await.unwrap());
        assert!(!store.revoke(ada, id).await.unwrap());
        assert_eq!(store.find(new.digest).await.unwrap(), Resolution::Unknown);
    }
}

#[tokio::test]
async fn a_store_holds_nothing_that_opens_anything() {
    for (place, store, ada, _) in each().await {
        let secret = ApiKey::new(&SystemRandomness).unwrap();
        enrol(&store, NewApiKey { digest: secret.digest(), ..key(ada, "a") }).await;
        let row = if place.is_sqlite() {
            "SELECT hex(digest) || name || scopes || created_at AS value FROM presspass_api_key"
        } else {
            "SELECT encode(digest, 'hex') || to_jsonb(k)::text AS value FROM presspass_api_key AS k"
        };
        assert!(!place.text(row).contains(&secret.expose()[3..]));
    }
}

#[tokio::test]
async fn keys_are_listed_by_account_the_newest_first_and_numbers_are_never_given_twice() {
    for (_place, store, ada, bob) in each().await {
        let (first, second) = (enrol(&store, key(ada, "1")).await, enrol(&store, key(ada, "2")).await);
        enrol(&store, key(bob, "3")).await;
        let ids = async || store.of_account(ada).await.unwrap().iter().map(|key| key.id).collect::<Vec<_>>();
        assert_eq!(ids().await, [second, first]);
        assert_eq!(store.revoke_all(ada).await.unwrap(), 2);
        assert!(ids().await.is_empty());
        assert_eq!(store.of_account(bob).await.unwrap().len(), 1);
        assert!(enrol(&store, key(ada, "4")).await > second);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_account_has_no_more_than_it_may_also_when_they_are_made_at_once() {
    for (_place, store, ada, bob) in each().await {
        let calls: Vec<_> = (0..12)
            .map(|number| {
                let store = store.clone();
                tokio::spawn(async move { store.enrol(key(ada, &number.to_string()), 5).await.unwrap() })
            })
            .collect();
        let mut made = 0;
        for call in calls {
            match call.await.unwrap() {
                Enrolled::New(_) => made += 1,
                Enrolled::TooMany => {}
                Enrolled::NoAccount => panic!("there is one"),
            }
        }
        assert_eq!((made, store.of_account(ada).await.unwrap().len()), (5, 5));
        assert!(matches!(store.enrol(key(bob, "b"), 5).await.unwrap(), Enrolled::New(_)));
        assert_eq!(store.enrol(key(bob + 1, "b"), 5).await.unwrap(), Enrolled::NoAccount);
    }
}

#[tokio::test]
async fn the_last_use_is_noted_and_never_goes_back() {
    for (_place, store, ada, _) in each().await {
        let new = key(ada, "a");
        enrol(&store, new.clone()).await;
        let last = async || store.of_account(ada).await.unwrap()[0].record.last_used_at;
        store.record_use(new.digest, now()).await.unwrap();
        assert_eq!(last().await, Some(now()));
        store.record_use(new.digest, now() - Duration::HOUR).await.unwrap();
        store.record_use(digest(), now() + Duration::HOUR).await.unwrap();
        assert_eq!(last().await, Some(now()));
        store.record_use(new.digest, now() + Duration::MINUTE).await.unwrap();
        assert_eq!(last().await, Some(now() + Duration::MINUTE));
    }
}

#[tokio::test]
async fn keys_whose_date_is_over_are_swept_so_many_at_a_time() {
    for (_place, store, ada, _) in each().await {
        enrol(&store, key(ada, "for ever")).await;
        for hours in 1..=4 {
            let expires_at = Some(now() + Duration::hours(hours));
            enrol(&store, NewApiKey { expires_at, ..key(ada, "a") }).await;
        }
        assert_eq!(store.sweep(now() + Duration::hours(3), 2).await.unwrap(), 2);
        assert_eq!(store.sweep(now() + Duration::hours(3), 2).await.unwrap(), 1);
        assert_eq!(store.of_account(ada).await.unwrap().len(), 2);
    }
}

#[tokio::test]
async fn keys_of_the_originals_authtoken_work_where_its_table_is() {
    for (place, without, ada, _) in each().await {
        let secret = "401f7ac837da42b97f613d789819ff93537bee6a";
        let key = LegacyKey::parse(secret).unwrap();
        assert_eq!(without.find_legacy(&key).await.unwrap(), Resolution::Unknown);
        place.execute(&format!(
            "CREATE TABLE authtoken_token (
                 key varchar(40) NOT NULL PRIMARY KEY, created timestamp NOT NULL,
                 user_id integer NOT NULL UNIQUE REFERENCES auth_user (id)
             );
             INSERT INTO authtoken_token VALUES ('{secret}', '2026-01-01 00:00:00', {ada})"
        ));
        let store = ApiKeys::open(place.database.clone()).unwrap();
        let Resolution::Active(account) = store.find_legacy(&key).await.unwrap() else { panic!() };
        assert_eq!(account.id, ada);
        let other = LegacyKey::parse(&secret.replace('4', "5")).unwrap();
        assert_eq!(store.find_legacy(&other).await.unwrap(), Resolution::Unknown);
        place.execute("UPDATE auth_user SET is_active = false");
        assert_eq!(store.find_legacy(&key).await.unwrap(), Resolution::Disabled);
    }
}
