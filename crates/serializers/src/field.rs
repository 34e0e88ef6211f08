//! The description of a field, as a DRF serializer has it.

/// The type of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// DRF's `IntegerField`.
    Integer,
    /// DRF's `BooleanField`.
    Boolean,
    /// DRF's `DateTimeField`.
    DateTime,
    /// DRF's `CharField`: trimmed text.
    Text {
        /// In code points.
        max_length: Option<u64>,
    },
    /// A `CharField` with `trim_whitespace=False`.
    Password,
}

impl Kind {
    /// The type in OPTIONS metadata.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Integer => "integer",
            Self::Boolean => "boolean",
            Self::DateTime => "datetime",
            Self::Text { .. } | Self::Password => "string",
        }
    }
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
pub struct Field {
    pub name: &'static str,
    pub label: &'static str,
    pub kind: Kind,
    /// Whether values from clients are ignored.
    pub read_only: bool,
    pub required: bool,
    pub nullable: bool,
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
}
