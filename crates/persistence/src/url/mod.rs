//! The URL of a database.

mod redis;

use std::fmt;
use std::path::{Path, PathBuf};

use presspass_domain::SecretUrl;

pub use redis::{RedisUrl, RedisUrlError};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgresql,
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "SQLite",
            Self::Postgresql => "PostgreSQL",
        })
    }
}

/// `sqlite://path`, `postgres://…` or `postgresql://…`. Its scheme picks the engine. A path has no escapes. Printed without
/// its password.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(Inner);

#[derive(Clone, PartialEq, Eq)]
enum Inner {
    Sqlite(PathBuf),
    Postgresql(SecretUrl),
}

/// What an attacker on the network could do to a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NetworkRisk {
    /// Read it, and the password with it: it may be unencrypted.
    Clear,
    /// Impersonate the server: its certificate is not verified.
    Unverified,
}

pub(crate) enum ConnectionTarget<'a> {
    File(&'a Path),
    /// A URL for libpq, with its password.
    Server(String),
}

/// Why the URL of a database is refused. No message repeats a part of it: it may hold a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    #[error("a database's URL begins with sqlite:// or postgres://")]
    Scheme,
    /// No path, or a database in memory, of which each connection would have its own.
    #[error("sqlite:// must name a file")]
    NoFile,
    /// `SQLx`'s parameters would become a part of the file's name.
    #[error("sqlite:// takes no parameters: nothing may follow the path")]
    FileParameters,
    /// libpq would read a part of the password as something else, and print it.
    #[error("in a database's URL, write % as %25, @ as %40 and / as %2F in the user and the password")]
    Unescaped,
    /// A space, or a port that is no number: of a user and a password without a host, libpq reads the password as a port,
    /// and prints it.
    #[error(
        "a database's URL has no spaces, and names a host and a number as its port: postgres://user:password@host:5432/name"
    )]
    Shape,
    /// The libpq that was compiled in has no TLS.
    #[error(
        "sslmode={0} asks for TLS, which this build's libpq does not have; build with \
         `--no-default-features --features system-libpq,redis`"
    )]
    NoTls(String),
}

/// Whether the libpq of this build can speak TLS.
pub(crate) const HAS_TLS: bool = !cfg!(feature = "bundled-libpq");

/// Parameters for libpq where the URL has none: without limits a lost network would block a thread for a quarter of an
/// hour (seconds; milliseconds), and the name is what an operator sees in `pg_stat_activity`.
const DEFAULTS: [(&str, &str); 3] =
    [("connect_timeout", "2"), ("tcp_user_timeout", "10000"), ("fallback_application_name", "presspass")];

/// A server's URL, parsed as libpq does it.
struct Parts<'a> {
    /// Hosts with ports, and the database behind a slash.
    location: &'a str,
    query: &'a str,
}

impl<'a> Parts<'a> {
    fn of(url: &'a str) -> Self {
        let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
        // User and password end at the first @ that comes before any slash; a question mark may stand in them.
        let credentials = rest.split_once('@').filter(|(credentials, _)| !credentials.contains('/'));
        let rest = credentials.map_or(rest, |(_, rest)| rest);
        let (location, query) = rest.split_once('?').unwrap_or((rest, ""));
        Self { location, query }
    }

    fn parameter(&self, wanted: &str) -> Option<&'a str> {
        self.query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .find(|(name, _)| *name == wanted)
            .map(|(_, value)| value)
    }

    /// Hosts or directories of sockets, without ports; one empty string where none is named.
    fn hosts(&self) -> impl Iterator<Item = &'a str> {
        let named = self.parameter("hostaddr").or_else(|| self.parameter("host"));
        let hosts = named.unwrap_or_else(|| self.location.split('/').next().unwrap_or(""));
        hosts.split(',').map(move |host| match host.split_once(']') {
            Some((address, _)) => address.trim_start_matches('['),
            None if named.is_some() => host,
            None => host.split(':').next().unwrap_or(""),
        })
    }
}

impl Parts<'_> {
    /// Whether each port is a number, or left out.
    fn ports_are_numbers(&self) -> bool {
        let hosts = self.location.split('/').next().unwrap_or("");
        hosts.split(',').all(|host| {
            let after_address = host.rsplit_once(']').map_or(host, |(_, after)| after);
            after_address
                .split_once(':')
                .is_none_or(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()))
        })
    }
}

/// Whether each `%` begins an escape, and none of them is NUL: libpq prints what it refuses.
fn is_escaped(url: &str) -> bool {
    url.split('%').skip(1).all(|after| {
        let digits = after.as_bytes().get(..2).unwrap_or_default();
        digits.len() == 2 && digits.iter().all(u8::is_ascii_hexdigit) && digits != b"00"
    })
}

impl DatabaseUrl {
    pub fn parse(url: &str) -> Result<Self, UrlError> {
        let (scheme, rest) = url.split_once(':').ok_or(UrlError::Scheme)?;
        match scheme {
            "sqlite" | "sqlite3" => {
                let path = rest.strip_prefix("//").unwrap_or(rest);
                if path.is_empty() || path.contains(":memory:") {
                    Err(UrlError::NoFile)
                } else if path.contains('?') {
                    Err(UrlError::FileParameters)
                } else {
                    Ok(Self(Inner::Sqlite(PathBuf::from(path))))
                }
            }
            "postgres" | "postgresql" if rest.starts_with("//") => {
                let parts = Parts::of(url);
                if parts.location.contains('@') || !is_escaped(url) {
                    return Err(UrlError::Unescaped);
                }
                if url.contains(char::is_whitespace) || !parts.ports_are_numbers() {
                    return Err(UrlError::Shape);
                }
                match parts.parameter("sslmode") {
                    Some(mode) if !HAS_TLS && matches!(mode, "require" | "verify-ca" | "verify-full") => {
                        Err(UrlError::NoTls(mode.to_owned()))
                    }
                    _ => Ok(Self(Inner::Postgresql(SecretUrl::new(url)))),
                }
            }
            _ => Err(UrlError::Scheme),
        }
    }

    /// This `SQLite` file.
    #[must_use]
    pub const fn of_file(path: PathBuf) -> Self {
        Self(Inner::Sqlite(path))
    }

    #[must_use]
    pub const fn engine(&self) -> Engine {
        match self.0 {
            Inner::Sqlite(_) => Engine::Sqlite,
            Inner::Postgresql(_) => Engine::Postgresql,
        }
    }

    /// The file, where the engine is `SQLite`.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        match &self.0 {
            Inner::Sqlite(path) => Some(path),
            Inner::Postgresql(_) => None,
        }
    }

    /// Whether the connection over a network is unencrypted, although the URL does not ask for that: libpq's `prefer` falls
    /// back without an error.
    #[must_use]
    pub fn goes_clear_unasked(&self) -> bool {
        self.network_risk() == Some(NetworkRisk::Clear) && !HAS_TLS && self.sslmode() != Some("disable")
    }

    /// What an attacker on the network could do to the connection; `None` where it stays on this machine, or is encrypted to
    /// a server whose certificate is verified. `sslmode=disable` with a host name without dots is a network of this machine's
    /// containers.
    #[must_use]
    pub fn network_risk(&self) -> Option<NetworkRisk> {
        let Inner::Postgresql(url) = &self.0 else { return None };
        let is_here = |host: &str| {
            matches!(host, "" | "localhost" | "127.0.0.1" | "::1")
                || ["/", "%2F", "%2f", "@", "%40"].iter().any(|socket| host.starts_with(socket))
        };
        let is_of_containers = |host: &str| !host.contains(['.', ':']);
        let parts = Parts::of(url.expose());
        match self.sslmode() {
            _ if parts.hosts().all(is_here) => None,
            Some("verify-ca" | "verify-full") => None,
            Some("disable") if parts.hosts().all(|host| is_here(host) || is_of_containers(host)) => None,
            Some("require") => Some(NetworkRisk::Unverified),
            _ => Some(NetworkRisk::Clear),
        }
    }

    fn sslmode(&self) -> Option<&str> {
        match &self.0 {
            Inner::Sqlite(_) => None,
            Inner::Postgresql(url) => Parts::of(url.expose()).parameter("sslmode"),
        }
    }

    pub(crate) fn target(&self) -> ConnectionTarget<'_> {
        match &self.0 {
            Inner::Sqlite(path) => ConnectionTarget::File(path),
            Inner::Postgresql(url) => {
                let url = url.expose();
                let parts = Parts::of(url);
                let missing = DEFAULTS.iter().filter(|(name, _)| parts.parameter(name).is_none());
                let defaults: Vec<String> = missing.map(|(name, value)| format!("{name}={value}")).collect();
                let separator = if parts.query.is_empty() { "?" } else { "&" };
                let url = if parts.query.is_empty() { url.trim_end_matches('?') } else { url };
                ConnectionTarget::Server(format!("{url}{separator}{}", defaults.join("&")))
            }
        }
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Inner::Sqlite(path) => write!(f, "sqlite://{}", path.display()),
            Inner::Postgresql(url) => fmt::Display::fmt(url, f),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given_to_libpq(url: &str) -> String {
        match DatabaseUrl::parse(url).unwrap().target() {
            ConnectionTarget::Server(url) => url,
            ConnectionTarget::File(_) => panic!("{url} is a server"),
        }
    }

    #[test]
    fn the_scheme_picks_the_engine() {
        assert_eq!(DatabaseUrl::parse("sqlite:///tmp/a").unwrap().file(), Some(Path::new("/tmp/a")));
        assert_eq!(DatabaseUrl::parse("sqlite://data/a").unwrap().file(), Some(Path::new("data/a")));
        assert_eq!(DatabaseUrl::parse("postgres://h/d").unwrap().engine(), Engine::Postgresql);
        assert_eq!(DatabaseUrl::parse("postgresql://").unwrap().engine(), Engine::Postgresql);
        for url in ["mysql://h/d", "postgres:h", "a/path", ""] {
            assert_eq!(DatabaseUrl::parse(url), Err(UrlError::Scheme), "{url}");
        }
    }

    #[test]
    fn sqlite_names_a_file_and_nothing_else() {
        for url in ["sqlite://", "sqlite://:memory:", "sqlite::memory:"] {
            assert_eq!(DatabaseUrl::parse(url), Err(UrlError::NoFile), "{url}");
        }
        assert_eq!(DatabaseUrl::parse("sqlite:///tmp/a?mode=rwc"), Err(UrlError::FileParameters));
    }

    #[test]
    fn a_password_is_never_shown() {
        for password in ["s3cr", "s3cr?x", "s3%40cr", "s3cr:x"] {
            let url = format!("postgres://ada:{password}@db.example:5432/x?password=s3cr");
            let url = DatabaseUrl::parse(&url).unwrap();
            let shown = "postgres://ada:***@db.example:5432/x?password=***";
            assert_eq!(format!("{url} {url:?}"), format!("{shown} {shown}"));
        }
        let in_query = DatabaseUrl::parse("postgres://h/d?password=s@cr").unwrap();
        assert!(!in_query.to_string().contains("cr"), "{in_query}");
    }

    #[test]
    fn a_password_that_libpq_would_print_is_refused() {
        for password in ["a@b", "a/b", "a%b", "a%zz", "a%00", "a%"] {
            let url = format!("postgres://ada:{password}@h/d");
            assert_eq!(DatabaseUrl::parse(&url), Err(UrlError::Unescaped), "{url}");
        }
    }

    #[test]
    fn what_libpq_would_take_for_a_port_and_print_is_refused() {
        for url in [
            "//ann:s3cret",
            "//ann:s3cret/d",
            "//a:1,ann:s3cret",
            "//ann:s3 cret@h/d",
            "//[::1]:x/d",
            "//h\n/d",
        ] {
            assert_eq!(DatabaseUrl::parse(&format!("postgres:{url}")), Err(UrlError::Shape), "{url}");
        }
        for url in ["//h:5432/d", "//h:/d", "//a:1,b:2/d", "//[::1]:5/d", "//[::1]/d", "//%2Frun/d"] {
            assert!(DatabaseUrl::parse(&format!("postgres:{url}")).is_ok(), "{url}");
        }
    }

    #[test]
    fn limits_are_added_where_the_url_names_none() {
        let added = "tcp_user_timeout=10000&fallback_application_name=presspass";
        assert_eq!(
            given_to_libpq("postgres://h/d?connect_timeout=9"),
            format!("postgres://h/d?connect_timeout=9&{added}")
        );
        for url in ["postgres://a:b?c@h/d", "postgres://a:b?c@h/d?"] {
            assert_eq!(given_to_libpq(url), format!("postgres://a:b?c@h/d?connect_timeout=2&{added}"));
        }
    }

    #[test]
    fn a_connection_over_a_network_is_safe_where_it_is_encrypted_and_verified() {
        let risk = |url: &str| {
            DatabaseUrl(Inner::Postgresql(SecretUrl::new(format!("postgres:{url}")))).network_risk()
        };
        for (url, expected) in [
            ("//db.example/d", Some(NetworkRisk::Clear)),
            ("//db.example/d?sslmode=prefer", Some(NetworkRisk::Clear)),
            ("//db.example/d?sslmode=disable", Some(NetworkRisk::Clear)),
            ("//10.0.0.5/d?sslmode=disable", Some(NetworkRisk::Clear)),
            ("//[2001:db8::1]/d?sslmode=disable", Some(NetworkRisk::Clear)),
            ("//postgresql/d", Some(NetworkRisk::Clear)),
            ("//postgresql/d?sslmode=disable", None),
            ("//db.example/d?sslmode=require", Some(NetworkRisk::Unverified)),
            ("//db.example/d?sslmode=verify-full", None),
            ("//localhost/d", None),
            ("///d?host=/run/postgresql", None),
        ] {
            assert_eq!(risk(url), expected, "{url}");
        }
        assert_eq!(DatabaseUrl::parse("sqlite://x").unwrap().network_risk(), None);
    }

    #[test]
    #[cfg(feature = "bundled-libpq")]
    fn tls_is_not_dropped_without_a_word() {
        for mode in ["require", "verify-ca", "verify-full"] {
            let url = format!("postgres://h/d?sslmode={mode}");
            assert_eq!(DatabaseUrl::parse(&url), Err(UrlError::NoTls(mode.to_owned())));
        }
        let clear = |url: &str| DatabaseUrl::parse(url).unwrap().goes_clear_unasked();
        for url in [
            "//db.example/d",
            "//u:p@db.example:1/d?sslmode=prefer",
            "///d?host=db.example",
            "//localhost,db.example/d",
            "//[2001:db8::1]:5432/d",
        ] {
            assert!(clear(&format!("postgres:{url}")), "{url}");
        }
        for url in [
            "//127.0.0.1:5432/d",
            "//[::1]:5432/d",
            "//localhost",
            "///d?host=/run/postgresql",
            "//%2Frun/d",
            "//db.example/d?sslmode=disable",
        ] {
            assert!(!clear(&format!("postgres:{url}")), "{url}");
        }
        assert!(!clear("sqlite://x"));
    }
}
