//! Where a database is.

use std::fmt;
use std::path::{Path, PathBuf};

/// The two engines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// A file.
    Sqlite,
    /// A server.
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

/// The URL of a database: `sqlite://path`, `postgres://…` or `postgresql://…`. Its scheme picks the engine.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(Inner);

#[derive(Clone, PartialEq, Eq)]
enum Inner {
    Sqlite(PathBuf),
    Postgresql(String),
}

/// Why a database's URL is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// Another scheme, or none.
    #[error("a database's URL begins with sqlite:// or postgres://")]
    Scheme,
    /// `sqlite://` and nothing behind it, or a database in memory, which every connection would have for itself.
    #[error("sqlite:// must name a file")]
    NoFile,
    /// TLS is asked for, and the libpq that was compiled in has none.
    #[error(
        "sslmode={0} asks for TLS, which this build's libpq does not have; build with \
         `--no-default-features --features system-libpq`"
    )]
    NoTls(String),
}

/// Whether the libpq of this build can speak TLS.
const HAS_TLS: bool = !cfg!(feature = "bundled-libpq");

impl DatabaseUrl {
    /// Reads a URL.
    ///
    /// # Errors
    /// Where no engine of ours can be reached by it.
    pub fn parse(url: &str) -> Result<Self, UrlError> {
        let (scheme, rest) = url.split_once(':').ok_or(UrlError::Scheme)?;
        match scheme {
            "sqlite" | "sqlite3" => {
                let path = rest.strip_prefix("//").unwrap_or(rest);
                if path.is_empty() || path.contains(":memory:") {
                    return Err(UrlError::NoFile);
                }
                Ok(Self(Inner::Sqlite(PathBuf::from(path))))
            }
            "postgres" | "postgresql" if rest.starts_with("//") => {
                let this = Self(Inner::Postgresql(url.to_owned()));
                match this.parameter("sslmode") {
                    Some(mode) if !HAS_TLS && matches!(mode, "require" | "verify-ca" | "verify-full") => {
                        Err(UrlError::NoTls(mode.to_owned()))
                    }
                    _ => Ok(this),
                }
            }
            _ => Err(UrlError::Scheme),
        }
    }

    /// The engine.
    #[must_use]
    pub const fn engine(&self) -> Engine {
        match self.0 {
            Inner::Sqlite(_) => Engine::Sqlite,
            Inner::Postgresql(_) => Engine::Postgresql,
        }
    }

    /// The file, where the engine is SQLite.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        match &self.0 {
            Inner::Sqlite(path) => Some(path),
            Inner::Postgresql(_) => None,
        }
    }

    /// Whether the connection goes over a network in clear without anybody having said so: libpq's `prefer` falls
    /// back without a word.
    #[must_use]
    pub fn goes_clear_unasked(&self) -> bool {
        let Inner::Postgresql(url) = &self.0 else { return false };
        let authority = url.split("//").nth(1).and_then(|rest| rest.split(['/', '?']).next()).unwrap_or("");
        let host = authority.rsplit('@').next().unwrap_or("");
        let here = ["", "localhost", "127.0.0.1", "[::1]"];
        let name = if host.starts_with('[') { host } else { host.split(':').next().unwrap_or("") };
        !HAS_TLS && !here.contains(&name) && self.parameter("sslmode") != Some("disable")
    }

    /// What libpq is given: the URL, with limits where it names none, or a lost network would hold a thread for a
    /// quarter of an hour.
    pub(crate) fn with_limits(&self) -> Option<String> {
        let Inner::Postgresql(url) = &self.0 else { return None };
        let mut url = url.clone();
        for (name, value) in [("connect_timeout", "2"), ("tcp_user_timeout", "10000")] {
            if self.parameter(name).is_none() {
                url.push(if url.contains('?') { '&' } else { '?' });
                url.push_str(name);
                url.push('=');
                url.push_str(value);
            }
        }
        Some(url)
    }

    fn parameter(&self, wanted: &str) -> Option<&str> {
        let Inner::Postgresql(url) = &self.0 else { return None };
        let (_, query) = url.split_once('?')?;
        query.split('&').find_map(|pair| {
            let (name, value) = pair.split_once('=')?;
            (name == wanted).then_some(value)
        })
    }
}

impl fmt::Display for DatabaseUrl {
    /// The URL without its password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Inner::Sqlite(path) => write!(f, "sqlite://{}", path.display()),
            Inner::Postgresql(url) => {
                let shown = url.split('?').next().unwrap_or("");
                match shown.split_once("//").and_then(|(scheme, rest)| Some((scheme, rest.rsplit_once('@')?))) {
                    Some((scheme, (user, place))) => {
                        write!(f, "{scheme}//{}@{place}", user.split(':').next().unwrap_or(""))
                    }
                    None => f.write_str(shown),
                }
            }
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseUrl({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scheme_picks_the_engine() {
        assert_eq!(DatabaseUrl::parse("sqlite:///tmp/a").unwrap().file(), Some(Path::new("/tmp/a")));
        assert_eq!(DatabaseUrl::parse("sqlite://data/a").unwrap().file(), Some(Path::new("data/a")));
        assert_eq!(DatabaseUrl::parse("postgres://h/d").unwrap().engine(), Engine::Postgresql);
        assert_eq!(DatabaseUrl::parse("mysql://h/d"), Err(UrlError::Scheme));
        assert_eq!(DatabaseUrl::parse("sqlite://"), Err(UrlError::NoFile));
    }

    #[test]
    fn a_password_is_never_shown() {
        let url = DatabaseUrl::parse("postgres://ada:s3cr@t@db.example:5432/x?password=s3cr").unwrap();
        assert_eq!(url.to_string(), "postgres://ada@db.example:5432/x");
        assert!(!format!("{url:?}").contains("s3cr"));
    }

    #[test]
    fn limits_are_added_where_the_url_names_none() {
        let url = DatabaseUrl::parse("postgres://h/d?connect_timeout=9").unwrap();
        assert_eq!(
            url.with_limits().unwrap(),
            "postgres://h/d?connect_timeout=9&tcp_user_timeout=10000"
        );
    }

    #[test]
    #[cfg(feature = "bundled-libpq")]
    fn tls_is_not_dropped_without_a_word() {
        assert!(matches!(DatabaseUrl::parse("postgres://h/d?sslmode=require"), Err(UrlError::NoTls(_))));
        assert!(DatabaseUrl::parse("postgres://db.example/d").unwrap().goes_clear_unasked());
        assert!(!DatabaseUrl::parse("postgres://127.0.0.1:5432/d").unwrap().goes_clear_unasked());
    }
}
