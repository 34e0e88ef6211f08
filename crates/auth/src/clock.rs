//! Time as a parameter.

use std::fmt;

use time::OffsetDateTime;

/// Tells the time. Nothing in this crate reads the system's clock by itself, so that a test can set the moment.
pub trait Clock: fmt::Debug + Send + Sync {
    /// The present moment, in UTC.
    fn now(&self) -> OffsetDateTime;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the system's clock")]
    fn now(&self) -> OffsetDateTime {
        OffsetDateTime::now_utc()
    }
}

/// A clock that stands still until it is set: for tests.
#[derive(Debug)]
pub struct ManualClock(std::sync::Mutex<OffsetDateTime>);

impl ManualClock {
    /// A clock that shows `moment`.
    #[must_use]
    pub const fn new(moment: OffsetDateTime) -> Self {
        Self(std::sync::Mutex::new(moment))
    }

    /// Moves the clock by `seconds`, backwards where that is negative.
    pub fn advance(&self, seconds: i64) {
        let mut now = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *now += time::Duration::seconds(seconds);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> OffsetDateTime {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
