//! The account of a session.

use presspass_auth::sessions::{SessionAccount, SessionAccounts, SessionKey, Sessions};
use presspass_auth::{SessionUsers, StoreError};
use presspass_persistence::AccountStore;

use crate::identity::caller::{AuthMethod, Caller, Identity};

/// Looks up a session and its account.
#[derive(Debug)]
pub(crate) struct SessionCallers {
    pub sessions: Sessions,
    pub accounts: AccountStore,
}

impl SessionCallers {
    /// The account of the session with this key, if it is active and its password was not changed.
    pub async fn find(&self, key: &SessionKey) -> Result<Option<Caller>, StoreError> {
        self.sessions.account(key, &ActiveAccounts(&self.accounts)).await
    }
}

impl SessionUsers for SessionCallers {
    type User = Identity;

    async fn resolve(&self, key: &SessionKey) -> Result<Option<Identity>, StoreError> {
        Ok(self.find(key).await?.map(Identity::Resolved))
    }
}

#[derive(Debug)]
struct ActiveAccounts<'a>(&'a AccountStore);

impl SessionAccounts for ActiveAccounts<'_> {
    type User = Caller;

    async fn find(&self, id: &i64) -> Result<Option<SessionAccount<Caller>>, StoreError> {
        let found = self.0.find_by_id(*id).await?.filter(|record| record.account.is_active);
        Ok(found.map(|record| SessionAccount {
            user: Caller { account: record.account, by: AuthMethod::Session },
            password: record.password,
        }))
    }
}
