//! The facts of a token that revocation needs.

use sha2::{Digest, Sha256};
use time::Duration;

use super::jti;
use crate::newtypes::stored_bytes;

/// The timestamps of a token, in seconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenTimes {
    /// `iat`: when it was issued (RFC 7519, section 4.1.6). Tokens of djangorestframework-jwt have none.
    pub iat: Option<i64>,
    /// `orig_iat`: when the first token of its family was issued; refreshing keeps it.
    pub orig_iat: Option<i64>,
    /// `exp`: when it expires (RFC 7519, section 4.1.4).
    pub exp: i64,
}

/// The facts of a verified token that revocation needs.
///
/// A token and all that were refreshed from it are a family, whichever program refreshed them. We keep the `jti` of
/// the first token, and drf-jwt 1.19 keeps it as `orig_jti`; djangorestframework-jwt 1.11 drops it, and keeps only
/// `orig_iat`. So tokens with a `jti` [of ours](super::RevocationState::new_jti) are known by it, and all others by
/// `orig_iat`:
///
/// | Token | Revoking it revokes | It is also revoked by |
/// |---|---|---|
/// | with a `jti` of ours | those with this `jti`, and of its account those with this `orig_iat` and no `jti` of ours | revoking one with this `orig_iat` and no `jti` of ours |
/// | without | all of its account with this `orig_iat` | revoking any with this `orig_iat` |
///
/// No token of a revoked family stays valid. Other families are revoked with it only if they began in the same
/// second, and never if both have a `jti` of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenFacts {
    /// `orig_jti`, or `jti` where there is none.
    family_jti: Option<Box<str>>,
    issued_at: i64,
    family_began: Option<i64>,
    expires_at: i64,
}

impl TokenFacts {
    /// The facts of a token.
    ///
    /// `jti` is its identifier (RFC 7519, section 4.1.7) and `orig_jti` that of the first token of its family, if it
    /// has them. A token without `iat` counts as issued at `exp` − `lifetime`, so `lifetime` should be the longest of
    /// all tokens that have not expired.
    #[must_use]
    pub fn new(jti: Option<&str>, orig_jti: Option<&str>, times: TokenTimes, lifetime: Duration) -> Self {
        Self {
            family_jti: orig_jti.or(jti).map(Box::from),
            issued_at: times.iat.unwrap_or_else(|| times.exp.saturating_sub(lifetime.whole_seconds())),
            family_began: times.orig_iat,
            expires_at: times.exp,
        }
    }

    /// The `jti` that a token needs that is refreshed from this one, so that it is of the same family; `None` if the
    /// family is known by its `orig_iat`.
    #[must_use]
    pub fn family_jti(&self) -> Option<&str> {
        self.family_jti.as_deref()
    }

    /// The names, one or two, that a store keeps for the account to revoke this token and all of its family.
    #[must_use]
    pub fn names_to_revoke(&self) -> Vec<TokenId> {
        match (self.family_jti(), self.family_began) {
            (Some(jti), Some(began)) if jti::is_ours(jti) => {
                vec![TokenId::jti(jti), TokenId::others_of(began)]
            }
            (_, Some(began)) => vec![TokenId::ours_of(began), TokenId::others_of(began)],
            (Some(jti), None) => vec![TokenId::jti(jti)],
            (None, None) => vec![TokenId::expires(self.expires_at)],
        }
    }

    /// The names that a store looks for: the token is listed, in the sense of
    /// [`RevocationState::judge`](super::RevocationState::judge), if the store has one of these for the account.
    #[must_use]
    pub fn names(&self) -> [TokenId; 2] {
        match (self.family_jti(), self.family_began) {
            (Some(jti), Some(began)) if jti::is_ours(jti) => [TokenId::jti(jti), TokenId::ours_of(began)],
            // Earlier versions revoked it by its `jti`.
            (Some(jti), Some(began)) => [TokenId::jti(jti), TokenId::others_of(began)],
            (None, Some(began)) => [TokenId::others_of(began); 2],
            (Some(jti), None) => [TokenId::jti(jti); 2],
            (None, None) => [TokenId::expires(self.expires_at); 2],
        }
    }

    /// The [epoch](super::RevocationState::new_jti) of the account in which its family began, if its identifier
    /// states it.
    #[must_use]
    pub fn epoch(&self) -> Option<i64> {
        self.family_jti().and_then(jti::epoch)
    }

    /// When it was issued, in seconds since 1970.
    #[must_use]
    pub const fn issued_at(&self) -> i64 {
        self.issued_at
    }

    /// When the first token of its family was issued, in seconds since 1970; `None` if that is not known.
    #[must_use]
    pub const fn family_began(&self) -> Option<i64> {
        self.family_began
    }

    /// When it expires, in seconds since 1970, if that is later than for any token that this service refreshes from
    /// its family, so that [`keep_until`](Self::keep_until) of those is too early: it is a token of another issuer,
    /// or from when lifetimes were longer. Before anything is refreshed from it, a store has to record that all
    /// families of the account that are revoked later are kept until then.
    #[must_use]
    pub fn outlives_family(&self, refresh_window: Duration, lifetime: Duration) -> Option<i64> {
        let last = self.family_began?.saturating_add((refresh_window + lifetime).whole_seconds());
        (self.expires_at > last).then_some(self.expires_at)
    }

    /// Until when a store has to keep its [names](Self::names_to_revoke) once they are revoked, in seconds since
    /// 1970. The last token of a family is issued within `refresh_window` of the first, and lives for `lifetime`.
    #[must_use]
    pub fn keep_until(&self, refresh_window: Duration, lifetime: Duration) -> i64 {
        let last =
            self.family_began.map(|began| began.saturating_add((refresh_window + lifetime).whole_seconds()));
        last.unwrap_or(self.expires_at).max(self.expires_at)
    }
}

stored_bytes! {
    /// A name of a token family of one account: a SHA-256, so that it has a fixed width in a store.
    digest TokenId
}

impl TokenId {
    fn jti(jti: &str) -> Self {
        Self::of("jti", jti)
    }

    /// The tokens with a `jti` of ours whose families began at this time.
    fn ours_of(orig_iat: i64) -> Self {
        Self::of("orig_iat of ours", &orig_iat.to_string())
    }

    /// The other tokens whose families began at this time.
    fn others_of(orig_iat: i64) -> Self {
        Self::of("orig_iat", &orig_iat.to_string())
    }

    fn expires(exp: i64) -> Self {
        Self::of("exp", &exp.to_string())
    }

    fn of(kind: &str, value: &str) -> Self {
        Self(Sha256::new().chain_update(kind).chain_update(b":").chain_update(value).finalize().into())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LIFETIME: Duration = Duration::minutes(5);
    /// As we issue them.
    const ONE: &str = "oneoneoneoneoneoneonew.0";
    const OTHER: &str = "otherotherotherotherot.0";
    /// As drf-jwt issues them.
    const UUID: &str = "c0ffee00-0000-4000-8000-000000000000";

    fn token(jti: Option<&str>, orig_jti: Option<&str>, orig_iat: Option<i64>, exp: i64) -> TokenFacts {
        TokenFacts::new(jti, orig_jti, TokenTimes { iat: None, orig_iat, exp }, LIFETIME)
    }

    /// Whether revoking the first token revokes the other.
    fn ends(revoked: &TokenFacts, other: &TokenFacts) -> bool {
        let kept = revoked.names_to_revoke();
        other.names().iter().any(|name| kept.contains(name))
    }

    #[test]
    fn a_token_without_iat_counts_as_issued_a_lifetime_before_it_expires() {
        assert_eq!(token(None, None, None, 1_300).issued_at(), 1_000);
        let stated = TokenTimes { iat: Some(1_100), orig_iat: None, exp: 1_300 };
        assert_eq!(TokenFacts::new(None, None, stated, LIFETIME).issued_at(), 1_100);
    }

    #[test]
    fn families_of_the_same_second_are_independent_if_both_tokens_have_our_jti() {
        let began = Some(1_000);
        let (one, other) = (token(Some(ONE), None, began, 1_300), token(Some(OTHER), None, began, 1_300));
        // A token that djangorestframework-jwt refreshed could be of either family.
        let refreshed = token(None, None, began, 1_400);
        for (revoked, dead) in
            [(&one, [true, false, true]), (&other, [false, true, true]), (&refreshed, [true, true, true])]
        {
            assert_eq!([&one, &other, &refreshed].map(|token| ends(revoked, token)), dead, "{revoked:?}");
        }
        let later = token(None, None, Some(1_001), 1_400);
        assert!(!ends(&one, &later) && !ends(&later, &one) && !ends(&refreshed, &later));
    }

    #[test]
    fn names_stored_by_earlier_versions_still_revoke_their_tokens() {
        for (kept, token) in [
            (TokenId::of("jti", ONE), token(Some(ONE), None, Some(1_000), 1_300)),
            (TokenId::of("jti", UUID), token(Some("another"), Some(UUID), Some(1_000), 1_300)),
            (TokenId::of("orig_iat", "1000"), token(None, None, Some(1_000), 1_300)),
            (TokenId::of("exp", "1300"), token(None, None, None, 1_300)),
        ] {
            assert!(token.names().contains(&kept), "{token:?}");
        }
    }

    #[test]
    fn a_token_that_cannot_be_refreshed_is_revoked_alone() {
        let alone = token(None, None, None, 1_300);
        assert!(ends(&alone, &alone));
        for other in [
            token(None, None, None, 1_301),
            token(None, None, Some(1_300), 1_300),
            token(Some("1300"), None, None, 1_300),
        ] {
            assert!(!ends(&alone, &other) && !ends(&other, &alone), "{other:?}");
        }
    }

    /// A program that refreshes tokens.
    #[derive(Debug, Clone, Copy)]
    enum Refresher {
        /// It keeps `jti`.
        Presspass,
        /// djangorestframework-jwt 1.11 drops it.
        DjangorestframeworkJwt,
        /// drf-jwt 1.19 gives each token another, and keeps the first as `orig_jti`.
        DrfJwt,
    }

    #[derive(Debug, Clone)]
    struct Claims {
        iat: Option<i64>,
        orig_iat: i64,
        jti: Option<String>,
        orig_jti: Option<String>,
    }

    impl Claims {
        fn facts(&self) -> TokenFacts {
            let times = TokenTimes { iat: self.iat, orig_iat: Some(self.orig_iat), exp: self.orig_iat + 300 };
            TokenFacts::new(self.jti.as_deref(), self.orig_jti.as_deref(), times, LIFETIME)
        }

        fn first(by: Refresher, orig_iat: i64, name: &str) -> Self {
            let (iat, jti) = match by {
                Refresher::Presspass => (None, Some(name.to_owned())),
                Refresher::DjangorestframeworkJwt => (None, None),
                Refresher::DrfJwt => (Some(orig_iat), Some(UUID.to_owned())),
            };
            Self { iat, orig_iat, jti, orig_jti: None }
        }

        fn refreshed(&self, by: Refresher) -> Self {
            let orig_iat = self.orig_iat;
            match by {
                Refresher::Presspass => {
                    let jti = self.facts().family_jti().map(str::to_owned);
                    Self { iat: None, orig_iat, jti, orig_jti: None }
                }
                Refresher::DjangorestframeworkJwt => Self { iat: None, orig_iat, jti: None, orig_jti: None },
                Refresher::DrfJwt => Self {
                    iat: Some(orig_iat + 1),
                    orig_iat,
                    jti: Some(UUID.to_owned()),
                    orig_jti: self.orig_jti.clone().or(self.jti.clone()),
                },
            }
        }
    }

    fn refresher() -> impl Strategy<Value = Refresher> {
        prop_oneof![
            Just(Refresher::Presspass),
            Just(Refresher::DjangorestframeworkJwt),
            Just(Refresher::DrfJwt)
        ]
    }

    /// A family: each token is refreshed from one of those before it.
    fn family(name: &'static str) -> impl Strategy<Value = Vec<Claims>> {
        let steps = prop::collection::vec((refresher(), any::<prop::sample::Index>()), 0..6);
        (refresher(), steps).prop_map(move |(by, steps)| {
            let mut tokens = vec![Claims::first(by, 1_000, name)];
            for (by, from) in steps {
                tokens.push(tokens[from.index(tokens.len())].refreshed(by));
            }
            tokens
        })
    }

    proptest! {
        #[test]
        fn revoking_any_token_revokes_its_family_whichever_program_refreshed_it(
            tokens in family(ONE), which in any::<prop::sample::Index>(),
        ) {
            let revoked = tokens[which.index(tokens.len())].facts();
            for token in &tokens {
                prop_assert!(ends(&revoked, &token.facts()), "{:?} is alive", token);
            }
        }

        #[test]
        fn another_family_of_the_same_second_stays_valid_if_both_tokens_have_our_jti(
            one in family(ONE), other in family(OTHER), which in any::<prop::sample::Index>(),
        ) {
            let revoked = one[which.index(one.len())].facts();
            for token in other.iter().map(Claims::facts) {
                let ours = [&revoked, &token].iter().all(|token| token.epoch().is_some());
                prop_assert!(!ours || !ends(&revoked, &token), "{:?} is dead", token);
            }
        }
    }

    #[test]
    fn a_token_with_the_jti_of_a_family_is_of_that_family() {
        for (jti, orig_jti) in [(Some("a"), None), (Some("b"), Some("a")), (None, Some("a"))] {
            let one = token(jti, orig_jti, Some(1_000), 1_300);
            assert_eq!(one.family_jti(), Some("a"));
            let next = token(one.family_jti(), None, Some(1_000), 1_600);
            assert_eq!((next.names(), next.family_jti()), (one.names(), Some("a")));
        }
        let one = token(None, None, Some(1_000), 1_300);
        assert_eq!(token(one.family_jti(), None, Some(1_000), 1_600).names(), one.names());
        assert_eq!((one.family_began(), token(None, None, None, 1_300).family_began()), (Some(1_000), None));
    }

    #[test]
    fn a_revoked_family_is_kept_until_its_last_token_has_expired() {
        let week = Duration::weeks(1);
        assert_eq!(token(None, None, Some(1_000), 1_300).keep_until(week, LIFETIME), 1_000 + 604_800 + 300);
        assert_eq!(token(None, None, None, 1_300).keep_until(week, LIFETIME), 1_300);
    }

    #[test]
    fn a_token_outlives_its_family_if_none_refreshed_from_it_expires_as_late() {
        let (week, last) = (Duration::weeks(1), 1_000 + 604_800 + 300);
        for (orig_iat, exp, outlives) in [
            (Some(1_000), 1_300, None),
            (Some(1_000), last, None),
            (Some(1_000), last + 1, Some(last + 1)),
            // Nothing is refreshed from it.
            (None, last + 1, None),
        ] {
            let token = token(None, None, orig_iat, exp);
            assert_eq!(token.outlives_family(week, LIFETIME), outlives, "{orig_iat:?} {exp}");
            assert_eq!(token.keep_until(week, LIFETIME).max(exp), token.keep_until(week, LIFETIME));
        }
        assert_eq!(token(None, None, Some(i64::MAX), 1_300).outlives_family(week, LIFETIME), None);
    }
}
