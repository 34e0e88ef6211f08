//! A well-behaved client that measures what the others cause.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::time::{Duration, Instant};

use presspass_test_support::Answer;

use crate::percentile;

/// What a client saw: how often each status, and how long its answers took.
#[derive(Debug, Default)]
pub struct Probe {
    statuses: BTreeMap<String, usize>,
    times: Vec<Duration>,
}

impl Probe {
    /// Asks once.
    pub fn ask(&mut self, ask: impl FnOnce() -> io::Result<Answer>) {
        let start = Instant::now();
        let status = match ask() {
            Ok(answer) => answer.status.to_string(),
            Err(error) => error.kind().to_string(),
        };
        self.times.push(start.elapsed());
        *self.statuses.entry(status).or_default() += 1;
    }

    /// Adds what another saw.
    pub fn add(&mut self, other: Self) {
        self.times.extend(other.times);
        for (status, count) in other.statuses {
            *self.statuses.entry(status).or_default() += count;
        }
    }

    /// Whether every answer had this status, and there was one.
    #[must_use]
    pub fn only(&self, status: u16) -> bool {
        !self.statuses.is_empty() && self.statuses.keys().all(|it| *it == status.to_string())
    }

    /// The slowest answer.
    #[must_use]
    pub fn slowest(&self) -> Duration {
        self.times.iter().max().copied().unwrap_or_default()
    }
}

impl fmt::Display for Probe {
    /// `30 × 200; median 5 ms, slowest 80 ms`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = self.statuses.iter().map(|(status, count)| format!("{count} × {status}"));
        let median = percentile(&mut self.times.clone(), 0.5);
        write!(
            f,
            "{}; median {} ms, slowest {} ms",
            counts.collect::<Vec<_>>().join(", "),
            median.as_millis(),
            self.slowest().as_millis()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fails_is_named_by_its_kind() {
        let mut probe = Probe::default();
        assert!(!probe.only(200));
        probe.ask(|| Err(io::ErrorKind::UnexpectedEof.into()));
        assert!(!probe.only(200) && probe.to_string().starts_with("1 × unexpected end of file; median "));
    }
}
