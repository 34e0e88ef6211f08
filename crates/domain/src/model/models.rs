//! The models that we know, with the names of Django's admin: posts, users, groups, permissions, content types, the log.

use super::definition::{Field, Kind, Label, Model, Presence, Relation, TextRules};
use super::input::FieldError;
use super::log::{LogAction, entry_label};
use super::message::ChangeMessage;
use super::value::Value;
use crate::account::{EmailAddress, Username, UsernameError};
use crate::page::Direction::{Ascending, Descending};
use crate::post::Post;

const GROUPS: Relation = Relation { to: &GROUP, presence: Presence::Optional };
const PERMISSIONS: Relation = Relation { to: &PERMISSION, presence: Presence::Optional };
const USERS: Relation = Relation { to: &USER, presence: Presence::Optional };
const CONTENT_TYPES: Relation = Relation { to: &CONTENT_TYPE, presence: Presence::Optional };

const fn line(name: &'static str, label: &'static str, max_length: usize) -> Field {
    Field::new(name, label, Kind::Text(TextRules::line(max_length)))
}

const ID: Field = Field::new("id", "ID", Kind::Integer).read_only();

/// The store sets both timestamps.
pub static POST: Model = Model {
    app_label: "posts",
    name: "post",
    verbose_name: "post",
    verbose_name_plural: "posts",
    fields: &[
        ID,
        line("title", "Title", Post::TITLE_MAX_LENGTH),
        Field::new("content", "Content", Kind::Text(TextRules::lines())),
        Field::new("created_at", "Created at", Kind::Timestamp(Presence::Required)).read_only(),
        Field::new("updated_at", "Updated at", Kind::Timestamp(Presence::Required)).read_only(),
    ],
    order: &[("id", Descending)],
    label: Label { fields: &["title"], of: first },
};

pub static USER: Model = Model {
    app_label: "auth",
    name: "user",
    verbose_name: "user",
    verbose_name_plural: "users",
    fields: &[
        ID,
        Field::new(
            "username",
            "Username",
            Kind::Text(TextRules::line(Username::MAX_LENGTH).parsed_by(username)),
        )
        .unique("A user with that username already exists."),
        Field::new("password", "Password", Kind::Password),
        Field::new("first_name", "First name", Kind::Text(TextRules::line(150).optional())),
        Field::new("last_name", "Last name", Kind::Text(TextRules::line(150).optional())),
        Field::new(
            "email",
            "Email address",
            Kind::Text(TextRules::line(EmailAddress::MAX_LENGTH).optional().parsed_by(email)),
        ),
        Field::new("is_active", "Active", Kind::Boolean),
        Field::new("is_staff", "Staff status", Kind::Boolean),
        Field::new("is_superuser", "Superuser status", Kind::Boolean),
        Field::new("groups", "Groups", Kind::Many(GROUPS)),
        Field::new("user_permissions", "User permissions", Kind::Many(PERMISSIONS)),
        Field::new("last_login", "Last login", Kind::Timestamp(Presence::Optional)),
        Field::new("date_joined", "Date joined", Kind::Timestamp(Presence::Required)),
    ],
    order: &[("username", Ascending)],
    label: Label { fields: &["username"], of: first },
};

pub static GROUP: Model = Model {
    app_label: "auth",
    name: "group",
    verbose_name: "group",
    verbose_name_plural: "groups",
    fields: &[
        ID,
        line("name", "Name", 150).unique("Group with this Name already exists."),
        Field::new("permissions", "Permissions", Kind::Many(PERMISSIONS)),
    ],
    order: &[("name", Ascending)],
    label: Label { fields: &["name"], of: first },
};

/// Choices, which cannot be edited.
pub static PERMISSION: Model = Model {
    app_label: "auth",
    name: "permission",
    verbose_name: "permission",
    verbose_name_plural: "permissions",
    fields: &[
        ID,
        line("name", "Name", 255).read_only(),
        Field::new("content_type", "Content type", Kind::One(CONTENT_TYPES)).read_only(),
        line("codename", "Codename", 100).read_only(),
    ],
    order: &[("content_type", Ascending), ("codename", Ascending)],
    label: Label { fields: &["content_type", "name"], of: joined },
};

/// Choices, which cannot be edited.
pub static CONTENT_TYPE: Model = Model {
    app_label: "contenttypes",
    name: "contenttype",
    verbose_name: "content type",
    verbose_name_plural: "content types",
    fields: &[
        ID,
        line("app_label", "App label", 100).read_only(),
        line("model", "Python model class name", 100).read_only(),
    ],
    order: &[("app_label", Ascending), ("model", Ascending)],
    label: Label { fields: &["app_label", "model"], of: content_type },
};

/// Entries of the log, which are written together with the change.
pub static LOG_ENTRY: Model = Model {
    app_label: "admin",
    name: "logentry",
    verbose_name: "log entry",
    verbose_name_plural: "log entries",
    fields: &[
        ID,
        Field::new("action_time", "Time", Kind::Timestamp(Presence::Required)).read_only(),
        Field::new("user", "User", Kind::One(USERS)).read_only(),
        Field::new("content_type", "Type", Kind::One(CONTENT_TYPES)).read_only(),
        Field::new("object_id", "Item ID", Kind::Text(TextRules::lines().optional())).read_only(),
        line("object_repr", "Item", 200).read_only(),
        Field::new("action_flag", "Action", Kind::Integer).read_only(),
        Field::new("change_message", "Change", Kind::Text(TextRules::lines().optional())).read_only(),
    ],
    order: &[("action_time", Descending)],
    label: Label { fields: &["action_flag", "object_repr", "change_message"], of: entry },
};

fn text(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Integer(number) => number.to_string(),
        Value::One(Some(reference)) => reference.label.clone(),
        _ => String::new(),
    }
}

fn first(values: &[Value]) -> String {
    values.first().map(text).unwrap_or_default()
}

/// `auth | user | Can add user`, as in Django.
fn joined(values: &[Value]) -> String {
    values.iter().map(text).collect::<Vec<_>>().join(" | ")
}

/// `admin | log entry`: by the verbose name of a model that we know, else by the name.
fn content_type(values: &[Value]) -> String {
    let mut names: Vec<String> = values.iter().map(text).collect();
    if let [app_label, model] = names.as_mut_slice() {
        let known = [&POST, &USER, &GROUP, &PERMISSION, &CONTENT_TYPE, &LOG_ENTRY];
        if let Some(known) = known.iter().find(|known| known.app_label == app_label && known.name == model) {
            known.verbose_name.clone_into(model);
        }
    }
    names.join(" | ")
}

fn entry(values: &[Value]) -> String {
    match values {
        [Value::Integer(flag), Value::Text(repr), Value::Text(message)] => {
            entry_label(LogAction::from_flag(*flag), repr, &ChangeMessage::parse(message))
        }
        _ => String::new(),
    }
}

fn username(text: &str) -> Result<String, FieldError> {
    match Username::parse(text) {
        Ok(name) => Ok(name.as_str().to_owned()),
        Err(UsernameError::Blank) => Err(FieldError::Required),
        Err(UsernameError::TooLong(length)) => {
            Err(FieldError::TooLong { limit: Username::MAX_LENGTH, length })
        }
        Err(error @ UsernameError::Character) => Err(FieldError::Invalid(error.to_string())),
    }
}

fn email(text: &str) -> Result<String, FieldError> {
    EmailAddress::parse(text)
        .map(|address| address.as_str().to_owned())
        .ok_or_else(|| FieldError::Invalid("Enter a valid email address.".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Reference;

    #[test]
    fn labels_are_those_of_django() {
        let text = |text: &str| Value::Text(text.to_owned());
        assert_eq!((POST.label.of)(&[text("a")]), "a");
        assert_eq!((CONTENT_TYPE.label.of)(&[text("admin"), text("logentry")]), "admin | log entry");
        assert_eq!((CONTENT_TYPE.label.of)(&[text("shop"), text("bigorder")]), "shop | bigorder");
        let of = Value::One(Some(Reference { id: 1, label: "auth | user".to_owned() }));
        assert_eq!((PERMISSION.label.of)(&[of, text("Can add user")]), "auth | user | Can add user");
        let entry = [Value::Integer(2), text("a"), text(r#"[{"changed": {"fields": ["title"]}}]"#)];
        assert_eq!((LOG_ENTRY.label.of)(&entry), "Changed “a” — Changed title.");
        assert_eq!((LOG_ENTRY.label.of)(&[Value::Integer(3), text("a"), text("")]), "Deleted “a.”");
    }

    #[test]
    fn every_name_that_a_model_gives_is_one_of_its_columns() {
        for model in [&POST, &USER, &GROUP, &PERMISSION, &CONTENT_TYPE, &LOG_ENTRY] {
            let named = model.order.iter().map(|(name, _)| name).chain(model.label.fields);
            for name in named.chain([&"id"]) {
                assert!(model.field(name).is_some_and(Field::is_column), "{}.{name}", model.name);
            }
        }
    }
}
