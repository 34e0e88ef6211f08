//! Change messages of the log, in Django's format.

use std::borrow::Cow;
use std::fmt::Write as _;

use serde_json::{Map, Value as Json, json};

/// The message of a log entry, as in `django_admin_log.change_message`: a JSON list of steps, or any text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangeMessage {
    /// Empty where a record was deleted, or saved without a change.
    Steps(Vec<Step>),
    Text(String),
}

/// A part of a change. Django's inline forms name a record of another model; we name the credential of an account that was
/// revoked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    Added(Option<Inline>),
    /// The changed fields: their names (Django 2.1) or their labels (3.0 and later).
    Changed(Vec<String>, Option<Inline>),
    Deleted(Inline),
}

/// A record that was edited together with the record of the entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inline {
    /// The verbose name of its model.
    pub name: String,
    /// Its label.
    pub object: String,
}

impl ChangeMessage {
    #[must_use]
    pub fn added() -> Self {
        Self::Steps(vec![Step::Added(None)])
    }

    #[must_use]
    pub fn changed(fields: impl IntoIterator<Item = &'static str>) -> Self {
        Self::Steps(vec![Step::Changed(fields.into_iter().map(str::to_owned).collect(), None)])
    }

    /// Something that belongs to the record was deleted.
    #[must_use]
    pub fn deleted_of_it(name: &str, object: &str) -> Self {
        Self::Steps(vec![Step::Deleted(Inline { name: name.to_owned(), object: object.to_owned() })])
    }

    /// Django stores no message for a deletion.
    #[must_use]
    pub const fn deleted() -> Self {
        Self::Text(String::new())
    }

    /// Parses the column. What is no list of steps is a text, as in Django.
    #[must_use]
    pub fn parse(column: &str) -> Self {
        let steps =
            if column.starts_with('[') { serde_json::from_str::<Vec<Json>>(column).ok() } else { None };
        match steps {
            // Django ignores unknown steps.
            Some(steps) => Self::Steps(steps.iter().filter_map(Step::parse).collect()),
            None => Self::Text(column.to_owned()),
        }
    }

    /// The column, byte for byte as Python's `json.dumps` writes it.
    #[must_use]
    pub fn to_column(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Steps(steps) => {
                let steps: Vec<String> = steps.iter().map(Step::to_json).collect();
                format!("[{}]", steps.join(", "))
            }
        }
    }

    /// What Django shows: `Changed title and content.`
    #[must_use]
    pub fn text(&self) -> String {
        self.text_with(|field| field.to_owned().into())
    }

    /// The same with another name for each field, such as its label.
    #[must_use]
    pub fn text_with(&self, name: impl Fn(&str) -> Cow<'static, str>) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Steps(steps) if steps.is_empty() => "No fields changed.".to_owned(),
            Self::Steps(steps) => steps.iter().map(|step| step.text(&name)).collect::<Vec<_>>().join(" "),
        }
    }

    /// The names, or labels, of the record's own changed fields.
    #[must_use]
    pub fn fields(&self) -> Vec<&str> {
        let Self::Steps(steps) = self else { return Vec::new() };
        let own = steps.iter().filter_map(|step| match step {
            Step::Changed(fields, None) => Some(fields),
            _ => None,
        });
        own.flatten().map(String::as_str).collect()
    }
}

impl Inline {
    fn parse(step: &Map<String, Json>) -> Option<Self> {
        let text = |name: &str| step.get(name).and_then(Json::as_str).map(str::to_owned);
        Some(Self { name: text("name")?, object: text("object").unwrap_or_default() })
    }
}

impl Step {
    fn parse(step: &Json) -> Option<Self> {
        let of = |name: &str| step.get(name).and_then(Json::as_object);
        if let Some(added) = of("added") {
            return Some(Self::Added(Inline::parse(added)));
        }
        if let Some(changed) = of("changed") {
            let fields = changed.get("fields").and_then(Json::as_array).into_iter().flatten();
            let fields = fields.filter_map(Json::as_str).map(str::to_owned).collect();
            return Some(Self::Changed(fields, Inline::parse(changed)));
        }
        of("deleted").and_then(Inline::parse).map(Self::Deleted)
    }

    fn to_json(&self) -> String {
        let text = |text: &str| ascii(&json!(text).to_string());
        let inline = |Inline { name, object }: &Inline| {
            format!("\"name\": {}, \"object\": {}", text(name), text(object))
        };
        match self {
            Self::Added(None) => "{\"added\": {}}".to_owned(),
            Self::Added(Some(of)) => format!("{{\"added\": {{{}}}}}", inline(of)),
            Self::Deleted(of) => format!("{{\"deleted\": {{{}}}}}", inline(of)),
            Self::Changed(fields, of) => {
                let fields: Vec<String> = fields.iter().map(|field| text(field)).collect();
                let of = of.as_ref().map(|of| format!("{}, ", inline(of))).unwrap_or_default();
                format!("{{\"changed\": {{{of}\"fields\": [{}]}}}}", fields.join(", "))
            }
        }
    }

    fn text(&self, name_of: impl Fn(&str) -> Cow<'static, str>) -> String {
        let listed = |fields: &[String]| join(fields.iter().map(|field| name_of(field)).collect());
        match self {
            Self::Added(None) => "Added.".to_owned(),
            Self::Added(Some(Inline { name, object })) => format!("Added {name} “{object}”."),
            Self::Changed(fields, None) => format!("Changed {}.", listed(fields)),
            Self::Changed(fields, Some(Inline { name, object })) => {
                // They are fields of another model.
                let fields = fields.iter().map(|field| field.clone().into()).collect();
                format!("Changed {} for {name} “{object}”.", join(fields))
            }
            Self::Deleted(Inline { name, object }) => format!("Deleted {name} “{object}”."),
        }
    }
}

/// `a, b and c` (Django's `get_text_list`).
fn join(mut names: Vec<Cow<'static, str>>) -> String {
    match (names.pop(), names.as_slice()) {
        (None, _) => String::new(),
        (Some(last), []) => last.into_owned(),
        (Some(last), first) => format!("{} and {last}", first.join(", ")),
    }
}

/// Escapes everything outside of ASCII as `\uXXXX`.
fn ascii(json: &str) -> String {
    let mut units = [0; 2];
    json.chars().fold(String::with_capacity(json.len()), |mut text, c| {
        if matches!(c, ' '..='~') {
            text.push(c);
        } else {
            for unit in c.encode_utf16(&mut units) {
                // Writing into a text cannot fail.
                let _ = write!(text, "\\u{unit:04x}");
            }
        }
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_written_as_python_writes_them() {
        assert_eq!(ChangeMessage::added().to_column(), r#"[{"added": {}}]"#);
        let changed = ChangeMessage::changed(["title", "content"]);
        assert_eq!(changed.to_column(), r#"[{"changed": {"fields": ["title", "content"]}}]"#);
        assert_eq!(ChangeMessage::deleted().to_column(), "");
        let key = ChangeMessage::deleted_of_it("API key", "robot");
        assert_eq!(key.to_column(), r#"[{"deleted": {"name": "API key", "object": "robot"}}]"#);
        assert_eq!(key.text(), "Deleted API key “robot”.");
        let inline = Some(Inline { name: "post".to_owned(), object: "é \"🎉\"".to_owned() });
        let steps = ChangeMessage::Steps(vec![Step::Changed(vec!["a".to_owned()], inline)]);
        let column =
            r#"[{"changed": {"name": "post", "object": "\u00e9 \"\ud83c\udf89\"", "fields": ["a"]}}]"#;
        assert_eq!(steps.to_column(), column);
        assert_eq!(ChangeMessage::parse(column), steps);
    }

    #[test]
    fn columns_are_shown_as_django_shows_them() {
        for (column, shown) in [
            ("", ""),
            ("[]", "No fields changed."),
            ("[not json", "[not json"),
            ("By hand.", "By hand."),
            (r#"[{"added": {}}]"#, "Added."),
            (r#"[{"changed": {"fields": ["title"]}}]"#, "Changed title."),
            (r#"[{"changed": {"fields": ["a", "b", "c"]}}]"#, "Changed a, b and c."),
            (r#"[{"added": {}}, {"deleted": {"name": "line", "object": "x"}}]"#, "Added. Deleted line “x”."),
        ] {
            assert_eq!(ChangeMessage::parse(column).text(), shown, "{column}");
        }
    }

    #[test]
    fn the_fields_of_a_record_have_labels_and_those_of_others_do_not() {
        let column = r#"[{"changed": {"fields": ["text"]}},
            {"changed": {"fields": ["text", "x"], "name": "line", "object": "y"}}]"#;
        let text = ChangeMessage::parse(column).text_with(|_| "Text of it".into());
        assert_eq!(text, "Changed Text of it. Changed text and x for line “y”.");
    }

    #[test]
    fn the_fields_of_the_record_itself_are_listed() {
        let column = r#"[{"changed": {"fields": ["Email address"]}},
            {"changed": {"fields": ["x"], "name": "line", "object": "y"}}]"#;
        assert_eq!(ChangeMessage::parse(column).fields(), ["Email address"]);
    }
}
