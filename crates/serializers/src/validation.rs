//! From the body of a request to the values of fields, with DRF's messages.

use std::borrow::Cow;

use validator::{ValidationError, ValidationErrors};

use crate::errors::{Errors, FieldErrors, Message};
use crate::field::{Field, Kind};
use crate::input::{Input, Member};

/// Whether required fields may be left out (DRF's `partial`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Completeness {
    /// POST and PUT.
    Full,
    /// PATCH.
    Partial,
}

/// The values of the writable fields, and the errors of those that have none.
pub(crate) struct ParsedFields {
    values: Vec<(&'static str, String)>,
    errors: FieldErrors,
}

impl ParsedFields {
    /// DRF's `run_validation` up to the validators.
    pub fn of(fields: &'static [Field], input: &Input, completeness: Completeness) -> Result<Self, Errors> {
        check_is_object(input)?;
        let mut parsed = Self { values: Vec::new(), errors: FieldErrors::default() };
        for field in fields.iter().filter(|field| !field.read_only) {
            match text(field, input.member(field.name)) {
                Text::Given(value) => parsed.values.push((field.name, value)),
                Text::Absent if !field.required || completeness == Completeness::Partial => {}
                Text::Absent => parsed.errors.add(field.name, ["This field is required.".into()]),
                Text::Refused(message) => parsed.errors.add(field.name, [message.into()]),
            }
        }
        Ok(parsed)
    }

    /// Removes and returns the value of a field, where it has one.
    pub fn take(&mut self, name: &str) -> Option<String> {
        let at = self.values.iter().position(|(known, _)| *known == name)?;
        Some(self.values.swap_remove(at).1)
    }

    /// All errors, with those of the validators, in the order of the fields; `Ok` where there are none.
    pub fn finish(
        self,
        fields: &'static [Field],
        validators: Result<(), ValidationErrors>,
    ) -> Result<(), Errors> {
        let invalid = validators.err().unwrap_or_default();
        let invalid = invalid.field_errors();
        let mut errors = FieldErrors::default();
        for field in fields {
            errors.add(field.name, self.errors.of(field.name));
            if let Some(invalid) = invalid.get(field.name) {
                errors.add(field.name, invalid.iter().map(|error| message(field, error)));
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(Errors::Fields(errors)) }
    }
}

/// # Errors
/// Where the body is neither an object nor a form.
pub(crate) fn check_is_object(input: &Input) -> Result<(), Errors> {
    match input {
        Input::Members(_) | Input::Form(_) => Ok(()),
        Input::Null => Err(Errors::NonField(Cow::Borrowed("No data provided"))),
        Input::Other(kind) => {
            Err(Errors::NonField(format!("Invalid data. Expected a dictionary, but got {kind}.").into()))
        }
    }
}

enum Text {
    Absent,
    Given(String),
    Refused(&'static str),
}

/// DRF's `CharField.run_validation`: blank, then null, then type.
fn text(field: &Field, member: Option<&Member>) -> Text {
    let text = match member {
        None => return Text::Absent,
        Some(Member::Null) if field.nullable => return Text::Absent,
        Some(Member::Null) => return Text::Refused("This field may not be null."),
        Some(Member::Bool(_) | Member::Nested(_) | Member::Other) => {
            return Text::Refused("Not a valid string.");
        }
        Some(Member::Number(text) | Member::Text(text)) if field.kind == Kind::Password => text,
        Some(Member::Number(text) | Member::Text(text)) => strip(text),
    };
    // Forms have no `null`: an empty value stands for it.
    if text.is_empty() && field.nullable {
        return Text::Absent;
    }
    if text.is_empty() { Text::Refused("This field may not be blank.") } else { Text::Given(text.to_owned()) }
}

/// Python's `str.isspace()`: Unicode's white space, and the four separators of ASCII.
#[must_use]
pub fn is_space(character: char) -> bool {
    character.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&character)
}

/// Python's `str.strip()`.
#[must_use]
pub fn strip(text: &str) -> &str {
    text.trim_matches(is_space)
}

/// The message of a validator, in DRF's words.
fn message(field: &Field, error: &ValidationError) -> Message {
    match (error.code.as_ref(), field.kind) {
        ("length", Kind::Text { max_length: Some(limit) }) => {
            format!("Ensure this field has no more than {limit} characters.").into()
        }
        ("nul", _) => "Null characters are not allowed.".into(),
        (code, _) => error.message.clone().unwrap_or_else(|| code.to_owned().into()),
    }
}

/// A text must not contain NUL (Django's `ProhibitNullCharactersValidator`).
pub(crate) fn no_nul(text: &str) -> Result<(), ValidationError> {
    if text.contains('\0') { Err(ValidationError::new("nul")) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_stripped_as_python_strips_them() {
        assert_eq!(strip("\u{1c}\u{a0} a \u{85}\u{2028}"), "a");
        assert_eq!(strip("\u{200b}a"), "\u{200b}a");
    }
}
