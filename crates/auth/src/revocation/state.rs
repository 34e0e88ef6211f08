//! The revocation rules: what is stored of an account, how it changes, and which tokens it leaves valid.

use time::{Duration, OffsetDateTime};

use super::{TokenFacts, jti};
use crate::randomness::{Randomness, RandomnessError};
use crate::sessions::Fingerprint;

/// Whether a token with a valid signature and valid claims can still be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Liveness {
    /// It can.
    Live,
    /// It, or another token of its family, was revoked.
    Revoked,
    /// All tokens of its account were revoked after its family began.
    AllRevoked,
    /// Another program changed the password of its account. The next [login](RevocationState::log_in) records that;
    /// tokens issued from then on are valid.
    PasswordChanged,
}

/// What a store keeps of an account, and how it changes. A store reads it in the statement that reads the account; to
/// change it, it locks the account, applies one of the transitions, and writes the result in the same transaction.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RevocationState {
    /// Tokens issued before this time, in seconds since 1970, are revoked. `None` if no tokens are.
    pub revoked_before: Option<i64>,
    /// The fingerprint of the password's hash, from the last time that this service wrote or verified it. `None` if it
    /// never did: then nothing is known of changes.
    pub known_password: Option<Fingerprint>,
}

impl RevocationState {
    /// How far ahead of the clock a token may be dated. If more would be needed, the clock is or was wrong.
    const MOST_AHEAD: Duration = Duration::MINUTE;

    /// Whether a token can still be used. Its signature, its claims and its account are checked elsewhere.
    ///
    /// `password` is the fingerprint of the account's current password hash. `is_listed` says that the store has one of the
    /// token's [names](TokenFacts::names) for this account.
    #[must_use]
    pub fn judge(&self, token: &TokenFacts, password: Fingerprint, is_listed: bool) -> Liveness {
        if is_listed {
            Liveness::Revoked
        } else if self.revoked_before.is_some_and(|revoked| began(token) < revoked) {
            Liveness::AllRevoked
        } else if self.known_password.is_some_and(|known| known != password) {
            Liveness::PasswordChanged
        } else {
            Liveness::Live
        }
    }

    /// The state after all tokens are revoked at `now`. Tokens are dated in seconds, so all tokens of this second are
    /// revoked. [`revoked_before`](Self::revoked_before) always grows, so it is an epoch of the account: tokens that
    /// [state theirs](Self::new_jti) are revoked at once, whatever their date.
    #[must_use]
    pub fn revoke_all(self, now: OffsetDateTime) -> Self {
        let next = now.unix_timestamp().saturating_add(1);
        let next = self.revoked_before.map_or(next, |before| next.max(before.saturating_add(1)));
        Self { revoked_before: Some(next), ..self }
    }

    /// The state after the password is changed at `now`, which revokes all tokens. `password` is the fingerprint of the
    /// new hash; `None` if it is not known, so that the next login records it.
    #[must_use]
    pub fn change_password(self, password: Option<Fingerprint>, now: OffsetDateTime) -> Self {
        Self { known_password: password, ..self.revoke_all(now) }
    }

    /// The state after the same password is stored under another hash, as a login does that upgrades it. Nothing is
    /// revoked. `password` is the fingerprint of the new hash, as in [`change_password`](Self::change_password).
    #[must_use]
    pub const fn rehash(self, password: Option<Fingerprint>) -> Self {
        Self { known_password: password, ..self }
    }

    /// The state after a login at `now` with this password: if another program changed it, all tokens that were issued
    /// before are revoked.
    #[must_use]
    pub fn log_in(self, password: Fingerprint, now: OffsetDateTime) -> Self {
        match self.known_password {
            Some(known) if known != password => self.change_password(Some(password), now),
            _ => self.rehash(Some(password)),
        }
    }

    /// The date for a token that is issued `now`: `now`, or up to a second later if all tokens were revoked in this
    /// second, or up to a minute later if another server's clock is ahead. Programs that do not know the
    /// [epoch](Self::new_jti) rely on it.
    #[must_use]
    pub fn issue_at(&self, now: OffsetDateTime) -> OffsetDateTime {
        let first = self.revoked_before.and_then(|revoked| OffsetDateTime::from_unix_timestamp(revoked).ok());
        first.filter(|first| *first <= now + Self::MOST_AHEAD).map_or(now, |first| first.max(now))
    }

    /// A new identifier (`jti`) for a token family that begins now. Beside a random part it states the epoch of the
    /// account. So the token is valid even if the clock was ahead when all tokens were revoked, and it is revoked with all
    /// tokens even if the clock was ahead when it was issued.
    ///
    /// # Errors
    /// If there is no randomness.
    pub fn new_jti(&self, randomness: &dyn Randomness) -> Result<String, RandomnessError> {
        jti::new(self.revoked_before.unwrap_or(0), randomness)
    }
}

/// When a family began, for the purpose of revoking all tokens: its epoch, else the oldest date in the token. A family
/// that began before all tokens were revoked is dead, whatever the clock of the server said that refreshed it last.
fn began(token: &TokenFacts) -> i64 {
    let oldest = || token.family_began().map_or(token.issued_at(), |began| began.min(token.issued_at()));
    token.epoch().unwrap_or_else(oldest)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::SystemRandomness;
    use crate::revocation::TokenTimes;
    use crate::sessions::FingerprintKey;

    const LIFETIME: Duration = Duration::minutes(5);

    fn print(hash: &str) -> Fingerprint {
        FingerprintKey::new(b"a secret of the service").of(hash)
    }

    fn at(milliseconds: i64) -> OffsetDateTime {
        OffsetDateTime::UNIX_EPOCH + Duration::milliseconds(milliseconds)
    }

    /// Judges a token that is not listed, of an account with the password `a`.
    fn judge(state: RevocationState, token: &TokenFacts) -> Liveness {
        state.judge(token, print("a"), false)
    }

    /// A token as djangorestframework-jwt issues it: no `iat`, and `exp` in whole seconds.
    fn issued(at: OffsetDateTime) -> TokenFacts {
        let times = TokenTimes { iat: None, orig_iat: None, exp: at.unix_timestamp() + 300 };
        TokenFacts::new(None, None, times, LIFETIME)
    }

    #[test]
    fn a_listed_token_is_dead() {
        let state = RevocationState::default();
        assert_eq!(state.judge(&issued(at(0)), print("a"), false), Liveness::Live);
        assert_eq!(state.judge(&issued(at(0)), print("a"), true), Liveness::Revoked);
    }

    #[test]
    fn revoking_all_goes_by_the_token_and_never_back() {
        let state = RevocationState::default().revoke_all(at(5_000));
        assert_eq!(judge(state, &issued(at(4_999))), Liveness::AllRevoked);
        assert_eq!(judge(state, &issued(at(5_000))), Liveness::AllRevoked);
        assert_eq!(judge(state, &issued(at(6_000))), Liveness::Live);
        assert_eq!(state.revoke_all(at(1_000)).revoked_before, Some(7));
        let far = RevocationState { revoked_before: Some(1_000), ..state };
        assert_eq!(far.revoke_all(at(1_000)).revoked_before, Some(1_001));
    }

    /// A server whose clock is ahead of ours dates what it refreshes later than we revoke.
    #[test]
    fn a_family_that_began_before_all_were_revoked_is_dead_whatever_the_date_of_its_last_token() {
        let refreshed = |began, exp| {
            let times = TokenTimes { iat: None, orig_iat: Some(began), exp };
            TokenFacts::new(Some("a"), None, times, LIFETIME)
        };
        let state = RevocationState::default().revoke_all(at(5_000));
        assert_eq!(judge(state, &refreshed(4, 9 + 300)), Liveness::AllRevoked);
        assert_eq!(judge(state, &refreshed(6, 9 + 300)), Liveness::Live);
        // Nor does a claim of a later beginning help.
        assert_eq!(judge(state, &refreshed(9, 4 + 300)), Liveness::AllRevoked);
    }

    #[test]
    fn a_password_changed_by_another_program_is_noticed_until_the_next_log_in() {
        let known = RevocationState::default().log_in(print("a"), at(0));
        assert_eq!(judge(known, &issued(at(1_000))), Liveness::Live);
        assert_eq!(known.judge(&issued(at(1_000)), print("b"), false), Liveness::PasswordChanged);
        let after = known.log_in(print("b"), at(2_500));
        assert_eq!(after.judge(&issued(at(1_000)), print("b"), false), Liveness::AllRevoked);
        assert_eq!(after.judge(&issued(after.issue_at(at(2_500))), print("b"), false), Liveness::Live);
        assert_eq!(after.known_password, Some(print("b")));
        assert_eq!(after.log_in(print("b"), at(9_000)), after, "another login changes nothing");
    }

    #[test]
    fn a_password_that_was_never_seen_tells_nothing() {
        let state = RevocationState::default();
        assert_eq!(state.judge(&issued(at(0)), print("b"), false), Liveness::Live);
        assert_eq!(state.log_in(print("b"), at(0)).revoked_before, None);
        // A program that does not know the secret changed it: the next login only records it.
        let changed = state.log_in(print("a"), at(0)).change_password(None, at(1_000));
        assert_eq!(changed.judge(&issued(at(2_000)), print("b"), false), Liveness::Live);
        assert_eq!(changed.log_in(print("b"), at(3_000)).revoked_before, changed.revoked_before);
    }

    #[test]
    fn changing_the_password_here_ends_all_and_another_hash_of_it_none() {
        let state = RevocationState::default().log_in(print("a"), at(0));
        assert_eq!(state.rehash(Some(print("b"))).judge(&issued(at(0)), print("b"), false), Liveness::Live);
        let changed = state.change_password(Some(print("b")), at(1_000));
        assert_eq!(changed.judge(&issued(at(1_000)), print("b"), false), Liveness::AllRevoked);
        assert_eq!(changed.judge(&issued(at(2_000)), print("b"), false), Liveness::Live);
    }

    #[test]
    fn a_clock_that_was_far_ahead_makes_no_token_of_the_far_future() {
        let state = RevocationState { revoked_before: Some(1_000_000), known_password: None };
        assert_eq!(state.issue_at(at(0)), at(0));
    }

    /// A token of ours, as it is issued at `now` by a server that sees this state.
    fn issued_in(state: &RevocationState, now: OffsetDateTime) -> TokenFacts {
        let jti = state.new_jti(&SystemRandomness).unwrap();
        let seconds = state.issue_at(now).unix_timestamp();
        let times = TokenTimes { iat: None, orig_iat: Some(seconds), exp: seconds + 300 };
        TokenFacts::new(Some(&jti), None, times, LIFETIME)
    }

    #[test]
    fn a_token_issued_after_the_clock_was_set_back_is_live_and_revoked_ones_stay_dead() {
        let hour = Duration::HOUR;
        let fresh = RevocationState::default();
        let (before, ahead) = (issued_in(&fresh, at(0)), issued_in(&fresh, at(1_000) + hour));
        let state = fresh.revoke_all(at(2_000) + hour);
        // The clock is right again.
        let after = issued_in(&state, at(3_000));
        for (token, expected) in
            [(&before, Liveness::AllRevoked), (&ahead, Liveness::AllRevoked), (&after, Liveness::Live)]
        {
            assert_eq!(judge(state, token), expected, "{token:?}");
        }
        // Once more, and so on.
        let again = state.revoke_all(at(3_500));
        assert_eq!(judge(again, &after), Liveness::AllRevoked);
        assert_eq!(judge(again, &issued_in(&again, at(3_600))), Liveness::Live);
    }

    #[test]
    fn tokens_issued_while_the_clock_was_ahead_are_revoked_with_all_tokens() {
        let fresh = RevocationState::default();
        let ahead = issued_in(&fresh, at(0) + Duration::DAY);
        assert_eq!(judge(fresh.revoke_all(at(1_000)), &ahead), Liveness::AllRevoked);
    }

    proptest! {
        /// Of any number of revocations and tokens, on servers whose clocks say anything.
        #[test]
        fn our_tokens_are_valid_until_all_are_revoked_whatever_the_clocks(
            steps in prop::collection::vec((any::<bool>(), 0i64..10_000_000), 1..20),
        ) {
            let mut state = RevocationState::default();
            let mut tokens = Vec::new();
            for (revokes, clock) in steps {
                if revokes {
                    state = state.revoke_all(at(clock));
                    for token in tokens.drain(..) {
                        prop_assert_eq!(judge(state, &token), Liveness::AllRevoked);
                    }
                } else {
                    tokens.push(issued_in(&state, at(clock)));
                }
                for token in &tokens {
                    prop_assert_eq!(judge(state, token), Liveness::Live);
                }
            }
        }

        #[test]
        fn tokens_issued_before_a_revocation_are_dead_and_later_ones_live(
            revoked in 0i64..10_000_000, before in 0i64..100_000, after in 0i64..100_000,
        ) {
            let state = RevocationState::default();
            let earlier = issued(state.issue_at(at(revoked - before)));
            let state = state.revoke_all(at(revoked));
            prop_assert_eq!(judge(state, &earlier), Liveness::AllRevoked);
            let later = issued(state.issue_at(at(revoked + after)));
            prop_assert_eq!(judge(state, &later), Liveness::Live);
            prop_assert!(state.issue_at(at(revoked + after)) - at(revoked + after) <= Duration::SECOND);
        }

        #[test]
        fn revoking_all_twice_ends_what_was_issued_between(first in 0i64..10_000, pause in 0i64..3_000) {
            let state = RevocationState::default().revoke_all(at(first));
            let between = issued(state.issue_at(at(first + pause)));
            let again = state.revoke_all(at(first + pause));
            prop_assert_eq!(judge(again, &between), Liveness::AllRevoked);
            let later = issued(again.issue_at(at(first + pause)));
            prop_assert_eq!(judge(again, &later), Liveness::Live);
        }
    }
}
