//! Notices that the path of an open `SQLite` database names another file, or none.
//!
//! A file that is deleted or replaced while it is open stays readable and writable, and every write to it is lost when it is
//! closed. `SQLite` does not check this in WAL mode.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::error::Error;

/// How long reads rely on the last check. Writes and health checks always check: it takes about a microsecond.
const PACE: Duration = Duration::from_secs(1);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct FileId {
    device: u64,
    inode: u64,
}

impl FileId {
    #[cfg(unix)]
    fn of(path: &Path) -> io::Result<Self> {
        use std::os::unix::fs::MetadataExt as _;
        let found = fs::metadata(path)?;
        Ok(Self { device: found.dev(), inode: found.ino() })
    }

    /// Here an open file can be neither deleted nor replaced.
    #[cfg(not(unix))]
    fn of(path: &Path) -> io::Result<Self> {
        fs::metadata(path).map(|_| Self { device: 0, inode: 0 })
    }
}

#[derive(Debug)]
pub(crate) struct FileWatch {
    path: PathBuf,
    opened: FileId,
    began: Instant,
    /// Milliseconds after `began` from which a read checks again.
    look_again: AtomicU64,
    is_gone: AtomicBool,
    is_refused: AtomicBool,
}

impl FileWatch {
    /// Watches the file that this path names now.
    pub fn new(path: &Path) -> io::Result<Self> {
        Ok(Self {
            path: path.to_owned(),
            opened: FileId::of(path)?,
            began: Instant::now(),
            look_again: AtomicU64::new(0),
            is_gone: AtomicBool::new(false),
            is_refused: AtomicBool::new(false),
        })
    }

    /// Fails where the file was gone at the last check, which is at most a second ago.
    pub fn check_lately(&self) -> Result<(), Error> {
        let now = self.now();
        if now < self.look_again.load(Ordering::Relaxed) {
            return if self.is_gone.load(Ordering::Relaxed) { self.look() } else { Ok(()) };
        }
        self.look_again.store(now + u64::try_from(PACE.as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
        self.look()
    }

    /// Fails where the file is gone.
    pub fn look(&self) -> Result<(), Error> {
        let path = self.path.display();
        let what = match FileId::of(&self.path) {
            Ok(found) if found == self.opened => {
                if self.is_gone.swap(false, Ordering::Relaxed) {
                    self.is_refused.store(false, Ordering::Relaxed);
                    tracing::info!(%path, "the database file is back");
                }
                return Ok(());
            }
            Ok(_) => "was replaced by another",
            Err(error) if error.kind() == io::ErrorKind::NotFound => "was deleted or moved away",
            Err(error) => return Err(Error::Unavailable(format!("the file {path}: {error}"))),
        };
        if !self.is_gone.swap(true, Ordering::Relaxed) {
            tracing::error!(
                %path,
                "the database file {what}: requests are answered 503 until it is back, or the server is restarted"
            );
        }
        Err(Error::Unavailable(format!("the file {path} {what}")))
    }

    /// Whether this is the first call since the file is gone.
    pub fn is_first_refusal(&self) -> bool {
        self.is_gone.load(Ordering::Relaxed) && !self.is_refused.swap(true, Ordering::Relaxed)
    }

    fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(outcome: Result<(), Error>, what: &str) -> bool {
        matches!(outcome, Err(Error::Unavailable(reason)) if reason.ends_with(what))
    }

    #[test]
    fn a_file_that_is_deleted_moved_or_replaced_is_noticed_and_one_that_is_back_is_not_missed() {
        let folder = presspass_test_support::TestDatabase::sqlite();
        let path = folder.path().unwrap();
        let (away, other) = (path.with_extension("away"), path.with_extension("other"));
        let watch = FileWatch::new(path).unwrap();
        watch.look().unwrap();
        watch.check_lately().unwrap();
        fs::rename(path, &away).unwrap();
        watch.check_lately().unwrap(); // it looked just now
        assert!(says(watch.look(), "was deleted or moved away"));
        assert!(says(watch.check_lately(), "was deleted or moved away"));
        fs::rename(&away, path).unwrap();
        watch.check_lately().unwrap();
        watch.look().unwrap();
        fs::write(&other, "another").unwrap();
        fs::rename(&other, path).unwrap();
        assert!(says(watch.look(), "was replaced by another"));
    }

    #[test]
    fn a_file_that_is_written_over_is_the_same() {
        let folder = presspass_test_support::TestDatabase::sqlite();
        let path = folder.path().unwrap();
        let watch = FileWatch::new(path).unwrap();
        fs::write(path, "as cp does").unwrap();
        watch.look().unwrap();
    }
}
