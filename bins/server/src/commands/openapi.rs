//! `presspass openapi`

use clap::ValueEnum;

use super::{Outcome, print};
use crate::schema::Schema;
use crate::settings::Settings;

/// What the document is written in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// JSON
    #[default]
    Json,
    /// YAML
    Yaml,
}

/// Prints the document; nothing but the settings is looked at.
pub(super) fn run(settings: &Settings, format: Format) -> anyhow::Result<Outcome> {
    let schema = Schema::new(settings);
    print(
        match format {
            Format::Json => schema.indented_json(),
            Format::Yaml => schema.yaml().to_owned(),
        }
        .trim_end(),
    )?;
    Ok(Outcome::Success)
}
