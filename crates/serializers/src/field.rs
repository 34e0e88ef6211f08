//! The fields of a resource.

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A number (REST framework's `IntegerField`).
    Integer,
    /// `true` or `false` (`BooleanField`).
    Boolean,
    /// A moment (`DateTimeField`).
    DateTime,
    /// A text (`CharField`), trimmed; of at most so many code points, where there is a limit.
    Text {
        /// The limit.
        max_length: Option<u64>,
    },
    /// A password (`CharField` with `trim_whitespace=False`): taken as it is. Outer blanks of a new one are refused.
    Password,
}

impl Kind {
    /// The name that OPTIONS metadata gives it.
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

/// A field of a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Its name on the wire.
    pub name: &'static str,
    /// Its name for people.
    pub label: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Whether clients cannot set it. What they send for it is passed over.
    pub read_only: bool,
    /// Whether clients must give it, where they can set it.
    pub required: bool,
    /// Whether it may be nothing at all: `null`.
    pub nullable: bool,
    /// What a text may look like, for the documentation.
    pub example: Option<&'static str>,
}

impl Field {
    /// A field that clients only read.
    #[must_use]
    pub const fn read_only(name: &'static str, label: &'static str, kind: Kind) -> Self {
        Self { read_only: true, required: false, ..Self::new(name, label, kind) }
    }

    /// A text that clients must give.
    #[must_use]
    pub const fn text(name: &'static str, label: &'static str, max_length: Option<u64>) -> Self {
        Self::new(name, label, Kind::Text { max_length })
    }

    /// A password that clients must give.
    #[must_use]
    pub const fn password(name: &'static str, label: &'static str) -> Self {
        Self::new(name, label, Kind::Password)
    }

    /// A moment that clients may give, or leave out.
    #[must_use]
    pub const fn optional_moment(name: &'static str, label: &'static str) -> Self {
        Self { required: false, nullable: true, ..Self::new(name, label, Kind::DateTime) }
    }

    const fn new(name: &'static str, label: &'static str, kind: Kind) -> Self {
        Self { name, label, kind, read_only: false, required: true, nullable: false, example: None }
    }

    /// The field, which may be nothing at all.
    #[must_use]
    pub const fn nullable(self) -> Self {
        Self { nullable: true, ..self }
    }

    /// The field with an example.
    #[must_use]
    pub const fn example(self, example: &'static str) -> Self {
        Self { example: Some(example), ..self }
    }
}
