//! docs/configuration.md lists all settings.

use std::fmt::Write as _;

use presspass::settings::{Fallback, Kind, Setting, Settings};
use presspass_server::app;

const PAGE: &str = include_str!("../../../../docs/configuration.md");

/// The line of the documentation's table that `setting` must have.
fn line_of(setting: &Setting) -> String {
    let default = match setting.default {
        Fallback::Value(text) => format!("`{text}`"),
        Fallback::Unset(words) => words.to_owned(),
    };
    let mut purpose = setting.help.to_owned();
    if let Kind::Choice(names) | Kind::Choices(names) = setting.kind {
        let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
        let _ = write!(purpose, " {}.", names.join(", "));
    }
    format!("| `{}` | `{}` | {default} | {purpose} | {} |", setting.name, setting.environment(), setting.why)
}

#[test]
fn the_documentation_lists_every_setting_as_it_is_and_no_other() {
    let wanted: Vec<_> = app().all_settings().map(line_of).collect();
    let found: Vec<_> = PAGE.lines().filter(|line| line.starts_with("| `")).collect();
    assert!(found == wanted, "the table of docs/configuration.md must be:\n{}", wanted.join("\n"));
}

#[test]
fn the_documentations_example_is_good() {
    let example = PAGE.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("presspass.toml"), example).unwrap();
    Settings::load(&[], None, std::iter::empty(), folder.path())
        .unwrap_or_else(|problems| panic!("{problems}"));
}
