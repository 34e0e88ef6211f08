//! Values on their way into the database.

use presspass_auth::Randomness;
use presspass_domain::Timestamp;
use presspass_domain::model::scalars::time_text;
use presspass_domain::model::{Default, Field, Input, Key, KeyKind, Kind};

use crate::error::Error;
use crate::sql::Bind;
use crate::url::Engine;

const DAY: i64 = 86_400_000_000;

/// The value of a column, as Django writes it.
pub(crate) fn bind(engine: Engine, field: &Field, input: &Input) -> Result<Bind, Error> {
    if input.is_null() {
        return Ok(Bind::Null);
    }
    let cast = |text: String, kind| Bind::Cast(text, kind);
    Ok(match (field.kind, input) {
        (Kind::Text(_), Input::Text(text)) => text.as_str().into(),
        (Kind::Password, Input::Password(hash)) => hash.as_str().into(),
        (Kind::Integer(_), Input::Integer(number)) => (*number).into(),
        (Kind::One(relation) | Kind::Many(relation), Input::Key(Some(key)))
            if key.kind() == relation.to.key_kind() =>
        {
            (*key).into()
        }
        (Kind::One(relation) | Kind::Many(relation), Input::Integer(key))
            if relation.to.key_kind() == KeyKind::Integer =>
        {
            (*key).into()
        }
        (Kind::One(relation) | Kind::Many(relation), Input::Uuid(key))
            if relation.to.key_kind() == KeyKind::Uuid =>
        {
            Key::Uuid(*key).into()
        }
        (Kind::Integer(_), Input::Key(Some(key @ Key::Integer(_))))
        | (Kind::Uuid, Input::Key(Some(key @ Key::Uuid(_)))) => (*key).into(),
        (Kind::Float, Input::Float(number)) => Bind::Float(number.get()),
        #[expect(clippy::cast_precision_loss, reason = "as Python's float()")]
        (Kind::Float, Input::Integer(number)) => Bind::Float(*number as f64),
        (Kind::Decimal { .. }, Input::Decimal(text)) => cast(text.clone(), "numeric"),
        (Kind::Decimal { .. }, Input::Integer(number)) => cast(number.to_string(), "numeric"),
        (Kind::Boolean, Input::Boolean(flag)) => (*flag).into(),
        (Kind::Date, Input::Date(date)) => cast(date.to_string(), "date"),
        (Kind::Time, Input::Time(time)) => cast(time_text(*time), "time"),
        (Kind::Timestamp, Input::Timestamp(Some(timestamp))) => (*timestamp).into(),
        (Kind::Duration, Input::Duration(micros)) => match engine {
            Engine::Sqlite => (*micros).into(),
            Engine::Postgresql => {
                let (days, micros) = (micros.div_euclid(DAY), micros.rem_euclid(DAY));
                cast(format!("{days} days {micros} microseconds"), "interval")
            }
        },
        (Kind::Uuid, Input::Uuid(uuid)) => Key::Uuid(*uuid).into(),
        (Kind::Json, Input::Json(json)) => cast(json.to_string(), "jsonb"),
        _ => return Err(Error::Query(format!("{} is given a value of another kind", field.name))),
    })
}

/// The default of a field that does not depend on the time or on chance.
pub(super) fn default_input(field: &Field) -> Option<Input> {
    field.default_value()
}

/// The time that a field is set to by itself.
pub(super) fn now(engine: Engine, field: &Field, now: Timestamp) -> Result<Bind, Error> {
    let at = now.get();
    let value = match field.kind {
        Kind::Date => Input::Date(at.date()),
        Kind::Time => Input::Time(at.time()),
        _ => Input::Timestamp(Some(now)),
    };
    bind(engine, field, &value)
}

/// The value of a new record that a draft leaves out.
pub(super) fn default(
    engine: Engine,
    field: &Field,
    at: Timestamp,
    randomness: &dyn Randomness,
) -> Result<Bind, Error> {
    match (field.default, field.kind) {
        (Default::Created | Default::Updated, _) => now(engine, field, at),
        (Default::Random, _) => bind(engine, field, &Input::Uuid(random_uuid(randomness)?)),
        (Default::Value(_), _) => match default_input(field) {
            Some(value) => bind(engine, field, &value),
            None => Err(Error::Query(format!("{} has a default that is no value of it", field.name))),
        },
        (Default::None, _) if field.null => Ok(Bind::Null),
        (Default::None, Kind::Text(_)) => Ok("".into()),
        (Default::None, Kind::Boolean) => Ok(false.into()),
        (Default::None, _) => Ok(Bind::Null),
    }
}

/// A UUID of version 4.
pub(crate) fn random_uuid(randomness: &dyn Randomness) -> Result<u128, Error> {
    let mut bytes = [0; 16];
    randomness.fill(&mut bytes).map_err(|error| Error::Unavailable(error.to_string()))?;
    let random = u128::from_be_bytes(bytes) & !(0xF << 76) & !(0x3 << 62);
    Ok(random | (4 << 76) | (2 << 62))
}
