//! From the fields of a resource to controls.

use presspass_domain::model::KeyKind;
use presspass_serializers::{Field, Kind, Look, TextFormat};

use super::html::Html;
use super::widget::{Choice, LineKind, Widget};

/// The control of a field, with its value.
pub(super) fn widget(field: &Field, value: String) -> Widget {
    let line = |kind, value| Widget::Line { kind, value };
    match (field.look, field.kind) {
        _ if field.read_only => Widget::Shown { content: Html::text(&value) },
        (Look::Password | Look::NewPassword, _) | (_, Kind::Password) => Widget::Password,
        // A pasted token is not sent back.
        (Look::Token, _) => Widget::Area { value: String::new(), rows: 3, is_code: true },
        (Look::Choice, _) => Widget::Choice { choices: Vec::new() },
        (Look::Choices, _) | (Look::Plain, Kind::Keys(_)) => Widget::Choices { choices: Vec::new() },
        (_, Kind::Json) => Widget::Area { value, rows: 8, is_code: true },
        (Look::Area, _) => Widget::Area { value, rows: 8, is_code: false },
        (Look::Email, _) => line(LineKind::Email, value),
        (Look::Username, _) | (Look::Plain, Kind::Duration | Kind::Uuid | Kind::Key(KeyKind::Uuid)) => {
            line(LineKind::Username, value)
        }
        (Look::Plain, Kind::Integer | Kind::Key(KeyKind::Integer)) if is_number(&value) => {
            line(LineKind::Number, value)
        }
        (Look::Plain, Kind::Float | Kind::Decimal { .. }) if is_number(&value) => {
            line(LineKind::Decimal, value)
        }
        (Look::Plain, Kind::DateTime) => match datetime_local(&value) {
            Some(timestamp) => line(LineKind::Timestamp, timestamp.to_owned()),
            // A browser would show and send nothing.
            None => line(LineKind::Text, value),
        },
        (Look::Plain, Kind::Date) if has_shape(&value, &["0000-00-00"]) => line(LineKind::Date, value),
        (Look::Plain, Kind::Time) if has_shape(&value, &["00:00", "00:00:00", "00:00:00.000"]) => {
            line(LineKind::Time, value)
        }
        (Look::Plain, Kind::Boolean) if field.nullable => {
            let is = |flags: &[&str]| flags.contains(&value.as_str());
            let chosen = if is(&["true", "True", "on", "1"]) {
                "true"
            } else if is(&["false", "False", "off", "0"]) {
                "false"
            } else {
                ""
            };
            let choice = |value: &str, label: &str| Choice {
                value: value.to_owned(),
                label: label.to_owned(),
                is_chosen: value == chosen,
            };
            Widget::Choice {
                choices: vec![nothing(chosen.is_empty()), choice("true", "Yes"), choice("false", "No")],
            }
        }
        (Look::Plain, Kind::Boolean) => {
            Widget::Checkbox { is_checked: matches!(value.as_str(), "true" | "on" | "1" | "True") }
        }
        (Look::Plain, Kind::Choice(known)) => Widget::Choice { choices: choices(field, known, &value) },
        (Look::Plain, Kind::Text { .. }) => match field.format {
            TextFormat::Any => line(LineKind::Text, value),
            TextFormat::Email => line(LineKind::Email, value),
            TextFormat::Url => line(LineKind::Url, value),
            TextFormat::Slug => line(LineKind::Username, value),
        },
        // A browser would show no value of another shape.
        (Look::Plain, _) => line(LineKind::Text, value),
    }
}

/// Whether a control for numbers shows it.
fn is_number(value: &str) -> bool {
    value.is_empty() || value.parse::<f64>().is_ok_and(f64::is_finite)
}

/// The choice of no value.
pub(super) fn nothing(is_chosen: bool) -> Choice {
    Choice { value: String::new(), label: "---------".to_owned(), is_chosen }
}

fn choices(field: &Field, known: &[(&str, &str)], value: &str) -> Vec<Choice> {
    let mut choices: Vec<Choice> = known
        .iter()
        .map(|(known, label)| Choice {
            value: (*known).to_owned(),
            label: (*label).to_owned(),
            is_chosen: *known == value,
        })
        .collect();
    let has_none = !choices.iter().any(|choice| choice.is_chosen);
    if has_none || field.blank || field.nullable {
        choices.insert(0, nothing(has_none));
    }
    choices
}

/// What a value may be, in words.
pub(super) fn limits(field: &Field) -> Option<String> {
    if field.read_only {
        return None;
    }
    match (field.kind, field.min, field.max) {
        (Kind::Text { max_length: Some(limit) }, ..) => Some(format!("At most {limit} characters.")),
        (Kind::Integer, Some(min), Some(max)) => Some(format!("From {min} to {max}.")),
        (Kind::Integer, Some(min), None) => Some(format!("At least {min}.")),
        (Kind::Integer, None, Some(max)) => Some(format!("At most {max}.")),
        (Kind::Duration, ..) => Some("Days and time: 1 02:30:00.".to_owned()),
        _ => None,
    }
}

/// Whether a value is empty or has one of these shapes, where `0` is any digit.
fn has_shape(value: &str, shapes: &[&str]) -> bool {
    let shape: String = value.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    shape.is_empty() || shapes.contains(&shape.as_str())
}

/// A timestamp as `datetime-local` accepts it, in UTC; `None` where it cannot be written so.
fn datetime_local(value: &str) -> Option<&str> {
    let timestamp = value.strip_suffix('Z').unwrap_or(value);
    let shape: String =
        timestamp.chars().map(|character| if character.is_ascii_digit() { '0' } else { character }).collect();
    let (whole, fraction) = shape.split_once('.').unwrap_or((&shape, "0"));
    let is_whole = matches!(whole, "" | "0000-00-00T00:00" | "0000-00-00T00:00:00");
    // Browsers support milliseconds at most.
    (is_whole && fraction.len() <= 3 && fraction.bytes().all(|byte| byte == b'0')).then_some(timestamp)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::FormField;

    const STATUS: Kind = Kind::Choice(&[("draft", "Draft"), ("out", "Published")]);

    fn chosen(widget: &Widget) -> Vec<String> {
        let (Widget::Choice { choices } | Widget::Choices { choices }) = widget else { panic!("{widget:?}") };
        choices.iter().map(|it| format!("{}{}", it.value, if it.is_chosen { "!" } else { "" })).collect()
    }

    #[test]
    fn every_kind_has_its_control() {
        let kind = |kind, value| match FormField::of(&Field::of("a", "A", kind), value).widget {
            Widget::Line { kind, .. } => kind.name(),
            Widget::Area { is_code: true, .. } => "code",
            Widget::Checkbox { is_checked: true } => "checked",
            other => panic!("{other:?}"),
        };
        for (of, value, control) in [
            (Kind::Integer, "1", "number"),
            (Kind::Integer, "x", "text"),
            (Kind::Float, "1.5", "number"),
            (Kind::Decimal { digits: 6, places: 2 }, "1.50", "number"),
            (Kind::Date, "2026-01-02", "date"),
            (Kind::Date, "", "date"),
            // What a browser would not show is not lost.
            (Kind::Date, "tomorrow", "text"),
            (Kind::Time, "10:00:00", "time"),
            (Kind::Time, "10:00:00.123456", "text"),
            (Kind::DateTime, "2026-01-02T03:04:05Z", "datetime-local"),
            (Kind::Duration, "1 00:00:00", "text"),
            (Kind::Uuid, "", "text"),
            (Kind::Key(KeyKind::Integer), "3", "number"),
            (Kind::Key(KeyKind::Uuid), "3", "text"),
            (Kind::Json, "{}", "code"),
            (Kind::Boolean, "true", "checked"),
        ] {
            assert_eq!(kind(of, value), control, "{of:?} {value}");
        }
        let url = Field { format: TextFormat::Url, ..Field::text("a", "A", None) };
        assert!(matches!(FormField::of(&url, "").widget, Widget::Line { kind: LineKind::Url, .. }));
    }

    #[test]
    fn a_select_offers_no_value_where_there_is_none_or_may_be_none() {
        let field = Field::of("status", "Status", STATUS);
        assert_eq!(chosen(&FormField::of(&field, "").widget), ["!", "draft", "out"]);
        assert_eq!(chosen(&FormField::of(&field, "draft").widget), ["draft!", "out"]);
        assert_eq!(chosen(&FormField::of(&field.nullable(), "out").widget), ["", "draft", "out!"]);
        let flag = Field::of("flag", "Flag", Kind::Boolean).nullable();
        assert_eq!(chosen(&FormField::of(&flag, "False").widget), ["", "true", "false!"]);
        assert_eq!(chosen(&FormField::of(&flag, "").widget), ["!", "true", "false"]);
    }

    #[test]
    fn related_records_are_offered_and_what_was_sent_is_kept() {
        let offered = [(1.into(), "News".to_owned()), (2.into(), "Local".to_owned())];
        let sent = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let key = Field::of("section", "Section", Kind::Key(KeyKind::Integer));
        assert_eq!(chosen(&FormField::of_related(&key, &sent(&["2"]), &offered).widget), ["", "1", "2!"]);
        assert_eq!(chosen(&FormField::of_related(&key, &sent(&[""]), &offered).widget), ["!", "1", "2"]);
        let keys = Field::of("tags", "Tags", Kind::Keys(KeyKind::Integer));
        assert_eq!(
            chosen(&FormField::of_related(&keys, &sent(&["1", "99"]), &offered).widget),
            ["1!", "2", "99!"]
        );
    }

    #[test]
    fn limits_are_told() {
        let number =
            |min, max| FormField::of(&Field { min, max, ..Field::of("a", "A", Kind::Integer) }, "").help;
        assert_eq!(number(Some(-100), Some(100)).as_deref(), Some("From -100 to 100."));
        assert_eq!(number(Some(0), None).as_deref(), Some("At least 0."));
        assert_eq!(number(None, None), None);
    }
}
