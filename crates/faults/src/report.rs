//! Formats the output of a program.

use std::fmt;
use std::time::Duration;

/// What was done, its figures, and whether the promise held.
#[derive(Debug)]
#[must_use = "a verdict is for reading"]
pub struct Report {
    title: String,
    figures: Vec<(String, String)>,
    shortfalls: Vec<String>,
}

impl Report {
    /// A report of what was done, without figures yet.
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), figures: Vec::new(), shortfalls: Vec::new() }
    }

    /// Adds a figure.
    pub fn figure(&mut self, name: &str, value: impl fmt::Display) {
        self.figures.push((name.to_owned(), value.to_string()));
    }

    /// Notes a part of the promise, such as `no request fails`, where it did not hold.
    pub fn require(&mut self, holds: bool, part: impl Into<String>) {
        if !holds {
            self.shortfalls.push(part.into());
        }
    }

    /// Whether every part of the promise held.
    #[must_use]
    pub fn held(&self) -> bool {
        self.shortfalls.is_empty()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n", self.title)?;
        for (name, value) in &self.figures {
            writeln!(f, "{name:<40} {value}")?;
        }
        match self.shortfalls.as_slice() {
            [] => writeln!(f, "\nverdict: held"),
            shortfalls => writeln!(f, "\nverdict: fell short of: {}", shortfalls.join("; ")),
        }
    }
}

/// A time as it is printed: `12 ms`.
#[must_use]
pub fn millis(time: Duration) -> String {
    format!("{:.0} ms", time.as_secs_f64() * 1000.0)
}

/// The value that `share` (0 to 1) of the values do not exceed, by the nearest rank; 0 where there are none.
#[must_use]
pub fn percentile(values: &mut [Duration], share: f64) -> Duration {
    values.sort_unstable();
    #[expect(clippy::cast_precision_loss, reason = "there are far fewer than 2^52 values")]
    let rank = (share * values.len() as f64).ceil();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rank among the values")]
    let index = (rank as usize).saturating_sub(1).min(values.len().saturating_sub(1));
    values.get(index).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Report, percentile};

    #[test]
    fn a_report_ends_with_its_verdict() {
        let mut report = Report::new("2 requests");
        report.figure("failed", 1);
        report.require(true, "it answers");
        assert_eq!(report.to_string().lines().last(), Some("verdict: held"));
        report.require(false, "no request fails");
        assert!(!report.held());
        assert_eq!(report.to_string().lines().last(), Some("verdict: fell short of: no request fails"));
    }

    #[test]
    fn a_percentile_is_one_of_the_values() {
        let mut values: Vec<_> = (1..=100).rev().map(Duration::from_millis).collect();
        assert_eq!(percentile(&mut values, 0.99), Duration::from_millis(99));
        assert_eq!(percentile(&mut values, 0.5), Duration::from_millis(50));
        assert_eq!(percentile(&mut values, 1.0), Duration::from_millis(100));
        assert_eq!(percentile(&mut [], 0.5), Duration::ZERO);
    }
}
