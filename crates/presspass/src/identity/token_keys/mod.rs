//! The keys that sign tokens: the secret key, or those in a folder.

mod folder;
mod stored;
mod watch;

use std::path::Path;

use anyhow::{Context, bail};
use presspass_auth::tokens::{Algorithm, KeyRing, RingKey, SigningKey};
use time::{Duration, OffsetDateTime};

pub(crate) use folder::{Folder, NewKey};
pub(crate) use stored::{Dates, StoredKey};
pub(crate) use watch::{INTERVAL, Watch};

use crate::settings::{Jwt, SecretKey, Settings};

/// The keys of the folder that the settings name; `None` where they name none.
pub(crate) fn stored(settings: &Settings) -> anyhow::Result<Option<Vec<StoredKey>>> {
    let Some(folder) = &settings.jwt.keys else { return Ok(None) };
    let folder = Folder::new(folder);
    Ok(Some(usable(&folder, folder.read()?)?))
}

/// The keys of a folder, where there are any.
fn usable(folder: &Folder<'_>, keys: Vec<StoredKey>) -> anyhow::Result<Vec<StoredKey>> {
    if keys.is_empty() {
        bail!("jwt.keys: there is no key in {}; run `presspass key generate`", folder.path().display());
    }
    Ok(keys)
}

/// The ring of all keys that tokens may be under: those of the folder, and the secret key, which signs where there is no
/// folder. Beside one it verifies until its last token has expired.
pub(crate) fn ring(
    jwt: &Jwt,
    stored: Option<Vec<StoredKey>>,
    secret: &SecretKey,
    now: OffsetDateTime,
) -> anyhow::Result<KeyRing> {
    let algorithm = Algorithm::from(jwt.algorithm);
    let secret = SigningKey::from_djangos_secret(algorithm, secret.expose().to_owned())
        .context("the secret key cannot sign tokens")?;
    let Some(stored) = stored else { return Ok(secret.into()) };
    let first = stored.iter().filter_map(|key| key.dates.begin()).min();
    // Those that have retired stay in the folder, for people to see, and verify nothing.
    let lives = |key: &StoredKey| key.dates.end().is_none_or(|end| now <= end);
    let mut keys: Vec<RingKey> = stored.into_iter().filter(lives).map(StoredKey::into_ring_key).collect();
    if let Some(end) = first.map(|first| first + longest_life(jwt)).filter(|end| *end >= now) {
        keys.push(RingKey::from(secret).retired_after(end));
    }
    let folder = jwt.keys.as_deref().unwrap_or(Path::new("")).display();
    let ring = KeyRing::new(keys).with_context(|| {
        format!("jwt.keys: the keys in {folder} cannot be used; `presspass key list` shows them")
    })?;
    if ring.signer(now).is_none() {
        bail!("jwt.keys: no key in {folder} signs now; run `presspass key rotate --in 0`");
    }
    Ok(ring)
}

/// How long after a key has ceased to sign a token under it may still be good: its lifetime, and what clocks differ.
pub(crate) fn longest_life(jwt: &Jwt) -> Duration {
    let seconds = |duration: std::time::Duration| i64::try_from(duration.as_secs()).unwrap_or(i64::MAX / 4);
    Duration::seconds(seconds(jwt.expiration).saturating_add(seconds(jwt.leeway)).saturating_add(60))
}
