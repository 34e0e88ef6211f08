//! How fast a list must be read.

use std::time::Duration;

/// Whether a reader keeps up: in a minute of waiting for it, it must take 4 MiB. That is less than the slowest of
/// today's mobile networks carry, and bounds how long a list holds its connection to the database, and the log of
/// `SQLite`, which cannot be checkpointed meanwhile.
#[derive(Debug, Default)]
pub(super) struct Pace {
    waited: Duration,
    taken: usize,
}

impl Pace {
    const WINDOW: Duration = Duration::from_mins(1);
    const LEAST: usize = 4 * 1024 * 1024;

    /// Takes note of a piece that was waited for.
    pub fn keeps_up(&mut self, waited: Duration, taken: usize) -> bool {
        self.waited += waited;
        self.taken += taken;
        if self.waited < Self::WINDOW {
            return true;
        }
        std::mem::take(self).taken >= Self::LEAST
    }
}

#[cfg(test)]
mod tests {
    use super::super::PIECE;
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_reader_that_takes_too_little_in_a_minute_does_not_keep_up() {
        let mut pace = Pace::default();
        for _ in 0..59 {
            assert!(pace.keeps_up(SECOND, PIECE));
        }
        assert!(!pace.keeps_up(SECOND, PIECE), "60 pieces are less than 4 MiB");
    }

    #[test]
    fn only_what_the_reader_is_waited_for_counts() {
        let mut pace = Pace::default();
        for _ in 0..10_000 {
            assert!(pace.keeps_up(Duration::ZERO, 1));
        }
        for _ in 0..10 {
            for _ in 0..63 {
                assert!(pace.keeps_up(SECOND * 60 / 64, PIECE));
            }
            assert!(pace.keeps_up(SECOND * 60 / 64, PIECE), "a minute for 4 MiB is enough");
        }
    }
}
