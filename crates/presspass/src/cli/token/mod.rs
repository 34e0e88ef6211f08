//! `presspass token …`: inspects, issues and revokes tokens, for administrators.

mod claims;
mod inspect;
mod issue;
mod revoke;

use clap::Subcommand;

use super::Outcome;
use crate::settings::Settings;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Explain a token: what it says, and whether it would be accepted now
    Inspect(inspect::Arguments),
    /// Issue a token for an account
    Issue(issue::Arguments),
    /// End a token and what was refreshed from it, or all tokens and sessions of an account
    Revoke(revoke::Arguments),
}

pub(super) fn run(settings: &Settings, command: Command) -> anyhow::Result<Outcome> {
    match command {
        Command::Inspect(arguments) => inspect::run(settings, arguments),
        Command::Issue(arguments) => issue::run(settings, &arguments),
        Command::Revoke(arguments) => revoke::run(settings, arguments),
    }
}
