//! How pipelined connections are made: as libpq makes those of the pool, or not at all.

use std::collections::BTreeMap;
use std::env;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use tokio_postgres::Config as Made;
use tokio_postgres::config::{Host, SslMode, TargetSessionAttrs};

use crate::libpq;
use crate::url::HAS_TLS;

const DEFAULT_PORT: u16 = 5432;

/// What a connection is set up with. As startup parameters, because they must hold for every statement: a connection pooler
/// refuses them or leaves them out, and then reads run on the pool. Servers older than `PostgreSQL` 12 refuse them, too.
///
/// A statement that takes longer is ended by the server and runs on the pool, because those behind it wait meanwhile. Without
/// generic plans the server would plan a prepared statement at each execution, which takes longer than the look-up.
const SETTINGS: &str = " -c statement_timeout=100ms -c plan_cache_mode=force_generic_plan";

/// Whether they hold. A standby may be behind its primary, which another connection may be to.
pub(super) const CHECK: &str = "SELECT current_setting('statement_timeout') = '100ms'
    AND current_setting('plan_cache_mode') = 'force_generic_plan' AND NOT pg_is_in_recovery()";

#[derive(Debug, Clone)]
pub(super) struct Config(pub Made);

/// Parameters that are read elsewhere, or matter only where the connection is encrypted.
const IGNORED: [&str; 23] = [
    "channel_binding",
    "client_encoding",
    "fallback_application_name",
    "gssdelegation",
    "gssencmode",
    "gsslib",
    "krbsrvname",
    "load_balance_hosts",
    "options",
    "passfile",
    "sslcert",
    "sslcertmode",
    "sslcompression",
    "sslcrl",
    "sslcrldir",
    "sslkey",
    "sslmode",
    "ssl_max_protocol_version",
    "ssl_min_protocol_version",
    "sslnegotiation",
    "sslrootcert",
    "sslsni",
    "sslpassword",
];

/// Values that ask for what these connections do not have.
const DEMANDS: [(&str, &str); 3] =
    [("channel_binding", "require"), ("gssencmode", "require"), ("load_balance_hosts", "random")];

impl Config {
    /// The configuration for a URL of libpq. `None` where its connection might be encrypted, or where a parameter has no
    /// counterpart.
    pub fn of(url: &str) -> Option<Self> {
        Self::from_parameters(&libpq::parameters(url)?)
    }

    fn from_parameters(parameters: &BTreeMap<String, String>) -> Option<Self> {
        let mut config = Made::new();
        for (name, value) in parameters.iter().filter(|(_, value)| !value.is_empty()) {
            apply(&mut config, name, value)?;
        }
        let of = |name: &str| parameters.get(name).map(String::as_str);
        if let (None, Some(name)) = (config.get_application_name(), of("fallback_application_name")) {
            config.application_name(name);
        }
        config.options(format!("{}{SETTINGS}", of("options").unwrap_or_default()));
        config.ssl_mode(SslMode::Disable);
        let is_local = config.get_hostaddrs().is_empty()
            && config.get_hosts().iter().all(|host| matches!(host, Host::Unix(_)));
        let is_clear = match of("sslmode") {
            _ if is_local => true,
            Some("disable") => true,
            None | Some("allow" | "prefer") => !HAS_TLS,
            Some(_) => false,
        };
        // libpq also looks for a server in a folder that is compiled in, and for a password in a file.
        let names_server = !config.get_hosts().is_empty() || !config.get_hostaddrs().is_empty();
        let file = of("passfile").map(PathBuf::from).or_else(|| Some(env::home_dir()?.join(".pgpass")));
        let needs_file = config.get_password().is_none() && file.is_some_and(|file| file.exists());
        (is_clear && names_server && !needs_file && config.get_user().is_some()).then_some(Self(config))
    }
}

/// `None` where the parameter has no counterpart.
fn apply<'c>(config: &'c mut Made, name: &str, value: &str) -> Option<&'c mut Made> {
    if DEMANDS.contains(&(name, value)) {
        return None;
    }
    let mut each = value.split(',');
    Some(match name {
        "host" => each.try_fold(config, |it, host| (!host.is_empty()).then(|| it.host(host)))?,
        "hostaddr" => each.try_fold(config, |it, address| Some(it.hostaddr(number(address)?)))?,
        "port" => each.try_fold(config, |it, port| {
            Some(it.port(if port.is_empty() { DEFAULT_PORT } else { number(port)? }))
        })?,
        "user" => config.user(value),
        "password" => config.password(value),
        "dbname" => config.dbname(value),
        "application_name" => config.application_name(value),
        "connect_timeout" | "tcp_user_timeout" if value == "0" => config,
        "connect_timeout" => config.connect_timeout(Duration::from_secs(number(value)?)),
        "tcp_user_timeout" => config.tcp_user_timeout(Duration::from_millis(number(value)?)),
        "keepalives" => config.keepalives(value != "0"),
        "keepalives_idle" => config.keepalives_idle(Duration::from_secs(number(value)?)),
        "keepalives_interval" => config.keepalives_interval(Duration::from_secs(number(value)?)),
        "keepalives_count" => config.keepalives_retries(number(value)?),
        "target_session_attrs" => config.target_session_attrs(match value {
            "any" => TargetSessionAttrs::Any,
            "read-write" => TargetSessionAttrs::ReadWrite,
            "read-only" => TargetSessionAttrs::ReadOnly,
            _ => return None,
        }),
        _ if IGNORED.contains(&name) => config,
        _ => return None,
    })
}

fn number<T: FromStr>(value: &str) -> Option<T> {
    value.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(url: &str) -> Option<tokio_postgres::Config> {
        Config::of(&format!(
            "postgres:{url}{}fallback_application_name=presspass",
            if url.contains('?') { '&' } else { '?' }
        ))
        .map(|config| config.0)
    }

    #[test]
    fn it_connects_as_libpq_does() {
        let made =
            config("//ann%40x:p%2Fw@h1:1,h2/d?sslmode=disable&connect_timeout=3&options=-c%20a%3Db").unwrap();
        assert_eq!(made.get_hosts(), [Host::Tcp("h1".into()), Host::Tcp("h2".into())]);
        assert_eq!(made.get_ports(), [1, 5432]);
        assert_eq!((made.get_user(), made.get_password()), (Some("ann@x"), Some(&b"p/w"[..])));
        assert_eq!(made.get_dbname(), Some("d"));
        assert_eq!(made.get_connect_timeout(), Some(&Duration::from_secs(3)));
        assert!(made.get_options().unwrap().starts_with("-c a=b -c statement_timeout=100ms "));
        assert_eq!(made.get_application_name(), Some("presspass"));
        assert_eq!(made.get_ssl_mode(), SslMode::Disable);
    }

    #[test]
    fn what_it_cannot_do_as_libpq_does_is_left_to_libpq() {
        for url in [
            "//u:p@h/d?sslmode=require",
            "//u:p@h/d?sslmode=verify-full",
            "//u:p@h/d?sslmode=disable&gssencmode=require",
            "//u:p@h/d?sslmode=disable&load_balance_hosts=random",
            "//u:p@h/d?sslmode=disable&target_session_attrs=prefer-standby",
            "//u:p@h/d?sslmode=disable&requirepeer=x",
            "//u:p@/d?sslmode=disable",
        ] {
            assert!(config(url).is_none(), "{url}");
        }
        assert!(config("//u:p@h/d?sslmode=disable&target_session_attrs=read-write").is_some());
        assert!(config("//u:p@%2Frun%2Fpostgresql/d").is_some(), "a socket is never encrypted");
        assert_eq!(config("//u:p@h/d").is_some(), cfg!(feature = "bundled-libpq"), "that has no TLS");
    }
}
