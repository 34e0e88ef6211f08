//! CSRF protection: a browser sends its cookies with every request, whichever site's page made it.
//!
//! A request that relies on a cookie and changes something must
//!
//! 1. not come from a page of another site: `Origin` and `Sec-Fetch-Site` are checked whenever they are there, unless the
//!    origin is [trusted](CsrfPolicy::trusting);
//! 2. repeat the [token](CsrfToken) of its session, which pages of other sites do not know, in the header `X-CSRFToken`
//!    or in a form field. The token is derived from the session, so a cookie that another host of the domain has set is
//!    of no use to an attacker. Scripts read it in the cookie `csrftoken`.
//!
//! With [`CsrfPolicy::double_submit`] the token is that of the cookie, which need not belong to a session, as in Django's
//! `CsrfViewMiddleware`. Header, field, cookie and messages are Django's.

mod origin;
mod token;

pub use origin::{InvalidOrigin, Site, TrustedOrigin};
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
#[non_exhaustive]
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
    /// `Sec-Fetch-Site` says that the page is of another site.
    #[error("Origin checking failed - Sec-Fetch-Site is {0}.")]
    ForeignSite(String),
    /// The request has no CSRF cookie.
    #[error("CSRF cookie not set.")]
    NoCookie,
    /// The request does not repeat the token.
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
    is_bound: bool,
    trusted: Vec<TrustedOrigin>,
}

impl Default for CsrfPolicy {
    /// With the cookie `csrftoken`.
    fn default() -> Self {
        Self::new(COOKIE)
    }
}

impl CsrfPolicy {
    /// With a cookie of this name, and tokens that are bound to their session.
    #[must_use]
    pub fn new(cookie: impl Into<String>) -> Self {
        Self { cookie: cookie.into(), is_bound: true, trusted: Vec::new() }
    }

    /// Accepts any token that the request's cookie repeats, as Django does: for front ends of a Django project, whose
    /// tokens are not derived from sessions.
    #[must_use]
    pub fn double_submit(mut self) -> Self {
        self.is_bound = false;
        self
    }

    /// Trusts the pages of another origin (Django's `CSRF_TRUSTED_ORIGINS`). They still need the token.
    #[must_use]
    pub fn trusting(mut self, origin: TrustedOrigin) -> Self {
        self.trusted.push(origin);
        self
    }

    /// The name of the cookie.
    #[must_use]
    pub fn cookie(&self) -> &str {
        &self.cookie
    }

    /// Whether tokens are bound to their session.
    #[must_use]
    pub const fn is_bound(&self) -> bool {
        self.is_bound
    }

    /// The token of the cookie; `Ok(None)` if there is no cookie.
    ///
    /// # Errors
    /// [`CsrfError::WrongToken`] if the cookie is not a token.
    pub fn token(&self, head: &RequestHead<'_>) -> Result<Option<CsrfToken>, CsrfError> {
        let Some(cookie) = head.cookie(&self.cookie) else { return Ok(None) };
        CsrfToken::parse(&cookie).map(Some).ok_or(CsrfError::WrongToken)
    }

    /// Checks a request whose method is not [safe](is_safe). `session` is the token of the caller's session, which
    /// [`Admission::csrf_token`](crate::gate::Admission::csrf_token) has; `field` is the value of the form field
    /// [`FIELD`], if there is one; `site` is how the client reached the service.
    ///
    /// # Errors
    /// If the request may be forged.
    pub fn check(
        &self,
        head: &RequestHead<'_>,
        session: Option<&CsrfToken>,
        field: Option<&str>,
        site: Site<'_>,
    ) -> Result<(), CsrfError> {
        if is_safe(head.method()) {
            return Ok(());
        }
        self.check_origin(head, site)?;
        let expected = match session {
            Some(token) if self.is_bound => token.clone(),
            None if self.is_bound => return Err(CsrfError::WrongToken),
            _ => self.token(head)?.ok_or(CsrfError::NoCookie)?,
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

    /// Checks only that no page of another site made the request: for a login form, whose browser has no session yet.
    /// Without this check, an attacker could log a browser in to the attacker's account.
    ///
    /// # Errors
    /// If the request may be forged.
    pub fn check_origin(&self, head: &RequestHead<'_>, site: Site<'_>) -> Result<(), CsrfError> {
        if is_safe(head.method()) { Ok(()) } else { site.check(head, &self.trusted) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::randomness::SystemRandomness;

    const PLAIN: Site<'static> = Site { is_secure: false, host: "a.example" };

    fn check(method: &str, headers: &[(&str, &str)], field: Option<&str>) -> Result<(), CsrfError> {
        CsrfPolicy::default().double_submit().check(
            &RequestHead::new(method, "/", &headers),
            None,
            field,
            PLAIN,
        )
    }

    #[test]
    fn a_token_is_bound_to_its_session() {
        let session = CsrfToken::for_session(b"the key of a session");
        let check = |session: Option<&CsrfToken>, headers: &[(&str, &str)]| {
            CsrfPolicy::default().check(&RequestHead::new("POST", "/", &headers), session, None, PLAIN)
        };
        let masked = session.masked(&SystemRandomness).unwrap();
        assert_eq!(check(Some(&session), &[("x-csrftoken", masked.as_str())]), Ok(()));
        assert_eq!(check(Some(&session), &[]), Err(CsrfError::WrongToken));
        // A neighbour in the same domain can set the cookie, but does not know the session.
        let planted = "a".repeat(64);
        let (cookie, planted) = (format!("csrftoken={planted}"), ("x-csrftoken", planted.as_str()));
        let tossed = [("cookie", cookie.as_str()), planted];
        assert_eq!(check(Some(&session), &tossed), Err(CsrfError::WrongToken));
        assert_eq!(check(None, &tossed), Err(CsrfError::WrongToken));
        let other = CsrfToken::for_session(b"the key of another session");
        assert_eq!(check(Some(&other), &[("x-csrftoken", masked.as_str())]), Err(CsrfError::WrongToken));
    }

    #[test]
    fn a_page_of_another_site_cannot_log_a_browser_in() {
        let check = |headers: &[(&str, &str)]| {
            CsrfPolicy::default().check_origin(&RequestHead::new("POST", "/login", &headers), PLAIN)
        };
        assert_eq!(check(&[("origin", "https://a.example")]), Ok(()));
        assert!(check(&[("origin", "https://evil.example")]).is_err());
        assert!(check(&[("sec-fetch-site", "cross-site")]).is_err());
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
