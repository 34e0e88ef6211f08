//! Revocations of tokens, and the passwords whose change revokes them. The rules are
//! [`RevocationState`]'s: it is loaded, changed and stored in one transaction, while the account is locked.

use std::fmt;
use std::time::Instant;

use diesel::prelude::*;
use diesel::query_dsl::methods;
use presspass_auth::StoreError;
use presspass_auth::revocation::{RevocationState, TokenId};
use presspass_auth::sessions::Fingerprint;
use time::OffsetDateTime;

use crate::accounts::RevocationRow;
use crate::columns::Key;
use crate::connection::{Connection, Raw, on_engine};
use crate::database::Database;
use crate::error::Error;
use crate::schema::{auth_user, presspass_revocation, presspass_revoked_token};
use crate::sql::Sql;

/// An account with more names of revoked families than this, two for each, has all its tokens revoked in place of them:
/// what it costs us has an end.
const MOST_NAMES: i64 = 20_000;

/// A password that replaces another.
#[derive(Clone)]
pub struct PasswordChange {
    /// The encoded hash that must be the current one; `None` if any may be replaced.
    pub from: Option<String>,
    /// The encoded hash that replaces it.
    pub to: String,
    /// The fingerprint of the new hash; `None` if the secret is not known, so that the next login records it.
    pub fingerprint: Option<Fingerprint>,
}

impl fmt::Debug for PasswordChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordChange(hidden)")
    }
}

/// The result of recording a login.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoginRecorded {
    /// Tokens are valid that are issued from this time on, in seconds since 1970; `None` if none were revoked.
    ValidFrom(Option<i64>),
    /// The password was changed, or tokens were revoked, while the password was being verified: it has to be verified
    /// again.
    Outdated,
}

/// The revocations in a database. They are deleted with their accounts.
#[derive(Debug, Clone)]
pub struct Revocations(Database);

/// Locks an account until the transaction ends, against changes of its password and of what is revoked of it. Gives
/// its password's hash; `None` where there is none with this id.
fn lock_account(connection: &mut Connection, account_id: i64) -> Result<Option<String>, Error> {
    let password = auth_user::table.filter(auth_user::id.eq(Key(account_id))).select(auth_user::password);
    Ok(match &mut connection.raw {
        // The transaction holds the only write lock.
        Raw::Sqlite(raw) => password.get_result(raw).optional()?,
        Raw::Postgresql(raw) => password.for_no_key_update().get_result(raw).optional()?,
    })
}

/// The state of an account that is locked.
fn load(connection: &mut Connection, account_id: i64) -> Result<RevocationState, Error> {
    let row = on_engine!(connection, raw => presspass_revocation::table
        .filter(presspass_revocation::account_id.eq(Key(account_id)))
        .select(RevocationRow::as_select())
        .get_result::<RevocationRow>(raw)
        .optional())?;
    row.map_or_else(|| Ok(RevocationState::default()), RevocationRow::state)
}

fn store(connection: &mut Connection, account_id: i64, state: &RevocationState) -> Result<(), Error> {
    let values = (
        presspass_revocation::revoked_before.eq(state.revoked_before),
        presspass_revocation::known_password
            .eq(state.known_password.as_ref().map(|known| known.as_bytes().as_slice())),
    );
    on_engine!(connection, raw => diesel::insert_into(presspass_revocation::table)
        .values((presspass_revocation::account_id.eq(Key(account_id)), values))
        .on_conflict(presspass_revocation::account_id)
        .do_update()
        .set(values)
        .execute(raw))?;
    Ok(())
}

/// Applies a transition to an account that is locked. Returns from when on tokens are valid.
fn apply(
    connection: &mut Connection,
    account_id: i64,
    transition: impl FnOnce(RevocationState) -> RevocationState,
) -> Result<Option<i64>, Error> {
    let state = transition(load(connection, account_id)?);
    store(connection, account_id, &state)?;
    Ok(state.revoked_before)
}

/// Revokes all tokens of an account. Returns from when on tokens are valid; `None` if there is no such account.
pub(crate) fn revoke_all(
    connection: &mut Connection,
    account_id: i64,
    now: OffsetDateTime,
) -> Result<Option<i64>, Error> {
    if lock_account(connection, account_id)?.is_none() {
        return Ok(None);
    }
    apply(connection, account_id, |state| state.revoke_all(now))
}

fn revoke(
    connection: &mut Connection,
    account_id: i64,
    names: &[TokenId],
    keep_until: i64,
    now: OffsetDateTime,
) -> Result<(), Error> {
    if lock_account(connection, account_id)?.is_none() {
        return Ok(());
    }
    let keep_until =
        families_until(connection, account_id)?.map_or(keep_until, |until| until.max(keep_until));
    for name in names {
        // One that is revoked once more, by a token that is good for longer, is kept for longer.
        on_engine!(connection, raw => {
            let kept = diesel::insert_into(presspass_revoked_token::table)
                .values((
                    presspass_revoked_token::account_id.eq(Key(account_id)),
                    presspass_revoked_token::line.eq(name.as_bytes().as_slice()),
                    presspass_revoked_token::expires_at.eq(keep_until),
                ))
                .on_conflict((presspass_revoked_token::account_id, presspass_revoked_token::line))
                .do_update()
                .set(presspass_revoked_token::expires_at.eq(keep_until));
            methods::FilterDsl::filter(kept, presspass_revoked_token::expires_at.lt(keep_until)).execute(raw)
        })?;
    }
    let of_account =
        presspass_revoked_token::table.filter(presspass_revoked_token::account_id.eq(Key(account_id)));
    let kept: i64 = on_engine!(connection, raw => of_account.count().get_result(raw))?;
    if kept > MOST_NAMES {
        apply(connection, account_id, |state| state.revoke_all(now))?;
        on_engine!(connection, raw => diesel::delete(of_account).execute(raw))?;
    }
    Ok(())
}

/// Until when families of an account are kept at least, where a token was refreshed that outlives its own.
fn families_until(connection: &mut Connection, account_id: i64) -> Result<Option<i64>, Error> {
    let row = presspass_revocation::table
        .filter(presspass_revocation::account_id.eq(Key(account_id)))
        .select(presspass_revocation::lines_until);
    let until: Option<Option<i64>> = on_engine!(connection, raw => row.get_result(raw).optional())?;
    Ok(until.flatten())
}

fn keep_families(connection: &mut Connection, account_id: i64, until: i64) -> Result<(), Error> {
    if lock_account(connection, account_id)?.is_none() {
        return Ok(());
    }
    let until = families_until(connection, account_id)?.map_or(until, |before| before.max(until));
    let values =
        (presspass_revocation::account_id.eq(Key(account_id)), presspass_revocation::lines_until.eq(until));
    on_engine!(connection, raw => diesel::insert_into(presspass_revocation::table)
        .values(values)
        .on_conflict(presspass_revocation::account_id)
        .do_update()
        .set(presspass_revocation::lines_until.eq(until))
        .execute(raw))?;
    Ok(())
}

fn set_password(
    connection: &mut Connection,
    account_id: i64,
    PasswordChange { from, to, fingerprint: _ }: &PasswordChange,
) -> Result<bool, Error> {
    match lock_account(connection, account_id)? {
        None => return Ok(false),
        Some(password) if from.as_ref().is_some_and(|from| *from != password) => return Ok(false),
        Some(_) => {}
    }
    let update = diesel::update(auth_user::table)
        .filter(auth_user::id.eq(Key(account_id)))
        .set(auth_user::password.eq(to));
    Ok(on_engine!(connection, raw => update.execute(raw))? > 0)
}

fn change_password(
    connection: &mut Connection,
    account_id: i64,
    change: &PasswordChange,
    now: OffsetDateTime,
) -> Result<Option<i64>, Error> {
    if !set_password(connection, account_id, change)? {
        return Ok(None);
    }
    apply(connection, account_id, |state| state.change_password(change.fingerprint, now))
}

fn rehash_password(
    connection: &mut Connection,
    account_id: i64,
    change: &PasswordChange,
) -> Result<bool, Error> {
    let is_set = set_password(connection, account_id, change)?;
    if is_set {
        apply(connection, account_id, |state| state.rehash(change.fingerprint))?;
    }
    Ok(is_set)
}

fn record_log_in(
    connection: &mut Connection,
    account_id: i64,
    password: &str,
    fingerprint: Fingerprint,
    seen_before: Option<i64>,
    now: OffsetDateTime,
) -> Result<LoginRecorded, Error> {
    let is_current = lock_account(connection, account_id)?.is_some_and(|current| current == password);
    let before = load(connection, account_id)?;
    if !is_current || before.revoked_before != seen_before {
        return Ok(LoginRecorded::Outdated);
    }
    let after = before.log_in(fingerprint, now);
    if after != before {
        store(connection, account_id, &after)?;
    }
    Ok(LoginRecorded::ValidFrom(after.revoked_before))
}

fn sweep(connection: &mut Connection, now: i64, limit: i64) -> Result<usize, Error> {
    let expired = Sql::new("expires_at < ").bind(now);
    crate::sweep::sweep(connection, ("presspass_revoked_token", "(account_id, line)"), expired, limit)
}

impl Revocations {
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self(database)
    }

    /// Revokes a token family by [its names](presspass_auth::revocation::TokenFacts::names_to_revoke). They are kept until
    /// `keep_until` (seconds since 1970), or longer if [`keep_families`](Self::keep_families) or an earlier revocation says
    /// so. An account that is missing is not an error.
    pub async fn revoke(
        &self,
        account_id: i64,
        names: Vec<TokenId>,
        keep_until: i64,
        now: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let work = move |connection: &mut Connection| revoke(connection, account_id, &names, keep_until, now);
        Ok(self.0.write(work).await?)
    }

    /// Records, before anything is refreshed from it, that a token
    /// [outlives its family](presspass_auth::revocation::TokenFacts::outlives_family): every family of the account that is
    /// revoked from now on is kept until `until` (seconds since 1970) at least. Otherwise a caller that revokes the family
    /// by another token, who does not know this one, would leave it valid again once the family is forgotten.
    pub async fn keep_families(&self, account_id: i64, until: i64) -> Result<(), StoreError> {
        let work = move |connection: &mut Connection| keep_families(connection, account_id, until);
        Ok(self.0.write(work).await?)
    }

    /// Revokes all tokens of an account. Returns from when on tokens are valid, in seconds since 1970; `None` if there is
    /// no such account.
    pub async fn revoke_all(&self, account_id: i64, now: OffsetDateTime) -> Result<Option<i64>, StoreError> {
        Ok(self.0.write(move |connection| revoke_all(connection, account_id, now)).await?)
    }

    /// Replaces a password and revokes all tokens of its account. Returns from when on tokens are valid, in seconds since
    /// 1970; `None` if nothing was changed, because the password is not [`from`](PasswordChange::from) any more or there is
    /// no such account.
    pub async fn change_password(
        &self,
        account_id: i64,
        change: PasswordChange,
        now: OffsetDateTime,
    ) -> Result<Option<i64>, StoreError> {
        let started = Instant::now();
        let work = move |connection: &mut Connection| change_password(connection, account_id, &change, now);
        let Some(valid_from) = self.0.write(work).await? else { return Ok(None) };
        // A login that read the old hash before the commit dates its token with the second of the commit at the latest.
        // If that is not before `valid_from`, because the write had to wait, all tokens are revoked once more.
        let committed = now + started.elapsed();
        if committed.unix_timestamp() < valid_from {
            return Ok(Some(valid_from));
        }
        let again = self.0.write(move |connection| revoke_all(connection, account_id, committed));
        // The password is changed, whatever the result of this.
        Ok(Some(again.await.ok().flatten().unwrap_or(valid_from)))
    }

    /// Stores the same password under another hash, which revokes nothing. Returns whether the hash was still
    /// [`from`](PasswordChange::from).
    pub async fn rehash_password(&self, account_id: i64, change: PasswordChange) -> Result<bool, StoreError> {
        let work = move |connection: &mut Connection| rehash_password(connection, account_id, &change);
        Ok(self.0.write(work).await?)
    }

    /// Records a login with the password that has this hash and this fingerprint: if another program changed the
    /// password, the tokens that were issued before are revoked. `revoked_before` is what was read with the hash that was
    /// verified.
    pub async fn record_log_in(
        &self,
        account_id: i64,
        password: String,
        fingerprint: Fingerprint,
        revoked_before: Option<i64>,
        now: OffsetDateTime,
    ) -> Result<LoginRecorded, StoreError> {
        let recorded = self.0.write(move |connection| {
            record_log_in(connection, account_id, &password, fingerprint, revoked_before, now)
        });
        Ok(recorded.await?)
    }

    /// Deletes names of revoked families, at most `limit`, none of whose tokens can be valid at `now`. Returns how many.
    pub async fn sweep(&self, now: OffsetDateTime, limit: u32) -> Result<u64, StoreError> {
        let swept =
            self.0.write_once(move |connection| sweep(connection, now.unix_timestamp(), limit.into()));
        Ok(u64::try_from(swept.await?).unwrap_or(u64::MAX))
    }
}
