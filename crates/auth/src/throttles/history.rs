//! The uses of a key.

use std::collections::VecDeque;

use super::rate::Rate;
use super::store::{Slot, Take};

/// How far in the future a use can be, in microseconds, because clocks of servers differ. Beyond that, the clock was
/// set back since.
pub const CLOCK_TOLERANCE: i64 = 1_000_000;

/// The uses of a key within the period of its rate: the sliding log of DRF's `SimpleRateThrottle`. A store calls
/// these methods under a lock, and stores the history after each of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    /// In microseconds since 1970, in order.
    uses: VecDeque<i64>,
}

impl History {
    /// From what [`micros`](Self::micros) returned.
    #[must_use]
    pub fn new(micros: impl IntoIterator<Item = i64>) -> Self {
        Self { uses: micros.into_iter().collect() }
    }

    /// The times of the uses, oldest first, in microseconds since 1970.
    #[must_use]
    pub fn micros(&self) -> impl ExactSizeIterator<Item = i64> {
        self.uses.iter().copied()
    }

    /// The number of uses.
    #[must_use]
    pub fn len(&self) -> usize {
        self.uses.len()
    }

    /// Whether there are no uses.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.uses.is_empty()
    }

    /// Removes expired uses, and adds one unless there are as many as the rate allows
    /// (`SimpleRateThrottle.allow_request`). Uses in the future count as now: a clock that was ahead blocks a caller
    /// for no longer than the period.
    pub fn take(&mut self, rate: Rate, now: i64) -> Take {
        for at in &mut self.uses {
            if *at > now.saturating_add(CLOCK_TOLERANCE) {
                *at = now;
            }
        }
        while self.uses.front().is_some_and(|oldest| *oldest <= now.saturating_sub(rate.period_micros())) {
            self.uses.pop_front();
        }
        let number = rate.number() as usize;
        if self.uses.len() >= number {
            return Take::Full(rate.refusal(self.uses.len(), self.uses.front().copied(), now));
        }
        self.uses.push_back(now);
        let left = u32::try_from(number - self.uses.len()).unwrap_or(u32::MAX);
        Take::Taken { slot: Slot::from_micros(now), left }
    }

    /// Removes a use; does nothing if it has expired.
    pub fn give_back(&mut self, slot: Slot) {
        if let Some(at) = self.uses.iter().rposition(|at| *at == slot.micros()) {
            self.uses.remove(at);
        }
    }

    /// When the last use expires, in microseconds since 1970.
    #[must_use]
    pub fn ends(&self, rate: Rate) -> i64 {
        self.uses.iter().max().map_or(i64::MIN, |last| last.saturating_add(rate.period_micros()))
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use proptest::prelude::*;

    use super::*;

    /// `rest_framework/throttling.py`, line by line: the newest comes first.
    struct Model(Vec<i64>);

    impl Model {
        fn allow_request(&mut self, num_requests: i64, duration: i64, now: i64) -> bool {
            while !self.0.is_empty() && self.0[self.0.len() - 1] <= now - duration {
                self.0.pop();
            }
            if i64::try_from(self.0.len()).unwrap() >= num_requests {
                return false;
            }
            self.0.insert(0, now);
            true
        }

        #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "as Python does it")]
        fn wait(&self, num_requests: i64, duration: i64, now: i64) -> Option<i64> {
            let remaining =
                if self.0.is_empty() { duration } else { duration - (now - self.0[self.0.len() - 1]) };
            let available = num_requests - i64::try_from(self.0.len()).unwrap() + 1;
            (available > 0).then(|| (remaining as f64 / 1e6 / available as f64).ceil() as i64)
        }
    }

    proptest! {
        #[test]
        fn the_results_are_those_of_drf(
            rates in prop::collection::vec((0_u32..6, 1_u32..4), 1..3),
            steps in prop::collection::vec((-200_000_i64..1_500_000, any::<prop::sample::Index>()), 1..60),
        ) {
            let mut ours = History::default();
            let mut theirs = Model(Vec::new());
            // Clocks of servers differ by less than the tolerance.
            let mut latest = 1_800_000_000_000_000;
            for (step, rate) in steps {
                let now = latest + step;
                latest = latest.max(now);
                let (number, seconds) = rates[rate.index(rates.len())];
                let rate = Rate::new(number, NonZeroU32::new(seconds).unwrap());
                let (number, duration) = (i64::from(number), i64::from(seconds) * 1_000_000);
                match ours.take(rate, now) {
                    Take::Taken { left, .. } => {
                        prop_assert!(theirs.allow_request(number, duration, now));
                        prop_assert_eq!(i64::from(left), number - i64::try_from(theirs.0.len()).unwrap());
                    }
                    Take::Full(throttled) => {
                        prop_assert!(!theirs.allow_request(number, duration, now));
                        let wait = theirs.wait(number, duration, now);
                        prop_assert_eq!(throttled.seconds().map(|it| i64::try_from(it).unwrap()), wait);
                    }
                }
                let backwards: Vec<i64> = theirs.0.iter().rev().copied().collect();
                prop_assert_eq!(ours.micros().collect::<Vec<_>>(), backwards);
            }
        }

        #[test]
        fn a_clock_that_was_ahead_blocks_for_no_longer_than_the_period(
            ahead in 1_i64..40 * 86_400_000_000, pauses in prop::collection::vec(0_i64..30_000_000, 0..20),
        ) {
            let rate = Rate::new(3, NonZeroU32::new(60).unwrap());
            let (mut history, mut now) = (History::default(), 1_800_000_000_000_000);
            for _ in 0..4 {
                history.take(rate, now + ahead);
            }
            // The first use after the clock was set back begins the period.
            now += pauses.first().copied().unwrap_or(0);
            let unlocked = now + 60_000_000 + CLOCK_TOLERANCE;
            for pause in std::iter::once(0).chain(pauses.into_iter().skip(1)) {
                now += pause;
                match history.take(rate, now) {
                    Take::Taken { .. } => break,
                    Take::Full(throttled) => {
                        prop_assert!(now < unlocked);
                        prop_assert!(throttled.seconds() <= Some(61), "{:?}", throttled);
                    }
                }
            }
            let is_taken = matches!(history.take(rate, now.max(unlocked)), Take::Taken { .. });
            prop_assert!(is_taken, "it is locked for longer than the period");
        }

        #[test]
        fn a_use_that_is_given_back_leaves_no_trace(uses in prop::collection::vec(0_i64..5, 0..5), now in 0_i64..5) {
            let rate = Rate::new(100, NonZeroU32::MIN);
            let mut history = History::new(uses);
            let mut before: Vec<i64> = history.micros().collect();
            let Take::Taken { slot, .. } = history.take(rate, now) else { panic!("there is room") };
            history.give_back(slot);
            let mut after: Vec<i64> = history.micros().collect();
            before.sort_unstable();
            after.sort_unstable();
            prop_assert_eq!(before, after);
        }
    }
}
