//! Whether an acknowledged write has been synced to disk: a killed process proves nothing about a power cut, as the system
//! keeps what was written.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, bail};
use clap::Args;
use presspass_test_support::{TestDatabase, find_program};

use crate::{Ledger, Report, Subject, log_in};

const ACCOUNT: &str = "writer";

/// How it is done.
#[derive(Debug, Clone, Args)]
pub struct Arguments {
    /// How many posts are created, one after the other
    #[arg(long, default_value_t = 50)]
    pub posts: usize,
}

/// Runs it.
///
/// # Errors
/// Where strace is missing or may not trace, or the login is refused.
pub fn run(program: &Path, arguments: &Arguments) -> anyhow::Result<Report> {
    let strace = find_program("strace").context("strace is missing: apt-get install strace")?;
    let subject = Subject::new(program, TestDatabase::sqlite(), &[]);
    let server = subject.start();
    subject.create_superuser(ACCOUNT)?;
    let mut client = server.client();
    let authorization = log_in(&mut client, ACCOUNT)?;
    let output = server.directory().join("strace");
    let mut trace = Command::new(strace);
    trace.args(["-f", "-qq", "-e", "trace=fsync,fdatasync", "-p", &server.id().to_string(), "-o"]);
    let mut trace = trace.arg(&output).stdin(Stdio::null()).spawn().context("cannot run strace")?;
    let ledger = Ledger::default();
    let traced = wait_until_traced(server.id()).and_then(|()| {
        for post in 0..arguments.posts {
            ledger.create(&mut client, &authorization, post.to_string())?;
        }
        Ok(())
    });
    // It writes what it has, and lets the server go.
    Command::new("kill").args(["-s", "INT", &trace.id().to_string()]).status().context("cannot run kill")?;
    trace.wait().context("cannot wait for strace")?;
    traced?;
    let lines = fs::read_to_string(&output).context("strace wrote nothing")?;
    let syncs = lines.lines().filter(|line| line.contains("sync(")).count();
    let acknowledged = ledger.audit(&mut client, &authorization)?.acknowledged;
    let mut report =
        Report::new(format!("{} posts created one after the other under strace; SQLite", arguments.posts));
    report.figure("writes acknowledged", acknowledged);
    report.figure("fsync and fdatasync", syncs);
    report.require(acknowledged == arguments.posts, "every write is acknowledged");
    report.require(syncs >= acknowledged, "at least one sync for each");
    Ok(report)
}

/// Waits until all threads of a process are traced (`TracerPid` of proc(5)).
fn wait_until_traced(process: u32) -> anyhow::Result<()> {
    for _ in 0..500 {
        let threads = fs::read_dir(format!("/proc/{process}/task")).context("there is no /proc")?;
        let status =
            |thread: fs::DirEntry| fs::read_to_string(thread.path().join("status")).unwrap_or_default();
        if threads.flatten().map(status).all(|status| !status.contains("\nTracerPid:\t0\n")) {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(10));
    }
    bail!("strace does not trace the server")
}
