//! Identifiers of token families, as we make them.
//!
//! Tokens are dated to the second by the clock of the server that issued them, and clocks are set back. So a `jti` of ours
//! also says how far the account's tokens were revoked when its family began, `<random>.<epoch>`: the epoch is the
//! account's [`revoked_before`](super::RevocationState::revoked_before), which grows with every revocation. A token that
//! is dated wrongly, or in the second of a revocation, is then still judged rightly.

use crate::randomness::{Randomness, RandomnessError};
use crate::tokens::{JTI_LENGTH, new_jti};

/// An identifier for a token family that begins in this epoch.
pub(super) fn new(epoch: i64, randomness: &dyn Randomness) -> Result<String, RandomnessError> {
    Ok(format!("{}.{epoch}", new_jti(randomness)?))
}

/// Whether an identifier has our form; without an epoch it is an older version's. No other program's tokens are known by
/// theirs: see [`TokenFacts`](super::TokenFacts).
pub(super) fn is_ours(jti: &str) -> bool {
    is_random(jti) || epoch(jti).is_some()
}

/// The epoch that an identifier of ours states.
pub(super) fn epoch(jti: &str) -> Option<i64> {
    let (random, epoch) = jti.split_once('.')?;
    let number: i64 = epoch.parse().ok()?;
    // As we write it: no plus sign, and no zeros before it.
    (is_random(random) && number.to_string() == epoch).then_some(number)
}

fn is_random(text: &str) -> bool {
    text.len() == JTI_LENGTH && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
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
        let older = new_jti(&SystemRandomness).unwrap();
        assert_eq!((epoch(&older), is_ours(&older)), (None, true), "{older}");
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
