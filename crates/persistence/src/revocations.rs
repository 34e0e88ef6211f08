//! What was revoked of accounts, as rows and queries.

use std::time::Instant;

use diesel::prelude::*;
use diesel::query_dsl::methods;
use presspass_auth::revocation::{Noted, PasswordChange, RevocationState, RevocationStore, TokenId};
use presspass_auth::sessions::Fingerprint;
use presspass_auth::{BoxFuture, StoreError};
use time::OffsetDateTime;

use crate::admin::Sql;
use crate::columns::Key;
use crate::connection::{Connection, Raw, on_engine};
use crate::database::Database;
use crate::error::Error;
use crate::schema::{auth_user, presspass_revocation, presspass_revoked_token};

/// An account with more names of revoked families than this, two for each, has all its tokens revoked in place of them:
/// what it costs us has an end.
const MOST_NAMES: i64 = 20_000;

/// Revocations in a database. They go with their accounts.
#[derive(Debug, Clone)]
pub struct Revocations(Database);

impl Revocations {
    /// The revocations of this database.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self(database)
    }
}

/// Whether one of these names of a token is among those that the account has revoked: a part of the statement that
/// fetches the account. Each is looked for separately: of both in one condition `SQLite` makes a list, and for that a
/// table, at every read.
#[diesel::dsl::auto_type(no_type_alias)]
pub(crate) fn is_listed<'t>(account_id: Key, names: &'t [[u8; 32]; 2]) -> _ {
    let first: &'t [u8] = &names[0];
    let second: &'t [u8] = &names[1];
    diesel::dsl::exists(
        presspass_revoked_token::table
            .filter(presspass_revoked_token::account_id.eq(account_id))
            .filter(presspass_revoked_token::line.eq(first)),
    )
    .or(diesel::dsl::exists(
        presspass_revoked_token::table
            .filter(presspass_revoked_token::account_id.eq(account_id))
            .filter(presspass_revoked_token::line.eq(second)),
    ))
}

/// What is kept of an account.
struct Kept {
    revoked_before: Option<i64>,
    known_password: Option<Vec<u8>>,
}

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

/// What is kept of an account that is locked.
fn kept(connection: &mut Connection, account_id: i64) -> Result<Kept, Error> {
    let row = presspass_revocation::table
        .filter(presspass_revocation::account_id.eq(Key(account_id)))
        .select((presspass_revocation::revoked_before, presspass_revocation::known_password));
    let row: Option<(Option<i64>, Option<Vec<u8>>)> =
        on_engine!(connection, raw => row.get_result(raw).optional())?;
    let (revoked_before, known_password) = row.unwrap_or_default();
    Ok(Kept { revoked_before, known_password })
}

fn keep(connection: &mut Connection, account_id: i64, kept: &Kept) -> Result<(), Error> {
    let values = (
        presspass_revocation::revoked_before.eq(kept.revoked_before),
        presspass_revocation::known_password.eq(kept.known_password.as_deref()),
    );
    on_engine!(connection, raw => diesel::insert_into(presspass_revocation::table)
        .values((presspass_revocation::account_id.eq(Key(account_id)), values))
        .on_conflict(presspass_revocation::account_id)
        .do_update()
        .set(values)
        .execute(raw))?;
    Ok(())
}

/// Revokes all tokens of an account that is locked.
pub(crate) fn revoke_all(
    connection: &mut Connection,
    account_id: i64,
    now: OffsetDateTime,
) -> Result<i64, Error> {
    let mut kept = kept(connection, account_id)?;
    let timestamp = RevocationState::revoking_all(kept.revoked_before, now);
    kept.revoked_before = Some(timestamp);
    keep(connection, account_id, &kept)?;
    Ok(timestamp)
}

/// Revokes all tokens of an account; `None` where there is no such account.
pub(crate) fn end_all(
    connection: &mut Connection,
    account_id: i64,
    now: OffsetDateTime,
) -> Result<Option<i64>, Error> {
    if lock_account(connection, account_id)?.is_none() {
        return Ok(None);
    }
    revoke_all(connection, account_id, now).map(Some)
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
        revoke_all(connection, account_id, now)?;
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

fn bytes(fingerprint: Option<Fingerprint>) -> Option<Vec<u8>> {
    fingerprint.map(|fingerprint| fingerprint.as_bytes().to_vec())
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
    let timestamp = RevocationState::revoking_all(kept(connection, account_id)?.revoked_before, now);
    let known_password = bytes(change.fingerprint);
    keep(connection, account_id, &Kept { revoked_before: Some(timestamp), known_password })?;
    Ok(Some(timestamp))
}

fn rehash_password(
    connection: &mut Connection,
    account_id: i64,
    change: &PasswordChange,
) -> Result<bool, Error> {
    if !set_password(connection, account_id, change)? {
        return Ok(false);
    }
    let known_password = bytes(change.fingerprint);
    let kept = Kept { known_password, ..kept(connection, account_id)? };
    keep(connection, account_id, &kept)?;
    Ok(true)
}

fn note_log_in(
    connection: &mut Connection,
    account_id: i64,
    password: &str,
    fingerprint: Fingerprint,
    seen_before: Option<i64>,
    now: OffsetDateTime,
) -> Result<Noted, Error> {
    let is_there = lock_account(connection, account_id)?.is_some_and(|current| current == password);
    let Kept { mut revoked_before, known_password } = kept(connection, account_id)?;
    let seen = fingerprint.as_bytes().as_slice();
    if !is_there || revoked_before != seen_before {
        return Ok(Noted::Overtaken);
    }
    if known_password.as_deref() == Some(seen) {
        return Ok(Noted::Kept(revoked_before));
    }
    if known_password.is_some() {
        revoked_before = Some(RevocationState::revoking_all(revoked_before, now));
    }
    let known_password = Some(seen.to_vec());
    keep(connection, account_id, &Kept { revoked_before, known_password })?;
    Ok(Noted::Kept(revoked_before))
}

fn sweep(connection: &mut Connection, now: i64, limit: i64) -> Result<usize, Error> {
    let over = Sql::new("expires_at < ").number(now);
    crate::sweep::sweep(connection, ("presspass_revoked_token", "(account_id, line)"), over, limit)
}

impl RevocationStore for Revocations {
    fn revoke(
        &self,
        account_id: i64,
        names: Vec<TokenId>,
        keep_until: i64,
        now: OffsetDateTime,
    ) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            let work =
                move |connection: &mut Connection| revoke(connection, account_id, &names, keep_until, now);
            Ok(self.0.write(work).await?)
        })
    }

    fn keep_families(&self, account_id: i64, until: i64) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            let work = move |connection: &mut Connection| keep_families(connection, account_id, until);
            Ok(self.0.write(work).await?)
        })
    }

    fn revoke_all(
        &self,
        account_id: i64,
        now: OffsetDateTime,
    ) -> BoxFuture<'_, Result<Option<i64>, StoreError>> {
        Box::pin(
            async move { Ok(self.0.write(move |connection| end_all(connection, account_id, now)).await?) },
        )
    }

    fn change_password(
        &self,
        account_id: i64,
        change: PasswordChange,
        now: OffsetDateTime,
    ) -> BoxFuture<'_, Result<Option<i64>, StoreError>> {
        Box::pin(async move {
            let asked = Instant::now();
            let work =
                move |connection: &mut Connection| change_password(connection, account_id, &change, now);
            let Some(timestamp) = self.0.write(work).await? else { return Ok(None) };
            // Who read the old hash before the commit dates what they issue at most with the second of the commit. Where
            // that is not before the timestamp that was kept, as the write had to wait, a later one is.
            let committed = now + asked.elapsed();
            if committed.unix_timestamp() < timestamp {
                return Ok(Some(timestamp));
            }
            let again = self.0.write(move |connection| end_all(connection, account_id, committed));
            // The password is changed, whatever becomes of this.
            Ok(Some(again.await.ok().flatten().unwrap_or(timestamp)))
        })
    }

    fn rehash_password(
        &self,
        account_id: i64,
        change: PasswordChange,
    ) -> BoxFuture<'_, Result<bool, StoreError>> {
        Box::pin(async move {
            let work = move |connection: &mut Connection| rehash_password(connection, account_id, &change);
            Ok(self.0.write(work).await?)
        })
    }

    fn note_log_in(
        &self,
        account_id: i64,
        password: String,
        fingerprint: Fingerprint,
        revoked_before: Option<i64>,
        now: OffsetDateTime,
    ) -> BoxFuture<'_, Result<Noted, StoreError>> {
        Box::pin(async move {
            let noted = self.0.write(move |connection| {
                note_log_in(connection, account_id, &password, fingerprint, revoked_before, now)
            });
            Ok(noted.await?)
        })
    }

    fn sweep(&self, now: OffsetDateTime, limit: u32) -> BoxFuture<'_, Result<u64, StoreError>> {
        Box::pin(async move {
            let swept =
                self.0.write_once(move |connection| sweep(connection, now.unix_timestamp(), limit.into()));
            Ok(u64::try_from(swept.await?).unwrap_or(u64::MAX))
        })
    }
}
