//! Form fields, made of the fields of a resource.

use askama::Template;
use askama::filters::HtmlSafe;
use presspass_domain::model::Key;
use presspass_serializers::{Field, Kind};

use super::control::{limits, nothing, widget};
use super::form::Form;
use super::widget::{Choice, LineKind, Widget};

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

    /// The field of a resource with a value in its wire form; a checkbox is checked by `true`, `on` and `1`. Of related
    /// records none is offered ([`Self::of_related`]).
    #[must_use]
    pub fn of(field: &Field, value: &str) -> Self {
        // An empty value of a form is null.
        let is_required =
            !field.read_only && field.required && !field.nullable && field.kind != Kind::Boolean;
        let help = field.help.map(str::to_owned).or_else(|| limits(field));
        Self { help, is_required, ..Self::with(field.name, field.label, widget(field, value.to_owned())) }
    }

    /// The field of a relation, with the records to choose from: their keys and labels. Of a foreign key one is chosen.
    #[must_use]
    pub fn of_related(field: &Field, chosen: &[String], offered: &[(Key, String)]) -> Self {
        let choices = offered.iter().map(|(key, label)| {
            let value = key.to_string();
            Choice { is_chosen: chosen.contains(&value), value, label: label.clone() }
        });
        let mut choices: Vec<Choice> = choices.collect();
        // What was sent is not lost where it is not among them.
        for value in chosen.iter().filter(|value| !value.is_empty()) {
            if !choices.iter().any(|choice| choice.value == *value) {
                choices.push(Choice { value: value.clone(), label: value.clone(), is_chosen: true });
            }
        }
        let widget = if matches!(field.kind, Kind::Keys(_)) {
            Widget::Choices { choices }
        } else {
            choices.insert(0, nothing(!choices.iter().any(|choice| choice.is_chosen)));
            Widget::Choice { choices }
        };
        Self { widget, ..Self::of(field, "") }
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
