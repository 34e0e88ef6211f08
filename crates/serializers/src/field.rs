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
}

impl Kind {
    /// The name that OPTIONS metadata gives it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Integer => "integer",
            Self::Boolean => "boolean",
            Self::DateTime => "datetime",
            Self::Text { .. } => "string",
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
    /// What a text may look like, for the documentation.
    pub example: Option<&'static str>,
}

impl Field {
    /// A field that clients only read.
    #[must_use]
    pub const fn read_only(name: &'static str, label: &'static str, kind: Kind) -> Self {
        Self { name, label, kind, read_only: true, example: None }
    }

    /// A text that clients must give.
    #[must_use]
    pub const fn text(name: &'static str, label: &'static str, max_length: Option<u64>) -> Self {
        Self { name, label, kind: Kind::Text { max_length }, read_only: false, example: None }
    }

    /// The field with an example.
    #[must_use]
    pub const fn example(self, example: &'static str) -> Self {
        Self { example: Some(example), ..self }
    }
}
