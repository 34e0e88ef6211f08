//! CSRF protection: a browser sends its cookies with every request, whichever site's page made it.
//!
//! A request that relies on a cookie and changes something has to repeat the token of the `csrftoken` cookie, which
//! pages of other sites cannot read, in the header `X-CSRFToken` or in a form field. Cookie, tokens and messages are
//! those of Django's `CsrfViewMiddleware`. Over HTTPS the request must also come from a page of the same host.

mod origin;
mod token;

pub use origin::Site;
pub use token::CsrfToken;

use crate::request_head::RequestHead;

/// The header with the token.
pub const HEADER: &str = "x-csrftoken";

/// The form field with the token. It has precedence over the header.
pub const FIELD: &str = "csrfmiddlewaretoken";

/// The name of Django's cookie, which front ends read.
pub const COOKIE: &str = "csrftoken";

/// Why a request may be forged, with Django's messages.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CsrfError {
    /// Over HTTPS, neither `Origin` nor `Referer` states which page made the request.
    #[error("Referer checking failed - no Referer.")]
    NoReferer,
    /// `Referer` is not an absolute URL.
    #[error("Referer checking failed - Referer is malformed.")]
    MalformedReferer,
    /// The page was loaded over HTTP, so an attacker on the network may have written it.
    #[error("Referer checking failed - Referer is insecure while host is secure.")]
    InsecureReferer,
    /// `Referer` is another site.
    #[error("Referer checking failed - {0} does not match any trusted origins.")]
    ForeignReferer(String),
    /// `Origin` is another site.
    #[error("Origin checking failed - {0} does not match any trusted origins.")]
    ForeignOrigin(String),
    /// The request has no CSRF cookie.
    #[error("CSRF cookie not set.")]
    NoCookie,
    /// The request does not repeat the token of the cookie.
    #[error("CSRF token missing or incorrect.")]
    WrongToken,
}

/// Whether a method is safe, so that it needs no token (RFC 9110, section 9.2.1).
#[must_use]
pub fn is_safe(method: &str) -> bool {
    matches!(method, "GET" | "HEAD" | "OPTIONS" | "TRACE")
}

/// The CSRF check of requests that rely on a cookie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CsrfPolicy {
    cookie: String,
}

impl Default for CsrfPolicy {
    /// With Django's cookie.
    fn default() -> Self {
        Self::new(COOKIE)
    }
}

impl CsrfPolicy {
    /// With a cookie of this name.
    #[must_use]
    pub fn new(cookie: impl Into<String>) -> Self {
        Self { cookie: cookie.into() }
    }

    /// The name of the cookie.
    #[must_use]
    pub fn cookie(&self) -> &str {
        &self.cookie
    }

    /// The token of the cookie; `Ok(None)` if there is no cookie.
    ///
    /// # Errors
    /// [`CsrfError::WrongToken`] if the cookie is not a token.
    pub fn token(&self, head: &RequestHead<'_>) -> Result<Option<CsrfToken>, CsrfError> {
        let Some(cookie) = head.cookie(&self.cookie) else { return Ok(None) };
        CsrfToken::parse(&cookie).map(Some).ok_or(CsrfError::WrongToken)
    }

    /// Checks a request whose method is not [safe](is_safe). `field` is the value of the form field [`FIELD`], if
    /// there is one; `site` is how the client reached the service.
    ///
    /// # Errors
    /// If the request may be forged.
    pub fn check(
        &self,
        head: &RequestHead<'_>,
        field: Option<&str>,
        site: Site<'_>,
    ) -> Result<(), CsrfError> {
        if is_safe(head.method()) {
            return Ok(());
        }
        site.check(head)?;
        let expected = match self.token(head) {
            Ok(None) => return Err(CsrfError::NoCookie),
            Ok(Some(token)) => token,
            Err(error) => return Err(error),
        };
        let repeated = match field.filter(|field| !field.is_empty()) {
            Some(field) => CsrfToken::parse(field),
            None => head
                .header(HEADER)
                .and_then(|header| std::str::from_utf8(&header).ok().and_then(CsrfToken::parse)),
        };
        if repeated.is_some_and(|repeated| repeated.matches(&expected)) {
            Ok(())
        } else {
            Err(CsrfError::WrongToken)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::randomness::SystemRandomness;

    const PLAIN: Site<'static> = Site { is_secure: false, host: "a.example" };

    fn check(method: &str, headers: &[(&str, &str)], field: Option<&str>) -> Result<(), CsrfError> {
        CsrfPolicy::default().check(&RequestHead::new(method, "/", &headers), field, PLAIN)
    }

    #[test]
    fn a_request_repeats_its_cookie_in_the_header_or_in_the_form() {
        let token = CsrfToken::new(&SystemRandomness).unwrap();
        let masked = token.masked(&SystemRandomness).unwrap();
        let cookie = format!("csrftoken={}", token.as_str());
        let cookie = ("cookie", cookie.as_str());
        let header = ("x-csrftoken", masked.as_str());
        assert_eq!(check("POST", &[cookie, header], None), Ok(()));
        assert_eq!(check("POST", &[cookie, header], Some("")), Ok(()));
        assert_eq!(check("POST", &[cookie], Some(masked.as_str())), Ok(()));
        assert_eq!(check("DELETE", &[cookie, ("x-csrftoken", token.as_str())], None), Ok(()));
        // The form field has precedence.
        assert_eq!(check("POST", &[cookie, header], Some("x")), Err(CsrfError::WrongToken));
        assert_eq!(check("POST", &[cookie], None), Err(CsrfError::WrongToken));
        assert_eq!(check("POST", &[header], None), Err(CsrfError::NoCookie));
        assert_eq!(check("TRACE", &[], None), Ok(()));
        let other = CsrfToken::new(&SystemRandomness).unwrap();
        assert_eq!(
            check("PUT", &[cookie, ("x-csrftoken", other.as_str())], None),
            Err(CsrfError::WrongToken)
        );
    }

    #[test]
    fn a_cookie_that_is_no_token_matches_nothing() {
        for bad in ["", "x", "é", &"a".repeat(63), &"-".repeat(64)] {
            let cookie = format!("csrftoken={bad}");
            let headers = [("cookie", cookie.as_str()), ("x-csrftoken", bad)];
            assert_eq!(check("POST", &headers, None), Err(CsrfError::WrongToken), "{bad}");
        }
    }
}
