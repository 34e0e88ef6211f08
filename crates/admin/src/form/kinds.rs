//! The values of fields as texts of inputs, and back, with the messages of Django's forms.

use presspass_domain::Timestamp;
use presspass_domain::model::{Field, Format, Input, IntegerRules, Kind, Lines, TextRules, Value, scalars};
use presspass_serializers::Pattern;
use presspass_serializers::model::formats;

const NO_CHOICE: &str = "That choice is not one of the available choices.";

/// What an input holds for a value.
pub(crate) fn input_text(value: &Value) -> String {
    match value {
        Value::Timestamp(timestamp) => timestamp.map(timestamp_text).unwrap_or_default(),
        Value::Boolean(flag) => flag.to_string(),
        Value::One(reference) => reference.as_ref().map(|it| it.id.to_string()).unwrap_or_default(),
        Value::Json(json) => format!("{json:#}"),
        other => other.text(),
    }
}

/// What an input holds for the default of a new record.
pub(crate) fn default_text(field: &Field) -> String {
    match field.default_value() {
        Some(Input::Text(text) | Input::Decimal(text)) => text,
        Some(Input::Boolean(flag)) => flag.to_string(),
        Some(Input::Timestamp(Some(timestamp))) => timestamp_text(timestamp),
        Some(Input::Key(Some(key))) => key.to_string(),
        Some(Input::Integer(number)) => number.to_string(),
        Some(Input::Float(number)) => number.to_string(),
        Some(Input::Date(date)) => date.to_string(),
        Some(Input::Time(time)) => scalars::time_text(time),
        Some(Input::Duration(micros)) => scalars::duration_text(micros),
        Some(Input::Uuid(uuid)) => scalars::uuid_text(uuid),
        Some(Input::Json(json)) => format!("{json:#}"),
        Some(
            Input::Null | Input::Timestamp(None) | Input::Key(None) | Input::Keys(_) | Input::Password(_),
        )
        | None => String::new(),
    }
}

/// A timestamp as browsers' own inputs accept it: to the millisecond at most.
pub(crate) fn timestamp_text(timestamp: Timestamp) -> String {
    let wire = timestamp.to_wire();
    let text = wire.trim_end_matches('Z');
    text.get(..23).unwrap_or(text).to_owned()
}

/// Whether a value is what the record has.
pub(crate) fn is_same(input: &Input, value: &Value) -> bool {
    match (input, value) {
        (Input::Text(new), Value::Text(old)) | (Input::Decimal(new), Value::Decimal(old)) => new == old,
        (Input::Boolean(new), Value::Boolean(old)) => new == old,
        (Input::Timestamp(new), Value::Timestamp(old)) => new == old,
        (Input::Key(new), Value::One(old)) => *new == old.as_ref().map(|reference| reference.id),
        (Input::Integer(new), Value::Integer(old)) | (Input::Duration(new), Value::Duration(old)) => {
            new == old
        }
        (Input::Float(new), Value::Float(old)) => new == old,
        (Input::Date(new), Value::Date(old)) => new == old,
        (Input::Time(new), Value::Time(old)) => new == old,
        (Input::Uuid(new), Value::Uuid(old)) => new == old,
        (Input::Json(new), Value::Json(old)) => new == old,
        (Input::Null, Value::Null) => true,
        _ => false,
    }
}

/// Parses what was typed into an input, one of many-to-many relations and passwords aside. Whether it may be empty, and how
/// long it may be, is the model's ([`presspass_domain::model::Form::set`]).
pub(crate) fn parse(field: &Field, typed: &str) -> Result<Input, String> {
    let text = typed.trim();
    if text.is_empty() && !matches!(field.kind, Kind::Text(_)) {
        return Ok(Input::null(field.kind));
    }
    let parsed = |message: &str| Input::parse(field, text).ok_or_else(|| message.to_owned());
    match field.kind {
        Kind::Text(rules) => text_input(field, rules, typed),
        Kind::Integer(rules) => integer(rules, text),
        Kind::Float => parsed("Enter a number."),
        Kind::Decimal { digits, places } => scalars::decimal(text, digits, places)
            .map(Input::Decimal)
            .ok_or_else(|| not_decimal(text, digits, places)),
        Kind::Boolean => parsed("Select a valid choice."),
        Kind::Date => parsed("Enter a valid date."),
        Kind::Time => parsed("Enter a valid time."),
        Kind::Timestamp => parsed("Enter a valid date/time."),
        Kind::Duration => parsed("Enter a valid duration."),
        Kind::Uuid => parsed("Enter a valid UUID."),
        Kind::Json => parsed("Enter a valid JSON."),
        Kind::One(_) | Kind::Many(_) | Kind::Password => {
            parsed(&format!("Select a valid choice. {NO_CHOICE}"))
        }
    }
}

fn text_input(field: &Field, rules: TextRules, typed: &str) -> Result<Input, String> {
    let text = typed.trim();
    let is_choice = field.choices.is_empty() || field.choices.iter().any(|(value, _)| *value == text);
    if text.is_empty() || !is_choice {
        // A text that is required and empty is refused by the model.
        return if text.is_empty() {
            Ok(Input::Text(String::new()))
        } else {
            Err(format!("Select a valid choice. {text} is not one of the available choices."))
        };
    }
    match format_problem(rules.format, text) {
        Some(problem) => Err(problem),
        None if rules.lines == Lines::Many => Ok(Input::Text(typed.to_owned())),
        None => Ok(Input::Text(text.to_owned())),
    }
}

/// Why a text does not have the format of its field.
fn format_problem(format: Format, text: &str) -> Option<String> {
    let (fits, problem) = match format {
        Format::Any => return None,
        Format::Slug => (
            formats::is_slug(text),
            "Enter a valid “slug” consisting of letters, numbers, underscores or hyphens.",
        ),
        Format::Email => (formats::is_email(text), "Enter a valid email address."),
        Format::Url => (formats::is_url(text), "Enter a valid URL."),
        // The check of the registration has found patterns that are invalid.
        Format::Pattern(expression, message) => {
            let pattern = Pattern::new(expression, message);
            (pattern.is_ok_and(|pattern| pattern.matches(text)), message)
        }
    };
    (!fits).then(|| problem.to_owned())
}

fn integer(rules: IntegerRules, text: &str) -> Result<Input, String> {
    // As in Django, `1.0` is an integer.
    let whole = text.split_once('.').filter(|(_, zeros)| zeros.bytes().all(|byte| byte == b'0'));
    let text = whole.map_or(text, |(whole, _)| whole);
    let number: i128 = text.parse().map_err(|_| "Enter a whole number.".to_owned())?;
    let (smallest, largest) = rules.range();
    let smallest = rules.min.map_or(smallest, |min| min.max(smallest));
    let largest = rules.max.map_or(largest, |max| max.min(largest));
    if number < smallest.into() {
        return Err(format!("Ensure this value is greater than or equal to {smallest}."));
    }
    i64::try_from(number)
        .ok()
        .filter(|number| *number <= largest)
        .map(Input::Integer)
        .ok_or_else(|| format!("Ensure this value is less than or equal to {largest}."))
}

/// Why a text is no decimal of these digits and places.
fn not_decimal(text: &str, digits: u8, places: u8) -> String {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let is_number = !(whole.is_empty() && fraction.is_empty())
        && whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit());
    if !is_number {
        return "Enter a number.".to_owned();
    }
    let at_most = |limit: u8, what: &str, rest: &str| {
        let s = if limit == 1 { "" } else { "s" };
        format!("Ensure that there are no more than {limit} {what}{s}{rest}.")
    };
    let whole = whole.trim_start_matches('0');
    if whole.len() + fraction.len() > usize::from(digits) {
        at_most(digits, "digit", " in total")
    } else if fraction.len() > usize::from(places) {
        at_most(places, "decimal place", "")
    } else {
        at_most(digits - places, "digit", " before the decimal point")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(field: Field, text: &str) -> String {
        parse(&field, text).unwrap_err()
    }

    #[test]
    fn timestamps_are_typed_as_browsers_take_them() {
        for (wire, text) in [
            ("2026-01-01T06:00:00.007404Z", "2026-01-01T06:00:00.007"),
            ("2026-01-01T06:00:00Z", "2026-01-01T06:00:00"),
        ] {
            assert_eq!(timestamp_text(Timestamp::parse_iso(wire).unwrap()), text);
        }
    }

    #[test]
    fn every_kind_goes_into_an_input_and_back() {
        static CHOICES: &[(&str, &str)] = &[("draft", "Draft")];
        for (field, value) in [
            (Field::text("a", 5), Value::Text("é".to_owned())),
            (Field::choice("a", CHOICES), Value::Text("draft".to_owned())),
            (Field::integer("a"), Value::Integer(-7)),
            (Field::float("a"), Value::Float(scalars::Float::new(0.1).unwrap())),
            (Field::decimal("a", 6, 2), Value::Decimal("-12.50".to_owned())),
            (Field::boolean("a").null(), Value::Boolean(false)),
            (Field::date("a"), Value::Date(scalars::date("2026-02-28").unwrap())),
            (Field::time("a"), Value::Time(scalars::time("09:05:01.5").unwrap())),
            (Field::timestamp("a"), Value::Timestamp(Timestamp::parse_iso("2026-01-01T06:00:00Z").ok())),
            (Field::duration("a"), Value::Duration(-1)),
            (Field::uuid("a"), Value::Uuid(7)),
            (Field::json("a"), Value::Json(serde_json::json!({"a": [1, null]}))),
            (Field::float("a").null(), Value::Null),
            (Field::timestamp("a").null(), Value::Timestamp(None)),
        ] {
            let input = parse(&field, &input_text(&value)).unwrap();
            assert!(is_same(&input, &value), "{input:?} is not {value:?}");
        }
    }

    #[test]
    fn messages_are_those_of_djangos_forms() {
        let rated = || Field::integer("a").min(-100).max(100);
        for (field, text, expected) in [
            (Field::integer("a"), "x", "Enter a whole number."),
            (Field::integer("a"), "1.5", "Enter a whole number."),
            (rated(), "101", "Ensure this value is less than or equal to 100."),
            (rated(), "-101", "Ensure this value is greater than or equal to -100."),
            (Field::positive_small_integer("a"), "-1", "Ensure this value is greater than or equal to 0."),
            (
                Field::small_integer("a"),
                "99999999999999999999999",
                "Ensure this value is less than or equal to 32767.",
            ),
            (Field::float("a"), "nan", "Enter a number."),
            (Field::decimal("a", 6, 2), "x", "Enter a number."),
            (Field::decimal("a", 6, 2), "1.234", "Ensure that there are no more than 2 decimal places."),
            (Field::decimal("a", 6, 2), "12345.67", "Ensure that there are no more than 6 digits in total."),
            (
                Field::decimal("a", 6, 2),
                "12345",
                "Ensure that there are no more than 4 digits before the decimal point.",
            ),
            (Field::date("a"), "2026-02-30", "Enter a valid date."),
            (Field::time("a"), "25:00", "Enter a valid time."),
            (Field::timestamp("a"), "soon", "Enter a valid date/time."),
            (Field::duration("a"), "long", "Enter a valid duration."),
            (Field::uuid("a"), "1", "Enter a valid UUID."),
            (Field::json("a"), "{", "Enter a valid JSON."),
            (
                Field::slug("a", 9),
                "a b",
                "Enter a valid “slug” consisting of letters, numbers, underscores or hyphens.",
            ),
            (Field::email("a"), "ada", "Enter a valid email address."),
            (
                Field::choice("a", &[("x", "X")]),
                "y",
                "Select a valid choice. y is not one of the available choices.",
            ),
        ] {
            assert_eq!(message(field, text), expected, "{text}");
        }
        assert_eq!(parse(&Field::integer("a"), " 7.0 "), Ok(Input::Integer(7)));
    }
}
