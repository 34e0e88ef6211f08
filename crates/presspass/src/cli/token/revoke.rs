//! `presspass token revoke`

use std::io::{IsTerminal as _, Read as _};

use anyhow::{Context, anyhow, bail};
use presspass_auth::tokens::{DjangoAccount, TokenVerifier};
use presspass_auth::{Clock as _, SystemClock, SystemRandomness};
use presspass_persistence::{AccountStore, Revocations};

use super::super::{Outcome, block_on, print, tell, warn};
use crate::app::services::{TokenLifetimes, token_policy};
use crate::app::startup::{self, NewFile};
use crate::identity::token_keys;
use crate::settings::Settings;

/// The longest that is read from the standard input, in bytes.
const LONGEST: u64 = 65_536;

#[derive(Debug, clap::Args)]
#[group(required = false, multiple = false)]
pub(in crate::cli) struct Arguments {
    /// The token; read from the standard input where it is not given, so that no list of processes shows it
    token: Option<String>,
    /// All tokens and sessions of the account with this name, instead
    #[arg(long, value_name = "NAME", conflicts_with = "token")]
    all_of: Option<String>,
}

pub(super) fn run(settings: &Settings, Arguments { token, all_of }: Arguments) -> anyhow::Result<Outcome> {
    match (all_of, token) {
        (Some(name), _) => all(settings, &name),
        (None, Some(token)) => one(settings, &token),
        (None, None) => one(settings, &read()?),
    }
}

fn read() -> anyhow::Result<String> {
    if std::io::stdin().is_terminal() {
        tell("Paste the token, then press Ctrl-D:");
    }
    let mut text = String::new();
    std::io::stdin().lock().take(LONGEST).read_to_string(&mut text).context("cannot read the token")?;
    Ok(text)
}

/// Ends the tokens and the sessions of an account.
fn all(settings: &Settings, name: &str) -> anyhow::Result<Outcome> {
    let migrated = startup::open_migrated(settings, NewFile::UnlessExpected)?;
    tell(&migrated.summary());
    block_on(async {
        let accounts = AccountStore::new(migrated.database.clone());
        let record = accounts.find_by_name(name.to_owned()).await?;
        let account = record.ok_or_else(|| anyhow!("user '{name}' does not exist"))?.account;
        let revocations = Revocations::new(migrated.database.clone());
        revocations.revoke_all(account.id, SystemClock.now()).await?;
        let mut redis = startup::RedisServers::new(warn);
        let sessions = startup::session_store(settings, &migrated.database, &mut redis).await?;
        let ended = sessions.end_all(account.id, None).await.context(
            "the tokens were revoked, but the sessions were not \
                                                              deleted",
        )?;
        print(&format!("All tokens of user '{name}' were revoked, and {ended} sessions deleted."))?;
        Ok(Outcome::Success)
    })
}

/// Ends a token, and what was refreshed from it.
fn one(settings: &Settings, token: &str) -> anyhow::Result<Outcome> {
    // As it stands in a header, too.
    let token = token.trim();
    let token = token.split_once(' ').map_or(token, |(_scheme, token)| token.trim_start());
    let migrated = startup::open_migrated(settings, NewFile::UnlessExpected)?;
    tell(&migrated.summary());
    let secret = startup::find_secret_key(settings, migrated.origin)?.or_create(&SystemRandomness)?;
    let policy = token_policy(&settings.jwt);
    let lifetimes = TokenLifetimes::of(&policy);
    let now = SystemClock.now();
    let ring = token_keys::ring(&settings.jwt, token_keys::stored(settings)?, &secret, now)?;
    let verified = match TokenVerifier::new(ring, policy).verify(token.as_bytes(), now) {
        Ok(verified) => verified,
        Err(error) => bail!("this token is invalid and cannot be revoked: {error}"),
    };
    let Ok(account) = verified.subject::<DjangoAccount>() else { bail!("this token has no account") };
    block_on(async {
        let record = AccountStore::new(migrated.database.clone()).find_by_id(account.id).await?;
        if record.is_none_or(|record| record.account.username != account.username) {
            bail!("this token belongs to user '{}', who was deleted", account.username);
        }
        let revocations = Revocations::new(migrated.database.clone());
        let (names, until) = (verified.facts().names_to_revoke(), lifetimes.keep_until(verified.facts()));
        revocations.revoke(account.id, names, until, now).await?;
        print(&format!(
            "The token of user '{}' and the tokens refreshed from it were revoked.",
            account.username
        ))?;
        Ok(Outcome::Success)
    })
}
