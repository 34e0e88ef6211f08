//! The file of an `SQLite` database.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::Path;

/// Says on one line why `SQLite` could not open what is at `path`: its own words are "unable to open database file"
/// whatever the reason.
pub(crate) fn check(path: &Path) -> Result<(), String> {
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => Err("it is a folder".to_owned()),
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err("there is no such file".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

/// Makes an empty file where there is none, which is a database without tables. Only its owner may read it, as it will
/// hold the hashes of passwords; `SQLite` gives its log the same rights.
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

/// The path in a form that `SQLite` cannot take for a URI of its own (`file:…?mode=memory`).
pub(crate) fn name(path: &Path) -> String {
    let path = if path.is_relative() { Path::new(".").join(path) } else { path.to_owned() };
    path.to_string_lossy().into_owned()
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
