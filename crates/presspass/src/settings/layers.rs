//! Raw values, each from the last source that sets it: the file, then the environment.

use std::collections::BTreeMap;

use super::problem::{Origin, Problem};
use super::setting::Setting;

/// One value as it was given.
#[derive(Debug)]
pub(super) struct Raw {
    pub(super) text: String,
    pub(super) origin: Origin,
}

/// What the layers gave, by the setting's dotted name, and what was wrong with them.
#[derive(Debug, Default)]
pub(super) struct Layers {
    values: BTreeMap<&'static str, Raw>,
    pub(super) problems: Vec<Problem>,
}

impl Layers {
    /// Lays a value over what an earlier layer gave. Nothing, given for a setting that needs none, is not given: so
    /// container files can pass `${VARIABLE:-}` on.
    pub(super) fn lay(&mut self, setting: &'static Setting, text: &str, origin: Origin) {
        let text = if setting.kind.keeps_blanks() { text } else { text.trim() };
        if !(text.is_empty() && setting.is_optional()) {
            self.values.insert(setting.name, Raw { text: text.to_owned(), origin });
        }
    }

    pub(super) fn take(&mut self, setting: &Setting) -> Option<Raw> {
        self.values.remove(setting.name)
    }

    pub(super) fn report(&mut self, what: String, origin: Origin, remedy: impl Into<String>) {
        self.problems.push(Problem { what, origin, remedy: remedy.into() });
    }
}
