//! The store of a throttle.

use std::fmt;

use time::OffsetDateTime;

use super::rate::{Rate, Throttled};
use crate::store::{BoxFuture, StoreError};

/// One use of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    micros: i64,
}

impl Slot {
    /// From its time, in microseconds since 1970.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self { micros }
    }

    /// Its time, in microseconds since 1970.
    #[must_use]
    pub const fn micros(self) -> i64 {
        self.micros
    }
}

/// The result of using a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Take {
    /// The use was added.
    Taken {
        /// The use, so that it can be given back.
        slot: Slot,
        /// How many more uses the rate allows now.
        left: u32,
    },
    /// The rate allows no more uses now.
    Full(Throttled),
}

/// Keeps the uses of keys. Keys are at most 100 bytes of ASCII, and contain no secret.
///
/// It may forget a key when its uses have expired, and must have a limited size.
///
/// Its methods return boxed futures because throttles have it as an `Arc<dyn ThrottleStore>`: which store a service uses,
/// such as [memory](super::MemoryThrottles), its database or Redis, is a setting.
pub trait ThrottleStore: fmt::Debug + Send + Sync {
    /// Adds a use of `key`, unless there are as many as the rate allows. If several callers ask at once, on any
    /// server, no more succeed than the rate allows.
    ///
    /// # Errors
    /// If the store cannot answer; whether a use was added is not known then.
    fn take<'a>(
        &'a self,
        key: &'a str,
        rate: Rate,
        now: OffsetDateTime,
    ) -> BoxFuture<'a, Result<Take, StoreError>>;

    /// Removes a use; does nothing if it does not exist.
    ///
    /// # Errors
    /// If the store cannot answer.
    fn give_back<'a>(&'a self, key: &'a str, slot: Slot) -> BoxFuture<'a, Result<(), StoreError>>;

    /// Removes all uses of a key.
    ///
    /// # Errors
    /// If the store cannot answer.
    fn clear<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<(), StoreError>>;
}

/// A time in microseconds since 1970.
#[must_use]
pub fn micros(time: OffsetDateTime) -> i64 {
    i64::try_from(time.unix_timestamp_nanos().div_euclid(1000)).unwrap_or(i64::MAX)
}
