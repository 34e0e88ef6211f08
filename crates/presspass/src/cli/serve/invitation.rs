//! How the first administrator is created: the setup link or a command, shown when the server starts.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::super::tell;
use super::is_loopback;
use crate::app::setup_link::SetupLink;
use crate::identity::private_file::write_private;
use crate::settings::Settings;

/// The file of the setup link, in the data folder, where others than this machine's users can reach the server.
const SETUP_LINK_FILE: &str = "setup-link";

const COMMAND: &str = "run `presspass createsuperuser` with the same settings (no need to stop the server).";

/// How the first administrator can be created.
pub(super) enum Invitation {
    /// There is an administrator.
    NotNeeded,
    /// By the command alone.
    ByCommand,
    /// By the link on stderr, or the command.
    ByPrint(SetupLink),
    /// By the link in this file, or the command.
    ByFile(SetupLink, PathBuf),
}

impl Invitation {
    /// Offers the link. Where other machines can reach the server, directly or through a proxy, other people may read its
    /// log: there the link is written to a private file, or is not offered where that fails.
    pub fn by_link(settings: &Settings, link: SetupLink, addresses: &[SocketAddr]) -> Self {
        let only_here = addresses.iter().all(|address| is_loopback(*address));
        if only_here && settings.trusted_proxies.is_empty() {
            return Self::ByPrint(link);
        }
        let file = file(settings);
        match write(&file, &link) {
            Ok(()) => Self::ByFile(link, file),
            Err(error) => {
                tell(&format!("warning: {error:#}; there is no setup link"));
                Self::ByCommand
            }
        }
    }

    /// The link, where there is one.
    pub fn link(&self) -> Option<&SetupLink> {
        match self {
            Self::ByPrint(link) | Self::ByFile(link, _) => Some(link),
            Self::NotNeeded | Self::ByCommand => None,
        }
    }

    /// Says how to create the first administrator, where there is none. The server listens on `address`, among others.
    pub fn tell(&self, address: SocketAddr) {
        let link = match self {
            Self::NotNeeded => return,
            Self::ByCommand => {
                return tell(&format!("There is no administrator yet. To create one, {COMMAND}"));
            }
            Self::ByPrint(link) => {
                format!("open http://{address}{} in a browser (it works once)", link.path())
            }
            Self::ByFile(_, file) => {
                format!("open the link in {} in a browser (it works once)", file.display())
            }
        };
        tell(&format!("There is no administrator yet. To create one, either\n  {link}; or\n  {COMMAND}"));
    }
}

/// Removes the file of an earlier start, whose link is invalid. Where that fails, writing the new one reports it.
pub(super) fn forget_earlier(settings: &Settings) {
    let _ = std::fs::remove_file(file(settings));
}

fn file(settings: &Settings) -> PathBuf {
    settings.data_dir.join(SETUP_LINK_FILE)
}

fn write(file: &Path, link: &SetupLink) -> anyhow::Result<()> {
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("cannot create the folder {} for the setup link", folder.display()))?;
    }
    // Which name the server has outside is not known here.
    write_private(file, &format!("Open this path on your server: {}", link.path()))
        .with_context(|| format!("cannot write the setup link to {}", file.display()))
}
