//! What revocation needs to know of a token.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use time::Duration;

/// The moments that a token states, in seconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenTimes {
    /// `iat`: when it was issued (RFC 7519, section 4.1.6). The original's tokens have none.
    pub iat: Option<i64>,
    /// `orig_iat`: when the first token of its line was issued; refreshing keeps it.
    pub orig_iat: Option<i64>,
    /// `exp`: when it ends (RFC 7519, section 4.1.4).
    pub exp: i64,
}

/// What revocation needs to know of a verified token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenFacts {
    id: Option<TokenId>,
    line: TokenId,
    line_jti: Option<Box<str>>,
    issued_at: i64,
    line_began: Option<i64>,
    expires_at: i64,
}

impl TokenFacts {
    /// The facts of a token.
    ///
    /// `jti` is its identifier (RFC 7519, section 4.1.7) and `orig_jti` that of the first of its line, where they are
    /// there (drf-jwt 1.19). Without `iat` it counts as issued at `exp` − `lifetime`: `lifetime` is therefore the
    /// longest with which a token that still lives was issued.
    #[must_use]
    pub fn new(jti: Option<&str>, orig_jti: Option<&str>, times: TokenTimes, lifetime: Duration) -> Self {
        let id = jti.map(TokenId::of_jti);
        let line = match (orig_jti.map(TokenId::of_jti).or(id), times.orig_iat) {
            (Some(first), _) => first,
            (None, Some(began)) => TokenId::of("orig_iat", &began.to_string()),
            (None, None) => TokenId::of("exp", &times.exp.to_string()),
        };
        Self {
            id,
            line,
            line_jti: orig_jti.or(jti).map(Box::from),
            issued_at: times.iat.unwrap_or_else(|| times.exp.saturating_sub(lifetime.whole_seconds())),
            line_began: times.orig_iat,
            expires_at: times.exp,
        }
    }

    /// The facts of a compact token that a [`TokenVerifier`](crate::tokens::TokenVerifier) has verified; `None` where its
    /// `jti` or `orig_jti` cannot be read, as there are two of them or a number beyond all bounds: such a token cannot be
    /// told from a revoked one, and must be refused. See [`new`](Self::new) for `lifetime`.
    #[must_use]
    pub fn of_verified(token: &[u8], lifetime: Duration) -> Option<Self> {
        facts_of_verified(token, lifetime)
    }

    /// The identifier that a token which is refreshed from this one has to carry, so that it is of the same line; `None`
    /// where the line is known by when it began.
    #[must_use]
    pub fn line_jti(&self) -> Option<&str> {
        self.line_jti.as_deref()
    }

    /// What a store keeps, beside the account, to revoke this token: its line, so that what was refreshed from it, or
    /// is yet to be, ends with it. Tokens of one account without `jti` whose lines began in the same second are of one
    /// line.
    #[must_use]
    pub const fn line(&self) -> TokenId {
        self.line
    }

    /// What a store looks for: the token is [listed](super::RevocationState::listed) where it keeps one of these for
    /// the account.
    #[must_use]
    pub fn ids(&self) -> [TokenId; 2] {
        [self.line, self.id.unwrap_or(self.line)]
    }

    /// When it was issued, in seconds since 1970.
    #[must_use]
    pub const fn issued_at(&self) -> i64 {
        self.issued_at
    }

    /// When the first token of its line was issued, in seconds since 1970; `None` where that is not said.
    #[must_use]
    pub const fn line_began(&self) -> Option<i64> {
        self.line_began
    }

    /// When it ends, where it is good for longer than any token that is refreshed here from one of its line, so that
    /// [`keep_until`](Self::keep_until) of the others says too little: a token of another issuer, or from when lifetimes were
    /// longer. In seconds since 1970; see [`RevocationStore::keep_lines`](super::RevocationStore::keep_lines).
    #[must_use]
    pub fn outlives_line(&self, refresh_window: Duration, lifetime: Duration) -> Option<i64> {
        let last = self.line_began?.saturating_add((refresh_window + lifetime).whole_seconds());
        (self.expires_at > last).then_some(self.expires_at)
    }

    /// Until when a store has to keep its [line](Self::line) once that is revoked, in seconds since 1970. The last
    /// token of a line is made within `refresh_window` of the first and lives for `lifetime`.
    #[must_use]
    pub fn keep_until(&self, refresh_window: Duration, lifetime: Duration) -> i64 {
        let last =
            self.line_began.map(|began| began.saturating_add((refresh_window + lifetime).whole_seconds()));
        last.unwrap_or(self.expires_at).max(self.expires_at)
    }
}

/// The name of a token, or of a line, of one account: a SHA-256, so that a store has a fixed width for it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TokenId([u8; 32]);

impl TokenId {
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

    fn of_jti(jti: &str) -> Self {
        Self::of("jti", jti)
    }

    fn of(kind: &str, value: &str) -> Self {
        Self(Sha256::new().chain_update(kind).chain_update(b":").chain_update(value).finalize().into())
    }
}

impl fmt::Debug for TokenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenId(")?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_str(")")
    }
}

/// The claims that revocation reads.
#[derive(Deserialize)]
struct Claims {
    exp: f64,
    #[serde(default)]
    iat: Option<f64>,
    #[serde(default)]
    orig_iat: Option<serde_json::Value>,
    #[serde(default)]
    jti: Option<serde_json::Value>,
    #[serde(default)]
    orig_jti: Option<serde_json::Value>,
}

/// The facts of a compact token that was verified: its `exp` and `iat` are numbers. `None` where what it says of its line
/// cannot be read.
pub(crate) fn facts_of_verified(token: &[u8], lifetime: Duration) -> Option<TokenFacts> {
    #[expect(clippy::cast_possible_truncation, reason = "the verifier bounds moments; fractions are cut")]
    let whole = |seconds: f64| seconds as i64;
    let payload = URL_SAFE_NO_PAD.decode(token.split(|byte| *byte == b'.').nth(1)?).ok()?;
    let claims: Claims = serde_json::from_slice(&payload).ok()?;
    let text = |claim: &Option<serde_json::Value>| match claim {
        Some(serde_json::Value::String(text)) => Some(text.clone()),
        _ => None,
    };
    let orig_iat = claims.orig_iat.as_ref().and_then(serde_json::Value::as_f64).map(whole);
    let times = TokenTimes { iat: claims.iat.map(whole), orig_iat, exp: whole(claims.exp) };
    Some(TokenFacts::new(text(&claims.jti).as_deref(), text(&claims.orig_jti).as_deref(), times, lifetime))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIFETIME: Duration = Duration::minutes(5);

    fn token(jti: Option<&str>, orig_jti: Option<&str>, orig_iat: Option<i64>, exp: i64) -> TokenFacts {
        TokenFacts::new(jti, orig_jti, TokenTimes { iat: None, orig_iat, exp }, LIFETIME)
    }

    #[test]
    fn a_token_without_iat_counts_as_issued_a_lifetime_before_it_ends() {
        assert_eq!(token(None, None, None, 1_300).issued_at(), 1_000);
        let stated = TokenTimes { iat: Some(1_100), orig_iat: None, exp: 1_300 };
        assert_eq!(TokenFacts::new(None, None, stated, LIFETIME).issued_at(), 1_100);
    }

    #[test]
    fn what_was_refreshed_from_a_token_is_of_its_line() {
        // drf-jwt 1.19 gives each token a name and keeps that of the first.
        let (first, second) = (token(Some("a"), None, None, 1_300), token(Some("b"), Some("a"), None, 1_400));
        assert_eq!(first.line(), second.line());
        assert!(second.ids().contains(&first.line()));
        assert!(second.ids().contains(&token(Some("b"), None, None, 0).line()));
        // The original has only the moment at which the line began.
        let (first, second) = (token(None, None, Some(1_000), 1_300), token(None, None, Some(1_000), 1_400));
        assert_eq!(first.line(), second.line());
        // Where refresh is off, there is only the end.
        assert_eq!(token(None, None, None, 1_300).line(), token(None, None, None, 1_300).line());
    }

    #[test]
    fn a_token_that_carries_the_identifier_of_its_line_is_of_that_line() {
        for (jti, orig_jti) in [(Some("a"), None), (Some("b"), Some("a")), (None, Some("a"))] {
            let one = token(jti, orig_jti, Some(1_000), 1_300);
            assert_eq!(one.line_jti(), Some("a"));
            let next = token(one.line_jti(), None, Some(1_000), 1_600);
            assert_eq!((next.line(), next.line_jti()), (one.line(), Some("a")));
        }
        // One without is known by when its line began, and so is what is refreshed from it.
        let one = token(None, None, Some(1_000), 1_300);
        assert_eq!(token(one.line_jti(), None, Some(1_000), 1_600).line(), one.line());
        assert_eq!((one.line_began(), token(None, None, None, 1_300).line_began()), (Some(1_000), None));
    }

    #[test]
    fn what_is_of_another_line_has_another_name() {
        let lines = [
            token(Some("1000"), None, Some(1_000), 1_000),
            token(Some("1001"), None, Some(1_000), 1_000),
            token(None, None, Some(1_000), 1_000),
            token(None, None, Some(1_001), 1_000),
            token(None, None, None, 1_000),
            token(None, None, None, 1_001),
        ];
        for (at, one) in lines.iter().enumerate() {
            assert!(lines[at + 1..].iter().all(|other| other.line() != one.line()), "{at}");
        }
    }

    #[test]
    fn a_revoked_line_is_kept_until_its_last_token_has_ended() {
        let week = Duration::weeks(1);
        assert_eq!(token(None, None, Some(1_000), 1_300).keep_until(week, LIFETIME), 1_000 + 604_800 + 300);
        assert_eq!(token(None, None, None, 1_300).keep_until(week, LIFETIME), 1_300);
    }

    #[test]
    fn a_token_outlives_its_line_where_none_that_is_refreshed_from_it_is_good_for_as_long() {
        let (week, last) = (Duration::weeks(1), 1_000 + 604_800 + 300);
        for (orig_iat, exp, outlives) in [
            (Some(1_000), 1_300, None),
            (Some(1_000), last, None),
            (Some(1_000), last + 1, Some(last + 1)),
            // Nothing is refreshed from it.
            (None, last + 1, None),
        ] {
            let token = token(None, None, orig_iat, exp);
            assert_eq!(token.outlives_line(week, LIFETIME), outlives, "{orig_iat:?} {exp}");
            assert_eq!(token.keep_until(week, LIFETIME).max(exp), token.keep_until(week, LIFETIME));
        }
        assert_eq!(token(None, None, Some(i64::MAX), 1_300).outlives_line(week, LIFETIME), None);
    }

    #[test]
    fn the_facts_of_a_verified_token_are_in_its_payload() {
        let of = |payload: &str| {
            facts_of_verified(format!("h.{}.s", URL_SAFE_NO_PAD.encode(payload)).as_bytes(), LIFETIME)
        };
        assert_eq!(of(r#"{"exp":1300}"#), Some(token(None, None, None, 1_300)));
        assert_eq!(
            of(r#"{"exp":1300.9,"iat":1000,"orig_iat":900,"jti":"a","orig_jti":"b","user_id":1}"#),
            Some(TokenFacts::new(
                Some("a"),
                Some("b"),
                TokenTimes { iat: Some(1_000), orig_iat: Some(900), exp: 1_300 },
                LIFETIME
            ))
        );
        assert_eq!(of(r#"{"exp":1300,"jti":7,"orig_iat":"x"}"#), Some(token(None, None, None, 1_300)));
        assert_eq!(of("[]"), None);
    }
}
