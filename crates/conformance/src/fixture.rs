//! The crate's folders, and the database that every group of cases begins with.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use presspass_test_support::Engine;

use crate::case::Project;

/// `cases`, `recorded` or `original`.
pub(crate) fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn fixture_file(project: Project, engine: Engine) -> &'static str {
    match (project, engine) {
        (Project::Sample, Engine::Sqlite) => "fixture.sql",
        (Project::Sample, Engine::Postgresql) => "fixture.postgresql.sql",
        (Project::Magazine, Engine::Sqlite) => "fixture.magazine.sql",
        (Project::Magazine, Engine::Postgresql) => "fixture.magazine.postgresql.sql",
    }
}

/// The rows that the cases speak of, as Django wrote them.
pub(crate) fn read(project: Project, engine: Engine) -> anyhow::Result<String> {
    let file = fixture_file(project, engine);
    fs::read_to_string(folder(file)).context(file)
}

pub(crate) fn write(project: Project, engine: Engine, sql: &str) -> anyhow::Result<()> {
    let file = fixture_file(project, engine);
    fs::write(folder(file), sql).context(file)
}
