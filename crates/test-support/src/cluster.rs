//! A temporary `PostgreSQL` cluster, one per test process.

use std::env;
use std::fs::{self, File, Permissions};
use std::hash::{BuildHasher as _, RandomState};
use std::io::{self, Read as _, Seek as _};
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use crate::free_port;
use crate::poll::poll;
use crate::simple_query;

pub(crate) const USER: &str = "postgres";
/// The database that is always there.
pub(crate) const MAINTENANCE: &str = "postgres";
/// initdb takes under a second; a machine that compiles at the same time is much slower.
const START: Duration = Duration::from_mins(2);

/// Makes the cluster, serves it until stdin ends, and removes it. Stdin is a pipe from the test process, so this happens
/// also when that process is killed. `$1` holds the server's programs, `$2` is the cluster's folder, `$3` the port.
const WATCHDOG: &str = r#"
exec 3<&0
"$1/initdb" --pgdata "$2/data" --username postgres --auth password --pwfile "$2/password" \
    --encoding UTF8 --locale C.UTF-8 --no-sync 3<&- || { rm -rf "$2"; exit 1; }
"$1/postgres" -D "$2/data" -p "$3" -c listen_addresses=127.0.0.1 -c unix_socket_directories= \
    -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off -c jit=off \
    -c max_connections=300 -c shared_buffers=32MB 3<&- &
server=$!
{ cat <&3; kill -QUIT "$server"; } &
wait "$server"
rm -rf "$2"
"#;

/// A running cluster. It ends with the process that started it.
#[derive(Debug)]
pub(crate) struct Cluster {
    pub(crate) port: u16,
    pub(crate) password: String,
    /// Where it lies.
    #[cfg(test)]
    pub(crate) folder: PathBuf,
    /// Holds the pipe: see [`WATCHDOG`].
    _watchdog: Child,
}

impl Cluster {
    /// The cluster of this process, started by whoever asks first; the reason where `PostgreSQL` is not installed.
    pub(crate) fn of_this_process() -> Result<&'static Self, &'static str> {
        static CLUSTER: OnceLock<Option<Cluster>> = OnceLock::new();
        CLUSTER
            .get_or_init(|| programs().map(|programs| Self::start(&programs)))
            .as_ref()
            .ok_or("initdb was found neither on PATH nor in /usr/lib/postgresql/*/bin")
    }

    /// Runs `sql` in `database`; gives the first value of the last row.
    pub(crate) fn execute(&self, database: &str, sql: &str) -> io::Result<Option<String>> {
        simple_query::execute(self.port, USER, &self.password, database, sql)
    }

    fn start(programs: &Path) -> Self {
        // 128 bits that no other account of this machine can guess: a superuser may run programs.
        let password =
            format!("{:016x}{:016x}", RandomState::new().hash_one(0), RandomState::new().hash_one(1));
        let owner = owner();
        let folder = make_folder(&password, owner);
        let port = free_port();
        let mut log = tempfile::tempfile().expect("a temporary file can be made");
        let mut watchdog = Command::new("sh");
        watchdog.args(["-c", WATCHDOG, "postgresql"]).arg(programs).arg(&folder).arg(port.to_string());
        watchdog.current_dir("/").stdin(Stdio::piped()).stdout(clone(&log)).stderr(clone(&log));
        watchdog.process_group(0); // Ctrl-C reaches the tests alone; the pipe tells the watchdog
        if let Some((uid, gid)) = owner {
            watchdog.uid(uid).gid(gid);
        }
        let mut watchdog = watchdog.spawn().expect("sh starts");
        let ready = poll(START, || {
            let ended = watchdog.try_wait().expect("a child can be waited for").is_some();
            let answers = simple_query::execute(port, USER, &password, MAINTENANCE, "SELECT 1").is_ok();
            if ended { Some(false) } else { answers.then_some(true) }
        });
        assert_eq!(ready, Some(true), "PostgreSQL did not start: {}", read(&mut log));
        Self {
            port,
            password,
            #[cfg(test)]
            folder,
            _watchdog: watchdog,
        }
    }
}

fn clone(log: &File) -> File {
    log.try_clone().expect("a file can be shared")
}

fn read(log: &mut File) -> String {
    let mut bytes = Vec::new();
    log.rewind().and_then(|()| log.read_to_end(&mut bytes)).expect("a log can be read");
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The cluster's folder, readable by its owner alone, with the superuser's password in it. The watchdog removes it.
fn make_folder(password: &str, owner: Option<(u32, u32)>) -> PathBuf {
    let folder = tempfile::Builder::new()
        .prefix("presspass-postgresql-")
        .permissions(Permissions::from_mode(0o700))
        .tempdir()
        .expect("a temporary folder can be made")
        .keep();
    let file = folder.join("password");
    fs::write(&file, password).expect("the password can be written");
    if let Some((uid, gid)) = owner {
        for path in [&folder, &file] {
            chown(path, Some(uid), Some(gid)).expect("root can give a folder away");
        }
    }
    folder
}

/// Who runs the server: initdb and postgres refuse root, which gives it to `postgres` or to `nobody`. `None`: this user.
fn owner() -> Option<(u32, u32)> {
    if !rustix::process::geteuid().is_root() {
        return None;
    }
    let accounts = fs::read_to_string("/etc/passwd").expect("/etc/passwd can be read");
    let owner = ["postgres", "nobody"].iter().find_map(|name| ids_of(&accounts, name));
    Some(owner.expect("/etc/passwd knows postgres or nobody"))
}

/// User id and group id of an account of /etc/passwd (passwd(5)): `name:x:uid:gid:…`.
fn ids_of(accounts: &str, name: &str) -> Option<(u32, u32)> {
    let mut fields = accounts
        .lines()
        .map(|line| line.split(':'))
        .find_map(|mut fields| (fields.next() == Some(name)).then_some(fields))?;
    let uid = fields.nth(1)?.parse().ok()?;
    let gid = fields.next()?.parse().ok()?;
    Some((uid, gid))
}

/// The folder that holds initdb and postgres: the first on PATH, or Debian's newest.
fn programs() -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .chain(debian_folders(Path::new("/usr/lib/postgresql")))
        .find(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file())
}

/// Debian keeps each major version in `/usr/lib/postgresql/<version>/bin`; the newest comes first.
fn debian_folders(root: &Path) -> Vec<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir(root)
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            Some((path.file_name()?.to_str()?.parse().ok()?, path.join("bin")))
        })
        .collect();
    versions.sort_by(|one, other| other.cmp(one));
    versions.into_iter().map(|(_, folder)| folder).collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{debian_folders, ids_of};

    #[test]
    fn the_newest_version_of_debian_comes_first() {
        let root = tempfile::tempdir().expect("a temporary folder can be made");
        for version in ["9", "15", "common", "13"] {
            std::fs::create_dir(root.path().join(version)).expect("a folder can be made");
        }
        let folders = debian_folders(root.path());
        let expected = ["15/bin", "13/bin", "9/bin"].map(|folder| root.path().join(folder));
        assert_eq!(folders, expected);
    }

    #[test]
    fn a_machine_without_postgresql_has_no_folders() {
        assert!(debian_folders(Path::new("/nonexistent")).is_empty());
    }

    #[test]
    fn ids_are_read_from_the_accounts() {
        let accounts =
            "root:x:0:0:root:/root:/bin/bash\npostgres:x:101:104:,,,:/var/lib/postgresql:/bin/bash\n";
        assert_eq!(ids_of(accounts, "postgres"), Some((101, 104)));
        assert_eq!(ids_of(accounts, "post"), None);
    }
}
