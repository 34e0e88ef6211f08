//! The command line: `App` and its commands.

mod apikey;
mod app;
mod changepassword;
mod check;
mod createsuperuser;
mod demo;
mod key;
mod makemigrations;
mod migrate;
mod migrations;
mod openapi;
mod print_models;
mod prompts;
mod serve;
mod signals;
mod timestamps;
mod token;

use std::ffi::OsString;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::{LevelFilter, ParseError};

pub use app::App;
pub use demo::{Demo, DemoAccount};
pub use migrations::Migrations;

use crate::app::startup::{NewFile, SchemaProblems};
use crate::endpoints::schema::Bodies;
use crate::settings::Problems;

#[derive(Debug, Parser)]
struct Arguments {
    /// The settings file, instead of presspass.toml in the working directory
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Migrate the database, then serve requests (the default)
    Serve {
        /// Do not migrate: refuse to start while a migration is pending
        #[arg(long)]
        no_migrate: bool,
    },
    /// Migrate the database
    Migrate {
        /// Change nothing: exit with 1 if a migration is pending
        #[arg(long)]
        check: bool,
        /// Create the SQLite file if it does not exist, whatever the settings say
        #[arg(long, conflicts_with = "check")]
        create: bool,
    },
    /// Write the next migration of the project's models
    Makemigrations(makemigrations::Arguments),
    /// Print declarations in Rust for the tables of a database
    PrintModels(print_models::Arguments),
    /// Create an administrator
    Createsuperuser(createsuperuser::Arguments),
    /// Give an account a new password
    Changepassword {
        /// The account's name
        name: String,
    },
    /// Explain, issue and revoke tokens
    #[command(subcommand)]
    Token(token::Command),
    /// Manage API keys
    #[command(subcommand)]
    Apikey(apikey::Command),
    /// Print the effective settings, and what is wrong with them
    Check {
        /// Also list what is unsafe about this deployment: exit with 1 if anything is
        #[arg(long)]
        deploy: bool,
    },
    /// Serve sample data that is deleted at the end
    Demo,
    /// Create, list and rotate the keys that sign tokens
    #[command(subcommand)]
    Key(key::Command),
    /// Print the OpenAPI document for the settings in effect
    Openapi {
        /// Its format
        #[arg(long, value_enum, default_value_t)]
        format: openapi::Format,
        /// Which request bodies it describes
        #[arg(long, value_enum, default_value_t)]
        bodies: Bodies,
    },
}

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// 0
    Success,
    /// 1: what was asked for was not done.
    Failure,
    /// 2: what was asked for is not understood.
    Usage,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Success => Self::SUCCESS,
            Outcome::Failure => Self::FAILURE,
            Outcome::Usage => Self::from(2),
        }
    }
}

fn run(app: &App, arguments: impl Iterator<Item = OsString>) -> Outcome {
    let command = Arguments::command().about(app.info.summary).version(app.info.version);
    // Without sample data there is nothing to demonstrate.
    let command = command.mut_subcommand("demo", |demo| demo.hide(app.demo.is_none()));
    let parsed = command.try_get_matches_from(arguments).and_then(|it| Arguments::from_arg_matches(&it));
    let arguments = match parsed {
        Ok(arguments) => arguments,
        Err(error) => {
            // Where even this cannot be written, the exit code still tells.
            let _ = error.print();
            return if error.use_stderr() { Outcome::Usage } else { Outcome::Success };
        }
    };
    log();
    if let Some(problem) = &app.problem {
        tell_error(&anyhow::anyhow!("{problem}"));
        return Outcome::Failure;
    }
    match execute(app, arguments) {
        Ok(outcome) => outcome,
        Err(error) => {
            tell_error(&error);
            Outcome::Failure
        }
    }
}

fn execute(app: &App, Arguments { config, command }: Arguments) -> anyhow::Result<Outcome> {
    let load = || app.load(config.as_deref(), std::env::vars_os());
    match command.unwrap_or(Command::Serve { no_migrate: false }) {
        Command::Serve { no_migrate: false } => serve::run(app, &load()?, serve::Migrations::Run),
        Command::Serve { no_migrate: true } => serve::run(app, &load()?, serve::Migrations::Refuse),
        Command::Migrate { check: true, .. } => migrate::look(&load()?),
        Command::Migrate { create: true, .. } => migrate::run(&load()?, NewFile::Always),
        Command::Migrate { .. } => migrate::run(&load()?, NewFile::UnlessExpected),
        Command::Makemigrations(arguments) => makemigrations::run(app, &arguments),
        Command::PrintModels(arguments) => print_models::run(&load()?, &arguments),
        Command::Createsuperuser(arguments) => createsuperuser::run(&load()?, arguments),
        Command::Changepassword { name } => changepassword::run(&load()?, &name),
        Command::Token(command) => token::run(&load()?, command),
        Command::Apikey(command) => apikey::run(&load()?, command),
        Command::Check { deploy: false } => check::run(load(), check::Checked::Start),
        Command::Check { deploy: true } => check::run(load(), check::Checked::Deployment),
        Command::Demo => demo::run(app, config.as_deref()),
        Command::Key(command) => key::run(&load()?, command),
        Command::Openapi { format, bodies } => openapi::run(app, &load()?, bodies, format),
    }
}

/// What is logged where `PRESSPASS_LOG` does not say. What the HTTP/1 dispatcher calls an error is a client's: a TLS
/// hello to this port, a head that is none, a connection that was cut. What actix-session warns of is a cookie that is none
/// not ours, which any client can send.
const LOGGED: &str = "warn,presspass=info,presspass_rest=info,actix_http::h1::dispatcher=off,\
                      actix_http::h1::decoder=off,actix_session=error";

fn log_filter() -> Result<EnvFilter, ParseError> {
    let wanted = std::env::var("PRESSPASS_LOG").ok().filter(|wanted| !wanted.trim().is_empty());
    EnvFilter::try_new(wanted.as_deref().unwrap_or(LOGGED))
}

/// The most detailed level that is logged.
fn log_level() -> Option<LevelFilter> {
    log_filter().ok()?.max_level_hint()
}

/// Logs go to stderr; `PRESSPASS_LOG` says what, in the way of `RUST_LOG`.
fn log() {
    let filter = log_filter().unwrap_or_else(|error| {
        tell(&format!("warning: PRESSPASS_LOG cannot be parsed ({error}); the default is used"));
        EnvFilter::new(LOGGED)
    });
    let stderr = std::io::stderr;
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(stderr)
        // A line that cannot be written would be reported on stderr by a macro that panics, during a request.
        .log_internal_errors(false);
    // A second subscriber in one process is a test's: the first stays.
    let _ = lines.with_ansi(stderr().is_terminal()).try_init();
}

/// One line for the operator: what, where, what to do.
fn tell_error(error: &anyhow::Error) {
    if let Some(problems) = error.downcast_ref::<Problems>() {
        tell(&problems.to_string());
        return;
    }
    if let Some(problems) = error.downcast_ref::<SchemaProblems>() {
        tell(&problems.to_string());
        return;
    }
    tell(&format!("error: {error:#}"));
}

/// Progress: a line on stderr.
fn tell(line: &str) {
    // Where stderr is closed, nothing can be shown.
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

/// A warning: a line on stderr.
fn warn(warning: &str) {
    tell(&format!("warning: {warning}"));
}

/// A result: a line on stdout.
fn print(line: &str) -> anyhow::Result<()> {
    writeln!(std::io::stdout().lock(), "{line}").context("cannot write to the standard output")
}

/// Runs what a command awaits.
fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Builder::new_current_thread().enable_all().build().context("cannot start")?.block_on(work)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    /// The help of a command and of all below it.
    fn helps(command: &mut clap::Command) -> Vec<String> {
        let mut all = vec![command.render_long_help().to_string()];
        for below in command.get_subcommands_mut() {
            all.extend(helps(below));
        }
        all
    }

    #[test]
    fn help_is_written_for_a_terminal_and_not_for_rustdoc() {
        let helps = helps(&mut Arguments::command());
        assert!(helps.len() > 15, "{}", helps.len());
        for help in helps {
            assert!(!help.contains('`'), "{help}");
        }
    }
}
