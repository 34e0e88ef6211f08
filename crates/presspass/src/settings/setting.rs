//! The description of one setting.

use presspass_domain::{escaped, redacted};

use super::from_text::shown;
use super::{secret_key, url};

/// One setting: a row of [`REGISTRY`](super::REGISTRY).
#[derive(Debug)]
pub struct Setting {
    /// Its dotted name in `presspass.toml`, such as `jwt.allow_refresh`.
    pub name: &'static str,
    /// The values it takes.
    pub kind: Kind,
    /// The value where it is not set.
    pub default: Fallback,
    /// One line: what it does.
    pub help: &'static str,
    /// One line: why the default is what it is.
    pub why: &'static str,
}

/// What holds where a setting is given nowhere.
#[derive(Debug, Clone, Copy)]
pub enum Fallback {
    /// This value, written as an operator would.
    Value(&'static str),
    /// No value; the words say in the documentation what that means.
    Unset(&'static str),
}

/// The values a setting takes, and so how it is read, checked and shown.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// `true` or `false`.
    Boolean,
    /// A whole number within both bounds; the setting's name carries the unit.
    Number {
        /// The least allowed.
        min: u64,
        /// The greatest allowed.
        max: u64,
    },
    /// One of these names.
    Choice(&'static [&'static str]),
    /// One or more of these names, in the order in which they are asked.
    Choices(&'static [&'static str]),
    /// One or more IP addresses with ports.
    Addresses,
    /// IP addresses or networks.
    Networks,
    /// `*`, or one or more origins of pages.
    Origins,
    /// One or more names of headers.
    HeaderNames,
    /// Any text, taken as it is.
    Text,
    /// A folder.
    Folder,
    /// The name of a parameter in a query.
    ParameterName,
    /// The name of a cookie.
    CookieName,
    /// The name of a scheme of the `Authorization` header.
    Scheme,
    /// The key that signs; never shown.
    SecretKey,
    /// Where the database is; its password is never shown.
    DatabaseUrl,
    /// Where sessions are; its password is never shown.
    SessionStore,
    /// Where uses of throttles are counted; its password is never shown.
    ThrottleStore,
    /// A number in a period.
    Rate,
}

impl Setting {
    /// The environment variable that sets it. The two names that every platform knows have no prefix.
    #[must_use]
    pub fn environment(&self) -> String {
        match self.name {
            "database.url" => "DATABASE_URL".to_owned(),
            "secret_key" => "SECRET_KEY".to_owned(),
            name => format!("PRESSPASS_{}", name.to_ascii_uppercase().replace('.', "__")),
        }
    }

    /// Whether it may have no value at all.
    #[must_use]
    pub fn is_optional(&self) -> bool {
        matches!(self.default, Fallback::Unset(_))
    }
}

impl Kind {
    /// Whether several values, separated by commas, may be given.
    #[must_use]
    pub fn is_list(&self) -> bool {
        matches!(
            self,
            Self::Choices(_) | Self::Addresses | Self::Networks | Self::Origins | Self::HeaderNames
        )
    }

    /// Whether blanks around the value belong to it.
    #[must_use]
    pub fn keeps_blanks(&self) -> bool {
        matches!(self, Self::Text | Self::SecretKey)
    }

    /// Whether the value may hold a key or a password.
    #[must_use]
    pub fn may_hold_secret(&self) -> bool {
        matches!(self, Self::SecretKey | Self::DatabaseUrl | Self::SessionStore | Self::ThrottleStore)
    }

    /// What to do about a wrong value, as an order to the operator.
    #[must_use]
    pub fn remedy(&self) -> String {
        match self {
            Self::Boolean => "write true or false".to_owned(),
            Self::Number { min, max } => format!("write a whole number from {min} to {max}"),
            Self::Choice(names) => format!("write one of {}", names.join(", ")),
            Self::Choices(names) => format!("write one or more of {}, separated by commas", names.join(", ")),
            Self::Addresses => {
                "write IP addresses with ports, such as 127.0.0.1:8000 or [::1]:8000".to_owned()
            }
            Self::Networks => "write IP addresses or networks, such as 10.0.0.0/8 or ::1".to_owned(),
            Self::Origins => {
                "write origins such as https://app.example.org or http://localhost:5173, or only *"
                    .to_owned()
            }
            Self::HeaderNames => "write names of headers, separated by commas".to_owned(),
            Self::Text => "write text in quotes".to_owned(),
            Self::Folder => "write the path of a folder".to_owned(),
            Self::ParameterName => {
                "write a name of letters, digits, - and _ that is not a parameter of lists yet, such as page_size"
                    .to_owned()
            }
            Self::CookieName => "write letters, digits, - and _ only".to_owned(),
            Self::Scheme => "write one word, such as JWT or Bearer".to_owned(),
            Self::SecretKey => secret_key::REMEDY.to_owned(),
            Self::DatabaseUrl => {
                "write sqlite:///absolute/path, sqlite://relative/path or postgres://user:password@host/name"
                    .to_owned()
            }
            Self::SessionStore => "write database, or redis://host:6379/0".to_owned(),
            Self::ThrottleStore => "write auto, database, memory, or redis://host:6379/0".to_owned(),
            Self::Rate => "write a number and a period, such as 100/day, 60/min or 10/s".to_owned(),
        }
    }

    /// `text` as it may be printed: what is secret in it is left out.
    #[must_use]
    pub fn shown(&self, text: &str) -> String {
        match self {
            Self::SecretKey => format!("(hidden, {} bytes)", text.len()),
            Self::SessionStore | Self::ThrottleStore if url::STORES.contains(&text) => text.to_owned(),
            Self::DatabaseUrl | Self::SessionStore | Self::ThrottleStore => redacted(text),
            _ => escaped(&shown(text)),
        }
    }
}
