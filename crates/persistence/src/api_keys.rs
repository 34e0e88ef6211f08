//! API keys: their table and the queries on it.

use diesel::prelude::*;
use diesel::{pg::Pg, sqlite::Sqlite};
use presspass_auth::api_keys::{
    ApiKeyBearer, ApiKeyDigest, ApiKeyName, ApiKeyRecord, ApiKeyStore, LegacyKey, Scopes,
};
use presspass_auth::{Resolution, StoreError};
use presspass_domain::{Account, Timestamp};
use time::OffsetDateTime;

use crate::accounts::AccountRow;
use crate::columns::{Instant, Key};
use crate::connection::{Connection, Raw, on_engine};
use crate::database::{Database, Length, only_row};
use crate::error::Error;
use crate::origin::has_table;
use crate::schema::{auth_user, authtoken_token, presspass_api_key};
use crate::sql::Sql;

/// A row of `presspass_api_key`, without its digest.
#[derive(Queryable, Selectable)]
#[diesel(table_name = presspass_api_key, check_for_backend(Sqlite, Pg))]
struct ApiKeyRow {
    id: Key,
    name: String,
    scopes: String,
    created_at: Instant,
    expires_at: Option<Instant>,
    last_used_at: Option<Instant>,
}

impl ApiKeyRow {
    fn read(self) -> Result<ListedApiKey, Error> {
        let Self { id, name, scopes, created_at, expires_at, last_used_at } = self;
        let unreadable = |what: &str| Error::Query(format!("presspass_api_key.{what} cannot be read"));
        let record = ApiKeyRecord {
            name: ApiKeyName::parse(&name).map_err(|_| unreadable("name"))?,
            scopes: scopes.parse::<Scopes>().map_err(|_| unreadable("scopes"))?,
            created_at: created_at.0.get(),
            expires_at: expires_at.map(|at| at.0.get()),
            last_used_at: last_used_at.map(|at| at.0.get()),
        };
        Ok(ListedApiKey { id: id.0, record })
    }
}

/// A key that is to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewApiKey {
    pub account_id: i64,
    pub digest: ApiKeyDigest,
    pub name: ApiKeyName,
    pub scopes: Scopes,
    pub created_at: OffsetDateTime,
    /// `None` if it never expires.
    pub expires_at: Option<OffsetDateTime>,
}

/// A key in a list. The secret is nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedApiKey {
    /// No other key ever has this number.
    pub id: i64,
    pub record: ApiKeyRecord,
}

/// The result of storing a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enrolled {
    /// It is stored, under this number.
    New(i64),
    /// The account has as many keys as it may have.
    TooMany,
    NoAccount,
}

/// The API keys in a database. They are deleted with their accounts.
#[derive(Debug, Clone)]
pub struct ApiKeys {
    database: Database,
    /// Whether the table of DRF's `authtoken` exists.
    has_legacy: bool,
}

impl ApiKeys {
    /// The keys of this database, with those of DRF's `authtoken` where its table exists. Blocks.
    pub fn open(database: Database) -> Result<Self, Error> {
        let has_legacy = database.now(|connection| has_table(connection, &["authtoken_token"]))?;
        Ok(Self { database, has_legacy })
    }

    /// Stores a new key, unless its account has `most` already.
    pub async fn enrol(&self, key: NewApiKey, most: u32) -> Result<Enrolled, StoreError> {
        Ok(self.database.write(move |connection| enrol(connection, &key, most)).await?)
    }

    /// The keys of an account, the newest first, including expired ones.
    pub async fn of_account(&self, account_id: i64) -> Result<Vec<ListedApiKey>, StoreError> {
        let rows = self.database.read(Length::Short, move |connection| {
            Ok(on_engine!(connection, raw => presspass_api_key::table
                .filter(presspass_api_key::account_id.eq(Key(account_id)))
                .order(presspass_api_key::id.desc())
                .select(ApiKeyRow::as_select())
                .load::<ApiKeyRow>(raw))?)
        });
        let keys: Result<Vec<_>, Error> = rows.await?.into_iter().map(ApiKeyRow::read).collect();
        Ok(keys?)
    }

    /// Revokes a key of an account. Returns whether the account had one with this number.
    pub async fn revoke(&self, account_id: i64, id: i64) -> Result<bool, StoreError> {
        let revoked = self.database.write_once(move |connection| revoke(connection, account_id, id));
        Ok(revoked.await? > 0)
    }

    /// Revokes all keys of an account. Returns how many.
    pub async fn revoke_all(&self, account_id: i64) -> Result<u64, StoreError> {
        let revoked = self.database.write_once(move |connection| revoke_all(connection, account_id));
        Ok(u64::try_from(revoked.await?).unwrap_or(u64::MAX))
    }

    /// Deletes keys, at most `limit`, that had expired at `before`. Returns how many.
    pub async fn sweep(&self, before: OffsetDateTime, limit: u32) -> Result<u64, StoreError> {
        let before = Instant(Timestamp::new(before));
        let swept = self.database.write_once(move |connection| sweep(connection, before, limit.into()));
        Ok(u64::try_from(swept.await?).unwrap_or(u64::MAX))
    }
}

fn resolution<T>(is_active: bool, found: T) -> Resolution<T> {
    if is_active { Resolution::Active(found) } else { Resolution::Disabled }
}

fn enrol(connection: &mut Connection, key: &NewApiKey, most: u32) -> Result<Enrolled, Error> {
    let account = auth_user::table.filter(auth_user::id.eq(Key(key.account_id))).select(auth_user::id);
    // Two keys that are created at once must not both be the last that is allowed.
    let account: Option<Key> = match &mut connection.raw {
        Raw::Sqlite(raw) => account.get_result(raw).optional()?,
        Raw::Postgresql(raw) => account.for_no_key_update().get_result(raw).optional()?,
    };
    if account.is_none() {
        return Ok(Enrolled::NoAccount);
    }
    let of_account = presspass_api_key::table.filter(presspass_api_key::account_id.eq(Key(key.account_id)));
    let count: i64 = on_engine!(connection, raw => of_account.count().get_result(raw))?;
    if count >= i64::from(most) {
        return Ok(Enrolled::TooMany);
    }
    let NewApiKey { account_id, digest, name, scopes, created_at, expires_at } = key;
    let values = (
        presspass_api_key::digest.eq(digest.as_bytes().as_slice()),
        presspass_api_key::account_id.eq(Key(*account_id)),
        presspass_api_key::name.eq(name.as_str()),
        presspass_api_key::scopes.eq(scopes.to_string()),
        presspass_api_key::created_at.eq(Instant(Timestamp::new(*created_at))),
        presspass_api_key::expires_at.eq(expires_at.map(|at| Instant(Timestamp::new(at)))),
    );
    let made = on_engine!(connection, raw => diesel::insert_into(presspass_api_key::table)
        .values(values)
        .returning(presspass_api_key::id)
        .load::<Key>(raw))?;
    let id = only_row(made).ok_or_else(|| Error::Query("nothing was inserted".to_owned()))?;
    Ok(Enrolled::New(id.0))
}

/// Returns how many.
pub(crate) fn revoke(connection: &mut Connection, account_id: i64, id: i64) -> Result<usize, Error> {
    let gone = diesel::delete(presspass_api_key::table)
        .filter(presspass_api_key::account_id.eq(Key(account_id)))
        .filter(presspass_api_key::id.eq(Key(id)));
    Ok(on_engine!(connection, raw => gone.execute(raw))?)
}

/// Returns how many.
pub(crate) fn revoke_all(connection: &mut Connection, account_id: i64) -> Result<usize, Error> {
    let gone =
        diesel::delete(presspass_api_key::table).filter(presspass_api_key::account_id.eq(Key(account_id)));
    Ok(on_engine!(connection, raw => gone.execute(raw))?)
}

fn sweep(connection: &mut Connection, before: Instant, limit: i64) -> Result<usize, Error> {
    let expired = Sql::new("expires_at <= ").bind(before.0);
    crate::sweep::sweep(connection, ("presspass_api_key", "id"), expired, limit)
}

impl ApiKeyStore for ApiKeys {
    type User = Account;

    async fn find(&self, digest: ApiKeyDigest) -> Result<Resolution<ApiKeyBearer<Account>>, StoreError> {
        let row = self.database.read(Length::Short, move |connection| {
            Ok(on_engine!(connection, raw => presspass_api_key::table
                .inner_join(auth_user::table.on(auth_user::id.eq(presspass_api_key::account_id)))
                .filter(presspass_api_key::digest.eq(digest.as_bytes().as_slice()))
                .select((AccountRow::as_select(), ApiKeyRow::as_select()))
                .get_result::<(AccountRow, ApiKeyRow)>(raw)
                .optional())?)
        });
        let Some((account, key)) = row.await? else { return Ok(Resolution::Unknown) };
        let (account, key) = (Account::from(account), key.read()?.record);
        Ok(resolution(account.is_active, ApiKeyBearer { account, key }))
    }

    async fn find_legacy(&self, key: &LegacyKey) -> Result<Resolution<Account>, StoreError> {
        if !self.has_legacy {
            return Ok(Resolution::Unknown);
        }
        let key = key.clone();
        let row = self.database.read(Length::Short, move |connection| {
            Ok(on_engine!(connection, raw => authtoken_token::table
                .inner_join(auth_user::table.on(auth_user::id.eq(authtoken_token::user_id)))
                .filter(authtoken_token::key.eq(key.expose()))
                .select(AccountRow::as_select())
                .get_result::<AccountRow>(raw)
                .optional())?)
        });
        let account = row.await?.map(Account::from);
        Ok(account.map_or(Resolution::Unknown, |account| resolution(account.is_active, account)))
    }

    fn bound(&self, account: Account, scopes: Scopes) -> Option<Account> {
        // The account alone does not carry the scopes of its key.
        scopes.is_all().then_some(account)
    }

    async fn record_use(&self, digest: ApiKeyDigest, at: OffsetDateTime) -> Result<(), StoreError> {
        let at = Instant(Timestamp::new(at));
        let noted = self.database.write_once(move |connection| {
            let update = diesel::update(presspass_api_key::table)
                .filter(presspass_api_key::digest.eq(digest.as_bytes().as_slice()))
                // Of several servers the latest use counts.
                .filter(presspass_api_key::last_used_at.is_null().or(presspass_api_key::last_used_at.lt(at)))
                .set(presspass_api_key::last_used_at.eq(at));
            Ok(on_engine!(connection, raw => update.execute(raw))?)
        });
        noted.await?;
        Ok(())
    }
}
