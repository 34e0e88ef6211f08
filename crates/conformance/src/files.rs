//! The files of this crate.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
#[cfg(test)]
use presspass_test_support::Engine;
use serde::Serialize;

use crate::case::Group;
use crate::deviations::Deviations;
use crate::fixture::folder;
use crate::recording::Recording;

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
    serde_json::from_str(&case_text(file)?).with_context(|| format!("cases/{file}.json"))
}

pub(crate) fn case_text(file: &str) -> anyhow::Result<String> {
    let path = folder("cases").join(file).with_extension("json");
    fs::read_to_string(&path).with_context(|| path.display().to_string())
}

pub(crate) fn write_recordings(file: &str, recordings: &[Recording]) -> anyhow::Result<()> {
    write(&recording(file), recordings)
}

/// Where Django answers otherwise on PostgreSQL; no file where it does not.
pub(crate) fn write_deviations(file: &str, deviations: &Deviations) -> anyhow::Result<()> {
    let path = deviation(file);
    if *deviations != Deviations::default() {
        return write(&path, deviations);
    }
    match fs::remove_file(&path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error).context(path.display().to_string()),
        _ => Ok(()),
    }
}

fn write(path: &Path, value: &(impl Serialize + ?Sized)) -> anyhow::Result<()> {
    fs::write(path, serde_json::to_string_pretty(value)? + "\n").with_context(|| path.display().to_string())
}

fn recording(file: &str) -> PathBuf {
    folder("recorded").join(file).with_extension("json")
}

fn deviation(file: &str) -> PathBuf {
    folder("recorded").join("postgresql").join(file).with_extension("json")
}

/// What Django answered on this engine.
#[cfg(test)]
pub(crate) fn read_recordings(file: &str, engine: Engine) -> anyhow::Result<Vec<Recording>> {
    let path = recording(file);
    let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let mut recordings: Vec<Recording> =
        serde_json::from_str(&text).with_context(|| path.display().to_string())?;
    let path = deviation(file);
    if engine == Engine::Postgresql && path.is_file() {
        let deviations: Deviations =
            serde_json::from_str(&fs::read_to_string(&path)?).with_context(|| path.display().to_string())?;
        deviations.apply(&mut recordings);
    }
    Ok(recordings)
}
