//! `presspass apikey create`

use anyhow::{Context, bail};
use presspass_auth::api_keys::{ApiKey, ApiKeyName, Scopes};
use presspass_auth::{Clock as _, SystemClock, SystemRandomness};
use presspass_persistence::{Enrolled, NewApiKey};
use time::Duration;

use super::{Outcome, block_on, find, open, tell};
use crate::cli::print;
use crate::endpoints::accounts::MOST_KEYS;
use crate::settings::{Authenticator, Settings};

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Arguments {
    /// The account's name
    user: String,
    /// What the key is called, to know it again in a list, such as laptop
    name: String,
    /// What it may do at most, of what its account may: permissions separated by commas, or * for all
    #[arg(long, value_name = "PERMISSIONS")]
    scopes: String,
    /// After so many days it ends; without this, never
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u16).range(1..))]
    days: Option<u16>,
}

pub(super) fn run(settings: &Settings, arguments: &Arguments) -> anyhow::Result<Outcome> {
    let Arguments { user, name, scopes, days } = arguments;
    let name = ApiKeyName::parse(name)?;
    let scopes: Scopes = scopes.replace(',', " ").parse().context("--scopes cannot be used")?;
    let database = open(settings)?;
    block_on(async {
        let (account, keys) = find(&database, user).await?;
        let key = ApiKey::new(&SystemRandomness)?;
        let now = SystemClock.now();
        let new = NewApiKey {
            account_id: account.id,
            digest: key.digest(),
            name,
            scopes,
            created_at: now,
            expires_at: days.map(|days| now + Duration::days(days.into())),
        };
        match keys.enrol(new, MOST_KEYS).await? {
            Enrolled::New(id) => {
                if !settings.authenticators.contains(&Authenticator::Token) {
                    tell(
                        "warning: this server takes no API keys: add `token` to authenticators (PRESSPASS_AUTHENTICATORS)",
                    );
                }
                tell(&format!("API key {id} of user '{user}' was made. It is shown this once:"));
                print(key.expose())?;
                Ok(Outcome::Success)
            }
            Enrolled::TooMany => {
                bail!("user '{user}' has {MOST_KEYS} API keys; revoke one that is not in use")
            }
            Enrolled::NoAccount => bail!("user '{user}' does not exist"),
        }
    })
}
