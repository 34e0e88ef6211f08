//! Settings that are URLs of databases and Redis servers.

use presspass_persistence::{DatabaseUrl, RedisUrl};

use super::from_text::FromText;

/// Where sessions are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SessionStore {
    /// In the database.
    Database,
    /// In Redis.
    Redis(RedisUrl),
}

/// Where uses of throttles are counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ThrottleStore {
    /// Where it costs least: see `throttle.store` in docs/configuration.md.
    Auto,
    /// In the database.
    Database,
    /// In each server's memory.
    Memory,
    /// In Redis.
    Redis(RedisUrl),
}

/// The names of stores that are no URL.
pub(super) const STORES: [&str; 3] = ["auto", "database", "memory"];

impl FromText for DatabaseUrl {
    fn from_text(text: &str) -> Result<Self, String> {
        check(text, &["sqlite", "postgres", "postgresql"])?;
        Self::parse(text).map_err(|error| format!("cannot be used: {error}"))
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
        check(text, &["redis", "rediss"])?;
        Self::parse(text).map_err(|error| format!("cannot be used: {error}"))
    }
}

/// What is wrong with any URL. No message repeats more than the scheme: what follows may hold a password.
fn check(text: &str, schemes: &[&str]) -> Result<(), String> {
    let Some((scheme, _)) = text.split_once("://") else {
        return Err("is no URL: it has no ://".to_owned());
    };
    if !schemes.contains(&scheme) {
        let is_plain = scheme.len() <= 16 && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric());
        return Err(if is_plain {
            format!("has the unknown scheme `{scheme}`")
        } else {
            "has an unknown scheme".to_owned()
        });
    }
    if text.chars().any(char::is_control) {
        return Err("holds a control character".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

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
            ("sqlite://", "must name a file"),
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
        for (url, error) in [
            ("mysql://ann:s3cret@db/x", "has the unknown scheme `mysql`"),
            ("ann:s3cret@db://x", "has an unknown scheme"),
            ("s3cret", "is no URL: it has no ://"),
        ] {
            assert_eq!(DatabaseUrl::from_text(url).unwrap_err(), error);
        }
        assert_eq!(DatabaseUrl::from_text("sqlite://a\nb").unwrap_err(), "holds a control character");
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
}
