//! Builds the program under test, for programs that cargo does not pass its path to.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, io, path};

use serde_json::Value;

/// How cargo builds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// Quick to build.
    Dev,
    /// As it is installed.
    Release,
}

impl Profile {
    /// The profile that the caller itself was built with, where its workspace has no others.
    #[must_use]
    pub fn current() -> Self {
        if cfg!(debug_assertions) { Self::Dev } else { Self::Release }
    }
}

/// The binary `presspass` that was given, or else one that is built. Servers run in folders of their own, so its path is
/// absolute.
///
/// # Errors
/// Where there is no working directory, or cargo cannot build it.
pub fn presspass_program(given: Option<&Path>, profile: Profile) -> io::Result<PathBuf> {
    given.map_or_else(|| build(profile), path::absolute)
}

/// Builds the package `presspass-server`, and says where its binary is.
fn build(profile: Profile) -> io::Result<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["build", "-p", "presspass-server", "--bin", "presspass"]);
    cargo.arg("--message-format=json-render-diagnostics");
    if profile == Profile::Release {
        cargo.arg("--release");
    }
    // .cargo/config.toml, with the flags of SQLite, is looked up from the working directory, and so is a relative
    // CARGO_TARGET_DIR.
    if let Some(target) = env::var_os("CARGO_TARGET_DIR") {
        cargo.arg("--target-dir").arg(path::absolute(target)?);
    }
    let output = cargo.current_dir(root).stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err(io::Error::other(format!("cargo could not build presspass: {}", output.status)));
    }
    executable(&String::from_utf8_lossy(&output.stdout))
        .ok_or_else(|| io::Error::other("cargo built no binary presspass"))
}

/// The binary among cargo's messages, one JSON object a line (the Cargo book, "External tools").
fn executable(messages: &str) -> Option<PathBuf> {
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["target"]["name"] == "presspass")
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::executable;

    #[test]
    fn the_binary_is_found_among_the_messages() {
        let messages = r#"{"reason":"compiler-artifact","target":{"kind":["lib"],"name":"presspass"},"executable":null}
            {"reason":"compiler-artifact","target":{"kind":["bin"],"name":"other"},"executable":"/t/release/other"}
            {"reason":"compiler-artifact","target":{"kind":["bin"],"name":"presspass"},"executable":"/t/release/presspass"}
            {"reason":"build-finished","success":true}"#;
        assert_eq!(executable(messages), Some(PathBuf::from("/t/release/presspass")));
    }

    #[test]
    fn a_build_without_a_binary_has_none() {
        assert_eq!(executable("{\"reason\":\"build-finished\",\"success\":true}\nnot json"), None);
    }
}
