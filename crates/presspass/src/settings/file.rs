//! Reads `presspass.toml`.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::layers::Layers;
use super::nearest::remedy;
use super::problem::Origin;
use super::registry::Registry;

/// The file that is read where `--config` names none; it need not exist.
const STANDARD: &str = "presspass.toml";

/// Lays the file's values. Paths are relative to `working_directory`.
pub(super) fn lay(layers: &mut Layers, registry: Registry, config: Option<&Path>, working_directory: &Path) {
    let path = config.unwrap_or(Path::new(STANDARD));
    let name = path.display().to_string();
    let origin = |line| Origin::File { name: name.clone(), line };
    let bytes = match fs::read(working_directory.join(path)) {
        Ok(bytes) => bytes,
        Err(error) if config.is_none() && error.kind() == ErrorKind::NotFound => return,
        Err(error) => {
            let remedy = "set it to a file that exists and that this user can read";
            return layers.report(format!("the settings file cannot be read: {error}"), origin(None), remedy);
        }
    };
    match String::from_utf8(bytes) {
        Ok(text) => File { text: &text, name: &name, registry }.lay(layers),
        Err(error) => {
            let line = line_at(error.as_bytes(), error.utf8_error().valid_up_to());
            layers.report(
                "the settings file is not UTF-8".to_owned(),
                origin(Some(line)),
                "save it as UTF-8",
            );
        }
    }
}

/// The number of the line, counted from 1, that holds the byte at `offset`.
fn line_at(text: &[u8], offset: usize) -> usize {
    1 + text.iter().take(offset).filter(|byte| **byte == b'\n').count()
}

struct File<'f> {
    text: &'f str,
    name: &'f str,
    registry: Registry,
}

impl File<'_> {
    fn origin(&self, offset: usize) -> Origin {
        Origin::File { name: self.name.to_owned(), line: Some(line_at(self.text.as_bytes(), offset)) }
    }

    fn lay(&self, layers: &mut Layers) {
        let (table, errors) = DeTable::parse_recoverable(self.text);
        if errors.is_empty() {
            return self.lay_table(layers, table.get_ref(), "");
        }
        // What stands behind a mistake is guesswork: only the first of a line is reported, and no value is taken.
        let mut reported = Vec::new();
        for error in errors {
            let origin = self.origin(error.span().map_or(0, |span| span.start));
            if !reported.contains(&origin) {
                reported.push(origin.clone());
                // Only the message: the error's own form prints the line, which may hold a secret.
                layers.report(
                    format!("the settings file is not TOML: {}", error.message()),
                    origin,
                    "correct this line",
                );
            }
        }
    }

    fn lay_table(&self, layers: &mut Layers, table: &DeTable<'_>, section: &str) {
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        for (key, value) in entries {
            let name = if section.is_empty() {
                key.get_ref().to_string()
            } else {
                format!("{section}.{}", key.get_ref())
            };
            match (self.registry.find(&name), value.get_ref()) {
                (Some(_), given) if is_table(given) => {
                    let remedy = format!("write {name} = …");
                    layers.report(
                        format!("{name}: is a setting, not a section"),
                        self.origin(key.span().start),
                        remedy,
                    );
                }
                (Some(setting), given) => match text_of(given, setting.kind.is_list()) {
                    Ok(text) => layers.lay(setting, &text, self.origin(value.span().start)),
                    Err(wrong) => {
                        let origin = self.origin(value.span().start);
                        layers.report(format!("{name}: {wrong}"), origin, setting.kind.remedy());
                    }
                },
                (None, DeValue::Table(inner)) if self.registry.is_section(&name) || !inner.is_empty() => {
                    self.lay_table(layers, inner, &name);
                }
                (None, _) if self.registry.is_section(&name) => {
                    let remedy = format!("write its settings below [{name}]");
                    layers.report(
                        format!("{name}: is a section, not a setting"),
                        self.origin(key.span().start),
                        remedy,
                    );
                }
                (None, _) => self.report_unknown(layers, &name, key.span().start),
            }
        }
    }

    fn report_unknown(&self, layers: &mut Layers, name: &str, offset: usize) {
        let known = self.registry.all().map(|setting| setting.name.to_owned());
        layers.report(format!("{name}: no such setting"), self.origin(offset), remedy(name, known));
    }
}

fn is_table(value: &DeValue<'_>) -> bool {
    match value {
        DeValue::Table(_) => true,
        DeValue::Array(items) => items.iter().any(|item| matches!(item.get_ref(), DeValue::Table(_))),
        _ => false,
    }
}

/// The value as an environment variable would give it.
fn text_of(value: &DeValue<'_>, is_list: bool) -> Result<String, &'static str> {
    match value {
        DeValue::Array(_) if !is_list => Err("takes one value, not a list"),
        DeValue::Array(items) => {
            let texts: Result<Vec<_>, _> =
                items.iter().map(Spanned::get_ref).map(|item| text_of(item, false)).collect();
            Ok(texts?.join(","))
        }
        DeValue::Table(_) => Err("is not a section"),
        DeValue::String(text) => Ok(text.to_string()),
        DeValue::Boolean(truth) => Ok(truth.to_string()),
        DeValue::Integer(number) => Ok(i64::from_str_radix(number.as_str(), number.radix())
            .map_or_else(|_| number.as_str().to_owned(), |number| number.to_string())),
        DeValue::Float(number) => Ok(number.as_str().to_owned()),
        DeValue::Datetime(time) => Ok(time.to_string()),
    }
}
