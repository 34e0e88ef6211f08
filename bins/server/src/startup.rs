//! From settings to an open, migrated database and a secret key: what every command that touches data begins with.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, bail};
use presspass_auth::Randomness;
use presspass_auth::passwords::{BcryptCost, Pbkdf2Iterations, Scheme};
use presspass_auth::tokens::SigningKey;
use presspass_persistence::{Database, DatabaseUrl, Engine, Options, Origin, Purpose};

use crate::settings::{PasswordScheme, PasswordUpgrade, Settings};

/// The name of the file that holds the generated secret key, beside the SQLite file.
const SECRET_KEY_FILE: &str = "secret-key";

/// The database that the settings name.
pub(crate) fn database_url(settings: &Settings) -> anyhow::Result<DatabaseUrl> {
    let url = settings.database_url();
    // Nothing of an address that cannot be read is said: any part of it may be the password.
    DatabaseUrl::parse(url.expose()).context("database.url (DATABASE_URL) cannot be used")
}

/// Opens the database. The folder of a SQLite file is made where there is none.
pub(crate) fn open(settings: &Settings) -> anyhow::Result<Database> {
    let url = database_url(settings)?;
    if let Some(file) = url.file() {
        make_folder(file)?;
    }
    Ok(Database::open(&url, options(settings, Purpose::Use))?)
}

/// Opens the database to look at it: nothing is made or changed. `None` where it is a file that does not exist yet.
pub(crate) fn look(settings: &Settings) -> anyhow::Result<Option<Database>> {
    let url = database_url(settings)?;
    if url.file().is_some_and(|file| !file.exists()) {
        return Ok(None);
    }
    Ok(Some(Database::open(&url, options(settings, Purpose::Look))?))
}

fn options(settings: &Settings, purpose: Purpose) -> Options {
    Options { pool_size: settings.database.pool_size.get(), timeout: settings.database.timeout, purpose }
}

/// Opens the database and brings it up to date. Gives who made it, and which migrations were run.
pub(crate) fn open_migrated(settings: &Settings) -> anyhow::Result<(Database, Origin, Vec<String>)> {
    let database = open(settings)?;
    let applied = database.migrate()?;
    let origin = database.origin()?;
    Ok((database, origin, applied))
}

fn make_folder(file: &Path) -> anyhow::Result<()> {
    let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) else { return Ok(()) };
    fs::create_dir_all(folder).with_context(|| {
        format!(
            "cannot make the folder {}; make it, or name another by database.url or data_dir",
            folder.display()
        )
    })
}

/// The key that signs: the one of the settings, or the one beside a SQLite file that we made, which is made where there
/// is none yet. Everywhere else a new key would silently end every live token, so its absence is an error.
pub(crate) fn secret_key(
    settings: &Settings,
    url: &DatabaseUrl,
    origin: Origin,
    randomness: &dyn Randomness,
) -> anyhow::Result<SigningKey> {
    let (text, source) = match (&settings.secret_key, url.file(), origin) {
        (Some(key), _, _) => (key.expose().to_owned(), "secret_key".to_owned()),
        (None, Some(file), Origin::Nobody | Origin::Presspass) => {
            let path = key_file(file);
            (generated_key(&path, randomness)?, path.display().to_string())
        }
        (None, _, Origin::Original) => bail!(
            "no secret key: the database {url} was made by the original, and a new key would end every live token; set \
             SECRET_KEY, or secret_key in presspass.toml, to the original's"
        ),
        (None, None, _) => bail!(
            "no secret key: set SECRET_KEY, or secret_key in presspass.toml, to at least 32 random bytes that all \
             servers on {url} share"
        ),
    };
    SigningKey::hs256(text).with_context(|| format!("{source} cannot be used"))
}

/// Where the generated key of a SQLite file is.
pub(crate) fn key_file(database: &Path) -> PathBuf {
    database.with_file_name(SECRET_KEY_FILE)
}

fn generated_key(path: &Path, randomness: &dyn Randomness) -> anyhow::Result<String> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(text.trim_end().to_owned()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let mut bytes = [0; 32];
            randomness
                .fill(&mut bytes)
                .map_err(|_| anyhow!("the system gives no random bytes for a secret key"))?;
            let key = hex(&bytes);
            match write_private(path, &key) {
                // Another server that started at the same moment was faster: its key counts.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => generated_key(path, randomness),
                other => other
                    .map(|()| key)
                    .with_context(|| format!("cannot write the secret key to {}", path.display())),
            }
        }
        Err(error) => Err(error).with_context(|| {
            format!(
                "cannot read the secret key in {}; let this user read it, or set SECRET_KEY",
                path.display()
            )
        }),
    }
}

/// Writes a file that only its owner can read, whole or not at all; refuses to overwrite one.
pub(crate) fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut draft = path.as_os_str().to_owned();
    draft.push(format!(".{}", std::process::id()));
    let draft = PathBuf::from(draft);
    let written = create_private(&draft, text).and_then(|()| fs::hard_link(&draft, path));
    let removed = fs::remove_file(&draft);
    written.and(removed)
}

fn create_private(path: &Path, text: &str) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// How new passwords are written, and whether older hashes are rewritten at log-in. A stock Django has no bcrypt: on its
/// database we write what it can read, and touch nothing, until the operator says otherwise.
pub(crate) fn password_policy(settings: &Settings, origin: Origin) -> (Scheme, bool) {
    let ours = origin != Origin::Original;
    let bcrypt = match settings.password.scheme {
        PasswordScheme::BcryptSha256 => true,
        PasswordScheme::Pbkdf2Sha256 => false,
        PasswordScheme::Auto => ours,
    };
    let scheme = if bcrypt {
        Scheme::BcryptSha256(BcryptCost::DEFAULT)
    } else {
        Scheme::Pbkdf2Sha256(Pbkdf2Iterations::DEFAULT)
    };
    let upgrades = match settings.password.upgrade {
        PasswordUpgrade::Always => true,
        PasswordUpgrade::Never => false,
        PasswordUpgrade::Auto => ours,
    };
    (scheme, upgrades)
}

/// Where the data lies, in words.
pub(crate) fn whereabouts(database: &Database) -> String {
    match database.url().engine() {
        Engine::Sqlite => format!("in {}", database.url().file().unwrap_or(Path::new("")).display()),
        Engine::Postgresql => format!("on {}", database.url()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use presspass_auth::SystemRandomness;

    #[test]
    fn a_generated_key_is_made_once_and_only_its_owner_reads_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        let first = generated_key(&path, &SystemRandomness).unwrap();
        assert_eq!(generated_key(&path, &SystemRandomness).unwrap(), first);
        assert_eq!(first.len(), 64);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "a draft was left behind");
    }
}
