//! The values of filters, as the fields of Django's forms read them.

use presspass_domain::Timestamp;
use presspass_domain::model::scalars::Float;
use presspass_domain::model::{Input as Value, Key, KeyKind, Model, scalars};
use time::{Date, Month};

use super::filters::{LONGEST_FILTER, RelatedKey};
use super::keys::no_uuid;
use super::numbers::Decimal;
use crate::errors::Message;
use crate::python::{self, Int};
use crate::validation::strip;

const NO_NUMBER: &str = "Enter a number.";

/// A text of a query as a value.
pub(super) enum Parsed {
    Nothing,
    Value(Value),
}

impl Parsed {
    pub fn into_value(self) -> Option<Value> {
        match self {
            Self::Nothing => None,
            Self::Value(value) => Some(value),
        }
    }
}

/// A value of any kind: an empty text is none.
pub(super) fn by(
    text: &str,
    message: &'static str,
    parse: impl FnOnce(&str) -> Option<Value>,
) -> Result<Parsed, Message> {
    if text.is_empty() {
        return Ok(Parsed::Nothing);
    }
    parse(strip(text)).map(Parsed::Value).ok_or_else(|| message.into())
}

pub(super) fn text(text: &str, may_be_empty: bool) -> Result<Parsed, Message> {
    let text = strip(text);
    if text.contains('\0') {
        Err("Null characters are not allowed.".into())
    } else if text.len() > LONGEST_FILTER {
        Err(format!("Ensure this value has at most {LONGEST_FILTER} bytes.").into())
    } else if text.is_empty() && !may_be_empty {
        Ok(Parsed::Nothing)
    } else {
        Ok(Parsed::Value(Value::Text(text.to_owned())))
    }
}

/// What django-filter's `BooleanWidget` knows; other texts ask for nothing.
pub(super) fn boolean(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "1" | "true" => Some(true),
        "0" | "false" => Some(false),
        _ => None,
    }
}

pub(super) fn choice(choices: &[(&str, &str)], text: &str) -> Result<Option<Value>, Message> {
    if text.is_empty() {
        return Ok(None);
    }
    if choices.iter().any(|(value, _)| *value == text) {
        return Ok(Some(Value::from(text)));
    }
    Err(format!("Select a valid choice. {text} is not one of the available choices.").into())
}

/// A number without its fraction, as Python's `int()` of a decimal. One beyond 64 bits is as good as the last of them.
pub(super) fn integer(text: &str) -> Result<Parsed, Message> {
    by(text, NO_NUMBER, |text| Some(Value::Integer(Decimal::parse(text)?.truncated())))
}

pub(super) fn float(text: &str) -> Result<Parsed, Message> {
    by(text, NO_NUMBER, |text| {
        Decimal::parse(text)?;
        let number: f64 = text.replace('_', "").parse().ok()?;
        Float::new(number.clamp(f64::MIN, f64::MAX)).map(Value::Float)
    })
}

/// A decimal with all of its places.
pub(super) fn decimal(text: &str) -> Result<Parsed, Message> {
    by(text, NO_NUMBER, |text| Decimal::parse(text).map(|decimal| Value::Decimal(decimal.plain())))
}

/// An ISO timestamp; without a zone it is in UTC.
pub(super) fn timestamp(text: &str) -> Option<Value> {
    Timestamp::parse_iso(text).ok().map(|timestamp| Value::Timestamp(Some(timestamp)))
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Django's `DATE_INPUT_FORMATS` of English: `2026-10-25`, `10/25/2026`, `10/25/26`, `Oct 25 2026`, `25 October, 2026`.
pub(super) fn date(text: &str) -> Option<Date> {
    if let Some(date) = scalars::date(text) {
        return Some(date);
    }
    let small = |text: &str| (text.len() <= 2).then(|| text.parse::<u8>().ok()).flatten();
    if let [month, day, year] = text.split('/').collect::<Vec<_>>().as_slice() {
        let year = match (year.len(), year.parse::<i32>().ok()?) {
            (4, year) => year,
            (2, year) => year + if year < 69 { 2000 } else { 1900 },
            _ => return None,
        };
        return Date::from_calendar_date(year, Month::try_from(small(month)?).ok()?, small(day)?).ok();
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    let &[first, second, year] = words.as_slice() else { return None };
    let month = |name: &str| {
        let name = name.to_lowercase();
        let at = MONTHS.iter().position(|month| *month == name || month.get(..3) == Some(name.as_str()))?;
        Month::try_from(u8::try_from(at + 1).ok()?).ok()
    };
    let second = second.strip_suffix(',').unwrap_or(second);
    let (month, day) = match month(first) {
        Some(month) => (month, small(second)?),
        None => (month(second)?, small(first)?),
    };
    let year = (year.len() == 4).then(|| year.parse().ok()).flatten()?;
    Date::from_calendar_date(year, month, day).ok()
}

const NO_CHOICE: &str = "Select a valid choice. That choice is not one of the available choices.";

/// The key of a foreign key (Django's `ModelChoiceField`).
pub(super) fn key(
    model: &'static Model,
    text: &str,
    related: &mut Vec<RelatedKey>,
) -> Result<Parsed, Message> {
    if text.is_empty() {
        return Ok(Parsed::Nothing);
    }
    let key = match model.key_kind() {
        KeyKind::Uuid => KeyKind::Uuid.parse(text).ok_or_else(|| no_uuid(text))?,
        KeyKind::Integer => match python::int(text) {
            Some(Int::Fits(key)) => Key::Integer(key),
            _ => return Err(NO_CHOICE.into()),
        },
    };
    related.push(RelatedKey { model, key, message: NO_CHOICE.into() });
    Ok(Parsed::Value(Value::Key(Some(key))))
}

/// Any of these keys (Django's `ModelMultipleChoiceField`).
pub(super) fn keys(
    model: &'static Model,
    given: &[&str],
    related: &mut Vec<RelatedKey>,
) -> Result<Vec<Value>, Message> {
    let mut keys = Vec::new();
    let mut refused = None;
    for text in given {
        let message = format!("Select a valid choice. {text} is not one of the available choices.");
        let key = match model.key_kind() {
            KeyKind::Uuid => KeyKind::Uuid.parse(text).ok_or_else(|| no_uuid(text))?,
            KeyKind::Integer => match python::int(text) {
                Some(Int::Fits(key)) => Key::Integer(key),
                Some(_) => return Err(message.into()),
                None => return Err(format!("\"{text}\" is not a valid value.").into()),
            },
        };
        // Django looks the text up among the keys as Python writes them.
        if key.to_string() == *text {
            related.push(RelatedKey { model, key, message: message.into() });
        } else {
            refused.get_or_insert(message);
        }
        keys.push(Value::Key(Some(key)));
    }
    refused.map_or(Ok(keys), |message| Err(message.into()))
}
