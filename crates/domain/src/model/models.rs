//! The models that we know, with the names of Django's admin: posts, users, groups, permissions, content types, the log.

use super::definition::Model;
use super::field::Field;
use super::input::FieldError;
use super::kind::{Kind, OnDelete, TextRules};
use super::log::{LogAction, entry_label};
use super::message::ChangeMessage;
use super::value::Value;
use crate::account::{EmailAddress, Username, UsernameError};

/// The store sets both timestamps.
pub static POST: Model = Model::new("posts", "post")
    .fields(&[
        Field::text("title", 50),
        Field::lines("content"),
        Field::created_at("created_at"),
        Field::updated_at("updated_at"),
    ])
    .label("title");

const USERNAME: Field =
    Field::new("username", Kind::Text(TextRules::line(Username::MAX_LENGTH).parsed_by(username)));

const EMAIL: Field =
    Field::new("email", Kind::Text(TextRules::line(EmailAddress::MAX_LENGTH).parsed_by(email)));

pub static USER: Model = Model::new("auth", "user")
    .fields(&[
        USERNAME.unique_or("A user with that username already exists."),
        Field::new("password", Kind::Password),
        Field::text("first_name", 150).blank(),
        Field::text("last_name", 150).blank(),
        EMAIL.labelled("Email address").blank(),
        Field::boolean("is_active").labelled("Active").default("true"),
        Field::boolean("is_staff").labelled("Staff status").default("false"),
        Field::boolean("is_superuser").labelled("Superuser status").default("false"),
        Field::many_to_many("groups", &GROUP).blank(),
        Field::many_to_many("user_permissions", &PERMISSION).blank(),
        Field::timestamp("last_login").null(),
        Field::created_at("date_joined").editable(),
    ])
    .admin_ordering(&["username"])
    .label("username");

pub static GROUP: Model = Model::new("auth", "group")
    .fields(&[Field::text("name", 150).unique(), Field::many_to_many("permissions", &PERMISSION).blank()])
    .admin_ordering(&["name"])
    .label("name");

/// Choices, which cannot be edited.
pub static PERMISSION: Model = Model::new("auth", "permission")
    .fields(&[
        Field::text("name", 255).read_only(),
        Field::foreign_key("content_type", &CONTENT_TYPE, OnDelete::Cascade).read_only(),
        Field::text("codename", 100).read_only(),
    ])
    .ordering(&["content_type", "codename"])
    .label_from(&["content_type", "name"], joined);

/// Choices, which cannot be edited.
pub static CONTENT_TYPE: Model = Model::new("contenttypes", "contenttype")
    .verbose("content type", "content types")
    .stored_in("django_content_type")
    .fields(&[
        Field::text("app_label", 100).read_only(),
        Field::text("model", 100).labelled("Python model class name").read_only(),
    ])
    .ordering(&["app_label", "model"])
    .label_from(&["app_label", "model"], content_type);

/// Entries of the log, which are written together with the change.
pub static LOG_ENTRY: Model = Model::new("admin", "logentry")
    .verbose("log entry", "log entries")
    .stored_in("django_admin_log")
    .fields(&[
        Field::timestamp("action_time").labelled("Time").read_only(),
        Field::foreign_key("user", &USER, OnDelete::Cascade).read_only(),
        Field::foreign_key("content_type", &CONTENT_TYPE, OnDelete::SetNull)
            .labelled("Type")
            .null()
            .read_only(),
        Field::lines("object_id").labelled("Item ID").null().read_only(),
        Field::text("object_repr", 200).labelled("Item").read_only(),
        Field::positive_small_integer("action_flag").labelled("Action").read_only(),
        Field::lines("change_message").labelled("Change").blank().read_only(),
    ])
    .ordering(&["-action_time"])
    .label_from(&["action_flag", "object_repr", "change_message"], entry);

/// `auth | user | Can add user`, as in Django.
fn joined(values: &[Value]) -> String {
    values.iter().map(Value::text).collect::<Vec<_>>().join(" | ")
}

/// `admin | log entry`: by the verbose name of a model that we know, else by the name.
fn content_type(values: &[Value]) -> String {
    let mut names: Vec<String> = values.iter().map(Value::text).collect();
    if let [app_label, model] = names.as_mut_slice() {
        let known = [&POST, &USER, &GROUP, &PERMISSION, &CONTENT_TYPE, &LOG_ENTRY];
        if let Some(known) = known.iter().find(|known| known.app_label == app_label && known.name == model) {
            known.verbose_name().clone_into(model);
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

    fn label(model: &'static Model, values: &[Value]) -> String {
        model.label_of(&model.label_fields().into_iter().zip(values.iter().cloned()).collect::<Vec<_>>())
    }

    #[test]
    fn labels_are_those_of_django() {
        let text = |text: &str| Value::Text(text.to_owned());
        assert_eq!(label(&POST, &[text("a")]), "a");
        assert_eq!(label(&CONTENT_TYPE, &[text("admin"), text("logentry")]), "admin | log entry");
        assert_eq!(label(&CONTENT_TYPE, &[text("shop"), text("bigorder")]), "shop | bigorder");
        let of = Value::One(Some(Reference { id: 1.into(), label: "auth | user".to_owned() }));
        assert_eq!(label(&PERMISSION, &[of, text("Can add user")]), "auth | user | Can add user");
        let entry = [Value::Integer(2), text("a"), text(r#"[{"changed": {"fields": ["title"]}}]"#)];
        assert_eq!(label(&LOG_ENTRY, &entry), "Changed “a” — Changed title.");
        assert_eq!(label(&LOG_ENTRY, &[Value::Integer(3), text("a"), text("")]), "Deleted “a.”");
    }
}
