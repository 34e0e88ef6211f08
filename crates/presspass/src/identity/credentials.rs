//! Verifies user names and passwords: throttles, hashing, rehashing, password changes by other programs.

use std::net::IpAddr;
use std::sync::Arc;

use presspass_auth::passwords::{Busy, Hasher, HasherFor, Password, Upgrade, Verification};
use presspass_auth::revocation::RevocationState;
use presspass_auth::throttles::{LogInAdmission, network_of};
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
    pub accounts: AccountStore,
    pub revocations: Revocations,
    pub revocation_check: RevocationCheck,
    pub clock: Arc<dyn Clock>,
    pub hasher: Arc<Hasher>,
    pub upgrades: bool,
    /// `None` where logins are not throttled.
    pub throttle: Option<Arc<LoginLimits>>,
    pub refusals: Refusals,
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

/// Whether a login was recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LoginRecord {
    Recorded,
    /// The password was changed, or tokens were revoked, while it was being verified.
    Superseded,
}

impl std::fmt::Debug for LoggedIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LoggedIn").field("account", &self.account).finish_non_exhaustive()
    }
}

/// Why a name and a password could not be verified. It says nothing about the caller.
#[derive(Debug, thiserror::Error)]
pub(crate) enum VerifyError {
    /// An account could not be read, an attempt not counted or a new password not recorded.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Too many passwords wait already.
    #[error(transparent)]
    Busy(#[from] Busy),
}

impl From<VerifyError> for Failure {
    fn from(error: VerifyError) -> Self {
        match error {
            VerifyError::Store(error) => error.into(),
            VerifyError::Busy(busy) => Self::unavailable(busy.to_string()),
        }
    }
}

impl From<VerifyError> for StoreError {
    fn from(error: VerifyError) -> Self {
        match error {
            VerifyError::Store(error) => error,
            VerifyError::Busy(busy) => Self::Unavailable(busy.into()),
        }
    }
}

impl Credentials {
    /// The account with this name, if it is active and the password matches. The password is not verified where too many
    /// logins of this client have failed.
    pub async fn verify(
        &self,
        username: &str,
        password: &Password,
        client: Option<IpAddr>,
    ) -> Result<CredentialOutcome<LoggedIn>, VerifyError> {
        let Some(throttle) = &self.throttle else {
            return Ok(self.outcome(self.check(username, password, client).await?, client));
        };
        // Names are looked up as they are; that several forms of one count together does no harm.
        let name = Username::parse(username);
        let name = name.as_ref().map_or(username, Username::as_str);
        let network = client.map(network_of);
        let hasher = self.hasher.for_log_in(username, network);
        let _permits = throttle.permit(name, network, hasher).await.ok_or(Busy)?;
        let attempt = match throttle.counts.admit(name, client).await? {
            LogInAdmission::Admitted(attempt) => attempt,
            LogInAdmission::Throttled(counter, throttled) => {
                tracing::debug!(?counter, "login throttled");
                self.refusals.count(client, CountedRefusal::Throttled);
                return Ok(CredentialOutcome::Throttled(throttled));
            }
        };
        let checked = self.check(username, password, client).await;
        let ended = match &checked {
            Ok(Checked::Verified(_)) => attempt.succeeded().await,
            Ok(Checked::Refused(account) | Checked::Superseded(account)) => {
                if let Some(counter) = attempt.failed() {
                    let username = account.as_ref().map(|account| debug(&account.username));
                    tracing::warn!(username, ?client, ?counter, "logins locked out");
                }
                Ok(())
            }
            Err(_) => attempt.withdrawn().await,
        };
        if let Err(error) = ended {
            // It counts as failed, which does no harm: the caller has had an answer.
            tracing::warn!(reason = causes(&error), "login count not corrected");
        }
        Ok(self.outcome(checked?, client))
    }

    /// A name is logged only where an account has it: what was typed in its place may be the password.
    fn outcome(&self, checked: Checked, client: Option<IpAddr>) -> CredentialOutcome<LoggedIn> {
        match checked {
            Checked::Verified(logged_in) => return CredentialOutcome::Verified(*logged_in),
            Checked::Refused(Some(account)) | Checked::Superseded(Some(account)) => {
                tracing::info!(account = account.id, username = ?account.username, "login failed");
            }
            Checked::Refused(None) | Checked::Superseded(None) => {
                tracing::debug!("login to an unknown account");
                self.refusals.count(client, CountedRefusal::UnknownAccount);
            }
        }
        CredentialOutcome::Refused
    }

    async fn check(
        &self,
        username: &str,
        password: &Password,
        client: Option<IpAddr>,
    ) -> Result<Checked, VerifyError> {
        let hasher = self.hasher.for_log_in(username, client.map(network_of));
        match self.check_once(username, password, hasher).await? {
            // The hash was replaced after it was read: the password may have changed.
            Checked::Superseded(_) => self.check_once(username, password, hasher).await,
            checked => Ok(checked),
        }
    }

    async fn check_once(
        &self,
        username: &str,
        password: &Password,
        hasher: HasherFor<'_>,
    ) -> Result<Checked, VerifyError> {
        let looked_up_at = self.clock.now();
        let found = self.accounts.find_by_name(username.to_owned()).await?;
        let record = match found {
            Some(record) if record.account.is_active => record,
            other => {
                // As slow as a wrong password: the duration must not show whether the account exists.
                let _mismatch = hasher.verify_decoy(password).await?;
                return Ok(Checked::Refused(other.map(|record| record.account)));
            }
        };
        match hasher.verify(password, &record.password).await? {
            Verification::Match(upgrade) => {
                let state = RevocationCheck::state(&record);
                let PasswordRecord { account, password: hash, .. } = record;
                let mut logged_in = LoggedIn { account, password: hash, revoked: state, looked_up_at };
                if upgrade == Upgrade::Due && self.upgrades {
                    // First, or a change by another program would go unseen behind the new hash.
                    if self.note_log_in(&mut logged_in).await? == LoginRecord::Superseded {
                        return Ok(Checked::Superseded(Some(logged_in.account)));
                    }
                    let hash = logged_in.password.clone();
                    match self.rehash(&logged_in.account, password, hash, hasher).await {
                        Rehashed::As(new) => logged_in.password = new,
                        Rehashed::Superseded => return Ok(Checked::Superseded(Some(logged_in.account))),
                    }
                    let fingerprint = self.revocation_check.fingerprint(&logged_in.password);
                    logged_in.revoked = logged_in.revoked.rehash(Some(fingerprint));
                }
                Ok(Checked::Verified(Box::new(logged_in)))
            }
            Verification::Mismatch | Verification::Unusable | Verification::Unknown => {
                Ok(Checked::Refused(Some(record.account)))
            }
        }
    }

    /// As [`verify`](Self::verify), for a login that begins a session or a token family. Where the password was changed or
    /// tokens were revoked meanwhile, it is verified again.
    pub async fn log_in(
        &self,
        username: &str,
        password: &Password,
        client: Option<IpAddr>,
    ) -> Result<CredentialOutcome<LoggedIn>, VerifyError> {
        for _ in 0..2 {
            match self.verify(username, password, client).await? {
                CredentialOutcome::Verified(mut logged_in) => match self.note_log_in(&mut logged_in).await? {
                    LoginRecord::Recorded => return Ok(CredentialOutcome::Verified(logged_in)),
                    LoginRecord::Superseded => {}
                },
                refused => return Ok(refused),
            }
        }
        Ok(CredentialOutcome::Refused)
    }

    /// Records the password's fingerprint where it is not known yet, or another program changed the password: then everything
    /// issued before is revoked. For logins that begin a session or a token family; a user name and a password in every
    /// request begin nothing.
    async fn note_log_in(&self, logged_in: &mut LoggedIn) -> Result<LoginRecord, VerifyError> {
        let LoggedIn { account, password, revoked: state, looked_up_at } = &*logged_in;
        let (state, account) = (*state, account.id);
        let fingerprint = self.revocation_check.fingerprint(password);
        if state.known_password == Some(fingerprint) {
            return Ok(LoginRecord::Recorded);
        }
        let (hash, before) = (password.clone(), state.revoked_before);
        match self.revocations.record_log_in(account, hash, fingerprint, before, *looked_up_at).await {
            Ok(LoginRecorded::Outdated) => Ok(LoginRecord::Superseded),
            Ok(LoginRecorded::ValidFrom(revoked_before)) => {
                if revoked_before != before {
                    tracing::info!(account, "all tokens revoked: password changed by another program");
                }
                logged_in.revoked = RevocationState { revoked_before, known_password: Some(fingerprint) };
                Ok(LoginRecord::Recorded)
            }
            // Nothing was known, so nothing has to end.
            Err(error) if state.known_password.is_none() => {
                tracing::warn!(account, reason = causes(&error), "password fingerprint not recorded");
                Ok(LoginRecord::Recorded)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Hashes the password again, in the preferred scheme. The login succeeds also where this fails.
    async fn rehash(
        &self,
        account: &Account,
        password: &Password,
        old: String,
        hasher: HasherFor<'_>,
    ) -> Rehashed {
        let written = match hasher.hash(password).await {
            Ok(new) => {
                let fingerprint = Some(self.revocation_check.fingerprint(&new));
                let change = PasswordChange { from: Some(old.clone()), to: new.clone(), fingerprint };
                match self.revocations.rehash_password(account.id, change).await {
                    Ok(true) => return Rehashed::As(new),
                    Ok(false) => return Rehashed::Superseded,
                    Err(error) => causes(&error),
                }
            }
            Err(error) => error.to_string(),
        };
        tracing::warn!(account = account.id, reason = written, "password rehash failed");
        Rehashed::As(old)
    }
}

/// The result of verifying a password.
enum Checked {
    Verified(Box<LoggedIn>),
    /// The account where there is one.
    Refused(Option<Account>),
    /// It was right, but the hash was replaced meanwhile.
    Superseded(Option<Account>),
}

/// The result of a rehash.
enum Rehashed {
    /// The account has this hash: the new one, or still the old.
    As(String),
    /// The password was changed meanwhile.
    Superseded,
}

impl CredentialStore for Credentials {
    type User = Identity;

    async fn verify(
        &self,
        username: String,
        password: Password,
        client: Option<IpAddr>,
    ) -> Result<CredentialOutcome<Identity>, StoreError> {
        Ok(match Self::verify(self, &username, &password, client).await? {
            CredentialOutcome::Verified(LoggedIn { account, .. }) => {
                CredentialOutcome::Verified(Identity::Resolved(Caller { account, by: AuthMethod::Password }))
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
        let unavailable = || VerifyError::Store(StoreError::Unavailable("no route to host".into()));
        for (error, reason) in [
            (unavailable as fn() -> VerifyError, "the store is unavailable: no route to host"),
            (|| VerifyError::Busy(Busy), "too many passwords are waiting to be hashed"),
        ] {
            let Failure::Unavailable { reason: direct, .. } = Failure::from(error()) else {
                panic!("{reason}")
            };
            assert_eq!(direct, reason);
            let by_chain = StoreError::from(error());
            assert!(matches!(by_chain, StoreError::Unavailable(_)), "{by_chain:?}");
            let by_chain = causes(&by_chain);
            assert!(by_chain.ends_with(reason), "{by_chain}");
            assert_eq!(by_chain.matches("the store is unavailable").count(), 1, "{by_chain}");
        }
        let full = || VerifyError::Store(StoreError::Full("no space left".into()));
        assert!(matches!(Failure::from(full()), Failure::Full { .. }));
        assert_eq!(causes(&StoreError::from(full())), "the store is full: no space left");
    }
}
