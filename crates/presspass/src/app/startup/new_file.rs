//! Whether a SQLite file that does not exist is created.

use std::path::Path;
use std::{fs, io};

use anyhow::{Context, bail};
use presspass_persistence::DatabaseUrl;

use super::secret_key::key_file;
use crate::settings::Settings;

/// Whether a SQLite file that does not exist is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NewFile {
    /// Unless the settings tell that there was one: then its path is mistyped, its volume is not mounted, or it was
    /// deleted, and an empty database in its place would only hide that.
    UnlessExpected,
    /// The operator asked for it.
    Always,
}

const REMEDY: &str = "correct database.url (DATABASE_URL), or restore the file; to create a new, empty database \
                      there, run \
                      `presspass migrate --create`";

/// Refuses to go on where there is no file and none may be made. Changes nothing.
pub(crate) fn refuse_if_expected(settings: &Settings, url: &DatabaseUrl, file: &Path) -> anyhow::Result<()> {
    // In this order: another server that starts now makes its file first and then the key.
    let key = key_file(file);
    let has_key = key.exists();
    if file.exists() {
        return Ok(());
    }
    if settings.database.url.is_some() && settings.secret_key.is_some() {
        bail!("the database {url} does not exist, but secret_key is set, as for an existing one: {REMEDY}");
    }
    if has_key {
        bail!(
            "the database {url} does not exist, but the secret key that was created beside it does, {}: {REMEDY}",
            key.display()
        );
    }
    Ok(())
}

/// Makes the folder of the default file. A path that is named may be mistyped: no folder is made for it.
pub(super) fn create_folder(settings: &Settings, url: &DatabaseUrl, file: &Path) -> anyhow::Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.is_dir());
    let Some(folder) = folder else { return Ok(()) };
    let shown = folder.display();
    if settings.database.url.is_some() {
        bail!(
            "the database {url} does not exist, and neither does the folder {shown}: correct database.url \
             (DATABASE_URL), or create the folder"
        );
    }
    match fs::create_dir(folder) {
        // Another server that starts now was faster.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => Ok(()),
        made => made.with_context(|| {
            format!("cannot create the folder {shown}; create it, or set another by database.url or data_dir")
        }),
    }
}
