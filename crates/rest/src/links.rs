//! Absolute URLs of this server, under the scheme and host that the client used.

use actix_web::HttpRequest;
use actix_web::http::header;
pub use presspass_auth::TrustedProxies;

use crate::failure::Failure;

/// The scheme and the host that the client used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Links {
    scheme: &'static str,
    host: String,
}

impl Links {
    /// Reads them from `Host`, and from `X-Forwarded-Host` and `X-Forwarded-Proto` where a trusted proxy sent them.
    ///
    /// # Errors
    /// 400 where the host is invalid.
    pub fn of(request: &HttpRequest, proxies: &TrustedProxies) -> Result<Self, Failure> {
        let trusted = request.peer_addr().is_some_and(|peer| proxies.trusts(peer.ip()));
        // The nearest proxy is the last to append.
        let forwarded = |name: &str| -> Option<&str> {
            let value = request.headers().get_all(name).last()?.to_str().ok()?;
            value.rsplit(',').next().map(str::trim).filter(|value| !value.is_empty())
        };
        let host = trusted.then(|| forwarded("x-forwarded-host")).flatten().or_else(|| host(request));
        let host = match host {
            Some(host) if is_host(host) => host.to_owned(),
            Some(_) => return Err(bad_host()),
            None => request.app_config().host().to_owned(),
        };
        let secure = trusted
            && forwarded("x-forwarded-proto").is_some_and(|scheme| scheme.eq_ignore_ascii_case("https"));
        Ok(Self { scheme: if secure { "https" } else { "http" }, host })
    }

    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.scheme == "https"
    }

    /// The host, with the port where the client named one.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The absolute URL of a path with its query.
    #[must_use]
    pub fn absolute(&self, path_and_query: &str) -> String {
        format!("{}://{}{path_and_query}", self.scheme, self.host)
    }
}

fn host(request: &HttpRequest) -> Option<&str> {
    request.headers().get(header::HOST)?.to_str().ok()
}

/// Refuses an invalid `Host`: it would be part of links (Django's `get_host`).
pub(crate) fn check_host(request: &HttpRequest) -> Result<(), Failure> {
    let mut hosts = request.headers().get_all(header::HOST);
    match (hosts.next(), hosts.next()) {
        (None, _) => Ok(()),
        (Some(host), None) if host.to_str().is_ok_and(is_host) => Ok(()),
        _ => Err(bad_host()),
    }
}

fn bad_host() -> Failure {
    Failure::Parse("The Host header names no host.".to_owned())
}

/// A name, an IPv4 address or an IPv6 address in brackets, and a port (Django's `host_validation_re`).
fn is_host(text: &str) -> bool {
    let (name, port) = match text.rsplit_once(':') {
        Some((name, port)) if !port.contains(']') => (name, port),
        _ => (text, "0"),
    };
    let good_port = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    let good_name = match name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => {
            !name.is_empty()
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
        }
    };
    good_name && good_port
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn links(is_proxy: bool, headers: &[(&'static str, &'static str)]) -> Option<String> {
        let mut request = TestRequest::default().peer_addr("10.0.0.1:5".parse().unwrap());
        for header in headers {
            request = request.append_header(*header);
        }
        let proxies = TrustedProxies::new(move |_| is_proxy);
        Links::of(&request.to_http_request(), &proxies).ok().map(|links| links.absolute("/x"))
    }

    #[test]
    fn a_host_is_a_name_or_an_address_with_a_port() {
        for good in ["a", "a.b:80", "127.0.0.1:8000", "[::1]", "[::1]:8000", "a_b"] {
            assert!(is_host(good), "{good}");
        }
        for bad in ["", "a b", "a/b", "a:", "a:b", "[::1", "[x]", "user@a", "a:1:2", "a?b", "ä"] {
            assert!(!is_host(bad), "{bad}");
        }
    }

    #[test]
    fn the_client_is_the_last_that_no_trusted_proxy_is() {
        let proxies = TrustedProxies::new(|address| address.is_loopback());
        let client = |peer: &str, forwarded: &[&'static str]| {
            let mut request = TestRequest::default();
            for line in forwarded {
                request = request.append_header(("x-forwarded-for", *line));
            }
            let request = request.to_http_request();
            proxies.client_address(peer.parse().ok(), request.headers()).map(|address| address.to_string())
        };
        assert_eq!(client("10.0.0.1", &["1.1.1.1"]).as_deref(), Some("10.0.0.1"));
        assert_eq!(client("127.0.0.1", &[]).as_deref(), Some("127.0.0.1"));
        assert_eq!(client("127.0.0.1", &["6.6.6.6, 1.1.1.1", "127.0.0.2"]).as_deref(), Some("1.1.1.1"));
        assert_eq!(client("127.0.0.1", &["1.1.1.1, nonsense"]).as_deref(), Some("127.0.0.1"));
        assert_eq!(client("", &["1.1.1.1"]), None);
        // Bytes that are no text do not hide the address that the proxy has appended.
        let value = actix_web::http::header::HeaderValue::from_bytes(b"\xff, 1.1.1.1").unwrap();
        let request = TestRequest::default()
            .append_header(("x-forwarded-for", "6.6.6.6"))
            .append_header(("x-forwarded-for", value))
            .to_http_request();
        let found = proxies.client_address("127.0.0.1".parse().ok(), request.headers());
        assert_eq!(found, "1.1.1.1".parse().ok());
    }

    #[test]
    fn forwarded_headers_count_from_trusted_proxies_only() {
        let headers =
            [("host", "inner"), ("x-forwarded-host", "evil, blog.example"), ("x-forwarded-proto", "https")];
        assert_eq!(links(true, &headers).as_deref(), Some("https://blog.example/x"));
        assert_eq!(links(false, &headers).as_deref(), Some("http://inner/x"));
        assert_eq!(links(true, &[("host", "inner"), ("x-forwarded-host", "a b")]), None);
        let twice = [("host", "inner"), ("x-forwarded-host", "evil"), ("x-forwarded-host", "blog.example")];
        assert_eq!(links(true, &twice).as_deref(), Some("http://blog.example/x"));
    }
}
