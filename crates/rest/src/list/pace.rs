//! The minimum speed at which a client must read a list.

use std::time::Duration;

/// Whether a client keeps up: in each minute of waiting for it, it must read 4 MiB. Today's slowest mobile networks are
/// faster; the limit bounds how long a list occupies its database connection, and keeps `SQLite`'s WAL from being
/// checkpointed.
#[derive(Debug, Default)]
pub(super) struct Pace {
    waited: Duration,
    taken: usize,
}

impl Pace {
    const WINDOW: Duration = Duration::from_mins(1);
    const LEAST: usize = 4 * 1024 * 1024;

    /// Records a chunk that was sent after this wait.
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
    use super::super::CHUNK;
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_client_that_reads_too_little_in_a_minute_does_not_keep_up() {
        let mut pace = Pace::default();
        for _ in 0..59 {
            assert!(pace.keeps_up(SECOND, CHUNK));
        }
        assert!(!pace.keeps_up(SECOND, CHUNK), "60 chunks are less than 4 MiB");
    }

    #[test]
    fn only_time_spent_waiting_for_the_client_counts() {
        let mut pace = Pace::default();
        for _ in 0..10_000 {
            assert!(pace.keeps_up(Duration::ZERO, 1));
        }
        for _ in 0..10 {
            for _ in 0..63 {
                assert!(pace.keeps_up(SECOND * 60 / 64, CHUNK));
            }
            assert!(pace.keeps_up(SECOND * 60 / 64, CHUNK), "a minute for 4 MiB is enough");
        }
    }
}
