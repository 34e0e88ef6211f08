//! The folder of token keys: one private JWK per file, readable by its owner only.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, bail};
use presspass_auth::tokens::{KeyId, SigningKey};
use sha2::{Digest as _, Sha256};
use time::OffsetDateTime;
use zeroize::Zeroizing;

use super::{Dates, StoredKey};
use crate::identity::private_file::{
    give_to_owner_of_folder, mode_warning, replace_private, write_private, write_private_like,
};

/// The names of the files end so; others are no keys.
const SUFFIX: &str = "jwk";

/// A folder of keys.
#[derive(Debug)]
pub(crate) struct Folder<'f>(&'f Path);

/// A file with a key.
pub(crate) struct KeyFile {
    path: PathBuf,
    text: Zeroizing<String>,
}

/// The content of a folder: a SHA-256 of the names and texts of its files, to notice changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Content([u8; 32]);

impl Content {
    pub fn of(files: &[KeyFile]) -> Self {
        let mut hash = Sha256::new();
        for KeyFile { path, text } in files {
            for part in [path.as_os_str().as_encoded_bytes(), text.as_bytes()] {
                hash.update(part.len().to_be_bytes());
                hash.update(part);
            }
        }
        Self(hash.finalize().into())
    }
}

/// A key that is to be added.
#[derive(Debug)]
pub(crate) struct NewKey {
    pub key: SigningKey,
    /// From when on it signs.
    pub signs_from: OffsetDateTime,
}

impl<'f> Folder<'f> {
    pub fn new(path: &'f Path) -> Self {
        Self(path)
    }

    /// All keys, newest first; none where the folder does not exist.
    pub fn read(&self) -> anyhow::Result<Vec<StoredKey>> {
        Self::parse(self.files()?)
    }

    /// The files with keys, in the order of their names; none where the folder does not exist.
    pub fn files(&self) -> anyhow::Result<Vec<KeyFile>> {
        let unreadable = || format!("jwt.keys: cannot read the folder {}", self.0.display());
        let entries = match fs::read_dir(self.0) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error).with_context(unreadable),
        };
        let mut files = Vec::new();
        for entry in entries {
            let path = entry.with_context(unreadable)?.path();
            if path.extension().is_some_and(|suffix| suffix == SUFFIX) {
                let text = fs::read_to_string(&path).map(Zeroizing::new);
                let text = text.with_context(|| {
                    format!("jwt.keys: this user cannot read the key in {}", path.display())
                })?;
                files.push(KeyFile { path, text });
            }
        }
        files.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(files)
    }

    /// The keys in these files, newest first.
    pub fn parse(files: Vec<KeyFile>) -> anyhow::Result<Vec<StoredKey>> {
        let mut keys = files.into_iter().map(parse).collect::<anyhow::Result<Vec<_>>>()?;
        keys.sort_by(|one, other| (other.dates.begin(), other.name()).cmp(&(one.dates.begin(), one.name())));
        Ok(keys)
    }

    /// Where it is.
    pub const fn path(&self) -> &Path {
        self.0
    }

    /// Adds a key, named by its date and algorithm. Users that can read the newest existing key can read it.
    pub fn add(&self, NewKey { key, signs_from }: NewKey, now: OffsetDateTime) -> anyhow::Result<StoredKey> {
        self.make().with_context(|| {
            format!("cannot create the folder {}; create it, or set another by jwt.keys", self.0.display())
        })?;
        let newest = self.read()?.into_iter().next();
        let name = name_of(&key, now)?;
        let path = self.0.join(format!("{name}.{SUFFIX}"));
        let dates =
            Dates { iat: Some(now.unix_timestamp()), nbf: Some(signs_from.unix_timestamp()), exp: None };
        let stored = StoredKey { path, key: key.with_id(name), dates };
        match newest {
            Some(newest) => write_private_like(&newest.path, &stored.path, &stored.text()),
            None => write_private(&stored.path, &stored.text())
                .and_then(|()| give_to_owner_of_folder(&stored.path)),
        }
        .with_context(|| format!("cannot write the key to {}", stored.path.display()))?;
        Ok(stored)
    }

    /// Creates the folder if it does not exist; an empty one is made private.
    fn make(&self) -> io::Result<()> {
        if !self.0.exists() {
            fs::create_dir_all(self.0)?;
            give_to_owner_of_folder(self.0)?;
        }
        keep_others_out(self.0)
    }

    /// Lets every key without an expiry expire then, except this one. A key that would begin to sign later has signed
    /// nothing, and expires now: otherwise it would take over, and its tokens would expire with it early.
    pub fn retire_others(
        &self,
        kept: &StoredKey,
        end: OffsetDateTime,
        now: OffsetDateTime,
    ) -> anyhow::Result<Vec<StoredKey>> {
        let mut retired = Vec::new();
        for mut key in self.read()? {
            if key.path != kept.path && key.dates.exp.is_none() {
                let never_signs = key.dates.begin() > kept.dates.begin().max(Some(now));
                key.dates.exp = Some(if never_signs { now } else { end }.unix_timestamp());
                replace_private(&key.path, &key.text())
                    .with_context(|| format!("cannot write the key to {}", key.path.display()))?;
                retired.push(key);
            }
        }
        Ok(retired)
    }

    /// Warnings about the files, one line each.
    pub fn warnings(keys: &[StoredKey]) -> Vec<String> {
        keys.iter().filter_map(|key| mode_warning("the key", &key.path)).collect()
    }
}

fn parse(KeyFile { path, text }: KeyFile) -> anyhow::Result<StoredKey> {
    let unusable = || format!("jwt.keys: cannot use the key in {}", path.display());
    let key = SigningKey::from_jwk(&text).map_err(|error| anyhow!("{}: {error}", unusable()))?;
    let Ok(dates) = serde_json::from_str::<Dates>(&text) else {
        bail!("{}: iat, nbf and exp are seconds since 1970", unusable());
    };
    Ok(StoredKey { path, key, dates })
}

/// `2026-11-26-es256-3f9ab2c1`: readable and unique.
fn name_of(key: &SigningKey, now: OffsetDateTime) -> anyhow::Result<KeyId> {
    let own = key.id().map(|id| id.as_str().to_lowercase()).unwrap_or_default();
    let own: String = own.chars().filter(char::is_ascii_alphanumeric).take(8).collect();
    let algorithm = key.algorithm().name().to_lowercase();
    Ok(KeyId::parse(format!("{}-{algorithm}-{own}", now.date()))?)
}

#[cfg(unix)]
fn keep_others_out(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    if fs::read_dir(folder)?.next().is_some() {
        return Ok(());
    }
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn keep_others_out(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use presspass_auth::SystemRandomness;
    use presspass_auth::tokens::Algorithm;
    use time::Duration;

    use super::*;

    fn now() -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp(1_800_000_000).unwrap()
    }

    fn new(signs_from: OffsetDateTime) -> NewKey {
        NewKey { key: SigningKey::generate(Algorithm::EdDsa, &SystemRandomness).unwrap(), signs_from }
    }

    #[test]
    fn what_was_added_is_read_again_newest_first() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("keys");
        let folder = Folder::new(&path);
        assert!(folder.read().unwrap().is_empty());
        let old = folder.add(new(now()), now()).unwrap();
        let young = folder.add(new(now() + Duration::HOUR), now()).unwrap();
        let read = folder.read().unwrap();
        assert_eq!([read[0].name(), read[1].name()], [young.name(), old.name()]);
        assert!(old.name().starts_with("2027-01-15-eddsa-"), "{}", old.name());
        let retired = folder.retire_others(&young, now() + Duration::DAY, now()).unwrap();
        assert_eq!(retired.len(), 1);
        let read = folder.read().unwrap();
        assert_eq!((read[0].dates.end(), read[1].dates.end()), (None, Some(now() + Duration::DAY)));
        assert_eq!(read[1].key.to_private_jwk(), old.key.to_private_jwk());
        assert_eq!(fs::read_dir(&path).unwrap().count(), 2, "a draft was left behind");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!((mode(&path), mode(&old.path), mode(&young.path)), (0o700, 0o600, 0o600));
            assert!(Folder::warnings(&read).is_empty());
        }
    }

    #[test]
    fn a_key_that_was_to_sign_later_than_its_successor_never_signs() {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::new(place.path());
        let signs = folder.add(new(now() - Duration::DAY), now()).unwrap();
        let pending = folder.add(new(now() + Duration::HOUR), now()).unwrap();
        let urgent = folder.add(new(now() + Duration::MINUTE), now()).unwrap();
        let retired = folder.retire_others(&urgent, now() + Duration::DAY, now()).unwrap();
        let end = |key: &StoredKey| retired.iter().find(|one| one.path == key.path).unwrap().dates.end();
        assert_eq!((end(&signs), end(&pending)), (Some(now() + Duration::DAY), Some(now())));
    }

    #[test]
    fn a_file_that_is_no_key_is_told_in_one_line_without_what_it_holds() {
        let place = tempfile::tempdir().unwrap();
        for text in ["", "secret", r#"{"kty":"oct","alg":"HS256","k":"c2VjcmV0"}"#, r#"{"kty":"RSA"}"#] {
            fs::write(place.path().join("a.jwk"), text).unwrap();
            let error = format!("{:#}", Folder::new(place.path()).read().unwrap_err());
            assert!(error.contains("a.jwk") && error.contains("jwt.keys"), "{error}");
            assert!(!error.contains("secret") && !error.contains("c2Vj") && !error.contains('\n'), "{error}");
        }
    }
}
