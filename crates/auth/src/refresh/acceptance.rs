//! The tests that every [`RefreshStore`] must pass.

use time::{Duration, OffsetDateTime};

use super::store::{NextToken, RefreshRecord, RefreshStore, Rotation};
use super::token::{FamilyId, RefreshDigest, RefreshToken};
use crate::SystemRandomness;
use crate::store::StoreError;

/// A time later than any real time of a test run.
fn at(seconds: i64) -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH + Duration::days(40_000) + Duration::seconds(seconds)
}

fn good<T>(answer: Result<T, StoreError>) -> T {
    answer.unwrap_or_else(|error| panic!("{error:?}"))
}

fn digest() -> RefreshDigest {
    RefreshToken::new(&SystemRandomness).unwrap_or_else(|error| panic!("{error}")).digest()
}

fn next(seconds: i64) -> NextToken {
    NextToken { digest: digest(), expires_at: at(seconds) }
}

/// A family of this account that begins at second 0: its tokens live for 100 seconds, and it ends after 250.
async fn begin<S: RefreshStore<Id: Clone>>(store: &S, account: &S::Id) -> (RefreshDigest, FamilyId) {
    let (digest, family) = (digest(), FamilyId::new(&SystemRandomness));
    let family = family.unwrap_or_else(|error| panic!("{error}"));
    let record = RefreshRecord {
        account_id: account.clone(),
        family: family.clone(),
        expires_at: at(100),
        family_ends_at: at(250),
    };
    good(store.begin(digest, record).await);
    (digest, family)
}

/// Runs the whole suite for two accounts that the store knows; panics if the store is wrong.
pub async fn refresh_store<S>(store: &S, accounts: &[S::Id; 2])
where
    S: RefreshStore<Id: Clone + PartialEq + std::fmt::Debug>,
{
    a_token_is_exchanged_once_and_used_twice_it_ends_its_family(store, &accounts[0]).await;
    a_token_expires_and_no_family_outlives_its_end(store, &accounts[0]).await;
    a_family_ends_by_any_of_its_tokens_and_alone(store, &accounts[0]).await;
    all_families_of_an_account_end_and_no_others(store, accounts).await;
}

async fn a_token_is_exchanged_once_and_used_twice_it_ends_its_family<S>(store: &S, account: &S::Id)
where
    S: RefreshStore<Id: Clone + PartialEq + std::fmt::Debug>,
{
    assert_eq!(good(store.rotate(digest(), next(1), at(0)).await), Rotation::Unknown);
    let (first, family) = begin(store, account).await;
    let (other, _) = begin(store, account).await;
    let second = next(150);
    let expected = RefreshRecord {
        account_id: account.clone(),
        family: family.clone(),
        expires_at: at(150),
        family_ends_at: at(250),
    };
    assert_eq!(good(store.rotate(first, second, at(50)).await), Rotation::Rotated(expected));
    let third = next(190);
    assert!(matches!(good(store.rotate(second.digest, third, at(90)).await), Rotation::Rotated(_)));
    assert!(good(store.is_live(&family, at(90)).await));
    let Rotation::Reused(record) = good(store.rotate(first, next(190), at(91)).await) else {
        panic!("the first token is used up");
    };
    assert_eq!((&record.account_id, &record.family), (account, &family));
    assert!(!good(store.is_live(&family, at(91)).await));
    for ended in [first, second.digest, third.digest] {
        assert_eq!(good(store.rotate(ended, next(200), at(92)).await), Rotation::Unknown);
    }
    assert!(matches!(good(store.rotate(other, next(192), at(92)).await), Rotation::Rotated(_)));
}

async fn a_token_expires_and_no_family_outlives_its_end<S>(store: &S, account: &S::Id)
where
    S: RefreshStore<Id: Clone + PartialEq + std::fmt::Debug>,
{
    let (first, _) = begin(store, account).await;
    assert_eq!(good(store.rotate(first, next(200), at(100)).await), Rotation::Unknown);
    let (first, family) = begin(store, account).await;
    let (second, third) = (next(199), next(299));
    assert!(matches!(good(store.rotate(first, second, at(99)).await), Rotation::Rotated(_)));
    let Rotation::Rotated(record) = good(store.rotate(second.digest, third, at(198)).await) else {
        panic!("the second token is good");
    };
    assert_eq!(record.expires_at, at(250), "the end of the family");
    assert!(good(store.is_live(&family, at(249)).await) && !good(store.is_live(&family, at(250)).await));
    assert_eq!(good(store.rotate(third.digest, next(350), at(250)).await), Rotation::Unknown);
}

async fn a_family_ends_by_any_of_its_tokens_and_alone<S>(store: &S, account: &S::Id)
where
    S: RefreshStore<Id: Clone + PartialEq + std::fmt::Debug>,
{
    good(store.end(digest()).await);
    let (_, other) = begin(store, account).await;
    for by_first in [true, false] {
        let (first, family) = begin(store, account).await;
        let second = next(150);
        good(store.rotate(first, second, at(50)).await);
        good(store.end(if by_first { first } else { second.digest }).await);
        assert!(!good(store.is_live(&family, at(51)).await));
        assert_eq!(good(store.rotate(second.digest, next(151), at(51)).await), Rotation::Unknown);
    }
    assert!(good(store.is_live(&other, at(51)).await));
}

async fn all_families_of_an_account_end_and_no_others<S>(store: &S, [ada, bob]: &[S::Id; 2])
where
    S: RefreshStore<Id: Clone + PartialEq + std::fmt::Debug>,
{
    good(store.end_all(ada).await);
    let (mine, theirs) = ([begin(store, ada).await, begin(store, ada).await], begin(store, bob).await);
    assert_eq!(good(store.end_all(ada).await), 2);
    for (token, family) in &mine {
        assert!(!good(store.is_live(family, at(1)).await));
        assert_eq!(good(store.rotate(*token, next(101), at(1)).await), Rotation::Unknown);
    }
    assert!(good(store.is_live(&theirs.1, at(1)).await));
    assert_eq!(good(store.end_all(ada).await), 0);
}
