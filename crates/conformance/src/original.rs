//! the Django project, in `original/`. It needs Python 3, and its packages once from the package index.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, ensure};
use presspass_test_support::{Engine, ServerCommand, TestDatabase, isolated_command};

use crate::case::Project;
use crate::database::{self, Sqlite};
use crate::fixture::folder;
use crate::run::Side;
use crate::token::SECRET_KEY;

/// SQLite by Python's standard library.
#[derive(Debug)]
pub(crate) struct Python;

const RUN: &str = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).executescript(sys.stdin.read())";
const TEXT: &str = "import sqlite3, sys; sys.stdout.buffer.write(\
                    sqlite3.connect(sys.argv[1]).execute(sys.stdin.read()).fetchone()[0].encode())";
const DUMP: &str = "import sqlite3, sys; sys.stdout.buffer.write('\\n'.join(sqlite3.connect(sys.argv[1]).iterdump()).encode())";

impl Python {
    fn output(script: &str, file: &Path, input: &str) -> anyhow::Result<String> {
        let mut python = Command::new("python3");
        python.arg("-c").arg(script).arg(file).env("PYTHONUTF8", "1");
        let mut child = python
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .context("python3 does not start")?;
        child.stdin.take().context("stdin is a pipe")?.write_all(input.as_bytes())?;
        let output = child.wait_with_output()?;
        ensure!(output.status.success(), "python3: {}", output.status);
        Ok(String::from_utf8(output.stdout)?)
    }
}

impl Sqlite for Python {
    fn run(&self, file: &Path, sql: &str) -> anyhow::Result<()> {
        Self::output(RUN, file, sql).map(drop)
    }

    fn text(&self, file: &Path, query: &str) -> anyhow::Result<String> {
        Self::output(TEXT, file, query)
    }
}

/// Starts Django on a database of its own.
pub(crate) fn start(
    project: Project,
    settings: &BTreeMap<String, String>,
    engine: Engine,
) -> anyhow::Result<Side> {
    let database = database::filled(project, engine, &Python)?;
    set_up()?;
    let server = ServerCommand::new("sh")
        .args(["-c", r#"exec "$0" serve "${PRESSPASS_BIND##*:}""#])
        .arg(script())
        .env("SECRET_KEY", SECRET_KEY)
        .env("STACK", "original")
        .env("PROJECT", project.folder().unwrap_or_default())
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .envs(database.environment())
        .envs(settings)
        .start();
    Ok(Side { server, database, _folder: None })
}

/// Fills what it migrated, as `oracle database` does for an SQLite file.
fn fill(fixture: &str) -> String {
    format!("exec(open('{fixture}').read(), globals())")
}

/// The moments that Django took from its clock.
const OLD_MOMENTS: &str = "UPDATE auth_user SET date_joined = '2026-01-01 00:00:00.000001'; \
                           UPDATE django_migrations SET applied = '2026-01-01 00:00:00.000001';";

/// A database that Django migrates and fills, as SQL. Its accounts are old: a recording that begins at once must
/// not take them for its own.
pub(crate) fn fixture(project: Project, engine: Engine) -> anyhow::Result<String> {
    let database = database::empty(engine)?;
    set_up()?;
    let of_project = project.folder().map(|folder| fill(&format!("{folder}/fixture.py")));
    let fills = std::iter::once(fill("fixture.py")).chain(of_project);
    let fills = fills.map(|fill| vec!["shell".to_owned(), "-c".to_owned(), fill]);
    let migrate = ["migrate", "-v", "0"].map(str::to_owned).to_vec();
    for arguments in std::iter::once(migrate).chain(fills) {
        let mut oracle = isolated_command(script());
        oracle.arg("manage").args(arguments).envs(database.environment());
        oracle.env("PROJECT", project.folder().unwrap_or_default());
        let status = oracle.env("STACK", "original").env("PYTHONDONTWRITEBYTECODE", "1").status();
        let status = status.context("Django does not start")?;
        ensure!(status.success(), "Django makes no database: {status}");
    }
    database::run(&database, &Python, &format!("{}{OLD_MOMENTS}", of_the_engine(engine)))?;
    match database.path() {
        Some(file) => Python::output(DUMP, file, "").map(|sql| sql + "\n"),
        None => dump(&database),
    }
}

/// PostgreSQL reads moments in the zone of the session.
fn of_the_engine(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "",
        Engine::Postgresql => "SET TIME ZONE 'UTC'; ",
    }
}

/// What `pg_dump` writes, but for comments and the commands of psql.
fn dump(database: &TestDatabase) -> anyhow::Result<String> {
    let mut pg_dump = isolated_command("pg_dump");
    pg_dump.args(["--inserts", "--no-owner", "--no-privileges"]).envs(database.environment());
    let output = pg_dump.stderr(Stdio::inherit()).output().context("pg_dump does not start")?;
    ensure!(output.status.success(), "pg_dump: {}", output.status);
    let sql = String::from_utf8(output.stdout)?;
    let lines =
        sql.lines().filter(|line| !line.is_empty() && !line.starts_with("--") && !line.starts_with('\\'));
    Ok(lines.flat_map(|line| [line, "\n"]).collect())
}

/// Installs its packages where that was not yet done: a start waits for a minute at most.
fn set_up() -> anyhow::Result<()> {
    let status = Command::new(script()).arg("setup").env("STACK", "original").status()?;
    ensure!(status.success(), "Django cannot be installed: {status}");
    Ok(())
}

fn script() -> PathBuf {
    folder("original").join("oracle")
}
