//! The account of a session.

use presspass_auth::sessions::{SessionKey, Sessions};
use presspass_auth::{BoxFuture, SessionUsers, StoreError};
use presspass_persistence::AccountStore;

use crate::identity::caller::{AuthMethod, Caller, Identity};

/// Looks up a session and its account.
#[derive(Debug)]
pub(crate) struct SessionAccounts {
    pub sessions: Sessions,
    pub accounts: AccountStore,
}

impl SessionUsers for SessionAccounts {
    type User = Identity;

    fn resolve<'a>(&'a self, key: &'a SessionKey) -> BoxFuture<'a, Result<Option<Identity>, StoreError>> {
        Box::pin(async move {
            let Some(session) = self.sessions.resume(key).await? else { return Ok(None) };
            let found = self.accounts.find_by_id(session.account_id).await?;
            let Some(record) = found.filter(|record| record.account.is_active) else { return Ok(None) };
            if !self.sessions.is_of(&session, &record.password) {
                tracing::info!(account = record.account.id, "session expired: password changed");
                self.sessions.end(key).await?;
                return Ok(None);
            }
            Ok(Some(Identity::Resolved(Caller { account: record.account, by: AuthMethod::Session })))
        })
    }
}
