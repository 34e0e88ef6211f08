//! `presspass key list`

use std::path::Path;

use presspass_auth::{Clock as _, SystemClock};
use time::OffsetDateTime;

use crate::cli::{Outcome, print, tell, timestamps};
use crate::identity::token_keys::{Folder, StoredKey};
use crate::settings::Settings;

pub(super) fn run(settings: &Settings, folder: &Folder<'_>) -> anyhow::Result<Outcome> {
    let keys = folder.read()?;
    let now = SystemClock.now();
    let signer = keys.iter().position(|key| {
        key.dates.begin().is_none_or(|begin| begin <= now) && key.dates.end().is_none_or(|end| now <= end)
    });
    let width = keys.iter().map(|key| key.name().len()).max().unwrap_or_default();
    for (at, key) in keys.iter().enumerate() {
        let use_of_it = use_of(key, signer == Some(at), now);
        print(&format!("{:width$}  {:5}  {use_of_it}", key.name(), key.key.algorithm().name()))?;
    }
    for warning in Folder::warnings(&keys) {
        tell(&format!("warning: {warning}"));
    }
    if keys.is_empty() {
        let folder = settings.jwt.keys.as_deref().unwrap_or(Path::new("")).display();
        tell(&format!("There is no key in {folder}; run `presspass key generate`."));
    }
    Ok(Outcome::Success)
}

fn use_of(key: &StoredKey, signs: bool, now: OffsetDateTime) -> String {
    let words = |time| timestamps::in_words(time, now);
    match (key.dates.begin(), key.dates.end()) {
        (_, Some(end)) if end < now => format!("expired at {}; its file can be deleted", words(end)),
        (Some(begin), _) if begin > now => format!("verifies, and signs from {}", words(begin)),
        (_, Some(end)) if signs => format!("signs, and verifies until {}", words(end)),
        (_, Some(end)) => format!("verifies until {}", words(end)),
        (_, None) if signs => "signs".to_owned(),
        (_, None) => "verifies".to_owned(),
    }
}
