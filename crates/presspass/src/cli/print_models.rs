//! `presspass print-models`: the declarations of models to start from, as Django's `inspectdb`.

use anyhow::bail;
use clap::Args;

use super::{Outcome, print};
use crate::app::startup;
use crate::settings::Settings;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Only these tables [default: all that the library does not know]
    tables: Vec<String>,
}

pub(super) fn run(settings: &Settings, arguments: &Arguments) -> anyhow::Result<Outcome> {
    let Some(database) = startup::open_for_reading(settings)? else {
        bail!("the database {} does not exist; correct database.url (DATABASE_URL)", settings.database_url());
    };
    print(database.print_models(&arguments.tables)?.trim_end())?;
    Ok(Outcome::Success)
}
