//! Reloads the token keys when files are added to the folder or removed, while the server runs.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use presspass_auth::Clock;
use presspass_auth::tokens::{KeyId, KeyRing, SharedKeyRing};

use super::folder::Content;
use super::{Folder, ring, usable};
use crate::settings::{Jwt, SecretKey};

/// Between two checks: a server may not know a new key, and may accept a deleted one, for this long.
pub(crate) const INTERVAL: Duration = Duration::from_secs(2);

/// Watches the folder of keys, and replaces the key ring when it changed. Where the keys cannot be used, the old ring stays,
/// and the log says why, once.
#[derive(Debug)]
pub(crate) struct Watch {
    folder: PathBuf,
    jwt: Jwt,
    secret: SecretKey,
    keys: SharedKeyRing,
    clock: Arc<dyn Clock>,
    /// The content that the ring was loaded from; `None` at the beginning.
    loaded: Option<Content>,
    /// Why the current content cannot be used.
    refused: Option<String>,
}

impl Watch {
    /// Watches the folder that the settings name; `None` where they name none.
    pub fn new(jwt: &Jwt, secret: &SecretKey, keys: &SharedKeyRing, clock: Arc<dyn Clock>) -> Option<Self> {
        let folder = jwt.keys.clone()?;
        let (jwt, secret, keys) = (jwt.clone(), secret.clone(), keys.clone());
        Some(Self { folder, jwt, secret, keys, clock, loaded: None, refused: None })
    }

    /// Looks now and from now on.
    pub async fn run(mut self) {
        loop {
            // Files may lie on another machine.
            let looking = tokio::task::spawn_blocking(move || {
                self.look();
                self
            });
            match looking.await {
                Ok(watch) => self = watch,
                Err(error) => {
                    tracing::error!(%error, "token keys no longer watched: restart the server");
                    return;
                }
            }
            tokio::time::sleep(INTERVAL).await;
        }
    }

    fn look(&mut self) {
        match self.changed() {
            Ok(None) => self.refused = None,
            Ok(Some((content, ring))) => {
                // The first load is not logged.
                if self.loaded.is_some() {
                    let used: Vec<&str> = ring
                        .keys()
                        .iter()
                        .filter_map(|key| key.verifying_key().id())
                        .map(KeyId::as_str)
                        .collect();
                    tracing::info!(keys = used.join(" "), "token keys reloaded");
                }
                self.keys.replace(ring);
                self.loaded = Some(content);
                self.refused = None;
            }
            Err(error) => {
                // Tried again each time: a key may become valid later, or readable.
                let reason = format!("{error:#}");
                if self.refused.as_ref() != Some(&reason) {
                    tracing::error!(reason, "token keys not reloaded");
                    self.refused = Some(reason);
                }
            }
        }
    }

    /// The new key ring, if the folder changed.
    fn changed(&self) -> anyhow::Result<Option<(Content, KeyRing)>> {
        let folder = Folder::new(&self.folder);
        let files = folder.files()?;
        let content = Content::of(&files);
        if self.loaded.as_ref() == Some(&content) {
            return Ok(None);
        }
        let stored = usable(&folder, Folder::parse(files)?)?;
        Ok(Some((content, ring(&self.jwt, Some(stored), &self.secret, self.clock.now())?)))
    }
}

#[cfg(test)]
mod tests {
    use presspass_auth::SystemRandomness;
    use presspass_auth::tokens::{Algorithm, SigningKey};
    use time::OffsetDateTime;

    use super::*;
    use crate::identity::token_keys::{NewKey, stored};
    use crate::settings::Settings;

    #[derive(Debug)]
    struct Noon;

    impl Clock for Noon {
        fn now(&self) -> OffsetDateTime {
            OffsetDateTime::from_unix_timestamp(1_800_000_000).unwrap()
        }
    }

    fn add(folder: &Folder<'_>) -> String {
        let key = SigningKey::generate(Algorithm::EdDsa, &SystemRandomness).unwrap();
        folder.add(NewKey { key, signs_from: Noon.now() }, Noon.now()).unwrap().name().to_owned()
    }

    #[test]
    fn what_changes_in_the_folder_is_taken_up_and_what_cannot_be_used_changes_nothing() {
        let place = tempfile::tempdir().unwrap();
        let keys = place.path().join("keys");
        let variables = [("PRESSPASS_JWT__KEYS", keys.to_str().unwrap())];
        let variables = variables.into_iter().map(|(name, value)| (name.into(), value.into()));
        let settings = Settings::load(&[], None, variables, place.path()).unwrap();
        let secret = SecretKey::parse("q9J0mT3vXh5Wc8Zr1Lk7Yp4Ns6Bd2Fg0").unwrap();
        let folder = Folder::new(&keys);
        let first = add(&folder);

        let ring = ring(&settings.jwt, stored(&settings).unwrap(), &secret, Noon.now()).unwrap();
        let shared = SharedKeyRing::new(ring);
        let mut watch = Watch::new(&settings.jwt, &secret, &shared, Arc::new(Noon)).unwrap();
        let has = |name: &str| {
            let ring = shared.current();
            ring.keys().iter().any(|key| key.verifying_key().id().is_some_and(|id| id.as_str() == name))
        };
        watch.look();
        let before = shared.current();
        watch.look();
        assert!(has(&first) && Arc::ptr_eq(&before, &shared.current()), "nothing has changed");

        let second = add(&folder);
        watch.look();
        assert!(has(&first) && has(&second) && watch.refused.is_none());

        // A file that is being copied, a folder that was removed, one that was emptied.
        let (junk, elsewhere) = (keys.join("half.jwk"), place.path().join("elsewhere"));
        std::fs::write(&junk, "{\"kty\":").unwrap();
        watch.look();
        let refused = watch.refused.clone().unwrap();
        assert!(refused.contains("half.jwk") && has(&first) && has(&second), "{refused}");
        watch.look();
        assert_eq!(watch.refused.as_ref(), Some(&refused), "it is told once");
        std::fs::remove_file(&junk).unwrap();
        std::fs::rename(&keys, &elsewhere).unwrap();
        watch.look();
        assert!(watch.refused.as_ref().is_some_and(|why| why.contains("there is no key")) && has(&second));
        std::fs::rename(&elsewhere, &keys).unwrap();
        watch.look();
        assert!(watch.refused.is_none() && has(&first));

        std::fs::remove_file(keys.join(format!("{first}.jwk"))).unwrap();
        watch.look();
        assert!(!has(&first) && has(&second));
    }
}
