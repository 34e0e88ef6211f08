//! The secret key: from the settings, from a file beside the database, or generated there.

use std::path::{Path, PathBuf};
use std::{fs, io};

use anyhow::{Context, anyhow, bail};
use presspass_auth::Randomness;
use presspass_auth::tokens::SigningKey;
use presspass_persistence::Origin;

use super::hex;
use crate::identity::private_file::{mode_warning, write_private};
use crate::settings::{SecretKey, Settings};

/// What the name of a SQLite file is continued by for the file of its generated secret key: databases in one folder
/// must not share a key.
const SECRET_KEY_SUFFIX: &str = ".secret-key";

/// The key that signs, found without changing anything.
pub(crate) enum SecretKeyState {
    /// It is there.
    Existing {
        key: SecretKey,
        /// Its generated file; `None` where the settings contain it.
        path: Option<PathBuf>,
        /// What an operator should know about it, one line each.
        warnings: Vec<String>,
    },
    /// It is still to be made, in this file.
    ToCreate(PathBuf),
}

/// Looks for the key that signs: the one of the settings, or the one beside a SQLite file that we made, which is made
/// where there is none yet. Everywhere else a new key would silently end every live token, so its absence is an error.
pub(crate) fn find_secret_key(settings: &Settings, origin: Origin) -> anyhow::Result<SecretKeyState> {
    let url = settings.database_url();
    match (&settings.secret_key, url.file(), origin) {
        // The settings' own warnings speak of this one.
        (Some(key), _, _) => {
            Ok(SecretKeyState::Existing { key: key.clone(), path: None, warnings: Vec::new() })
        }
        (None, Some(file), Origin::Empty | Origin::Presspass) => read_key(key_file(file)),
        (None, _, Origin::Django) => bail!(
            "no secret key: the database {url} was created by Django, and a new key would invalidate every live token; set SECRET_KEY, or secret_key in presspass.toml, to your Django project's"
        ),
        (None, None, _) => bail!(
            "no secret key: set SECRET_KEY, or secret_key in presspass.toml, to at least 32 random bytes that all \
             servers on {url} share"
        ),
    }
}

impl SecretKeyState {
    /// The key, made now where there was none. The folder of its file must be there.
    pub fn or_create(self, randomness: &dyn Randomness) -> anyhow::Result<SecretKey> {
        match self {
            Self::Existing { key, .. } => Ok(key),
            Self::ToCreate(path) => create_key(path, randomness),
        }
    }

    /// What an operator should know about it, one line each.
    pub fn warnings(&self) -> &[String] {
        match self {
            Self::Existing { warnings, .. } => warnings,
            Self::ToCreate(_) => &[],
        }
    }
}

/// What other secrets are derived from.
pub(crate) fn signing_key(secret: &SecretKey) -> anyhow::Result<SigningKey> {
    SigningKey::hs256(secret.expose().to_owned()).context("the secret key cannot be used")
}

/// Where the generated key of a SQLite file is.
pub(crate) fn key_file(database: &Path) -> PathBuf {
    let mut path = database.as_os_str().to_owned();
    path.push(SECRET_KEY_SUFFIX);
    PathBuf::from(path)
}

fn read_key(path: PathBuf) -> anyhow::Result<SecretKeyState> {
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        // A missing folder is reported where it is created.
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(SecretKeyState::ToCreate(path));
        }
        Err(error) => {
            return Err(error).with_context(|| {
                format!(
                    "cannot read the secret key in {}; let this user read it, or set SECRET_KEY",
                    path.display()
                )
            });
        }
    };
    let key = SecretKey::parse(text.trim_end()).map_err(|wrong| {
        anyhow!(
            "the secret key in {} {wrong}; restore the right one, or delete the file: then a new one is created, and \
             every live token becomes invalid",
            path.display()
        )
    })?;
    let said = key.warning().map(|warning| format!("the secret key in {} {warning}", path.display()));
    let warnings = said.into_iter().chain(mode_warning("the secret key", &path)).collect();
    Ok(SecretKeyState::Existing { key, path: Some(path), warnings })
}

fn create_key(path: PathBuf, randomness: &dyn Randomness) -> anyhow::Result<SecretKey> {
    let text = random_key(randomness)?;
    match write_private(&path, &text) {
        // Another server that started at the same time was faster: its key is used.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => match read_key(path)? {
            SecretKeyState::Existing { key, .. } => Ok(key),
            SecretKeyState::ToCreate(path) => {
                bail!("the secret key in {} appears and disappears; start again", path.display())
            }
        },
        Err(error) => {
            Err(error).with_context(|| format!("cannot write the secret key to {}", path.display()))
        }
        Ok(()) => {
            SecretKey::parse(&text).map_err(|wrong| anyhow!("a random secret key {wrong}; start again"))
        }
    }
}

/// A new secret key: 256 bits as text.
pub(crate) fn random_key(randomness: &dyn Randomness) -> anyhow::Result<String> {
    let mut bytes = [0; 32];
    randomness
        .fill(&mut bytes)
        .map_err(|_| anyhow!("the system returns no random bytes for a secret key"))?;
    Ok(hex(&bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use presspass_auth::SystemRandomness;

    #[test]
    fn a_generated_key_is_made_once_and_only_its_owner_reads_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        let first = create_key(path.clone(), &SystemRandomness).unwrap();
        assert_eq!(create_key(path.clone(), &SystemRandomness).unwrap().expose(), first.expose());
        assert_eq!(first.expose().len(), 64);
        let SecretKeyState::Existing { key, warnings, .. } = read_key(path.clone()).unwrap() else {
            panic!("no key")
        };
        assert_eq!((key.expose(), warnings.as_slice()), (first.expose(), &[][..]));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "a draft was left behind");
    }

    #[test]
    fn databases_in_one_folder_have_keys_of_their_own() {
        assert_eq!(key_file(Path::new("data/a.sqlite3")), Path::new("data/a.sqlite3.secret-key"));
        assert_eq!(key_file(Path::new("data/b")), Path::new("data/b.secret-key"));
    }
}
