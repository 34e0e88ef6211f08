//! `presspass token`

mod claims;
mod inspect;
mod issue;

use clap::Subcommand;

use super::Outcome;
use crate::settings::Settings;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Explain a token: what it says, and whether it would be accepted now
    Inspect(inspect::Arguments),
    /// Issue a token for an account
    Issue(issue::Arguments),
}

pub(super) fn run(settings: &Settings, command: Command) -> anyhow::Result<Outcome> {
    match command {
        Command::Inspect(arguments) => inspect::run(settings, arguments),
        Command::Issue(arguments) => issue::run(settings, &arguments),
    }
}
