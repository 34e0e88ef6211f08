//! `presspass changepassword NAME`: asks like the original.

use anyhow::{anyhow, bail};
use presspass_auth::passwords::{AccountAttributes, Hasher, HasherLimits};
use presspass_auth::{Clock as _, SystemClock, SystemRandomness};
use presspass_domain::PasswordRecord;
use presspass_persistence::{AccountStore, Database, PasswordChange, Revocations};

use super::prompts::{Asked, ask_password, require_terminal, tell_problems};
use super::{Outcome, block_on, print, tell};
use crate::app::startup::{self, NewFile};
use crate::settings::Settings;

/// The original asks so many times.
const ATTEMPTS: usize = 3;

pub(super) fn run(settings: &Settings, name: &str) -> anyhow::Result<Outcome> {
    require_terminal("run this command at one")?;
    let migrated = startup::open_migrated(settings, NewFile::WhereNoneIsExpected)?;
    tell(&migrated.tidings());
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
                        bail!("the password of user '{name}' was changed meanwhile; nothing was done");
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

/// The sessions have ended by the password that they began by; here they are taken away, too.
async fn end_sessions(settings: &Settings, database: &Database, account_id: i64) {
    let mut redis = startup::RedisServers::default();
    let ended = async {
        let store = startup::session_store(settings, database, &mut redis).await?;
        anyhow::Ok(store.end_all(account_id, None).await?)
    };
    if let Err(error) = ended.await {
        tell(&format!("warning: sessions that ended were not deleted: {error:#}"));
    }
}
