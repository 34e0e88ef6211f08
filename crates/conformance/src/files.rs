//! The files of this crate.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};

use crate::case::Group;
use crate::run::Recording;

const FIXTURE: &str = "fixture.sql";

/// `cases`, `recorded` or `original`.
pub(crate) fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The accounts and posts that the cases speak of, as the original wrote them.
pub(crate) fn fixture() -> anyhow::Result<String> {
    fs::read_to_string(folder(FIXTURE)).context(FIXTURE)
}

pub(crate) fn write_fixture(sql: &str) -> anyhow::Result<()> {
    fs::write(folder(FIXTURE), sql).context(FIXTURE)
}

/// These case files, or all of them in order of their names.
pub(crate) fn chosen(named: &[String]) -> anyhow::Result<Vec<String>> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder("cases"))? {
        let path = entry?.path();
        let name = path.file_stem().context("a case file has a name")?.to_string_lossy().into_owned();
        all.push(name);
    }
    all.sort();
    for name in named {
        ensure!(all.contains(name), "cases/{name}.json is not there");
    }
    Ok(if named.is_empty() { all } else { named.to_vec() })
}

pub(crate) fn read_cases(file: &str) -> anyhow::Result<Vec<Group>> {
    let path = folder("cases").join(file).with_extension("json");
    let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    serde_json::from_str(&text).with_context(|| path.display().to_string())
}

pub(crate) fn write_recordings(file: &str, recordings: &[Recording]) -> anyhow::Result<()> {
    let text = serde_json::to_string_pretty(recordings)?;
    let path = folder("recorded").join(file).with_extension("json");
    fs::write(&path, text + "\n").with_context(|| path.display().to_string())
}

#[cfg(test)]
pub(crate) fn read_recordings(file: &str) -> anyhow::Result<Vec<Recording>> {
    let path = folder("recorded").join(file).with_extension("json");
    let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    serde_json::from_str(&text).with_context(|| path.display().to_string())
}
