//! `presspass key generate`

use anyhow::bail;
use presspass_auth::{Clock as _, SystemClock};

use super::Wanted;
use crate::cli::{Outcome, print, tell};
use crate::identity::token_keys::{Folder, NewKey};

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    wanted: Wanted,
}

pub(super) fn run(folder: &Folder<'_>, arguments: &Arguments) -> anyhow::Result<Outcome> {
    let now = SystemClock.now();
    if let Some(key) = folder.read()?.first() {
        bail!("there is already a key, {}; run `presspass key rotate` to replace it", key.path.display());
    }
    let key = NewKey { key: arguments.wanted.key()?, signs_from: now };
    let stored = folder.add(key, now)?;
    tell(&format!(
        "{} is in {}. Servers sign with it after a restart; the secret key verifies until its last token has expired.",
        stored.name(),
        stored.path.display()
    ));
    print(stored.name())?;
    Ok(Outcome::Success)
}
