//! Form fields, made of the fields of a resource.

use askama::Template;
use askama::filters::HtmlSafe;
use presspass_serializers::{Field, Kind, Look};

use super::form::Form;
use super::html::Html;
use super::widget::{LineKind, Widget};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormField {
    pub name: String,
    pub label: String,
    pub help: Option<String>,
    pub widget: Widget,
    pub is_required: bool,
    pub errors: Vec<String>,
    /// The attribute: `username`, `current-password`, `new-password`, `off`.
    pub autocomplete: Option<&'static str>,
    pub has_focus: bool,
    /// Whether "(optional)" is shown where it is.
    pub is_marked: bool,
}

impl FormField {
    #[must_use]
    pub fn with(name: impl Into<String>, label: impl Into<String>, widget: Widget) -> Self {
        Self {
            name: name.into(),
            label: label.into(),
            help: None,
            widget,
            is_required: true,
            errors: Vec::new(),
            autocomplete: None,
            has_focus: false,
            is_marked: true,
        }
    }

    #[must_use]
    pub fn line(name: impl Into<String>, label: impl Into<String>, value: impl Into<String>) -> Self {
        Self::with(name, label, Widget::Line { kind: LineKind::Text, value: value.into() })
    }

    #[must_use]
    pub fn area(name: impl Into<String>, label: impl Into<String>, value: impl Into<String>) -> Self {
        Self::with(name, label, Widget::Area { value: value.into(), rows: 8, is_code: false })
    }

    /// The field of a resource with a value in its wire form; a checkbox is checked by `true`, `on` and `1`. Choices are
    /// added later.
    #[must_use]
    pub fn of(field: &Field, value: &str) -> Self {
        let Field { name, label, kind, read_only, required, help, look, .. } = *field;
        let value = value.to_owned();
        let line = |kind, value| Widget::Line { kind, value };
        let widget = match (read_only, look, kind) {
            (true, ..) => Widget::Shown { content: Html::text(&value) },
            (_, Look::Area, _) => Widget::Area { value, rows: 8, is_code: false },
            (_, Look::Password | Look::NewPassword, _) | (_, _, Kind::Password) => Widget::Password,
            // A pasted token is not sent back.
            (_, Look::Token, _) => Widget::Area { value: String::new(), rows: 3, is_code: true },
            (_, Look::Email, _) => line(LineKind::Email, value),
            (_, Look::Username, _) => line(LineKind::Username, value),
            (_, Look::Choice, _) => Widget::Choice { choices: Vec::new() },
            (_, Look::Choices, _) => Widget::Choices { choices: Vec::new() },
            (_, Look::Plain, Kind::Integer) => line(LineKind::Number, value),
            (_, Look::Plain, Kind::DateTime) => match datetime_local(&value) {
                Some(timestamp) => line(LineKind::Timestamp, timestamp.to_owned()),
                // A browser would show and send nothing.
                None => line(LineKind::Text, value),
            },
            (_, Look::Plain, Kind::Boolean) => {
                Widget::Checkbox { is_checked: matches!(value.as_str(), "true" | "on" | "1" | "True") }
            }
            (_, Look::Plain, Kind::Text { .. }) => line(LineKind::Text, value),
        };
        let limit = match kind {
            Kind::Text { max_length: Some(limit) } if !read_only => {
                Some(format!("At most {limit} characters."))
            }
            _ => None,
        };
        let help = help.map(str::to_owned).or(limit);
        let is_required = !read_only && required && kind != Kind::Boolean;
        Self { help, is_required, ..Self::with(name, label, widget) }
    }

    #[must_use]
    pub const fn optional(mut self) -> Self {
        self.is_required = false;
        self
    }

    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    #[must_use]
    pub fn errors(mut self, errors: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.errors.extend(errors.into_iter().map(Into::into));
        self
    }

    #[must_use]
    pub const fn autocomplete(mut self, token: &'static str) -> Self {
        self.autocomplete = Some(token);
        self
    }

    /// The field that has the focus when the page is shown: one on a page.
    #[must_use]
    pub const fn focused(mut self) -> Self {
        self.has_focus = true;
        self
    }

    /// The field without "(optional)".
    #[must_use]
    pub const fn without_mark(mut self) -> Self {
        self.is_marked = false;
        self
    }

    const fn is_editable(&self) -> bool {
        !matches!(self.widget, Widget::Shown { .. })
    }

    const fn is_group(&self) -> bool {
        matches!(self.widget, Widget::Choices { .. })
    }
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

#[derive(Template)]
#[template(path = "parts/field.html")]
pub(super) struct FieldTemplate<'f> {
    form: &'f Form,
    field: &'f FormField,
    id: String,
    is_invalid: bool,
    described_by: Option<String>,
}

impl<'f> FieldTemplate<'f> {
    pub fn new(form: &'f Form, field: &'f FormField) -> Self {
        let id = format!("{}-{}", form.id, field.name);
        let is_invalid = !field.errors.is_empty();
        let mut ids = Vec::new();
        if is_invalid {
            ids.push(format!("{id}-errors"));
        }
        if field.help.is_some() {
            ids.push(format!("{id}-help"));
        }
        let described_by = (!ids.is_empty()).then(|| ids.join(" "));
        Self { form, field, id, is_invalid, described_by }
    }
}

impl HtmlSafe for FieldTemplate<'_> {}
