//! The Django project that tests compare with.

use std::env;
use std::ffi::OsStr;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::{find_program, skip};

/// Where the script `oracle` is, in place of `../shared/oracle/oracle` beside the workspace.
const ORACLE: &str = "PRESSPASS_ORACLE";

/// The versions of Django and its packages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stack {
    /// Django 2.1 and the packages of its time.
    Original,
    /// The same stack as a team would install it today.
    Current,
}

impl Stack {
    fn name(self) -> &'static str {
        match self {
            Self::Original => "original",
            Self::Current => "current",
        }
    }
}

/// The Django project, installed.
#[derive(Debug, Clone)]
pub struct Oracle {
    script: PathBuf,
    stack: Stack,
}

impl Oracle {
    /// The stack of these versions, after installing it where that was not yet done.
    ///
    /// `None`, after [`skip`], where it cannot be had: `oracle` where the script is not beside the workspace, `python`
    /// where Python is not there or the packages cannot be installed.
    #[must_use]
    pub fn find(stack: Stack) -> Option<Self> {
        let script = env::var_os(ORACLE).map_or_else(beside_the_workspace, PathBuf::from);
        if !script.is_file() {
            skip("oracle", &format!("{} is not there; {ORACLE} may name another", script.display()));
            return None;
        }
        if find_program("python3").is_none() {
            skip("python", "python3 was not found");
            return None;
        }
        let oracle = Self { script, stack };
        let setup = oracle.set_up();
        if !setup.status.success() {
            let why = String::from_utf8_lossy(&setup.stderr);
            skip("python", &format!("the {} stack cannot be installed: {}", stack.name(), why.trim_end()));
            return None;
        }
        Some(oracle)
    }

    /// Makes an `SQLite` database at `path`, migrated by the stack and filled with its fixture.
    pub fn database(&self, path: &Path) {
        let output = self.run([OsStr::new("database"), path.as_os_str()], &[]);
        assert!(output.status.success(), "oracle database: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// Runs `manage.py` with these arguments and variables, such as [`crate::TestDatabase::environment`].
    #[must_use]
    pub fn manage(&self, arguments: &[&str], variables: &[(&str, String)]) -> Output {
        self.run(["manage"].iter().chain(arguments), variables)
    }

    /// One process installs while the others, of every test binary, wait for it.
    fn set_up(&self) -> Output {
        let name = format!("presspass-oracle-{}.lock", rustix::process::geteuid().as_raw());
        let lock =
            File::create(env::temp_dir().join(name)).expect("a lock can be made in the temporary folder");
        lock.lock().expect("a file can be locked");
        self.run(["setup"], &[])
    }

    fn run<A: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = A>,
        variables: &[(&str, String)],
    ) -> Output {
        let mut command = Command::new(&self.script);
        // A test decides by itself which database is asked.
        for name in ["SQLITE_PATH", "PGHOST", "PGPORT", "PGUSER", "PGPASSWORD", "PGDATABASE"] {
            command.env_remove(name);
        }
        command.args(arguments).stdin(Stdio::null());
        command.env("STACK", self.stack.name()).env("PYTHONDONTWRITEBYTECODE", "1");
        command.envs(variables.iter().map(|(name, value)| (name, value)));
        command.output().unwrap_or_else(|error| panic!("{}: {error}", self.script.display()))
    }
}

fn beside_the_workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/oracle/oracle")
}

#[cfg(test)]
mod tests {
    use super::{Oracle, Stack};
    use crate::TestDatabase;

    #[test]
    fn each_stack_says_its_version() {
        for (stack, version) in [(Stack::Original, "2.1."), (Stack::Current, "5.2.")] {
            let Some(oracle) = Oracle::find(stack) else { continue };
            let output = oracle.manage(&["--version"], &[]);
            assert!(String::from_utf8_lossy(&output.stdout).starts_with(version), "{output:?}");
        }
    }

    #[test]
    fn a_database_of_the_original_is_filled() {
        let Some(oracle) = Oracle::find(Stack::Original) else { return };
        let database = TestDatabase::sqlite();
        oracle.database(database.path().expect("SQLite is a file"));
        let last = "from posts.models import Post; print(Post.objects.get(id=30).title)";
        let output = oracle.manage(&["shell", "-c", last], &database.environment());
        assert_eq!(String::from_utf8_lossy(&output.stdout), "Post 30\n", "{output:?}");
    }

    #[test]
    fn both_stacks_migrate_an_empty_postgresql_database() {
        for stack in [Stack::Original, Stack::Current] {
            let (Some(oracle), Some(database)) = (Oracle::find(stack), TestDatabase::postgresql()) else {
                continue;
            };
            let output = oracle.manage(&["migrate", "-v", "0"], &database.environment());
            assert!(output.status.success(), "{output:?}");
        }
    }

    #[test]
    fn a_command_that_fails_is_told() {
        let Some(oracle) = Oracle::find(Stack::Original) else { return };
        assert!(!oracle.manage(&["no-such-command"], &[]).status.success());
    }
}
