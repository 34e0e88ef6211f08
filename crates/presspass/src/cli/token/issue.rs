//! `presspass token issue NAME`

use anyhow::{anyhow, bail};
use presspass_auth::tokens::{DjangoSubject, TokenIssuer, TokenPolicy, TokenRequest};
use presspass_auth::{Clock as _, SystemClock, SystemRandomness};
use presspass_domain::PasswordRecord;
use presspass_persistence::{AccountStore, Database, Origin};
use time::Duration;

use crate::app::services::token_policy;
use crate::app::startup::{self, SecretKeyState};
use crate::cli::{Outcome, block_on, print, tell, timestamps};
use crate::identity::revocation::RevocationCheck;
use crate::identity::token_keys;
use crate::settings::Settings;

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Arguments {
    /// The account's name
    name: String,
    #[arg(
        long,
        value_name = "SECONDS",
        value_parser = clap::value_parser!(u32).range(1..),
        help = "Its lifetime in seconds, instead of jwt.expiration_seconds"
    )]
    lifetime: Option<u32>,
}

/// Prints the token alone, so that it can be given on. Nothing is made or changed for it.
pub(super) fn run(settings: &Settings, arguments: &Arguments) -> anyhow::Result<Outcome> {
    let policy = token_policy(&settings.jwt);
    let lifetime = lifetime(settings, arguments, &policy)?;
    let url = settings.database_url();
    let database = startup::open_for_reading(settings)?
        .ok_or_else(|| anyhow!("{url} does not exist yet; run `presspass migrate` or `presspass serve`"))?;
    let origin = Database::origin(&database)?;
    if origin == Origin::Empty {
        bail!("the database {url} is empty; run `presspass migrate` or `presspass serve`");
    }
    let SecretKeyState::Existing { key: secret, .. } = startup::find_secret_key(settings, origin)? else {
        bail!("there is no secret key yet; `presspass serve` creates it");
    };
    let now = SystemClock.now();
    let ring = token_keys::ring(&settings.jwt, token_keys::stored(settings)?, &secret, now)?;
    let accounts = AccountStore::new(database);
    let name = &arguments.name;
    block_on(async {
        let record = accounts.find_by_name(name.clone()).await?;
        let record = record.ok_or_else(|| anyhow!("user '{name}' does not exist"))?;
        let revoked = RevocationCheck::state(&record);
        let PasswordRecord { account, .. } = record;
        if !account.is_active {
            bail!("user '{name}' is disabled: their tokens are refused");
        }
        let subject =
            DjangoSubject { user_id: account.id, username: &account.username, email: &account.email };
        let jti = revoked.new_jti(&SystemRandomness)?;
        let request = TokenRequest::new(subject).with_lifetime(lifetime).with_jti(&*jti);
        let token = TokenIssuer::new(ring, policy).issue(request, revoked.issue_at(now))?;
        tell(&format!(
            "A token of user '{name}', valid for {}:",
            timestamps::length(lifetime.whole_seconds().unsigned_abs())
        ));
        print(&token)?;
        Ok(Outcome::Success)
    })
}

fn lifetime(settings: &Settings, arguments: &Arguments, policy: &TokenPolicy) -> anyhow::Result<Duration> {
    let Some(lifetime) = arguments.lifetime else { return Ok(Duration::seconds(policy.expiration_seconds)) };
    if let Some(most) =
        settings.jwt.max_lifetime.map(|most| most.as_secs()).filter(|most| u64::from(lifetime) > *most)
    {
        bail!("--lifetime {lifetime} is beyond jwt.max_lifetime_seconds, {most}: the token would be refused");
    }
    Ok(Duration::seconds(lifetime.into()))
}
