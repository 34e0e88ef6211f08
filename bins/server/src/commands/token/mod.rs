//! `presspass token …`: tokens, for operators.

mod revoke;

use clap::Subcommand;

use super::Outcome;
use crate::settings::Settings;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// End a token and what was refreshed from it, or all tokens and sessions of an account
    Revoke(revoke::Arguments),
}

pub(super) fn run(settings: &Settings, command: Command) -> anyhow::Result<Outcome> {
    match command {
        Command::Revoke(arguments) => revoke::run(settings, arguments),
    }
}
