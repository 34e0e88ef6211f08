//! Programs that the machine may have.

use std::env;
use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::Command;

/// The full path of a program on PATH (or in /usr/sbin, where Debian keeps nginx and ordinary accounts do not look).
#[must_use]
pub fn find_program(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .chain([PathBuf::from("/usr/sbin")])
        .map(|folder| folder.join(name))
        .find(|at| at.is_file())
}

/// A command that inherits all of this process's environment but `PRESSPASS_*`, `PG*`, `DATABASE_URL` and `SECRET_KEY`,
/// so that a developer's shell does not decide what a test sees.
#[must_use]
pub fn isolated_command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    for (name, _) in env::vars_os().filter(|(name, _)| is_setting(name)) {
        command.env_remove(name);
    }
    command
}

fn is_setting(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    name == "DATABASE_URL" || name == "SECRET_KEY" || name.starts_with("PRESSPASS_") || name.starts_with("PG")
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::{find_program, is_setting};

    #[test]
    fn settings_of_the_developers_shell_are_not_inherited() {
        for name in
            ["PRESSPASS_BIND", "PRESSPASS_JWT__LEEWAY_SECONDS", "DATABASE_URL", "SECRET_KEY", "PGHOST"]
        {
            assert!(is_setting(OsStr::new(name)), "{name}");
        }
        for name in ["PATH", "HOME", "SECRET_KEYS"] {
            assert!(!is_setting(OsStr::new(name)), "{name}");
        }
    }

    #[test]
    fn a_program_is_found_on_the_path() {
        assert!(find_program("sh").is_some_and(|at| at.ends_with("sh") && at.is_absolute()));
    }

    #[test]
    fn an_unknown_program_is_not_found() {
        assert_eq!(find_program("presspass-no-such-program"), None);
    }
}
