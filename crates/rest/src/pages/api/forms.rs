//! The forms of an endpoint's page, out of its field list.

use presspass_serializers::{Errors, Field, FieldErrors, Input, Kind, Look, Member};
use serde_json::{Map, Value};

use super::curl::is_secret;
use super::notes::Notes;
use super::refusal::Refusal;
use crate::endpoint::PARSES;
use crate::failure::Failure;
use crate::pages::submitted::{CONFIRM, CONTENT, CONTENT_TYPE, METHOD, Submitted};
use crate::pages::{Button, ButtonStyle, Fieldset, Form, FormField, LineKind, Widget};

/// One way to send something, as the page shows it.
pub(super) struct Sending {
    /// What stands on it.
    pub label: String,
    pub form: Form,
    pub is_open: bool,
}

/// What forms are made of.
pub(super) struct Sendings<'a> {
    pub notes: &'a Notes,
    /// The method of the request that was answered.
    pub method: &'a str,
    /// The methods that change something, of those that this caller may use.
    pub may: &'a [&'static str],
    /// What was sent by a form of ours.
    pub submitted: Option<&'a Submitted>,
    /// Why that was refused.
    pub refusal: Option<&'a Refusal>,
    pub failure: Option<&'a Failure>,
    /// The answer.
    pub answer: Option<&'a Value>,
    pub csrf: &'a str,
    /// Where forms are sent: said, or browsers would keep what stands behind a `#`, and go there.
    pub action: &'a str,
}

impl Sendings<'_> {
    /// All of them, in the order of the page. Of several one is open.
    pub fn all(&self) -> Vec<Sending> {
        let mut all = Vec::new();
        let is_new = self.may.contains(&"POST");
        let updates: Vec<&'static str> =
            self.may.iter().copied().filter(|method| matches!(*method, "PUT" | "PATCH")).collect();
        let methods = if is_new { vec!["POST"] } else { updates };
        let was_raw = self.submitted.is_some_and(|submitted| submitted.content.is_some());
        // A change begins with what is there; where the answer does not say it, there is nothing to begin with.
        let has_values = is_new || self.was_refused() || self.current().is_some();
        if !methods.is_empty() && has_values {
            if !self.fields().is_empty() {
                let (label, form) = (format!("{} form", methods[0]), self.form(methods[0]));
                all.push(Sending { label, form, is_open: !was_raw });
            }
            let is_open = was_raw || all.is_empty();
            let label = format!("{} raw data", methods.join(" or "));
            all.push(Sending { label, form: self.raw(&methods), is_open });
        }
        if self.may.contains(&"DELETE") && !(self.method == "DELETE" && self.failure.is_none()) {
            let is_open = all.is_empty();
            all.push(Sending { label: "DELETE".to_owned(), form: self.deletion(), is_open });
        }
        all
    }

    fn fields(&self) -> Vec<&'static Field> {
        self.notes.fields.iter().filter(|field| !field.read_only).collect()
    }

    /// Whether what was sent was not taken, so that it is shown again.
    fn was_refused(&self) -> bool {
        self.failure.is_some() && self.is_of_forms()
    }

    fn is_of_forms(&self) -> bool {
        matches!(self.method, "POST" | "PUT" | "PATCH")
    }

    /// The object that is there, where the answer shows it.
    fn current(&self) -> Option<&Map<String, Value>> {
        let object = self.answer.filter(|_| self.failure.is_none())?.as_object()?;
        let has_all = self.fields().iter().all(|field| object.contains_key(field.name));
        (self.method != "POST" && has_all).then_some(object)
    }

    /// What a field is filled in with.
    fn value(&self, field: &Field) -> String {
        if is_secret(field) {
            return String::new();
        }
        let sent = self.notes.typed.as_ref().filter(|_| self.was_refused());
        if let Some(Input::Members(_)) = sent {
            return match sent.and_then(|sent| sent.member(field.name)) {
                Some(Member::Text(text) | Member::Number(text)) => text.clone(),
                _ => String::new(),
            };
        }
        match self.current().and_then(|object| object.get(field.name)) {
            Some(Value::String(text)) => text.clone(),
            None | Some(Value::Null) => String::new(),
            Some(other) => other.to_string(),
        }
    }

    fn errors(&self) -> (FieldErrors, Vec<String>) {
        let nothing = FieldErrors::default();
        match self.failure.filter(|_| self.is_of_forms()) {
            Some(Failure::Invalid(Errors::Fields(errors))) => (errors.clone(), Vec::new()),
            Some(Failure::Invalid(Errors::NonField(error))) => (nothing, vec![error.clone().into_owned()]),
            Some(failure) => (nothing, self.refused(failure)),
            None => (nothing, Vec::new()),
        }
    }

    /// What a form of a page says that was refused as a whole.
    fn refused(&self, failure: &Failure) -> Vec<String> {
        match (self.refusal, failure) {
            (Some(refusal), _) => refusal.errors(failure),
            (None, Failure::Parse(_) | Failure::UnsupportedMediaType { .. } | Failure::TooLarge { .. }) => {
                failure.detail().into_iter().collect()
            }
            (None, _) => Vec::new(),
        }
    }

    /// The log-in of the form that was refused for want of one.
    fn log_in(&self, form: &mut Form) {
        form.fieldsets.splice(0..0, self.refusal.and_then(Refusal::log_in));
    }

    /// What stands on the button that sends a form.
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
        for field in self.fields() {
            let complete = match field.look {
                Look::Username => "username",
                Look::Password => "current-password",
                Look::NewPassword => "new-password",
                _ => "off",
            };
            let errors = by_field.of(field.name);
            fields.push(FormField::of(field, &self.value(field)).autocomplete(complete).errors(errors));
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
        // A secret that was sent does not come back.
        let shows = !self.notes.fields.iter().any(is_secret);
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
            for field in self.notes.fields {
                form.errors
                    .extend(by_field.of(field.name).iter().map(|error| format!("{}: {error}", field.name)));
            }
        }
        form.warns_unsaved = true;
        form
    }

    /// What the endpoint reads, in the order of the fields, filled in with what is there.
    fn example(&self) -> String {
        let members: Vec<String> = self
            .fields()
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
            (_, Look::Choices) => Value::Array(Vec::new()),
            (Kind::Boolean, _) => Value::Bool(false),
            (Kind::Integer | Kind::DateTime, _) => Value::Null,
            (Kind::Text { .. } | Kind::Password, _) => Value::String(self.value(field)),
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
