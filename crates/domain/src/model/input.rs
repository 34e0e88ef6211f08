//! Forms: the input for a record, checked against its model.

use std::collections::BTreeSet;
use std::fmt;

use super::definition::{Access, Field, Kind, Model, Presence, TextRules};
use crate::timestamp::Timestamp;

/// The hash of a password, in one of Django's formats. It is neither shown nor logged.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    pub const MAX_LENGTH: usize = 128;

    /// `None` where the hash is empty or does not fit the column.
    #[must_use]
    pub fn new(encoded: String) -> Option<Self> {
        (1..=Self::MAX_LENGTH).contains(&encoded.chars().count()).then_some(Self(encoded))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash")
    }
}

/// A value to write into a field, by its [`Kind`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    Text(String),
    Boolean(bool),
    Timestamp(Option<Timestamp>),
    /// For [`Kind::One`].
    Key(Option<i64>),
    /// For [`Kind::Many`]: all related records.
    Keys(BTreeSet<i64>),
    Password(PasswordHash),
}

/// Why a value is invalid, in Django's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FieldError {
    #[error("This field is required.")]
    Required,
    #[error("Ensure this value has at most {limit} characters (it has {length}).")]
    TooLong {
        /// In code points.
        limit: usize,
        length: usize,
    },
    /// `PostgreSQL` cannot store it.
    #[error("Null characters are not allowed.")]
    Nul,
    #[error("{0}")]
    Taken(&'static str),
    #[error("Select a valid choice. {0} is not one of the available choices.")]
    NoSuchChoice(i64),
    /// The message of the field's own rule.
    #[error("{0}")]
    Invalid(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub field: &'static Field,
    pub why: FieldError,
}

/// An input that cannot be set. All but [`FormError::Refused`] are bugs of the caller.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    #[error("{model} has no field {name}")]
    Unknown { model: &'static str, name: String },
    #[error("{0} is read only")]
    ReadOnly(&'static str),
    #[error("{0} holds something else")]
    Kind(&'static str),
    /// The value is invalid: the message belongs to the field.
    #[error("{}: {}", .0.field.name, .0.why)]
    Refused(Refusal),
}

/// The values to write into one record. All of them fit their fields; other fields stay as they are, or take their default
/// where a record is added.
#[derive(Debug, Clone)]
pub struct Form {
    model: &'static Model,
    inputs: Vec<(&'static Field, Input)>,
}

impl Form {
    #[must_use]
    pub const fn new(model: &'static Model) -> Self {
        Self { model, inputs: Vec::new() }
    }

    /// Sets a field. Texts are stripped, as Django's form fields do.
    ///
    /// # Errors
    /// [`FormError::Refused`] where the value is invalid.
    pub fn set(&mut self, name: &str, input: Input) -> Result<(), FormError> {
        let field = self
            .model
            .field(name)
            .ok_or_else(|| FormError::Unknown { model: self.model.name, name: name.to_owned() })?;
        if field.access == Access::ReadOnly {
            return Err(FormError::ReadOnly(field.name));
        }
        let refused = |why| FormError::Refused(Refusal { field, why });
        let input = match (field.kind, input) {
            (Kind::Text(rules), Input::Text(text)) => {
                Input::Text(check(rules, stripped(&text)).map_err(refused)?)
            }
            (Kind::Timestamp(Presence::Required), Input::Timestamp(None)) => {
                return Err(refused(FieldError::Required));
            }
            (Kind::One(to), Input::Key(None)) if to.presence == Presence::Required => {
                return Err(refused(FieldError::Required));
            }
            (Kind::Many(to), Input::Keys(keys)) if to.presence == Presence::Required && keys.is_empty() => {
                return Err(refused(FieldError::Required));
            }
            (Kind::Boolean, input @ Input::Boolean(_))
            | (Kind::Timestamp(_), input @ Input::Timestamp(_))
            | (Kind::One(_), input @ Input::Key(_))
            | (Kind::Many(_), input @ Input::Keys(_))
            | (Kind::Password, input @ Input::Password(_)) => input,
            _ => return Err(FormError::Kind(field.name)),
        };
        self.inputs.retain(|(known, _)| known.name != field.name);
        self.inputs.push((field, input));
        // Django's log names fields in the order of its form.
        self.inputs
            .sort_by_key(|(field, _)| self.model.fields.iter().position(|known| known.name == field.name));
        Ok(())
    }

    #[must_use]
    pub const fn model(&self) -> &'static Model {
        self.model
    }

    /// In the order of the model's fields.
    #[must_use]
    pub fn inputs(&self) -> &[(&'static Field, Input)] {
        &self.inputs
    }

    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Input> {
        self.inputs.iter().find(|(field, _)| field.name == name).map(|(_, input)| input)
    }

    /// The required fields that are missing for a new record.
    #[must_use]
    pub fn missing(&self) -> Vec<Refusal> {
        let required = |field: &&'static Field| {
            field.access == Access::Editable
                && match field.kind {
                    Kind::Text(rules) => rules.presence == Presence::Required,
                    Kind::One(to) | Kind::Many(to) => to.presence == Presence::Required,
                    Kind::Password => true,
                    _ => false,
                }
        };
        self.model
            .fields
            .iter()
            .filter(required)
            .filter(|field| self.get(field.name).is_none())
            .map(|field| Refusal { field, why: FieldError::Required })
            .collect()
    }
}

/// Python's `str.strip`.
fn stripped(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c))
}

fn check(rules: TextRules, text: &str) -> Result<String, FieldError> {
    if text.is_empty() {
        return match rules.presence {
            Presence::Required => Err(FieldError::Required),
            Presence::Optional => Ok(String::new()),
        };
    }
    if text.contains('\0') {
        return Err(FieldError::Nul);
    }
    let text = rules.parse.map_or_else(|| Ok(text.to_owned()), |parse| parse(text))?;
    match (rules.max_length, text.chars().count()) {
        (Some(limit), length) if length > limit => Err(FieldError::TooLong { limit, length }),
        _ => Ok(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{POST, USER};

    fn text(text: &str) -> Input {
        Input::Text(text.to_owned())
    }

    fn refusal(outcome: Result<(), FormError>) -> String {
        match outcome {
            Err(FormError::Refused(refusal)) => refusal.why.to_string(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn texts_are_stripped_and_held_to_their_rules() {
        let mut form = Form::new(&POST);
        form.set("title", text("\u{1f} a title \n")).unwrap();
        assert_eq!(form.get("title"), Some(&text("a title")));
        assert_eq!(refusal(form.set("title", text(" \t"))), "This field is required.");
        assert_eq!(refusal(form.set("title", text("a\0b"))), "Null characters are not allowed.");
        assert_eq!(
            refusal(form.set("title", text(&"é".repeat(51)))),
            "Ensure this value has at most 50 characters (it has 51)."
        );
        assert_eq!(form.get("title"), Some(&text("a title")), "what is refused changes nothing");
    }

    #[test]
    fn names_and_addresses_are_parsed() {
        let mut form = Form::new(&USER);
        form.set("username", text("ﬁ")).unwrap();
        form.set("email", text("Ada@EXAMPLE.com")).unwrap();
        assert_eq!(form.get("username"), Some(&text("fi")));
        assert_eq!(form.get("email"), Some(&text("Ada@example.com")));
        assert!(refusal(form.set("username", text("a b"))).starts_with("Enter a valid username."));
        assert_eq!(refusal(form.set("email", text("ada"))), "Enter a valid email address.");
        form.set("email", text("")).unwrap();
        assert_eq!(form.get("email"), Some(&text("")));
    }

    #[test]
    fn unknown_and_read_only_fields_are_errors() {
        let mut form = Form::new(&POST);
        assert!(matches!(form.set("id", text("1")), Err(FormError::ReadOnly("id"))));
        assert!(matches!(form.set("created_at", Input::Timestamp(None)), Err(FormError::ReadOnly(_))));
        assert!(matches!(form.set("owner", text("1")), Err(FormError::Unknown { .. })));
        assert!(matches!(form.set("title", Input::Boolean(true)), Err(FormError::Kind("title"))));
    }

    #[test]
    fn inputs_have_the_order_of_the_fields_and_missing_ones_are_listed() {
        let mut form = Form::new(&POST);
        form.set("content", text("b")).unwrap();
        assert_eq!(form.missing().iter().map(|refusal| refusal.field.name).collect::<Vec<_>>(), ["title"]);
        form.set("title", text("a")).unwrap();
        form.set("title", text("c")).unwrap();
        let names: Vec<_> = form.inputs().iter().map(|(field, _)| field.name).collect();
        assert_eq!(names, ["title", "content"]);
    }

    #[test]
    fn a_hash_is_not_shown() {
        let hash = PasswordHash::new("pbkdf2_sha256$1$salt$hash".to_owned()).unwrap();
        assert!(!format!("{:?}", Input::Password(hash)).contains("salt"));
        assert!(PasswordHash::new(String::new()).is_none());
        assert!(PasswordHash::new("a".repeat(129)).is_none());
    }
}
