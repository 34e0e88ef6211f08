//! IP networks, for the proxies that are believed.

use std::net::IpAddr;

use super::from_text::{FromText, quoted};

/// An IP address, or all addresses that share its first bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    /// How many first bits count: at most 32 for IPv4 and 128 for IPv6.
    prefix: u32,
}

impl Network {
    /// Whether `peer` is inside. An IPv4 peer of a socket bound to `[::]` counts as the IPv4 address it is.
    #[must_use]
    pub fn contains(&self, peer: IpAddr) -> bool {
        let (bits, width) = bits(self.address);
        let (peer_bits, peer_width) = self::bits(peer.to_canonical());
        width == peer_width && same_network(bits, peer_bits, width - self.prefix)
    }

    /// Whether it holds every address of its family.
    #[must_use]
    pub fn is_everyone(&self) -> bool {
        self.prefix == 0
    }

    /// Whether it is larger than any network of proxies that is reached over the internet, as content delivery networks
    /// publish theirs. Networks of private addresses may be of any size.
    #[must_use]
    pub fn is_too_wide(&self) -> bool {
        let (is_private, largest) = match self.address {
            IpAddr::V4(address) => (self.prefix >= 8 && (address.is_private() || address.is_loopback()), 12),
            IpAddr::V6(address) => (self.prefix >= 7 && address.is_unique_local(), 24),
        };
        !is_private && self.prefix < largest
    }
}

/// The address as a number, and how many bits it has.
fn bits(address: IpAddr) -> (u128, u32) {
    match address {
        IpAddr::V4(address) => (address.to_bits().into(), 32),
        IpAddr::V6(address) => (address.to_bits(), 128),
    }
}

fn same_network(one: u128, other: u128, host_bits: u32) -> bool {
    (one ^ other).checked_shr(host_bits).unwrap_or(0) == 0
}

impl FromText for Network {
    fn from_text(text: &str) -> Result<Self, String> {
        let (address, prefix) = text.split_once('/').map_or((text, None), |(address, n)| (address, Some(n)));
        let address: IpAddr =
            address.parse().map_err(|_| format!("{} is not an IP address or network", quoted(text)))?;
        if address != address.to_canonical() {
            return Err(format!("{} is an IPv4 address in IPv6 form: write the IPv4 address", quoted(text)));
        }
        let (number, width) = bits(address);
        let prefix = match prefix {
            None => width,
            Some(digits) => digits
                .parse()
                .ok()
                .filter(|prefix| *prefix <= width && digits.bytes().all(|byte| byte.is_ascii_digit()))
                .ok_or_else(|| format!("{} has no prefix length from 0 to {width}", quoted(text)))?,
        };
        let host = number & !u128::MAX.checked_shl(width - prefix).unwrap_or(0);
        if host == 0 {
            Ok(Self { address, prefix })
        } else {
            Err(format!("{} has bits set beyond its first {prefix}", quoted(text)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn within(network: &str, peer: &str) -> bool {
        Network::from_text(network).unwrap().contains(peer.parse().unwrap())
    }

    #[test]
    fn a_network_holds_its_addresses_and_no_others() {
        assert!(within("10.0.0.0/8", "10.255.0.1"));
        assert!(!within("10.0.0.0/8", "11.0.0.1"));
        assert!(within("192.168.4.0/23", "192.168.5.255"));
        assert!(!within("192.168.4.0/23", "192.168.6.0"));
        assert!(within("2001:db8::/32", "2001:db8:ffff::1"));
        assert!(!within("2001:db8::/32", "2001:db9::"));
    }

    #[test]
    fn an_address_alone_holds_only_itself() {
        assert!(within("127.0.0.1", "127.0.0.1"));
        assert!(!within("127.0.0.1", "127.0.0.2"));
        assert!(within("::1", "::1"));
        assert!(!within("::1", "::2"));
    }

    #[test]
    fn a_prefix_of_zero_holds_its_family_only() {
        assert!(within("0.0.0.0/0", "203.0.113.9"));
        assert!(!within("0.0.0.0/0", "2001:db8::1"));
        assert!(within("::/0", "2001:db8::1"));
        assert!(!within("::/0", "203.0.113.9"));
    }

    #[test]
    fn a_network_of_more_than_proxies_is_too_wide() {
        for (network, is_wide) in [
            ("0.0.0.0/0", true),
            ("0.0.0.0/1", true),
            ("::/0", true),
            ("128.0.0.0/8", true),
            ("2000::/3", true),
            ("8.0.0.0/5", true),
            ("10.0.0.0/8", false),
            ("172.31.240.0/24", false),
            ("127.0.0.1", false),
            ("fd00::/8", false),
            // Cloudflare's.
            ("104.16.0.0/13", false),
            ("2400:cb00::/32", false),
        ] {
            assert_eq!(Network::from_text(network).unwrap().is_too_wide(), is_wide, "{network}");
        }
    }

    #[test]
    fn an_ipv4_peer_of_an_ipv6_socket_is_its_ipv4_address() {
        assert!(within("10.0.0.0/8", "::ffff:10.1.2.3"));
        assert!(!within("::1", "::ffff:127.0.0.1"));
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for wrong in [
            "",
            "10",
            "10.0.0.0/33",
            "10.0.0.0/+8",
            "10.0.0.0/",
            "::/129",
            "10.0.0.1/8",
            "proxy",
            "::ffff:10.0.0.0/104",
        ] {
            assert!(Network::from_text(wrong).is_err(), "{wrong}");
        }
    }
}
