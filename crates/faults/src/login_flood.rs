//! Many clients that log in at the same time, beside one that reads.

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::ensure;
use clap::Args;
use presspass_test_support::{Client, TestDatabase};
use serde_json::json;

use crate::{Report, Subject, log_in, millis, percentile};

const ACCOUNT: &str = "reader";

/// Between two requests of a probe: it measures, and is no load.
const PROBE: Duration = Duration::from_millis(10);

/// Between two logins of a client that was refused one.
const REFUSED: Duration = Duration::from_millis(200);

/// How it is done.
#[derive(Debug, Clone, Args)]
pub struct Arguments {
    /// How many clients log in at once, with a wrong password
    #[arg(long, default_value_t = 64)]
    pub clients: usize,
    /// Seconds of probing without and with them
    #[arg(long, default_value_t = 10.0)]
    pub seconds: f64,
}

/// Runs it.
///
/// # Errors
/// Where the login is refused, or a probe is not answered with 200.
pub fn run(program: &Path, arguments: &Arguments) -> anyhow::Result<Report> {
    let Arguments { clients, seconds } = arguments;
    // Each is hashed: none is refused before that for having failed too often.
    let settings = [("PRESSPASS_THROTTLE__ENABLED", "false")];
    let subject = Subject::new(program, TestDatabase::sqlite(), &settings);
    let server = subject.start();
    subject.create_superuser(ACCOUNT)?;
    let authorization = log_in(&mut server.client(), ACCOUNT)?;
    let seconds = Duration::from_secs_f64(*seconds);
    let both = || {
        thread::scope(|scope| {
            let read = scope.spawn(|| probe(server.client(), "/account/", &authorization, seconds));
            let health = probe(server.client(), "/health/", &authorization, seconds)?;
            let read = read.join().unwrap_or_else(|_| anyhow::bail!("the probe of reads panicked"))?;
            Ok::<_, anyhow::Error>((read, health))
        })
    };
    let (mut idle, _) = both()?;
    let (stop, hashed, refused) = (AtomicBool::new(false), AtomicUsize::new(0), AtomicUsize::new(0));
    let flooded = thread::scope(|scope| {
        for _ in 0..*clients {
            let (mut client, stop, hashed, refused) = (server.client(), &stop, &hashed, &refused);
            scope.spawn(move || {
                let credentials = json!({"username": ACCOUNT, "password": "wrong"});
                while !stop.load(Ordering::Relaxed) {
                    let request = client.request("POST", "/auth/obtain_token/").json(&credentials);
                    match request.try_send().map(|answer| answer.status) {
                        Ok(400) => hashed.fetch_add(1, Ordering::Relaxed),
                        Ok(503) => {
                            // Clients on the same machine must not take its processors from the server.
                            thread::sleep(REFUSED);
                            refused.fetch_add(1, Ordering::Relaxed)
                        }
                        _ => break,
                    };
                }
            });
        }
        let flooded = both();
        stop.store(true, Ordering::Relaxed);
        flooded
    });
    let (mut reads, mut health) = flooded?;
    let mut report =
        Report::new(format!("{clients} clients that log in at once, beside one that reads; SQLite"));
    let (idle, busy) = (percentile(&mut idle, 0.99), percentile(&mut reads, 0.99));
    report.figure("logins verified", hashed.load(Ordering::Relaxed));
    report.figure("logins refused for the time being", refused.load(Ordering::Relaxed));
    report.figure("reads, p99 without logins", millis(idle));
    report.figure("reads, median with logins", millis(percentile(&mut reads, 0.5)));
    report.figure("reads, p99 with logins", millis(busy));
    report.figure("health, p99 with logins", millis(percentile(&mut health, 0.99)));
    // The clients are on the same machine: a read that takes next to nothing gets 50 ms all the same.
    let most = (idle * 5).max(Duration::from_millis(50));
    report.require(busy <= most, "the p99 of reads is at most 5 times that without logins, or 50 ms");
    report.require(percentile(&mut health, 0.99) <= Duration::from_millis(50), "health answers within 50 ms");
    Ok(report)
}

/// How long reads of a path take, one after the other.
fn probe(
    mut client: Client,
    path: &str,
    authorization: &str,
    seconds: Duration,
) -> anyhow::Result<Vec<Duration>> {
    let (began, mut times) = (Instant::now(), Vec::new());
    while began.elapsed() < seconds {
        let asked = Instant::now();
        let answer = client.request("GET", path).header("Authorization", authorization).try_send()?;
        times.push(asked.elapsed());
        ensure!(answer.status == 200, "{path}: {}", answer.status);
        thread::sleep(PROBE);
    }
    Ok(times)
}
