//! Identifiers of tokens in the form of drf-jwt.

use std::fmt::Write as _;

use crate::randomness::{Randomness, RandomnessError};

/// A new identifier in the form of drf-jwt: a random UUID (RFC 9562, section 5.4).
///
/// # Errors
/// If there is no randomness.
pub fn new_uuid(randomness: &dyn Randomness) -> Result<String, RandomnessError> {
    let mut bytes = [0; 16];
    randomness.fill(&mut bytes)?;
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let mut text = String::with_capacity(36);
    for (at, byte) in bytes.iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SystemRandomness;

    #[test]
    fn a_uuid_has_the_form_of_version_4() {
        let uuid = new_uuid(&SystemRandomness).unwrap();
        let lengths: Vec<_> = uuid.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12], "{uuid}");
        assert!(uuid.as_bytes()[14] == b'4' && b"89ab".contains(&uuid.as_bytes()[19]), "{uuid}");
        assert_ne!(uuid, new_uuid(&SystemRandomness).unwrap());
    }
}
