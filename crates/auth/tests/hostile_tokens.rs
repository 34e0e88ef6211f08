//! Promise 2 of the security notes: no forged or malformed token is accepted, and odd but valid ones are. The same
//! list is sent to a running server in `bins/server/tests/server/hostile_tokens.rs`.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "hostile/table.rs"]
mod table;

use std::sync::Arc;

use presspass_auth::authenticators::JwtAuthenticator;
use presspass_auth::tokens::{
    Algorithm, DjangoAccount, KeyRing, RingKey, SigningKey, TokenError, TokenPolicy, TokenVerifier,
    VerifiedToken,
};
use presspass_auth::{
    Authenticator as _, ManualClock, Outcome, RequestHead, Resolution, StoreError, SystemRandomness,
    UserStore,
};
use table::{Case, World};
use time::OffsetDateTime;

fn world() -> World {
    World {
        secret: "a secret of thirty-two bytes or more".to_owned(),
        user_id: 2,
        username: "user".to_owned(),
        now: 1_800_000_000,
    }
}

/// One verifier with the secret alone, and one with keys of other algorithms, too.
fn verifiers() -> [TokenVerifier; 2] {
    let key = || SigningKey::hs256(world().secret).unwrap();
    let others = [Algorithm::Es256, Algorithm::EdDsa]
        .map(|algorithm| RingKey::from(SigningKey::generate(algorithm, &SystemRandomness).unwrap()));
    let ring = KeyRing::new(others.into_iter().chain([key().into()])).unwrap();
    [TokenVerifier::new(key(), TokenPolicy::django()), TokenVerifier::new(ring, TokenPolicy::django())]
}

fn is_accepted(verifier: &TokenVerifier, token: &str) -> bool {
    let World { user_id: id, username, now, .. } = world();
    let now = OffsetDateTime::from_unix_timestamp(now).unwrap();
    let outcome = verifier.verify(token.as_bytes(), now);
    outcome.is_ok_and(|good| good.subject() == Ok(DjangoAccount { id, username }))
}

#[test]
fn at_least_180_hostile_tokens_are_refused() {
    let cases = table::refused(&world());
    assert!(cases.len() >= 180, "{}", cases.len());
    for verifier in verifiers() {
        let let_in: Vec<&str> = cases
            .iter()
            .filter(|case| is_accepted(&verifier, &case.token))
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
fn at_least_40_odd_tokens_are_accepted() {
    let cases = table::accepted(&world());
    assert!(cases.len() >= 40, "{}", cases.len());
    let [alone, among_others] = verifiers();
    let refused = |verifier: &TokenVerifier| -> Vec<String> {
        cases
            .iter()
            .filter(|case| !is_accepted(verifier, &case.token))
            .map(|case| case.name.clone())
            .collect()
    };
    assert_eq!(refused(&alone), Vec::<String>::new());
    // Among several keys, `kid` selects one.
    assert!(
        refused(&among_others).iter().all(|name| name.contains("\"kid\":\"")),
        "{:?}",
        refused(&among_others)
    );
}

/// A service that accepts every account.
#[derive(Debug)]
struct EveryAccount;

impl UserStore for EveryAccount {
    type User = DjangoAccount;
    type Id = DjangoAccount;

    async fn resolve(
        &self,
        account: DjangoAccount,
        _: VerifiedToken,
    ) -> Result<Resolution<DjangoAccount>, StoreError> {
        Ok(Resolution::Active(account))
    }
}

#[tokio::test]
async fn a_token_whose_identifiers_cannot_be_read_is_refused() {
    let verifier = Arc::new(verifiers()[0].clone());
    let now = OffsetDateTime::from_unix_timestamp(world().now).unwrap();
    let clock = Arc::new(ManualClock::new(now));
    let jwt = JwtAuthenticator::new(verifier.clone(), EveryAccount).with_clock(clock);
    let outcome = async |token: &str| {
        let header = format!("JWT {token}");
        let headers = [("authorization", header.as_str())];
        jwt.authenticate(&RequestHead::new("GET", "/", &headers)).await.unwrap()
    };
    for Case { name, token } in &table::unidentifiable(&world()) {
        let error = verifier.verify(token.as_bytes(), now);
        assert!(matches!(error, Err(TokenError::Malformed(_))), "{name}: {error:?}");
        assert!(matches!(outcome(token).await, Outcome::Rejected(_)), "{name}");
    }
    // The odd tokens that are valid are accepted.
    for Case { name, token } in table::accepted(&world()).iter().filter(|case| case.token.is_ascii()) {
        assert!(matches!(outcome(token).await, Outcome::Verified(_)), "{name}");
    }
}
