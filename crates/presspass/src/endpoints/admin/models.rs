//! The models of the admin that every project has: accounts, groups, the log.

use std::sync::Arc;

use anyhow::Result;
use presspass_admin::{AdminSite, Fieldset, ModelAdmin, capitalized};
use presspass_auth::passwords::Hasher;
use presspass_domain::model::{ChangeMessage, Field, GROUP, LOG_ENTRY, LogAction, USER, Value};
use presspass_persistence::Models;
use presspass_serializers::Look;

use super::credentials::{Credentials, Kind};
use super::policies::{GroupPolicy, UserPolicy};

/// The site, with the project's models first.
pub(super) fn site(
    project: Vec<ModelAdmin>,
    models: Models,
    credentials: &Credentials,
    hasher: Arc<Hasher>,
) -> Result<AdminSite> {
    let own = [users(&models, credentials), groups(&models), log_entries()];
    let mut site = AdminSite::new(models, hasher);
    for model in project.into_iter().chain(own) {
        site = site.register(model)?;
    }
    Ok(site)
}

fn users(models: &Models, credentials: &Credentials) -> ModelAdmin {
    ModelAdmin {
        app_name: Some("Authentication and Authorization"),
        columns: &["username", "email", "first_name", "last_name", "is_staff", "is_active", "last_login"],
        filters: &["is_staff", "is_superuser", "is_active", "groups", "last_login"],
        search: &["username", "first_name", "last_name", "email"],
        fieldsets: vec![
            Fieldset::plain(&["username", "password"]),
            Fieldset::titled("Personal info", &["first_name", "last_name", "email"]),
            Fieldset::titled(
                "Permissions",
                &["is_active", "is_staff", "is_superuser", "groups", "user_permissions"],
            ),
            Fieldset::titled("Important dates", &["last_login", "date_joined"]),
        ],
        add_fieldsets: vec![Fieldset::plain(&["username", "password"])],
        read_only: &["last_login", "date_joined"],
        looks: &[("username", Look::Username), ("email", Look::Email)],
        help: &[
            ("username", "150 characters or fewer. Letters, digits and @/./+/-/_ only."),
            ("is_active", "Inactive users can’t log in. Deactivate instead of deleting."),
            ("is_staff", "Can log in to this admin."),
            ("is_superuser", "Has every permission."),
            ("groups", "The user has all permissions of each group."),
            ("user_permissions", "In addition to permissions from groups."),
        ],
        continues_after_add: true,
        panels: credentials.panels(&[Kind::Sessions, Kind::Tokens, Kind::ApiKeys]),
        policy: Some(Arc::new(UserPolicy(models.clone()))),
        ..ModelAdmin::new(&USER)
    }
}

fn groups(models: &Models) -> ModelAdmin {
    ModelAdmin {
        columns: &["name"],
        search: &["name"],
        policy: Some(Arc::new(GroupPolicy(models.clone()))),
        ..ModelAdmin::new(&GROUP)
    }
}

fn log_entries() -> ModelAdmin {
    ModelAdmin {
        is_writable: false,
        app_name: Some("Administration"),
        columns: &["action_time", "user", "action_flag", "content_type", "object_repr", "change_message"],
        filters: &["action_time", "action_flag", "content_type"],
        search: &["object_repr", "change_message"],
        numbers: &[("action_flag", &[(1, "Added"), (2, "Changed"), (3, "Deleted")])],
        display: of_entry,
        ..ModelAdmin::new(&LOG_ENTRY)
    }
}

/// Flags, content types (`auth | user`) and messages of the log in words.
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
        ("content_type", Value::One(Some(of))) => {
            of.label.rsplit_once(" | ").map(|(_, model)| capitalized(model))
        }
        ("change_message", Value::Text(message)) if !message.is_empty() => {
            Some(ChangeMessage::parse(message).text())
        }
        _ => None,
    }
}
