//! `presspass apikey revoke`

use anyhow::bail;

use super::{Outcome, block_on, find, open};
use crate::cli::print;
use crate::settings::Settings;

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Arguments {
    /// The account's name
    user: String,
    /// The key's id, as apikey list shows it
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    id: Option<i64>,
    /// All keys of the account
    #[arg(long)]
    all: bool,
}

pub(super) fn run(
    settings: &Settings,
    Arguments { user, id, all: _ }: &Arguments,
) -> anyhow::Result<Outcome> {
    let database = open(settings)?;
    block_on(async {
        let (account, keys) = find(&database, user).await?;
        match id {
            Some(id) if !keys.revoke(account.id, *id).await? => {
                bail!("user '{user}' has no API key {id}; run `presspass apikey list {user}`")
            }
            Some(id) => print(&format!("API key {id} of user '{user}' was revoked."))?,
            None => {
                let ended = keys.revoke_all(account.id).await?;
                print(&format!("{ended} API keys of user '{user}' were revoked."))?;
            }
        }
        Ok(Outcome::Success)
    })
}
