//! What the permissions on accounts and groups do not say: whoever may change accounts must not make themselves, or
//! others, mightier than they are. The original lets them.

use std::collections::BTreeSet;
use std::sync::Arc;

use presspass_admin::{Guard, Limits, Rights, Staff};
use presspass_domain::admin::{
    CONTENT_TYPE, ListQuery, ModelReader, ModelWriter, PERMISSION, QueryError, Record, Row, Value,
};
use presspass_domain::{AccountStore, BoxFuture, StoreError, Window};

const ONLY_SUPERUSERS: &str = "Only superusers change superusers.";
const MIGHTIER: &str = "It holds permissions that your account does not hold, so you may only look at it.";
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

/// The keys that a record's relation holds.
fn keys(record: &Record, field: &str) -> BTreeSet<i64> {
    match record.get(field) {
        Some(Value::Many(references)) => references.iter().map(|it| it.id).collect(),
        _ => BTreeSet::new(),
    }
}

/// Guards accounts.
#[derive(Debug)]
pub(super) struct UserGuard {
    accounts: Arc<dyn AccountStore>,
    groups: Arc<dyn ModelWriter>,
    permissions: Permissions,
}

impl UserGuard {
    pub fn new(
        accounts: Arc<dyn AccountStore>,
        groups: Arc<dyn ModelWriter>,
        permissions: Permissions,
    ) -> Self {
        Self { accounts, groups, permissions }
    }

    async fn sealed(&self, staff: &Staff, record: &Record) -> Result<Option<&'static str>, StoreError> {
        if record.get("is_superuser") == Some(&Value::Boolean(true)) {
            return Ok(Some(ONLY_SUPERUSERS));
        }
        let theirs = self.accounts.permissions(record.id).await?;
        let is_mightier = theirs.iter().any(|(app_label, codename)| !staff.holds(app_label, codename));
        Ok(is_mightier.then_some(MIGHTIER))
    }

    /// The groups that give nothing which a member of the staff does not hold.
    async fn groups_within(&self, held: &BTreeSet<i64>) -> Result<BTreeSet<i64>, StoreError> {
        let mut within = BTreeSet::new();
        for group in self.groups.choices(presspass_domain::admin::ChoiceQuery::default()).await? {
            let record = self.groups.find(group.id).await?;
            if record.is_some_and(|record| keys(&record, "permissions").is_subset(held)) {
                within.insert(group.id);
            }
        }
        Ok(within)
    }
}

impl Guard for UserGuard {
    /// As in the original: who could add accounts and not change them could do more by adding than by changing.
    fn rights(&self, rights: Rights) -> Rights {
        Rights { add: rights.add && rights.change, ..rights }
    }

    fn limits<'a>(
        &'a self,
        staff: &'a Staff,
        record: Option<&'a Record>,
    ) -> BoxFuture<'a, Result<Limits, StoreError>> {
        Box::pin(async move {
            if staff.is_superuser() {
                return Ok(Limits::default());
            }
            let sealed = match record {
                Some(record) => self.sealed(staff, record).await?,
                None => None,
            };
            if sealed.is_some() {
                return Ok(Limits { sealed, ..Limits::default() });
            }
            let held = self.permissions.held_by(staff).await?;
            let groups = self.groups_within(&held).await?;
            Ok(Limits {
                sealed,
                fixed: vec![("is_superuser", MAKES_SUPERUSERS)],
                choices: vec![("groups", groups), ("user_permissions", held)],
            })
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

    fn limits<'a>(
        &'a self,
        staff: &'a Staff,
        record: Option<&'a Record>,
    ) -> BoxFuture<'a, Result<Limits, StoreError>> {
        Box::pin(async move {
            if staff.is_superuser() {
                return Ok(Limits::default());
            }
            let held = self.permissions.held_by(staff).await?;
            let is_mightier = record.is_some_and(|record| !keys(record, "permissions").is_subset(&held));
            Ok(Limits {
                sealed: is_mightier.then_some(MIGHTIER),
                choices: vec![("permissions", held)],
                ..Limits::default()
            })
        })
    }
}
