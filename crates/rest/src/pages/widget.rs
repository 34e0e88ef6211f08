//! How a field is filled in.

use super::html::Html;

/// What a line of text holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineKind {
    /// Any text.
    Text,
    /// A name that one logs in by.
    Username,
    /// An address of mail.
    Email,
    /// A whole number.
    Number,
    /// A timestamp: day and time of day, in UTC, as `2026-01-01T06:00:00`.
    Timestamp,
}

impl LineKind {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Text | Self::Username => "text",
            Self::Email => "email",
            Self::Number => "number",
            Self::Timestamp => "datetime-local",
        }
    }

    pub(super) const fn is_short(self) -> bool {
        matches!(self, Self::Number | Self::Timestamp)
    }

    /// Whether it is spelled as it is, without help.
    pub(super) const fn is_plain(self) -> bool {
        matches!(self, Self::Username | Self::Email)
    }

    pub(super) const fn step(self) -> Option<&'static str> {
        match self {
            Self::Timestamp => Some("any"),
            _ => None,
        }
    }

    /// Whether a browser gives the value back as it is: line breaks are cut out of a line.
    pub(super) fn keeps(self, value: &str) -> bool {
        !matches!(self, Self::Text | Self::Username) || !value.contains(['\n', '\r'])
    }
}

/// One of several values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is shown.
    pub label: String,
    /// Whether it is chosen.
    pub is_chosen: bool,
}

/// How a field is filled in, and with what it is filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Widget {
    /// A line of text.
    Line {
        /// What it holds.
        kind: LineKind,
        /// The text.
        value: String,
    },
    /// A secret. Its value is never sent back.
    Password,
    /// Several lines of text.
    Area {
        /// The text.
        value: String,
        /// How many lines are seen.
        rows: u8,
        /// Whether it is code.
        is_code: bool,
    },
    /// Yes or no. Nothing is sent for no.
    Checkbox {
        /// Whether it is yes.
        is_checked: bool,
    },
    /// One of several.
    Choice {
        /// The values.
        choices: Vec<Choice>,
    },
    /// Any of several, each sent under the name of the field.
    Choices {
        /// The values.
        choices: Vec<Choice>,
    },
    /// Something to read.
    Shown {
        /// What it is.
        content: Html,
    },
}
