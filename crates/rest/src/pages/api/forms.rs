//! The forms on the page of an endpoint, made of its fields.

use std::borrow::Cow;

use presspass_serializers::{Errors, Field, FieldErrors, Input, Kind, Look, Member};
use serde_json::{Map, Value};

use super::curl::is_secret;
use super::refusal::Refusal;
use crate::endpoint::PARSES;
use crate::failure::Failure;
use crate::pages::submitted::{CONFIRM, CONTENT, CONTENT_TYPE, METHOD, Submitted};
use crate::pages::{Button, ButtonStyle, Fieldset, Form, FormField, LineKind, RelatedRecords, Widget};

/// A form and its label.
pub(super) struct RequestForm {
    pub label: String,
    pub form: Form,
    pub is_open: bool,
}

pub(super) struct RequestForms<'a> {
    pub fields: &'static [Field],
    pub sent: Option<&'a Input>,
    /// The method of the request.
    pub method: &'a str,
    /// The unsafe methods that this caller may use.
    pub may: &'a [&'static str],
    pub submitted: Option<&'a Submitted>,
    pub refusal: Option<&'a Refusal>,
    pub failure: Option<&'a Failure>,
    pub answer: Option<&'a Value>,
    /// The records that relations can refer to.
    pub related: Option<&'a RelatedRecords>,
    pub csrf: &'a str,
    /// Where forms are sent. Without it browsers would keep the fragment, and scroll there.
    pub action: &'a str,
}

impl RequestForms<'_> {
    /// In the order of the page. Of several one is open.
    pub fn all(&self) -> Vec<RequestForm> {
        let mut all = Vec::new();
        let is_new = self.may.contains(&"POST");
        let updates: Vec<&'static str> =
            self.may.iter().copied().filter(|method| matches!(*method, "PUT" | "PATCH")).collect();
        let methods = if is_new { vec!["POST"] } else { updates };
        let was_raw = self.submitted.is_some_and(|submitted| submitted.content.is_some());
        // A form for changes has the current values; there is none where the answer does not have them.
        let has_values = is_new || self.was_refused() || self.current().is_some();
        if !methods.is_empty() && has_values {
            if !self.writable().is_empty() {
                let (label, form) = (format!("{} form", methods[0]), self.form(methods[0]));
                all.push(RequestForm { label, form, is_open: !was_raw });
            }
            let is_open = was_raw || all.is_empty();
            let label = format!("{} raw data", methods.join(" or "));
            all.push(RequestForm { label, form: self.raw(&methods), is_open });
        }
        if self.may.contains(&"DELETE") && !(self.method == "DELETE" && self.failure.is_none()) {
            let is_open = all.is_empty();
            all.push(RequestForm { label: "DELETE".to_owned(), form: self.deletion(), is_open });
        }
        all
    }

    fn writable(&self) -> Vec<&'static Field> {
        self.fields.iter().filter(|field| !field.read_only).collect()
    }

    /// Whether the body that was sent was refused, so that it is shown again.
    fn was_refused(&self) -> bool {
        self.failure.is_some() && self.is_of_forms()
    }

    fn is_of_forms(&self) -> bool {
        matches!(self.method, "POST" | "PUT" | "PATCH")
    }

    /// The object, where the answer has it.
    fn current(&self) -> Option<&Map<String, Value>> {
        let object = self.answer.filter(|_| self.failure.is_none())?.as_object()?;
        let has_all = self.writable().iter().all(|field| object.contains_key(field.name));
        (self.method != "POST" && has_all).then_some(object)
    }

    /// The value that the form shows: what was sent, what the record has, or the default of a new one.
    fn value(&self, field: &Field) -> String {
        self.values(field).pop().unwrap_or_default()
    }

    /// The same of a field that may have several.
    fn values(&self, field: &Field) -> Vec<String> {
        if is_secret(field) {
            return Vec::new();
        }
        if let Some(sent) = self.sent.filter(|sent| !sent.members().is_empty() && self.was_refused()) {
            return match sent.member(field.name) {
                Some(Member::Nested(json)) => {
                    serde_json::from_str(json).map_or(Vec::new(), |json| texts(field, &json))
                }
                _ => sent.all(field.name).filter_map(sent_text).collect(),
            };
        }
        match (self.current(), field.default()) {
            (Some(object), _) => object.get(field.name).map_or(Vec::new(), |value| texts(field, value)),
            (None, Some(default)) => vec![default.to_owned()],
            (None, None) => Vec::new(),
        }
    }

    fn errors(&self) -> (FieldErrors, Vec<String>) {
        let nothing = FieldErrors::default();
        match self.failure.filter(|_| self.is_of_forms()) {
            Some(Failure::Invalid(Errors::Fields(errors))) => {
                let of_none = errors.of("non_field_errors").into_iter().map(Cow::into_owned);
                (errors.clone(), of_none.collect())
            }
            Some(Failure::Invalid(Errors::NonField(error))) => (nothing, vec![error.clone().into_owned()]),
            Some(failure) => (nothing, self.refused(failure)),
            None => (nothing, Vec::new()),
        }
    }

    /// The errors of a form that was refused as a whole.
    fn refused(&self, failure: &Failure) -> Vec<String> {
        match (self.refusal, failure) {
            (Some(refusal), _) => refusal.errors(failure),
            (None, Failure::Parse(_) | Failure::UnsupportedMediaType { .. } | Failure::TooLarge { .. }) => {
                failure.detail().into_iter().collect()
            }
            (None, _) => Vec::new(),
        }
    }

    /// Adds the login to a form that was refused for lack of one.
    fn log_in(&self, form: &mut Form) {
        form.fieldsets.splice(0..0, self.refusal.and_then(Refusal::log_in));
    }

    fn label(&self, method: &str) -> String {
        self.refusal.map_or_else(|| method.to_owned(), |refusal| refusal.label(method))
    }

    fn empty(&self, id: &str, fields: Vec<FormField>, buttons: Vec<Button>) -> Form {
        let fieldsets = vec![Fieldset { fields, ..Fieldset::default() }];
        Form {
            action: self.action.to_owned(),
            csrf: Some(self.csrf.to_owned()),
            buttons,
            skips_browser_checks: true,
            ..Form { id: id.to_owned(), fieldsets, ..Form::default() }
        }
    }

    fn form(&self, method: &'static str) -> Form {
        let (by_field, errors) = self.errors();
        let mut fields = Vec::new();
        for field in self.writable() {
            let complete = match field.look {
                Look::Username => "username",
                Look::Password => "current-password",
                Look::NewPassword => "new-password",
                _ => "off",
            };
            let errors = by_field.of(field.name);
            let control = match (field.kind, self.related.and_then(|related| related.of(field.name))) {
                (Kind::Key(_) | Kind::Keys(_), Some(offered)) => {
                    FormField::of_related(field, &self.values(field), offered)
                }
                (Kind::Keys(_), None) => FormField::of_related(field, &self.values(field), &[]),
                _ => FormField::of(field, &self.value(field)),
            };
            fields.push(control.autocomplete(complete).errors(errors));
            if field.look == Look::NewPassword {
                let again = FormField::with(CONFIRM, "Confirm password", Widget::Password);
                fields.push(again.autocomplete(complete));
            }
        }
        let was_raw = self.submitted.is_some_and(|submitted| submitted.content.is_some());
        let label = if was_raw { method.to_owned() } else { self.label(method) };
        let button = Button::named(label, ButtonStyle::Primary, METHOD, method);
        let mut form = self.empty("send", fields, vec![button]);
        if !was_raw {
            form.errors = errors;
            self.log_in(&mut form);
        }
        form.warns_unsaved = true;
        form
    }

    fn raw(&self, methods: &[&'static str]) -> Form {
        let submitted = self.submitted.filter(|_| self.was_refused());
        // A secret is not sent back.
        let shows = !self.fields.iter().any(is_secret);
        let (media_type, content) = match submitted.and_then(|submitted| submitted.content.clone()) {
            Some(content) if shows => content,
            _ => (PARSES[0].to_owned(), self.example()),
        };
        let media_type = FormField::with(
            CONTENT_TYPE,
            "Media type",
            Widget::Line { kind: LineKind::Username, value: media_type },
        );
        let content = Widget::Area { value: content, rows: 9, is_code: true };
        let styles = [ButtonStyle::Primary, ButtonStyle::Plain];
        let was_raw = submitted.is_some_and(|submitted| submitted.content.is_some());
        let label = |method: &str| if was_raw { self.label(method) } else { method.to_owned() };
        let buttons = methods
            .iter()
            .zip(styles)
            .map(|(&method, style)| Button::named(label(method), style, METHOD, method));
        let fields = vec![
            media_type.autocomplete("off"),
            FormField::with(CONTENT, "Content", content).autocomplete("off"),
        ];
        let mut form = self.empty("raw", fields, buttons.collect());
        if was_raw {
            let (by_field, errors) = self.errors();
            form.errors = errors;
            self.log_in(&mut form);
            for field in self.fields {
                form.errors
                    .extend(by_field.of(field.name).iter().map(|error| format!("{}: {error}", field.name)));
            }
        }
        form.warns_unsaved = true;
        form
    }

    /// An example of the body, with the current values.
    fn example(&self) -> String {
        let members: Vec<String> = self
            .writable()
            .into_iter()
            .map(|field| format!("    {}: {}", Value::from(field.name), self.example_of(field)))
            .collect();
        if members.is_empty() { "{}".to_owned() } else { format!("{{\n{}\n}}", members.join(",\n")) }
    }

    fn example_of(&self, field: &Field) -> Value {
        if let Some(value) =
            self.current().and_then(|object| object.get(field.name)).filter(|_| !is_secret(field))
        {
            return value.clone();
        }
        match (field.kind, field.look) {
            (_, Look::Choices) | (Kind::Keys(_) | Kind::Objects(_), _) => Value::Array(Vec::new()),
            (Kind::Boolean, _) => Value::Bool(false),
            (Kind::Text { .. } | Kind::Password, _) => Value::String(self.value(field)),
            _ => field.default().map_or(Value::Null, |default| {
                // A default is written as on the wire: a text, but for numbers.
                match field.kind {
                    Kind::Integer | Kind::Float | Kind::Json => {
                        serde_json::from_str(default).unwrap_or_default()
                    }
                    _ => default.into(),
                }
            }),
        }
    }

    fn deletion(&self) -> Form {
        let refusal = self.refusal.filter(|_| self.method == "DELETE");
        let label =
            refusal.map_or_else(|| "Delete permanently".to_owned(), |it| it.label("delete permanently"));
        let sure = Button::named(label, ButtonStyle::FinalDanger, METHOD, "DELETE");
        let mut form = self.empty("delete", Vec::new(), vec![sure]);
        if let (Some(_), Some(failure)) = (refusal, self.failure) {
            form.errors = self.refused(failure);
            self.log_in(&mut form);
        }
        form
    }
}

fn sent_text(member: &Member) -> Option<String> {
    match member {
        Member::Text(text) | Member::Number(text) => Some(text.clone()),
        Member::Bool(flag) => Some(flag.to_string()),
        Member::Null | Member::Nested(_) | Member::Other => None,
    }
}

/// A value of JSON as the controls of a form have it: one text, or the keys of a list.
fn texts(field: &Field, value: &Value) -> Vec<String> {
    let text = |value: &Value| match value {
        Value::String(text) if field.kind != Kind::Json => text.clone(),
        Value::Null => String::new(),
        other if field.kind == Kind::Json => format!("{other:#}"),
        other => other.to_string(),
    };
    match value {
        Value::Array(items) if matches!(field.kind, Kind::Keys(_)) => items.iter().map(text).collect(),
        value => vec![text(value)],
    }
}
