//! The inputs of a form, filled in.

use presspass_domain::model::{
    Access, ChoiceQuery, Default, Field, Format, Input, Key, Kind, Lines, Record, Value,
};
use presspass_rest::pages::{Choice, FormField, Html, LineKind, Widget};
use presspass_serializers::Look;

use super::kinds::{default_text, input_text};
use super::relation::reference;
use super::{PASSWORD, PASSWORD_CONFIRMATION};
use crate::display::{NOTHING, Shown};
use crate::page::{Page, label_of};
use crate::policy::RecordLimits;
use crate::request::{AdminError, Submission};

/// The option of no choice; Django's.
const NO_CHOICE: &str = "---------";

/// What a form is filled in with: a record, or what was sent.
#[derive(Debug, Clone, Copy)]
pub(super) struct Filled<'f> {
    pub record: Option<&'f Record>,
    /// What could not be saved.
    pub sent: Option<&'f Submission>,
    /// By the names of fields.
    pub errors: &'f [(String, String)],
}

impl<'f> Filled<'f> {
    pub fn value(&self, field: &Field) -> Option<&'f Value> {
        self.record.and_then(|record| record.get(field.name))
    }

    /// What the input of a field holds.
    pub fn text(&self, field: &Field) -> String {
        match (self.sent, self.value(field)) {
            (Some(sent), _) => sent.text(field.name).to_owned(),
            (None, Some(value)) => input_text(value),
            (None, None) => default_text(field),
        }
    }

    fn is_checked(&self, field: &Field) -> bool {
        match (self.sent, self.value(field)) {
            (Some(sent), _) => sent.has(field.name),
            (None, Some(value)) => *value == Value::Boolean(true),
            (None, None) => is_set_by_default(field),
        }
    }

    fn errors(&self, name: &str) -> impl Iterator<Item = &'f String> {
        self.errors.iter().filter(move |(field, _)| field == name).map(|(_, error)| error)
    }
}

/// Whether the user can fill in this field.
pub(super) fn is_editable(page: &Page<'_>, field: &Field, limits: &RecordLimits) -> bool {
    field.access == Access::Editable
        && !page.admin.read_only.contains(&field.name)
        && limits.read_only_reason.is_none()
        && limits.lock_reason(field.name).is_none()
}

/// The inputs of a field: one, but for a new password, which is typed twice.
pub(super) async fn form_fields(
    page: &Page<'_>,
    field: &'static Field,
    filled: Filled<'_>,
    limits: &RecordLimits,
    may_write: bool,
) -> Result<Vec<FormField>, AdminError> {
    if matches!(field.kind, Kind::Password) {
        return Ok(match filled.record {
            Some(record) => {
                vec![password_link(page, field, record, may_write && is_editable(page, field, limits))]
            }
            None => new_password(&filled),
        });
    }
    if !may_write || !is_editable(page, field, limits) {
        return Ok(vec![read_only(page, field, filled, limits)]);
    }
    let widget = widget(page, field, filled, limits).await?;
    let mut form_field = FormField::with(field.name, field.label(), widget).errors(filled.errors(field.name));
    // The store fills in what a new record leaves out.
    let is_made = matches!(field.default, Default::Created | Default::Updated | Default::Random);
    form_field.is_required = !field.blank && !is_made && !matches!(field.kind, Kind::Boolean | Kind::Many(_));
    form_field.help = help(page, field);
    if page.admin.look_of(field.name) == Look::Username {
        form_field.autocomplete = Some("off");
    }
    Ok(vec![form_field])
}

async fn widget(
    page: &Page<'_>,
    field: &'static Field,
    filled: Filled<'_>,
    limits: &RecordLimits,
) -> Result<Widget, AdminError> {
    let value = filled.text(field);
    let line = |kind| Widget::Line { kind, value: value.clone() };
    Ok(match field.kind {
        Kind::Text(_) if !field.choices.is_empty() => choices(field, &value),
        Kind::Text(rules) => match (rules.lines, page.admin.look_of(field.name), rules.format) {
            (Lines::Many, ..) => Widget::Area { rows: rows(&value), value, is_code: false },
            (_, Look::Username, _) => line(LineKind::Username),
            (_, Look::Email, _) | (_, _, Format::Email) => line(LineKind::Email),
            (_, _, Format::Url) => line(LineKind::Url),
            _ => line(LineKind::Text),
        },
        Kind::Boolean if field.null => {
            let of = |value: &str, label: &str, now: &str| Choice {
                value: value.to_owned(),
                label: label.to_owned(),
                is_chosen: value == now,
            };
            let all = [("", "Unknown"), ("true", "Yes"), ("false", "No")];
            Widget::Choice { choices: all.map(|(known, label)| of(known, label, &value)).to_vec() }
        }
        Kind::Boolean => Widget::Checkbox { is_checked: filled.is_checked(field) },
        Kind::Integer(_) => line(LineKind::Number),
        Kind::Float | Kind::Decimal { .. } => line(LineKind::Decimal),
        Kind::Date => line(LineKind::Date),
        Kind::Time => line(LineKind::Time),
        Kind::Timestamp => line(LineKind::Timestamp),
        Kind::Duration | Kind::Uuid => line(LineKind::Text),
        Kind::Json => Widget::Area { rows: rows(&value), value, is_code: true },
        Kind::One(relation) => reference(page, field, relation, filled, limits).await?,
        Kind::Many(relation) => {
            let choices = page.store().choices(relation.to, ChoiceQuery::default()).await?;
            let is_chosen = |id: Key| match (filled.sent, filled.value(field)) {
                (Some(sent), _) => sent.keys(field.name, relation.to.key_kind()).any(|key| key == id),
                (None, Some(Value::Many(references))) => references.iter().any(|it| it.id == id),
                _ => false,
            };
            let offered = limits.choices_for(field.name);
            let choices = choices.into_iter().filter(|it| offered.is_none_or(|keys| keys.contains(&it.id)));
            let choices = choices.map(|it| Choice {
                value: it.id.to_string(),
                is_chosen: is_chosen(it.id),
                label: label_of(&it.label),
            });
            Widget::Choices { choices: choices.collect() }
        }
        Kind::Password => Widget::Password,
    })
}

/// The choices of a field, and none of them where there is no other start.
fn choices(field: &Field, value: &str) -> Widget {
    let has_empty = field.blank || field.default == Default::None || value.is_empty();
    let empty = has_empty.then(|| Choice {
        value: String::new(),
        label: NO_CHOICE.to_owned(),
        is_chosen: value.is_empty(),
    });
    let choice = |(known, label): &(&str, &str)| Choice {
        value: (*known).to_owned(),
        label: (*label).to_owned(),
        is_chosen: *known == value,
    };
    Widget::Choice { choices: empty.into_iter().chain(field.choices.iter().map(choice)).collect() }
}

fn help(page: &Page<'_>, field: &Field) -> Option<String> {
    let registered = page.admin.help_for(field.name).or((!field.help.is_empty()).then_some(field.help));
    registered.map(str::to_owned).or_else(|| match field.kind {
        Kind::Text(_) if !field.choices.is_empty() => None,
        Kind::Text(rules) => rules.max_length.map(|limit| format!("Up to {limit} characters.")),
        Kind::Timestamp => Some("In UTC.".to_owned()),
        Kind::Duration => Some("Days and time: 1 12:30:00.".to_owned()),
        _ => None,
    })
}

/// A field that is only displayed.
fn read_only(page: &Page<'_>, field: &'static Field, filled: Filled<'_>, limits: &RecordLimits) -> FormField {
    let text = match filled.value(field) {
        Some(value) => Shown::of(page.admin, field, value).into_text(),
        None if matches!(field.kind, Kind::Boolean) => Shown::Flag(is_set_by_default(field)).into_text(),
        None => NOTHING.to_owned(),
    };
    let widget = Widget::Shown { content: Html::text(&text) };
    let mut form_field = FormField::with(field.name, field.label(), widget);
    form_field.is_required = false;
    form_field.help = limits.lock_reason(field.name).map(str::to_owned);
    form_field
}

fn is_set_by_default(field: &Field) -> bool {
    field.default_value() == Some(Input::Boolean(true))
}

fn password_link(page: &Page<'_>, field: &Field, record: &Record, may_change: bool) -> FormField {
    let mut content = Html::text("Stored encrypted; it can’t be shown.");
    if may_change {
        let href = Html::text(&page.path_to(record.id, "password"));
        content.push(&Html::trusted(format!(" <a href=\"{href}\">Change password</a>")));
    }
    let mut form_field = FormField::with(field.name, field.label(), Widget::Shown { content });
    form_field.is_required = false;
    form_field
}

pub(crate) fn new_password_fields(errors: impl Fn(&str) -> Vec<String>) -> Vec<FormField> {
    let help = presspass_auth::passwords::HELP_TEXTS.join(" ");
    vec![
        FormField::with(PASSWORD, "Password", Widget::Password)
            .help(help)
            .errors(errors(PASSWORD))
            .autocomplete("new-password"),
        FormField::with(PASSWORD_CONFIRMATION, "Confirm password", Widget::Password)
            .errors(errors(PASSWORD_CONFIRMATION))
            .autocomplete("new-password"),
    ]
}

fn new_password(filled: &Filled<'_>) -> Vec<FormField> {
    new_password_fields(|name| filled.errors(name).cloned().collect())
}

/// Enough rows to see most of the text, and few enough to keep the buttons near.
fn rows(text: &str) -> u8 {
    let lines = text.lines().map(|line| 1 + line.chars().count() / 90).sum::<usize>();
    u8::try_from((lines + 2).clamp(8, 24)).unwrap_or(8)
}
