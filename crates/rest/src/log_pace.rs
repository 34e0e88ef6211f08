//! Lines of the log that clients can cause without end.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A line for each reason in this time; the others are counted.
const PACE: Duration = Duration::from_secs(1);

/// More reasons at a time are not told apart.
const MAX_REASONS: usize = 100;

/// When each reason was logged last, and how many lines were left out since.
pub(crate) struct LogPace(Mutex<BTreeMap<String, (Instant, u64)>>);

impl LogPace {
    pub const fn new() -> Self {
        Self(Mutex::new(BTreeMap::new()))
    }

    /// Whether a line for this reason is due: how many were left out before it.
    pub fn line(&self, reason: &str) -> Option<u64> {
        let mut reasons = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if let Some((last, left_out)) = reasons.get_mut(reason) {
            if now.duration_since(*last) < PACE {
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
    fn a_reason_is_a_line_once_and_then_counted() {
        let pace = LogPace::new();
        assert_eq!(pace.line("a"), Some(0));
        assert_eq!((pace.line("a"), pace.line("a")), (None, None));
        assert_eq!(pace.line("b"), Some(0));
        if let Some((last, _)) = pace.0.lock().unwrap().get_mut("a") {
            *last -= PACE;
        }
        assert_eq!(pace.line("a"), Some(2));
        assert_eq!(pace.line("a"), None);
    }
}
