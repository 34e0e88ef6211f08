//! Verifies user names and passwords: by the login of the auth crate, within the limits of what runs at a time. A changed
//! password revokes tokens, also where another program changed it.

use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::Arc;

use presspass_auth::passwords::{
    Busy, Hasher, LoginError, LoginOutcome, Password, PasswordLogin, PasswordStore, Replaced, StoredPassword,
};
use presspass_auth::revocation::RevocationState;
use presspass_auth::throttles::network_of;
use presspass_auth::{Clock, CredentialOutcome, CredentialStore, StoreError};
use presspass_domain::{Account, PasswordRecord, Username, causes};
use presspass_persistence::{AccountStore, LoginRecorded, PasswordChange, Revocations};
use presspass_rest::Failure;
use time::OffsetDateTime;
use tracing::field::debug;

use crate::identity::caller::{AuthMethod, Caller, Identity};
use crate::identity::refusals::{CountedRefusal, Refusals};
use crate::identity::revocation::RevocationCheck;
use crate::identity::throttles::LoginLimits;

/// Verifies names and passwords. No connection is held while a hash is computed.
#[derive(Debug, Clone)]
pub(crate) struct Credentials {
    pub logins: Arc<PasswordLogin<Passwords>>,
    /// `None` where logins are not throttled.
    pub limits: Option<Arc<LoginLimits>>,
    pub refusals: Refusals,
}

/// The accounts and the hashes of their passwords.
#[derive(Debug)]
pub(crate) struct Passwords {
    pub accounts: AccountStore,
    pub revocations: Revocations,
    pub revocation_check: RevocationCheck,
    pub clock: Arc<dyn Clock>,
}

/// An account whose password is being verified.
#[derive(Debug, Clone)]
pub(crate) struct Candidate {
    account: Account,
    revoked: RevocationState,
    looked_up_at: OffsetDateTime,
}

/// An account whose password was given.
#[derive(Clone)]
pub(crate) struct LoggedIn {
    pub account: Account,
    /// The hash that the password was held against, or that took its place since.
    pub password: String,
    /// What was revoked of the account when the hash was looked up.
    pub revoked: RevocationState,
    /// When the hash was looked up. A token is dated by it, and not by now: whatever is revoked while the password is being
    /// verified ends this token, too.
    pub looked_up_at: OffsetDateTime,
}

impl From<StoredPassword<Candidate>> for LoggedIn {
    fn from(StoredPassword { user, hash, .. }: StoredPassword<Candidate>) -> Self {
        let Candidate { account, revoked, looked_up_at } = user;
        Self { account, password: hash, revoked, looked_up_at }
    }
}

impl std::fmt::Debug for LoggedIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LoggedIn").field("account", &self.account).finish_non_exhaustive()
    }
}

/// Whether a login was recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LoginRecord {
    Recorded,
    /// The password was changed, or tokens were revoked, while it was being verified.
    Superseded,
}

impl PasswordStore for Passwords {
    type User = Candidate;

    async fn find(&self, name: &str) -> Result<Option<StoredPassword<Candidate>>, StoreError> {
        let looked_up_at = self.clock.now();
        let found = self.accounts.find_by_name(name.to_owned()).await?;
        Ok(found.map(|record| {
            let revoked = RevocationCheck::state(&record);
            let PasswordRecord { account, password: hash, .. } = record;
            let is_active = account.is_active;
            StoredPassword { user: Candidate { account, revoked, looked_up_at }, hash, is_active }
        }))
    }

    async fn replace(
        &self,
        stored: &mut StoredPassword<Candidate>,
        new: &str,
    ) -> Result<Replaced, StoreError> {
        // First, or a change by another program would go unseen behind the new hash.
        let StoredPassword { user, hash, .. } = stored;
        if self.record_log_in(user, hash).await? == LoginRecord::Superseded {
            return Ok(Replaced::Superseded);
        }
        let fingerprint = Some(self.revocation_check.fingerprint(new));
        let change = PasswordChange { from: Some(hash.clone()), to: new.to_owned(), fingerprint };
        if !self.revocations.rehash_password(user.account.id, change).await? {
            return Ok(Replaced::Superseded);
        }
        user.revoked = user.revoked.rehash(fingerprint);
        Ok(Replaced::Done)
    }
}

impl Passwords {
    /// Records the password's fingerprint where it is not known yet, or another program changed the password: then everything
    /// issued before is revoked. For logins that begin a session or a token family; a user name and a password in every
    /// request begin nothing.
    async fn record_log_in(&self, user: &mut Candidate, hash: &str) -> Result<LoginRecord, StoreError> {
        let (account, revoked) = (user.account.id, user.revoked);
        let fingerprint = self.revocation_check.fingerprint(hash);
        if revoked.known_password == Some(fingerprint) {
            return Ok(LoginRecord::Recorded);
        }
        let before = revoked.revoked_before;
        let recorded =
            self.revocations.record_log_in(account, hash.to_owned(), fingerprint, before, user.looked_up_at);
        match recorded.await {
            Ok(LoginRecorded::Outdated) => Ok(LoginRecord::Superseded),
            Ok(LoginRecorded::ValidFrom(revoked_before)) => {
                if revoked_before != before {
                    tracing::info!(account, "all tokens revoked: password changed by another program");
                }
                user.revoked = RevocationState { revoked_before, known_password: Some(fingerprint) };
                Ok(LoginRecord::Recorded)
            }
            // Nothing was known, so nothing has to end.
            Err(error) if revoked.known_password.is_none() => {
                tracing::warn!(account, reason = causes(&error), "password fingerprint not recorded");
                Ok(LoginRecord::Recorded)
            }
            Err(error) => Err(error),
        }
    }
}

/// Names are looked up as they are; that several forms of one count together does no harm.
pub(crate) fn counted_name(name: &str) -> Cow<'_, str> {
    Username::parse(name).map_or(Cow::Borrowed(name), |name| name.as_str().to_owned().into())
}

impl Credentials {
    /// Hashes new passwords.
    pub fn hasher(&self) -> &Hasher {
        self.logins.hasher()
    }

    /// The account with this name, if it is active and the password matches. The password is not verified where too many
    /// logins of this client have failed.
    pub async fn verify(
        &self,
        username: &str,
        password: &Password,
        client: Option<IpAddr>,
    ) -> Result<CredentialOutcome<LoggedIn>, Failure> {
        Ok(match self.verify_stored(username, password, client).await.map_err(failure)? {
            CredentialOutcome::Verified(stored) => CredentialOutcome::Verified(stored.into()),
            CredentialOutcome::Refused => CredentialOutcome::Refused,
            CredentialOutcome::Throttled(throttled) => CredentialOutcome::Throttled(throttled),
        })
    }

    /// As [`verify`](Self::verify), for a login that begins a session or a token family. Where the password was changed or
    /// tokens were revoked meanwhile, it is verified again.
    pub async fn log_in(
        &self,
        username: &str,
        password: &Password,
        client: Option<IpAddr>,
    ) -> Result<CredentialOutcome<LoggedIn>, Failure> {
        for _ in 0..2 {
            match self.verify_stored(username, password, client).await.map_err(failure)? {
                CredentialOutcome::Verified(StoredPassword { mut user, hash, is_active }) => {
                    match self.logins.store().record_log_in(&mut user, &hash).await? {
                        LoginRecord::Recorded => {
                            let stored = StoredPassword { user, hash, is_active };
                            return Ok(CredentialOutcome::Verified(stored.into()));
                        }
                        LoginRecord::Superseded => {}
                    }
                }
                CredentialOutcome::Refused => return Ok(CredentialOutcome::Refused),
                CredentialOutcome::Throttled(throttled) => {
                    return Ok(CredentialOutcome::Throttled(throttled));
                }
            }
        }
        Ok(CredentialOutcome::Refused)
    }

    async fn verify_stored(
        &self,
        username: &str,
        password: &Password,
        client: Option<IpAddr>,
    ) -> Result<CredentialOutcome<StoredPassword<Candidate>>, LoginError> {
        let _permits = match &self.limits {
            Some(limits) => {
                let network = client.map(network_of);
                let hasher = self.hasher().for_login(username, network);
                Some(limits.permit(&counted_name(username), network, hasher).await.ok_or(Busy)?)
            }
            None => None,
        };
        Ok(match self.logins.log_in(username, password, client).await? {
            LoginOutcome::Verified(stored) => CredentialOutcome::Verified(stored),
            LoginOutcome::Throttled(counter, throttled) => {
                tracing::debug!(?counter, "login throttled");
                self.refusals.count(client, CountedRefusal::Throttled);
                CredentialOutcome::Throttled(throttled)
            }
            // A name is logged only where an account has it: what was typed in its place may be the password.
            LoginOutcome::Refused { account, filled } => {
                let account = account.map(|candidate| candidate.account);
                if let Some(counter) = filled {
                    let username = account.as_ref().map(|account| debug(&account.username));
                    tracing::warn!(username, ?client, ?counter, "logins locked out");
                }
                if let Some(account) = account {
                    tracing::info!(account = account.id, username = ?account.username, "login failed");
                } else {
                    tracing::debug!("login to an unknown account");
                    self.refusals.count(client, CountedRefusal::UnknownAccount);
                }
                CredentialOutcome::Refused
            }
            _ => CredentialOutcome::Refused,
        })
    }
}

fn failure(error: LoginError) -> Failure {
    match error {
        LoginError::Busy(busy) => Failure::unavailable(busy.to_string()),
        error => StoreError::from(error).into(),
    }
}

impl CredentialStore for Credentials {
    type User = Identity;

    async fn verify(
        &self,
        username: String,
        password: Password,
        client: Option<IpAddr>,
    ) -> Result<CredentialOutcome<Identity>, StoreError> {
        Ok(match self.verify_stored(&username, &password, client).await? {
            CredentialOutcome::Verified(StoredPassword { user, .. }) => {
                let caller = Caller { account: user.account, by: AuthMethod::Password };
                CredentialOutcome::Verified(Identity::Resolved(caller))
            }
            CredentialOutcome::Refused => CredentialOutcome::Refused,
            CredentialOutcome::Throttled(throttled) => CredentialOutcome::Throttled(throttled),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_told_once_and_in_full_on_either_way() {
        let unavailable = || LoginError::Store(StoreError::Unavailable("no route to host".into()));
        for (error, reason) in [
            (unavailable as fn() -> LoginError, "the store is unavailable: no route to host"),
            (|| LoginError::Busy(Busy), "too many passwords are waiting to be hashed"),
        ] {
            let Failure::Unavailable { reason: direct, .. } = failure(error()) else { panic!("{reason}") };
            assert_eq!(direct, reason);
            let by_chain = StoreError::from(error());
            assert!(matches!(by_chain, StoreError::Unavailable(_)), "{by_chain:?}");
            let by_chain = causes(&by_chain);
            assert!(by_chain.ends_with(reason), "{by_chain}");
            assert_eq!(by_chain.matches("the store is unavailable").count(), 1, "{by_chain}");
        }
        let full = || LoginError::Store(StoreError::Full("no space left".into()));
        assert!(matches!(failure(full()), Failure::Full { .. }));
        assert_eq!(causes(&StoreError::from(full())), "the store is full: no space left");
    }
}
