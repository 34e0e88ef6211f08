//! The secret that a program keeps, and what a store keeps of it.

use std::fmt;

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::alphanumeric::random;
use crate::randomness::{Randomness, RandomnessError};

/// Letters and digits of the secret: 256 bits.
const SECRET: usize = 43;
/// Letters and digits of the checksum.
const CHECKSUM: usize = 6;

/// Why a text is no API key. Neither says anything of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MalformedKey {
    /// Another prefix, another length, or other characters than letters and digits.
    #[error("an API key is pp_ and 49 letters and digits")]
    Form,
    /// A character is wrong: the checksum does not fit.
    #[error("the API key's checksum is wrong: it was mistyped or cut")]
    Checksum,
}

/// An API key: `pp_`, 43 letters and digits of its own, and six of a checksum.
///
/// The prefix and the checksum are for programs that look for leaked secrets: `pp_[0-9A-Za-z]{49}` finds a candidate,
/// and the checksum tells whether it is one. It is the CRC-32 (IEEE 802.3, zlib's) of the 46 characters before it, in
/// base 62 with the digits `0-9A-Za-z`, the highest first, filled up with zeros to six.
#[derive(Clone)]
pub struct ApiKey(Zeroizing<String>);

impl ApiKey {
    /// What every key begins with.
    pub const PREFIX: &'static str = "pp_";
    /// The length of every key, in characters.
    pub const LENGTH: usize = Self::PREFIX.len() + SECRET + CHECKSUM;

    /// A new key.
    ///
    /// # Errors
    /// Where there is no randomness.
    pub fn new(randomness: &dyn Randomness) -> Result<Self, RandomnessError> {
        let secret = Zeroizing::new(random::<SECRET>(randomness)?);
        let mut text = Zeroizing::new(String::with_capacity(Self::LENGTH));
        text.push_str(Self::PREFIX);
        text.extend(secret.iter().copied().map(char::from));
        let checksum = checksum(text.as_bytes());
        text.extend(checksum.into_iter().map(char::from));
        Ok(Self(text))
    }

    /// Reads a key. What cannot be one is told from one that nobody knows, so that no store needs to be asked.
    ///
    /// # Errors
    /// Why it cannot be one.
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

    /// The secret, to be shown to its owner once.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What a store knows it by.
    #[must_use]
    pub fn digest(&self) -> ApiKeyDigest {
        ApiKeyDigest(Sha256::digest(self.0.as_bytes()).into())
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(hidden)")
    }
}

/// The SHA-256 of a key. A key has 256 bits of its own: nothing slower is needed to keep it from being guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ApiKeyDigest([u8; 32]);

impl ApiKeyDigest {
    /// One that was stored.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes, to be stored.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for ApiKeyDigest {
    /// 64 hexadecimal digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
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
    fn what_is_no_key_is_said_without_asking_a_store() {
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
