//! `presspass check --deploy`: what is unsafe about a deployment, in addition to the warnings of `presspass check`.

use std::path::Path;

use presspass_persistence::{DatabaseUrl, NetworkRisk};
use tracing_subscriber::filter::LevelFilter;

use crate::cli::log_level;
use crate::settings::Settings;

/// All that is unsafe, one line each, with its remedy.
pub(super) fn risks(settings: &Settings) -> Vec<String> {
    let mut risks = settings.deployment_risks();
    let url = settings.database_url();
    risks.extend(connection_risk(&url));
    risks.extend(url.file().and_then(|file| open_file("the database", file)));
    for file in settings.files_with_secrets() {
        risks.extend(open_file("the settings file with a secret", Path::new(file)));
    }
    if log_level().is_some_and(|level| level > LevelFilter::INFO) {
        risks.push(
            "PRESSPASS_LOG: logs too much, and any client can fill the log; use info or warn".to_owned(),
        );
    }
    risks
}

fn connection_risk(url: &DatabaseUrl) -> Option<String> {
    Some(match url.network_risk()? {
        NetworkRisk::Clear => format!(
            "database.url: the connection to {url} crosses a network and is not encrypted; set sslmode=verify-full, \
             in a build with --no-default-features --features system-libpq,redis"
        ),
        NetworkRisk::Unverified => format!(
            "database.url: an attacker on the network can impersonate {url}, whose certificate is not verified; set \
             sslmode=verify-full"
        ),
    })
}

/// A line about a file that other users of this machine can open, as both it and its folder let them.
#[cfg(unix)]
fn open_file(what: &str, path: &Path) -> Option<String> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = |path: &Path| Some(std::fs::metadata(path).ok()?.permissions().mode() & 0o777);
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let found = mode(path)?;
    (found & 0o006 != 0 && mode(folder)? & 0o001 != 0).then(|| {
        let path = path.display();
        format!("all users of this machine can open {what} {path} (mode {found:04o}); run `chmod o= {path}`")
    })
}

#[cfg(not(unix))]
fn open_file(_: &str, _: &Path) -> Option<String> {
    None
}
