//! PEM blocks (RFC 7468).

use super::KeyError;

/// The first block whose label is one of `labels`, including its first and last line. Others may precede it, such as
/// the parameters that openssl writes before an EC key.
pub(super) fn find<'t>(text: &'t str, labels: &[&'static str]) -> Result<(&'static str, &'t str), KeyError> {
    let found = labels.iter().filter_map(|label| {
        let begin = text.find(&format!("-----BEGIN {label}-----"))?;
        let end = format!("-----END {label}-----");
        let length = text[begin..].find(&end)? + end.len();
        Some((begin, *label, &text[begin..begin + length]))
    });
    let first = found.min_by_key(|(begin, ..)| *begin);
    first.map(|(_, label, block)| (label, block)).ok_or(KeyError::Malformed("there is no such key in PEM"))
}
