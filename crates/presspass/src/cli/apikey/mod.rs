//! `presspass apikey …`: API keys, for administrators.

mod create;
mod list;
mod revoke;

use anyhow::anyhow;
use clap::Subcommand;
use presspass_domain::Account;
use presspass_persistence::{AccountStore, ApiKeys, Database};

use super::{Outcome, block_on, tell};
use crate::app::startup::{self, NewFile};
use crate::settings::Settings;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Create an API key, and print it once
    Create(create::Arguments),
    /// List the API keys of an account
    List {
        /// The account's name
        user: String,
    },
    /// Revoke an API key of an account, or all of them
    Revoke(revoke::Arguments),
}

pub(super) fn run(settings: &Settings, command: Command) -> anyhow::Result<Outcome> {
    match command {
        Command::Create(arguments) => create::run(settings, &arguments),
        Command::List { user } => list::run(settings, &user),
        Command::Revoke(arguments) => revoke::run(settings, &arguments),
    }
}

fn open(settings: &Settings) -> anyhow::Result<Database> {
    let migrated = startup::open_migrated(settings, NewFile::UnlessExpected)?;
    tell(&migrated.summary());
    Ok(migrated.database)
}

/// An account, and where its keys are.
async fn find(database: &Database, name: &str) -> anyhow::Result<(Account, ApiKeys)> {
    let record = AccountStore::new(database.clone()).find_by_name(name.to_owned()).await?;
    let account = record.ok_or_else(|| anyhow!("user '{name}' does not exist"))?.account;
    Ok((account, ApiKeys::open(database.clone())?))
}
