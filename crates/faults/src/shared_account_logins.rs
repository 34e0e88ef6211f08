//! Logins to one account with the right password, from several addresses at the same time.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use clap::Args;
use presspass_test_support::{Answer, Client, TestDatabase};
use serde_json::json;

use crate::{PASSWORD, Probe, Report, Subject};

/// What the others are promised.
const LIMIT: Duration = Duration::from_secs(2);

/// How it is done.
#[derive(Debug, Clone, Args)]
pub struct Arguments {
    /// From how many addresses the one account logs in
    #[arg(long, default_value_t = 4)]
    pub addresses: usize,
    /// Over how many connections from each
    #[arg(long, default_value_t = 8)]
    pub connections: usize,
    /// How many logins of others are tried meanwhile
    #[arg(long, default_value_t = 30)]
    pub log_ins: usize,
}

/// Runs it.
///
/// # Errors
/// Where a server does not start.
pub fn run(program: &Path, arguments: &Arguments) -> anyhow::Result<Report> {
    let settings = [("PRESSPASS_TRUSTED_PROXIES", "127.0.0.1")];
    let subject = Subject::new(program, TestDatabase::sqlite(), &settings);
    for name in ["shared", "ann", "bob"] {
        subject.create_superuser(name)?;
    }
    let mut server = subject.start();
    let port = server.port();
    let stop = AtomicBool::new(false);
    let (shared, others) = thread::scope(|scope| {
        let threads: Vec<_> = (0..arguments.addresses * arguments.connections)
            .map(|number| {
                let (stop, from) = (&stop, format!("192.0.2.{}", 1 + number % arguments.addresses));
                scope.spawn(move || {
                    let (mut client, mut probe) = (Client::new(port), Probe::default());
                    while !stop.load(Ordering::Relaxed) {
                        probe.ask(|| log_in(&mut client, "shared", &from));
                    }
                    probe
                })
            })
            .collect();
        thread::sleep(Duration::from_secs(1));
        let mut others = Probe::default();
        for number in 0..arguments.log_ins {
            let name = ["ann", "bob"][number % 2];
            // Every other one from an address that the shared account uses, too.
            let from = ["198.51.100.7", "192.0.2.1"][number / 2 % 2];
            others.ask(|| log_in(&mut Client::new(port), name, from));
        }
        stop.store(true, Ordering::Relaxed);
        let mut shared = Probe::default();
        for probe in threads.into_iter().filter_map(|thread| thread.join().ok()) {
            shared.add(probe);
        }
        (shared, others)
    });
    let Arguments { addresses, connections, log_ins } = arguments;
    let mut report = Report::new(format!(
        "one account logs in by its right password from {addresses} addresses × {connections} connections; meanwhile \
         {log_ins} logins of others; SQLite"
    ));
    report.figure("the one account", &shared);
    report.figure("the others", &others);
    report.require(others.only(200), "every other login succeeds");
    report.require(others.slowest() < LIMIT, "within 2 s");
    report.require(server.terminate().success(), "the server goes on");
    Ok(report)
}

fn log_in(client: &mut Client, name: &str, from: &str) -> std::io::Result<Answer> {
    let credentials = json!({"username": name, "password": PASSWORD});
    let request = client.request("POST", "/auth/obtain_token/").header("X-Forwarded-For", from);
    request.json(&credentials).try_send()
}
