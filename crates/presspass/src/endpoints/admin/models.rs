//! The models of the admin that every project has: accounts, groups, the log.

use std::sync::Arc;

use anyhow::Result;
use presspass_admin::{AdminSite, Fieldset, ModelAdmin, Panel, Store};
use presspass_auth::passwords::Hasher;
use presspass_domain::admin::{
    AdminLog, ChangeMessage, Field, LogAction, ModelReader, ModelWriter, ProofEnder, Value,
};
use presspass_persistence::Models;
use presspass_serializers::Look;

use super::guards::{GroupGuard, Permissions, UserGuard};
use super::proofs::Proofs;

/// Where the records are.
#[derive(Debug)]
pub(crate) struct Stores {
    pub users: Arc<dyn ModelWriter>,
    pub groups: Arc<dyn ModelWriter>,
    pub permissions: Arc<dyn ModelReader>,
    pub content_types: Arc<dyn ModelReader>,
    pub log_entries: Arc<dyn ModelReader>,
    pub log: Arc<dyn AdminLog>,
    pub proofs: Arc<dyn ProofEnder>,
}

impl Stores {
    /// Those of a database.
    pub fn of(models: &Models) -> Self {
        Self {
            users: models.users(),
            groups: models.groups(),
            permissions: models.permissions(),
            content_types: models.content_types(),
            log_entries: models.log_entries(),
            log: models.log(),
            proofs: models.proofs(),
        }
    }

    /// The permissions that members of the staff have.
    fn held(&self) -> Permissions {
        Permissions::new(self.permissions.clone(), self.content_types.clone())
    }

    /// The policy on accounts.
    pub(super) fn user_guard(&self) -> UserGuard {
        UserGuard::new(self.groups.clone(), self.held())
    }
}

/// The site, with the project's models first.
pub(super) fn site(
    project: Vec<ModelAdmin>,
    stores: Stores,
    proofs: &Proofs,
    hasher: Arc<Hasher>,
) -> Result<AdminSite> {
    let (held, user_guard) = (stores.held(), stores.user_guard());
    let Stores { users, groups, permissions, content_types, log_entries, log, proofs: _ } = stores;
    let mut site = AdminSite::new(log, hasher, vec![permissions, content_types]);
    for model in project {
        site = site.register(model)?;
    }
    let site = site
        .register(self::users(users, user_guard, proofs.panels()))?
        .register(self::groups(groups, GroupGuard::new(held)))?
        .register(self::log_entries(log_entries))?;
    Ok(site)
}

fn users(store: Arc<dyn ModelWriter>, guard: UserGuard, panels: Vec<Arc<dyn Panel>>) -> ModelAdmin {
    ModelAdmin {
        app_name: Some("Authentication and Authorization"),
        columns: &["username", "email", "first_name", "last_name", "is_staff", "is_active", "last_login"],
        filters: &["is_staff", "is_superuser", "is_active", "groups", "last_login"],
        search: &["username", "first_name", "last_name", "email"],
        fieldsets: const {
            &[
                Fieldset::plain(&["username", "password"]),
                Fieldset::titled("Personal info", &["first_name", "last_name", "email"]),
                Fieldset::titled(
                    "Permissions",
                    &["is_active", "is_staff", "is_superuser", "groups", "user_permissions"],
                ),
                Fieldset::titled("Important dates", &["last_login", "date_joined"]),
            ]
        },
        add_fieldsets: const { &[Fieldset::plain(&["username", "password"])] },
        read_only: &["last_login", "date_joined"],
        looks: &[("username", Look::Username), ("email", Look::Email)],
        help: &[
            ("username", "150 characters or fewer. Letters, digits and @/./+/-/_ only."),
            ("is_active", "Who is not active cannot log in. Do this instead of deleting accounts."),
            ("is_staff", "They may log in to this admin."),
            ("is_superuser", "They hold all permissions without being given any."),
            ("groups", "They hold all permissions of each of their groups."),
            ("user_permissions", "They hold these beside those of their groups."),
        ],
        continues_after_add: true,
        panels,
        guard: Some(Arc::new(guard)),
        ..ModelAdmin::new(Store::Writable(store))
    }
}

fn groups(store: Arc<dyn ModelWriter>, guard: GroupGuard) -> ModelAdmin {
    ModelAdmin {
        columns: &["name"],
        search: &["name"],
        guard: Some(Arc::new(guard)),
        ..ModelAdmin::new(Store::Writable(store))
    }
}

fn log_entries(store: Arc<dyn ModelReader>) -> ModelAdmin {
    ModelAdmin {
        app_name: Some("Administration"),
        columns: &["action_time", "user", "action_flag", "content_type", "object_repr", "change_message"],
        filters: &["action_time", "action_flag", "content_type"],
        search: &["object_repr", "change_message"],
        numbers: &[("action_flag", &[(1, "Added"), (2, "Changed"), (3, "Deleted")])],
        display: of_entry,
        ..ModelAdmin::new(Store::ReadOnly(store))
    }
}

/// Flags and messages of the log in words.
fn of_entry(field: &Field, value: &Value) -> Option<String> {
    match (field.name, value) {
        ("action_flag", Value::Integer(flag)) => LogAction::from_flag(*flag).map(|action| {
            match action {
                LogAction::Addition => "Added",
                LogAction::Change => "Changed",
                LogAction::Deletion => "Deleted",
            }
            .to_owned()
        }),
        ("change_message", Value::Text(message)) if !message.is_empty() => {
            Some(ChangeMessage::parse(message).text())
        }
        _ => None,
    }
}
