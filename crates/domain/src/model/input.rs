//! Forms: the input for a record, checked against its model.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

use super::definition::Model;
use super::field::{Access, Default, Field};
use super::key::Key;
use super::kind::{Kind, TextRules};
use super::scalars::{self, Float};
use super::value::Version;
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
    Key(Option<Key>),
    /// For [`Kind::Many`]: all related records.
    Keys(BTreeSet<Key>),
    Password(PasswordHash),
    /// For all kinds but those above that have their own.
    Null,
    Integer(i64),
    Float(Float),
    /// As digits, with the places of its field: `-12.50`.
    Decimal(String),
    Date(time::Date),
    Time(time::Time),
    /// In microseconds.
    Duration(i64),
    Uuid(u128),
    Json(serde_json::Value),
}

impl Input {
    /// Parses the form of a value on the wire; `None` where the field cannot have it. Lengths, limits and choices are not
    /// checked.
    #[must_use]
    pub fn parse(field: &Field, text: &str) -> Option<Self> {
        Some(match field.kind {
            Kind::Text(_) => Self::Text(text.to_owned()),
            Kind::Integer(rules) => {
                let (min, max) = rules.range();
                Self::Integer(text.parse().ok().filter(|number| (min..=max).contains(number))?)
            }
            Kind::Float => Self::Float(Float::new(text.parse().ok()?)?),
            Kind::Decimal { digits, places } => Self::Decimal(scalars::decimal(text, digits, places)?),
            Kind::Boolean => match text {
                "true" | "True" | "1" => Self::Boolean(true),
                "false" | "False" | "0" => Self::Boolean(false),
                _ => return None,
            },
            Kind::Date => Self::Date(scalars::date(text)?),
            Kind::Time => Self::Time(scalars::time(text)?),
            Kind::Timestamp => Self::Timestamp(Some(Timestamp::parse_iso(text).ok()?)),
            Kind::Duration => Self::Duration(scalars::duration(text)?),
            Kind::Uuid => Self::Uuid(scalars::uuid(text)?),
            Kind::Json => Self::Json(serde_json::from_str(text).ok()?),
            Kind::One(relation) => Self::Key(Some(relation.to.key_kind().parse(text)?)),
            Kind::Many(_) | Kind::Password => return None,
        })
    }

    /// Whether it is no value at all.
    #[must_use]
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null | Self::Timestamp(None) | Self::Key(None))
    }

    /// A zero below zero as JSON, which `SQLite` stores without its sign; DRF answers with what was written.
    #[must_use]
    pub fn negative_zero(&self) -> Option<String> {
        match self {
            Self::Float(number) if number.get() == 0.0 && number.get().is_sign_negative() => {
                Some(number.to_string())
            }
            Self::Decimal(digits)
                if digits.starts_with('-') && digits.bytes().all(|it| matches!(it, b'-' | b'0' | b'.')) =>
            {
                Some(format!("\"{digits}\""))
            }
            _ => None,
        }
    }

    /// No value for a field of this kind.
    #[must_use]
    pub const fn null(kind: Kind) -> Self {
        match kind {
            Kind::Timestamp => Self::Timestamp(None),
            Kind::One(_) => Self::Key(None),
            _ => Self::Null,
        }
    }
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
    Taken(Cow<'static, str>),
    #[error("Select a valid choice. {0} is not one of the available choices.")]
    NoSuchChoice(Key),
    /// Of several fields that may occur together only once; it belongs to the key of the model.
    #[error("{0}")]
    TakenTogether(String),
    /// Another user changed the record since the form was made; it belongs to the key of the model.
    #[error("Someone else changed this in the meantime. Open it again to see the change.")]
    Stale,
    /// Another user deleted the record since the form was made; it belongs to the key of the model.
    #[error("Someone else deleted this in the meantime.")]
    Gone,
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
                let text = check(rules, field.blank, stripped(&text)).map_err(refused)?;
                // Django stores NULL in the place of an empty text where a column may be NULL.
                if text.is_empty() && field.null { Input::Null } else { Input::Text(text) }
            }
            (_, input) if input.is_null() && !field.null => return Err(refused(FieldError::Required)),
            (Kind::Many(_), Input::Keys(keys)) if !field.blank && keys.is_empty() => {
                return Err(refused(FieldError::Required));
            }
            (Kind::Boolean, input @ Input::Boolean(_))
            | (Kind::Timestamp, input @ Input::Timestamp(_))
            | (Kind::One(_), input @ Input::Key(_))
            | (Kind::Many(_), input @ Input::Keys(_))
            | (Kind::Password, input @ Input::Password(_))
            | (Kind::Integer(_), input @ Input::Integer(_))
            | (Kind::Float, input @ Input::Float(_))
            | (Kind::Decimal { .. }, input @ Input::Decimal(_))
            | (Kind::Date, input @ Input::Date(_))
            | (Kind::Time, input @ Input::Time(_))
            | (Kind::Duration, input @ Input::Duration(_))
            | (Kind::Uuid, input @ Input::Uuid(_))
            | (Kind::Json, input @ Input::Json(_)) => input,
            (kind, Input::Null) if !matches!(kind, Kind::Many(_) | Kind::Password) => Input::null(kind),
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
                && field.default == Default::None
                && !field.blank
                && !matches!(field.kind, Kind::Boolean)
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

/// A write of a record that belongs to another, in the same transaction (Django's inlines).
#[derive(Debug, Clone)]
pub struct ChildWrite {
    /// The foreign key to the other record.
    pub key: &'static Field,
    pub model: &'static Model,
    pub action: ChildAction,
}

/// What is done to a record that belongs to another.
#[derive(Debug, Clone)]
pub enum ChildAction {
    Add(Form),
    Change(Key, Version, Form),
    Delete(Key, Version),
}

impl From<&str> for Input {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Input {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

/// A number, which may be the key of a foreign key.
impl From<i64> for Input {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

/// The key of a foreign key, or none.
impl From<Option<i64>> for Input {
    fn from(key: Option<i64>) -> Self {
        Self::Key(key.map(Key::Integer))
    }
}

/// The key of a record, for a foreign key or for itself.
impl From<Key> for Input {
    fn from(key: Key) -> Self {
        Self::Key(Some(key))
    }
}

impl From<Option<Key>> for Input {
    fn from(key: Option<Key>) -> Self {
        Self::Key(key)
    }
}

impl From<bool> for Input {
    fn from(flag: bool) -> Self {
        Self::Boolean(flag)
    }
}

impl From<Timestamp> for Input {
    fn from(timestamp: Timestamp) -> Self {
        Self::Timestamp(Some(timestamp))
    }
}

/// Python's `str.strip`.
fn stripped(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c))
}

fn check(rules: TextRules, blank: bool, text: &str) -> Result<String, FieldError> {
    if text.is_empty() {
        return if blank { Ok(String::new()) } else { Err(FieldError::Required) };
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
