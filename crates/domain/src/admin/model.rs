//! What a model is: its names and its fields.

use super::input::FieldError;
use super::value::Value;
use crate::page::Direction;

/// A model: what its records are called, and which fields they have. Each is a constant, and its fields are named by
/// [`Model::field`] alone, so a field that does not exist cannot be asked for.
#[derive(Debug)]
pub struct Model {
    /// The application it belongs to, as `django_content_type` has it: `auth`.
    pub app_label: &'static str,
    /// Its name there: `user`.
    pub name: &'static str,
    /// What one record is called: `log entry`.
    pub verbose_name: &'static str,
    /// What several are called: `log entries`.
    pub verbose_name_plural: &'static str,
    /// Its fields, in the order of the original's forms.
    pub fields: &'static [Field],
    /// How lists are ordered where nobody asks for another order.
    pub order: &'static [(&'static str, Direction)],
    /// What a record is called.
    pub label: Label,
}

/// What a record is called: the original's `str()`.
#[derive(Debug, Clone, Copy)]
pub struct Label {
    /// The columns that it is made of.
    pub fields: &'static [&'static str],
    /// Makes it of their values, which come in that order.
    pub of: fn(&[Value]) -> String,
}

impl Model {
    /// The field of this name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// What a record of these values is called; they may be more than it needs.
    #[must_use]
    pub fn label_of(&self, values: &[(&'static Field, Value)]) -> String {
        let value =
            |name: &&str| values.iter().find(|(field, _)| field.name == *name).map(|(_, value)| value);
        (self.label.of)(&self.label.fields.iter().filter_map(value).cloned().collect::<Vec<_>>())
    }

    /// Whether both are the same model.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        (self.app_label, self.name) == (other.app_label, other.name)
    }
}

/// A field of a model. Two are equal where their names and kinds are.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Its name, as the original's log writes it: `is_staff`.
    pub name: &'static str,
    /// What the original's forms call it: `Staff status`.
    pub label: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Whether a form may set it.
    pub access: Access,
    /// What is said where another record has the same value already; `None` where values may repeat.
    pub unique: Option<&'static str>,
}

/// Whether a form may set a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// It may.
    Editable,
    /// It may not: the store keeps it.
    ReadOnly,
}

/// What a field holds.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// A text of one or of several lines.
    Text(TextRules),
    /// A whole number.
    Integer,
    /// Yes or no.
    Boolean,
    /// A timestamp, or none where it may be missing.
    Timestamp(Presence),
    /// One record of another model, or none.
    One(Relation),
    /// Any number of records of another model.
    Many(Relation),
    /// The hash of a password, which is written and never given away.
    Password,
}

/// A rule of one field: gives the text as it is kept.
pub type TextParser = fn(&str) -> Result<String, FieldError>;

/// What a text may be.
#[derive(Debug, Clone, Copy)]
pub struct TextRules {
    /// How many code points the column holds at the most.
    pub max_length: Option<usize>,
    /// Whether a form must have it.
    pub presence: Presence,
    /// Whether it is one line or several.
    pub lines: Lines,
    /// What else is asked of it, where that is more; gives the text as it is kept.
    pub parse: Option<TextParser>,
}

/// Whether a value must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// It must.
    Required,
    /// It may be missing: an empty text, or no timestamp.
    Optional,
}

/// How many lines a text has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lines {
    /// One.
    One,
    /// Any number.
    Many,
}

/// Which model a field refers to.
#[derive(Debug, Clone, Copy)]
pub struct Relation {
    pub to: &'static Model,
    /// Whether there must be a record that it relates to.
    pub presence: Presence,
}

impl Field {
    /// A field that forms may set, of values that may repeat.
    #[must_use]
    pub const fn new(name: &'static str, label: &'static str, kind: Kind) -> Self {
        Self { name, label, kind, access: Access::Editable, unique: None }
    }

    /// The same, kept by the store alone.
    #[must_use]
    pub const fn read_only(self) -> Self {
        Self { access: Access::ReadOnly, ..self }
    }

    /// The same, of values that no two records share; else this is said.
    #[must_use]
    pub const fn unique(self, taken: &'static str) -> Self {
        Self { unique: Some(taken), ..self }
    }

    /// Whether lists can show it and be ordered by it: relations of many, and passwords, cannot.
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
    /// A line that must be there, of so many code points at the most.
    #[must_use]
    pub const fn line(max_length: usize) -> Self {
        Self { max_length: Some(max_length), presence: Presence::Required, lines: Lines::One, parse: None }
    }

    /// A text of any length that must be there.
    #[must_use]
    pub const fn lines() -> Self {
        Self { max_length: None, presence: Presence::Required, lines: Lines::Many, parse: None }
    }

    /// The same, which may be empty.
    #[must_use]
    pub const fn optional(self) -> Self {
        Self { presence: Presence::Optional, ..self }
    }

    /// The same, with a rule of its own.
    #[must_use]
    pub const fn parsed_by(self, parse: TextParser) -> Self {
        Self { parse: Some(parse), ..self }
    }
}
