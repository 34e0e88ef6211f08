//! Parses and checks what a form sent.

use std::collections::BTreeSet;

use presspass_auth::passwords::{AccountAttributes, HashError, Hasher, Password, validate};
use presspass_domain::Timestamp;
use presspass_domain::model::{Field, Form, FormError, Input, Kind, PasswordHash, Record, Refusal, Value};

use super::fields::{input_value, is_editable};
use super::{PASSWORD, PASSWORD_CONFIRMATION};
use crate::page::Page;
use crate::policy::RecordLimits;
use crate::request::{AdminError, Submission};

/// Messages by the names of fields.
pub(crate) type Errors = Vec<(String, String)>;

/// The changes to write: of a record that is there, only the fields that differ.
///
/// What a browser cannot return unchanged (line breaks, timestamps to the microsecond) does not count as a change.
pub(super) fn read(
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
        let input = match input(field, sent, old, limits) {
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

enum FieldInput {
    Unchanged,
    Changed(Input),
    Invalid(String),
}

fn input(field: &Field, sent: &Submission, old: Option<&Value>, limits: &RecordLimits) -> FieldInput {
    match field.kind {
        Kind::Text(_) => {
            let text = unix(sent.text(field.name));
            match old {
                Some(Value::Text(old)) if unix(old) == text => FieldInput::Unchanged,
                // A text with CRLF keeps it.
                Some(Value::Text(old)) if old.contains("\r\n") => {
                    FieldInput::Changed(Input::Text(text.replace('\n', "\r\n")))
                }
                _ => FieldInput::Changed(Input::Text(text)),
            }
        }
        Kind::Boolean => {
            let flag = sent.has(field.name);
            if old == Some(&Value::Boolean(flag)) {
                FieldInput::Unchanged
            } else {
                FieldInput::Changed(Input::Boolean(flag))
            }
        }
        Kind::Timestamp => timestamp(sent.text(field.name).trim(), old),
        Kind::Many(_) => {
            let keys: BTreeSet<i64> = sent.keys(field.name).collect();
            let held: BTreeSet<i64> = match old {
                Some(Value::Many(references)) => references.iter().map(|it| it.id).collect(),
                _ => BTreeSet::new(),
            };
            if keys == held {
                return FieldInput::Unchanged;
            }
            let offered = limits.choices_for(field.name);
            let foreign =
                keys.symmetric_difference(&held).find(|key| offered.is_some_and(|it| !it.contains(key)));
            match foreign {
                Some(key) => FieldInput::Invalid(format!(
                    "Select a valid choice. {key} is not one of the available choices."
                )),
                None => FieldInput::Changed(Input::Keys(keys)),
            }
        }
        _ => FieldInput::Unchanged,
    }
}

fn timestamp(text: &str, old: Option<&Value>) -> FieldInput {
    let old = match old {
        Some(Value::Timestamp(old)) => *old,
        _ => None,
    };
    if text == old.map(input_value).unwrap_or_default() {
        return FieldInput::Unchanged;
    }
    if text.is_empty() {
        return FieldInput::Changed(Input::Timestamp(None));
    }
    match Timestamp::parse_iso(text) {
        Ok(timestamp) if old == Some(timestamp) => FieldInput::Unchanged,
        Ok(timestamp) => FieldInput::Changed(Input::Timestamp(Some(timestamp))),
        Err(_) => FieldInput::Invalid("Enter a valid date/time.".to_owned()),
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
        HashError::Encode(error) => AdminError::Hash(error.to_string()),
    })?;
    PasswordHash::new(encoded).ok_or_else(|| AdminError::Hash("the hash does not fit its column".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_breaks_become_line_feeds() {
        assert_eq!(unix("a\r\nb\rc\nd"), "a\nb\nc\nd");
    }

    #[test]
    fn a_timestamp_that_a_browser_cut_is_the_same() {
        let old = Value::Timestamp(Some(Timestamp::parse_iso("2026-01-01T06:00:00.007404Z").unwrap()));
        assert!(matches!(timestamp("2026-01-01T06:00:00.007", Some(&old)), FieldInput::Unchanged));
        assert!(matches!(
            timestamp("2026-01-01T06:00", Some(&old)),
            FieldInput::Changed(Input::Timestamp(Some(_)))
        ));
        assert!(matches!(timestamp("", Some(&old)), FieldInput::Changed(Input::Timestamp(None))));
        assert!(matches!(timestamp("soon", Some(&old)), FieldInput::Invalid(_)));
        assert!(matches!(timestamp("", None), FieldInput::Unchanged));
    }
}
