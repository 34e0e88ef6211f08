//! The kinds of fields, with the rules of each.

use super::definition::Model;
use super::input::FieldError;

/// The kind of a field's values.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    Text(TextRules),
    Integer(IntegerRules),
    Float,
    Decimal {
        /// The number of digits in total.
        digits: u8,
        /// How many of them are after the point.
        places: u8,
    },
    Boolean,
    Date,
    Time,
    Timestamp,
    /// In microseconds.
    Duration,
    Uuid,
    Json,
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
    pub lines: Lines,
    pub format: Format,
    /// A further rule of forms; returns the text to store.
    pub parse: Option<TextParser>,
}

/// What a text has to look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Any,
    Email,
    Url,
    Slug,
    /// A regular expression that the text has to contain a match of, and the message where it does not.
    Pattern(&'static str, &'static str),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lines {
    One,
    Many,
}

/// The size of an integer's column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IntegerSize {
    /// Two bytes.
    Small,
    /// Four.
    Regular,
    /// Eight.
    Big,
}

/// The rules of an integer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IntegerRules {
    pub size: IntegerSize,
    /// Django's `Positive…Field`, which allows 0: the column has a CHECK.
    pub is_positive: bool,
    /// The smallest value, by a validator.
    pub min: Option<i64>,
    /// The largest value, by a validator.
    pub max: Option<i64>,
}

/// The model that a field refers to.
#[derive(Debug, Clone, Copy)]
pub struct Relation {
    pub to: &'static Model,
    pub on_delete: OnDelete,
}

/// What becomes of a record when the one that it refers to is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnDelete {
    /// It is deleted, too.
    Cascade,
    /// It forbids the deletion.
    Protect,
    SetNull,
    SetDefault,
    /// The constraint of the database decides.
    DoNothing,
}

/// The table of the pairs of a many-to-many relation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Through {
    pub table: String,
    /// Its column with the key of this record.
    pub own: String,
    /// Its column with the key of the other.
    pub other: String,
}

impl TextRules {
    /// A line of at most this many code points.
    #[must_use]
    pub const fn line(max_length: usize) -> Self {
        Self { max_length: Some(max_length), lines: Lines::One, format: Format::Any, parse: None }
    }

    /// A text of any length.
    #[must_use]
    pub const fn lines() -> Self {
        Self { max_length: None, lines: Lines::Many, format: Format::Any, parse: None }
    }

    /// Adds a rule of forms.
    #[must_use]
    pub const fn parsed_by(self, parse: TextParser) -> Self {
        Self { parse: Some(parse), ..self }
    }
}

impl IntegerRules {
    pub(super) const fn of(size: IntegerSize, is_positive: bool) -> Self {
        Self { size, is_positive, min: None, max: None }
    }

    /// The range of its column.
    #[must_use]
    pub const fn range(self) -> (i64, i64) {
        let (min, max) = match self.size {
            IntegerSize::Small => (i16::MIN as i64, i16::MAX as i64),
            IntegerSize::Regular => (i32::MIN as i64, i32::MAX as i64),
            IntegerSize::Big => (i64::MIN, i64::MAX),
        };
        (if self.is_positive { 0 } else { min }, max)
    }
}
