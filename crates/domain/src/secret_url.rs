//! URLs that may hold a password, which is never printed.

use std::fmt;

/// A URL that may hold a password. It is printed without it.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretUrl(String);

impl SecretUrl {
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self(url.into())
    }

    /// With its password.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SecretUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&redacted(&self.0))
    }
}

impl fmt::Debug for SecretUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text that may be a URL with a password, without the password. A password that was not percent-encoded may hold any
/// character, so rather too much is hidden than too little: all of a text that is no URL.
#[must_use]
pub fn redacted(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://").filter(|(scheme, _)| scheme.len() <= 16) else {
        return format!("(hidden, {} bytes)", text.len());
    };
    if scheme == "sqlite" {
        return text.to_owned();
    }
    // libpq reads a password from the query, too.
    let (rest, hidden) = match rest.to_ascii_lowercase().find("password=") {
        Some(start) => (&rest[..start + "password=".len()], "***"),
        None => (rest, ""),
    };
    format!("{scheme}://{}{hidden}", without_userinfo_password(rest))
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
            ("postgres://db:5432/press?password=s3@cret", "postgres://db:5432/press?password=***"),
            ("postgres://ann:s3cret", "postgres://ann:***"),
            ("redis://:s3cret@cache:6379/0", "redis://:***@cache:6379/0"),
            ("s3cret", "(hidden, 6 bytes)"),
        ] {
            let secret = SecretUrl::new(url);
            assert_eq!(format!("{secret} {secret:?}"), format!("{shown} {shown}"));
            assert_eq!(secret.expose(), url);
        }
    }

    #[test]
    fn a_url_without_a_password_is_shown_in_full() {
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
}
