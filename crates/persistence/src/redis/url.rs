//! Where a Redis server is.

use std::fmt;

use ::redis::{ConnectionAddr, ConnectionInfo, IntoConnectionInfo as _};

/// The URL of a Redis server: `redis://[[user]:password@]host[:port][/database]`. Printed without its password.
#[derive(Clone)]
pub struct RedisUrl(ConnectionInfo);

/// Why a Redis server's URL is refused. None of these says a part of it: it may hold a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RedisUrlError {
    /// Another scheme, or none.
    #[error("a Redis server's URL begins with redis://")]
    Scheme,
    /// `rediss://`, and nothing in this program speaks TLS to Redis.
    #[error(
        "rediss:// asks for TLS, which is not spoken to Redis; let a tunnel (stunnel) do it and name its end"
    )]
    NoTls,
    /// What follows `?` or `#` would have no effect.
    #[error(
        "redis:// takes no parameters; write ? as %3F, # as %23, @ as %40, : as %3A and / as %2F in the password"
    )]
    Parameters,
    /// No host, a port that is no number, a database that is none.
    #[error("a Redis server's URL is redis://:password@host:6379/0: host, port and the database's number")]
    Shape,
}

impl RedisUrl {
    /// Reads a URL.
    ///
    /// # Errors
    /// Where no connection could be made of it.
    pub fn parse(text: &str) -> Result<Self, RedisUrlError> {
        match text.split_once("://") {
            Some(("redis", _)) => {}
            Some(("rediss", _)) => return Err(RedisUrlError::NoTls),
            _ => return Err(RedisUrlError::Scheme),
        }
        if text.contains(['?', '#']) {
            return Err(RedisUrlError::Parameters);
        }
        let info = text.into_connection_info().map_err(|_| RedisUrlError::Shape)?;
        let is_database = info.redis_settings().db() >= 0;
        if is_database { Ok(Self(info)) } else { Err(RedisUrlError::Shape) }
    }

    pub(super) fn connection_info(&self) -> ConnectionInfo {
        self.0.clone()
    }
}

impl fmt::Display for RedisUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let settings = self.0.redis_settings();
        f.write_str("redis://")?;
        match (settings.username(), settings.password()) {
            (None, None) => {}
            (user, None) => write!(f, "{}@", user.unwrap_or_default())?,
            (user, Some(_)) => write!(f, "{}:***@", user.unwrap_or_default())?,
        }
        match self.0.addr() {
            ConnectionAddr::Tcp(host, port) if host.contains(':') => write!(f, "[{host}]:{port}")?,
            ConnectionAddr::Tcp(host, port) => write!(f, "{host}:{port}")?,
            other => write!(f, "{other}")?,
        }
        write!(f, "/{}", settings.db())
    }
}

impl fmt::Debug for RedisUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_shown_in_full_but_for_its_password() {
        for (url, shown) in [
            ("redis://cache", "redis://cache:6379/0"),
            ("redis://cache:7000/2", "redis://cache:7000/2"),
            ("redis://[::1]:7000/2", "redis://[::1]:7000/2"),
            ("redis://:s3cret@cache/1", "redis://:***@cache:6379/1"),
            ("redis://ann:s3%40cret@cache", "redis://ann:***@cache:6379/0"),
        ] {
            let parsed = RedisUrl::parse(url).unwrap();
            assert_eq!((parsed.to_string(), format!("{parsed:?}")), (shown.to_owned(), shown.to_owned()));
        }
    }

    #[test]
    fn what_no_connection_can_be_made_of_is_refused_without_its_password() {
        for (url, why) in [
            ("http://:s3cret@cache", RedisUrlError::Scheme),
            ("s3cret", RedisUrlError::Scheme),
            ("unix:///run/redis?pass=s3cret", RedisUrlError::Scheme),
            ("rediss://:s3cret@cache", RedisUrlError::NoTls),
            ("redis://:s3?cret@cache", RedisUrlError::Parameters),
            ("redis://:s3#cret@cache", RedisUrlError::Parameters),
            ("redis://:s3/cret@cache", RedisUrlError::Shape),
            ("redis://", RedisUrlError::Shape),
            ("redis://cache:s3cret", RedisUrlError::Shape),
            ("redis://cache/s3cret", RedisUrlError::Shape),
            ("redis://cache/-1", RedisUrlError::Shape),
        ] {
            let error = RedisUrl::parse(url).unwrap_err();
            assert_eq!(error, why, "{url}");
            assert!(!error.to_string().contains("s3"), "{error}");
        }
    }
}
