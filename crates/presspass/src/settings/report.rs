//! The settings as `presspass check` prints them.

use std::fmt::Write as _;

use presspass_domain::escaped;

use super::Settings;
use super::problem::Origin;
use super::registry as row;
use super::setting::{Fallback, Setting};

/// A setting's value as it may be printed, and where it came from.
#[derive(Debug, Clone)]
pub(super) struct Effective {
    pub(super) setting: &'static Setting,
    pub(super) shown: String,
    pub(super) origin: Origin,
}

impl Effective {
    pub(super) fn given(setting: &'static Setting, text: &str, origin: Origin) -> Self {
        Self { setting, shown: setting.kind.shown(text), origin }
    }

    pub(super) fn unset(setting: &'static Setting) -> Self {
        let words = match setting.default {
            Fallback::Unset(words) | Fallback::Value(words) => words.replace('`', ""),
        };
        Self { setting, shown: format!("({words})"), origin: Origin::Default }
    }
}

impl Effective {
    /// Whether the value holds a secret, which is not shown.
    pub(super) fn hides_something(&self) -> bool {
        self.shown.contains("***") || self.shown.starts_with("(hidden")
    }
}

/// Each setting on a line of its own: name, value without its secrets, where it came from. `generated_key` says where the
/// secret key is that no setting names.
#[must_use]
pub fn report(settings: &Settings, generated_key: &str) -> String {
    let mut effective = settings.effective.clone();
    let is_generated =
        |line: &&mut Effective| line.setting.name == row::SECRET_KEY.name && line.origin == Origin::Default;
    for line in effective.iter_mut().filter(is_generated) {
        generated_key.clone_into(&mut line.shown);
    }
    lines(&effective)
}

pub(super) fn lines(effective: &[Effective]) -> String {
    let width = effective.iter().map(|line| line.setting.name.len()).max().unwrap_or_default();
    effective.iter().fold(String::new(), |mut report, Effective { setting, shown, origin }| {
        // Writing to a String cannot fail.
        let _ = writeln!(report, "{}", escaped(&format!("{:width$}  {shown}  ({origin})", setting.name)));
        report
    })
}
