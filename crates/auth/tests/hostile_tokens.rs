//! Promise 2 of the security notes: no forged or malformed token gets in, and the good odd ones still do. The same list
//! goes to the running server in `bins/server/tests/server/hostile_tokens.rs`.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "hostile/table.rs"]
mod table;

use presspass_auth::tokens::{Algorithm, KeyRing, RingKey, SigningKey, Subject, TokenPolicy, TokenVerifier};
use presspass_auth::{AccountRef, SystemRandomness};
use table::World;
use time::OffsetDateTime;

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
    let taken = verifier.verify(token.as_bytes(), now);
    taken.map(|taken| taken.subject) == Ok(Subject::Account(AccountRef { id, username }))
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
