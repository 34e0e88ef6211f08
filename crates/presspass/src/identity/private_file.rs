//! Files that contain a secret.

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

/// Writes such a file with the owner, group and mode of another file, `like`.
pub(crate) fn write_private_like(like: &Path, path: &Path, text: &str) -> io::Result<()> {
    let like = fs::metadata(like)?;
    write_private_by(path, text, |draft, path| {
        resemble(draft.as_file(), &like)?;
        draft.persist_noclobber(path).map(drop).map_err(|refused| refused.error)
    })?;
    // Where it could not be written as a draft.
    resemble(&fs::File::open(path)?, &like)
}

/// Writes a file in place of the one that is there, which stays whole where that fails; owner, group and mode stay.
pub(crate) fn replace_private(path: &Path, text: &str) -> io::Result<()> {
    let mut draft = NamedTempFile::new_in(folder_of(path))?;
    write_line(draft.as_file_mut(), text)?;
    resemble(draft.as_file(), &fs::metadata(path)?)?;
    draft.persist(path).map(drop).map_err(|refused| refused.error)
}

/// Gives a file or a folder that root has created to the owner of its folder, as root acts for the user of a service there.
/// Files of other users are left as they are.
#[cfg(unix)]
pub(crate) fn give_to_owner_of_folder(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt as _;
    let (own, folder) = (fs::metadata(path)?, fs::metadata(folder_of(path))?);
    if own.uid() == 0 && (own.uid(), own.gid()) != (folder.uid(), folder.gid()) {
        std::os::unix::fs::chown(path, Some(folder.uid()), Some(folder.gid()))?;
    }
    Ok(())
}

#[cfg(not(unix))]
pub(crate) fn give_to_owner_of_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

/// A line about a file that other users than its owner can open, with its remedy.
#[cfg(unix)]
pub(crate) fn mode_warning(what: &str, path: &Path) -> Option<String> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = fs::metadata(path).ok()?.permissions().mode() & 0o777;
    (mode & 0o177 != 0).then(|| {
        format!(
            "other users than its owner can read {what} in {path} (mode {mode:04o}); run `chmod 600 {path}`",
            path = path.display()
        )
    })
}

#[cfg(not(unix))]
pub(crate) fn mode_warning(_: &str, _: &Path) -> Option<String> {
    None
}

/// Gives a file the owner, the group and the mode of another.
#[cfg(unix)]
fn resemble(file: &fs::File, like: &fs::Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, fchown};
    let own = file.metadata()?;
    if (own.uid(), own.gid()) != (like.uid(), like.gid()) {
        let given = fchown(file, Some(like.uid()), Some(like.gid()));
        // A group that may do nothing with it need not be kept.
        let is_same_to_all = own.uid() == like.uid() && like.mode() & 0o070 == 0;
        if given.is_err() && !is_same_to_all {
            return Err(io::Error::new(
                io::ErrorKind::PermissionDenied,
                format!(
                    "it would no longer belong to user {} and group {}; run this as that user, or as root",
                    like.uid(),
                    like.gid()
                ),
            ));
        }
    }
    file.set_permissions(like.permissions())
}

#[cfg(not(unix))]
fn resemble(_: &fs::File, _: &fs::Metadata) -> io::Result<()> {
    Ok(())
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// [`write_private`], where `put` renames the draft unless the name is taken.
fn write_private_by(
    path: &Path,
    text: &str,
    put: impl FnOnce(NamedTempFile, &Path) -> io::Result<()>,
) -> io::Result<()> {
    // Created under a random name, with mode 0600, and removed by its creator: process ids are the same in every container.
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
    #[cfg(unix)]
    #[test]
    fn who_can_read_a_file_can_read_what_is_put_in_its_place_and_beside_it() {
        use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
        let folder = tempfile::tempdir().unwrap();
        let (old, new) = (folder.path().join("old"), folder.path().join("new"));
        write_private(&old, "first").unwrap();
        fs::set_permissions(&old, fs::Permissions::from_mode(0o640)).unwrap();
        // Only root can change the owner of a file.
        let is_root = fs::metadata(&old).unwrap().uid() == 0;
        if is_root {
            chown(&old, Some(65_533), Some(65_532)).unwrap();
        }
        let of = |path: &Path| {
            let it = fs::metadata(path).unwrap();
            (it.uid(), it.gid(), it.mode() & 0o777)
        };
        let before = of(&old);
        replace_private(&old, "second").unwrap();
        write_private_like(&old, &new, "third").unwrap();
        assert_eq!((of(&old), of(&new)), (before, before));
        assert_eq!((before.2, fs::read_to_string(&old).unwrap()), (0o640, "second\n".to_owned()));
        assert_eq!(names(folder.path()), ["new", "old"]);
        if is_root {
            assert_eq!((before.0, before.1), (65_533, 65_532));
            chown(folder.path(), Some(65_533), Some(65_532)).unwrap();
            let made = folder.path().join("made");
            write_private(&made, "fourth").unwrap();
            give_to_owner_of_folder(&made).unwrap();
            assert_eq!(of(&made), (65_533, 65_532, 0o600));
        }
    }
}
