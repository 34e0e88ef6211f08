//! Packages of Python and Node that tests run, installed once and cached: tests must not depend on a registry.

use std::env;
use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::{find_program, skip};

/// A Python environment with these packages, given as pip takes them (`schemathesis==4.32.5`), and what they need: the
/// folder of its programs, `python` among them.
///
/// `None`, after [`skip`], where Python is not there or the packages cannot be installed.
#[must_use]
pub fn python_packages(packages: &[&str]) -> Option<PathBuf> {
    let Some(python) = find_program("python3") else {
        skip("python", "python3 was not found");
        return None;
    };
    let install = |folder: &Path| {
        run(Command::new(python).args(["-m", "venv"]).arg(folder))?;
        let pip = folder.join("bin/python");
        let options = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
        run(Command::new(pip).args(options).args(packages))
    };
    installed("python", packages, install).map(|folder| folder.join("bin"))
}

/// A folder with `node_modules`, in which npm has installed these packages (`typescript@5.9.3`).
///
/// `None`, after [`skip`], where Node or npm is not there or the packages cannot be installed.
#[must_use]
pub fn node_packages(packages: &[&str]) -> Option<PathBuf> {
    let (Some(_), Some(npm)) = (find_program("node"), find_program("npm")) else {
        skip("node", "node and npm were not found");
        return None;
    };
    let install = |folder: &Path| {
        let options =
            ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error", "--prefix"];
        run(Command::new(npm).args(options).arg(folder).args(packages).current_dir(folder))
    };
    installed("node", packages, install)
}

/// The folder in which `install` has put the packages, now or earlier.
fn installed(
    need: &str,
    packages: &[&str],
    install: impl FnOnce(&Path) -> Result<(), String>,
) -> Option<PathBuf> {
    keep(&cache(), need, packages, install)
        .inspect_err(|why| skip(need, &format!("{} cannot be installed: {why}", packages.join(" "))))
        .ok()
}

fn keep(
    cache: &Path,
    need: &str,
    packages: &[&str],
    install: impl FnOnce(&Path) -> Result<(), String>,
) -> Result<PathBuf, String> {
    let mut hasher = DefaultHasher::new();
    packages.hash(&mut hasher);
    let folder = cache.join(format!("{need}-{:016x}", hasher.finish()));
    fs::create_dir_all(&folder).expect("a folder can be made in the cache");
    // One process installs while the others, of every test program, wait for it.
    let lock = File::create(folder.join(".lock")).expect("a lock can be made in the cache");
    lock.lock().expect("a file can be locked");
    let complete = folder.join(".complete");
    if !complete.exists() {
        install(&folder)?;
        File::create(complete).expect("a file can be made in the cache");
    }
    Ok(folder)
}

/// `presspass-tests` in the account's cache (XDG Base Directory Specification).
fn cache() -> PathBuf {
    let named = env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let usual = || env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache"));
    named.or_else(usual).unwrap_or_else(env::temp_dir).join("presspass-tests")
}

/// Runs a program to its end; what it wrote to stderr where it failed.
fn run(command: &mut Command) -> Result<(), String> {
    let output: Output =
        command.stdin(Stdio::null()).output().map_err(|error| format!("{command:?}: {error}"))?;
    let stderr = String::from_utf8_lossy(&output.stderr);
    if output.status.success() { Ok(()) } else { Err(stderr.trim_end().to_owned()) }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::keep;

    #[test]
    fn what_is_installed_is_kept_and_what_failed_is_tried_again() {
        let cache = tempfile::tempdir().expect("a temporary folder can be made");
        let count = Cell::new(0);
        let install = |packages: &[&str]| {
            keep(cache.path(), "moonlight", packages, |_| {
                count.set(count.get() + 1);
                if count.get() == 1 { Err("there is no network".to_owned()) } else { Ok(()) }
            })
        };
        assert_eq!(install(&["a==1"]), Err("there is no network".to_owned()));
        let folder = install(&["a==1"]).expect("it was installed");
        assert_eq!(install(&["a==1"]), Ok(folder.clone()));
        assert_eq!(count.get(), 2);
        assert_ne!(install(&["a==2"]), Ok(folder));
    }
}
