//! The original stack, in `original/`. It needs Python 3, and its packages once from the package index.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, ensure};
use presspass_test_support::{ServerCommand, TestDatabase};

use crate::files::{self, folder};
use crate::rows::Sqlite;
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

/// Starts the original on a database of its own.
pub(crate) fn start(settings: &BTreeMap<String, String>) -> anyhow::Result<Side> {
    let database = TestDatabase::sqlite();
    let file = database.path().context("SQLite is a file")?;
    Python.run(file, &files::fixture()?)?;
    set_up()?;
    let server = ServerCommand::new("sh")
        .args(["-c", r#"exec "$0" serve "${PRESSPASS_BIND##*:}""#])
        .arg(script())
        .env("SECRET_KEY", SECRET_KEY)
        .env("SQLITE_PATH", file)
        .env("STACK", "original")
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .envs(settings)
        .start();
    Ok(Side { server, database })
}

/// The moments that the original took from its clock.
const OLD_MOMENTS: &str = "UPDATE auth_user SET date_joined = '2026-01-01 00:00:00.000001'; \
                           UPDATE django_migrations SET applied = '2026-01-01 00:00:00.000001';";

/// A database that the original migrates and fills, as SQL. Its accounts are old: a recording that begins at once must
/// not take them for its own.
pub(crate) fn fixture() -> anyhow::Result<String> {
    let database = TestDatabase::sqlite();
    let file = database.path().context("SQLite is a file")?;
    let mut oracle = Command::new(script());
    oracle.arg("database").arg(file).env("STACK", "original").env("PYTHONDONTWRITEBYTECODE", "1");
    let status = oracle.status().context("the original does not start")?;
    ensure!(status.success(), "the original makes no database: {status}");
    Python.run(file, OLD_MOMENTS)?;
    Python::output(DUMP, file, "").map(|sql| sql + "\n")
}

/// Installs its packages where that was not yet done: a start waits for a minute at most.
fn set_up() -> anyhow::Result<()> {
    let status = Command::new(script()).arg("setup").env("STACK", "original").status()?;
    ensure!(status.success(), "the original cannot be installed: {status}");
    Ok(())
}

fn script() -> PathBuf {
    folder("original").join("oracle")
}
