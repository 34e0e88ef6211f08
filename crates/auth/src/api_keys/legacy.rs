//! The keys of REST framework's `authtoken` application.

use std::fmt;

use zeroize::Zeroizing;

/// A key as REST framework's `authtoken_token` has it: 40 hexadecimal digits. That table keeps it as it is.
#[derive(Clone)]
pub struct LegacyKey(Zeroizing<String>);

impl LegacyKey {
    /// Reads a key; what cannot be one is `None`, so that no store needs to be asked.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        (text.len() == 40 && text.bytes().all(digit)).then(|| Self(Zeroizing::new(text.to_owned())))
    }

    /// The secret, to be looked for in the table.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for LegacyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LegacyKey(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_legacy_key_has_40_hexadecimal_digits() {
        let good = "401f7ac837da42b97f613d789819ff93537bee6a";
        let key = LegacyKey::parse(good).unwrap();
        assert_eq!(key.expose(), good);
        assert!(!format!("{key:?}").contains(good));
        for bad in ["", &good[1..], &format!("{good}0"), &good.replace('4', "g"), &good.to_uppercase()] {
            assert!(LegacyKey::parse(bad).is_none(), "{bad}");
        }
    }
}
