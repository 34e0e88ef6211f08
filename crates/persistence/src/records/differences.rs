//! The old and new values of fields, beside the log's entries: Django's entries only name the fields.

use std::collections::HashMap;

use presspass_domain::Timestamp;
use presspass_domain::model::{Difference, Key, KeyKind, LogEntry, Reference, Value};
use serde_json::{Value as Json, json};

use crate::connection::Connection;
use crate::error::Error;
use crate::sql::Sql;

pub(super) fn write(
    connection: &mut Connection,
    log_entry: i64,
    differences: &[Difference],
) -> Result<(), Error> {
    if differences.is_empty() {
        return Ok(());
    }
    let rows = (0..).zip(differences).map(|(position, difference)| {
        Sql::new("(")
            .number(log_entry)
            .push(", ")
            .number(position)
            .push(", ")
            .bind(difference.field.as_str())
            .push(", ")
            .bind(to_json(&difference.old).to_string())
            .push(", ")
            .bind(to_json(&difference.new).to_string())
            .push(")")
    });
    Sql::new("INSERT INTO presspass_difference (log_entry_id, position, field, old_value, new_value) VALUES ")
        .join(", ", rows)
        .run(connection)
        .map(|_| ())
}

/// The differences of these entries, by entry.
pub(super) fn read(
    connection: &mut Connection,
    entries: &[LogEntry],
) -> Result<HashMap<i64, Vec<Difference>>, Error> {
    let rows = Sql::new(
        "SELECT log_entry_id, field, old_value, new_value FROM presspass_difference WHERE log_entry_id IN ",
    )
    .keys(entries.iter().map(|entry| entry.id))
    .push(" ORDER BY log_entry_id, position")
    .load(connection)?;
    let mut differences: HashMap<i64, Vec<Difference>> = HashMap::new();
    for row in &rows {
        let value = |at| {
            let json = serde_json::from_str(&row.text(at)?).ok();
            json.as_ref()
                .and_then(from_json)
                .ok_or_else(|| Error::Query("presspass_difference: a value cannot be read".to_owned()))
        };
        let difference = Difference { field: row.text(1)?, old: value(2)?, new: value(3)? };
        differences.entry(row.integer(0)?).or_default().push(difference);
    }
    Ok(differences)
}

/// A text as it is stored: cut at [`Difference::MAX_LENGTH`] characters, which `…` shows.
fn cut(text: &str) -> String {
    match text.char_indices().nth(Difference::MAX_LENGTH) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// The key of a timestamp in stored changes; not renamed, as older entries have it.
const TIMESTAMP: &str = "moment";

fn to_json(value: &Value) -> Json {
    let reference = |reference: &Reference| match reference.id {
        Key::Integer(number) => json!([number, reference.label]),
        key @ Key::Uuid(_) => json!([key.to_string(), reference.label]),
    };
    match value {
        Value::Text(text) => json!({ "text": cut(text) }),
        Value::Integer(number) => json!({ "integer": number }),
        Value::Boolean(flag) => json!({ "boolean": flag }),
        Value::Timestamp(timestamp) => json!({ TIMESTAMP: timestamp.map(Timestamp::to_wire) }),
        Value::One(one) => json!({ "one": one.as_ref().map(reference) }),
        Value::Many(many) => json!({ "many": many.iter().map(reference).collect::<Vec<_>>() }),
        Value::Null => json!({ "null": null }),
        // As they are shown: they are compared by nobody.
        other => json!({ "text": cut(&other.text()) }),
    }
}

fn from_json(json: &Json) -> Option<Value> {
    let reference = |json: &Json| {
        let id = match json.get(0)? {
            Json::String(uuid) => KeyKind::Uuid.parse(uuid)?,
            number => number.as_i64()?.into(),
        };
        Some(Reference { id, label: json.get(1)?.as_str()?.to_owned() })
    };
    let (kind, value) = json.as_object()?.iter().next()?;
    Some(match kind.as_str() {
        "null" => Value::Null,
        "text" => Value::Text(value.as_str()?.to_owned()),
        "integer" => Value::Integer(value.as_i64()?),
        "boolean" => Value::Boolean(value.as_bool()?),
        TIMESTAMP if value.is_null() => Value::Timestamp(None),
        TIMESTAMP => Value::Timestamp(Some(Timestamp::parse_iso(value.as_str()?).ok()?)),
        "one" if value.is_null() => Value::One(None),
        "one" => Value::One(Some(reference(value)?)),
        "many" => Value::Many(value.as_array()?.iter().map(reference).collect::<Option<_>>()?),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_is_read_again() {
        let reference = Reference { id: 7.into(), label: "é \"🎉\"".to_owned() };
        for value in [
            Value::Text("line\nline \u{2028}".to_owned()),
            Value::Integer(i64::MIN),
            Value::Boolean(true),
            Value::Timestamp(None),
            Value::Timestamp(Timestamp::from_unix_micros(-1)),
            Value::One(None),
            Value::One(Some(reference.clone())),
            Value::One(Some(Reference { id: Key::Uuid(u128::MAX), label: "x".to_owned() })),
            Value::Many(vec![reference.clone(), reference]),
        ] {
            assert_eq!(from_json(&to_json(&value)), Some(value));
        }
        for bad in ["1", "{}", "{\"text\": 1}", "{\"password\": \"x\"}", "{\"many\": [[1]]}"] {
            assert_eq!(from_json(&serde_json::from_str(bad).unwrap()), None, "{bad}");
        }
    }
}
