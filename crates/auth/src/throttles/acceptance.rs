//! The tests that every [`ThrottleStore`] must pass.

use std::future::poll_fn;
use std::num::NonZeroU32;
use std::task::Poll;

use time::{Duration, OffsetDateTime};

use super::history::History;
use super::rate::Rate;
use super::store::{Take, ThrottleStore, micros};
use crate::store::{BoxFuture, StoreError};

fn rate(number: u32, seconds: u32) -> Rate {
    Rate::new(number, NonZeroU32::new(seconds).unwrap_or(NonZeroU32::MIN))
}

/// A time later than any real time of a test run.
fn at(micros: i64) -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH + Duration::days(40_000) + Duration::microseconds(micros)
}

async fn take(store: &dyn ThrottleStore, key: &str, rate: Rate, now: OffsetDateTime) -> Take {
    store.take(key, rate, now).await.unwrap_or_else(|error| panic!("{key}: {error:?}"))
}

fn is_taken(take: Take) -> bool {
    matches!(take, Take::Taken { .. })
}

/// Runs the whole suite; panics if the store is wrong. The store may have other keys, none of which starts with
/// `acceptance`.
pub async fn throttle_store(store: &dyn ThrottleStore) {
    it_takes_no_more_than_there_is_room_for(store).await;
    it_agrees_with_the_history_of_each_key(store).await;
    what_is_given_back_is_free_again(store).await;
    a_key_that_was_cleared_is_new(store).await;
    of_many_at_once_as_many_get_a_slot_as_there_is_room_for(store).await;
    a_rate_may_be_lowered_or_zero(store).await;
    a_clock_that_was_ahead_locks_out_for_no_longer_than_the_period(store).await;
}

async fn it_takes_no_more_than_there_is_room_for(store: &dyn ThrottleStore) {
    let (key, three) = ("acceptance:room", rate(3, 60));
    for left in [2, 1, 0] {
        let now = at(i64::from(2 - left) * 1_000_000);
        let found = take(store, key, three, now).await;
        assert!(matches!(found, Take::Taken { left: found, .. } if found == left), "{found:?}");
    }
    let Take::Full(throttled) = take(store, key, three, at(2_500_000)).await else { panic!("it is full") };
    assert_eq!(throttled.seconds(), Some(58));
    assert!(!is_taken(take(store, key, three, at(59_999_999)).await));
    // A refusal uses nothing: at the very end of the period the first use expires.
    assert!(is_taken(take(store, key, three, at(60_000_000)).await));
    assert!(!is_taken(take(store, key, three, at(60_000_000)).await));
}

/// The same steps on both, with keys of a hundred characters that differ in the last.
async fn it_agrees_with_the_history_of_each_key(store: &dyn ThrottleStore) {
    let keys = ["a", "b", "c"].map(|last| format!("acceptance:{:0>88}{last}", "x"));
    let mut histories = [History::default(), History::default(), History::default()];
    let (mut state, mut now) = (7_u64, 0);
    let mut next = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    for step in 0..120 {
        now += i64::try_from(next(900_000)).unwrap_or_default();
        let which = usize::try_from(next(3)).unwrap_or_default();
        let rate = rate(2 + u32::try_from(which).unwrap_or_default(), 2);
        let found = take(store, &keys[which], rate, at(now)).await;
        let expected = histories[which].take(rate, micros(at(now)));
        assert_eq!(found, expected, "step {step}");
        if let (Take::Taken { slot, .. }, 0) = (found, next(4)) {
            give_back(store, &keys[which], found).await;
            histories[which].give_back(slot);
        }
    }
}

async fn give_back(store: &dyn ThrottleStore, key: &str, take: Take) {
    let Take::Taken { slot, .. } = take else { panic!("{key} was full") };
    store.give_back(key, slot).await.unwrap_or_else(|error| panic!("{error:?}"));
}

async fn what_is_given_back_is_free_again(store: &dyn ThrottleStore) {
    let (key, two) = ("acceptance:back", rate(2, 60));
    let first = take(store, key, two, at(0)).await;
    take(store, key, two, at(1)).await;
    give_back(store, key, first).await;
    // Once is enough: the other use stays.
    give_back(store, key, first).await;
    assert!(is_taken(take(store, key, two, at(2)).await));
    assert!(!is_taken(take(store, key, two, at(3)).await));
    give_back(store, "acceptance:unknown", first).await;
    // Two uses at the same time are two.
    let key = "acceptance:twice";
    let first = take(store, key, two, at(0)).await;
    take(store, key, two, at(0)).await;
    give_back(store, key, first).await;
    assert!(is_taken(take(store, key, two, at(0)).await));
    assert!(!is_taken(take(store, key, two, at(0)).await));
}

async fn a_key_that_was_cleared_is_new(store: &dyn ThrottleStore) {
    let (one, other, single) = ("acceptance:cleared", "acceptance:kept", rate(1, 60));
    for key in [one, other] {
        take(store, key, single, at(0)).await;
    }
    for key in [one, one, "acceptance:never"] {
        store.clear(key).await.unwrap_or_else(|error| panic!("{error:?}"));
    }
    assert!(is_taken(take(store, one, single, at(0)).await));
    assert!(!is_taken(take(store, other, single, at(0)).await));
}

async fn of_many_at_once_as_many_get_a_slot_as_there_is_room_for(store: &dyn ThrottleStore) {
    let ten = rate(10, 60);
    for round in 0..3 {
        let key = format!("acceptance:crowd:{round}");
        let wishes: Vec<_> = (0..40).map(|now| store.take(&key, ten, at(now))).collect();
        let taken = all(wishes).await.into_iter().filter(|take| is_taken(*take)).count();
        assert_eq!(taken, 10);
    }
}

/// Runs them all at once.
async fn all(mut wishes: Vec<BoxFuture<'_, Result<Take, StoreError>>>) -> Vec<Take> {
    let mut answers: Vec<Option<Take>> = wishes.iter().map(|_| None).collect();
    poll_fn(|context| {
        for (wish, answer) in wishes.iter_mut().zip(&mut answers).filter(|(_, answer)| answer.is_none()) {
            if let Poll::Ready(ready) = wish.as_mut().poll(context) {
                *answer = Some(ready.unwrap_or_else(|error| panic!("{error:?}")));
            }
        }
        if answers.iter().all(Option::is_some) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    answers.into_iter().flatten().collect()
}

async fn a_rate_may_be_lowered_or_zero(store: &dyn ThrottleStore) {
    let key = "acceptance:lowered";
    for _ in 0..3 {
        take(store, key, rate(3, 60), at(0)).await;
    }
    let Take::Full(throttled) = take(store, key, rate(2, 60), at(1)).await else { panic!("it is full") };
    assert_eq!(throttled.seconds(), None);
    let refused = take(store, "acceptance:zero", rate(0, 60), at(0)).await;
    let Take::Full(throttled) = refused else { panic!("{refused:?}") };
    assert_eq!(throttled.seconds(), Some(60));
}

async fn a_clock_that_was_ahead_locks_out_for_no_longer_than_the_period(store: &dyn ThrottleStore) {
    let (key, three, hour) = ("acceptance:ahead", rate(3, 60), 3_600_000_000);
    take(store, key, three, at(0)).await;
    for ahead in [hour, 2 * hour] {
        take(store, key, three, at(ahead)).await;
        take(store, key, three, at(ahead)).await;
        take(store, key, three, at(ahead)).await;
    }
    // The clock is right again: earlier uses count as now.
    let Take::Full(throttled) = take(store, key, three, at(1_000_000)).await else { panic!("it is full") };
    assert_eq!(throttled.seconds(), Some(60));
    let Take::Full(throttled) = take(store, key, three, at(31_000_000)).await else { panic!("it is full") };
    assert_eq!(throttled.seconds(), Some(30));
    assert!(is_taken(take(store, key, three, at(61_000_000)).await));
    // Small differences between the clocks of servers are kept.
    let key = "acceptance:skew";
    let first = take(store, key, rate(1, 60), at(900_000)).await;
    assert!(!is_taken(take(store, key, rate(1, 60), at(0)).await));
    give_back(store, key, first).await;
    assert!(is_taken(take(store, key, rate(1, 60), at(0)).await));
}
