//! How whoever installed the server comes to its first administrator.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::super::tell;
use super::is_loopback;
use crate::app::setup_link::SetupLink;
use crate::app::startup;
use crate::settings::Settings;

/// The file of the set-up link, in the data folder, where others than this machine's users can reach the server.
const SETUP_LINK_FILE: &str = "setup-link";

const COMMAND: &str =
    "run `presspass createsuperuser` with the same settings: the server need not be stopped.";

/// How whoever may make the first administrator is told of it.
pub(super) enum Invitation {
    /// There is an administrator.
    Nobody,
    /// By the command alone.
    ByCommand,
    /// By the link on stderr, or the command.
    ByPrint(SetupLink),
    /// By the link in this file, or the command.
    ByFile(SetupLink, PathBuf),
}

impl Invitation {
    /// Offers the link. Where others can reach the server, by itself or through a proxy, its log may be read by others,
    /// too: there the link goes into a file of its own, and where that cannot be written, nowhere.
    pub fn by_link(settings: &Settings, link: SetupLink, addresses: &[SocketAddr]) -> Self {
        let only_here = addresses.iter().all(|address| is_loopback(*address));
        if only_here && settings.trusted_proxies.is_empty() {
            return Self::ByPrint(link);
        }
        let file = file(settings);
        match write(&file, &link) {
            Ok(()) => Self::ByFile(link, file),
            Err(error) => {
                tell(&format!("warning: {error:#}; so there is no link this time"));
                Self::ByCommand
            }
        }
    }

    /// The link, where there is one.
    pub fn link(&self) -> Option<&SetupLink> {
        match self {
            Self::ByPrint(link) | Self::ByFile(link, _) => Some(link),
            Self::Nobody | Self::ByCommand => None,
        }
    }

    /// Says how to make the first administrator, where there is none. The server listens on `address`, among others.
    pub fn tell(&self, address: SocketAddr) {
        let link = match self {
            Self::Nobody => return,
            Self::ByCommand => {
                return tell(&format!("There is no administrator yet. To make one, {COMMAND}"));
            }
            Self::ByPrint(link) => {
                format!("open http://{address}{} in a browser: this link works once", link.path())
            }
            Self::ByFile(_, file) => {
                format!("open the link in {} in a browser: it works once", file.display())
            }
        };
        tell(&format!("There is no administrator yet. To make one, either\n  {link}; or\n  {COMMAND}"));
    }
}

/// Removes the file of an earlier start, whose link is dead. Where it stays, a new one cannot be written, which is told.
pub(super) fn forget_earlier(settings: &Settings) {
    let _ = std::fs::remove_file(file(settings));
}

fn file(settings: &Settings) -> PathBuf {
    settings.data_dir.join(SETUP_LINK_FILE)
}

fn write(file: &Path, link: &SetupLink) -> anyhow::Result<()> {
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("cannot make the folder {} for the set-up link", folder.display()))?;
    }
    // Which name the server has outside is not known here.
    startup::write_private(file, &format!("Open behind your address: {}", link.path()))
        .with_context(|| format!("cannot write the set-up link to {}", file.display()))
}
