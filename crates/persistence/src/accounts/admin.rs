//! Accounts and their groups in the admin.

use presspass_domain::model::{FieldError, GROUP, Key, LOG_ENTRY, PERMISSION, Refusal, USER, Value};

use crate::connection::{Connection, Raw};
use crate::error::Error;
use crate::records::{Cascade, Change, Dependent, Names, Special};
use crate::revocations::revoke_all;
use crate::sql::Sql;

pub(crate) static USERS: Special = Special {
    dependents: &[
        Dependent {
            table: "auth_user_groups",
            column: "user_id",
            kind: "user-group relationships",
            names: Names::Of(&GROUP, "group_id"),
        },
        Dependent {
            table: "auth_user_user_permissions",
            column: "user_id",
            kind: "user-permission relationships",
            names: Names::Of(&PERMISSION, "permission_id"),
        },
        Dependent {
            table: "django_admin_log",
            column: "user_id",
            kind: "log entries",
            names: Names::Of(&LOG_ENTRY, "id"),
        },
        // REST framework's, where Django has them.
        Dependent { table: "authtoken_token", column: "user_id", kind: "tokens", names: Names::None },
    ],
    cascades: &[
        Cascade { table: "presspass_session", label: Some("sessions"), is_volatile: true },
        Cascade { table: "presspass_api_key", label: Some("API keys"), is_volatile: false },
        Cascade { table: "presspass_revocation", label: None, is_volatile: false },
        Cascade { table: "presspass_revoked_token", label: None, is_volatile: false },
        Cascade { table: "presspass_difference", label: None, is_volatile: false },
    ],
    has_actors: true,
    check_change: Some(keep_a_superuser),
    check_deletion: Some(delete_no_last_superuser),
    after_change: Some(revoke_tokens),
    ..Special::NONE
};

pub(crate) static GROUPS: Special = Special {
    dependents: &[
        Dependent {
            table: "auth_user_groups",
            column: "group_id",
            kind: "user-group relationships",
            names: Names::Of(&USER, "user_id"),
        },
        Dependent {
            table: "auth_group_permissions",
            column: "group_id",
            kind: "group-permission relationships",
            names: Names::Of(&PERMISSION, "permission_id"),
        },
    ],
    ..Special::NONE
};

/// What an account needs to do everything in the admin.
const SUPERUSER: [&str; 3] = ["is_superuser", "is_staff", "is_active"];

const LAST_SUPERUSER: &str =
    "This is the only account that can administer everything. Make another one a superuser first.";

/// Refuses to clear a flag of the last account that may do everything in the admin.
///
/// Two accounts that step down at once lock each other's row on `PostgreSQL`, so that one of them fails.
fn keep_a_superuser(connection: &mut Connection, change: &Change<'_>) -> Result<Option<Refusal>, Error> {
    if !SUPERUSER.iter().all(|name| change.before.get(name) == Some(&Value::Boolean(true))) {
        return Ok(None);
    }
    let mut fields = change.form.inputs().iter().map(|(field, _)| *field);
    let cleared = fields.find(|it| change.changed.contains(&it.name) && SUPERUSER.contains(&it.name));
    let Some(field) = cleared else { return Ok(None) };
    let lock = if matches!(connection.raw, Raw::Postgresql(_)) { " FOR SHARE" } else { "" };
    let other = Sql::new("SELECT id FROM auth_user WHERE is_superuser AND is_staff AND is_active AND id <> ")
        .bind(change.before.id)
        .push(" LIMIT 1")
        .push(lock)
        .first(connection)?;
    let why = || FieldError::Invalid(LAST_SUPERUSER.to_owned());
    Ok(other.is_none().then(|| Refusal { field, why: why() }))
}

/// Refuses to delete all accounts that may do everything in the admin.
///
/// Two of them that delete each other at once lock each other's row on `PostgreSQL`, so that one of them fails.
fn delete_no_last_superuser(connection: &mut Connection, ids: &[Key]) -> Result<Option<&'static str>, Error> {
    let lock = if matches!(connection.raw, Raw::Postgresql(_)) { " FOR SHARE" } else { "" };
    let superusers = Sql::new("SELECT id FROM auth_user WHERE is_superuser AND is_staff AND is_active")
        .push(lock)
        .load(connection)?;
    let superusers: Vec<Key> = superusers.iter().map(|row| row.key(0)).collect::<Result<_, _>>()?;
    let is_last = !superusers.is_empty() && superusers.iter().all(|id| ids.contains(id));
    Ok(is_last.then_some(LAST_SUPERUSER))
}

fn revoke_tokens(connection: &mut Connection, change: &Change<'_>) -> Result<(), Error> {
    if let (true, Some(account)) = (change.changed.contains(&"password"), change.before.id.integer()) {
        revoke_all(connection, account, change.actor.at.get())?;
    }
    Ok(())
}
