//! A server that is killed during writes, repeatedly.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use clap::Args;
use presspass_test_support::{Client, TestDatabase};

use crate::{Ledger, Report, Subject, log_in, millis, percentile};

const ACCOUNT: &str = "writer";

/// How it is done.
#[derive(Debug, Clone, Args)]
pub struct Arguments {
    /// How often the server is killed
    #[arg(long, default_value_t = 20)]
    pub kills: usize,
    /// Seconds of writing before each
    #[arg(long, default_value_t = 0.5)]
    pub seconds: f64,
    /// How many clients write at once
    #[arg(long, default_value_t = 8)]
    pub clients: usize,
    /// Use PostgreSQL instead of SQLite
    #[arg(long)]
    pub postgresql: bool,
}

/// Runs it.
///
/// # Errors
/// Where `PostgreSQL` is missing, or the login is refused.
pub fn run(program: &Path, arguments: &Arguments) -> anyhow::Result<Report> {
    let Arguments { kills, seconds, clients, postgresql } = arguments;
    let subject = Subject::new(program, database(*postgresql)?, &[]);
    let mut server = subject.start();
    subject.create_superuser(ACCOUNT)?;
    let authorization = log_in(&mut server.client(), ACCOUNT)?;
    let ledger = Ledger::default();
    let mut starts = Vec::new();
    for kill in 0..*kills {
        thread::scope(|scope| {
            for writer in 0..*clients {
                let (client, ledger, authorization) = (server.client(), &ledger, &authorization);
                scope.spawn(move || write(client, &format!("{kill}-{writer}"), authorization, ledger));
            }
            thread::sleep(Duration::from_secs_f64(*seconds));
            server.kill();
        });
        let began = Instant::now();
        server = subject.start();
        while server.client().request("GET", "/health/").send().status != 200 {
            thread::sleep(Duration::from_millis(5));
        }
        starts.push(began.elapsed());
    }
    let audit = ledger.audit(&mut server.client(), &authorization)?;
    let engine = if *postgresql { "PostgreSQL" } else { "SQLite" };
    let mut report = Report::new(format!(
        "the server killed by SIGKILL {kills} times under {clients} clients that write; {engine}"
    ));
    let slowest = percentile(&mut starts, 1.0);
    report.figure("writes acknowledged", audit.acknowledged);
    report.figure("lost", audit.lost);
    report.figure("doubled", audit.doubled);
    report.figure("slowest start until ready", millis(slowest));
    report.require(audit.acknowledged > 0, "writes are acknowledged");
    report.require(audit.lost == 0, "no acknowledged write is lost");
    report.require(audit.doubled == 0, "no write is doubled");
    report.require(slowest <= Duration::from_secs(2), "it is ready within 2 s");
    Ok(report)
}

/// Writes until the server is gone.
fn write(mut client: Client, name: &str, authorization: &str, ledger: &Ledger) {
    for count in 0.. {
        if ledger.create(&mut client, authorization, format!("{name}-{count}")).is_err() {
            break;
        }
    }
}

/// An empty database on the engine that was asked for.
///
/// # Errors
/// Where `PostgreSQL` is missing.
pub(crate) fn database(postgresql: bool) -> anyhow::Result<TestDatabase> {
    if postgresql {
        return TestDatabase::postgresql().context("PostgreSQL is missing: apt-get install postgresql");
    }
    Ok(TestDatabase::sqlite())
}
