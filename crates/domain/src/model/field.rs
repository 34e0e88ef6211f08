//! A field of a model: its kind, where it is stored, and its rules.

use std::borrow::Cow;

use super::definition::Model;
use super::input::Input;
use super::kind::{Format, IntegerRules, IntegerSize, Kind, OnDelete, Relation, TextRules, Through};

/// A field of a model. Two are equal where their names and kinds are.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// As in Django's log: `is_staff`.
    pub name: &'static str,
    /// As in Django's forms: `Staff status`; empty for the name with spaces.
    label: &'static str,
    pub kind: Kind,
    /// The column, where it is not named after the field.
    column: Option<&'static str>,
    pub access: Access,
    /// Whether the column may be NULL.
    pub null: bool,
    /// Whether forms may leave it empty.
    pub blank: bool,
    pub default: Default,
    pub unique: Unique,
    /// The only values that it may have, each with its label.
    pub choices: &'static [(&'static str, &'static str)],
    pub help: &'static str,
}

/// Whether a form or a client may set a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    Editable,
    /// Only the store sets it.
    ReadOnly,
}

/// Whether a value may occur in several records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unique {
    No,
    /// Only once, with the usual message.
    Yes,
    /// Only once; else this is the message.
    Or(&'static str),
}

/// The value of a field that a new record leaves out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Default {
    None,
    /// This one, in the form of the wire: `false`, `0.00`, `draft`.
    Value(&'static str),
    /// A random UUID.
    Random,
    /// The time of creation (Django's `auto_now_add`).
    Created,
    /// The time of every save (Django's `auto_now`).
    Updated,
}

/// How fields are declared. All are required, editable and not NULL where nothing else is said.
impl Field {
    #[must_use]
    pub const fn new(name: &'static str, kind: Kind) -> Self {
        Self {
            name,
            label: "",
            kind,
            column: None,
            access: Access::Editable,
            null: false,
            blank: false,
            default: Default::None,
            unique: Unique::No,
            choices: &[],
            help: "",
        }
    }

    /// A line of text (Django's `CharField`).
    #[must_use]
    pub const fn text(name: &'static str, max_length: usize) -> Self {
        Self::new(name, Kind::Text(TextRules::line(max_length)))
    }

    /// Text of many lines (Django's `TextField`).
    #[must_use]
    pub const fn lines(name: &'static str) -> Self {
        Self::new(name, Kind::Text(TextRules::lines()))
    }

    const fn formatted(name: &'static str, max_length: usize, format: Format) -> Self {
        Self::new(name, Kind::Text(TextRules { format, ..TextRules::line(max_length) }))
    }

    #[must_use]
    pub const fn slug(name: &'static str, max_length: usize) -> Self {
        Self::formatted(name, max_length, Format::Slug)
    }

    /// Of at most 254 code points, as in Django.
    #[must_use]
    pub const fn email(name: &'static str) -> Self {
        Self::formatted(name, 254, Format::Email)
    }

    /// Of at most 200 code points, as in Django.
    #[must_use]
    pub const fn url(name: &'static str) -> Self {
        Self::formatted(name, 200, Format::Url)
    }

    /// One of these values, each with its label; the column has the length of the longest.
    #[must_use]
    pub const fn choice(name: &'static str, choices: &'static [(&'static str, &'static str)]) -> Self {
        let (mut longest, mut at) = (0, 0);
        while at < choices.len() {
            if choices[at].0.len() > longest {
                longest = choices[at].0.len();
            }
            at += 1;
        }
        Self { choices, ..Self::text(name, longest) }
    }

    #[must_use]
    pub const fn integer(name: &'static str) -> Self {
        Self::new(name, Kind::Integer(IntegerRules::of(IntegerSize::Regular, false)))
    }

    #[must_use]
    pub const fn small_integer(name: &'static str) -> Self {
        Self::new(name, Kind::Integer(IntegerRules::of(IntegerSize::Small, false)))
    }

    #[must_use]
    pub const fn big_integer(name: &'static str) -> Self {
        Self::new(name, Kind::Integer(IntegerRules::of(IntegerSize::Big, false)))
    }

    #[must_use]
    pub const fn positive_integer(name: &'static str) -> Self {
        Self::new(name, Kind::Integer(IntegerRules::of(IntegerSize::Regular, true)))
    }

    #[must_use]
    pub const fn positive_small_integer(name: &'static str) -> Self {
        Self::new(name, Kind::Integer(IntegerRules::of(IntegerSize::Small, true)))
    }

    #[must_use]
    pub const fn float(name: &'static str) -> Self {
        Self::new(name, Kind::Float)
    }

    /// A number of this many digits, of which `places` are after the point.
    #[must_use]
    pub const fn decimal(name: &'static str, digits: u8, places: u8) -> Self {
        Self::new(name, Kind::Decimal { digits, places })
    }

    #[must_use]
    pub const fn boolean(name: &'static str) -> Self {
        Self::new(name, Kind::Boolean)
    }

    #[must_use]
    pub const fn date(name: &'static str) -> Self {
        Self::new(name, Kind::Date)
    }

    #[must_use]
    pub const fn time(name: &'static str) -> Self {
        Self::new(name, Kind::Time)
    }

    #[must_use]
    pub const fn timestamp(name: &'static str) -> Self {
        Self::new(name, Kind::Timestamp)
    }

    /// The timestamp of creation (Django's `auto_now_add`).
    #[must_use]
    pub const fn created_at(name: &'static str) -> Self {
        Self { default: Default::Created, ..Self::timestamp(name) }.read_only()
    }

    /// The timestamp of the last save (Django's `auto_now`).
    #[must_use]
    pub const fn updated_at(name: &'static str) -> Self {
        Self { default: Default::Updated, ..Self::timestamp(name) }.read_only()
    }

    #[must_use]
    pub const fn duration(name: &'static str) -> Self {
        Self::new(name, Kind::Duration)
    }

    #[must_use]
    pub const fn uuid(name: &'static str) -> Self {
        Self::new(name, Kind::Uuid)
    }

    #[must_use]
    pub const fn json(name: &'static str) -> Self {
        Self::new(name, Kind::Json)
    }

    #[must_use]
    pub const fn foreign_key(name: &'static str, to: &'static Model, on_delete: OnDelete) -> Self {
        Self::new(name, Kind::One(Relation { to, on_delete }))
    }

    /// A foreign key that refers to each record at most once.
    #[must_use]
    pub const fn one_to_one(name: &'static str, to: &'static Model, on_delete: OnDelete) -> Self {
        Self::foreign_key(name, to, on_delete).unique()
    }

    #[must_use]
    pub const fn many_to_many(name: &'static str, to: &'static Model) -> Self {
        Self::new(name, Kind::Many(Relation { to, on_delete: OnDelete::Cascade }))
    }

    /// Sets the label of forms and pages (Django's `verbose_name`).
    #[must_use]
    pub const fn labelled(self, label: &'static str) -> Self {
        Self { label, ..self }
    }

    /// Sets the column (Django's `db_column`).
    #[must_use]
    pub const fn stored_as(self, column: &'static str) -> Self {
        Self { column: Some(column), ..self }
    }

    /// Allows NULL, and forms to leave it empty (Django's `null=True, blank=True`).
    #[must_use]
    pub const fn null(self) -> Self {
        Self { null: true, blank: true, ..self }
    }

    /// Allows forms and clients to leave it empty (Django's `blank=True`).
    #[must_use]
    pub const fn blank(self) -> Self {
        Self { blank: true, ..self }
    }

    /// The value where a new record has none, in the form of the wire: `false`, `0.00`, `draft`.
    #[must_use]
    pub const fn default(self, value: &'static str) -> Self {
        Self { default: Default::Value(value), ..self }
    }

    /// A random value where a new record has none: for UUIDs.
    #[must_use]
    pub const fn random(self) -> Self {
        Self { default: Default::Random, ..self }
    }

    /// Makes its values unique.
    #[must_use]
    pub const fn unique(self) -> Self {
        Self { unique: Unique::Yes, ..self }
    }

    /// Makes its values unique, with a message of its own.
    #[must_use]
    pub const fn unique_or(self, taken: &'static str) -> Self {
        Self { unique: Unique::Or(taken), ..self }
    }

    /// Makes it read-only (Django's `editable=False`).
    #[must_use]
    pub const fn read_only(self) -> Self {
        Self { access: Access::ReadOnly, ..self }
    }

    /// Makes it editable again: a timestamp of creation that may be set (Django's `default=timezone.now`).
    #[must_use]
    pub const fn editable(self) -> Self {
        Self { access: Access::Editable, ..self }
    }

    #[must_use]
    pub const fn help(self, help: &'static str) -> Self {
        Self { help, ..self }
    }

    /// Sets the longest text, in code points, which the column does not enforce where it has many lines.
    ///
    /// # Panics
    /// When it is compiled, where the field is no text.
    #[must_use]
    pub const fn max_length(self, length: usize) -> Self {
        match self.kind {
            Kind::Text(rules) => {
                Self { kind: Kind::Text(TextRules { max_length: Some(length), ..rules }), ..self }
            }
            _ => panic!("only a text has a length"),
        }
    }

    /// A regular expression that the text has to match, and the message where it does not.
    ///
    /// # Panics
    /// When it is compiled, where the field is no text.
    #[must_use]
    pub const fn pattern(self, expression: &'static str, message: &'static str) -> Self {
        match self.kind {
            Kind::Text(rules) => {
                let format = Format::Pattern(expression, message);
                Self { kind: Kind::Text(TextRules { format, ..rules }), ..self }
            }
            _ => panic!("only a text has a pattern"),
        }
    }

    /// The smallest value of an integer.
    ///
    /// # Panics
    /// When it is compiled, where the field is no integer.
    #[must_use]
    pub const fn min(self, min: i64) -> Self {
        match self.kind {
            Kind::Integer(rules) => {
                Self { kind: Kind::Integer(IntegerRules { min: Some(min), ..rules }), ..self }
            }
            _ => panic!("only an integer has a smallest value"),
        }
    }

    /// The largest value of an integer.
    ///
    /// # Panics
    /// When it is compiled, where the field is no integer.
    #[must_use]
    pub const fn max(self, max: i64) -> Self {
        match self.kind {
            Kind::Integer(rules) => {
                Self { kind: Kind::Integer(IntegerRules { max: Some(max), ..rules }), ..self }
            }
            _ => panic!("only an integer has a largest value"),
        }
    }
}

impl Field {
    /// Its label on pages and in OPTIONS, as Django makes it of the name: `Created at`.
    #[must_use]
    pub fn label(&self) -> Cow<'static, str> {
        if !self.label.is_empty() {
            return self.label.into();
        }
        let mut label = self.name.replace('_', " ");
        label.get_mut(..1).into_iter().for_each(str::make_ascii_uppercase);
        label.into()
    }

    /// The name of its column; a relation of many has none, and is named after itself.
    #[must_use]
    pub fn column(&self) -> Cow<'static, str> {
        match (self.column, self.kind) {
            (Some(column), _) => column.into(),
            (None, Kind::One(_)) => format!("{}_id", self.name).into(),
            (None, _) => self.name.into(),
        }
    }

    /// Whether it has a column that lists can show and be ordered by: many-to-many relations and passwords cannot.
    #[must_use]
    pub const fn is_column(&self) -> bool {
        !matches!(self.kind, Kind::Many(_) | Kind::Password)
    }

    /// The model that it refers to.
    #[must_use]
    pub const fn relation(&self) -> Option<Relation> {
        match self.kind {
            Kind::One(relation) | Kind::Many(relation) => Some(relation),
            _ => None,
        }
    }

    /// The table of pairs of a many-to-many relation of this model, under Django's names.
    #[must_use]
    pub fn through(&self, of: &'static Model) -> Option<Through> {
        let Kind::Many(Relation { to, .. }) = self.kind else { return None };
        let (own, other) = if to.is(of) {
            (format!("from_{}_id", of.name), format!("to_{}_id", to.name))
        } else {
            (format!("{}_id", of.name), format!("{}_id", to.name))
        };
        Some(Through { table: format!("{}_{}", of.table(), self.name), own, other })
    }

    /// The message of forms where another record has the same value.
    #[must_use]
    pub fn taken(&self, model: &'static Model) -> Option<Cow<'static, str>> {
        match self.unique {
            Unique::No => None,
            Unique::Or(message) => Some(message.into()),
            Unique::Yes => {
                let mut name = model.verbose_name().to_owned();
                name.get_mut(..1).into_iter().for_each(str::make_ascii_uppercase);
                Some(format!("{name} with this {} already exists.", self.label()).into())
            }
        }
    }

    /// The default value of a new record; `None` where it has none, or where the store makes it.
    #[must_use]
    pub fn default_value(&self) -> Option<Input> {
        match self.default {
            Default::Value(text) => Input::parse(self, text),
            _ => None,
        }
    }

    /// What is wrong with the declaration.
    pub(super) fn problem(&self) -> Option<String> {
        let column = |name: &str| {
            !name.is_empty()
                && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
                && name.len() < 64
        };
        if !column(self.name) || !column(&self.column()) {
            return Some("a name has letters, digits and underscores only, and fewer than 64".to_owned());
        }
        match (self.default, self.kind) {
            (Default::Value(text), _) => {
                let is_choice =
                    self.choices.is_empty() || self.choices.iter().any(|(value, _)| *value == text);
                if !is_choice || Input::parse(self, text).is_none() {
                    return Some(format!("the default {text:?} is no valid value"));
                }
            }
            (Default::Random, kind) if !matches!(kind, Kind::Uuid) => {
                return Some("only a UUID can be random".to_owned());
            }
            _ => {}
        }
        match self.kind {
            Kind::One(Relation { on_delete: OnDelete::SetNull, .. }) if !self.null => {
                Some("SET_NULL needs a field that may be NULL".to_owned())
            }
            Kind::One(Relation { on_delete: OnDelete::SetDefault, .. }) if self.default == Default::None => {
                Some("SET_DEFAULT needs a default".to_owned())
            }
            Kind::Decimal { digits, places } if places > digits || digits == 0 => {
                Some("a decimal has at least as many digits as places".to_owned())
            }
            Kind::Many(_) if self.null || self.unique != Unique::No => {
                Some("a many-to-many relation is neither NULL nor unique".to_owned())
            }
            _ => None,
        }
    }
}

impl PartialEq for Field {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && std::mem::discriminant(&self.kind) == std::mem::discriminant(&other.kind)
    }
}

impl Eq for Field {}
