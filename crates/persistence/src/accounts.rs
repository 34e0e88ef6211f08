//! Accounts: their table and the queries on it.

mod admin;
mod claimed;

use diesel::prelude::*;
use diesel::{pg::Pg, sqlite::Sqlite};
use presspass_auth::StoreError;
use presspass_auth::revocation::RevocationState;
use presspass_auth::sessions::Fingerprint;
use presspass_domain::{
    Account, AccountClaim, ClaimedAccount, NewAccount, PasswordRecord, PermissionSet, PersonalNames,
    Timestamp,
};

pub(crate) use self::admin::{GROUPS, USERS};
pub(crate) use self::claimed::{claimed, claimed_statement, claimed_with};
use crate::columns::{Instant, Key};
use crate::connection::{Connection, Raw, on_engine};
use crate::database::{Database, Length, only_row};
use crate::error::Error;
use crate::schema::{
    auth_group_permissions, auth_permission, auth_user, auth_user_groups, auth_user_user_permissions,
    django_content_type, presspass_revocation,
};

/// A row of `auth_user`, as far as requests need it.
#[derive(Queryable, Selectable)]
#[diesel(table_name = auth_user, check_for_backend(Sqlite, Pg))]
pub(crate) struct AccountRow {
    id: Key,
    username: String,
    email: String,
    is_staff: bool,
    is_superuser: bool,
    is_active: bool,
}

impl From<AccountRow> for Account {
    fn from(AccountRow { id, username, email, is_staff, is_superuser, is_active }: AccountRow) -> Self {
        Self { id: id.0, username, email, is_staff, is_superuser, is_active }
    }
}

/// A row of `presspass_revocation`, as far as tokens are checked against it.
#[derive(Queryable, Selectable)]
#[diesel(table_name = presspass_revocation, check_for_backend(Sqlite, Pg))]
pub(crate) struct RevocationRow {
    revoked_before: Option<i64>,
    known_password: Option<Vec<u8>>,
}

/// An account, its password's hash, and its revocations where there are any.
pub(crate) type RecordRow = (AccountRow, String, Option<RevocationRow>);

impl RevocationRow {
    pub(crate) fn state(self) -> Result<RevocationState, Error> {
        let known = self.known_password.map(|bytes| {
            let bytes = <[u8; 32]>::try_from(bytes);
            bytes.map_err(|_| Error::Query("presspass_revocation: not 32 bytes".to_owned()))
        });
        let known_password = known.transpose()?.map(Fingerprint::from_bytes);
        Ok(RevocationState { revoked_before: self.revoked_before, known_password })
    }
}

/// A record out of its row.
pub(crate) fn record((account, password, revocation): RecordRow) -> Result<PasswordRecord, Error> {
    let state = revocation.map_or_else(|| Ok(RevocationState::default()), RevocationRow::state)?;
    Ok(PasswordRecord {
        account: account.into(),
        password,
        revoked_before: state.revoked_before,
        known_password: state.known_password.map(|known| *known.as_bytes()),
    })
}

/// The accounts, each with its revocations.
#[diesel::dsl::auto_type(no_type_alias)]
pub(crate) fn with_revocation() -> _ {
    auth_user::table
        .left_join(presspass_revocation::table.on(presspass_revocation::account_id.eq(auth_user::id)))
}

/// The account that a filter on a unique column selects, with its password and its revocations. A macro, as the type of the
/// query depends on the engine.
macro_rules! find_one {
    ($store:ident, $filter:expr) => {{
        let row = $store.0.read(Length::Short, move |connection| {
            Ok(on_engine!(connection, raw => with_revocation()
                .filter($filter)
                .select((
                    AccountRow::as_select(),
                    auth_user::password,
                    Option::<RevocationRow>::as_select(),
                ))
                .get_result::<RecordRow>(raw)
                .optional())?)
        });
        Ok(row.await?.map(record).transpose()?)
    }};
}

#[derive(Insertable)]
#[diesel(table_name = auth_user)]
struct NewAccountRow {
    password: String,
    is_superuser: bool,
    username: String,
    first_name: &'static str,
    last_name: &'static str,
    email: String,
    is_staff: bool,
    is_active: bool,
    date_joined: Instant,
}

impl From<NewAccount> for NewAccountRow {
    fn from(
        NewAccount { username, email, password, is_staff, is_superuser, date_joined }: NewAccount,
    ) -> Self {
        Self {
            password,
            is_superuser,
            username: username.as_str().to_owned(),
            first_name: "",
            last_name: "",
            email: email.as_str().to_owned(),
            is_staff,
            is_active: true,
            date_joined: Instant(date_joined),
        }
    }
}

/// What came of creating an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountCreated {
    /// The new primary key.
    New(i64),
    NameTaken,
    /// The condition under which it was to be created no longer holds.
    Refused,
}

/// Accounts in a database.
#[derive(Debug, Clone)]
pub struct AccountStore(Database);

fn insert(connection: &mut Connection, account: NewAccount) -> Result<AccountCreated, Error> {
    let row = NewAccountRow::from(account);
    // Only a name may conflict: an id that does, by a sequence that lags behind, is an error.
    let inserted = on_engine!(connection, raw => diesel::insert_into(auth_user::table)
        .values(&row)
        .on_conflict(auth_user::username)
        .do_nothing()
        .returning(auth_user::id)
        .load::<Key>(raw))?;
    Ok(only_row(inserted).map_or(AccountCreated::NameTaken, |id| AccountCreated::New(id.0)))
}

/// Whether no account can have this name: `PostgreSQL` fails on a NUL.
pub(crate) fn cannot_exist(username: &str) -> bool {
    username.contains('\0')
}

fn has_superuser(connection: &mut Connection) -> Result<bool, Error> {
    let query = diesel::select(diesel::dsl::exists(auth_user::table.filter(auth_user::is_superuser)));
    Ok(on_engine!(connection, raw => query.get_result::<bool>(raw))?)
}

impl AccountStore {
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self(database)
    }

    /// The account with both this id and this name, active or not, and its revocations: in one round trip.
    pub async fn find(&self, claim: AccountClaim) -> Result<Option<ClaimedAccount>, StoreError> {
        if cannot_exist(&claim.key.username) {
            return Ok(None);
        }
        Ok(self.0.read(Length::Short, move |connection| claimed(connection, &claim)).await?)
    }

    pub async fn find_by_name(&self, username: String) -> Result<Option<PasswordRecord>, StoreError> {
        if cannot_exist(&username) {
            return Ok(None);
        }
        find_one!(self, auth_user::username.eq(&username))
    }

    pub async fn find_by_id(&self, id: i64) -> Result<Option<PasswordRecord>, StoreError> {
        find_one!(self, auth_user::id.eq(Key(id)))
    }

    pub async fn personal_names(&self, id: i64) -> Result<Option<PersonalNames>, StoreError> {
        let row = self.0.read(Length::Short, move |connection| {
            Ok(on_engine!(connection, raw => auth_user::table
                .filter(auth_user::id.eq(Key(id)))
                .select((auth_user::first_name, auth_user::last_name))
                .get_result::<(String, String)>(raw)
                .optional())?)
        });
        Ok(row.await?.map(|(first, last)| PersonalNames { first, last }))
    }

    /// Sets `last_login`; an account that is gone is no error.
    pub async fn record_login(&self, account_id: i64, at: Timestamp) -> Result<(), StoreError> {
        let updated = self.0.write_once(move |connection| {
            let update = diesel::update(auth_user::table)
                .filter(auth_user::id.eq(Key(account_id)))
                .set(auth_user::last_login.eq(Instant(at)));
            Ok(on_engine!(connection, raw => update.execute(raw))?)
        });
        updated.await?;
        Ok(())
    }

    /// The permissions that an account has, its own and those of its groups.
    pub async fn permissions(&self, account_id: i64) -> Result<PermissionSet, StoreError> {
        let pairs = self.0.read(Length::Short, move |connection| {
            let own = auth_user_user_permissions::table
                .filter(auth_user_user_permissions::user_id.eq(Key(account_id)))
                .select(auth_user_user_permissions::permission_id);
            let of_groups = auth_group_permissions::table
                .inner_join(
                    auth_user_groups::table
                        .on(auth_user_groups::group_id.eq(auth_group_permissions::group_id)),
                )
                .filter(auth_user_groups::user_id.eq(Key(account_id)))
                .select(auth_group_permissions::permission_id);
            let query = auth_permission::table
                .inner_join(
                    django_content_type::table
                        .on(django_content_type::id.eq(auth_permission::content_type_id)),
                )
                .filter(auth_permission::id.eq_any(own).or(auth_permission::id.eq_any(of_groups)))
                .select((django_content_type::app_label, auth_permission::codename));
            Ok(on_engine!(connection, raw => query.load::<(String, String)>(raw))?)
        });
        Ok(pairs.await?.into_iter().collect())
    }

    /// Gives an account a permission of its own; `false` where there is no such permission.
    pub async fn grant(
        &self,
        account_id: i64,
        app_label: &'static str,
        codename: String,
    ) -> Result<bool, StoreError> {
        let granted = self.0.write(move |connection| {
            let permission = on_engine!(connection, raw => auth_permission::table
                .inner_join(django_content_type::table.on(
                    django_content_type::id.eq(auth_permission::content_type_id),
                ))
                .filter(django_content_type::app_label.eq(app_label))
                .filter(auth_permission::codename.eq(&codename))
                .select(auth_permission::id)
                .get_result::<Key>(raw)
                .optional())?;
            let Some(permission) = permission else { return Ok(false) };
            on_engine!(connection, raw => diesel::insert_into(auth_user_user_permissions::table)
                .values((
                    auth_user_user_permissions::user_id.eq(Key(account_id)),
                    auth_user_user_permissions::permission_id.eq(permission),
                ))
                .on_conflict((
                    auth_user_user_permissions::user_id,
                    auth_user_user_permissions::permission_id,
                ))
                .do_nothing()
                .execute(raw))?;
            Ok(true)
        });
        Ok(granted.await?)
    }

    pub async fn create(&self, account: NewAccount) -> Result<AccountCreated, StoreError> {
        Ok(self.0.write_once(move |connection| insert(connection, account)).await?)
    }

    /// Creates a superuser; [`AccountCreated::Refused`] where there is one already.
    pub async fn create_first_superuser(&self, account: NewAccount) -> Result<AccountCreated, StoreError> {
        let created = self.0.write(move |connection| {
            let account = NewAccount { is_superuser: true, ..account };
            // Two links opened at once must not create two: on PostgreSQL the second waits here for the first.
            if let Raw::Postgresql(raw) = &mut connection.raw {
                diesel::sql_query("LOCK TABLE auth_user IN SHARE ROW EXCLUSIVE MODE").execute(raw)?;
            }
            if has_superuser(connection)? { Ok(AccountCreated::Refused) } else { insert(connection, account) }
        });
        Ok(created.await?)
    }

    pub async fn has_superuser(&self) -> Result<bool, StoreError> {
        Ok(self.0.read(Length::Short, has_superuser).await?)
    }
}
