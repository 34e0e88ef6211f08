//! Formats values for people.

use presspass_domain::Timestamp;
use presspass_domain::model::{Kind, Path, Value};

use crate::model_admin::ModelAdmin;
use presspass_domain::model::Field;

/// The limit of characters of a text in a list.
const EXCERPT: usize = 120;

/// The placeholder of a missing value.
pub(crate) const NOTHING: &str = "–";

/// A value in a cell of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Shown {
    Text(String),
    Flag(bool),
    /// For machines, and for people.
    Timestamp(String, String),
    Nothing,
}

impl Shown {
    /// The whole value.
    pub fn of(admin: &ModelAdmin, field: &Field, value: &Value) -> Self {
        if let Some(text) = (admin.display)(field, value) {
            return Self::Text(text);
        }
        match value {
            Value::Text(text) if text.is_empty() => Self::Nothing,
            Value::Text(text) if !field.choices.is_empty() => {
                Self::Text(choice_label(field, text).to_owned())
            }
            Value::Boolean(flag) => Self::Flag(*flag),
            Value::Timestamp(Some(timestamp)) => {
                Self::Timestamp(timestamp.to_wire(), format_timestamp(*timestamp))
            }
            Value::One(Some(reference)) => Self::Text(reference.label.clone()),
            Value::Many(references) if !references.is_empty() => {
                let labels: Vec<&str> = references.iter().map(|it| it.label.as_str()).collect();
                Self::Text(labels.join("\n"))
            }
            Value::Timestamp(None) | Value::One(None) | Value::Many(_) | Value::Null => Self::Nothing,
            other => Self::Text(value_text(other)),
        }
    }

    /// Short enough for a list.
    pub fn in_list(admin: &ModelAdmin, field: &Field, value: &Value) -> Self {
        match Self::of(admin, field, value) {
            Self::Text(text) => Self::Text(excerpt(&text, EXCERPT)),
            shown => shown,
        }
    }

    pub fn into_text(self) -> String {
        match self {
            Self::Text(text) | Self::Timestamp(_, text) => text,
            Self::Flag(flag) => if flag { "Yes" } else { "No" }.to_owned(),
            Self::Nothing => NOTHING.to_owned(),
        }
    }
}

/// The label of a choice; the value itself where it is none.
pub(crate) fn choice_label<'t>(field: &Field, value: &'t str) -> &'t str {
    field.choices.iter().find(|(known, _)| *known == value).map_or(value, |(_, label)| *label)
}

/// The label of a field, also of a record that this one refers to: `Author username`.
pub(crate) fn path_label(path: &Path) -> String {
    if path.through.is_empty() {
        return path.field.label().into_owned();
    }
    let fields = path.through.iter().copied().chain([path.field]);
    capitalized(&fields.map(|field| field.label().to_lowercase()).collect::<Vec<_>>().join(" "))
}

/// A value as text, without its model, which may not be known any more.
pub(crate) fn value_text(value: &Value) -> String {
    match value {
        Value::Boolean(flag) => if *flag { "Yes" } else { "No" }.to_owned(),
        Value::Timestamp(timestamp) => timestamp.map(format_timestamp).unwrap_or_default(),
        Value::Many(references) => {
            references.iter().map(|it| it.label.as_str()).collect::<Vec<_>>().join("\n")
        }
        other => other.text(),
    }
}

/// `2026-01-01 06:00:00 UTC`
#[must_use]
pub fn format_timestamp(timestamp: Timestamp) -> String {
    let wire = timestamp.to_wire();
    let (date, time) = wire.split_once('T').unwrap_or((wire.as_str(), ""));
    format!("{date} {} UTC", time.get(..8).unwrap_or_default())
}

/// At most this many characters, with an ellipsis for the rest.
pub(crate) fn excerpt(text: &str, characters: usize) -> String {
    match text.char_indices().nth(characters) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default().trim_end()),
        None => text.to_owned(),
    }
}

/// Django's `capfirst`.
#[must_use]
pub fn capitalized(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

/// Whether a column is right-aligned.
pub(crate) const fn is_number(field: &Field) -> bool {
    matches!(field.kind, Kind::Integer(_) | Kind::Float | Kind::Decimal { .. })
}

/// `1 post`, `2 posts`
pub(crate) fn count_of(count: i64, one: &str, several: &str) -> String {
    format!("{} {}", with_separators(count), if count == 1 { one } else { several })
}

/// `100,000`
pub(crate) fn with_separators(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if number < 0 {
        text.push('-');
    }
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps_are_shown_to_the_second() {
        let timestamp = Timestamp::parse_iso("2026-01-01T06:00:00.007404Z").unwrap();
        assert_eq!(format_timestamp(timestamp), "2026-01-01 06:00:00 UTC");
        assert_eq!(format_timestamp(Timestamp::EPOCH), "1970-01-01 00:00:00 UTC");
    }

    #[test]
    fn numbers_are_grouped_by_thousands() {
        for (number, text) in
            [(0, "0"), (999, "999"), (1000, "1,000"), (-123_456, "-123,456"), (1_000_000, "1,000,000")]
        {
            assert_eq!(with_separators(number), text);
        }
        assert_eq!(count_of(1, "post", "posts"), "1 post");
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        assert_eq!(excerpt("äöü", 3), "äöü");
        assert_eq!(excerpt("äö ü", 3), "äö…");
        assert_eq!(capitalized("élan"), "Élan");
    }
}
