//! The keys of DRF's `authtoken` application.

use zeroize::Zeroizing;

use crate::newtypes::secret_text;

secret_text! {
    /// A key of DRF's table `authtoken_token`: 40 hexadecimal digits. The table has it in plain text.
    LegacyKey
}

impl LegacyKey {
    /// Parses a key; `None` if the text cannot be one, so that no store needs to be asked.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        (text.len() == 40 && text.bytes().all(digit)).then(|| Self(Zeroizing::new(text.to_owned())))
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
