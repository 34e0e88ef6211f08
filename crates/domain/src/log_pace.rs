//! Limits lines of the log that would repeat without end.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// When there are more reasons, all are forgotten.
const MAX_REASONS: usize = 100;

/// At most one line in a period for each reason; the others are counted.
#[derive(Debug)]
pub struct LogPace {
    period: Duration,
    /// When each reason was logged last, and how many lines were left out since.
    reasons: Mutex<BTreeMap<String, (Instant, u64)>>,
}

impl LogPace {
    #[must_use]
    pub const fn new(period: Duration) -> Self {
        Self { period, reasons: Mutex::new(BTreeMap::new()) }
    }

    /// How many lines were left out before this one; `None` where this one is to be left out, too.
    pub fn line(&self, reason: &str) -> Option<u64> {
        let mut reasons = self.reasons.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if let Some((last, left_out)) = reasons.get_mut(reason) {
            if now.duration_since(*last) < self.period {
                *left_out += 1;
                return None;
            }
            *last = now;
            return Some(std::mem::take(left_out));
        }
        if reasons.len() >= MAX_REASONS {
            reasons.clear();
        }
        reasons.insert(reason.to_owned(), (now, 0));
        Some(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_logged_once_and_then_counted() {
        let pace = LogPace::new(Duration::from_mins(1));
        assert_eq!(pace.line("a"), Some(0));
        assert_eq!((pace.line("a"), pace.line("a")), (None, None));
        assert_eq!(pace.line("b"), Some(0));
        if let Some((last, _)) = pace.reasons.lock().unwrap().get_mut("a") {
            *last -= Duration::from_mins(1);
        }
        assert_eq!(pace.line("a"), Some(2));
        assert_eq!(pace.line("a"), None);
    }
}
