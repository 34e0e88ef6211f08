//! The environment.

use std::ffi::{OsStr, OsString};

use super::layers::Layers;
use super::nearest::nearest;
use super::problem::Origin;
use super::registry::REGISTRY;

/// Variables with our prefix that are read elsewhere: by commands, and by the log.
const READ_ELSEWHERE: &[&str] = &[
    "PRESSPASS_SUPERUSER_USERNAME",
    "PRESSPASS_SUPERUSER_EMAIL",
    "PRESSPASS_SUPERUSER_PASSWORD",
    "PRESSPASS_LOG",
];

/// Lays the environment's values over those of the file.
pub(super) fn lay(layers: &mut Layers, environment: impl Iterator<Item = (OsString, OsString)>) {
    let mut ours: Vec<(String, OsString)> =
        environment.map(|(name, value)| (name.to_string_lossy().into_owned(), value)).collect();
    // The order of an environment is chance; that of the errors should not be.
    ours.sort();
    for (name, value) in ours {
        let setting = REGISTRY.iter().find(|setting| setting.environment() == name);
        let origin = Origin::Environment(name.clone());
        match (setting, value.to_str()) {
            (Some(setting), Some(text)) => layers.lay(setting, text, origin),
            (Some(setting), None) => {
                layers.report(format!("{}: is not valid UTF-8", setting.name), origin, setting.kind.remedy());
            }
            (None, _) if is_unknown(&name, &value) => report_unknown(layers, &name),
            (None, _) => {}
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

fn report_unknown(layers: &mut Layers, name: &str) {
    let known = REGISTRY.iter().map(|setting| setting.environment());
    let known = known.chain(READ_ELSEWHERE.iter().map(|name| (*name).to_owned()));
    let remedy = nearest(name, known).map_or_else(String::new, |near| format!("did you mean {near}?"));
    layers.report(format!("{name}: no such setting"), Origin::Environment(name.to_owned()), remedy);
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
