//! Runs one of the programs: `cargo run -p presspass-faults -- NAME`; `-- --list` names them.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{CommandFactory as _, Parser, Subcommand};
use presspass_faults::{Report, rolling_restart};
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
}

impl Program {
    fn run(&self, presspass: &Path) -> anyhow::Result<Report> {
        match self {
            Self::RollingRestart(arguments) => rolling_restart::run(presspass, arguments),
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
