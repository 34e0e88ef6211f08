//! Converts raw values into typed ones, and collects all errors.

use super::from_text::{FromText, quoted};
use super::layers::{Layers, Raw};
use super::problem::{Origin, Problem};
use super::report::Effective;
use super::setting::{Fallback, Kind, Setting};

/// The value is wrong, and the problem is already noted.
#[derive(Debug)]
pub(super) struct Reported;

/// Reads one setting after the other, in the registry's terms.
#[derive(Debug)]
pub(super) struct Reader {
    layers: Layers,
    pub(super) effective: Vec<Effective>,
}

impl Reader {
    pub(super) fn new(layers: Layers) -> Self {
        Self { layers, effective: Vec::new() }
    }

    pub(super) fn into_parts(self) -> (Vec<Effective>, Vec<Problem>) {
        (self.effective, self.layers.problems)
    }

    /// A setting that always has a value.
    pub(super) fn required<T: FromText>(&mut self, setting: &'static Setting) -> Result<T, Reported> {
        self.optional(setting)?.ok_or_else(|| {
            let what = format!("{}: is not set", setting.name);
            self.note(Problem { what, origin: Origin::Default, remedy: setting.kind.remedy() })
        })
    }

    /// A setting that may have no value.
    pub(super) fn optional<T: FromText>(&mut self, setting: &'static Setting) -> Result<Option<T>, Reported> {
        let Some(Raw { text, origin }) = self.raw(setting) else {
            self.effective.push(Effective::unset(setting));
            return Ok(None);
        };
        self.effective.push(Effective::given(setting, &text, origin.clone()));
        checked(setting.kind, &text).map(Some).map_err(|wrong| {
            let what = format!("{}: {wrong}", setting.name);
            self.note(Problem { what, origin, remedy: setting.kind.remedy() })
        })
    }

    /// Notes that a setting does not go with others, once all are read.
    pub(super) fn refuse(&mut self, setting: &'static Setting, wrong: &str, remedy: String) -> Reported {
        let origin = self.effective.iter().find(|line| line.setting.name == setting.name);
        let origin = origin.map_or(Origin::Default, |line| line.origin.clone());
        self.note(Problem { what: format!("{}: {wrong}", setting.name), origin, remedy })
    }

    fn raw(&mut self, setting: &Setting) -> Option<Raw> {
        self.layers.take(setting).or(match setting.default {
            Fallback::Value(text) => Some(Raw { text: text.to_owned(), origin: Origin::Default }),
            Fallback::Unset(_) => None,
        })
    }

    /// Where the setting that was read last came from.
    pub(super) fn last_origin(&self) -> Origin {
        self.effective.last().map_or(Origin::Default, |last| last.origin.clone())
    }

    pub(super) fn note(&mut self, problem: Problem) -> Reported {
        self.layers.problems.push(problem);
        Reported
    }
}

fn checked<T: FromText>(kind: Kind, text: &str) -> Result<T, String> {
    if text.is_empty() {
        return Err("is empty".to_owned());
    }
    if let Kind::Number { min, max } = kind {
        let number: u64 = text.parse().map_err(|_| match text.strip_prefix('-').unwrap_or(text) {
            digits if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                format!("{} is out of range", quoted(text))
            }
            _ => format!("{} is not a whole number", quoted(text)),
        })?;
        if !(min..=max).contains(&number) {
            return Err(format!("{number} is out of range"));
        }
    }
    T::from_text(text)
}
