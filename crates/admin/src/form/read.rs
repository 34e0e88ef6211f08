//! Parses and checks what a form sent.

use std::collections::BTreeSet;

use presspass_auth::passwords::{AccountAttributes, HashError, Hasher, Password, validate};
use presspass_domain::model::{
    Default, Field, Form, FormError, Input, Key, Kind, PasswordHash, Record, Refusal, Relation, Value,
};

use super::fields::is_editable;
use super::kinds::{default_text, input_text, is_same, parse};
use super::relation::key_of;
use super::{PASSWORD, PASSWORD_CONFIRMATION};
use crate::page::Page;
use crate::policy::RecordLimits;
use crate::request::{AdminError, Submission};

/// Messages by the names of fields; those of the whole form have none.
pub(crate) type Errors = Vec<(String, String)>;

/// The changes to write: of a record that is there, only the fields that differ.
///
/// What a browser cannot return unchanged (line breaks, timestamps to the microsecond) does not count as a change.
pub(super) async fn read(
    page: &Page<'_>,
    fields: &[&'static Field],
    sent: &Submission,
    record: Option<&Record>,
    limits: &RecordLimits,
) -> Result<(Form, Errors), AdminError> {
    let mut form = Form::new(page.model());
    let mut errors = Errors::new();
    for field in fields.iter().filter(|field| is_editable(page, field, limits)) {
        let old = record.and_then(|record| record.get(field.name));
        let typed = sent.text(field.name);
        let input = match field.kind {
            Kind::One(relation)
                if !typed.trim().is_empty() && relation.to.key_kind().parse(typed.trim()).is_none() =>
            {
                match key_of(page, relation, typed).await? {
                    Ok(key) => offered(field, Input::Key(Some(key)), old, limits),
                    Err(error) => FieldInput::Invalid(error),
                }
            }
            _ => input(field, sent, old, limits),
        };
        let input = match input {
            FieldInput::Unchanged => continue,
            FieldInput::Changed(input) => input,
            FieldInput::Invalid(error) => {
                errors.push((field.name.to_owned(), error));
                continue;
            }
        };
        match form.set(field.name, input) {
            Ok(()) => {}
            Err(FormError::Refused(Refusal { field, why })) => {
                errors.push((field.name.to_owned(), why.to_string()));
            }
            Err(error) => return Err(AdminError::Registration(error.to_string())),
        }
    }
    Ok((form, errors))
}

/// Whether nothing was filled in that differs from a new record's inputs.
pub(super) fn is_untouched(fields: &[&'static Field], sent: &Submission) -> bool {
    fields.iter().all(|field| match field.kind {
        Kind::Boolean if !field.null => {
            sent.has(field.name) == (field.default_value() == Some(Input::Boolean(true)))
        }
        Kind::Many(_) => !sent.has(field.name),
        _ => !sent.has(field.name) || sent.text(field.name).trim() == default_text(field),
    })
}

enum FieldInput {
    Unchanged,
    Changed(Input),
    Invalid(String),
}

fn input(field: &Field, sent: &Submission, old: Option<&Value>, limits: &RecordLimits) -> FieldInput {
    match field.kind {
        Kind::Boolean if !field.null => {
            let flag = sent.has(field.name);
            if old == Some(&Value::Boolean(flag)) {
                FieldInput::Unchanged
            } else {
                FieldInput::Changed(Input::Boolean(flag))
            }
        }
        Kind::Many(relation) => many((field, relation), sent, old, limits),
        Kind::Password => FieldInput::Unchanged,
        _ => typed(field, &unix(sent.text(field.name)), old, limits),
    }
}

/// What was typed into a line, an area or a select.
fn typed(field: &Field, text: &str, old: Option<&Value>, limits: &RecordLimits) -> FieldInput {
    if let Some(old) = old
        && unix(&input_text(old)) == text
    {
        return FieldInput::Unchanged;
    }
    let is_made = matches!(field.default, Default::Created | Default::Updated | Default::Random);
    if text.trim().is_empty() && old.is_none() && is_made {
        return FieldInput::Unchanged;
    }
    match parse(field, text) {
        Err(error) => FieldInput::Invalid(error),
        // A text with CRLF keeps it.
        Ok(Input::Text(text)) if matches!(old, Some(Value::Text(old)) if old.contains("\r\n")) => {
            FieldInput::Changed(Input::Text(text.replace('\n', "\r\n")))
        }
        Ok(input) => offered(field, input, old, limits),
    }
}

/// An input, if the user may choose it and it is another value than before.
fn offered(field: &Field, input: Input, old: Option<&Value>, limits: &RecordLimits) -> FieldInput {
    if old.is_some_and(|old| is_same(&input, old)) {
        return FieldInput::Unchanged;
    }
    match (&input, limits.choices_for(field.name)) {
        (Input::Key(Some(key)), Some(keys)) if !keys.contains(key) => no_choice(*key),
        _ => FieldInput::Changed(input),
    }
}

fn no_choice(key: Key) -> FieldInput {
    FieldInput::Invalid(format!("Select a valid choice. {key} is not one of the available choices."))
}

fn many(
    (field, relation): (&Field, Relation),
    sent: &Submission,
    old: Option<&Value>,
    limits: &RecordLimits,
) -> FieldInput {
    let keys: BTreeSet<Key> = sent.keys(field.name, relation.to.key_kind()).collect();
    let held: BTreeSet<Key> = match old {
        Some(Value::Many(references)) => references.iter().map(|it| it.id).collect(),
        _ => BTreeSet::new(),
    };
    if keys == held {
        return if old.is_none() && !field.blank {
            FieldInput::Changed(Input::Keys(keys))
        } else {
            FieldInput::Unchanged
        };
    }
    let offered = limits.choices_for(field.name);
    let foreign = keys.symmetric_difference(&held).find(|key| offered.is_some_and(|it| !it.contains(key)));
    match foreign {
        Some(key) => no_choice(*key),
        None => FieldInput::Changed(Input::Keys(keys)),
    }
}

/// With `\n` as line breaks: forms send `\r\n`.
fn unix(text: &str) -> String {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text.to_owned() }
}

/// The password that was typed twice, or its errors.
pub(crate) fn password(sent: &Submission, of: &AccountAttributes<'_>) -> Result<Password, Errors> {
    let password = Password::new(sent.text(PASSWORD));
    let again = Password::new(sent.text(PASSWORD_CONFIRMATION));
    let wrong = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    if password.expose().is_empty() {
        return Err(vec![wrong(PASSWORD, "This field is required.")]);
    }
    if password.expose() != again.expose() {
        return Err(vec![wrong(PASSWORD_CONFIRMATION, "The two password fields didn’t match.")]);
    }
    match validate(&password, of) {
        Ok(()) => Ok(password),
        Err(problems) => Err(problems.iter().map(|problem| wrong(PASSWORD, &problem.to_string())).collect()),
    }
}

pub(crate) async fn hash(hasher: &Hasher, password: &Password) -> Result<PasswordHash, AdminError> {
    let encoded = hasher.hash(password).await.map_err(|error| match error {
        HashError::Busy(busy) => AdminError::Busy(busy),
        error => AdminError::Hash(error.to_string()),
    })?;
    PasswordHash::new(encoded).ok_or_else(|| AdminError::Hash("the hash does not fit its column".to_owned()))
}

#[cfg(test)]
mod tests {
    use presspass_domain::Timestamp;

    use super::*;

    #[test]
    fn line_breaks_become_line_feeds() {
        assert_eq!(unix("a\r\nb\rc\nd"), "a\nb\nc\nd");
    }

    #[test]
    fn a_timestamp_that_a_browser_cut_is_the_same() {
        let field = Field::timestamp("at").null();
        let old = Value::Timestamp(Some(Timestamp::parse_iso("2026-01-01T06:00:00.007404Z").unwrap()));
        let timestamp = |text: &str, old: Option<&Value>| typed(&field, text, old, &RecordLimits::default());
        assert!(matches!(timestamp("2026-01-01T06:00:00.007", Some(&old)), FieldInput::Unchanged));
        assert!(matches!(
            timestamp("2026-01-01T06:00", Some(&old)),
            FieldInput::Changed(Input::Timestamp(Some(_)))
        ));
        assert!(matches!(timestamp("", Some(&old)), FieldInput::Changed(Input::Timestamp(None))));
        assert!(matches!(timestamp("soon", Some(&old)), FieldInput::Invalid(_)));
        assert!(matches!(timestamp("", None), FieldInput::Changed(Input::Timestamp(None))));
    }

    #[test]
    fn a_row_that_only_has_defaults_is_untouched() {
        static FIELDS: [Field; 3] = [
            Field::text("name", 9),
            Field::choice("status", &[("new", "New"), ("old", "Old")]).default("new"),
            Field::boolean("shown").default("true"),
        ];
        let fields: Vec<&'static Field> = FIELDS.iter().collect();
        let sent = |pairs: &[(&str, &str)]| {
            let pairs = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            is_untouched(&fields, &Submission::new(pairs.collect()))
        };
        assert!(sent(&[("name", " "), ("status", "new"), ("shown", "on")]));
        for touched in [
            &[("name", "a"), ("status", "new"), ("shown", "on")][..],
            &[("name", ""), ("status", "old"), ("shown", "on")],
            &[("name", ""), ("status", "new")],
        ] {
            assert!(!sent(touched), "{touched:?}");
        }
    }
}
