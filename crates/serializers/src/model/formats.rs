//! Email addresses, URLs and slugs, as Django's validators accept them.

use std::net::Ipv6Addr;

#[must_use]
pub fn is_slug(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

/// Django's `EmailValidator`.
#[must_use]
pub fn is_email(text: &str) -> bool {
    let Some((user, domain)) = text.rsplit_once('@') else { return false };
    is_user(user) && (domain == "localhost" || is_mail_domain(domain))
}

/// A dot-atom, or a quoted string.
fn is_user(user: &str) -> bool {
    let is_atom = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-!#$%&'*+/=?^_`{}|~".contains(&byte))
    };
    if user.split('.').all(is_atom) {
        return true;
    }
    let quoted = user.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let Some(quoted) = quoted.filter(|_| user.len() > 1) else { return false };
    let mut bytes = quoted.bytes();
    while let Some(byte) = bytes.next() {
        let is_good = match byte {
            b'\\' => bytes.next().is_some_and(|next| matches!(next, 1..=9 | 11 | 12 | 14..=127)),
            byte => matches!(byte, 1..=8 | 11 | 12 | 14..=31 | b'!' | b'#'..=b'[' | b']'..=127),
        };
        if !is_good {
            return false;
        }
    }
    true
}

fn is_mail_domain(domain: &str) -> bool {
    if let Some(literal) = domain.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return literal.parse::<std::net::IpAddr>().is_ok();
    }
    // Letters beyond ASCII become some of ASCII in IDNA.
    let is_word = |c: char| c.is_ascii_alphanumeric() || (!c.is_ascii() && c.is_alphanumeric());
    let is_label = |label: &str| {
        (1..=63).contains(&label.chars().count())
            && label.chars().all(|c| is_word(c) || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let Some((labels, last)) = domain.rsplit_once('.') else { return false };
    // The last label may begin with a hyphen in Django's expression.
    let last_fits = (2..=63).contains(&last.chars().count())
        && last.chars().all(|c| is_word(c) || c == '-')
        && !last.ends_with('-');
    last_fits && labels.split('.').all(is_label)
}

/// Django's `URLValidator`.
#[must_use]
pub fn is_url(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else { return false };
    let is_known = ["http", "https", "ftp", "ftps"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
    if !is_known || rest.contains(crate::validation::is_space) {
        return false;
    }
    let netloc = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    if netloc.chars().count() > 253 {
        return false;
    }
    // A user and a password end with an `@`, which its expression finds anywhere.
    let hosts = rest.match_indices('@').filter(|(at, _)| *at > 0).map(|(at, _)| &rest[at + 1..]);
    std::iter::once(rest)
        .chain(hosts)
        .any(|rest| is_authority(rest.split(['/', '?', '#']).next().unwrap_or(rest)))
}

/// A host, and perhaps a port.
fn is_authority(authority: &str) -> bool {
    let is_port =
        |port: &str| (2..=5).contains(&port.len()) && port.bytes().all(|byte| byte.is_ascii_digit());
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if is_port(port) && !host.ends_with(':') => host,
        _ => authority,
    };
    if let Some(address) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return address.parse::<Ipv6Addr>().is_ok();
    }
    host.eq_ignore_ascii_case("localhost") || is_ipv4(host) || is_host_name(host)
}

fn is_ipv4(host: &str) -> bool {
    let is_byte = |part: &str| {
        (1..=3).contains(&part.len())
            && part.bytes().all(|byte| byte.is_ascii_digit())
            && part.parse::<u16>().is_ok_and(|number| number < 256)
    };
    host.split('.').count() == 4 && host.split('.').all(is_byte)
}

fn is_host_name(host: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host);
    let is_letter = |c: char| c.is_ascii_alphabetic() || ('\u{a1}'..='\u{ffff}').contains(&c);
    let fits = |label: &str, range: std::ops::RangeInclusive<usize>, may_have_digits: bool| {
        range.contains(&label.chars().count())
            && label.chars().all(|c| is_letter(c) || c == '-' || (may_have_digits && c.is_ascii_digit()))
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let Some((labels, last)) = host.rsplit_once('.') else { return false };
    let is_punycode = last.get(..4).is_some_and(|prefix| prefix.eq_ignore_ascii_case("xn--"))
        && (5..=63).contains(&last.len())
        && last[4..].bytes().all(|byte| byte.is_ascii_alphanumeric());
    (is_punycode || fits(last, 2..=63, false)) && labels.split('.').all(|label| fits(label, 1..=63, true))
}
