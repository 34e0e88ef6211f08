//! Where uses are counted.

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
    /// A use at this moment, in microseconds since 1970.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self { micros }
    }

    /// Its moment, in microseconds since 1970.
    #[must_use]
    pub const fn micros(self) -> i64 {
        self.micros
    }
}

/// What becomes of a wish to use a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Take {
    /// It is used.
    Taken {
        /// This use, to be given back.
        slot: Slot,
        /// How many more there are room for now.
        left: u32,
    },
    /// There is no room.
    Full(Throttled),
}

/// Keeps when keys were used. Keys are at most 100 bytes of ASCII, and hold no secret.
///
/// It may forget a key once its period is over, and must be bounded in size.
pub trait ThrottleStore: fmt::Debug + Send + Sync {
    /// Takes a slot under `key` unless as many are taken as the rate allows. Of several that ask at once, on whichever
    /// server, no more get one than there is room for.
    ///
    /// # Errors
    /// Where the store cannot answer; whether a slot was taken is not known then.
    fn take<'a>(
        &'a self,
        key: &'a str,
        rate: Rate,
        now: OffsetDateTime,
    ) -> BoxFuture<'a, Result<Take, StoreError>>;

    /// Gives a slot back; nothing where it is gone.
    ///
    /// # Errors
    /// Where the store cannot answer.
    fn give_back<'a>(&'a self, key: &'a str, slot: Slot) -> BoxFuture<'a, Result<(), StoreError>>;

    /// Forgets all uses of a key.
    ///
    /// # Errors
    /// Where the store cannot answer.
    fn clear<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<(), StoreError>>;
}

/// A moment as histories have it: microseconds since 1970.
#[must_use]
pub fn micros(moment: OffsetDateTime) -> i64 {
    i64::try_from(moment.unix_timestamp_nanos().div_euclid(1000)).unwrap_or(i64::MAX)
}
