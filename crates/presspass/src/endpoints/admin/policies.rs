//! What the permissions on accounts and groups do not say: users who may change accounts must not give themselves, or
//! others, more permissions than they have. Django lets them.

use std::collections::BTreeSet;

use presspass_admin::{ModelPolicy, OwnAccount, ReadOnlyReason, RecordPolicy, Rights, Staff};
use presspass_auth::{BoxFuture, StoreError};
use presspass_domain::Window;
use presspass_domain::model::{
    CONTENT_TYPE, GROUP, Key, ListQuery, PERMISSION, QueryError, Record, Row, Value,
};
use presspass_persistence::Models;

const ONLY_SUPERUSERS: &str = "Only superusers can change superusers.";
const MORE_PERMISSIONS: &str = "You can’t change this: it has permissions that you don’t have.";
const OWN_DELETION: &str = "You can’t delete your own account. AdminRequest another administrator to do it.";
const OWN_ACTIVITY: &str = "You can’t deactivate your own account.";
const MAKES_SUPERUSERS: &str = "Only superusers can make a user a superuser.";

/// The keys of the permissions that a member of the staff has.
async fn permissions_of(models: &Models, staff: &Staff) -> Result<BTreeSet<Key>, StoreError> {
    let types = columns(ListQuery::new(&CONTENT_TYPE, Window::All), &["app_label"])?;
    let types = models.list(types).await?.items;
    let query = columns(ListQuery::new(&PERMISSION, Window::All), &["content_type", "codename"])?;
    let rows = models.list(query).await?.items;
    let is_held = |row: &Row| {
        let (Some(Value::One(Some(of))), Some(Value::Text(codename))) =
            (row.get("content_type"), row.get("codename"))
        else {
            return false;
        };
        let app_label = types.iter().find(|it| it.id == of.id).and_then(|it| it.get("app_label"));
        matches!(app_label, Some(Value::Text(app_label)) if staff.has_permission(app_label, codename))
    };
    Ok(rows.iter().filter(|row| is_held(row)).map(|row| row.id).collect())
}

fn columns(query: ListQuery, names: &[&str]) -> Result<ListQuery, StoreError> {
    query.columns(names).map_err(|error: QueryError| StoreError::Failed(error.into()))
}

/// Whether a record is related to none but these.
fn is_within(record: &Record, field: &str, keys: &BTreeSet<Key>) -> bool {
    match record.get(field) {
        Some(Value::Many(references)) => references.iter().all(|it| keys.contains(&it.id)),
        _ => true,
    }
}

/// The policy on accounts.
#[derive(Debug)]
pub(super) struct UserPolicy(pub Models);

impl UserPolicy {
    /// The groups without a permission that is not among these.
    async fn groups_within(&self, permissions: &BTreeSet<Key>) -> Result<BTreeSet<Key>, StoreError> {
        let all = self.0.keys(ListQuery::new(&GROUP, Window::All), u32::MAX).await?;
        let groups = self.0.find_all(&GROUP, all).await?;
        let within = groups.iter().filter(|it| is_within(it, "permissions", permissions));
        Ok(within.map(|it| it.id).collect())
    }
}

impl ModelPolicy for UserPolicy {
    /// As in Django: users who could add accounts and not change them could do more by adding than by changing.
    fn rights(&self, rights: Rights) -> Rights {
        Rights { add: rights.add && rights.change, ..rights }
    }

    fn record_policy<'a>(&'a self, staff: &'a Staff) -> BoxFuture<'a, Result<RecordPolicy, StoreError>> {
        Box::pin(async move {
            // So deleting never leaves the service without a superuser: only superusers delete superusers, and their own
            // account stays.
            let own = Some(OwnAccount {
                id: staff.account().id.into(),
                undeletable: OWN_DELETION,
                locked_fields: vec![("is_active", OWN_ACTIVITY)],
            });
            if staff.is_superuser() {
                return Ok(RecordPolicy { own, ..RecordPolicy::default() });
            }
            let permissions = permissions_of(&self.0, staff).await?;
            let groups = self.groups_within(&permissions).await?;
            let choices = vec![("groups", groups.clone()), ("user_permissions", permissions.clone())];
            let read_only: ReadOnlyReason = Box::new(move |record| {
                if record.get("is_superuser") == Some(&Value::Boolean(true)) {
                    return Some(ONLY_SUPERUSERS);
                }
                let is_within = is_within(record, "groups", &groups)
                    && is_within(record, "user_permissions", &permissions);
                (!is_within).then_some(MORE_PERMISSIONS)
            });
            let locked_fields = vec![("is_superuser", MAKES_SUPERUSERS)];
            Ok(RecordPolicy { read_only: Some(read_only), locked_fields, choices, own })
        })
    }
}

/// The policy on groups.
#[derive(Debug)]
pub(super) struct GroupPolicy(pub Models);

impl ModelPolicy for GroupPolicy {
    fn rights(&self, rights: Rights) -> Rights {
        rights
    }

    fn record_policy<'a>(&'a self, staff: &'a Staff) -> BoxFuture<'a, Result<RecordPolicy, StoreError>> {
        Box::pin(async move {
            if staff.is_superuser() {
                return Ok(RecordPolicy::default());
            }
            let permissions = permissions_of(&self.0, staff).await?;
            let choices = vec![("permissions", permissions.clone())];
            let read_only: ReadOnlyReason = Box::new(move |record| {
                (!is_within(record, "permissions", &permissions)).then_some(MORE_PERMISSIONS)
            });
            Ok(RecordPolicy { read_only: Some(read_only), choices, ..RecordPolicy::default() })
        })
    }
}
