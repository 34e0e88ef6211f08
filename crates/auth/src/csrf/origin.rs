//! The check of `Origin` and `Referer`, over HTTPS.

use super::CsrfError;
use crate::request_head::RequestHead;

/// How the client reached the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Site<'a> {
    /// Whether it uses HTTPS.
    pub is_secure: bool,
    /// The host of the request, with the port if it has one.
    pub host: &'a str,
}

impl Site<'_> {
    /// Over HTTPS, refuses a request from a page of another site, or from a page that was loaded over HTTP: an
    /// attacker on the network can set our cookies there. The page is known by `Origin`, else by `Referer`. Over HTTP
    /// the check would not help.
    pub(super) fn check(self, head: &RequestHead<'_>) -> Result<(), CsrfError> {
        if !self.is_secure {
            return Ok(());
        }
        // A page with the policy `no-referrer` sends the origin `null`, and no `Referer` either.
        if let Some(origin) = head.header("origin").filter(|origin| **origin != *b"null") {
            let origin = String::from_utf8_lossy(&origin);
            let host = origin.strip_prefix("https://");
            return match host {
                Some(host) if self.is_ours(host) => Ok(()),
                _ => Err(CsrfError::ForeignOrigin(origin.into_owned())),
            };
        }
        let referer = head.header("referer").ok_or(CsrfError::NoReferer)?;
        let referer = String::from_utf8_lossy(&referer);
        let (scheme, rest) = referer.split_once("://").ok_or(CsrfError::MalformedReferer)?;
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        if scheme.is_empty() || host.is_empty() {
            return Err(CsrfError::MalformedReferer);
        }
        if !scheme.eq_ignore_ascii_case("https") {
            return Err(CsrfError::InsecureReferer);
        }
        if self.is_ours(host) { Ok(()) } else { Err(CsrfError::ForeignReferer(referer.clone().into_owned())) }
    }

    /// Whether a host, with its port if it has one, is that of the request.
    fn is_ours(self, host: &str) -> bool {
        let bare = |host: &'_ str| host.strip_suffix(":443").unwrap_or(host).to_ascii_lowercase();
        bare(host) == bare(self.host)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(headers: &[(&str, &str)]) -> Result<(), CsrfError> {
        Site { is_secure: true, host: "a.example" }.check(&RequestHead::new("POST", "/", &headers))
    }

    #[test]
    fn over_https_the_page_must_be_of_the_same_host() {
        for good in [
            ("origin", "https://a.example"),
            ("origin", "https://A.example:443"),
            ("referer", "https://a.example/x?y"),
            ("referer", "HTTPS://a.example"),
        ] {
            assert_eq!(check(&[good]), Ok(()), "{good:?}");
        }
        assert_eq!(check(&[]), Err(CsrfError::NoReferer));
        assert_eq!(check(&[("origin", "null")]), Err(CsrfError::NoReferer));
        assert_eq!(check(&[("referer", "x")]), Err(CsrfError::MalformedReferer));
        assert_eq!(check(&[("referer", "https:///x")]), Err(CsrfError::MalformedReferer));
        assert_eq!(check(&[("referer", "http://a.example/")]), Err(CsrfError::InsecureReferer));
        for evil in
            ["https://evil.example", "http://a.example", "https://a.example.evil", "https://a.example@evil"]
        {
            assert_eq!(check(&[("origin", evil)]), Err(CsrfError::ForeignOrigin(evil.to_owned())));
        }
        let evil = "https://a.example:444/";
        assert_eq!(check(&[("referer", evil)]), Err(CsrfError::ForeignReferer(evil.to_owned())));
        assert_eq!(
            check(&[("origin", "https://evil.example"), ("referer", "https://a.example/")]),
            Err(CsrfError::ForeignOrigin("https://evil.example".to_owned()))
        );
    }

    #[test]
    fn over_http_nothing_is_checked() {
        let headers = [("origin", "https://evil.example")];
        let head = RequestHead::new("POST", "/", &headers);
        assert_eq!(Site { is_secure: false, host: "a" }.check(&head), Ok(()));
    }
}
