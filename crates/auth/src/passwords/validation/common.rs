//! Django's list of common passwords.

use std::cmp::Ordering;

use zeroize::Zeroizing;

use super::characters::is_space;

/// Sorted by bytes, one per line. It is searched in place: a set would cost a megabyte of memory and time at startup.
static COMMON: &str = include_str!("../data/common-passwords.txt");

pub(super) fn is_common(password: &str) -> bool {
    let lower = Zeroizing::new(password.to_lowercase());
    has_line(COMMON, lower.trim_matches(is_space))
}

/// Binary search of a whole line in sorted lines.
fn has_line(mut lines: &str, wanted: &str) -> bool {
    while !lines.is_empty() {
        let bytes = lines.as_bytes();
        let middle = bytes.len() / 2;
        let start = bytes[..middle].iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
        let end = bytes[start..].iter().position(|&byte| byte == b'\n').map_or(bytes.len(), |at| start + at);
        match lines[start..end].cmp(wanted) {
            Ordering::Equal => return true,
            Ordering::Less => lines = lines.get(end + 1..).unwrap_or_default(),
            Ordering::Greater => lines = &lines[..start],
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_found_and_its_neighbours_are_not() {
        assert_eq!(COMMON.lines().count(), 19_640);
        for line in COMMON.lines() {
            assert!(has_line(COMMON, line), "{line}");
        }
        for other in ["", "\n", "123456\n", "no such password", "\u{10ffff}", " "] {
            assert!(!has_line(COMMON, other), "{other:?}");
        }
    }

    #[test]
    fn the_list_is_sorted_and_lower_case() {
        assert!(COMMON.lines().is_sorted_by(|left, right| left < right));
        assert!(COMMON.lines().all(|line| line.to_lowercase() == line && !line.trim().is_empty()));
    }

    #[test]
    fn an_empty_list_holds_nothing() {
        assert!(!has_line("", "password"));
        assert!(has_line("password", "password"));
    }
}
