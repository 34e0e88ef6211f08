//! The file of an `SQLite` database.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection as _;
use diesel::sql_types::Text;
use diesel::{QueryableByName, RunQueryDsl, SqliteConnection, sql_query};
use presspass_domain::one_line;

/// Checks that `SQLite` can open this file: its own message is always "unable to open database file".
pub(crate) fn check(path: &Path) -> Result<(), String> {
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => Err("it is a folder".to_owned()),
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err("there is no such file".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

/// Creates an empty file where there is none, which is a database without tables. Only its owner may read it, as it will
/// hold password hashes; `SQLite` gives its WAL the same mode.
pub(crate) fn make(path: &Path) -> Result<(), String> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
        return Err(format!("there is no folder {}", folder.display()));
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error.to_string()),
        _ => Ok(()),
    }
}

/// The path in a form that `SQLite` does not read as a URI (`file:…?mode=memory`).
pub(crate) fn name(path: &Path) -> String {
    let path = if path.is_relative() { Path::new(".").join(path) } else { path.to_owned() };
    path.to_string_lossy().into_owned()
}

/// The message of `SQLite` about the file at `path`, with a remedy.
pub(crate) fn explain(path: &Path, message: String) -> String {
    let shown = path.display();
    if message.contains("readonly") {
        format!(
            "{shown} can only be read: let this user write to it and to its folder, on a file system that is not mounted \
             read-only"
        )
    } else if message.contains("unable to open") {
        format!(
            "{message}: this user must be able to write to its folder, where SQLite keeps files beside {shown}"
        )
    } else {
        message
    }
}

/// Puts a file into WAL mode, and checks that it can be written: `SQLite` opens a read-only file, too.
pub(crate) fn prepare(raw: &mut SqliteConnection, timeout: Duration) -> Result<(), String> {
    // Otherwise readers and writers would wait for each other, and readers run on async threads.
    match switch_to_wal(raw, timeout).map_err(|error| one_line(&error))?.as_str() {
        "wal" => {}
        other => return Err(format!("its file system allows no WAL, only {other}")),
    }
    // BEGIN IMMEDIATE alone begins a transaction that reads where the file is read-only.
    match raw.batch_execute("BEGIN IMMEDIATE; PRAGMA user_version = 1; ROLLBACK") {
        // Another program is writing.
        Err(error) if error.to_string().contains("is locked") => Ok(()),
        tried => tried.map_err(|error| one_line(&error)),
    }
}

/// Returns the mode of the file. `SQLite`'s busy timeout does not apply to this switch, which fails at once while another
/// program writes: so it is tried again until the time is up.
fn switch_to_wal(raw: &mut SqliteConnection, timeout: Duration) -> diesel::QueryResult<String> {
    const PAUSE: Duration = Duration::from_millis(10);
    let deadline = Instant::now() + timeout;
    loop {
        match sql_query("PRAGMA journal_mode = WAL").get_result::<JournalMode>(raw) {
            Err(error) if Instant::now() + PAUSE < deadline && error.to_string().contains("is locked") => {
                std::thread::sleep(PAUSE);
            }
            other => return other.map(|mode| mode.journal_mode),
        }
    }
}

#[derive(QueryableByName)]
struct JournalMode {
    #[diesel(sql_type = Text)]
    journal_mode: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn a_new_file_is_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt;
        let database = presspass_test_support::TestDatabase::sqlite();
        let path = database.path().unwrap().with_file_name("new");
        make(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        make(&path).unwrap();
    }

    #[test]
    fn a_relative_name_is_no_uri() {
        assert_eq!(name(Path::new("file:x?mode=memory")), "./file:x?mode=memory");
        assert_eq!(name(Path::new("/data/x")), "/data/x");
    }
}
