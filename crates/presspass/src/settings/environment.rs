//! Reads environment variables.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::Path;

use super::layers::Layers;
use super::nearest::remedy;
use super::problem::Origin;
use super::registry::Registry;
use super::setting::Setting;

/// Variables with our prefix that are read elsewhere: by commands, and by the log.
const READ_ELSEWHERE: &[&str] = &[
    "PRESSPASS_SUPERUSER_USERNAME",
    "PRESSPASS_SUPERUSER_EMAIL",
    "PRESSPASS_SUPERUSER_PASSWORD",
    "PRESSPASS_LOG",
];

/// Lays the environment's values over those of the file. Paths are relative to `working_directory`.
pub(super) fn lay(
    layers: &mut Layers,
    registry: Registry,
    environment: impl Iterator<Item = (OsString, OsString)>,
    working_directory: &Path,
) {
    let mut ours: Vec<(String, OsString)> =
        environment.map(|(name, value)| (name.to_string_lossy().into_owned(), value)).collect();
    // The order of an environment is chance; that of the errors should not be.
    ours.sort();
    for (name, value) in &ours {
        let setting = registry.all().find(|setting| setting.environment() == *name);
        let origin = Origin::Environment(name.clone());
        match (setting, value.to_str()) {
            (Some(setting), Some(text)) => layers.lay(setting, text, origin),
            (Some(setting), None) => {
                layers.report(format!("{}: is not valid UTF-8", setting.name), origin, setting.kind.remedy());
            }
            (None, _) => match secret_in_file(registry, name) {
                // Not set, as elsewhere.
                Some(_) if value.is_empty() => {}
                Some(setting) if is_set(&ours, &setting.environment()) => {
                    let what = format!("{name}: {} is also set", setting.environment());
                    layers.report(what, origin, "remove one of them");
                }
                Some(setting) => lay_file(layers, setting, &working_directory.join(value), origin),
                None if is_unknown(name, value) => report_unknown(layers, registry, name),
                None => {}
            },
        }
    }
}

/// The setting whose value is in the file that this variable names, such as `SECRET_KEY_FILE`: containers are given
/// their secrets as files.
fn secret_in_file(registry: Registry, name: &str) -> Option<&'static Setting> {
    let variable = name.strip_suffix("_FILE")?;
    let mut secrets = registry.all().filter(|setting| setting.kind.may_hold_secret());
    secrets.find(|setting| setting.environment() == variable)
}

fn is_set(environment: &[(String, OsString)], variable: &str) -> bool {
    environment.iter().any(|(name, value)| name == variable && !value.is_empty())
}

/// Lays the content of a file, but for the line break at its end.
fn lay_file(layers: &mut Layers, setting: &'static Setting, path: &Path, origin: Origin) {
    let read = fs::read_to_string(path).map_err(|error| format!("cannot be read: {error}"));
    let text = read.and_then(|text| {
        let line = text.strip_suffix('\n').unwrap_or(&text);
        let line = line.strip_suffix('\r').unwrap_or(line);
        if line.trim().is_empty() { Err("is empty".to_owned()) } else { Ok(line.to_owned()) }
    });
    match text {
        Ok(text) => layers.lay(setting, &text, origin),
        Err(wrong) => {
            let what = format!("{}: {} {wrong}", setting.name, path.display());
            layers.report(
                what,
                origin,
                "set it to a file that contains the value and that this user can read",
            );
        }
    }
}

fn is_unknown(name: &str, value: &OsStr) -> bool {
    name.starts_with("PRESSPASS_") && !READ_ELSEWHERE.contains(&name) && !is_service_link(name, value)
}

/// Kubernetes tells every container where each service is: beside a service called `presspass` or `presspass-db` these
/// variables appear by themselves, and must not keep the server from starting.
fn is_service_link(name: &str, value: &OsStr) -> bool {
    let is_address = || value.to_string_lossy().contains("://");
    let is_part = |(_, rest): (&str, &str)| {
        rest.split_once('_').is_some_and(|(port, protocol)| {
            port.parse::<u16>().is_ok()
                && ["TCP", "UDP", "SCTP"].iter().any(|known| protocol.starts_with(known))
        })
    };
    name.ends_with("_SERVICE_HOST")
        || name.contains("_SERVICE_PORT")
        || (name.ends_with("_PORT") && is_address())
        || name.rsplit_once("_PORT_").is_some_and(is_part)
        || name.split_once("_PORT_").is_some_and(is_part)
}

fn report_unknown(layers: &mut Layers, registry: Registry, name: &str) {
    let known = registry.all().map(Setting::environment);
    let known = known.chain(READ_ELSEWHERE.iter().map(|name| (*name).to_owned()));
    let origin = Origin::Environment(name.to_owned());
    layers.report(format!("{name}: no such setting"), origin, remedy(name, known));
}

#[cfg(test)]
mod tests {
    use presspass_persistence::DatabaseUrl;

    use super::*;
    use crate::settings::{SecretKey, Settings, report};

    const KEY: &str = "q9J0mT3vXh5Wc8Zr1Lk7Yp4Ns6Bd2Fg0";

    #[test]
    fn the_links_of_kubernetes_are_no_settings() {
        for (name, value) in [
            ("PRESSPASS_SERVICE_HOST", "10.0.0.1"),
            ("PRESSPASS_SERVICE_PORT", "80"),
            ("PRESSPASS_SERVICE_PORT_HTTP", "80"),
            ("PRESSPASS_PORT", "tcp://10.0.0.1:80"),
            ("PRESSPASS_PORT_80_TCP", "tcp://10.0.0.1:80"),
            ("PRESSPASS_PORT_80_TCP_PORT", "80"),
            ("PRESSPASS_DB_PORT_5432_TCP_ADDR", "10.0.0.2"),
        ] {
            assert!(!is_unknown(name, OsStr::new(value)), "{name}");
        }
        assert!(is_unknown("PRESSPASS_PORT", OsStr::new("8000")));
        assert!(is_unknown("PRESSPASS_PORT_NUMBER", OsStr::new("8000")));
    }

    #[test]
    fn secrets_are_read_from_files_that_variables_name() {
        let folder = tempfile::tempdir().unwrap();
        let load = |environment: &[(&str, &str)]| {
            let environment = environment.iter().map(|(name, value)| (name.into(), value.into()));
            Settings::load(&[], None, environment, folder.path())
        };
        std::fs::write(folder.path().join("key"), format!("{KEY}\n")).unwrap();
        std::fs::write(folder.path().join("url"), "postgres://ann:s3cret@db/press\r\n").unwrap();
        std::fs::write(folder.path().join("nothing"), "\n").unwrap();
        let settings =
            load(&[("SECRET_KEY_FILE", "key"), ("DATABASE_URL_FILE", "url"), ("HOST_FILE", "x")]).unwrap();
        assert_eq!(settings.secret_key.as_ref().map(SecretKey::expose), Some(KEY));
        assert_eq!(settings.database_url(), DatabaseUrl::parse("postgres://ann:s3cret@db/press").unwrap());
        assert!(
            !report(&settings, "(not given)").contains("s3cret")
                && !report(&settings, "(not given)").contains(KEY)
        );
        assert!(
            load(&[("SECRET_KEY_FILE", ""), ("SECRET_KEY", KEY)]).is_ok(),
            "an empty variable is not set"
        );

        for (environment, expected) in [
            (
                [("SECRET_KEY_FILE", "key"), ("SECRET_KEY", KEY)],
                "SECRET_KEY_FILE: SECRET_KEY is also set (environment variable SECRET_KEY_FILE): remove one of them",
            ),
            (
                [("SECRET_KEY_FILE", "missing"), ("A", "")],
                "missing cannot be read: No such file or directory",
            ),
            (
                [("SECRET_KEY_FILE", "nothing"), ("A", "")],
                "nothing is empty (environment variable SECRET_KEY_FILE): ",
            ),
            ([("PRESSPASS_BIND_FILE", "key"), ("A", "")], "PRESSPASS_BIND_FILE: no such setting"),
        ] {
            let errors = load(&environment).unwrap_err().to_string();
            assert!(errors.contains(expected) && errors.lines().count() == 1, "{errors}");
        }
    }
}
