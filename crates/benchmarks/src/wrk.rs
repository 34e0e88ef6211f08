//! Runs wrk and parses its output.

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, ensure};
use presspass_test_support::{RunningServer, find_program};

use crate::machine::{Pinning, cpu_seconds};
use crate::subject::Target;

/// How wrk is called; the report says it.
pub(crate) const CALL: &str = "wrk -t1 -c32";

/// The load generator.
#[derive(Debug)]
pub(crate) struct Wrk {
    program: PathBuf,
    pinning: Pinning,
}

impl Wrk {
    /// wrk on this machine.
    pub fn find(pinning: Pinning) -> anyhow::Result<Self> {
        let program = find_program("wrk").context("wrk is missing: apt-get install wrk")?;
        Ok(Self { program, pinning })
    }

    /// Its version, as it says it.
    pub fn version(&self) -> String {
        // It prints its version above its usage, and exits with 1.
        let output = Command::new(&self.program).arg("--version").output();
        let text = output.map(|output| [output.stdout, output.stderr].concat()).unwrap_or_default();
        version(&String::from_utf8_lossy(&text)).unwrap_or("wrk").to_owned()
    }

    /// Loads a server for some seconds.
    pub fn load(
        &self,
        server: &RunningServer,
        target: &Target,
        seconds: NonZeroU32,
    ) -> anyhow::Result<Sample> {
        let mut command = self.pinning.load(&self.program);
        command.args(CALL.split(' ').skip(1)).arg(format!("-d{seconds}"));
        command.arg("-H").arg(format!("Authorization: {}", target.authorization));
        let before = cpu_seconds(server.id());
        let output = command.arg(server.url(&target.path)).output().context("cannot run wrk")?;
        let spent = cpu_seconds(server.id()) - before;
        let text = String::from_utf8_lossy(&output.stdout);
        ensure!(output.status.success(), "wrk: {text}{}", String::from_utf8_lossy(&output.stderr));
        let Outcome { rate, requests, failures } =
            Outcome::parse(&text).with_context(|| format!("wrk prints no rate: {text}"))?;
        ensure!(failures.is_empty(), "not every request was answered by a 200: {}", failures.join("; "));
        Ok(Sample { rate, cost: spent * 1e6 / requests })
    }
}

/// How a server did under load.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Sample {
    /// Requests answered in a second.
    pub rate: f64,
    /// Microseconds of processor time that the server spent on one; NaN where the system does not say.
    pub cost: f64,
}

/// What wrk found.
#[derive(Debug, PartialEq)]
struct Outcome {
    /// Requests per second.
    rate: f64,
    /// How many were answered.
    requests: f64,
    /// Its lines about answers other than 2xx and 3xx and about broken connections, which it prints where there are any.
    failures: Vec<String>,
}

impl Outcome {
    fn parse(text: &str) -> Option<Self> {
        let lines = || text.lines().map(str::trim);
        let rate = lines().find_map(|line| line.strip_prefix("Requests/sec:"))?.trim().parse().ok()?;
        let requests = lines().find_map(|line| line.split_once(" requests in "))?.0.parse().ok()?;
        let is_failure = |line: &&str| line.starts_with("Non-2xx") || line.starts_with("Socket errors:");
        Some(Self { rate, requests, failures: lines().filter(is_failure).map(str::to_owned).collect() })
    }
}

/// `wrk debian/4.1.0-3+b2` of `wrk debian/4.1.0-3+b2 [epoll] Copyright …`.
fn version(text: &str) -> Option<&str> {
    let line = text.lines().find(|line| line.starts_with("wrk "))?;
    Some(line.split(" [").next().unwrap_or(line))
}

#[cfg(test)]
mod tests {
    use super::{Outcome, version};

    const GOOD: &str = "\
Running 4s test @ http://127.0.0.1:8000/api/posts/1/
  1 threads and 32 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     1.05ms  115.61us   3.43ms   88.94%
    Req/Sec    30.61k     1.18k   32.21k    77.50%
  121851 requests in 4.00s, 98.65MB read
Requests/sec:  30445.31
Transfer/sec:     24.65MB
";

    #[test]
    fn the_rate_is_the_one_of_the_whole_run() {
        let outcome = Outcome { rate: 30445.31, requests: 121_851.0, failures: Vec::new() };
        assert_eq!(Outcome::parse(GOOD), Some(outcome));
    }

    #[test]
    fn answers_other_than_200_and_broken_connections_are_seen() {
        let text = GOOD.replace(
            "Requests/sec:",
            "  Socket errors: connect 0, read 3, write 0, timeout 0\n  Non-2xx or 3xx responses: 7\nRequests/sec:",
        );
        let failures =
            ["Socket errors: connect 0, read 3, write 0, timeout 0", "Non-2xx or 3xx responses: 7"];
        assert_eq!(Outcome::parse(&text).unwrap().failures, failures);
    }

    #[test]
    fn an_output_without_a_rate_is_no_outcome() {
        assert_eq!(Outcome::parse("unable to connect to 127.0.0.1:1 Connection refused\n"), None);
        assert_eq!(Outcome::parse(&GOOD.replace("30445.31", "many")), None);
    }

    #[test]
    fn the_version_stands_before_the_copyright() {
        let text =
            "wrk debian/4.1.0-3+b2 [epoll] Copyright (C) 2012 Will Glozer\nUsage: wrk <options> <url>\n";
        assert_eq!(version(text), Some("wrk debian/4.1.0-3+b2"));
        assert_eq!(version("Usage: wrk\n"), None);
    }
}
