//! Prints the table of results.

use std::fmt;
use std::num::NonZeroU32;

use crate::figures::Spread;
use crate::machine::{Load, Pinning, cores};
use crate::subject::Read;
use crate::wrk::CALL;

/// A run, and what it ran beside.
#[derive(Debug)]
pub(crate) struct Report {
    pub read: Read,
    pub engine: &'static str,
    pub rounds: NonZeroU32,
    pub seconds: NonZeroU32,
    /// Requests per second.
    pub constant_rate: Spread,
    /// Requests per second.
    pub presspass_rate: Spread,
    /// Presspass over the constant answer, round by round.
    pub rate_ratio: Spread,
    /// Microseconds of processor time per request.
    pub constant_cost: Spread,
    /// Microseconds of processor time per request, without those of a database server.
    pub presspass_cost: Spread,
    /// The constant answer over Presspass, round by round.
    pub cost_ratio: Spread,
    pub pinning: Pinning,
    pub wrk: String,
    pub before: Load,
    pub after: Load,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { read, engine, rounds, seconds, pinning, wrk, before, after, .. } = self;
        writeln!(f, "Reading {read} with a token, {engine}; {rounds} rounds of {seconds} s, {CALL}\n")?;
        writeln!(f, "{:<38}{:>10}{:>10}{:>10}", "", "median", "min", "max")?;
        let ratio = |ratio: f64| format!("{ratio:.3}");
        let micros = |micros: f64| format!("{micros:.1}");
        row(f, "constant answer, requests/s", self.constant_rate, thousands)?;
        row(f, "presspass, requests/s", self.presspass_rate, thousands)?;
        row(f, "ratio, round by round", self.rate_ratio, ratio)?;
        row(f, "constant answer, us of CPU per request", self.constant_cost, micros)?;
        row(f, "presspass, us of CPU per request", self.presspass_cost, micros)?;
        row(f, "ratio, round by round", self.cost_ratio, ratio)?;
        writeln!(f, "\n{} cores: {pinning}; {wrk}; load average {before} before, {after} after", cores())
    }
}

fn row(
    f: &mut fmt::Formatter<'_>,
    name: &str,
    spread: Spread,
    written: impl Fn(f64) -> String,
) -> fmt::Result {
    let [median, min, max] = [spread.median, spread.min, spread.max].map(written);
    writeln!(f, "{name:<38}{median:>10}{min:>10}{max:>10}")
}

/// `30445.31` as `30,445`.
fn thousands(rate: f64) -> String {
    let digits = format!("{rate:.0}");
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::thousands;

    #[test]
    fn thousands_are_set_apart() {
        let texts = [7.2, 999.6, 30_445.31, 1_234_567.0].map(thousands);
        assert_eq!(texts, ["7", "1,000", "30,445", "1,234,567"]);
    }
}
