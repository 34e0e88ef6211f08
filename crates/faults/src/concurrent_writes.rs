//! Many clients that write at the same time.

use std::path::Path;
use std::thread;
use std::time::Instant;

use clap::Args;

use crate::kill_nine::database;
use crate::{Ledger, Report, Subject, log_in, millis, percentile};

const ACCOUNT: &str = "writer";

/// How it is done.
#[derive(Debug, Clone, Args)]
pub struct Arguments {
    /// How many clients write at once
    #[arg(long, default_value_t = 32)]
    pub clients: usize,
    /// How many posts each creates
    #[arg(long, default_value_t = 100)]
    pub posts: usize,
    /// Use PostgreSQL instead of SQLite
    #[arg(long)]
    pub postgresql: bool,
}

/// Runs it.
///
/// # Errors
/// Where `PostgreSQL` is missing, or the login is refused.
pub fn run(program: &Path, arguments: &Arguments) -> anyhow::Result<Report> {
    let Arguments { clients, posts, postgresql } = arguments;
    let subject = Subject::new(program, database(*postgresql)?, &[]);
    let server = subject.start();
    subject.create_superuser(ACCOUNT)?;
    let authorization = log_in(&mut server.client(), ACCOUNT)?;
    let ledger = Ledger::default();
    let mut times = thread::scope(|scope| {
        let writers: Vec<_> = (0..*clients)
            .map(|writer| {
                let (mut client, ledger, authorization) = (server.client(), &ledger, &authorization);
                scope.spawn(move || {
                    let mut times = Vec::new();
                    for count in 0..*posts {
                        let began = Instant::now();
                        // What is not acknowledged is missing in the ledger.
                        let _ = ledger.create(&mut client, authorization, format!("{writer}-{count}"));
                        times.push(began.elapsed());
                    }
                    times
                })
            })
            .collect();
        writers.into_iter().filter_map(|writer| writer.join().ok()).flatten().collect::<Vec<_>>()
    });
    let audit = ledger.audit(&mut server.client(), &authorization)?;
    let engine = if *postgresql { "PostgreSQL" } else { "SQLite" };
    let mut report = Report::new(format!("{clients} clients create {posts} posts each at once; {engine}"));
    report.figure("writes acknowledged", audit.acknowledged);
    report.figure("lost", audit.lost);
    report.figure("doubled", audit.doubled);
    report.figure("p99", millis(percentile(&mut times, 0.99)));
    report.require(audit.acknowledged == clients * posts, "every write is acknowledged");
    report.require(audit.lost == 0, "no acknowledged write is lost");
    report.require(audit.doubled == 0, "no write is doubled");
    report.require(!server.stderr().contains("locked"), "the log has no locked database");
    Ok(report)
}
