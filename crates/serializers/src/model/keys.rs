//! Keys of related records (DRF's `PrimaryKeyRelatedField` and `ManyRelatedField`).

use std::collections::BTreeSet;

use presspass_domain::model::{self, Input as Value, Key, KeyKind};

use crate::errors::Message;
use crate::field::Field;
use crate::input::Member;
use crate::python::{self, Int};

/// A key as the client wrote it.
#[derive(Debug, Clone)]
pub(super) struct Written {
    /// The name of the model's field.
    pub field: &'static str,
    pub key: Key,
    pub text: String,
}

pub(super) fn does_not_exist(key: &str) -> Message {
    format!("Invalid pk \"{key}\" - object does not exist.").into()
}

/// The message of Django's `UUIDField`.
pub(super) fn no_uuid(text: &str) -> Message {
    format!("'{text}' is not a valid UUID.").into()
}

pub(super) fn one(
    own: &'static model::Field,
    member: &Member,
    written: &mut Vec<Written>,
) -> Result<Value, Message> {
    key(own, member, written).map(|key| Value::Key(Some(key)))
}

/// The keys of a JSON list. DRF goes through whatever Python can go through: of an object, its names.
pub(super) fn list(
    field: &Field,
    own: &'static model::Field,
    member: &Member,
    written: &mut Vec<Written>,
) -> Result<Value, Message> {
    let items = match member {
        Member::Nested(json) => match serde_json::from_str(json) {
            Ok(serde_json::Value::Array(items)) => items.iter().map(Member::of).collect(),
            Ok(serde_json::Value::Object(members)) => {
                members.into_iter().map(|(name, _)| Member::Text(name)).collect()
            }
            _ => Vec::new(),
        },
        other => {
            return Err(format!("Expected a list of items but got type \"{}\".", other.type_name()).into());
        }
    };
    many(field, own, &items, written)
}

pub(super) fn many(
    field: &Field,
    own: &'static model::Field,
    items: &[Member],
    written: &mut Vec<Written>,
) -> Result<Value, Message> {
    if items.is_empty() && !field.blank {
        return Err("This list may not be empty.".into());
    }
    items.iter().map(|item| key(own, item, written)).collect::<Result<BTreeSet<Key>, _>>().map(Value::Keys)
}

fn key(own: &'static model::Field, member: &Member, written: &mut Vec<Written>) -> Result<Key, Message> {
    let text = member.to_python();
    let kind = own.relation().map_or(KeyKind::Integer, |relation| relation.to.key_kind());
    let key = match (kind, member) {
        (KeyKind::Integer, _) => integer(member, &text)?,
        (KeyKind::Uuid, Member::Null) => return Err(does_not_exist(&text)),
        // Python's `UUID()` reads nothing else.
        (KeyKind::Uuid, Member::Text(text)) => kind.parse(text).ok_or_else(|| no_uuid(text))?,
        (KeyKind::Uuid, _) => return Err(no_uuid(&text)),
    };
    written.push(Written { field: own.name, key, text });
    Ok(key)
}

/// Python's `int()` of a value, as Django's lookups do it.
fn integer(member: &Member, text: &str) -> Result<Key, Message> {
    let number = match member {
        Member::Bool(flag) => Some(Int::Fits((*flag).into())),
        Member::Number(number) => {
            python::int(number.split('.').next().unwrap_or(number)).or(Some(Int::TooLarge))
        }
        Member::Text(text) => python::int(text),
        Member::Null => return Err(does_not_exist(text)),
        Member::Nested(_) | Member::Other => None,
    };
    match number {
        Some(Int::Fits(key)) => Ok(key.into()),
        Some(Int::TooSmall | Int::TooLarge) => Err(does_not_exist(text)),
        None => Err(format!("Incorrect type. Expected pk value, received {}.", member.type_name()).into()),
    }
}

#[cfg(test)]
mod tests {
    use presspass_domain::model::{Field, Model, OnDelete};

    use super::*;

    static SHOP: Model = Model::new("shop", "shop").uuid_key();
    static PARENT: Field = Field::foreign_key("parent", &SHOP, OnDelete::Cascade);

    #[test]
    fn a_uuid_is_read_from_texts_alone_and_anything_else_is_named_as_python_writes_it() {
        let read = |member: Member| one(&PARENT, &member, &mut Vec::new()).map_err(|error| error.to_string());
        let text = |text: &str| Member::Text(text.to_owned());
        let uuid = "a0000000-0000-0000-0000-000000000001";
        let key = Value::Key(KeyKind::Uuid.parse(uuid));
        assert_eq!(read(text(uuid)), Ok(key.clone()));
        assert_eq!(read(text(&uuid.to_uppercase().replace('-', ""))), Ok(key));
        for (member, shown) in [
            (text(" "), " "),
            (text("7"), "7"),
            (Member::Number("1.5".to_owned()), "1.5"),
            (Member::Bool(true), "True"),
            (Member::Nested("[\"x\"]".to_owned()), "['x']"),
        ] {
            assert_eq!(read(member), Err(format!("'{shown}' is not a valid UUID.")));
        }
        assert_eq!(read(Member::Null), Err("Invalid pk \"None\" - object does not exist.".to_owned()));
    }
}
