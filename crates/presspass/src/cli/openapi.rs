//! `presspass openapi`

use clap::ValueEnum;

use super::{Outcome, print};
use crate::cli::App;
use crate::endpoints::schema::{self, Bodies, Language};
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

impl From<Format> for Language {
    fn from(format: Format) -> Self {
        match format {
            Format::Json => Self::Json,
            Format::Yaml => Self::Yaml,
        }
    }
}

/// Prints the document; nothing but the settings is looked at.
pub(super) fn run(app: &App, settings: &Settings, bodies: Bodies, format: Format) -> anyhow::Result<Outcome> {
    print(schema::printed(app.document(settings), bodies, format.into()).trim_end())?;
    Ok(Outcome::Success)
}
