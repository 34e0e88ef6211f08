//! Databases that hold the fixture, on either engine.

use std::path::Path;
use std::sync::OnceLock;

use anyhow::{Context as _, anyhow};
use presspass_test_support::{Engine, TestDatabase};

use crate::case::Project;
use crate::fixture;

/// Access to an SQLite file. Only tests may use what persistence uses (docs/architecture.md), and only a recording has
/// Python.
pub(crate) trait Sqlite: Sync {
    /// Runs statements on the file.
    fn run(&self, file: &Path, sql: &str) -> anyhow::Result<()>;
    /// The one text that a query gives.
    fn text(&self, file: &Path, query: &str) -> anyhow::Result<String>;
}

/// The name of an engine on the command line, and of its folder in `recorded/`.
pub(crate) fn engine(name: &str) -> Result<Engine, String> {
    match name {
        "sqlite" => Ok(Engine::Sqlite),
        "postgresql" => Ok(Engine::Postgresql),
        _ => Err("an engine is sqlite or postgresql".to_owned()),
    }
}

/// An empty database, of which there is one only where the engine is installed.
pub(crate) fn empty(engine: Engine) -> anyhow::Result<TestDatabase> {
    match engine {
        Engine::Sqlite => Ok(TestDatabase::sqlite()),
        Engine::Postgresql => TestDatabase::postgresql().context("PostgreSQL is not installed"),
    }
}

/// A database of its own that holds the fixture.
pub(crate) fn filled(project: Project, engine: Engine, sqlite: &dyn Sqlite) -> anyhow::Result<TestDatabase> {
    // They go with their cluster, at the end of the process. Files would be left behind.
    static TEMPLATES: [OnceLock<Result<TestDatabase, String>>; Project::ALL.len()] =
        [const { OnceLock::new() }; Project::ALL.len()];
    let [sample, magazine] = &TEMPLATES;
    let template = match project {
        Project::Sample => sample,
        Project::Magazine => magazine,
    };
    match engine {
        Engine::Sqlite => {
            let database = TestDatabase::sqlite();
            run(&database, sqlite, &fixture::read(project, engine)?)?;
            Ok(database)
        }
        Engine::Postgresql => {
            let made = || {
                let database = empty(engine)?;
                run(&database, sqlite, &fixture::read(project, engine)?)?;
                anyhow::Ok(database)
            };
            let template = template.get_or_init(|| made().map_err(|error| format!("{error:#}")));
            template.as_ref().map(TestDatabase::copy).map_err(|error| anyhow!("{error}"))
        }
    }
}

/// Runs statements.
pub(crate) fn run(database: &TestDatabase, sqlite: &dyn Sqlite, sql: &str) -> anyhow::Result<()> {
    match database.path() {
        Some(file) => sqlite.run(file, sql),
        None => Ok(database.execute(sql).map(drop)?),
    }
}

/// The one text that a query gives.
pub(crate) fn text(database: &TestDatabase, sqlite: &dyn Sqlite, query: &str) -> anyhow::Result<String> {
    match database.path() {
        Some(file) => sqlite.text(file, query),
        None => database.execute(query)?.context("the query gives no text"),
    }
}
