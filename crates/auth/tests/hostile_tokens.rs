//! Promise 2 of the security notes: no forged or malformed token gets in, and the good odd ones still do. The same list
//! goes to the running server in `bins/server/tests/server/hostile_tokens.rs`.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "hostile/table.rs"]
mod table;

use std::sync::Arc;

use presspass_auth::authenticators::JwtAuthenticator;
use presspass_auth::revocation::{Revocations, TokenFacts};
use presspass_auth::tokens::{Algorithm, KeyRing, RingKey, SigningKey, Subject, TokenPolicy, TokenVerifier};
use presspass_auth::{
    AccountRef, Authenticator as _, BoxFuture, ManualClock, Outcome, RequestHead, Resolution, StoreError,
    SystemRandomness,
};
use table::{Case, World};
use time::{Duration, OffsetDateTime};

fn world() -> World {
    World {
        secret: "a secret of thirty-two bytes or more".to_owned(),
        user_id: 2,
        username: "user".to_owned(),
        now: 1_800_000_000,
    }
}

/// One verifier with the secret alone, and one that has keys of other algorithms beside it.
fn verifiers() -> [TokenVerifier; 2] {
    let key = || SigningKey::hs256(world().secret).unwrap();
    let others = [Algorithm::Es256, Algorithm::EdDsa]
        .map(|algorithm| RingKey::from(SigningKey::generate(algorithm, &SystemRandomness).unwrap()));
    let ring = KeyRing::new(others.into_iter().chain([key().into()])).unwrap();
    [TokenVerifier::new(key(), TokenPolicy::default()), TokenVerifier::new(ring, TokenPolicy::default())]
}

fn gets_in(verifier: &TokenVerifier, token: &str) -> bool {
    let World { user_id: id, username, now, .. } = world();
    let now = OffsetDateTime::from_unix_timestamp(now).unwrap();
    let outcome = verifier.verify(token.as_bytes(), now);
    outcome.map(|good| good.subject) == Ok(Subject::Account(AccountRef { id, username }))
}

#[test]
fn at_least_180_hostile_tokens_are_refused() {
    let cases = table::refused(&world());
    assert!(cases.len() >= 180, "{}", cases.len());
    for verifier in verifiers() {
        let let_in: Vec<&str> = cases
            .iter()
            .filter(|case| gets_in(&verifier, &case.token))
            .map(|case| case.name.as_str())
            .collect();
        assert!(let_in.is_empty(), "{let_in:?}");
    }
    for (at, case) in cases.iter().enumerate() {
        let twin = cases[..at].iter().find(|other| other.token == case.token);
        assert!(twin.is_none(), "{} is {}", case.name, twin.map_or("", |twin| &twin.name));
    }
}

#[test]
fn at_least_40_odd_tokens_get_in() {
    let cases = table::accepted(&world());
    assert!(cases.len() >= 40, "{}", cases.len());
    let [alone, among_others] = verifiers();
    let refused = |verifier: &TokenVerifier| -> Vec<String> {
        cases.iter().filter(|case| !gets_in(verifier, &case.token)).map(|case| case.name.clone()).collect()
    };
    assert_eq!(refused(&alone), Vec::<String>::new());
    // Among several keys a name means one of them.
    assert!(
        refused(&among_others).iter().all(|name| name.contains("\"kid\":\"")),
        "{:?}",
        refused(&among_others)
    );
}

/// A service that would take any account, and has revoked nothing.
#[derive(Debug)]
struct Everybody;

impl Revocations for Everybody {
    type User = AccountRef;

    fn resolve(
        &self,
        account: AccountRef,
        _: TokenFacts,
    ) -> BoxFuture<'_, Result<Resolution<AccountRef>, StoreError>> {
        Box::pin(async { Ok(Resolution::Active(account)) })
    }
}

#[tokio::test]
async fn where_tokens_can_be_revoked_one_that_cannot_be_judged_is_refused_and_no_fault() {
    let verifier = Arc::new(verifiers()[0].clone());
    let lifetime = Duration::minutes(5);
    let clock = Arc::new(ManualClock::new(OffsetDateTime::from_unix_timestamp(world().now).unwrap()));
    let jwt = JwtAuthenticator::with_revocations(verifier.clone(), Arc::new(Everybody), lifetime, clock);
    let outcome = async |token: &str| {
        let header = format!("JWT {token}");
        let headers = [("authorization", header.as_str())];
        jwt.authenticate(&RequestHead::new("GET", "/", &headers)).await.unwrap()
    };
    let cases = table::unjudgeable(&world());
    for Case { name, token } in &cases {
        assert!(gets_in(&verifier, token), "{name}: the token itself is good");
        assert_eq!(TokenFacts::of_verified(token.as_bytes(), lifetime), None, "{name}");
        assert!(matches!(outcome(token).await, Outcome::Rejected(_)), "{name}");
    }
    // The odd ones that are good can be.
    for Case { name, token } in table::accepted(&world()).iter().filter(|case| case.token.is_ascii()) {
        assert!(TokenFacts::of_verified(token.as_bytes(), lifetime).is_some(), "{name}");
        assert!(matches!(outcome(token).await, Outcome::Verified(_)), "{name}");
    }
}
