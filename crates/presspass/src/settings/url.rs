//! Addresses of databases and session stores, whose passwords are never printed.

use std::fmt;
use std::path::Path;

use presspass_persistence::DatabaseUrl as Connectable;

use super::from_text::FromText;

/// Where the database is. The scheme is one we serve; printed without its password.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(String);

impl DatabaseUrl {
    /// The `SQLite` file that a bare start uses.
    pub(super) fn inside(data_dir: &Path) -> Self {
        Self(format!("sqlite://{}", data_dir.join("presspass.sqlite3").display()))
    }

    /// The whole address, password included: for the connection only.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// Where sessions are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SessionStore {
    /// In the original's table.
    Database,
    /// In Redis.
    Redis(RedisUrl),
}

/// Where uses of throttles are counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ThrottleStore {
    /// Where it costs least that serves: see `throttle.store` in docs/configuration.md.
    Auto,
    /// In a table of ours.
    Database,
    /// In each server's memory.
    Memory,
    /// In Redis.
    Redis(RedisUrl),
}

/// The names of stores that are no address.
pub(super) const STORES: [&str; 3] = ["auto", "database", "memory"];

/// The address of a Redis server, printed without its password.
#[derive(Clone, PartialEq, Eq)]
pub struct RedisUrl(String);

impl RedisUrl {
    /// The whole address, password included: for the connection only.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl RedisUrl {
    /// Whether it is on another machine and asks for no password.
    pub(super) fn is_open_to_the_network(&self) -> bool {
        let rest = self.0.split_once("://").map_or(self.0.as_str(), |(_, rest)| rest);
        let authority = rest.split('/').next().unwrap_or_default();
        let (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
        let is_here = ["localhost", "127.", "[::1]"].iter().any(|here| host.starts_with(here));
        !is_here && !user.contains(':')
    }
}

macro_rules! shown_without_password {
    ($($url:ty),+) => {
        $(impl fmt::Display for $url {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&redacted(&self.0))
            }
        }

        impl fmt::Debug for $url {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        })+
    };
}

shown_without_password!(DatabaseUrl, RedisUrl);

impl FromText for DatabaseUrl {
    fn from_text(text: &str) -> Result<Self, String> {
        let url = url_of(text, &["sqlite", "postgres", "postgresql"])?;
        // Whoever connects decides what is good: asked here, the refusal names the line or the variable.
        Connectable::parse(&url).map_err(|error| format!("cannot be used: {error}"))?;
        Ok(Self(url))
    }
}

impl FromText for SessionStore {
    fn from_text(text: &str) -> Result<Self, String> {
        if text == "database" {
            return Ok(Self::Database);
        }
        RedisUrl::from_text(text).map(Self::Redis)
    }
}

impl FromText for ThrottleStore {
    fn from_text(text: &str) -> Result<Self, String> {
        match text {
            "auto" => Ok(Self::Auto),
            "database" => Ok(Self::Database),
            "memory" => Ok(Self::Memory),
            _ => RedisUrl::from_text(text).map(Self::Redis),
        }
    }
}

impl FromText for RedisUrl {
    fn from_text(text: &str) -> Result<Self, String> {
        let url = url_of(text, &["redis", "rediss"])?;
        connectable(&url).map_err(|wrong| format!("cannot be used: {wrong}"))?;
        Ok(Self(url))
    }
}

/// Whether this program can connect there.
#[cfg(feature = "redis")]
fn connectable(url: &str) -> Result<(), String> {
    presspass_persistence::RedisUrl::parse(url).map(drop).map_err(|error| error.to_string())
}

#[cfg(not(feature = "redis"))]
fn connectable(_: &str) -> Result<(), String> {
    Err("this program was built without Redis; build it with --features redis".to_owned())
}

/// No error repeats more than the scheme: anything behind it may be a password.
fn url_of(text: &str, schemes: &[&str]) -> Result<String, String> {
    let Some((scheme, rest)) = text.split_once("://") else {
        return Err("is no URL: it has no ://".to_owned());
    };
    if !schemes.contains(&scheme) {
        let plain = scheme.len() <= 16 && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric());
        return Err(if plain {
            format!("has the unknown scheme `{scheme}`")
        } else {
            "has an unknown scheme".to_owned()
        });
    }
    if rest.is_empty() {
        return Err("names nothing after ://".to_owned());
    }
    if text.chars().any(char::is_control) {
        return Err("holds a control character".to_owned());
    }
    Ok(text.to_owned())
}

/// A value of any setting as it may be printed: with the password hidden where it is an address.
pub(super) fn shown(text: &str) -> String {
    if text.contains("://") { redacted(text) } else { text.to_owned() }
}

/// An address as it may be printed. A password that was not percent-encoded may hold any character, so rather too much
/// is hidden than too little.
pub(super) fn redacted(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://").filter(|(scheme, _)| scheme.len() <= 16) else {
        return format!("(hidden, {} bytes)", text.len());
    };
    if scheme == "sqlite" {
        return text.to_owned();
    }
    let rest = without_userinfo_password(rest);
    // libpq reads a password out of the query, too.
    let shown = match rest.to_ascii_lowercase().find("password=") {
        Some(start) => format!("{}***", &rest[..start + "password=".len()]),
        None => rest,
    };
    format!("{scheme}://{shown}")
}

fn without_userinfo_password(rest: &str) -> String {
    if let Some((userinfo, host)) = rest.rsplit_once('@') {
        return match userinfo.split_once(':') {
            Some((user, _)) => format!("{user}:***@{host}"),
            None => rest.to_owned(),
        };
    }
    // Without an @, what follows a colon is a port, or a password whose host was forgotten.
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    match authority.rsplit_once(':') {
        Some((host, port))
            if !authority.ends_with(']') && !port.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            format!("{}:***", host.split(':').next().unwrap_or_default())
        }
        _ => rest.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_hidden_wherever_it_stands() {
        for (url, shown) in [
            ("postgres://ann:s3cret@db:5432/press", "postgres://ann:***@db:5432/press"),
            ("postgres://ann:s3/c?r#e@t@db/press", "postgres://ann:***@db/press"),
            (
                "postgres://ann@db/press?sslmode=disable&password=s3cret",
                "postgres://ann@db/press?sslmode=disable&password=***",
            ),
            ("postgres://ann@db/press?PassWord=s3@cret", "postgres://ann@db/press?PassWord=***"),
            ("postgres://ann:s3cret", "postgres://ann:***"),
            ("redis://:s3cret@cache:6379/0", "redis://:***@cache:6379/0"),
            ("s3cret", "(hidden, 6 bytes)"),
        ] {
            assert_eq!(redacted(url), shown);
            assert!(!redacted(url).contains("s3"));
        }
    }

    #[test]
    fn what_is_no_password_is_shown() {
        for url in [
            "sqlite:///a/b@c:d.sqlite3",
            "postgres://ann@db:5432/press",
            "redis://[::1]:6379/0",
            "redis://cache/1",
            "redis://[::1]",
        ] {
            assert_eq!(redacted(url), url);
        }
    }

    #[test]
    fn debug_and_display_hide_the_password() {
        let store = SessionStore::from_text("redis://:s3cret@cache/0").unwrap();
        assert_eq!(format!("{store:?}"), "Redis(redis://:***@cache/0)");
        let url = DatabaseUrl::from_text("postgres://ann:s3cret@db/press").unwrap();
        assert_eq!(format!("{url} {url:?}"), "postgres://ann:***@db/press postgres://ann:***@db/press");
    }

    #[test]
    fn what_no_connection_can_be_made_of_is_refused_without_its_password() {
        for (url, why) in [
            ("sqlite://:memory:", "must name a file"),
            ("sqlite://a.sqlite3?mode=rwc", "takes no parameters"),
            ("postgres://ann:s3@cret@db/press", "write % as %25, @ as %40"),
            ("postgres://ann:s3cret", "a number as its port"),
        ] {
            let error = DatabaseUrl::from_text(url).unwrap_err();
            assert!(error.starts_with("cannot be used: ") && error.contains(why), "{url}: {error}");
            assert!(!error.contains("s3"), "{error}");
        }
        for (url, why) in
            [("rediss://:s3cret@cache", "stunnel"), ("redis://cache:s3cret", "database's number")]
        {
            let error = SessionStore::from_text(url).unwrap_err();
            assert!(error.starts_with("cannot be used: ") && error.contains(why), "{url}: {error}");
            assert!(!error.contains("s3"), "{error}");
        }
    }

    #[test]
    fn a_throttle_store_is_a_name_or_a_redis() {
        let read = ThrottleStore::from_text;
        assert_eq!(read("auto"), Ok(ThrottleStore::Auto));
        assert_eq!(
            (read("database"), read("memory")),
            (Ok(ThrottleStore::Database), Ok(ThrottleStore::Memory))
        );
        let redis = read("redis://:s3cret@cache/1").unwrap();
        assert_eq!(format!("{redis:?}"), "Redis(redis://:***@cache/1)");
        assert_eq!(read("s3cret").unwrap_err(), "is no URL: it has no ://");
    }

    #[test]
    fn an_error_repeats_no_more_than_the_scheme() {
        assert_eq!(
            DatabaseUrl::from_text("mysql://ann:s3cret@db/x").unwrap_err(),
            "has the unknown scheme `mysql`"
        );
        assert_eq!(DatabaseUrl::from_text("ann:s3cret@db://x").unwrap_err(), "has an unknown scheme");
        assert_eq!(DatabaseUrl::from_text("s3cret").unwrap_err(), "is no URL: it has no ://");
        assert_eq!(DatabaseUrl::from_text("sqlite://").unwrap_err(), "names nothing after ://");
    }
}
