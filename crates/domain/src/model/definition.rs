//! A model: its names, its fields, its label.

use super::input::FieldError;
use super::value::Value;
use crate::page::Direction;

/// A model. Each is a static, and its fields are found by [`Model::field`] alone, so a field that does not exist cannot be
/// queried.
#[derive(Debug)]
pub struct Model {
    /// As in `django_content_type`: `auth`.
    pub app_label: &'static str,
    /// As in `django_content_type`: `user`.
    pub name: &'static str,
    /// `log entry`
    pub verbose_name: &'static str,
    /// `log entries`
    pub verbose_name_plural: &'static str,
    /// In the order of Django's forms.
    pub fields: &'static [Field],
    /// The default order of lists.
    pub order: &'static [(&'static str, Direction)],
    pub label: Label,
}

/// The label of a record: Python's `str()`.
#[derive(Debug, Clone, Copy)]
pub struct Label {
    /// The columns that it is made from.
    pub fields: &'static [&'static str],
    /// Makes it from their values, in that order.
    pub of: fn(&[Value]) -> String,
}

impl Model {
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The label of a record with these values; further values are ignored.
    #[must_use]
    pub fn label_of(&self, values: &[(&'static Field, Value)]) -> String {
        let value =
            |name: &&str| values.iter().find(|(field, _)| field.name == *name).map(|(_, value)| value);
        (self.label.of)(&self.label.fields.iter().filter_map(value).cloned().collect::<Vec<_>>())
    }

    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        (self.app_label, self.name) == (other.app_label, other.name)
    }
}

/// A field of a model. Two are equal where their names and kinds are.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// As in Django's log: `is_staff`.
    pub name: &'static str,
    /// As in Django's forms: `Staff status`.
    pub label: &'static str,
    pub kind: Kind,
    pub access: Access,
    /// The message where another record has the same value already; `None` where values may repeat.
    pub unique: Option<&'static str>,
}

/// Whether a form may set a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    Editable,
    /// Only the store sets it.
    ReadOnly,
}

/// The kind of a field's values.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    Text(TextRules),
    Integer,
    Boolean,
    Timestamp(Presence),
    /// A foreign key.
    One(Relation),
    /// A many-to-many relation.
    Many(Relation),
    /// The hash of a password, which is written and never read.
    Password,
}

/// A rule of one field: returns the text to store.
pub type TextParser = fn(&str) -> Result<String, FieldError>;

/// The rules of a text.
#[derive(Debug, Clone, Copy)]
pub struct TextRules {
    /// In code points.
    pub max_length: Option<usize>,
    pub presence: Presence,
    pub lines: Lines,
    /// A further rule; returns the text to store.
    pub parse: Option<TextParser>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    Required,
    /// An empty text, or no timestamp, is valid.
    Optional,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lines {
    One,
    Many,
}

/// The model that a field refers to.
#[derive(Debug, Clone, Copy)]
pub struct Relation {
    pub to: &'static Model,
    /// Whether a related record is required.
    pub presence: Presence,
}

impl Field {
    /// An editable field of values that may repeat.
    #[must_use]
    pub const fn new(name: &'static str, label: &'static str, kind: Kind) -> Self {
        Self { name, label, kind, access: Access::Editable, unique: None }
    }

    /// Makes it read-only.
    #[must_use]
    pub const fn read_only(self) -> Self {
        Self { access: Access::ReadOnly, ..self }
    }

    /// Makes its values unique; else this is the message.
    #[must_use]
    pub const fn unique(self, taken: &'static str) -> Self {
        Self { unique: Some(taken), ..self }
    }

    /// Whether lists can show it and be ordered by it: many-to-many relations and passwords cannot.
    #[must_use]
    pub const fn is_column(&self) -> bool {
        !matches!(self.kind, Kind::Many(_) | Kind::Password)
    }
}

impl PartialEq for Field {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && std::mem::discriminant(&self.kind) == std::mem::discriminant(&other.kind)
    }
}

impl Eq for Field {}

impl TextRules {
    /// A required line of at most this many code points.
    #[must_use]
    pub const fn line(max_length: usize) -> Self {
        Self { max_length: Some(max_length), presence: Presence::Required, lines: Lines::One, parse: None }
    }

    /// A required text of any length.
    #[must_use]
    pub const fn lines() -> Self {
        Self { max_length: None, presence: Presence::Required, lines: Lines::Many, parse: None }
    }

    /// Allows an empty text.
    #[must_use]
    pub const fn optional(self) -> Self {
        Self { presence: Presence::Optional, ..self }
    }

    /// Adds a rule.
    #[must_use]
    pub const fn parsed_by(self, parse: TextParser) -> Self {
        Self { parse: Some(parse), ..self }
    }
}
