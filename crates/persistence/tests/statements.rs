//! How many statements a look-up takes. A program of its own: what counts them is the process's.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[expect(dead_code, reason = "the other tests need more of it")]
#[path = "posts/mod.rs"]
mod posts;

use std::sync::Mutex;
use std::time::Duration;

use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};
use presspass_auth::api_keys::{ApiKeyDigest, ApiKeyName, ApiKeyStore as _, Scopes};
use presspass_auth::revocation::TokenId;
use presspass_domain::{AccountClaim, AccountKey, EmailAddress, NewAccount, Timestamp, Username, Window};
use presspass_persistence::{
    AccountCreated, AccountStore, ApiKeys, Database, DatabaseUrl, NewApiKey, Options, Revocations,
};
use presspass_test_support::TestDatabase;
use time::OffsetDateTime;

use crate::posts::{EVERYTHING, Posts, id, selection};

static SEEN: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Writes down every statement.
#[expect(clippy::unnecessary_wraps, reason = "diesel asks for an Option")]
fn recorder() -> Option<Box<dyn Instrumentation>> {
    Some(Box::new(|event: InstrumentationEvent<'_>| {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            SEEN.lock().unwrap().push(query.to_string());
        }
    }))
}

/// What was asked since the last time. What sets a connection up is left out: the pool makes connections on threads of its
/// own, whenever it likes.
fn seen() -> Vec<String> {
    let all = std::mem::take(&mut *SEEN.lock().unwrap());
    let sets_up = |query: &String| query.starts_with("PRAGMA") || query.starts_with("SET TIME ZONE");
    all.into_iter().filter(|query| !sets_up(query)).collect()
}

#[tokio::test]
async fn who_comes_by_a_token_or_a_key_is_looked_up_in_one_statement() {
    set_default_instrumentation(recorder).unwrap();
    for behind in TestDatabase::each() {
        let options = Options { pool_size: 2, timeout: Duration::from_secs(20), ..crate::posts::options() };
        let url = DatabaseUrl::parse(&behind.url()).unwrap();
        let database = Database::open(&url, options).unwrap();
        database.migrate().unwrap();
        let (accounts, posts) = (AccountStore::new(database.clone()), Posts::new(database.clone()));
        let now = OffsetDateTime::UNIX_EPOCH;
        let account = NewAccount {
            username: Username::parse("ada").unwrap(),
            email: EmailAddress::default(),
            password: "!".to_owned(),
            is_staff: false,
            is_superuser: false,
            date_joined: Timestamp::new(now),
        };
        let AccountCreated::New(ada) = accounts.create(account).await.unwrap() else { panic!() };
        let post = id(&posts.create("t", "c", Timestamp::new(now)).await.unwrap());
        let revocations = Revocations::new(database.clone());
        revocations.revoke(ada, vec![TokenId::from_bytes([1; 32])], 2_000_000_000, now).await.unwrap();
        revocations.revoke_all(ada, now).await.unwrap();
        let keys = ApiKeys::open(database.clone()).unwrap();
        let digest = ApiKeyDigest::from_bytes([2; 32]);
        let key = NewApiKey {
            account_id: ada,
            digest,
            name: ApiKeyName::parse("robot").unwrap(),
            scopes: Scopes::All,
            created_at: now,
            expires_at: None,
        };
        keys.enrol(key, 1).await.unwrap();
        let key = AccountKey { id: ada, username: "ada".to_owned() };
        let claim = AccountClaim { key, token_ids: [[1; 32], [3; 32]] };
        // On a connection that is there.
        accounts.find(claim.clone()).await.unwrap();
        seen();

        let found = accounts.find(claim.clone()).await.unwrap().unwrap();
        assert!(found.is_listed && found.record.revoked_before == Some(1));
        let by_token = seen();
        assert_eq!(by_token.len(), 1, "{by_token:#?}");
        let whole = selection(EVERYTHING, &[], Window::All);
        let found = posts.0.find_json_for(claim, whole, post, &[]).await.unwrap().unwrap();
        assert!(found.reader.is_listed && found.record.is_some());
        let with_post = seen();
        assert_eq!(with_post.len(), 1, "{with_post:#?}");
        keys.find(digest).await.unwrap();
        let by_key = seen();
        assert_eq!(by_key.len(), 1, "{by_key:#?}");
    }
}
