//! `presspass key rotate`

use anyhow::bail;
use presspass_auth::tokens::KeyRing;
use presspass_auth::{Clock as _, SystemClock};
use time::Duration;

use super::Wanted;
use crate::cli::{Outcome, print, tell, timestamps};
use crate::identity::token_keys::{Folder, INTERVAL, NewKey, longest_life};
use crate::settings::Settings;

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    wanted: Wanted,
    /// Seconds until the new key signs: by then every server must have its file, and every client must have fetched the published keys
    #[arg(long = "in", value_name = "SECONDS", default_value_t = 3600, value_parser = clap::value_parser!(u32).range(0..=31_536_000))]
    delay: u32,
    /// Seconds after that during which the old keys still verify; by default as long as a token is valid
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..=315_360_000))]
    keep: Option<u32>,
}

pub(super) fn run(
    settings: &Settings,
    folder: &Folder<'_>,
    arguments: &Arguments,
) -> anyhow::Result<Outcome> {
    let there = folder.read()?;
    if there.is_empty() {
        bail!("there is no key to replace; run `presspass key generate`");
    }
    let now = SystemClock.now();
    let used = there.iter().filter(|key| key.dates.end().is_none_or(|end| now <= end)).count();
    // One for the new key, and one for the secret key.
    if used + 2 > KeyRing::MAX_KEYS {
        bail!("{used} keys are in use already; wait until some have expired (`presspass key list`)");
    }
    let signs_from = now + Duration::seconds(arguments.delay.into());
    let kept =
        arguments.keep.map_or_else(|| longest_life(&settings.jwt), |keep| Duration::seconds(keep.into()));
    // The new key first: what is cut short between the two leaves keys that all verify.
    let stored = folder.add(NewKey { key: arguments.wanted.key()?, signs_from }, now)?;
    for old in folder.retire_others(&stored, signs_from + kept, now)? {
        tell(&match old.dates.end() {
            Some(end) if end > now => {
                format!("{} verifies until {}.", old.name(), timestamps::in_words(end, now))
            }
            _ => format!("{} had not begun to sign and is no longer used.", old.name()),
        });
    }
    let pace = INTERVAL.as_secs();
    tell(&format!(
        "{} is in {}. Servers load it within {pace} seconds; it signs from {}.{}",
        stored.name(),
        stored.path.display(),
        timestamps::in_words(signs_from, now),
        if u64::from(arguments.delay) <= pace {
            " A server that has not loaded it yet refuses tokens that others sign with it."
        } else {
            " Copy it to servers that have their own folder before that."
        }
    ));
    print(stored.name())?;
    Ok(Outcome::Success)
}
