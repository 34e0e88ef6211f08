//! The Django project that tests compare with.

use std::env;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use crate::{Engine, TestDatabase, find_program, skip};

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

/// What Django has done to a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Content {
    Migrated,
    Filled,
}

/// A database that Django has prepared, to be copied: to prepare it takes seconds.
#[derive(Debug)]
enum Template {
    /// In memory, since nothing removes a file at the end of the process.
    Sqlite(Vec<u8>),
    /// Goes with its cluster.
    Postgresql(TestDatabase),
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

    /// A database that the stack has migrated.
    ///
    /// `None`, after [`skip`], where the engine is not installed.
    #[must_use]
    pub fn migrated(&self, engine: Engine) -> Option<TestDatabase> {
        self.prepared(engine, Content::Migrated)
    }

    /// A database that the stack has migrated and filled with its fixture.
    ///
    /// `None`, after [`skip`], where the engine is not installed.
    #[must_use]
    pub fn filled(&self, engine: Engine) -> Option<TestDatabase> {
        self.prepared(engine, Content::Filled)
    }

    /// A copy of a template, which is made once in this process.
    fn prepared(&self, engine: Engine, content: Content) -> Option<TestDatabase> {
        static TEMPLATES: [OnceLock<Option<Template>>; 8] = [const { OnceLock::new() }; 8];
        let index = self.stack as usize * 4 + engine as usize * 2 + content as usize;
        match TEMPLATES[index].get_or_init(|| self.template(engine, content)).as_ref()? {
            Template::Sqlite(bytes) => {
                let database = TestDatabase::sqlite();
                let path = database.path().expect("SQLite is a file");
                fs::write(path, bytes).expect("a file can be written");
                Some(database)
            }
            Template::Postgresql(database) => Some(database.copy()),
        }
    }

    fn template(&self, engine: Engine, content: Content) -> Option<Template> {
        let database = match (content, engine) {
            (Content::Filled, _) => self.migrated(engine)?,
            (Content::Migrated, Engine::Sqlite) => TestDatabase::sqlite(),
            (Content::Migrated, Engine::Postgresql) => TestDatabase::postgresql()?,
        };
        let arguments: &[&str] = match content {
            Content::Migrated => &["migrate", "-v", "0"],
            Content::Filled => &["shell", "-c", "exec(open('fixture.py').read(), globals())"],
        };
        let output = self.manage(arguments, &database.environment());
        assert!(output.status.success(), "{output:?}");
        Some(match database.path() {
            Some(path) => Template::Sqlite(fs::read(path).expect("a file can be read")),
            None => Template::Postgresql(database),
        })
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
    use crate::Engine;

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
        let database = oracle.filled(Engine::Sqlite).expect("SQLite is always there");
        let last = "from posts.models import Post; print(Post.objects.get(id=30).title)";
        let output = oracle.manage(&["shell", "-c", last], &database.environment());
        assert_eq!(String::from_utf8_lossy(&output.stdout), "Post 30\n", "{output:?}");
    }

    #[test]
    fn both_stacks_migrate_an_empty_postgresql_database() {
        for stack in [Stack::Original, Stack::Current] {
            let Some(oracle) = Oracle::find(stack) else { continue };
            let Some(database) = oracle.migrated(Engine::Postgresql) else { continue };
            let applied = database.execute("SELECT count(*) FROM django_migrations").expect("SQL runs");
            assert!(applied.is_some_and(|count| count.parse().is_ok_and(|count: u32| count > 15)));
            // Another copy is as it was.
            database.execute("DELETE FROM django_migrations").expect("SQL runs");
            let other = oracle.migrated(Engine::Postgresql).expect("there was one");
            assert_ne!(
                other.execute("SELECT count(*) FROM django_migrations").expect("SQL runs").as_deref(),
                Some("0")
            );
        }
    }

    #[test]
    fn a_command_that_fails_is_told() {
        let Some(oracle) = Oracle::find(Stack::Original) else { return };
        assert!(!oracle.manage(&["no-such-command"], &[]).status.success());
    }
}
