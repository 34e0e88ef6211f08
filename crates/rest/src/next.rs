//! Where a login redirects to: `?next=` must lead to this host.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use presspass_serializers::strip;

use crate::links::Links;

/// The characters that Django's `iri_to_uri` does not escape, beside letters and digits.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'#')
    .remove(b'%')
    .remove(b'[')
    .remove(b']')
    .remove(b'=')
    .remove(b':')
    .remove(b';')
    .remove(b'$')
    .remove(b'&')
    .remove(b'(')
    .remove(b')')
    .remove(b'+')
    .remove(b',')
    .remove(b'!')
    .remove(b'?')
    .remove(b'*')
    .remove(b'@')
    .remove(b'\'')
    .remove(b'~')
    .remove(b'_')
    .remove(b'.')
    .remove(b'-');

/// Whether a browser that is redirected to `url` stays on this host (Django's `is_safe_url`).
#[must_use]
pub fn is_safe_next(url: &str, links: &Links) -> bool {
    let url = strip(url);
    // Chrome treats a backslash as a slash.
    !url.is_empty() && stays(url, links) && stays(&url.replace('\\', "/"), links)
}

/// A URL as the value of `Location`: characters that a header must not contain are escaped.
#[must_use]
pub fn location(url: &str) -> String {
    utf8_percent_encode(url, KEPT).to_string()
}

fn stays(url: &str, links: &Links) -> bool {
    // Browsers treat any number of slashes as two.
    if url.starts_with("///") || url.chars().next().is_none_or(is_unseen) {
        return false;
    }
    let is_scheme =
        |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    let (scheme, rest) = match url.split_once(':') {
        Some((scheme, rest)) if !scheme.is_empty() && is_scheme(scheme) => (Some(scheme), rest),
        _ => (None, url),
    };
    let host = rest.strip_prefix("//").map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
    let host = host.filter(|host| !host.is_empty());
    let is_known = |scheme: &str| {
        scheme.eq_ignore_ascii_case("https") || (scheme.eq_ignore_ascii_case("http") && !links.is_secure())
    };
    match (scheme, host) {
        (None, None) => true,
        // `http:///elsewhere` leads elsewhere.
        (Some(_), None) => false,
        (scheme, Some(host)) => is_known(scheme.unwrap_or("http")) && host == links.host(),
    }
}

/// Invisible characters (Unicode's categories Cc, Cf and Co): browsers ignore some at the beginning.
fn is_unseen(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{890}' | '\u{891}'
            | '\u{8e2}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{e000}'..='\u{f8ff}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{110bd}' | '\u{110cd}' | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0001}'..='\u{e007f}' | '\u{f0000}'..='\u{10fffd}')
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;
    use crate::links::TrustedProxies;

    fn is_safe(url: &str, scheme: &'static str) -> bool {
        let request = TestRequest::default()
            .peer_addr("127.0.0.1:5".parse().unwrap())
            .insert_header(("host", "here:8000"))
            .insert_header(("x-forwarded-proto", scheme))
            .to_http_request();
        is_safe_next(url, &Links::of(&request, &TrustedProxies::new(|_| true)).unwrap())
    }

    #[test]
    fn a_path_and_an_address_of_this_host_stay_here() {
        for good in [
            "/",
            "/x?y#z",
            "relative",
            "?a=1",
            "é",
            " /x",
            "\t/x",
            "http://here:8000/x",
            "HTTP://here:8000",
            "//here:8000/x",
            "/x:y",
            "a/b:c",
            "ä:b",
            "\\x",
        ] {
            assert!(is_safe(good, "http"), "{good}");
        }
    }

    #[test]
    fn what_leads_elsewhere_is_refused() {
        for bad in [
            "",
            " ",
            "//evil",
            " //evil",
            "///evil",
            "\\\\evil",
            "/\\evil",
            "https://evil",
            "http://here/",
            "http:///evil",
            "http:/x",
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            "data:text/html,x",
            "ftp://here:8000/",
            "http://here:8000@evil/",
            "http://evil\\@here:8000/",
            "\u{8}//evil",
            "\u{200b}//evil",
            "here:8000",
        ] {
            assert!(!is_safe(bad, "http"), "{bad}");
        }
    }

    #[test]
    fn over_https_nothing_leads_back_to_http() {
        assert!(is_safe("https://here:8000/", "https"));
        assert!(is_safe("/x", "https"));
        assert!(!is_safe("http://here:8000/", "https"));
        assert!(!is_safe("//here:8000/", "https"));
    }

    #[test]
    fn a_location_holds_no_line_break() {
        assert_eq!(location("/x\r\nSet-Cookie: a=b"), "/x%0D%0ASet-Cookie:%20a=b");
        assert_eq!(location("/é?a=%41&b=[~]\"<>\\^`{|}"), "/%C3%A9?a=%41&b=[~]%22%3C%3E%5C%5E%60%7B%7C%7D");
    }
}
