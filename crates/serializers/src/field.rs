//! The fields of a resource.

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A number (REST framework's `IntegerField`).
    Integer,
    /// `true` or `false` (`BooleanField`).
    Boolean,
    /// A timestamp (`DateTimeField`).
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

/// How people fill a field in, where its kind alone does not say it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Look {
    /// As its kind has it.
    #[default]
    Plain,
    /// A text of several lines.
    Area,
    /// An address of mail.
    Email,
    /// A name that one logs in by: browsers do not correct its spelling.
    Username,
    /// A secret, never shown.
    Password,
    /// A new password: pages ask for it twice, and never show it.
    NewPassword,
    /// A secret that one pastes, and sees while one does; never shown again.
    Token,
    /// One of several values.
    Choice,
    /// Any of several values.
    Choices,
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
    /// What helps people to fill it in.
    pub help: Option<&'static str>,
    /// How people fill it in.
    pub look: Look,
}

impl Field {
    /// A field that clients only read.
    #[must_use]
    pub const fn read_only(name: &'static str, label: &'static str, kind: Kind) -> Self {
        Self { read_only: true, required: false, ..Self::of(name, label, kind) }
    }

    /// A text that clients must give.
    #[must_use]
    pub const fn text(name: &'static str, label: &'static str, max_length: Option<u64>) -> Self {
        Self::of(name, label, Kind::Text { max_length })
    }

    /// A password that clients must give.
    #[must_use]
    pub const fn password(name: &'static str, label: &'static str) -> Self {
        Self { look: Look::Password, ..Self::of(name, label, Kind::Password) }
    }

    /// A timestamp that clients may give, or leave out.
    #[must_use]
    pub const fn optional_timestamp(name: &'static str, label: &'static str) -> Self {
        Self { required: false, nullable: true, ..Self::of(name, label, Kind::DateTime) }
    }

    /// A field of any kind that clients must give.
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

    /// The field with a text that helps people to fill it in.
    #[must_use]
    pub const fn help(self, help: &'static str) -> Self {
        Self { help: Some(help), ..self }
    }

    /// The field with another look.
    #[must_use]
    pub const fn look(self, look: Look) -> Self {
        Self { look, ..self }
    }

    /// The field, which a form may leave empty. It changes nothing on the wire.
    #[must_use]
    pub const fn optional(self) -> Self {
        Self { required: false, ..self }
    }
}
