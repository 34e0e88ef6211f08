//! Creates rows directly in the database.

use anyhow::{Context as _, ensure};
use presspass_test_support::{TestDatabase, find_program, isolated_command};

/// Runs statements: on `SQLite` by Python, which brings a driver.
///
/// # Errors
/// The database's; where Python is missing.
pub fn execute(database: &TestDatabase, sql: &str) -> anyhow::Result<()> {
    let Some(path) = database.path() else {
        database.execute(sql)?;
        return Ok(());
    };
    let python = find_program("python3").context("python3 is missing, which fills the database")?;
    let script = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).executescript(sys.argv[2])";
    let output = isolated_command(python).args(["-c", script]).arg(path).arg(sql).output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr).trim());
    Ok(())
}

/// Creates this many posts of this content.
///
/// # Errors
/// As [`execute`].
pub fn create_posts(database: &TestDatabase, count: usize, content: &str) -> anyhow::Result<()> {
    execute(
        database,
        &format!(
            "INSERT INTO posts_post (title, content, created_at, updated_at)
             WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})
             SELECT 'Title ' || i, '{content}', '2026-01-01 00:00:00', '2026-01-01 00:00:00' FROM n"
        ),
    )
}
