//! The `Authorization` header, split as DRF splits it.

/// The credentials in a header, for one scheme.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Credentials<'h> {
    /// Another scheme, or no header.
    None,
    /// The scheme alone.
    Missing,
    /// The scheme, and more than one part after it.
    Several,
    /// The one part after the scheme.
    One(&'h [u8]),
}

/// Looks for credentials of `scheme`, compared without regard to case. Parts are separated by runs of the six bytes at
/// which Python's `bytes.split()` splits.
pub(super) fn credentials<'h>(header: &'h [u8], scheme: &str) -> Credentials<'h> {
    let is_space = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c);
    let mut parts = header.split(is_space).filter(|part| !part.is_empty());
    if !parts.next().is_some_and(|found| found.eq_ignore_ascii_case(scheme.as_bytes())) {
        return Credentials::None;
    }
    match (parts.next(), parts.next()) {
        (None, _) => Credentials::Missing,
        (Some(_), Some(_)) => Credentials::Several,
        (Some(one), None) => Credentials::One(one),
    }
}
