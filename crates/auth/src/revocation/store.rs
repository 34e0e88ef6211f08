//! Where it is kept what was revoked.

use std::fmt;

use time::OffsetDateTime;

use super::TokenId;
use crate::sessions::Fingerprint;
use crate::store::{BoxFuture, StoreError};

#[cfg(doc)]
use super::RevocationState;

/// A password that takes the place of another.
#[derive(Clone)]
pub struct PasswordChange {
    /// The encoded hash that is to be replaced; `None` is whichever there is.
    pub from: Option<String>,
    /// The encoded hash that takes its place.
    pub to: String,
    /// The fingerprint of the new hash; `None` where the secret is not at hand: the next log-in notes it.
    pub fingerprint: Option<Fingerprint>,
}

impl fmt::Debug for PasswordChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordChange(hidden)")
    }
}

/// What came of taking note of a log-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noted {
    /// It is noted. Tokens are good from this moment on, in seconds since 1970; `None` is from ever.
    Kept(Option<i64>),
    /// The password was changed, or tokens were revoked, while the password was being verified: it has to be verified
    /// again.
    Overtaken,
}

/// Writes what was revoked of accounts, and the passwords whose change revokes. What tokens are held against is read by
/// whoever looks up their account; see [`RevocationState`].
///
/// All moments are in seconds since 1970, as tokens have them. Sessions are a
/// [`SessionStore`](crate::sessions::SessionStore)'s: a changed password ends them by their fingerprint, and
/// [`end_all`](crate::sessions::SessionStore::end_all) takes them away.
pub trait RevocationStore: fmt::Debug + Send + Sync {
    /// Revokes a token family of an account by [its names](super::TokenFacts::names_to_revoke); they are kept until
    /// `keep_until`, or longer where [`keep_families`](Self::keep_families) says so. One that is revoked already is kept until
    /// the later of both; an account that is gone is no error.
    ///
    /// # Errors
    /// Where the store cannot keep it.
    fn revoke(
        &self,
        account_id: i64,
        names: Vec<TokenId>,
        keep_until: i64,
        now: OffsetDateTime,
    ) -> BoxFuture<'_, Result<(), StoreError>>;

    /// Records, before anything is refreshed from it, that a token of an account
    /// [outlives its family](super::TokenFacts::outlives_family): every family that is revoked from now on is kept until
    /// `until` at least. A caller that revokes the family by another token of it does not know this one, which would be good
    /// again once the family is forgotten. It never goes back; an account that is gone is no error.
    ///
    /// # Errors
    /// Where the store cannot keep it.
    fn keep_families(&self, account_id: i64, until: i64) -> BoxFuture<'_, Result<(), StoreError>>;

    /// Revokes all tokens of an account, as [`RevocationState::revoke_all`]. Gives from when on tokens are good;
    /// `Ok(None)` where there is no such account.
    ///
    /// # Errors
    /// Where the store cannot keep it.
    fn revoke_all(
        &self,
        account_id: i64,
        now: OffsetDateTime,
    ) -> BoxFuture<'_, Result<Option<i64>, StoreError>>;

    /// Replaces a password and revokes all tokens of its account, as [`RevocationState::change_password`], in one
    /// transaction. Gives from when on tokens are good; `Ok(None)`, and nothing is done, where the password is not
    /// [`from`](PasswordChange::from) any more or there is no such account.
    ///
    /// # Errors
    /// Where the store cannot keep it; then nothing has changed.
    fn change_password(
        &self,
        account_id: i64,
        change: PasswordChange,
        now: OffsetDateTime,
    ) -> BoxFuture<'_, Result<Option<i64>, StoreError>>;

    /// Keeps the same password under another hash, as [`RevocationState::rehash`]: nothing ends. Gives whether the hash
    /// was still [`from`](PasswordChange::from).
    ///
    /// # Errors
    /// Where the store cannot keep it; then nothing has changed.
    fn rehash_password(
        &self,
        account_id: i64,
        change: PasswordChange,
    ) -> BoxFuture<'_, Result<bool, StoreError>>;

    /// Takes note of a log-in with the password that has this hash and this fingerprint, as
    /// [`RevocationState::log_in`]: a change by another program ends what was issued before. Does nothing where the hash is
    /// another by now, or tokens are good from another moment on than `revoked_before`, which stood beside the hash that
    /// was verified.
    ///
    /// # Errors
    /// Where the store cannot keep it.
    fn note_log_in(
        &self,
        account_id: i64,
        password: String,
        fingerprint: Fingerprint,
        revoked_before: Option<i64>,
        now: OffsetDateTime,
    ) -> BoxFuture<'_, Result<Noted, StoreError>>;

    /// Forgets names of revoked families, at most `limit`, none of whose tokens can be good at `now`. Returns how many.
    ///
    /// # Errors
    /// Where the store cannot answer.
    fn sweep(&self, now: OffsetDateTime, limit: u32) -> BoxFuture<'_, Result<u64, StoreError>>;
}
