//! The URL of a Redis server.

use std::fmt;

use presspass_domain::SecretUrl;

/// `redis://[[user]:password@]host[:port][/database]`. Printed without its password.
#[derive(Clone, PartialEq, Eq)]
pub struct RedisUrl(SecretUrl);

/// Why the URL of a Redis server is refused. No message repeats a part of it: it may hold a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RedisUrlError {
    #[error("a Redis server's URL begins with redis://")]
    Scheme,
    #[error(
        "rediss:// asks for TLS, which is not spoken to Redis; let a tunnel (stunnel) do it and name its end"
    )]
    NoTls,
    /// The driver would ignore what follows `?` or `#`.
    #[error(
        "redis:// takes no parameters; write ? as %3F, # as %23, @ as %40, : as %3A and / as %2F in the password"
    )]
    Parameters,
    #[error("a Redis server's URL is redis://:password@host:6379/0: host, port and the database's number")]
    Shape,
    #[error("this program was built without Redis; build it with --features redis")]
    NotBuilt,
}

impl RedisUrl {
    pub fn parse(text: &str) -> Result<Self, RedisUrlError> {
        match text.split_once("://") {
            Some(("redis", _)) => {}
            Some(("rediss", _)) => return Err(RedisUrlError::NoTls),
            _ => return Err(RedisUrlError::Scheme),
        }
        if text.contains(['?', '#']) {
            return Err(RedisUrlError::Parameters);
        }
        check(text)?;
        Ok(Self(SecretUrl::new(text)))
    }

    /// With its password: for the connection only.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// Whether it is on another machine and asks for no password.
    #[must_use]
    pub fn is_open_to_the_network(&self) -> bool {
        let rest = self.expose().split_once("://").map_or("", |(_, rest)| rest);
        let authority = rest.split('/').next().unwrap_or_default();
        let (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
        let is_local = ["localhost", "127.", "[::1]"].iter().any(|local| host.starts_with(local));
        !is_local && !user.contains(':')
    }
}

/// Whether the driver can connect there.
#[cfg(feature = "redis")]
fn check(text: &str) -> Result<(), RedisUrlError> {
    use ::redis::IntoConnectionInfo as _;
    let info = text.into_connection_info().map_err(|_| RedisUrlError::Shape)?;
    if info.redis_settings().db() >= 0 { Ok(()) } else { Err(RedisUrlError::Shape) }
}

#[cfg(not(feature = "redis"))]
fn check(_: &str) -> Result<(), RedisUrlError> {
    Err(RedisUrlError::NotBuilt)
}

impl fmt::Display for RedisUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for RedisUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

#[cfg(all(test, feature = "redis"))]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_shown_in_full_but_for_its_password() {
        for (url, shown) in [
            ("redis://cache:7000/2", "redis://cache:7000/2"),
            ("redis://[::1]:7000/2", "redis://[::1]:7000/2"),
            ("redis://:s3cret@cache/1", "redis://:***@cache/1"),
            ("redis://ann:s3%40cret@cache", "redis://ann:***@cache"),
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
