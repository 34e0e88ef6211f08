//! Names and passwords, and what they cost to verify.

use std::sync::Arc;

use presspass_auth::passwords::{Busy, Hasher, Password, Upgrade, Verification};
use presspass_auth::{BoxFuture, CredentialStore, StoreError as AuthStoreError};
use presspass_domain::{Account, AccountStore, PasswordRecord};
use presspass_rest::Failure;

use crate::access::Caller;
use crate::failures;

/// Verifies names and passwords. No connection is held while a hash is computed.
#[derive(Debug, Clone)]
pub(crate) struct Credentials {
    pub accounts: Arc<dyn AccountStore>,
    pub hasher: Arc<Hasher>,
    pub upgrades: bool,
}

impl Credentials {
    /// The account with this name, where it is active and the password is its own.
    pub async fn verify(&self, username: &str, password: &Password) -> Result<Option<Account>, Failure> {
        let found = self.accounts.find_by_name(username.to_owned()).await.map_err(failures::store)?;
        let active = found.filter(|found| found.account.is_active);
        let Some(PasswordRecord { account, password: encoded }) = active else {
            // As long as a password that is wrong: whether the account exists must not be told by the clock.
            let _mismatch = self.hasher.verify_nobody(password).await.map_err(busy)?;
            return Ok(None);
        };
        match self.hasher.verify(password, &encoded).await.map_err(busy)? {
            Verification::Match(upgrade) => {
                if upgrade == Upgrade::Due && self.upgrades {
                    self.rehash(&account, password, encoded).await;
                }
                Ok(Some(account))
            }
            Verification::Mismatch | Verification::Unusable | Verification::Unknown => Ok(None),
        }
    }

    /// Writes the password anew in the preferred scheme. The log-in succeeds without it, too.
    async fn rehash(&self, account: &Account, password: &Password, old: String) {
        let written = match self.hasher.hash(password).await {
            Ok(new) => {
                self.accounts.replace_password(account.id, old, new).await.map_err(|error| error.to_string())
            }
            Err(error) => Err(error.to_string()),
        };
        if let Err(reason) = written {
            tracing::warn!(account = account.id, reason, "the password's hash was not renewed");
        }
    }
}

fn busy(_: Busy) -> Failure {
    Failure::unavailable("too many passwords are waiting to be verified")
}

impl CredentialStore for Credentials {
    type User = Caller;

    fn verify(
        &self,
        username: String,
        password: Password,
    ) -> BoxFuture<'_, Result<Option<Caller>, AuthStoreError>> {
        Box::pin(async move {
            match Self::verify(self, &username, &password).await {
                Ok(account) => {
                    if account.is_none() {
                        tracing::info!(?username, "log-in by basic credentials failed");
                    }
                    Ok(account.map(Caller::Known))
                }
                Err(failure @ Failure::Unavailable { .. }) => {
                    Err(AuthStoreError::Unavailable(format!("{failure:?}").into()))
                }
                Err(failure) => Err(AuthStoreError::Failed(format!("{failure:?}").into())),
            }
        })
    }
}
