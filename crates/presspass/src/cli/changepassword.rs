//! `presspass changepassword NAME`, with the prompts of Django's command.

use anyhow::{anyhow, bail};
use presspass_auth::passwords::{AccountAttributes, Hasher, HasherLimits};
use presspass_auth::{Clock as _, SystemClock, SystemRandomness};
use presspass_domain::PasswordRecord;
use presspass_persistence::{AccountStore, Database, PasswordChange, Revocations};

use super::prompts::{Asked, ask_password, require_terminal, tell_problems};
use super::{Outcome, block_on, print, tell, warn};
use crate::app::startup::{self, NewFile};
use crate::settings::Settings;

/// The limit of Django's command.
const ATTEMPTS: usize = 3;

pub(super) fn run(settings: &Settings, name: &str) -> anyhow::Result<Outcome> {
    require_terminal("run it in one")?;
    let migrated = startup::open_migrated(settings, NewFile::UnlessExpected)?;
    tell(&migrated.summary());
    let (scheme, _) = startup::password_policy(settings, migrated.origin);
    let accounts = AccountStore::new(migrated.database.clone());
    let revocations = Revocations::new(migrated.database.clone());
    let hasher = Hasher::start(scheme, HasherLimits::default(), std::sync::Arc::new(SystemRandomness))?;
    block_on(async {
        let PasswordRecord { account, password: old, .. } = accounts
            .find_by_name(name.to_owned())
            .await?
            .ok_or_else(|| anyhow!("user '{name}' does not exist"))?;
        tell(&format!("Changing password for user '{name}'"));
        let attributes = AccountAttributes {
            username: &account.username,
            email: &account.email,
            ..AccountAttributes::default()
        };
        for _ in 0..ATTEMPTS {
            match ask_password(&attributes)? {
                Asked::Given(password) => {
                    let new = hasher.hash(&password).await?;
                    // The fingerprint is the server's to take: the secret key need not be at hand here.
                    let change = PasswordChange { from: Some(old), to: new, fingerprint: None };
                    let changed = revocations.change_password(account.id, change, SystemClock.now()).await?;
                    if changed.is_none() {
                        bail!(
                            "the password of user '{name}' was changed by another program meanwhile; nothing was \
                               changed"
                        );
                    }
                    end_sessions(settings, &migrated.database, account.id).await;
                    print(&format!("Password changed successfully for user '{name}'"))?;
                    return Ok(Outcome::Success);
                }
                Asked::Weak(_, problems) => tell_problems(&problems),
                Asked::Again(why) => tell(why),
            }
        }
        bail!("aborting password change for user '{name}' after {ATTEMPTS} attempts")
    })
}

/// The sessions are invalid because the password changed; here they are deleted.
async fn end_sessions(settings: &Settings, database: &Database, account_id: i64) {
    let mut redis = startup::RedisServers::new(warn);
    let ended = async {
        let store = startup::session_store(settings, database, &mut redis).await?;
        anyhow::Ok(store.end_all(account_id, None).await?)
    };
    if let Err(error) = ended.await {
        tell(&format!("warning: sessions could not be deleted: {error:#}"));
    }
}
