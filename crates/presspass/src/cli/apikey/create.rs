//! `presspass apikey create`

use anyhow::{Context, bail};
use presspass_auth::api_keys::{ApiKey, ApiKeyName, Scopes};
use presspass_auth::{Clock as _, SystemClock, SystemRandomness};
use presspass_persistence::{Enrolled, NewApiKey};
use time::Duration;

use super::{Outcome, block_on, find, open, tell};
use crate::cli::print;
use crate::endpoints::accounts::MAX_KEYS;
use crate::settings::{Authenticator, Settings};

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Arguments {
    /// The account's name
    user: String,
    /// The key's name in lists, such as laptop
    name: String,
    /// Limits the key to these permissions of its account, separated by commas; * for all
    #[arg(long, value_name = "PERMISSIONS")]
    scopes: String,
    /// Days until it expires; without this, never
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u16).range(1..))]
    days: Option<u16>,
}

pub(super) fn run(settings: &Settings, arguments: &Arguments) -> anyhow::Result<Outcome> {
    let Arguments { user, name, scopes, days } = arguments;
    let name = ApiKeyName::parse(name)?;
    let scopes = Scopes::of_permissions(&scopes.replace(',', " ")).context("--scopes cannot be used")?;
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
        match keys.enrol(new, MAX_KEYS).await? {
            Enrolled::New(id) => {
                if !settings.authenticators.contains(&Authenticator::Token) {
                    tell(
                        "warning: API keys are not accepted: add `token` to authenticators (PRESSPASS_AUTHENTICATORS)",
                    );
                }
                tell(&format!("API key {id} of user '{user}' was created. It is shown only once:"));
                print(key.expose())?;
                Ok(Outcome::Success)
            }
            Enrolled::TooMany => {
                bail!("user '{user}' has {MAX_KEYS} API keys; revoke one that is not in use")
            }
            Enrolled::NoAccount => bail!("user '{user}' does not exist"),
        }
    })
}
