//! The account of a token, with its revocations, and what is read beside it: the look-up of nearly every request.

use std::ops::ControlFlow;
use std::sync::LazyLock;

use diesel::deserialize;
use diesel::row::Row;
use presspass_domain::{Account, AccountClaim, ClaimedAccount, PasswordRecord};

use super::cannot_exist;
use crate::connection::Connection;
use crate::error::Error;
use crate::sql::{Bind, Datum, Decodes, RowSink, Sql, datum, for_each_row};

/// How many columns are the account's.
const COLUMNS: usize = 10;

static STATEMENT: LazyLock<Sql> = LazyLock::new(|| claimed_statement(Sql::default(), Sql::default()));

/// The account of a claim, active or not, its revocations, and whether the token is revoked; with further columns (`, …`) of
/// tables that are joined (` LEFT JOIN …`). Its parameters are the token's ids, those of the joins, and id and name of the account.
///
/// Each of a token's ids is looked for separately: of both in one condition `SQLite` makes a list, and for that a table, at
/// every read. No LIMIT is bound, which `SQLite` would plan anew.
pub(crate) fn claimed_statement(columns: Sql, joins: Sql) -> Sql {
    Sql::new(
        "SELECT auth_user.id, auth_user.username, auth_user.email, auth_user.is_staff, auth_user.is_superuser,
            auth_user.is_active, auth_user.password, presspass_revocation.revoked_before,
            presspass_revocation.known_password,
            (EXISTS (SELECT 1 FROM presspass_revoked_token AS r WHERE r.account_id = auth_user.id AND r.line = ",
    )
    .parameter()
    .push(") OR EXISTS (SELECT 1 FROM presspass_revoked_token AS r WHERE r.account_id = auth_user.id AND r.line = ")
    .parameter()
    .push("))")
    .append(columns)
    .push(" FROM auth_user LEFT JOIN presspass_revocation ON presspass_revocation.account_id = auth_user.id")
    .append(joins)
    .push(" WHERE auth_user.id = ")
    .parameter()
    .push(" AND auth_user.username = ")
    .parameter()
    .kept()
}

/// The account of a claim, active or not, and its revocations: in one statement.
pub(crate) fn claimed(
    connection: &mut Connection,
    claim: &AccountClaim,
) -> Result<Option<ClaimedAccount>, Error> {
    claimed_with(connection, claim, &STATEMENT, None, &mut NoColumns)
}

/// The same by a statement with further columns, which the sink receives.
pub(crate) fn claimed_with(
    connection: &mut Connection,
    claim: &AccountClaim,
    statement: &Sql,
    of_joins: Option<Bind>,
    sink: &mut impl RowSink,
) -> Result<Option<ClaimedAccount>, Error> {
    let AccountClaim { key, token_ids } = claim;
    if cannot_exist(&key.username) {
        return Ok(None);
    }
    let token_ids = token_ids.iter().map(|id| Bind::from(id.as_slice()));
    let account = [Bind::from(key.id), Bind::from(key.username.as_str())];
    let statement = statement.filled(token_ids.chain(of_joins).chain(account));
    let mut sink = ClaimedSink { account: None, further: sink };
    let _ = for_each_row(connection, statement, &mut sink)?;
    Ok(sink.account)
}

struct NoColumns;

impl RowSink for NoColumns {
    fn row<'a, DB: Decodes, R: Row<'a, DB>>(&mut self, _: &R) -> deserialize::Result<ControlFlow<()>> {
        Ok(ControlFlow::Continue(()))
    }
}

struct ClaimedSink<'s, S> {
    account: Option<ClaimedAccount>,
    further: &'s mut S,
}

impl<S: RowSink> RowSink for ClaimedSink<'_, S> {
    fn row<'a, DB: Decodes, R: Row<'a, DB>>(&mut self, row: &R) -> deserialize::Result<ControlFlow<()>> {
        self.account = Some(ClaimedAccount {
            record: PasswordRecord {
                account: Account {
                    id: datum(row, 0, |value| integer(&value))?,
                    username: datum(row, 1, |value| text(&value))?,
                    email: datum(row, 2, |value| text(&value))?,
                    is_staff: datum(row, 3, |value| flag(&value))?,
                    is_superuser: datum(row, 4, |value| flag(&value))?,
                    is_active: datum(row, 5, |value| flag(&value))?,
                },
                password: datum(row, 6, |value| text(&value))?,
                revoked_before: datum(row, 7, |value| optional(&value, integer))?,
                known_password: datum(row, 8, |value| optional(&value, digest))?,
            },
            is_listed: datum(row, 9, |value| flag(&value))?,
        });
        self.further.row(&row.partial_row(COLUMNS..row.field_count()))
    }
}

fn optional<T>(
    value: &Datum<'_>,
    read: impl FnOnce(&Datum<'_>) -> deserialize::Result<T>,
) -> deserialize::Result<Option<T>> {
    if *value == Datum::Null { Ok(None) } else { read(value).map(Some) }
}

fn integer(value: &Datum<'_>) -> deserialize::Result<i64> {
    match value {
        Datum::Integer(number) => Ok(*number),
        _ => Err("a column that should hold a number holds something else".into()),
    }
}

/// A text column of `SQLite` may hold a number.
fn text(value: &Datum<'_>) -> deserialize::Result<String> {
    match value {
        Datum::Text(text) => Ok((*text).to_owned()),
        Datum::Integer(number) => Ok(number.to_string()),
        _ => Err("a column that should hold a text holds something else".into()),
    }
}

/// `SQLite` has no booleans.
fn flag(value: &Datum<'_>) -> deserialize::Result<bool> {
    match value {
        Datum::Flag(flag) => Ok(*flag),
        Datum::Integer(number) => Ok(*number != 0),
        _ => Err("a column that should hold a boolean holds something else".into()),
    }
}

fn digest(value: &Datum<'_>) -> deserialize::Result<[u8; 32]> {
    match value {
        Datum::Bytes(bytes) => Ok((*bytes).try_into().map_err(|_| "presspass_revocation: not 32 bytes")?),
        _ => Err("presspass_revocation: no bytes".into()),
    }
}
