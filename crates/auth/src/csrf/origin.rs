//! Where a request comes from: `Origin`, `Sec-Fetch-Site` and `Referer`.

use std::fmt;

use super::CsrfError;
use crate::request_head::RequestHead;

/// How the client reached the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Site<'a> {
    /// Whether it is known to use HTTPS.
    pub is_secure: bool,
    /// The host of the request, with the port if it has one.
    pub host: &'a str,
}

/// An origin whose pages may use this service in the name of their visitors, such as `https://app.example`: a front end
/// of your own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustedOrigin(String);

/// A text is not an origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an origin is a scheme and a host, and a port if it is not the usual one: https://app.example")]
pub struct InvalidOrigin;

impl TrustedOrigin {
    /// Parses a scheme, a host and a port, without a path.
    ///
    /// # Errors
    /// If the text is something else.
    pub fn parse(text: &str) -> Result<Self, InvalidOrigin> {
        let (scheme, host) = text.split_once("://").ok_or(InvalidOrigin)?;
        let is_good = |byte: u8| byte.is_ascii_graphic() && !b"/?#@*\\,".contains(&byte);
        if scheme.is_empty() || host.is_empty() || !text.replacen("://", "", 1).bytes().all(is_good) {
            return Err(InvalidOrigin);
        }
        Ok(Self(canonical(scheme, host)))
    }
}

impl fmt::Display for TrustedOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An origin in lower case, without the port that its scheme has anyway.
fn canonical(scheme: &str, host: &str) -> String {
    let scheme = scheme.to_ascii_lowercase();
    format!("{scheme}://{}", bare(&scheme, host))
}

fn bare(scheme: &str, host: &str) -> String {
    let port = if scheme.eq_ignore_ascii_case("https") { ":443" } else { ":80" };
    host.strip_suffix(port).unwrap_or(host).to_ascii_lowercase()
}

/// The page that sent a request.
struct Page<'p> {
    scheme: &'p str,
    host: &'p str,
}

impl<'p> Page<'p> {
    fn parse(url: &'p str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        (!scheme.is_empty() && !host.is_empty()).then_some(Self { scheme, host })
    }

    fn is_one_of(&self, trusted: &[TrustedOrigin]) -> bool {
        !trusted.is_empty() && trusted.iter().any(|one| one.0 == canonical(self.scheme, self.host))
    }

    /// Whether the page is of the host of the request. A page that was loaded over HTTP is not ours if we are known to
    /// use HTTPS: an attacker on the network may have written it.
    fn is_of(&self, site: Site<'_>) -> bool {
        let is_web = self.scheme.eq_ignore_ascii_case("https")
            || (!site.is_secure && self.scheme.eq_ignore_ascii_case("http"));
        is_web && bare(self.scheme, self.host) == bare(self.scheme, site.host)
    }
}

impl Site<'_> {
    /// Refuses a request from a page of another site. Browsers state the page in `Origin`, for all requests that are not
    /// safe, and its relation to us in `Sec-Fetch-Site`; scripts can set neither. Over HTTPS, where both are missing,
    /// `Referer` is required, as in Django.
    pub(super) fn check(self, head: &RequestHead<'_>, trusted: &[TrustedOrigin]) -> Result<(), CsrfError> {
        let origin = head.header("origin");
        if let Some(origin) = &origin {
            let origin = String::from_utf8_lossy(origin);
            match Page::parse(&origin) {
                Some(page) if page.is_one_of(trusted) => return Ok(()),
                Some(page) if page.is_of(self) => {}
                // `null` is a page without an origin: that of a sandboxed frame, for instance.
                _ => return Err(CsrfError::ForeignOrigin(origin.into_owned())),
            }
        }
        if let Some(relation) = head.header("sec-fetch-site") {
            return match &*relation {
                // `none` is a user who typed an address.
                b"same-origin" | b"none" => Ok(()),
                _ => Err(CsrfError::ForeignSite(String::from_utf8_lossy(&relation).into_owned())),
            };
        }
        if origin.is_some() || !self.is_secure { Ok(()) } else { self.check_referer(head, trusted) }
    }

    fn check_referer(self, head: &RequestHead<'_>, trusted: &[TrustedOrigin]) -> Result<(), CsrfError> {
        let referer = head.header("referer").ok_or(CsrfError::NoReferer)?;
        let referer = String::from_utf8_lossy(&referer);
        let page = Page::parse(&referer).ok_or(CsrfError::MalformedReferer)?;
        if page.is_one_of(trusted) {
            return Ok(());
        }
        if !page.scheme.eq_ignore_ascii_case("https") {
            return Err(CsrfError::InsecureReferer);
        }
        if page.is_of(self) { Ok(()) } else { Err(CsrfError::ForeignReferer(referer.clone().into_owned())) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HTTPS: Site<'static> = Site { is_secure: true, host: "a.example" };
    const UNKNOWN: Site<'static> = Site { is_secure: false, host: "a.example" };

    fn check(site: Site<'_>, headers: &[(&str, &str)]) -> Result<(), CsrfError> {
        let trusted = [TrustedOrigin::parse("https://App.example:443").unwrap()];
        site.check(&RequestHead::new("POST", "/", &headers), &trusted)
    }

    fn foreign(origin: &str) -> Result<(), CsrfError> {
        Err(CsrfError::ForeignOrigin(origin.to_owned()))
    }

    #[test]
    fn over_https_the_page_must_be_of_the_same_host() {
        for good in [
            ("origin", "https://a.example"),
            ("origin", "https://A.example:443"),
            ("referer", "https://a.example/x?y"),
            ("referer", "HTTPS://a.example"),
            ("sec-fetch-site", "same-origin"),
        ] {
            assert_eq!(check(HTTPS, &[good]), Ok(()), "{good:?}");
        }
        assert_eq!(check(HTTPS, &[]), Err(CsrfError::NoReferer));
        assert_eq!(check(HTTPS, &[("referer", "x")]), Err(CsrfError::MalformedReferer));
        assert_eq!(check(HTTPS, &[("referer", "https:///x")]), Err(CsrfError::MalformedReferer));
        assert_eq!(check(HTTPS, &[("referer", "http://a.example/")]), Err(CsrfError::InsecureReferer));
        assert_eq!(check(HTTPS, &[("origin", "http://a.example")]), foreign("http://a.example"));
        let evil = "https://a.example:444/";
        assert_eq!(check(HTTPS, &[("referer", evil)]), Err(CsrfError::ForeignReferer(evil.to_owned())));
    }

    #[test]
    fn a_foreign_origin_is_refused_whatever_is_known_of_https() {
        for evil in
            ["https://evil.example", "https://a.example.evil", "https://a.example@evil", "null", "", "x"]
        {
            for site in [HTTPS, UNKNOWN] {
                assert_eq!(check(site, &[("origin", evil)]), foreign(evil));
                let headers =
                    [("origin", evil), ("referer", "https://a.example/"), ("sec-fetch-site", "none")];
                assert_eq!(check(site, &headers), foreign(evil));
            }
        }
    }

    #[test]
    fn a_proxy_may_use_https_for_us_so_either_scheme_is_ours_until_it_is_known() {
        for good in ["https://a.example", "http://a.example", "http://a.example:80"] {
            assert_eq!(check(UNKNOWN, &[("origin", good)]), Ok(()));
        }
        for evil in ["http://a.example:8000", "ftp://a.example"] {
            assert_eq!(check(UNKNOWN, &[("origin", evil)]), foreign(evil));
        }
        // Other clients than browsers send neither header.
        assert_eq!(check(UNKNOWN, &[("referer", "https://evil.example/")]), Ok(()));
    }

    #[test]
    fn a_browser_that_says_it_comes_from_elsewhere_is_refused() {
        for relation in ["cross-site", "same-site", "", "new"] {
            let error = Err(CsrfError::ForeignSite(relation.to_owned()));
            assert_eq!(check(UNKNOWN, &[("sec-fetch-site", relation)]), error);
            let headers = [("origin", "http://a.example"), ("sec-fetch-site", relation)];
            assert_eq!(check(UNKNOWN, &headers), error);
        }
    }

    #[test]
    fn a_trusted_origin_may_be_another_site() {
        let from = ("origin", "https://app.example");
        assert_eq!(check(HTTPS, &[from, ("sec-fetch-site", "cross-site")]), Ok(()));
        assert_eq!(check(UNKNOWN, &[from, ("sec-fetch-site", "same-site")]), Ok(()));
        assert_eq!(check(HTTPS, &[("referer", "https://app.example/page")]), Ok(()));
        assert_eq!(check(HTTPS, &[("origin", "http://app.example")]), foreign("http://app.example"));
        assert_eq!(check(HTTPS, &[("origin", "https://x.app.example")]), foreign("https://x.app.example"));
    }

    #[test]
    fn an_origin_has_no_path_and_no_pattern() {
        for bad in [
            "",
            "null",
            "app.example",
            "https://",
            "https://a/",
            "https://*.example",
            "https://a@b",
            "https://a b",
        ] {
            assert_eq!(TrustedOrigin::parse(bad), Err(InvalidOrigin), "{bad}");
        }
        assert_eq!(TrustedOrigin::parse("HTTP://[::1]:80").unwrap().to_string(), "http://[::1]");
    }
}
