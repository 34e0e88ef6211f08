//! The identifiers (`jti`) of token families that we issue.
//!
//! Tokens are dated in seconds by the clock of the server that issued them, and clocks are set back. So our `jti`
//! also states the epoch of the account in which the family began, `<random>.<epoch>`: the account's
//! [`revoked_before`](super::RevocationState::revoked_before), which grows with every revocation. A token with a
//! wrong date, or one dated in the second of a revocation, is then still judged correctly.

use crate::alphanumeric;
use crate::randomness::{Randomness, RandomnessError};

/// Letters and digits of the random part: 131 bits, so that no two are equal (RFC 7519, section 4.1.7).
const RANDOM_LENGTH: usize = 22;

/// A new identifier for a token family that begins in this epoch.
pub(super) fn new(epoch: i64, randomness: &dyn Randomness) -> Result<String, RandomnessError> {
    let random: String =
        alphanumeric::random::<RANDOM_LENGTH>(randomness)?.into_iter().map(char::from).collect();
    Ok(format!("{random}.{epoch}"))
}

/// Whether an identifier has our form; without an epoch it is from an older version. Tokens of other programs are not
/// known by their `jti`: see [`TokenFacts`](super::TokenFacts).
pub(super) fn is_ours(jti: &str) -> bool {
    is_random(jti) || epoch(jti).is_some()
}

/// The epoch in an identifier of ours.
pub(super) fn epoch(jti: &str) -> Option<i64> {
    let (random, epoch) = jti.split_once('.')?;
    let number: i64 = epoch.parse().ok()?;
    // In the form in which we write it: no plus sign, no leading zeros.
    (is_random(random) && number.to_string() == epoch).then_some(number)
}

fn is_random(text: &str) -> bool {
    text.len() == RANDOM_LENGTH && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SystemRandomness;

    #[test]
    fn an_identifier_states_its_epoch() {
        for number in [0, 1, 1_800_000_001, i64::MAX] {
            let jti = new(number, &SystemRandomness).unwrap();
            assert_eq!((epoch(&jti), is_ours(&jti)), (Some(number), true), "{jti}");
        }
        let older = "abcdefghijklmnopqrstuv";
        assert_eq!((epoch(older), is_ours(older)), (None, true), "of a version without epochs");
        assert_ne!(new(1, &SystemRandomness).unwrap(), new(1, &SystemRandomness).unwrap());
    }

    #[test]
    fn identifiers_of_other_issuers_are_not_ours() {
        let random = "abcdefghijklmnopqrstuv";
        for jti in [
            String::new(),
            ".7".to_owned(),
            format!("{random}."),
            format!("{random}.x"),
            format!("{random}.+7"),
            format!("{random}.07"),
            format!("{random}.7.7"),
            format!("{random}x.7"),
            format!("{random}x"),
            "c0ffee00-0000-4000-8000-000000000000".to_owned(),
            "c0ffee00000040008000000000000000".to_owned(),
        ] {
            assert_eq!((epoch(&jti), is_ours(&jti)), (None, false), "{jti}");
        }
    }
}
