//! Two servers on `PostgreSQL` behind NGINX, restarted in turn under load.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use clap::Args;
use presspass_test_support::{Client, Nginx, RunningServer, TestDatabase};

use crate::{Ledger, Report, Subject, log_in, millis, percentile};

const ACCOUNT: &str = "operator";

/// How it is done.
#[derive(Debug, Clone, Args)]
pub struct Arguments {
    /// How often a server is stopped by SIGTERM and started again; the two take turns
    #[arg(long, default_value_t = 20)]
    pub swaps: usize,
    /// Seconds between the start of one and the stop of the other
    #[arg(long, default_value_t = 1.5)]
    pub pause: f64,
    /// How many clients ask at once, over connections that they keep; every other one writes
    #[arg(long, default_value_t = 16)]
    pub clients: usize,
    /// Seconds that a server goes on after SIGTERM, in place of the default
    #[arg(long)]
    pub drain: Option<u32>,
}

/// What one client saw.
#[derive(Debug, Default)]
struct Seen {
    times: Vec<Duration>,
    failures: BTreeMap<String, usize>,
}

/// Runs it.
///
/// # Errors
/// Where NGINX or `PostgreSQL` is missing, or a server does not start.
pub fn run(program: &Path, arguments: &Arguments) -> anyhow::Result<Report> {
    let database = TestDatabase::postgresql().context("PostgreSQL is missing: apt-get install postgresql")?;
    let drain = arguments.drain.map(|seconds| seconds.to_string());
    let drain = drain.as_deref().map(|seconds| ("PRESSPASS_DRAIN_SECONDS", seconds));
    let settings: Vec<_> = [("PRESSPASS_TRUSTED_PROXIES", "127.0.0.1")].into_iter().chain(drain).collect();
    let subject = Subject::new(program, database, &settings);
    let mut servers = [subject.start(), subject.start()];
    subject.create_superuser(ACCOUNT)?;
    let ports = servers.each_ref().map(RunningServer::port);
    let nginx = Nginx::start(&ports, "http").context("NGINX is missing: apt-get install nginx")?;
    let authorization = log_in(&mut nginx.client(), ACCOUNT)?;

    let (ledger, stop) = (Ledger::default(), AtomicBool::new(false));
    let began = Instant::now();
    let (seen, exits) = thread::scope(|scope| {
        let clients: Vec<_> = (0..arguments.clients)
            .map(|number| {
                let (client, authorization, ledger, stop) =
                    (nginx.client(), authorization.as_str(), &ledger, &stop);
                scope.spawn(move || ask(number, client, authorization, ledger, stop))
            })
            .collect();
        // Also where a server does not start, which panics.
        let stopped = StopOnDrop(&stop);
        let exits = swap(&subject, &mut servers, arguments);
        drop(stopped);
        let seen: Vec<_> = clients.into_iter().filter_map(|client| client.join().ok()).collect();
        (seen, exits)
    });
    let took = began.elapsed();
    let audit = ledger.audit(&mut servers[0].client(), &authorization)?;

    let Arguments { swaps, pause, clients, .. } = arguments;
    let mut report = Report::new(format!(
        "{swaps} restarts of two servers in turn by SIGTERM, {pause} s apart, behind docker/nginx.conf, under {clients} \
         clients, every other one writing; PostgreSQL"
    ));
    let mut times: Vec<_> = seen.iter().flat_map(|seen| seen.times.iter().copied()).collect();
    let mut failures: BTreeMap<String, usize> = BTreeMap::new();
    for (what, count) in seen.iter().flat_map(|seen| &seen.failures) {
        *failures.entry(what.clone()).or_default() += count;
    }
    let failed: usize = failures.values().sum();
    report.figure("seconds", format!("{:.0}", took.as_secs_f64()));
    report.figure("requests", times.len());
    report.figure("failed", format!("{failed}{}", list(&failures)));
    report.figure("writes acknowledged", audit.acknowledged);
    report.figure("lost", audit.lost);
    report.figure("doubled", audit.doubled);
    for (name, share) in [("median", 0.5), ("p99", 0.99), ("slowest", 1.0)] {
        report.figure(name, millis(percentile(&mut times, share)));
    }
    report.require(failed == 0, "no request fails");
    report.require(audit.lost == 0, "no acknowledged write is lost");
    report.require(audit.doubled == 0, "no write is doubled");
    report.require(exits.iter().all(|code| *code == Some(0)), "every server ends with 0");
    report.require(seen.len() == *clients, "every client goes on to the end");
    Ok(report)
}

/// Restarts the servers in turn; how each ended.
fn swap(subject: &Subject, servers: &mut [RunningServer; 2], arguments: &Arguments) -> Vec<Option<i32>> {
    let pause = Duration::from_secs_f64(arguments.pause);
    let mut exits = Vec::new();
    for number in 0..arguments.swaps {
        thread::sleep(pause);
        let server = &mut servers[number % 2];
        let port = server.port();
        exits.push(server.terminate().code());
        *server = subject.command().port(port).start();
    }
    thread::sleep(pause);
    exits
}

struct StopOnDrop<'a>(&'a AtomicBool);

impl Drop for StopOnDrop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Asks until it is stopped: even numbers write, odd ones read.
fn ask(number: usize, mut client: Client, authorization: &str, ledger: &Ledger, stop: &AtomicBool) -> Seen {
    let mut seen = Seen::default();
    let writes = number.is_multiple_of(2);
    let method = if writes { "POST" } else { "GET" };
    for count in 0.. {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let began = Instant::now();
        let answer = if writes {
            ledger.create(&mut client, authorization, format!("{number}-{count}"))
        } else {
            client.request("GET", "/api/posts/?limit=5").header("Authorization", authorization).try_send()
        };
        seen.times.push(began.elapsed());
        let failure = match answer {
            Ok(answer) if (200..300).contains(&answer.status) => continue,
            Ok(answer) => format!("{method} {}", answer.status),
            Err(error) => format!("{method} {}", error.kind()),
        };
        *seen.failures.entry(failure).or_default() += 1;
    }
    seen
}

/// ` (3 × POST 503, …)`; nothing where there are none.
fn list(failures: &BTreeMap<String, usize>) -> String {
    let mut text = String::new();
    for (what, count) in failures {
        // A String takes everything.
        let _ = write!(text, "{}{count} × {what}", if text.is_empty() { " (" } else { ", " });
    }
    if text.is_empty() { text } else { text + ")" }
}
