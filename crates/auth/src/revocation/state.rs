//! What was revoked of an account.

use time::{Duration, OffsetDateTime};

use super::{TokenFacts, jti};
use crate::randomness::{Randomness, RandomnessError};
use crate::sessions::Fingerprint;

/// Whether a token that is good by itself may still be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Liveness {
    /// It may.
    Live,
    /// It, or another of its family, was revoked.
    Revoked,
    /// All tokens of its account were revoked after it was issued.
    AllRevoked,
    /// Another program changed the password of its account. The store should keep
    /// [what follows from that](RevocationState::change_password) at the next log-in, from when on new tokens are good.
    PasswordChanged,
}

/// What was revoked of an account: as a store fetches it in the statement that fetches the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RevocationState {
    listed: bool,
    revoked_before: Option<i64>,
    known_password: Option<Fingerprint>,
    password: Fingerprint,
}

impl RevocationState {
    /// How far ahead of the clock a token may be dated: beyond that, the clock is or was wrong.
    const MOST_AHEAD: Duration = Duration::MINUTE;

    /// The state of an account of which nothing was revoked. `password` is the fingerprint of its password's hash as it
    /// is now.
    #[must_use]
    pub const fn new(password: Fingerprint) -> Self {
        Self { listed: false, revoked_before: None, known_password: None, password }
    }

    /// Whether the store keeps one of the token's [names](TokenFacts::names) for this account.
    #[must_use]
    pub const fn with_listed(mut self, listed: bool) -> Self {
        self.listed = listed;
        self
    }

    /// Tokens issued before this moment, in seconds since 1970, have ended.
    #[must_use]
    pub const fn with_revoked_before(mut self, moment: Option<i64>) -> Self {
        self.revoked_before = moment;
        self
    }

    /// The fingerprint that the store keeps of the password's hash, from the last time that one of our programs wrote or
    /// verified it. `None` where it keeps none yet: then nothing is known of changes.
    #[must_use]
    pub const fn with_known_password(mut self, known: Option<Fingerprint>) -> Self {
        self.known_password = known;
        self
    }

    /// Whether the token is listed.
    #[must_use]
    pub const fn listed(&self) -> bool {
        self.listed
    }

    /// What the store keeps: from when on tokens are good, in seconds since 1970.
    #[must_use]
    pub const fn revoked_before(&self) -> Option<i64> {
        self.revoked_before
    }

    /// What the store keeps: the fingerprint of the password that was last seen.
    #[must_use]
    pub const fn known_password(&self) -> Option<Fingerprint> {
        self.known_password
    }

    /// Whether a token may still be used. Its signature, its claims and its account are checked elsewhere.
    #[must_use]
    pub fn judge(&self, token: &TokenFacts) -> Liveness {
        if self.listed {
            Liveness::Revoked
        } else if self.revoked_before.is_some_and(|revoked| began(token) < revoked) {
            Liveness::AllRevoked
        } else if self.known_password.is_some_and(|known| known != self.password) {
            Liveness::PasswordChanged
        } else {
            Liveness::Live
        }
    }

    /// The state after all tokens are revoked at `now`. Tokens know seconds: the whole of this one counts as before. It
    /// always grows, so that it is an epoch of the account: tokens that [say theirs](Self::new_jti) end at once, however
    /// they are dated.
    #[must_use]
    pub fn revoke_all(self, now: OffsetDateTime) -> Self {
        Self { revoked_before: Some(Self::revoking_all(self.revoked_before, now)), ..self }
    }

    /// The timestamp that [`revoke_all`](Self::revoke_all) keeps in place of `before`, in seconds since 1970: for a store
    /// that does not know the password.
    #[must_use]
    pub fn revoking_all(before: Option<i64>, now: OffsetDateTime) -> i64 {
        let next = now.unix_timestamp().saturating_add(1);
        before.map_or(next, |before| next.max(before.saturating_add(1)))
    }

    /// The state after the password is changed at `now`, by us or by a program that did not tell us.
    #[must_use]
    pub fn change_password(self, password: Fingerprint, now: OffsetDateTime) -> Self {
        Self { known_password: Some(password), password, ..self.revoke_all(now) }
    }

    /// The state after a log-in at `now` with the password as it is: a change that we were not told of ends what was
    /// issued before.
    #[must_use]
    pub fn log_in(self, now: OffsetDateTime) -> Self {
        match self.known_password {
            Some(known) if known != self.password => self.change_password(self.password, now),
            _ => Self { known_password: Some(self.password), ..self },
        }
    }

    /// The state after the same password is kept under another hash, as a log-in does that upgrades it: this ends
    /// nothing.
    #[must_use]
    pub const fn rehash(mut self, password: Fingerprint) -> Self {
        self.known_password = Some(password);
        self.password = password;
        self
    }

    /// What a token that is issued `now` is to be dated with: `now`, or later by less than a second where all were revoked
    /// within this second. Where another server's clock is ahead of ours, later by up to a minute. Programs that see no
    /// [epoch](Self::new_jti) go by it.
    #[must_use]
    pub fn issue_at(&self, now: OffsetDateTime) -> OffsetDateTime {
        let first = self.revoked_before.and_then(|revoked| OffsetDateTime::from_unix_timestamp(revoked).ok());
        first.filter(|first| *first <= now + Self::MOST_AHEAD).map_or(now, |first| first.max(now))
    }

    /// A new identifier (`jti`) for a token family that begins now. Beside a random part it says in which epoch of the
    /// account that is, so that the token is good although the clock was ahead when all were revoked, and ends when all
    /// are revoked although the clock was ahead when it was issued.
    ///
    /// # Errors
    /// Where there is no randomness.
    pub fn new_jti(&self, randomness: &dyn Randomness) -> Result<String, RandomnessError> {
        jti::new(self.revoked_before.unwrap_or(0), randomness)
    }
}

/// When a family began, as far as revoking all goes: by its epoch, else by the oldest date that the token has. A family
/// that began before all were revoked is dead, whatever the clock of the server said that refreshed it last.
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

    /// A token as the original's issuer makes it: no `iat`, and `exp` in whole seconds.
    fn issued(moment: OffsetDateTime) -> TokenFacts {
        let times = TokenTimes { iat: None, orig_iat: None, exp: moment.unix_timestamp() + 300 };
        TokenFacts::new(None, None, times, LIFETIME)
    }

    #[test]
    fn a_listed_token_is_dead() {
        let state = RevocationState::new(print("a"));
        assert_eq!(state.judge(&issued(at(0))), Liveness::Live);
        assert_eq!(state.with_listed(true).judge(&issued(at(0))), Liveness::Revoked);
    }

    #[test]
    fn revoking_all_goes_by_the_token_and_never_back() {
        let state = RevocationState::new(print("a")).revoke_all(at(5_000));
        assert_eq!(state.judge(&issued(at(4_999))), Liveness::AllRevoked);
        assert_eq!(state.judge(&issued(at(5_000))), Liveness::AllRevoked);
        assert_eq!(state.judge(&issued(at(6_000))), Liveness::Live);
        assert_eq!(state.revoke_all(at(1_000)).revoked_before(), Some(7));
        let far = state.with_revoked_before(Some(1_000));
        assert_eq!(far.revoke_all(at(1_000)).revoked_before(), Some(1_001));
    }

    /// A server whose clock is ahead of ours dates what it refreshes later than we revoke.
    #[test]
    fn a_line_that_began_before_all_were_revoked_is_dead_however_late_its_last_token_says_it_was_issued() {
        let refreshed = |began, exp| {
            let times = TokenTimes { iat: None, orig_iat: Some(began), exp };
            TokenFacts::new(Some("a"), None, times, LIFETIME)
        };
        let state = RevocationState::new(print("a")).revoke_all(at(5_000));
        assert_eq!(state.judge(&refreshed(4, 9 + 300)), Liveness::AllRevoked);
        assert_eq!(state.judge(&refreshed(6, 9 + 300)), Liveness::Live);
        // Nor does a claim of a later beginning help.
        assert_eq!(state.judge(&refreshed(9, 4 + 300)), Liveness::AllRevoked);
    }

    #[test]
    fn a_password_changed_by_another_program_is_noticed_until_the_next_log_in() {
        let known = RevocationState::new(print("a")).log_in(at(0));
        assert_eq!(known.judge(&issued(at(1_000))), Liveness::Live);
        let changed = RevocationState::new(print("b")).with_known_password(known.known_password());
        assert_eq!(changed.judge(&issued(at(1_000))), Liveness::PasswordChanged);
        let after = changed.log_in(at(2_500));
        assert_eq!(after.judge(&issued(at(1_000))), Liveness::AllRevoked);
        assert_eq!(after.judge(&issued(after.issue_at(at(2_500)))), Liveness::Live);
        assert_eq!(after.known_password(), Some(print("b")));
    }

    #[test]
    fn a_password_that_was_never_seen_tells_nothing() {
        assert_eq!(RevocationState::new(print("b")).judge(&issued(at(0))), Liveness::Live);
    }

    #[test]
    fn changing_the_password_here_ends_all_and_another_hash_of_it_none() {
        let state = RevocationState::new(print("a")).log_in(at(0));
        assert_eq!(state.rehash(print("b")).judge(&issued(at(0))), Liveness::Live);
        let changed = state.change_password(print("b"), at(1_000));
        assert_eq!(changed.judge(&issued(at(1_000))), Liveness::AllRevoked);
        assert_eq!(changed.judge(&issued(at(2_000))), Liveness::Live);
    }

    #[test]
    fn a_clock_that_was_far_ahead_makes_no_token_of_the_far_future() {
        let state = RevocationState::new(print("a")).with_revoked_before(Some(1_000_000));
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
    fn a_token_issued_after_the_clock_was_set_back_is_good_and_revoked_ones_stay_dead() {
        let hour = Duration::HOUR;
        let fresh = RevocationState::new(print("a"));
        let (before, ahead) = (issued_in(&fresh, at(0)), issued_in(&fresh, at(1_000) + hour));
        let state = fresh.revoke_all(at(2_000) + hour);
        // The clock is right again.
        let after = issued_in(&state, at(3_000));
        for (token, expected) in
            [(&before, Liveness::AllRevoked), (&ahead, Liveness::AllRevoked), (&after, Liveness::Live)]
        {
            assert_eq!(state.judge(token), expected, "{token:?}");
        }
        // Once more, and so on.
        let again = state.revoke_all(at(3_500));
        assert_eq!(again.judge(&after), Liveness::AllRevoked);
        assert_eq!(again.judge(&issued_in(&again, at(3_600))), Liveness::Live);
    }

    #[test]
    fn what_was_issued_while_the_clock_was_ahead_ends_when_all_are_revoked_later() {
        let fresh = RevocationState::new(print("a"));
        let ahead = issued_in(&fresh, at(0) + Duration::DAY);
        assert_eq!(fresh.revoke_all(at(1_000)).judge(&ahead), Liveness::AllRevoked);
    }

    proptest! {
        /// Of any number of revocations and tokens, on servers whose clocks say anything.
        #[test]
        fn tokens_of_ours_are_good_until_all_are_revoked_whatever_clocks_say(
            steps in prop::collection::vec((any::<bool>(), 0i64..10_000_000), 1..20),
        ) {
            let mut state = RevocationState::new(print("a"));
            let mut tokens = Vec::new();
            for (revokes, clock) in steps {
                if revokes {
                    state = state.revoke_all(at(clock));
                    for token in tokens.drain(..) {
                        prop_assert_eq!(state.judge(&token), Liveness::AllRevoked);
                    }
                } else {
                    tokens.push(issued_in(&state, at(clock)));
                }
                for token in &tokens {
                    prop_assert_eq!(state.judge(token), Liveness::Live);
                }
            }
        }

        #[test]
        fn whatever_was_issued_before_is_dead_and_after_is_live(
            revoked in 0i64..10_000_000, before in 0i64..100_000, after in 0i64..100_000,
        ) {
            let state = RevocationState::new(print("a"));
            let earlier = issued(state.issue_at(at(revoked - before)));
            let state = state.revoke_all(at(revoked));
            prop_assert_eq!(state.judge(&earlier), Liveness::AllRevoked);
            let later = issued(state.issue_at(at(revoked + after)));
            prop_assert_eq!(state.judge(&later), Liveness::Live);
            prop_assert!(state.issue_at(at(revoked + after)) - at(revoked + after) <= Duration::SECOND);
        }

        #[test]
        fn revoking_all_twice_ends_what_was_issued_between(first in 0i64..10_000, pause in 0i64..3_000) {
            let state = RevocationState::new(print("a")).revoke_all(at(first));
            let between = issued(state.issue_at(at(first + pause)));
            let again = state.revoke_all(at(first + pause));
            prop_assert_eq!(again.judge(&between), Liveness::AllRevoked);
            let later = issued(again.issue_at(at(first + pause)));
            prop_assert_eq!(again.judge(&later), Liveness::Live);
        }
    }
}
