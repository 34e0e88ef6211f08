//! The settings that a project adds.

use std::collections::BTreeMap;

use presspass_auth::throttles::Rate;

use super::reader::{Reader, Reported};
use super::registry::Registry;
use super::setting::{Kind, Setting};

/// Settings below this name are rates of a throttle scope, named after it.
const SCOPES: &str = "throttle.scopes.";

/// The values of a project's own settings, by their names.
#[derive(Debug, Clone, Default)]
pub struct ProjectSettings(BTreeMap<&'static str, Value>);

#[derive(Debug, Clone)]
enum Value {
    Boolean(bool),
    Number(u64),
    Text(String),
    Rate(Rate),
}

impl ProjectSettings {
    /// Reads all settings before it fails, so that every problem is reported.
    pub(super) fn read(reader: &mut Reader, registry: Registry) -> Result<Self, Reported> {
        let read: Vec<_> = registry.project().map(|setting| (setting.name, read(reader, setting))).collect();
        let mut values = BTreeMap::new();
        for (name, value) in read {
            values.extend(value?.map(|value| (name, value)));
        }
        Ok(Self(values))
    }

    /// A setting of [`Kind::Boolean`]; false where it has no value or is of another kind.
    #[must_use]
    pub fn is_true(&self, setting: &Setting) -> bool {
        matches!(self.0.get(setting.name), Some(Value::Boolean(true)))
    }

    /// A setting of [`Kind::Number`].
    #[must_use]
    pub fn number(&self, setting: &Setting) -> Option<u64> {
        match self.0.get(setting.name)? {
            Value::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// A setting of [`Kind::Text`] or [`Kind::Choice`].
    #[must_use]
    pub fn text(&self, setting: &Setting) -> Option<&str> {
        match self.0.get(setting.name)? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The rates of throttle scopes.
    pub(super) fn scopes(&self) -> impl Iterator<Item = (&'static str, Rate)> {
        self.0.iter().filter_map(|(name, value)| match value {
            Value::Rate(rate) => Some((name.strip_prefix(SCOPES)?, *rate)),
            _ => None,
        })
    }
}

fn read(reader: &mut Reader, setting: &'static Setting) -> Result<Option<Value>, Reported> {
    Ok(match setting.kind {
        Kind::Boolean => reader.optional(setting)?.map(Value::Boolean),
        Kind::Number { .. } => reader.optional(setting)?.map(Value::Number),
        Kind::Rate => reader.optional(setting)?.map(Value::Rate),
        _ => reader.optional(setting)?.map(Value::Text),
    })
}
