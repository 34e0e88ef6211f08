//! Names and passwords, and what they cost to verify.

mod turns;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use presspass_auth::passwords::{Busy, Hasher, Password, Upgrade, Verification};
use presspass_auth::revocation::{Noted, PasswordChange, RevocationState, RevocationStore};
use presspass_auth::throttles::{Admission, LogInRates, LogInThrottle, Rate, network_of};
use presspass_auth::{BoxFuture, Clock, CredentialOutcome, CredentialStore, StoreError as AuthStoreError};
use presspass_domain::{Account, AccountStore, PasswordRecord, StoreError, Username};
use presspass_rest::{Failure, causes};
use time::OffsetDateTime;

use crate::app::failures;
use crate::identity::gate::{Caller, Known, Means};
use crate::identity::revocation::Judge;
use turns::Turns;

/// Verifies names and passwords. No connection is held while a hash is computed.
#[derive(Debug, Clone)]
pub(crate) struct Credentials {
    pub accounts: Arc<dyn AccountStore>,
    pub revocations: Arc<dyn RevocationStore>,
    pub judge: Judge,
    pub clock: Arc<dyn Clock>,
    pub hasher: Arc<Hasher>,
    pub upgrades: bool,
    /// `None` where log-ins are not throttled.
    pub throttle: Option<Arc<LogIns>>,
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

/// How a log-in stands once it was taken note of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Settled,
    /// The password was changed, or tokens were revoked, while it was being verified.
    Overtaken,
}

impl std::fmt::Debug for LoggedIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LoggedIn").field("account", &self.account).finish_non_exhaustive()
    }
}

/// So many log-ins of one address are under way at a time on this server, whether they are good or not: half of the
/// places where passwords wait for one thread to hash them. Nobody can take them all.
const MOST_AT_ONCE: usize = 4;

/// Counts log-ins that fail.
///
/// A log-in under way counts as failed until it is seen to be good: so no more than half of what may fail is under way at
/// a time on this server, and a client that sends many good ones at once is not taken for one that guesses.
#[derive(Debug)]
pub(crate) struct LogIns {
    counts: LogInThrottle,
    accounts: Turns,
    addresses: Turns,
}

impl LogIns {
    /// The counts, with the rates that they are held against; a log-in waits for its turn for as long as `patience`.
    pub fn new(counts: LogInThrottle, rates: LogInRates, patience: Duration) -> Self {
        let turns = |rate: Rate| {
            Turns::new(usize::try_from(rate.number() / 2).unwrap_or(MOST_AT_ONCE).min(MOST_AT_ONCE), patience)
        };
        Self { counts, accounts: turns(rates.account), addresses: turns(rates.address) }
    }
}

/// Why a name and a password could not be verified. It says nothing about the caller.
#[derive(Debug, thiserror::Error)]
pub(crate) enum VerifyError {
    /// The accounts could not be asked.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It could not be counted, and then nobody looks at the password; or it could not be noted that the password is
    /// another, and then no token would be good.
    #[error(transparent)]
    Note(#[from] AuthStoreError),
    /// Too many passwords wait already.
    #[error(transparent)]
    Busy(#[from] Busy),
}

impl From<VerifyError> for Failure {
    fn from(error: VerifyError) -> Self {
        match error {
            VerifyError::Store(error) => failures::store(error),
            VerifyError::Note(error) => error.into(),
            VerifyError::Busy(busy) => Self::unavailable(busy.to_string()),
        }
    }
}

impl From<VerifyError> for AuthStoreError {
    fn from(error: VerifyError) -> Self {
        match error {
            VerifyError::Store(error) => failures::auth_store(error),
            VerifyError::Note(error) => error,
            VerifyError::Busy(busy) => Self::Unavailable(busy.into()),
        }
    }
}

/// What of a name that was typed is logged: itself where it can be one, so at most 150 characters and none that would
/// be mistaken for another line; else nothing, for what was typed may be the password.
pub(crate) fn loggable_name(typed: &str) -> &str {
    // Longer than any name is: not worth the look at all of it.
    let fits = typed.chars().nth(Username::MAX_LENGTH).is_none();
    if fits && Username::parse(typed).is_ok() { typed } else { "(not a name)" }
}

impl Credentials {
    /// The account with this name, where it is active and the password is its own; nobody looks at the password where
    /// too many from this client were wrong.
    pub async fn verify(
        &self,
        username: &str,
        password: &Password,
        client: Option<IpAddr>,
    ) -> Result<CredentialOutcome<LoggedIn>, VerifyError> {
        let Some(throttle) = &self.throttle else {
            return Ok(match self.check(username, password).await? {
                Some(account) => CredentialOutcome::Verified(account),
                None => CredentialOutcome::Refused,
            });
        };
        // Names are looked up as they are; that several forms of one count together does no harm.
        let name = Username::parse(username);
        let name = name.as_ref().map_or(username, Username::as_str);
        let network = client.map(network_of);
        let _of_account = throttle.accounts.turn((name, network)).await.ok_or(Busy)?;
        let _of_address = throttle.addresses.turn(network).await.ok_or(Busy)?;
        let attempt = match throttle.counts.admit(name, client).await? {
            Admission::Admitted(attempt) => attempt,
            Admission::Throttled(counter, throttled) => {
                let username = loggable_name(username);
                tracing::info!(?username, ?counter, "log-in refused, as too many have failed");
                return Ok(CredentialOutcome::Throttled(throttled));
            }
        };
        let checked = self.check(username, password).await;
        let ended = match &checked {
            Ok(Some(_)) => attempt.succeeded().await,
            Ok(None) => {
                if let Some(counter) = attempt.failed() {
                    let username = loggable_name(username);
                    tracing::warn!(
                        ?username,
                        ?client,
                        ?counter,
                        "log-ins locked out, as too many have failed"
                    );
                }
                Ok(())
            }
            Err(_) => attempt.withdrawn().await,
        };
        if let Err(error) = ended {
            // It counts as failed, which does no harm: the caller has had an answer.
            tracing::warn!(reason = causes(&error), "a log-in that did not fail is counted as failed");
        }
        Ok(match checked? {
            Some(account) => CredentialOutcome::Verified(account),
            None => CredentialOutcome::Refused,
        })
    }

    async fn check(&self, username: &str, password: &Password) -> Result<Option<LoggedIn>, VerifyError> {
        match self.check_once(username, password).await? {
            Checked::Verified(logged_in) => Ok(Some(*logged_in)),
            Checked::Refused => Ok(None),
            // The hash that was verified is not the account's any more: the password may be another.
            Checked::Overtaken => Ok(match self.check_once(username, password).await? {
                Checked::Verified(logged_in) => Some(*logged_in),
                Checked::Refused | Checked::Overtaken => None,
            }),
        }
    }

    async fn check_once(&self, username: &str, password: &Password) -> Result<Checked, VerifyError> {
        let looked_up_at = self.clock.now();
        let found = self.accounts.find_by_name(username.to_owned()).await?;
        let Some(record) = found.filter(|found| found.account.is_active) else {
            // As long as a password that is wrong: whether the account exists must not be told by the clock.
            let _mismatch = self.hasher.verify_nobody(password).await?;
            return Ok(Checked::Refused);
        };
        match self.hasher.verify(password, &record.password).await? {
            Verification::Match(upgrade) => {
                let state = self.judge.state(&record);
                let PasswordRecord { account, password: hash, .. } = record;
                let mut logged_in = LoggedIn { account, password: hash, revoked: state, looked_up_at };
                if upgrade == Upgrade::Due && self.upgrades {
                    // First, or a change by another program would go unseen behind the new hash.
                    if self.note_log_in(&mut logged_in).await? == Standing::Overtaken {
                        return Ok(Checked::Overtaken);
                    }
                    let hash = logged_in.password.clone();
                    match self.rehash(&logged_in.account, password, hash).await {
                        Rehashed::As(new) => logged_in.password = new,
                        Rehashed::Overtaken => return Ok(Checked::Overtaken),
                    }
                    logged_in.revoked = logged_in.revoked.rehash(self.judge.fingerprint(&logged_in.password));
                }
                Ok(Checked::Verified(Box::new(logged_in)))
            }
            Verification::Mismatch | Verification::Unusable | Verification::Unknown => Ok(Checked::Refused),
        }
    }

    /// As [`verify`](Self::verify), for a log-in by which something begins: a session, or a line of tokens. Where the
    /// password was changed or tokens were revoked meanwhile, it is verified once more.
    pub async fn log_in(
        &self,
        username: &str,
        password: &Password,
        client: Option<IpAddr>,
    ) -> Result<CredentialOutcome<LoggedIn>, VerifyError> {
        for _ in 0..2 {
            match self.verify(username, password, client).await? {
                CredentialOutcome::Verified(mut logged_in) => match self.note_log_in(&mut logged_in).await? {
                    Standing::Settled => return Ok(CredentialOutcome::Verified(logged_in)),
                    Standing::Overtaken => {}
                },
                refused => return Ok(refused),
            }
        }
        Ok(CredentialOutcome::Refused)
    }

    /// Takes note of the password as it is, where it is not known yet or another program changed it: then it ends what
    /// was issued before. To be done for a log-in by which something begins, a session or a line of tokens; a name and a
    /// password that come with every request begin nothing.
    async fn note_log_in(&self, logged_in: &mut LoggedIn) -> Result<Standing, VerifyError> {
        let LoggedIn { account, password, revoked: state, looked_up_at } = &*logged_in;
        let (state, account) = (*state, account.id);
        let fingerprint = self.judge.fingerprint(password);
        if state.known_password() == Some(fingerprint) {
            return Ok(Standing::Settled);
        }
        let (hash, before) = (password.clone(), state.revoked_before());
        match self.revocations.note_log_in(account, hash, fingerprint, before, *looked_up_at).await {
            Ok(Noted::Overtaken) => Ok(Standing::Overtaken),
            Ok(Noted::Kept(revoked_before)) => {
                if revoked_before != state.revoked_before() {
                    tracing::info!(account, "all tokens ended: another program changed the password");
                }
                logged_in.revoked =
                    state.with_revoked_before(revoked_before).with_known_password(Some(fingerprint));
                Ok(Standing::Settled)
            }
            // Nothing was known, so nothing has to end.
            Err(error) if state.known_password().is_none() => {
                tracing::warn!(account, reason = causes(&error), "the password's fingerprint was not noted");
                Ok(Standing::Settled)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Writes the password anew in the preferred scheme. The log-in succeeds without it, too.
    async fn rehash(&self, account: &Account, password: &Password, old: String) -> Rehashed {
        let written = match self.hasher.hash(password).await {
            Ok(new) => {
                let fingerprint = Some(self.judge.fingerprint(&new));
                let change = PasswordChange { from: Some(old.clone()), to: new.clone(), fingerprint };
                match self.revocations.rehash_password(account.id, change).await {
                    Ok(true) => return Rehashed::As(new),
                    Ok(false) => return Rehashed::Overtaken,
                    Err(error) => causes(&error),
                }
            }
            Err(error) => error.to_string(),
        };
        tracing::warn!(account = account.id, reason = written, "the password's hash was not renewed");
        Rehashed::As(old)
    }
}

/// What came of holding a password against an account.
enum Checked {
    Verified(Box<LoggedIn>),
    Refused,
    /// It was right, and meanwhile the hash was replaced.
    Overtaken,
}

/// What came of writing a hash anew.
enum Rehashed {
    /// The account has this hash: the new one, or still the old.
    As(String),
    /// Somebody else was faster.
    Overtaken,
}

impl CredentialStore for Credentials {
    type User = Caller;

    fn verify(
        &self,
        username: String,
        password: Password,
        client: Option<IpAddr>,
    ) -> BoxFuture<'_, Result<CredentialOutcome<Caller>, AuthStoreError>> {
        Box::pin(async move {
            Ok(match Self::verify(self, &username, &password, client).await? {
                CredentialOutcome::Verified(LoggedIn { account, .. }) => {
                    CredentialOutcome::Verified(Caller::Known(Known { account, by: Means::Password }))
                }
                CredentialOutcome::Refused => {
                    tracing::info!(username = ?loggable_name(&username), "log-in by basic credentials failed");
                    CredentialOutcome::Refused
                }
                CredentialOutcome::Throttled(throttled) => CredentialOutcome::Throttled(throttled),
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_logged_where_it_can_be_a_name() {
        for name in ["ann", "jörg", "a@b.example", &"ä".repeat(150)] {
            assert_eq!(loggable_name(name), name);
        }
        for other in ["", "pass word", "Tr0ub4dor&3", "a\nb", &"a".repeat(151), "\u{200b}"] {
            assert_eq!(loggable_name(other), "(not a name)", "{other}");
        }
    }

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
            let by_chain = AuthStoreError::from(error());
            assert!(matches!(by_chain, AuthStoreError::Unavailable(_)), "{by_chain:?}");
            let by_chain = causes(&by_chain);
            assert!(by_chain.ends_with(reason), "{by_chain}");
            assert_eq!(by_chain.matches("the store is unavailable").count(), 1, "{by_chain}");
        }
        let full = || VerifyError::Store(StoreError::Full("no space left".into()));
        assert!(matches!(Failure::from(full()), Failure::Full { .. }));
        assert_eq!(causes(&AuthStoreError::from(full())), "the store is full: no space left");
    }
}
