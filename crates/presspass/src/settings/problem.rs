//! Errors in the settings, one line each.

use std::fmt;

use presspass_domain::escaped;

use super::report::{self, Effective};

/// Where a value, or a mistake, stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The default.
    Default,
    /// In a settings file.
    File {
        /// Its name, as given.
        name: String,
        /// The line, counted from 1, where it is known.
        line: Option<usize>,
    },
    /// In this environment variable.
    Environment(String),
}

impl Origin {
    /// The settings file, where it is one.
    pub(super) fn file(&self) -> Option<&str> {
        match self {
            Self::File { name, .. } => Some(name),
            Self::Default | Self::Environment(_) => None,
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File { name, line: Some(line) } => write!(f, "{name}, line {line}"),
            Self::File { name, line: None } => f.write_str(name),
            Self::Environment(name) => write!(f, "environment variable {name}"),
        }
    }
}

/// One mistake: what, where, what to do. Printed on one line, and never with a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub(super) what: String,
    pub(super) origin: Origin,
    pub(super) remedy: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, origin, remedy } = self;
        // Names and values are the operator's and may hold anything.
        f.write_str(&escaped(&format!("{what} ({origin}): {remedy}")))
    }
}

/// Everything that is wrong with the settings: at least one problem, each on its own line.
#[derive(Debug)]
pub struct Problems {
    pub(super) problems: Vec<Problem>,
    pub(super) effective: Vec<Effective>,
}

impl Problems {
    /// The settings as given, in the form of [`report`](super::report()), for `check` to print beside the problems.
    #[must_use]
    pub fn report(&self) -> String {
        report::lines(&self.effective)
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, problem) in self.problems.iter().enumerate() {
            let separator = if number == 0 { "" } else { "\n" };
            write!(f, "{separator}{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}
