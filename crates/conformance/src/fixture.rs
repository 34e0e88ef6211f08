//! The crate's folders, and the database that every group of cases begins with.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use presspass_test_support::Engine;

/// `cases`, `recorded` or `original`.
pub(crate) fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn fixture_file(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "fixture.sql",
        Engine::Postgresql => "fixture.postgresql.sql",
    }
}

/// The accounts and posts that the cases speak of, as Django wrote them.
pub(crate) fn read(engine: Engine) -> anyhow::Result<String> {
    let file = fixture_file(engine);
    fs::read_to_string(folder(file)).context(file)
}

pub(crate) fn write(engine: Engine, sql: &str) -> anyhow::Result<()> {
    let file = fixture_file(engine);
    fs::write(folder(file), sql).context(file)
}
