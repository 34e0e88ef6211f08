//! Parses the text of a setting into its type.

use std::net::{IpAddr, SocketAddr};
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;
use presspass_auth::throttles::Rate;
use presspass_domain::redacted;

/// A value read out of a setting's text.
pub(super) trait FromText: Sized {
    /// # Errors
    /// What is wrong with `text`, in words that follow the setting's name and contain no secret.
    fn from_text(text: &str) -> Result<Self, String>;
}

/// A value of any setting without the password, where it is a URL.
pub(super) fn shown(text: &str) -> String {
    if text.contains("://") { redacted(text) } else { text.to_owned() }
}

/// `text` between backticks, cut where it is long. An address given where none belongs may hold a password, too.
pub(super) fn quoted(text: &str) -> String {
    const LONGEST: usize = 60;
    let text = &shown(text);
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("`{}…`", &text[..end]),
        None => format!("`{text}`"),
    }
}

/// Numbers, whose bounds the registry has checked before.
macro_rules! from_number {
    ($($number:ty),+) => {
        $(impl FromText for $number {
            fn from_text(text: &str) -> Result<Self, String> {
                text.parse().map_err(|_| format!("{} is out of range", quoted(text)))
            }
        })+
    };
}

from_number!(u64, usize, NonZeroU32, NonZeroUsize);

impl FromText for Duration {
    fn from_text(text: &str) -> Result<Self, String> {
        text.parse().map(Self::from_secs).map_err(|_| format!("{} is out of range", quoted(text)))
    }
}

impl FromText for bool {
    fn from_text(text: &str) -> Result<Self, String> {
        // Python writes True.
        match text.to_ascii_lowercase().as_str() {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err(format!("{} is neither true nor false", quoted(text))),
        }
    }
}

impl FromText for String {
    fn from_text(text: &str) -> Result<Self, String> {
        Ok(text.to_owned())
    }
}

impl FromText for PathBuf {
    fn from_text(text: &str) -> Result<Self, String> {
        if text.contains('\0') { Err("holds a zero byte".to_owned()) } else { Ok(Self::from(text)) }
    }
}

impl FromText for Rate {
    fn from_text(text: &str) -> Result<Self, String> {
        Self::parse(text).map_err(|error| format!("{} {error}", quoted(text)))
    }
}

impl FromText for SocketAddr {
    fn from_text(text: &str) -> Result<Self, String> {
        text.parse().map_err(|_| format!("{} is not an IP address with a port", quoted(text)))
    }
}

/// An IP address counts as the network of that address only.
impl FromText for IpNet {
    fn from_text(text: &str) -> Result<Self, String> {
        let network = text
            .parse()
            .or_else(|_| text.parse::<IpAddr>().map(Self::from))
            .map_err(|_| format!("{} is not an IP address or network", quoted(text)))?;
        if network.addr() != network.addr().to_canonical() {
            return Err(format!("{} is an IPv4 address in IPv6 form: write the IPv4 address", quoted(text)));
        }
        if network != network.trunc() {
            return Err(format!("{} has bits set beyond its first {}", quoted(text), network.prefix_len()));
        }
        Ok(network)
    }
}

/// Items between commas; empty items are ignored, as in django-environ.
impl<T: FromText + PartialEq> FromText for Vec<T> {
    fn from_text(text: &str) -> Result<Self, String> {
        let mut items = Self::new();
        for written in text.split(',').map(str::trim).filter(|item| !item.is_empty()) {
            let item = T::from_text(written)?;
            if items.contains(&item) {
                return Err(format!("names {} twice", quoted(written)));
            }
            items.push(item);
        }
        if items.is_empty() { Err("names nothing".to_owned()) } else { Ok(items) }
    }
}

/// The name of a cookie: a token of RFC 6265, and none that sessions use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CookieName(String);

impl CookieName {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromText for CookieName {
    fn from_text(text: &str) -> Result<Self, String> {
        if ["sessionid", "csrftoken"].contains(&text) {
            return Err(format!("{} is the name of a cookie that sessions use", quoted(text)));
        }
        if text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)) {
            Ok(Self(text.to_owned()))
        } else {
            Err(format!("{} cannot be a cookie's name", quoted(text)))
        }
    }
}

/// The name of a parameter in a query, and none that lists use already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParameterName(String);

impl ParameterName {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromText for ParameterName {
    fn from_text(text: &str) -> Result<Self, String> {
        const USED: [&str; 7] = ["cursor", "format", "limit", "offset", "ordering", "page", "search"];
        if USED.contains(&text) {
            return Err(format!("{} is the name of another parameter of lists", quoted(text)));
        }
        if text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)) {
            Ok(Self(text.to_owned()))
        } else {
            Err(format!("{} cannot be the name of a parameter", quoted(text)))
        }
    }
}

/// The name of a scheme of the `Authorization` header (RFC 9110, section 11.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scheme(String);

impl Scheme {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromText for Scheme {
    fn from_text(text: &str) -> Result<Self, String> {
        if text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)) {
            Ok(Self(text.to_owned()))
        } else {
            Err(format!("{} cannot be a scheme", quoted(text)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scheme_is_one_word() {
        for good in ["Bearer", "Token"] {
            assert_eq!(Scheme::from_text(good).unwrap().as_str(), good);
        }
        for wrong in ["a b", "a,b", "ä", "a:"] {
            assert!(Scheme::from_text(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_parameter_has_a_name_of_its_own() {
        assert_eq!(ParameterName::from_text("page_size").unwrap().as_str(), "page_size");
        for wrong in ["page", "limit", "a b", "a=b", "a&b", "größe"] {
            assert!(ParameterName::from_text(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_list_keeps_its_order_and_passes_over_empty_items() {
        let list = Vec::<SocketAddr>::from_text("127.0.0.1:1, [::1]:2,").unwrap();
        assert_eq!(list, ["127.0.0.1:1".parse().unwrap(), "[::1]:2".parse().unwrap()]);
    }

    #[test]
    fn a_list_of_nothing_or_of_doubles_is_refused() {
        assert_eq!(Vec::<SocketAddr>::from_text(" , ").unwrap_err(), "names nothing");
        assert_eq!(Vec::<String>::from_text("a,b,a").unwrap_err(), "names `a` twice");
    }

    #[test]
    fn a_token_cookie_takes_no_name_of_the_session_cookies() {
        assert_eq!(CookieName::from_text("JWT").unwrap().as_str(), "JWT");
        assert!(CookieName::from_text("sessionid").is_err());
        assert!(CookieName::from_text("a b").is_err());
        assert!(CookieName::from_text("a=b;").is_err());
    }

    #[test]
    fn a_long_value_is_cut_at_a_character() {
        assert_eq!(quoted(&"ä".repeat(80)), format!("`{}…`", "ä".repeat(60)));
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
            assert!(IpNet::from_text(wrong).is_err(), "{wrong}");
        }
        for (network, written) in
            [("127.0.0.1", "127.0.0.1/32"), ("::1", "::1/128"), ("10.0.0.0/8", "10.0.0.0/8")]
        {
            assert_eq!(IpNet::from_text(network).unwrap().to_string(), written);
        }
    }
}
