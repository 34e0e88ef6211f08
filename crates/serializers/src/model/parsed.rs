//! The body of a request, validated by the fields of a resource: DRF's `is_valid`, in two steps around the database.

use std::borrow::Cow;
use std::collections::BTreeSet;

use presspass_domain::model::{self, Draft, Input as Value, Key, Model, Unique, Violation};

use super::keys::Written;
use super::numbers;
use super::values::{Given, given, value};
use crate::errors::{Errors, FieldErrors, Message};
use crate::field::Field;
use crate::input::Input;
use crate::validation::{Completeness, check_is_object};

const REQUIRED: &str = "This field is required.";
const NON_FIELD: &str = "non_field_errors";

/// What a body says, as far as it can be checked without the database.
#[derive(Debug, Clone)]
pub struct Parsed {
    /// The valid values. The database is asked about them even where other fields are invalid: DRF reports all errors.
    pub draft: Draft,
    /// The errors of the other fields.
    errors: FieldErrors,
    /// The errors of values that DRF accepts and no column can hold. They are told where nothing else is wrong: Django would
    /// come to them last, and fail.
    unstorable: FieldErrors,
    fields: &'static [Field],
    /// The keys of related records as the client wrote them, for messages.
    keys: Vec<Written>,
}

/// Validates a body.
///
/// # Errors
/// Where the body is neither an object nor a form.
pub fn parse(
    model: &'static Model,
    fields: &'static [Field],
    input: &Input,
    completeness: Completeness,
) -> Result<Parsed, Errors> {
    check_is_object(input)?;
    let mut parsed = Parsed {
        draft: Draft::new(model),
        errors: FieldErrors::default(),
        unstorable: FieldErrors::default(),
        fields,
        keys: Vec::new(),
    };
    for field in fields.iter().filter(|field| !field.read_only) {
        let Some(own) = field.own() else { continue };
        match given(field, input, completeness) {
            Given::Absent if completeness == Completeness::Partial => {}
            Given::Absent if field.required => parsed.errors.add(field.name, [REQUIRED.into()]),
            Given::Absent => parsed.fill_default(field, own),
            given => match value(field, own, given, &mut parsed.keys) {
                Ok(value) => parsed.draft.set_field(own, value),
                Err(messages) if numbers::is_unstorable(field, input) => {
                    parsed.unstorable.add(field.name, messages);
                }
                Err(messages) => {
                    // DRF goes through a list in order, so that a key before the wrong one may be the first that is not there.
                    let before = parsed.keys.iter().filter(|it| it.field == own.name).map(|it| it.key);
                    let before: BTreeSet<Key> = before.collect();
                    if !before.is_empty() {
                        parsed.draft.set_field(own, Value::Keys(before));
                    }
                    parsed.errors.add(field.name, messages);
                }
            },
        }
    }
    Ok(parsed)
}

impl Parsed {
    /// Whether nothing is wrong with it, as far as can be told without the database.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.errors.is_empty() && self.unstorable.is_empty()
    }

    fn fill_default(&mut self, field: &Field, own: &'static model::Field) {
        if let Some(value) = own.default_value().filter(|_| field.fills_default) {
            self.draft.set_field(own, value);
        }
    }

    /// All errors, with those that only the database knows; `None` where there are none.
    #[must_use]
    pub fn refusal(&self, violations: &[Violation]) -> Option<Errors> {
        let mut errors = FieldErrors::default();
        for field in self.fields {
            let told = field.own().and_then(|own| self.message(own, violations));
            if told.is_none() {
                errors.add(field.name, self.errors.of(field.name));
            }
            errors.add(field.name, told);
        }
        // A hook, or a default, may have set a field that clients cannot, or has not set it.
        for violation in violations {
            let own = match violation {
                Violation::Taken(own) | Violation::Missing(own, _) | Violation::Null(own) => own,
                Violation::Negative(_) | Violation::TakenTogether(_) => continue,
            };
            let is_on_wire =
                self.fields.iter().any(|it| it.own().is_some_and(|known| known.name == own.name));
            if !is_on_wire && errors.of(own.name).is_empty() {
                errors.add(own.name, self.message(own, violations));
            }
        }
        if !errors.is_empty() {
            return Some(Errors::Fields(errors));
        }
        errors = self.unstorable.clone();
        let negative = violations.iter().filter_map(|violation| match violation {
            Violation::Negative(own) => Some(own.name),
            _ => None,
        });
        negative
            .for_each(|name| errors.add(name, ["Ensure this value is greater than or equal to 0.".into()]));
        if !errors.is_empty() {
            return Some(Errors::Fields(errors));
        }
        let together = violations.iter().filter_map(|violation| match violation {
            Violation::TakenTogether(names) => {
                Some(Message::from(format!("The fields {} must make a unique set.", names.join(", "))))
            }
            _ => None,
        });
        let mut messages: Vec<Message> = together.collect();
        match messages.len() {
            0 => None,
            1 => messages.pop().map(Errors::NonField),
            _ => {
                errors.add(NON_FIELD, messages);
                Some(Errors::Fields(errors))
            }
        }
    }

    /// What the database says about a field.
    fn message(&self, own: &'static model::Field, violations: &[Violation]) -> Option<Message> {
        let missing: Vec<Key> = violations
            .iter()
            .filter_map(|violation| match violation {
                Violation::Missing(field, key) if field.name == own.name => Some(*key),
                _ => None,
            })
            .collect();
        if let Some(first) = missing.first() {
            // Of several DRF names the one that the client wrote first.
            let written = self.keys.iter().find(|it| it.field == own.name && missing.contains(&it.key));
            let text = written.map_or_else(|| first.to_string(), |written| written.text.clone());
            return Some(super::keys::does_not_exist(&text));
        }
        if violations.iter().any(|it| matches!(it, Violation::Null(field) if field.name == own.name)) {
            return Some("This field may not be null.".into());
        }
        let is_taken =
            violations.iter().any(|it| matches!(it, Violation::Taken(field) if field.name == own.name));
        is_taken.then(|| taken(self.draft.model(), own))
    }
}

/// The message of DRF's `UniqueValidator`, with the names as Django's models have them.
fn taken(model: &'static Model, own: &'static model::Field) -> Message {
    if let Unique::Or(message) = own.unique {
        return Cow::Borrowed(message);
    }
    if own.relation().is_some() {
        return "This field must be unique.".into();
    }
    let mut label = own.label().into_owned();
    // `verbose_name` is in lower case but for abbreviations: `email address`, `ID`.
    if label.chars().nth(1).is_none_or(char::is_lowercase) {
        label.get_mut(..1).into_iter().for_each(str::make_ascii_lowercase);
    }
    format!("{} with this {label} already exists.", model.verbose_name()).into()
}
