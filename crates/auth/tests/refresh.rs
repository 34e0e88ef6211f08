//! The token service: issue, refresh, revoke.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use presspass_auth::refresh::{MemoryRefreshTokens, RefreshError, RefreshToken, TokenPair, TokenService};
use presspass_auth::tokens::{SigningKey, TokenIssuer, TokenPolicy, TokenVerifier, VerifiedToken};
use presspass_auth::{Clock, ManualClock};
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("the future waits"),
    }
}

struct Fixture {
    clock: Arc<ManualClock>,
    tokens: TokenService<MemoryRefreshTokens<Uuid>>,
    verifier: TokenVerifier,
}

const ADA: Uuid = Uuid::from_u128(1);

fn fixture() -> Fixture {
    let clock = Arc::new(ManualClock::new(OffsetDateTime::from_unix_timestamp(1_800_000_000).unwrap()));
    let key = SigningKey::hs256("a secret of thirty-two bytes or more").unwrap();
    let issuer = TokenIssuer::new(key.clone(), TokenPolicy::default());
    let tokens = TokenService::new(issuer, MemoryRefreshTokens::default()).with_clock(clock.clone());
    Fixture { clock, tokens, verifier: TokenVerifier::new(key, TokenPolicy::default()) }
}

impl Fixture {
    fn issue(&self) -> TokenPair {
        now(self.tokens.issue(ADA)).unwrap()
    }

    fn refresh(&self, token: &RefreshToken) -> Result<TokenPair, RefreshError> {
        now(self.tokens.refresh(token))
    }

    fn verified(&self, pair: &TokenPair) -> VerifiedToken {
        self.verifier.verify(pair.access.as_bytes(), self.clock.now()).unwrap()
    }

    fn is_live(&self, token: &VerifiedToken) -> bool {
        now(self.tokens.is_live(token)).unwrap()
    }
}

#[test]
fn the_tokens_of_a_family_name_its_account_and_its_session() {
    let fixture = fixture();
    let first = fixture.issue();
    fixture.clock.advance(300);
    let second = fixture.refresh(&first.refresh).unwrap();
    assert_eq!(second.expires_in, Duration::minutes(5));
    let verified = fixture.verified(&second);
    assert_eq!(verified.subject(), Ok(ADA));
    fixture.clock.advance(-300);
    assert_eq!(verified.session_id(), fixture.verified(&first).session_id());
    assert_ne!(verified.session_id(), fixture.verified(&fixture.issue()).session_id());
    assert_ne!(
        verified.facts().family_jti(),
        fixture.verified(&first).facts().family_jti(),
        "each has its jti"
    );
}

#[test]
fn a_refresh_token_that_is_used_twice_ends_its_family() {
    let fixture = fixture();
    let (stolen, other) = (fixture.issue(), fixture.issue());
    let next = fixture.refresh(&stolen.refresh).unwrap();
    let verified = fixture.verified(&next);
    assert!(fixture.is_live(&verified));
    assert!(matches!(fixture.refresh(&stolen.refresh), Err(RefreshError::Reused)));
    assert!(matches!(fixture.refresh(&next.refresh), Err(RefreshError::Invalid)));
    assert!(!fixture.is_live(&verified), "and its access tokens");
    assert!(fixture.refresh(&other.refresh).is_ok());
}

#[test]
fn refresh_tokens_expire_and_families_end() {
    let fixture = fixture();
    let idle = fixture.issue();
    fixture.clock.advance(Duration::weeks(2).whole_seconds());
    assert!(matches!(fixture.refresh(&idle.refresh), Err(RefreshError::Invalid)));
    let mut pair = fixture.issue();
    for _ in 0..8 {
        fixture.clock.advance(Duration::days(10).whole_seconds());
        pair = fixture.refresh(&pair.refresh).unwrap();
    }
    fixture.clock.advance(Duration::days(10).whole_seconds());
    assert!(matches!(fixture.refresh(&pair.refresh), Err(RefreshError::Invalid)), "after 90 days");
}

#[test]
fn logging_out_ends_a_family_and_revoking_all_ends_every_one() {
    let fixture = fixture();
    let [one, two, three] = [(); 3].map(|()| fixture.issue());
    now(fixture.tokens.revoke(&one.refresh)).unwrap();
    now(fixture.tokens.revoke(&one.refresh)).unwrap();
    assert!(matches!(fixture.refresh(&one.refresh), Err(RefreshError::Invalid)));
    assert!(!fixture.is_live(&fixture.verified(&one)));
    let two = fixture.refresh(&two.refresh).unwrap();
    assert_eq!(now(fixture.tokens.revoke_all(&ADA)).unwrap(), 2);
    for ended in [two, three] {
        assert!(matches!(fixture.refresh(&ended.refresh), Err(RefreshError::Invalid)));
    }
    let unknown = RefreshToken::parse(&"a".repeat(43)).unwrap();
    assert!(matches!(fixture.refresh(&unknown), Err(RefreshError::Invalid)));
    now(fixture.tokens.revoke(&unknown)).unwrap();
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Tenant {
    tenant: u64,
}

#[test]
fn access_tokens_have_the_services_own_claims_and_nothing_shows_a_secret() {
    let fixture = fixture();
    let first = now(fixture.tokens.issue_with(ADA, &Tenant { tenant: 7 })).unwrap();
    assert_eq!(fixture.verified(&first).claims::<Tenant>(), Ok(Tenant { tenant: 7 }));
    let next = now(fixture.tokens.refresh_with(&first.refresh, |id| {
        assert_eq!(*id, ADA);
        Tenant { tenant: 8 }
    }));
    assert_eq!(fixture.verified(&next.unwrap()).claims::<Tenant>(), Ok(Tenant { tenant: 8 }));
    let failed = now(fixture.tokens.issue_with(ADA, &serde_json::json!({"sid": "x"})));
    assert!(matches!(failed, Err(RefreshError::Claims(_))));
    assert!(!format!("{first:?}").contains(first.refresh.expose()));
}
