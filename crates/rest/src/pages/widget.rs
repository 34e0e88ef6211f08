//! The controls of form fields.

use super::html::Html;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineKind {
    Text,
    Username,
    Email,
    Url,
    /// An integer.
    Number,
    /// A number with a fraction.
    Decimal,
    /// `2026-01-01`
    Date,
    /// `06:00:00`
    Time,
    /// Date and time in UTC: `2026-01-01T06:00:00`.
    Timestamp,
}

impl LineKind {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Text | Self::Username => "text",
            Self::Email => "email",
            Self::Url => "url",
            Self::Number | Self::Decimal => "number",
            Self::Date => "date",
            Self::Time => "time",
            Self::Timestamp => "datetime-local",
        }
    }

    pub(super) const fn is_short(self) -> bool {
        matches!(self, Self::Number | Self::Decimal | Self::Date | Self::Time | Self::Timestamp)
    }

    /// Whether browsers must not correct or capitalize it.
    pub(super) const fn is_plain(self) -> bool {
        matches!(self, Self::Username | Self::Email | Self::Url)
    }

    pub(super) const fn step(self) -> Option<&'static str> {
        match self {
            Self::Decimal | Self::Time | Self::Timestamp => Some("any"),
            _ => None,
        }
    }

    /// Whether a browser sends the value back unchanged: it removes line breaks from a line.
    pub(super) fn keeps(self, value: &str) -> bool {
        !matches!(self, Self::Text | Self::Username) || !value.contains(['\n', '\r'])
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub value: String,
    pub label: String,
    pub is_chosen: bool,
}

/// A control and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Widget {
    Line {
        kind: LineKind,
        value: String,
    },
    /// Its value is never sent back.
    Password,
    Area {
        value: String,
        rows: u8,
        is_code: bool,
    },
    /// Nothing is sent where it is not checked.
    Checkbox {
        is_checked: bool,
    },
    Choice {
        choices: Vec<Choice>,
    },
    /// The key of a record, or words of its label, where there are too many to list.
    Reference {
        value: String,
        /// The label and the address of the list of them.
        list: Option<(String, String)>,
    },
    /// Any of several, each sent under the name of the field.
    Choices {
        choices: Vec<Choice>,
    },
    Shown {
        content: Html,
    },
}
