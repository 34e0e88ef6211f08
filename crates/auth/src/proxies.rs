//! Proxies in front of the service, and what they say of a client.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use crate::request_head::Headers;

/// The proxies whose `X-Forwarded-For`, `X-Forwarded-Proto` and `X-Forwarded-Host` are trusted. By default there are
/// none: any client could send these headers.
///
/// ```
/// use presspass_auth::TrustedProxies;
///
/// let proxies = TrustedProxies::new(|address| address.is_loopback());
/// let headers = [("x-forwarded-for", "198.51.100.9, 203.0.113.7"), ("x-forwarded-proto", "https")];
/// let forwarded = proxies.read(Some([127, 0, 0, 1].into()), &headers);
/// assert_eq!(forwarded.client, Some([203, 0, 113, 7].into()));
/// assert!(forwarded.is_secure);
/// ```
#[derive(Clone)]
pub struct TrustedProxies(Arc<dyn Fn(IpAddr) -> bool + Send + Sync>);

/// What a connection, and the trusted proxies behind it, say of the client.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Forwarded {
    /// The client's address.
    pub client: Option<IpAddr>,
    /// Whether a trusted proxy says that the client uses HTTPS.
    pub is_secure: bool,
    /// The host that the client named, if a trusted proxy states it.
    pub host: Option<String>,
}

impl TrustedProxies {
    /// Trusts the proxies with these addresses.
    #[must_use]
    pub fn new(trusts: impl Fn(IpAddr) -> bool + Send + Sync + 'static) -> Self {
        Self(Arc::new(trusts))
    }

    /// Whether this address is a trusted proxy's.
    #[must_use]
    pub fn trusts(&self, address: IpAddr) -> bool {
        (self.0)(address)
    }

    /// Reads the headers of a request that came from `peer`, the other end of the connection.
    #[must_use]
    pub fn read(&self, peer: Option<IpAddr>, headers: &dyn Headers) -> Forwarded {
        if !peer.is_some_and(|peer| self.trusts(peer)) {
            return Forwarded { client: peer, ..Forwarded::default() };
        }
        Forwarded {
            client: self.client_address(peer, headers),
            is_secure: last(headers, "x-forwarded-proto").is_some_and(|it| it.eq_ignore_ascii_case("https")),
            host: last(headers, "x-forwarded-host"),
        }
    }

    /// The client's address: the peer's, or if the peer is a trusted proxy, the last in `X-Forwarded-For` that is not a
    /// trusted proxy's. The client may have written those before that one itself.
    #[must_use]
    pub fn client_address(&self, peer: Option<IpAddr>, headers: &dyn Headers) -> Option<IpAddr> {
        let mut nearest = peer?;
        if !self.trusts(nearest) {
            return Some(nearest);
        }
        let forwarded = headers.value("x-forwarded-for").unwrap_or_default();
        // Bytes that are no text end the walk, like an address that cannot be parsed.
        for named in String::from_utf8_lossy(&forwarded).rsplit(',') {
            let Ok(address) = named.trim().parse() else { break };
            nearest = address;
            if !self.trusts(address) {
                break;
            }
        }
        Some(nearest)
    }
}

/// The last value of a header: the nearest proxy is the last to append.
fn last(headers: &dyn Headers, name: &str) -> Option<String> {
    let value = headers.value(name)?;
    let last = value.rsplit(|byte| *byte == b',').next()?.trim_ascii();
    std::str::from_utf8(last).ok().filter(|last| !last.is_empty()).map(str::to_owned)
}

impl Default for TrustedProxies {
    /// Trusts none.
    fn default() -> Self {
        Self::new(|_| false)
    }
}

impl fmt::Debug for TrustedProxies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TrustedProxies")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_trusted_proxy_says_who_the_client_is() {
        let headers = [
            ("x-forwarded-for", "1.1.1.1"),
            ("x-forwarded-proto", "https"),
            ("x-forwarded-host", "a.example"),
        ];
        let read = |peer: &str| TrustedProxies::new(|it| it.is_loopback()).read(peer.parse().ok(), &headers);
        let client = "10.0.0.1".parse().ok();
        assert_eq!(read("10.0.0.1"), Forwarded { client, is_secure: false, host: None });
        let (client, host) = ("1.1.1.1".parse().ok(), Some("a.example".to_owned()));
        assert_eq!(read("127.0.0.1"), Forwarded { client, is_secure: true, host });
        assert_eq!(read(""), Forwarded::default());
        assert!(!TrustedProxies::default().read("127.0.0.1".parse().ok(), &headers).is_secure);
    }

    #[test]
    fn what_the_client_wrote_before_the_proxies_does_not_count() {
        let headers = [
            ("x-forwarded-for", "6.6.6.6, 1.1.1.1"),
            ("x-forwarded-for", "127.0.0.2"),
            ("x-forwarded-proto", "https,http"),
            ("x-forwarded-host", "evil.example, a.example"),
        ];
        let proxies = TrustedProxies::new(|it| it.is_loopback());
        let Forwarded { client, is_secure, host } = proxies.read("127.0.0.1".parse().ok(), &headers);
        assert_eq!((client, is_secure), ("1.1.1.1".parse().ok(), false));
        assert_eq!(host.as_deref(), Some("a.example"));
    }
}
