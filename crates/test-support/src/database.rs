//! An empty database for each test.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::{fs, io};

use tempfile::TempDir;

use crate::cluster::{Cluster, MAINTENANCE, USER};
use crate::skip;

/// A database engine that Presspass runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Engine {
    /// `SQLite`: a file.
    Sqlite,
    /// `PostgreSQL`: a server.
    Postgresql,
}

impl Engine {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Sqlite, Self::Postgresql];
}

/// An empty database that goes away when it is dropped. It has no tables: the crate under test migrates it.
#[derive(Debug)]
pub struct TestDatabase {
    place: Place,
}

#[derive(Debug)]
enum Place {
    File { path: PathBuf, _folder: TempDir },
    Cluster { cluster: &'static Cluster, name: String },
}

impl TestDatabase {
    /// An empty `SQLite` file in a temporary folder of its own.
    #[must_use]
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let path = folder.path().join("database.sqlite3");
        File::create(&path).expect("a file can be made in a temporary folder");
        Self { place: Place::File { path, _folder: folder } }
    }

    /// An empty database in a `PostgreSQL` cluster that this process starts when it is first asked for, and that is
    /// removed when the process ends, however it ends. Text is UTF-8, in the locale C.UTF-8.
    ///
    /// `None`, after [`skip`] of `postgresql`, where `PostgreSQL` is not installed.
    #[must_use]
    pub fn postgresql() -> Option<Self> {
        let cluster = match Cluster::of_this_process() {
            Ok(cluster) => cluster,
            Err(why) => {
                skip("postgresql", why);
                return None;
            }
        };
        Some(Self { place: create(cluster, "template0") })
    }

    /// A copy of this database, which nobody may be connected to: quicker than to migrate and to fill another.
    #[must_use]
    pub fn copy(&self) -> Self {
        match &self.place {
            Place::File { path, .. } => {
                let copy = Self::sqlite();
                if let Place::File { path: to, .. } = &copy.place {
                    fs::copy(path, to).expect("a file can be copied");
                }
                copy
            }
            Place::Cluster { cluster, name } => Self { place: create(cluster, name) },
        }
    }

    /// Runs `sql`, one statement or several, on `PostgreSQL`, and gives the first value of the last row: for tests of
    /// crates that have no driver.
    ///
    /// # Errors
    /// The server's; [`io::ErrorKind::Unsupported`] on `SQLite`.
    pub fn execute(&self, sql: &str) -> io::Result<Option<String>> {
        match &self.place {
            Place::File { .. } => Err(io::ErrorKind::Unsupported.into()),
            Place::Cluster { cluster, name } => cluster.execute(name, sql),
        }
    }

    /// Makes `PostgreSQL` report errors in German to sessions that begin from now on in this database.
    ///
    /// `false`, after [`skip`] of `german`, where the machine lacks the locale `de_DE.UTF-8` (or on `SQLite`, which has one
    /// language).
    #[must_use]
    pub fn speaks_german(&self) -> bool {
        let Place::Cluster { cluster, name } = &self.place else { return false };
        let set = format!("ALTER DATABASE {name} SET lc_messages = 'de_DE.UTF-8'");
        let outcome = cluster.execute(MAINTENANCE, &set);
        if let Err(error) = &outcome {
            skip("german", &format!("the locale de_DE.UTF-8 is not there: {error}"));
        }
        outcome.is_ok()
    }

    /// One database on each engine that this machine has: `SQLite`, and `PostgreSQL` or its [`skip`].
    #[must_use]
    pub fn each() -> Vec<Self> {
        [Some(Self::sqlite()), Self::postgresql()].into_iter().flatten().collect()
    }

    /// The engine behind the URL.
    #[must_use]
    pub fn engine(&self) -> Engine {
        match &self.place {
            Place::File { .. } => Engine::Sqlite,
            Place::Cluster { .. } => Engine::Postgresql,
        }
    }

    /// Where the database is, as `DATABASE_URL` has it: `sqlite:///absolute/path`, or
    /// `postgres://user:password@127.0.0.1:port/name`.
    #[must_use]
    pub fn url(&self) -> String {
        match &self.place {
            Place::File { path, .. } => format!("sqlite://{}", path.display()),
            Place::Cluster { cluster: Cluster { port, password, .. }, name } => {
                format!("postgres://{USER}:{password}@127.0.0.1:{port}/{name}")
            }
        }
    }

    /// The file of an `SQLite` database.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match &self.place {
            Place::File { path, .. } => Some(path),
            Place::Cluster { .. } => None,
        }
    }

    /// The same place as environment variables of the Django project ([`crate::Oracle::manage`]) and of libpq: `SQLITE_PATH`, or
    /// `PGHOST`, `PGPORT`, `PGUSER`, `PGPASSWORD` and `PGDATABASE`.
    #[must_use]
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        match &self.place {
            Place::File { path, .. } => vec![("SQLITE_PATH", path.display().to_string())],
            Place::Cluster { cluster: Cluster { port, password, .. }, name } => vec![
                ("PGHOST", "127.0.0.1".to_owned()),
                ("PGPORT", port.to_string()),
                ("PGUSER", USER.to_owned()),
                ("PGPASSWORD", password.clone()),
                ("PGDATABASE", name.clone()),
            ],
        }
    }
}

/// A database of a name that no other of this process has.
fn create(cluster: &'static Cluster, template: &str) -> Place {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name = format!("test_{}", COUNT.fetch_add(1, Ordering::Relaxed));
    let sql = format!("CREATE DATABASE {name} TEMPLATE {template}");
    cluster.execute(MAINTENANCE, &sql).expect("a database can be made");
    Place::Cluster { cluster, name }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Place::Cluster { cluster, name } = &self.place {
            // A failure is left to the end of the cluster: a test may have stopped the server.
            drop(cluster.execute(MAINTENANCE, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::{BufRead as _, BufReader};
    use std::net::TcpStream;
    use std::process::{Command, Stdio};
    use std::time::Duration;

    use super::{Cluster, Engine, MAINTENANCE, Place, TestDatabase};
    use crate::poll::poll;

    fn cluster_of(database: &TestDatabase) -> Option<(&'static Cluster, &str)> {
        match &database.place {
            Place::Cluster { cluster, name } => Some((*cluster, name)),
            Place::File { .. } => None,
        }
    }

    #[test]
    fn a_sqlite_database_is_an_empty_file_that_goes_away() {
        let database = TestDatabase::sqlite();
        let path = database.path().expect("SQLite is a file").to_owned();
        assert_eq!(database.engine(), Engine::Sqlite);
        assert_eq!(database.url(), format!("sqlite://{}", path.display()));
        assert!(database.url().starts_with("sqlite:///"));
        assert_eq!(fs::read(&path).expect("the file is there"), b"");
        drop(database);
        assert!(!path.exists());
    }

    #[test]
    fn each_postgresql_database_is_another() {
        let (Some(one), Some(other)) = (TestDatabase::postgresql(), TestDatabase::postgresql()) else {
            return;
        };
        assert_eq!((one.engine(), one.path()), (Engine::Postgresql, None));
        assert_ne!(one.url(), other.url());
        let (cluster, name) = cluster_of(&one).expect("PostgreSQL is a cluster");
        let expected = format!("postgres://postgres:{}@127.0.0.1:{}/{name}", cluster.password, cluster.port);
        assert_eq!(one.url(), expected);
        assert!(one.environment().contains(&("PGDATABASE", name.to_owned())));
    }

    #[test]
    fn a_dropped_postgresql_database_is_gone() {
        let Some(database) = TestDatabase::postgresql() else { return };
        let (cluster, name) = cluster_of(&database).expect("PostgreSQL is a cluster");
        let create = format!("CREATE DATABASE {name}");
        let error = cluster.execute(MAINTENANCE, &create).expect_err("it is there");
        assert_eq!(error.to_string(), format!("database \"{name}\" already exists"));
        drop(database);
        cluster.execute(MAINTENANCE, &create).expect("its name is free again");
    }

    #[test]
    fn a_copy_has_what_the_first_had_and_goes_its_own_way() {
        let file = TestDatabase::sqlite();
        let path = file.path().expect("SQLite is a file");
        fs::write(path, b"anything").expect("a file can be written");
        let copy = file.copy();
        let copied = copy.path().expect("SQLite is a file");
        assert_ne!(copied, path);
        assert_eq!(fs::read(copied).expect("the file is there"), b"anything");

        let Some(first) = TestDatabase::postgresql() else { return };
        first.execute("CREATE TABLE t (c text); INSERT INTO t VALUES ('é')").expect("SQL runs");
        let copy = first.copy();
        copy.execute("UPDATE t SET c = NULL").expect("the table was copied");
        assert_eq!(copy.execute("SELECT c FROM t").expect("SQL runs"), None);
        assert_eq!(first.execute("SELECT c, 1 FROM t").expect("SQL runs").as_deref(), Some("é"));
    }

    #[test]
    fn the_cluster_refuses_who_does_not_know_its_password() {
        let Some(database) = TestDatabase::postgresql() else { return };
        let (cluster, _) = cluster_of(&database).expect("PostgreSQL is a cluster");
        let refused =
            crate::simple_query::execute(cluster.port, super::USER, "guess", MAINTENANCE, "SELECT 1");
        let error = refused.expect_err("a guess is refused");
        assert_eq!(error.to_string(), "password authentication failed for user \"postgres\"");
    }

    #[test]
    fn each_engine_that_is_there_has_a_database() {
        let engines: Vec<Engine> = TestDatabase::each().iter().map(TestDatabase::engine).collect();
        assert!(
            engines == [Engine::Sqlite, Engine::Postgresql] || engines == [Engine::Sqlite],
            "{engines:?}"
        );
    }

    /// Not a test of its own: the one below runs it in a process that it kills.
    #[test]
    fn holds_a_cluster_where_the_test_of_its_end_asks_for_it() {
        if std::env::var_os("PRESSPASS_TEST_HOLD").is_none() {
            return;
        }
        let Some(database) = TestDatabase::postgresql() else { return };
        let (cluster, _) = cluster_of(&database).expect("PostgreSQL is a cluster");
        println!("\nholding {} {}", cluster.port, cluster.folder.display());
        std::thread::park();
    }

    #[test]
    fn a_cluster_ends_with_its_process_even_by_sigkill() {
        if TestDatabase::postgresql().is_none() {
            return;
        }
        let mut process = Command::new(std::env::current_exe().expect("a test has an executable"))
            .args([
                "--exact",
                "database::tests::holds_a_cluster_where_the_test_of_its_end_asks_for_it",
                "--nocapture",
            ])
            .env("PRESSPASS_TEST_HOLD", "1")
            .stdout(Stdio::piped())
            .spawn()
            .expect("the test binary starts");
        let mut lines =
            BufReader::new(process.stdout.take().expect("stdout is a pipe")).lines().map_while(Result::ok);
        let line = lines
            .find_map(|line| line.strip_prefix("holding ").map(str::to_owned))
            .expect("it holds a cluster");
        let (port, folder) = line.split_once(' ').expect("a port and a folder");
        let port: u16 = port.parse().expect("a port is a number");
        assert!(TcpStream::connect(("127.0.0.1", port)).is_ok());
        process.kill().expect("a child can be killed");
        process.wait().expect("a child can be waited for");
        let gone = poll(Duration::from_secs(30), || (!std::path::Path::new(folder).exists()).then_some(()));
        assert!(gone.is_some(), "{folder} is still there");
        assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
    }
}
