//! The `Authorization` header, as REST framework takes it apart.

/// What a header holds for one scheme.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Credentials<'h> {
    /// Another scheme, or nothing at all.
    None,
    /// The scheme alone.
    Missing,
    /// The scheme, and more than one part behind it.
    Spaced,
    /// The one part behind the scheme.
    Given(&'h [u8]),
}

/// Looks for credentials of `scheme`, whose case does not count. Parts stand between runs of the six bytes at which
/// Python's `bytes.split()` parts.
pub(super) fn credentials<'h>(header: &'h [u8], scheme: &str) -> Credentials<'h> {
    let blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c);
    let mut parts = header.split(blank).filter(|part| !part.is_empty());
    if !parts.next().is_some_and(|found| found.eq_ignore_ascii_case(scheme.as_bytes())) {
        return Credentials::None;
    }
    match (parts.next(), parts.next()) {
        (None, _) => Credentials::Missing,
        (Some(_), Some(_)) => Credentials::Spaced,
        (Some(given), None) => Credentials::Given(given),
    }
}
