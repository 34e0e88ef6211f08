//! Random text of letters and digits, which cookies, headers and forms carry unchanged.

use crate::randomness::{Randomness, RandomnessError};

/// The characters, in the order in which Django's CSRF tokens count them (`CSRF_ALLOWED_CHARS`).
pub(crate) const ALPHABET: &[u8; 62] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/// Four times the length of the alphabet: bytes below it map to each character equally often.
const FAIR: u8 = 248;

/// `N` characters, each equally likely: 5.95 bits each.
pub(crate) fn random<const N: usize>(randomness: &dyn Randomness) -> Result<[u8; N], RandomnessError> {
    let mut text = [0; N];
    let mut filled = 0;
    while filled < N {
        let mut bytes = [0; N];
        randomness.fill(&mut bytes)?;
        for byte in bytes.into_iter().filter(|byte| *byte < FAIR).take(N - filled) {
            text[filled] = ALPHABET[usize::from(byte) % ALPHABET.len()];
            filled += 1;
        }
    }
    Ok(text)
}

/// The position of a character in the alphabet.
pub(crate) const fn position(character: u8) -> Option<u8> {
    match character {
        b'a'..=b'z' => Some(character - b'a'),
        b'A'..=b'Z' => Some(character - b'A' + 26),
        b'0'..=b'9' => Some(character - b'0' + 52),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::randomness::SystemRandomness;

    #[test]
    fn every_character_has_its_position() {
        for (at, character) in ALPHABET.iter().enumerate() {
            assert_eq!(position(*character).map(usize::from), Some(at));
        }
        assert_eq!(position(b'-'), None);
    }

    #[test]
    fn no_two_texts_are_alike() {
        let one: [u8; 32] = random(&SystemRandomness).unwrap();
        let other: [u8; 32] = random(&SystemRandomness).unwrap();
        assert_ne!(one, other);
        assert!(one.iter().all(|character| position(*character).is_some()));
    }
}
