//! What the permissions on accounts and groups do not say: whoever may change accounts must not make themselves, or
//! others, mightier than they are. The original lets them.

use std::collections::BTreeSet;
use std::sync::Arc;

use presspass_admin::{Guard, OwnAccount, Rights, Seal, Staff, Terms};
use presspass_domain::admin::{
    CONTENT_TYPE, GROUP, ListQuery, ModelReader, ModelWriter, PERMISSION, QueryError, Record, Row, Value,
};
use presspass_domain::{BoxFuture, StoreError, Window};

const ONLY_SUPERUSERS: &str = "Only superusers change superusers.";
const MIGHTIER: &str = "It holds permissions that your account does not hold, so you may only look at it.";
const OWN_DELETION: &str = "You can’t delete your own account. Ask another administrator to do it.";
const OWN_ACTIVITY: &str = "You can’t deactivate your own account.";
const MAKES_SUPERUSERS: &str = "Only superusers make superusers.";

/// All permissions by their keys.
#[derive(Debug, Clone)]
pub(super) struct Permissions {
    permissions: Arc<dyn ModelReader>,
    content_types: Arc<dyn ModelReader>,
}

impl Permissions {
    pub fn new(permissions: Arc<dyn ModelReader>, content_types: Arc<dyn ModelReader>) -> Self {
        Self { permissions, content_types }
    }

    /// The keys of those that a member of the staff holds.
    async fn held_by(&self, staff: &Staff) -> Result<BTreeSet<i64>, StoreError> {
        let types = columns(ListQuery::new(&CONTENT_TYPE, Window::All), &["app_label"])?;
        let types = self.content_types.list(types).await?.items;
        let query = columns(ListQuery::new(&PERMISSION, Window::All), &["content_type", "codename"])?;
        let rows = self.permissions.list(query).await?.items;
        let is_held = |row: &Row| {
            let (Some(Value::One(Some(of))), Some(Value::Text(codename))) =
                (row.get("content_type"), row.get("codename"))
            else {
                return false;
            };
            let app_label = types.iter().find(|it| it.id == of.id).and_then(|it| it.get("app_label"));
            matches!(app_label, Some(Value::Text(app_label)) if staff.holds(app_label, codename))
        };
        Ok(rows.iter().filter(|row| is_held(row)).map(|row| row.id).collect())
    }
}

fn columns(query: ListQuery, names: &[&str]) -> Result<ListQuery, StoreError> {
    query.columns(names).map_err(|error: QueryError| StoreError::Failed(error.into()))
}

/// Whether a record's relation holds none but these.
fn is_within(record: &Record, field: &str, keys: &BTreeSet<i64>) -> bool {
    match record.get(field) {
        Some(Value::Many(references)) => references.iter().all(|it| keys.contains(&it.id)),
        _ => true,
    }
}

/// Guards accounts.
#[derive(Debug)]
pub(super) struct UserGuard {
    groups: Arc<dyn ModelWriter>,
    permissions: Permissions,
}

impl UserGuard {
    pub fn new(groups: Arc<dyn ModelWriter>, permissions: Permissions) -> Self {
        Self { groups, permissions }
    }

    /// The groups that give nothing which a member of the staff does not hold.
    async fn groups_within(&self, held: &BTreeSet<i64>) -> Result<BTreeSet<i64>, StoreError> {
        let all = self.groups.keys(ListQuery::new(&GROUP, Window::All), u32::MAX).await?;
        let groups = self.groups.find_all(all).await?;
        Ok(groups.iter().filter(|it| is_within(it, "permissions", held)).map(|it| it.id).collect())
    }
}

impl Guard for UserGuard {
    /// As in the original: who could add accounts and not change them could do more by adding than by changing.
    fn rights(&self, rights: Rights) -> Rights {
        Rights { add: rights.add && rights.change, ..rights }
    }

    fn terms<'a>(&'a self, staff: &'a Staff) -> BoxFuture<'a, Result<Terms, StoreError>> {
        Box::pin(async move {
            // So deleting never leaves the service without a superuser: only superusers delete superusers, and whoever
            // deletes stays.
            let own = Some(OwnAccount {
                id: staff.account().id,
                undeletable: OWN_DELETION,
                fixed: vec![("is_active", OWN_ACTIVITY)],
            });
            if staff.is_superuser() {
                return Ok(Terms { own, ..Terms::default() });
            }
            let held = self.permissions.held_by(staff).await?;
            let groups = self.groups_within(&held).await?;
            let choices = vec![("groups", groups.clone()), ("user_permissions", held.clone())];
            let seal: Seal = Box::new(move |record| {
                if record.get("is_superuser") == Some(&Value::Boolean(true)) {
                    return Some(ONLY_SUPERUSERS);
                }
                let is_within =
                    is_within(record, "groups", &groups) && is_within(record, "user_permissions", &held);
                (!is_within).then_some(MIGHTIER)
            });
            Ok(Terms { seal: Some(seal), fixed: vec![("is_superuser", MAKES_SUPERUSERS)], choices, own })
        })
    }
}

/// Guards groups.
#[derive(Debug)]
pub(super) struct GroupGuard {
    permissions: Permissions,
}

impl GroupGuard {
    pub const fn new(permissions: Permissions) -> Self {
        Self { permissions }
    }
}

impl Guard for GroupGuard {
    fn rights(&self, rights: Rights) -> Rights {
        rights
    }

    fn terms<'a>(&'a self, staff: &'a Staff) -> BoxFuture<'a, Result<Terms, StoreError>> {
        Box::pin(async move {
            if staff.is_superuser() {
                return Ok(Terms::default());
            }
            let held = self.permissions.held_by(staff).await?;
            let choices = vec![("permissions", held.clone())];
            let seal: Seal =
                Box::new(move |record| (!is_within(record, "permissions", &held)).then_some(MIGHTIER));
            Ok(Terms { seal: Some(seal), choices, ..Terms::default() })
        })
    }
}
