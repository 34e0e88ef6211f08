//! Runs one of the programs: `cargo run -p presspass-faults -- NAME`; `-- --list` names them.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{CommandFactory as _, Parser, Subcommand};
use presspass_faults::{
    Report, abandoned_searches, concurrent_writes, kill_nine, login_flood, rolling_restart,
    shared_account_logins, synced_writes, unfinished_bodies, wait_for_database, whole_lists,
};
use presspass_test_support::{Profile, presspass_program};

/// Shows what Presspass promises about reliability: what was done, figures, and a verdict. Exits with 0 where the promise
/// held.
#[derive(Debug, Parser)]
#[command(name = "presspass-faults", version, arg_required_else_help = true)]
struct Arguments {
    /// Name the programs, one on a line
    #[arg(long)]
    list: bool,
    /// Try this binary instead of building one
    #[arg(long, value_name = "PATH", global = true)]
    program: Option<PathBuf>,
    #[command(subcommand)]
    name: Option<Program>,
}

/// The programs.
#[derive(Debug, Subcommand)]
enum Program {
    /// Restarts two servers behind NGINX in turn, under load: no request fails, nothing is lost or doubled
    RollingRestart(rolling_restart::Arguments),
    /// Kills the server under writes: nothing acknowledged is lost, nothing is doubled, and it is ready at once
    KillNine(kill_nine::Arguments),
    /// Writes by many clients at once: every write is stored, once
    ConcurrentWrites(concurrent_writes::Arguments),
    /// Creates posts under strace: each is synced to disk before it is acknowledged
    SyncedWrites(synced_writes::Arguments),
    /// Logs in by many clients at once: reads and health go on
    LoginFlood(login_flood::Arguments),
    /// Starts the server before its database: it waits, and is ready within 2 s of it
    WaitForDatabase(wait_for_database::Arguments),
    /// Sends bodies that never end over 1,000 connections: memory stays below a limit, others can write
    UnfinishedBodies(unfinished_bodies::Arguments),
    /// Leaves 40 costly searches, and waits for as many: others have their lists within 2 s
    AbandonedSearches(abandoned_searches::Arguments),
    /// Asks for whole lists, many at once and slowly: every client has its list
    WholeLists(whole_lists::Arguments),
    /// Logs one account in from several addresses at once: others log in within 2 s
    SharedAccountLogins(shared_account_logins::Arguments),
}

impl Program {
    fn run(&self, presspass: &Path) -> anyhow::Result<Report> {
        match self {
            Self::RollingRestart(arguments) => rolling_restart::run(presspass, arguments),
            Self::KillNine(arguments) => kill_nine::run(presspass, arguments),
            Self::ConcurrentWrites(arguments) => concurrent_writes::run(presspass, arguments),
            Self::SyncedWrites(arguments) => synced_writes::run(presspass, arguments),
            Self::LoginFlood(arguments) => login_flood::run(presspass, arguments),
            Self::WaitForDatabase(arguments) => wait_for_database::run(presspass, arguments),
            Self::UnfinishedBodies(arguments) => unfinished_bodies::run(presspass, arguments),
            Self::AbandonedSearches(arguments) => abandoned_searches::run(presspass, arguments),
            Self::WholeLists(arguments) => whole_lists::run(presspass, arguments),
            Self::SharedAccountLogins(arguments) => shared_account_logins::run(presspass, arguments),
        }
    }
}

fn main() -> ExitCode {
    match execute(&Arguments::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            // Where stderr is closed, the exit code still tells.
            let _ = writeln!(std::io::stderr().lock(), "error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Whether all held.
fn execute(arguments: &Arguments) -> anyhow::Result<bool> {
    let print = |text: &str| {
        writeln!(std::io::stdout().lock(), "{text}").context("cannot write to the standard output")
    };
    if arguments.list {
        for program in Arguments::command().get_subcommands() {
            let about = program.get_about().map(ToString::to_string).unwrap_or_default();
            print(&format!("{:<24}{about}", program.get_name()))?;
        }
        return Ok(true);
    }
    let name = arguments.name.as_ref().context("give the name of a program, or --list")?;
    let presspass = presspass_program(arguments.program.as_deref(), Profile::current())?;
    let report = name.run(&presspass)?;
    print(report.to_string().trim_end())?;
    Ok(report.held())
}
