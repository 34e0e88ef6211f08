//! Over HTTPS: which page made the request.

use super::CsrfError;
use crate::request_head::RequestHead;

/// How the client reached us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Site<'a> {
    /// Whether it came over HTTPS.
    pub is_secure: bool,
    /// The host that it named, with the port where it named one.
    pub host: &'a str,
}

impl Site<'_> {
    /// Over HTTPS, refuses what a page of another site made, or one that came over HTTP: whoever is on the way can set
    /// our cookies there. `Origin` says which, else `Referer`. Over HTTP nothing would be gained.
    pub(super) fn check(self, head: &RequestHead<'_>) -> Result<(), CsrfError> {
        if !self.is_secure {
            return Ok(());
        }
        // A page that keeps its address to itself sends `null`, and no referrer either.
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

    /// Whether a host, with its port where it has one, is the one that the client named.
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
    fn over_https_a_page_of_ours_is_wanted() {
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
    fn over_http_nothing_is_asked() {
        let headers = [("origin", "https://evil.example")];
        let head = RequestHead::new("POST", "/", &headers);
        assert_eq!(Site { is_secure: false, host: "a" }.check(&head), Ok(()));
    }
}
