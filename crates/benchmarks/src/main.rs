//! Loads the release binary and a server that answers a constant side by side, and prints the ratio.
//!
//! `cargo run --release -p presspass-benchmarks`; `docs/performance.md` says what the figures mean.

mod constant;
mod figures;
mod instructions;
mod log_ins;
mod machine;
mod pages;
mod report;
mod subject;
mod wrk;

use std::io::Write as _;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, bail, ensure};
use clap::{Parser, Subcommand};
use presspass_test_support::{Profile, RunningServer, TestDatabase, presspass_program};

use crate::figures::Spread;
use crate::machine::{Load, Pinning};
use crate::report::Report;
use crate::subject::{Read, Target};
use crate::wrk::{Sample, Wrk};

/// How long each server is loaded before anything counts.
const WARM_UP_SECONDS: NonZeroU32 = NonZeroU32::MIN;

/// Loads Presspass and a server that answers a constant, side by side.
#[derive(Debug, Parser)]
#[command(name = "presspass-benchmarks", version)]
struct Arguments {
    /// How many times each server is loaded
    #[arg(long, default_value = "5")]
    rounds: NonZeroU32,
    /// For how many seconds each time
    #[arg(long, default_value = "4")]
    seconds: NonZeroU32,
    /// Read a list of 20 posts instead of one
    #[arg(long)]
    list: bool,
    /// Read all 20 posts as a list without pages
    #[arg(long, conflicts_with = "list")]
    whole: bool,
    /// Use a PostgreSQL cluster that goes away afterwards, instead of SQLite
    #[arg(long)]
    postgresql: bool,
    /// Use this database, which must be empty and is left filled: `postgres://user:password@host/name`
    #[arg(long, value_name = "URL", conflicts_with = "postgresql")]
    postgres: Option<String>,
    /// Load this binary instead of building one
    #[arg(long, value_name = "PATH")]
    program: Option<PathBuf>,
    #[command(subcommand)]
    role: Option<Role>,
}

#[derive(Debug, Subcommand)]
enum Role {
    /// The server that answers a constant: this program starts itself so
    #[command(hide = true, name = constant::ROLE)]
    ConstantAnswer,
    /// Counts the instructions of a request of each kind, which do not depend on what else the machine does
    Instructions(instructions::Arguments),
    /// Times logins that fail, of each kind of account and by each way, in turn
    LogIns(log_ins::Arguments),
    /// Times the pages of the admin and of the browsable API at many posts
    Pages(pages::Arguments),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = match arguments.role {
        Some(Role::ConstantAnswer) => constant::serve(),
        Some(Role::Instructions(arguments)) => instructions::count(&arguments),
        Some(Role::LogIns(arguments)) => log_ins::measure(&arguments),
        Some(Role::Pages(arguments)) => pages::measure(&arguments),
        None => measure(arguments),
    };
    let Err(error) = outcome else { return ExitCode::SUCCESS };
    // Where stderr is closed there is nobody to tell.
    let _ = writeln!(std::io::stderr().lock(), "error: {error:#}");
    ExitCode::FAILURE
}

fn measure(arguments: Arguments) -> anyhow::Result<()> {
    let Arguments { rounds, seconds, list, whole, postgresql, postgres, program, role: _ } = arguments;
    ensure!(
        !cfg!(debug_assertions),
        "the constant answer must be built as Presspass is: cargo run --release"
    );
    let pinning = Pinning::of_this_machine();
    let wrk = Wrk::find(pinning)?;
    let program = presspass_program(program.as_deref(), Profile::Release)?;
    let database = match (&postgres, postgresql) {
        (Some(_), _) => None,
        (None, false) => Some(TestDatabase::sqlite()),
        (None, true) => {
            Some(TestDatabase::postgresql().context("PostgreSQL is missing: apt-get install postgresql")?)
        }
    };
    let Some(url) = postgres.or_else(|| database.as_ref().map(TestDatabase::url)) else {
        bail!("there is no database")
    };
    let engine = if url.starts_with("sqlite:") { "SQLite" } else { "PostgreSQL" };
    let read = match (list, whole) {
        (true, _) => Read::List,
        (false, true) => Read::Whole,
        (false, false) => Read::Detail,
    };

    let (presspass, target) = subject::start(&program, pinning.server(&program), &url, read)?;
    let constant = constant::start(&target.answer, pinning)?;
    let before = Load::now();
    let servers = [&constant, &presspass];
    let samples = alternate(&wrk, servers, &target, rounds, seconds)?;
    let spread = |of: fn([Sample; 2]) -> f64| Spread::of(samples.iter().map(|pair| of(*pair)));
    let report = Report {
        read,
        engine,
        rounds,
        seconds,
        constant_rate: spread(|[constant, _]| constant.rate),
        presspass_rate: spread(|[_, presspass]| presspass.rate),
        rate_ratio: spread(|[constant, presspass]| presspass.rate / constant.rate),
        constant_cost: spread(|[constant, _]| constant.cost),
        presspass_cost: spread(|[_, presspass]| presspass.cost),
        cost_ratio: spread(|[constant, presspass]| constant.cost / presspass.cost),
        pinning,
        wrk: wrk.version(),
        before,
        after: Load::now(),
    };
    write!(std::io::stdout().lock(), "{report}").context("cannot write to the standard output")
}

/// How both servers did in every round. Each round turns the order, so that neither server is always the
/// one that meets what else the machine does.
fn alternate(
    wrk: &Wrk,
    servers: [&RunningServer; 2],
    target: &Target,
    rounds: NonZeroU32,
    seconds: NonZeroU32,
) -> anyhow::Result<Vec<[Sample; 2]>> {
    check(servers, target)?;
    for server in servers {
        wrk.load(server, target, WARM_UP_SECONDS)?;
    }
    let mut samples = Vec::new();
    for round in 0..rounds.get() {
        let mut pair = [Sample::default(); 2];
        for turn in [0, 1] {
            let which = if round % 2 == 0 { turn } else { 1 - turn };
            pair[which] = wrk.load(servers[which], target, seconds)?;
        }
        samples.push(pair);
    }
    check(servers, target)?;
    Ok(samples)
}

/// Refuses to compare answers that differ.
fn check(servers: [&RunningServer; 2], target: &Target) -> anyhow::Result<()> {
    for server in servers {
        let answer = target.ask(server);
        ensure!(
            answer.status == 200
                && answer.body == target.answer.body
                && constant::fixed(&answer) == constant::fixed(&target.answer),
            "an answer that is not the one expected: {answer:?}"
        );
    }
    Ok(())
}
