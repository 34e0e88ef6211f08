//! API keys, which programs keep, and their digests, which a store keeps.

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::alphanumeric::random;
use crate::newtypes::{secret_text, stored_bytes};
use crate::randomness::{Randomness, RandomnessError};

/// Letters and digits of the random part: 256 bits.
const SECRET: usize = 43;
/// Letters and digits of the checksum.
const CHECKSUM: usize = 6;

/// Why a text is not an API key. No variant contains the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MalformedKey {
    /// Another prefix, another length, or other characters than letters and digits.
    #[error("an API key is pp_ and 49 letters and digits")]
    Form,
    /// The checksum does not match: the key was mistyped or truncated.
    #[error("the API key's checksum does not match: it was mistyped or truncated")]
    Checksum,
}

secret_text! {
    /// An API key: `pp_`, 43 random letters and digits (256 bits), and a checksum of six.
    ///
    /// Prefix and checksum are for programs that scan for leaked secrets: `pp_[0-9A-Za-z]{49}` finds a candidate, and the
    /// checksum confirms it. It is the CRC-32 (IEEE 802.3, as in zlib) of the 46 characters before it, in base 62 with the
    /// digits `0-9A-Za-z`, the most significant first, padded with zeros to six.
    ApiKey
}

stored_bytes! {
    /// The SHA-256 of an API key. The key has 256 bits of randomness: no slower hash is needed against guessing.
    digest ApiKeyDigest
}

impl ApiKey {
    /// The beginning of every key.
    pub const PREFIX: &'static str = "pp_";
    /// The length of every key, in characters.
    pub const LENGTH: usize = Self::PREFIX.len() + SECRET + CHECKSUM;

    /// A new key.
    ///
    /// # Errors
    /// If there is no randomness.
    pub fn new(randomness: &dyn Randomness) -> Result<Self, RandomnessError> {
        let secret = Zeroizing::new(random::<SECRET>(randomness)?);
        let mut text = Zeroizing::new(String::with_capacity(Self::LENGTH));
        text.push_str(Self::PREFIX);
        text.extend(secret.iter().copied().map(char::from));
        let checksum = checksum(text.as_bytes());
        text.extend(checksum.into_iter().map(char::from));
        Ok(Self(text))
    }

    /// Parses a key. A text that cannot be one is refused without asking a store.
    ///
    /// # Errors
    /// If the text is not a key.
    pub fn parse(text: &str) -> Result<Self, MalformedKey> {
        let rest = text.strip_prefix(Self::PREFIX).ok_or(MalformedKey::Form)?;
        if text.len() != Self::LENGTH || !rest.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(MalformedKey::Form);
        }
        let (checked, given) = text.as_bytes().split_at(Self::LENGTH - CHECKSUM);
        if checksum(checked) == given {
            Ok(Self(Zeroizing::new(text.to_owned())))
        } else {
            Err(MalformedKey::Checksum)
        }
    }

    /// The digest under which a store keeps the key.
    #[must_use]
    pub fn digest(&self) -> ApiKeyDigest {
        ApiKeyDigest(Sha256::digest(self.0.as_bytes()).into())
    }
}

fn checksum(checked: &[u8]) -> [u8; CHECKSUM] {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut rest = crc32(checked) as usize;
    let mut digits = [b'0'; CHECKSUM];
    for digit in digits.iter_mut().rev() {
        *digit = DIGITS[rest % DIGITS.len()];
        rest /= DIGITS.len();
    }
    digits
}

/// Bit by bit: 46 bytes are not worth a table.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg()))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::randomness::SystemRandomness;

    #[test]
    fn a_key_is_read_again_and_never_shown() {
        let key = ApiKey::new(&SystemRandomness).unwrap();
        assert_eq!(key.expose().len(), ApiKey::LENGTH);
        let again = ApiKey::parse(key.expose()).unwrap();
        assert_eq!(again.digest(), key.digest());
        assert_ne!(ApiKey::new(&SystemRandomness).unwrap().digest(), key.digest());
        assert!(!format!("{key:?}").contains(&key.expose()[3..]));
        assert_eq!(ApiKeyDigest::from_bytes(*key.digest().as_bytes()), key.digest());
        assert_eq!(key.digest().to_string().len(), 64);
    }

    #[test]
    fn the_checksum_is_zlibs_crc32_in_base_62() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(&checksum(b"123456789"), b"3jZRME");
        assert_eq!(&checksum(b""), b"000000");
    }

    #[test]
    fn a_text_that_is_not_a_key_is_refused_without_a_store() {
        let key = ApiKey::new(&SystemRandomness).unwrap();
        let key = key.expose();
        for bad in
            ["", "pp_", &key[1..], &key[..51], &format!("{key}0"), &key.replace('_', "-"), &"ä".repeat(26)]
        {
            assert_eq!(ApiKey::parse(bad).unwrap_err(), MalformedKey::Form, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn every_mistyped_character_is_noticed(at in 3..ApiKey::LENGTH, typed in "[0-9A-Za-z]") {
            let key = ApiKey::new(&SystemRandomness).unwrap();
            prop_assume!(key.expose()[at..=at] != typed);
            let mistyped = format!("{}{typed}{}", &key.expose()[..at], &key.expose()[at + 1..]);
            prop_assert_eq!(ApiKey::parse(&mistyped).unwrap_err(), MalformedKey::Checksum);
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in "\\PC*") {
            let _ = ApiKey::parse(&format!("pp_{text}"));
            let _ = ApiKey::parse(&text);
        }
    }
}
