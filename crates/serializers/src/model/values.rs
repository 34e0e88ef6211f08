//! The value of one field: DRF's `get_value` and `run_validation`.

use presspass_domain::model::scalars;
use presspass_domain::model::{self, Input as Value};

use super::keys::Written;
use super::{dates, keys, numbers, texts};
use crate::errors::Message;
use crate::field::{Field, Kind};
use crate::input::{Input, Member};
use crate::validation::Completeness;

const NULL: &str = "This field may not be null.";

/// What a body has for a field.
pub(super) enum Given<'i> {
    Absent,
    Null,
    Value(&'i Member),
    /// The values of one name of a form.
    List(Vec<&'i Member>),
    /// JSON as the text of a form.
    Json(&'i str),
}

const UNCHECKED: Member = Member::Bool(false);

/// DRF's `get_value`. Forms have no null and no false: an empty text stands for the one, nothing for the other.
pub(super) fn given<'i>(field: &Field, input: &'i Input, completeness: Completeness) -> Given<'i> {
    if !input.is_form() {
        return match input.member(field.name) {
            None => Given::Absent,
            Some(Member::Null) => Given::Null,
            Some(member) => Given::Value(member),
        };
    }
    let is_partial = completeness == Completeness::Partial;
    let member = input.member(field.name);
    match (field.kind, member) {
        (Kind::Keys(_), None) if is_partial => Given::Absent,
        (Kind::Keys(_), _) => Given::List(input.all(field.name).collect()),
        (Kind::Boolean, None) if !is_partial && !field.fills_default => Given::Value(&UNCHECKED),
        (_, None) => Given::Absent,
        (Kind::Json, Some(Member::Text(text))) => Given::Json(text),
        (kind, Some(member @ Member::Text(text))) if text.is_empty() => {
            let is_text = matches!(kind, Kind::Text { .. } | Kind::Choice(_));
            match (field.nullable, field.required) {
                (true, _) | (_, false) if is_text && field.blank => Given::Value(member),
                (true, _) => Given::Null,
                (false, false) => Given::Absent,
                (false, true) => Given::Value(member),
            }
        }
        (_, Some(member)) => Given::Value(member),
    }
}

/// DRF's `run_validation`, but for what only the database knows.
pub(super) fn value(
    field: &Field,
    own: &'static model::Field,
    given: Given<'_>,
    written: &mut Vec<Written>,
) -> Result<Value, Vec<Message>> {
    let one = |message: &'static str| vec![Message::from(message)];
    let member = match given {
        Given::Value(member) => member,
        Given::List(items) => {
            let items: Vec<Member> = items.into_iter().cloned().collect();
            return keys::many(field, own, &items, written).map_err(|message| vec![message]);
        }
        Given::Json(text) => return json(field, own, text),
        Given::Null | Given::Absent if field.nullable => return Ok(Value::null(own.kind)),
        Given::Null | Given::Absent => return Err(one(NULL)),
    };
    let outcome = match field.kind {
        Kind::Text { max_length } => return texts::text(field, own, max_length, member),
        Kind::Integer => {
            return numbers::integer(field, member).map(Value::Integer).map_err(|it| vec![it]);
        }
        Kind::Json => return json_member(field, own, member),
        Kind::Choice(choices) => texts::choice(field, choices, member).map(Value::Text),
        Kind::Float => numbers::float(member).map(Value::Float),
        Kind::Decimal { digits, places } => numbers::decimal(digits, places, member).map(Value::Decimal),
        Kind::Boolean => numbers::boolean(field.nullable, member),
        Kind::Date => dates::date(member).map(Value::Date),
        Kind::Time => dates::time(member).map(Value::Time),
        Kind::DateTime => dates::timestamp(member).map(|it| Value::Timestamp(Some(it))),
        Kind::Duration => dates::duration(member).map(Value::Duration),
        Kind::Uuid => uuid(member).map(Value::Uuid).ok_or_else(|| "Must be a valid UUID.".into()),
        // Of a relation an empty text is no record.
        Kind::Key(_) if matches!(member, Member::Text(text) if text.is_empty()) => {
            if field.nullable {
                Ok(Value::Key(None))
            } else {
                Err(NULL.into())
            }
        }
        Kind::Key(_) => keys::one(own, member, written),
        Kind::Keys(_) => return keys::list(field, own, member, written).map_err(|message| vec![message]),
        Kind::Password | Kind::Object(_) | Kind::Objects(_) => Err("Not a valid string.".into()),
    };
    outcome.map_err(|message| vec![message])
}

/// DRF's `UUIDField` takes the number of a UUID, too.
fn uuid(member: &Member) -> Option<u128> {
    match member {
        Member::Text(text) => scalars::uuid(text),
        Member::Number(number) => number.parse().ok(),
        Member::Bool(flag) => Some(u128::from(*flag)),
        _ => None,
    }
}

const NO_JSON: &str = "Value must be valid JSON.";

fn json(field: &Field, own: &'static model::Field, text: &str) -> Result<Value, Vec<Message>> {
    match serde_json::from_str(text) {
        Ok(serde_json::Value::Null) if field.nullable => Ok(Value::null(own.kind)),
        Ok(serde_json::Value::Null) => Err(vec![NULL.into()]),
        // PostgreSQL cannot store it.
        Ok(value) if has_nul(&value) => Err(vec!["Null characters are not allowed.".into()]),
        Ok(value) => Ok(Value::Json(value)),
        Err(_) => Err(vec![NO_JSON.into()]),
    }
}

fn json_member(field: &Field, own: &'static model::Field, member: &Member) -> Result<Value, Vec<Message>> {
    match member {
        Member::Nested(text) | Member::Number(text) => json(field, own, text),
        Member::Text(text) if text.contains('\0') => Err(vec!["Null characters are not allowed.".into()]),
        Member::Text(text) => Ok(Value::Json(text.as_str().into())),
        Member::Bool(flag) => Ok(Value::Json((*flag).into())),
        Member::Null | Member::Other => Err(vec![NO_JSON.into()]),
    }
}

fn has_nul(value: &serde_json::Value) -> bool {
    match value {
        serde_json::Value::String(text) => text.contains('\0'),
        serde_json::Value::Array(items) => items.iter().any(has_nul),
        serde_json::Value::Object(members) => {
            members.iter().any(|(name, value)| name.contains('\0') || has_nul(value))
        }
        _ => false,
    }
}
