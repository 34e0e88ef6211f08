//! Files that hold a secret.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use tempfile::NamedTempFile;

/// Writes a file that only its owner can read, whole or not at all; refuses to overwrite one.
pub(crate) fn write_private(path: &Path, text: &str) -> io::Result<()> {
    write_private_by(path, text, |draft, path| {
        draft.persist_noclobber(path).map(drop).map_err(|refused| refused.error)
    })
}

/// Writes such a file in place of the one that is there, which stays whole where that fails.
pub(crate) fn replace_private(path: &Path, text: &str) -> io::Result<()> {
    let mut draft = NamedTempFile::new_in(folder_of(path))?;
    write_line(draft.as_file_mut(), text)?;
    draft.persist(path).map(drop).map_err(|refused| refused.error)
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// [`write_private`], where `put` gives a draft its name unless another file has it.
fn write_private_by(
    path: &Path,
    text: &str,
    put: impl FnOnce(NamedTempFile, &Path) -> io::Result<()>,
) -> io::Result<()> {
    // Made anew under a random name, with mode 0600, and removed by whoever made it: process ids are the same in every
    // container.
    let mut draft = NamedTempFile::new_in(folder_of(path))?;
    write_line(draft.as_file_mut(), text)?;
    match put(draft, path) {
        // A file system that can neither link nor rename without overwriting: then at least nothing is overwritten.
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => create_private(path, text),
        other => other,
    }
}

fn create_private(path: &Path, text: &str) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = write_line(&mut options.open(path)?, text);
    if written.is_err() {
        // Ours, and only half there.
        let _ = fs::remove_file(path);
    }
    written
}

fn write_line(file: &mut fs::File, text: &str) -> io::Result<()> {
    file.write_all(text.as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
        let mut names: Vec<_> = names.map(|name| name.into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_draft_of_a_process_with_the_same_id_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        let other = format!("key.{}", std::process::id());
        fs::write(folder.path().join(&other), "another's").unwrap();
        write_private(&path, "ours").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "ours\n");
        assert_eq!(names(folder.path()), ["key".to_owned(), other]);
    }

    #[test]
    fn without_links_a_private_file_is_still_written_and_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        let write =
            |text| write_private_by(&path, text, |_, _| Err(io::Error::from(io::ErrorKind::Unsupported)));
        write("first").unwrap();
        assert_eq!(write("second").unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(write_private(&path, "third").unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read_to_string(&path).unwrap(), "first\n");
        assert_eq!(names(folder.path()), ["key"]);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }
}
