//! The description of a field, as a DRF serializer has it.

use presspass_domain::model::{self, KeyKind};

use crate::pattern::Pattern;

/// The type of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// DRF's `IntegerField`.
    Integer,
    /// DRF's `FloatField`.
    Float,
    /// DRF's `DecimalField`.
    Decimal {
        /// The number of digits in total.
        digits: u8,
        /// How many of them are after the point.
        places: u8,
    },
    /// DRF's `BooleanField`.
    Boolean,
    /// DRF's `DateField`.
    Date,
    /// DRF's `TimeField`.
    Time,
    /// DRF's `DateTimeField`.
    DateTime,
    /// DRF's `DurationField`.
    Duration,
    /// DRF's `UUIDField`.
    Uuid,
    /// DRF's `JSONField`.
    Json,
    /// DRF's `CharField`: trimmed text. With another format, its `EmailField`, `URLField` or `SlugField`.
    Text {
        /// In code points.
        max_length: Option<u64>,
    },
    /// A `CharField` with `trim_whitespace=False`.
    Password,
    /// DRF's `ChoiceField`.
    Choice(&'static [(&'static str, &'static str)]),
    /// DRF's `PrimaryKeyRelatedField`.
    Key(KeyKind),
    /// The same with `many=True`.
    Keys(KeyKind),
    /// A related record, with these fields: DRF's nested serializer. It is read-only.
    Object(&'static [Field]),
    /// The same with `many=True`.
    Objects(&'static [Field]),
}

/// The format of a text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TextFormat {
    #[default]
    Any,
    Email,
    Url,
    Slug,
}

/// Where the value of a field comes from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Origin {
    /// The endpoint's code.
    #[default]
    Code,
    /// A field of the resource's own model.
    Own(&'static model::Field),
    /// A field of a model that the resource's refers to: DRF's `ReadOnlyField`.
    Related(&'static model::Field),
}

/// The control of a field on pages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Look {
    /// The default control of its kind.
    #[default]
    Plain,
    /// Several lines of text.
    Area,
    Email,
    /// Browsers do not correct its spelling.
    Username,
    /// Never shown.
    Password,
    /// Pages ask for it twice, and never show it.
    NewPassword,
    /// Visible while it is pasted, and never shown again.
    Token,
    Choice,
    Choices,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "DRF's arguments of a field")]
pub struct Field {
    pub name: &'static str,
    pub label: &'static str,
    pub kind: Kind,
    /// Whether values from clients are ignored.
    pub read_only: bool,
    pub required: bool,
    pub nullable: bool,
    /// Whether a text or a list may be empty.
    pub blank: bool,
    pub format: TextFormat,
    /// A regular expression that a text has to contain a match of.
    pub pattern: Option<&'static Pattern>,
    /// The smallest integer.
    pub min: Option<i64>,
    /// The largest integer.
    pub max: Option<i64>,
    /// Whether a value that is left out is the default of the model, also in an update by PUT.
    pub fills_default: bool,
    pub origin: Origin,
    /// An example for the OpenAPI document.
    pub example: Option<&'static str>,
    /// A help text on pages.
    pub help: Option<&'static str>,
    pub look: Look,
}

impl Field {
    #[must_use]
    pub const fn read_only(name: &'static str, label: &'static str, kind: Kind) -> Self {
        Self { read_only: true, required: false, ..Self::of(name, label, kind) }
    }

    /// A required text.
    #[must_use]
    pub const fn text(name: &'static str, label: &'static str, max_length: Option<u64>) -> Self {
        Self::of(name, label, Kind::Text { max_length })
    }

    /// A required password.
    #[must_use]
    pub const fn password(name: &'static str, label: &'static str) -> Self {
        Self { look: Look::Password, ..Self::of(name, label, Kind::Password) }
    }

    #[must_use]
    pub const fn optional_timestamp(name: &'static str, label: &'static str) -> Self {
        Self { required: false, nullable: true, ..Self::of(name, label, Kind::DateTime) }
    }

    /// A required field of any kind.
    #[must_use]
    pub const fn of(name: &'static str, label: &'static str, kind: Kind) -> Self {
        Self {
            name,
            label,
            kind,
            read_only: false,
            required: true,
            nullable: false,
            blank: false,
            format: TextFormat::Any,
            pattern: None,
            min: None,
            max: None,
            fills_default: false,
            origin: Origin::Code,
            example: None,
            help: None,
            look: Look::Plain,
        }
    }

    #[must_use]
    pub const fn nullable(self) -> Self {
        Self { nullable: true, ..self }
    }

    #[must_use]
    pub const fn example(self, example: &'static str) -> Self {
        Self { example: Some(example), ..self }
    }

    #[must_use]
    pub const fn help(self, help: &'static str) -> Self {
        Self { help: Some(help), ..self }
    }

    #[must_use]
    pub const fn look(self, look: Look) -> Self {
        Self { look, ..self }
    }

    /// The field, which forms may leave empty.
    #[must_use]
    pub const fn optional(self) -> Self {
        Self { required: false, ..self }
    }

    /// The field, whose values from clients are ignored (DRF's `read_only_fields`). Then it has no rules.
    #[must_use]
    pub const fn ignored(self) -> Self {
        let kind = match self.kind {
            Kind::Text { .. } => Kind::Text { max_length: None },
            kind => kind,
        };
        Self { kind, read_only: true, required: false, pattern: None, min: None, max: None, ..self }
    }

    /// The field of its own model.
    pub(crate) const fn own(&self) -> Option<&'static model::Field> {
        match self.origin {
            Origin::Own(field) => Some(field),
            Origin::Code | Origin::Related(_) => None,
        }
    }

    /// The default of the model, as on the wire, where it is the same for every record.
    #[must_use]
    pub const fn default(&self) -> Option<&'static str> {
        match self.own() {
            Some(model::Field { default: model::Default::Value(text), .. }) => Some(text),
            _ => None,
        }
    }

    /// The type in OPTIONS metadata.
    #[must_use]
    pub const fn type_name(&self) -> &'static str {
        if matches!(self.origin, Origin::Related(_)) {
            return "field";
        }
        match self.kind {
            Kind::Integer => "integer",
            Kind::Float => "float",
            Kind::Decimal { .. } => "decimal",
            Kind::Boolean => "boolean",
            Kind::Date => "date",
            Kind::Time => "time",
            Kind::DateTime => "datetime",
            Kind::Text { .. } => match self.format {
                TextFormat::Any => "string",
                TextFormat::Email => "email",
                TextFormat::Url => "url",
                TextFormat::Slug => "slug",
            },
            Kind::Password | Kind::Uuid => "string",
            Kind::Choice(_) => "choice",
            Kind::Object(_) => "nested object",
            Kind::Duration | Kind::Json | Kind::Key(_) | Kind::Keys(_) | Kind::Objects(_) => "field",
        }
    }
}
