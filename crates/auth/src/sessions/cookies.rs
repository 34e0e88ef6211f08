//! The cookies of sessions.

use std::fmt;

use time::Duration;

use super::SessionKey;
use crate::csrf::{self, CsrfToken};
use crate::request_head::RequestHead;

/// Whether browsers send a cookie with requests that another site's pages make (RFC 6265bis, section 5.6.7).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum SameSite {
    /// Only if the user follows a link there.
    #[default]
    Lax,
    /// Never: a user who follows a link is not logged in on the first page.
    Strict,
}

/// How session cookies are named and sent. By default they are `__Host-sessionid` and `__Host-csrftoken`, which browsers
/// accept only over HTTPS and for all paths of this host, so that no other host of the domain can set them; `SameSite=Lax`;
/// and the session's is `HttpOnly`. Browsers also take them from `http://localhost`, except Safari.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionCookies {
    session: String,
    csrf: String,
    is_secure: bool,
    same_site: SameSite,
}

impl Default for SessionCookies {
    fn default() -> Self {
        Self {
            session: "__Host-sessionid".to_owned(),
            csrf: format!("__Host-{}", csrf::COOKIE),
            is_secure: true,
            same_site: SameSite::Lax,
        }
    }
}

impl SessionCookies {
    /// Cookies with other names. A name without the prefix `__Host-` can be set by other hosts of the domain.
    #[must_use]
    pub fn named(self, session: impl Into<String>, csrf: impl Into<String>) -> Self {
        Self { session: session.into(), csrf: csrf.into(), ..self }
    }

    /// Cookies that are also sent over HTTP, and so have no prefix: for development, and for tests.
    #[must_use]
    pub fn over_http(self) -> Self {
        let bare = |name: String| name.strip_prefix("__Host-").map(str::to_owned).unwrap_or(name);
        Self { session: bare(self.session), csrf: bare(self.csrf), is_secure: false, ..self }
    }

    /// With another `SameSite`.
    #[must_use]
    pub fn with_same_site(self, same_site: SameSite) -> Self {
        Self { same_site, ..self }
    }

    /// The name of the cookie with the session's key.
    #[must_use]
    pub fn session(&self) -> &str {
        &self.session
    }

    /// The name of the cookie with the CSRF token, which scripts can read.
    #[must_use]
    pub fn csrf(&self) -> &str {
        &self.csrf
    }

    pub(super) fn key(&self, head: &RequestHead<'_>) -> Option<SessionKey> {
        SessionKey::parse(&head.cookie(&self.session)?)
    }

    pub(super) fn set_session(&self, key: &SessionKey, lifetime: Duration) -> String {
        self.line(&self.session, key.expose(), lifetime) + "; HttpOnly"
    }

    /// The value of the `Set-Cookie` with this token.
    #[must_use]
    pub fn set_csrf(&self, token: &CsrfToken, lifetime: Duration) -> String {
        self.line(&self.csrf, token.as_str(), lifetime)
    }

    pub(super) fn forget(&self) -> Vec<String> {
        let line = |name| self.line(name, "", Duration::ZERO);
        vec![line(&self.session) + "; HttpOnly", line(&self.csrf)]
    }

    /// The value of the `Set-Cookie` that deletes the CSRF token.
    pub(super) fn forget_csrf(&self) -> String {
        self.line(&self.csrf, "", Duration::ZERO)
    }

    fn line(&self, name: &str, value: &str, lifetime: Duration) -> String {
        let same_site = match self.same_site {
            SameSite::Lax => "Lax",
            SameSite::Strict => "Strict",
        };
        let secure = if self.is_secure { "; Secure" } else { "" };
        let seconds = lifetime.whole_seconds();
        format!("{name}={value}; Path=/; Max-Age={seconds}; SameSite={same_site}{secure}")
    }
}

/// A login: send its cookies with the response.
#[derive(Clone)]
pub struct Login {
    /// The values of the `Set-Cookie` headers, all of which must be sent.
    pub set_cookies: Vec<String>,
    /// The CSRF token of the new session, for a form in the response.
    pub csrf_token: CsrfToken,
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Login(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::randomness::SystemRandomness;

    #[test]
    fn cookies_are_as_strict_as_they_can_be() {
        let (cookies, key) = (SessionCookies::default(), SessionKey::new(&SystemRandomness).unwrap());
        let line = cookies.set_session(&key, Duration::HOUR);
        let flags = "; Path=/; Max-Age=3600; SameSite=Lax; Secure";
        assert_eq!(line, format!("__Host-sessionid={}{flags}; HttpOnly", key.expose()));
        let token = CsrfToken::for_session(b"key");
        let expected = format!("__Host-csrftoken={}{flags}", token.as_str());
        assert_eq!(cookies.set_csrf(&token, Duration::HOUR), expected);
        assert!(cookies.forget().iter().all(|line| line.contains("=; Path=/; Max-Age=0; ")));
        let plain = cookies.over_http().with_same_site(SameSite::Strict);
        assert_eq!(
            plain.set_session(&key, Duration::HOUR),
            format!("sessionid={}; Path=/; Max-Age=3600; SameSite=Strict; HttpOnly", key.expose())
        );
    }
}
