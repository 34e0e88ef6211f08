//! Key rings: which key signs, which verify, and until when.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use presspass_auth::SystemRandomness;
use presspass_auth::tokens::{
    Algorithm, DjangoSubject, KeyId, KeyRing, RingError, RingKey, SharedKeyRing, SigningError, SigningKey,
    TokenError, TokenIssuer, TokenPolicy, TokenVerifier,
};
use time::{Duration, OffsetDateTime};

const ADA: DjangoSubject<'static> = DjangoSubject { user_id: 1, username: "ada", email: "" };

fn now() -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(1_800_000_000).unwrap()
}

fn key(name: &str) -> SigningKey {
    SigningKey::hs256(format!("the secret of thirty-two bytes called {name}"))
        .unwrap()
        .with_id(KeyId::parse(name).unwrap())
}

fn ring(keys: impl IntoIterator<Item = RingKey>) -> KeyRing {
    KeyRing::new(keys).unwrap()
}

fn issue(ring: &KeyRing, at: OffsetDateTime) -> String {
    TokenIssuer::new(ring.clone(), TokenPolicy::django()).issue(ADA, at).unwrap()
}

fn verify(ring: &KeyRing, token: &str, at: OffsetDateTime) -> Result<(), TokenError> {
    let policy = TokenPolicy::django().with_leeway(time::Duration::seconds(100_000));
    TokenVerifier::new(ring.clone(), policy).verify(token.as_bytes(), at).map(drop)
}

fn header(token: &str) -> String {
    String::from_utf8(URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap()).unwrap()
}

/// A token with any header, under this key.
fn forged(key: &str, header: &str) -> String {
    use hmac::{Hmac, KeyInit, Mac};
    let payload = r#"{"user_id":1,"username":"ada","exp":1800000300}"#;
    let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload));
    let secret = format!("the secret of thirty-two bytes called {key}");
    let mac = Hmac::<sha2::Sha256>::new_from_slice(secret.as_bytes()).unwrap().chain_update(&signed);
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

#[test]
fn the_newest_signs_and_all_verify() {
    let old = ring([key("old").into()]);
    let both = ring([RingKey::from(key("new")).signing_from(now()), key("old").into()]);
    let (before, after) = (issue(&old, now()), issue(&both, now()));
    assert_eq!(header(&before), r#"{"typ":"JWT","alg":"HS256"}"#);
    assert_eq!(header(&after), r#"{"typ":"JWT","alg":"HS256","kid":"new"}"#);
    for token in [&before, &after] {
        assert_eq!(verify(&both, token, now()), Ok(()));
    }
    assert_eq!(verify(&old, &before, now()), Ok(()));
    assert_eq!(verify(&old, &after, now()), Err(TokenError::Signature));
}

#[test]
fn a_key_verifies_before_it_signs() {
    let later = now() + Duration::HOUR;
    let both = ring([RingKey::from(key("new")).signing_from(later), key("old").into()]);
    assert!(header(&issue(&both, now())).contains("\"old\""));
    assert!(header(&issue(&both, later - Duration::SECOND)).contains("\"old\""));
    assert!(header(&issue(&both, later)).contains("\"new\""));
    let hasty = issue(&ring([key("new").into(), key("other").into()]), now());
    assert_eq!(verify(&both, &hasty.clone(), now()), Err(TokenError::UnknownKey), "{}", header(&hasty));
    let hasty = issue(&ring([key("other").into(), key("new").into()]), now());
    assert_eq!(verify(&both, &hasty, now()), Ok(()), "{}", header(&hasty));
}

#[test]
fn a_key_retires_at_its_date() {
    let end = now() + Duration::minutes(5);
    let both =
        ring([RingKey::from(key("old")).retired_after(end), RingKey::from(key("new")).signing_from(now())]);
    let token = issue(&ring([key("old").into()]), now());
    assert_eq!(verify(&both, &token, end), Ok(()));
    assert_eq!(verify(&both, &token, end + Duration::SECOND), Err(TokenError::Signature));
    let named = forged("old", r#"{"alg":"HS256","kid":"old"}"#);
    assert_eq!(verify(&both, &named, end), Ok(()));
    assert_eq!(verify(&both, &named, end + Duration::SECOND), Err(TokenError::UnknownKey));
    // The remaining key is the only one again, so tokens need no `kid`.
    assert_eq!(header(&issue(&both, end + Duration::SECOND)), r#"{"typ":"JWT","alg":"HS256"}"#);
}

#[test]
fn kid_selects_its_key_and_no_other() {
    let both = ring([key("a").into(), key("b").into()]);
    for (signer, kid, wanted) in [
        ("a", "\"a\"", Ok(())),
        ("b", "\"b\"", Ok(())),
        ("a", "\"b\"", Err(TokenError::Signature)),
        ("a", "\"c\"", Err(TokenError::UnknownKey)),
        ("a", "\"\"", Err(TokenError::UnknownKey)),
        ("a", "\"A\"", Err(TokenError::UnknownKey)),
        // A `kid` that is not a string is ignored.
        ("a", "null", Ok(())),
        ("b", "1", Ok(())),
        ("c", "null", Err(TokenError::Signature)),
    ] {
        let token = forged(signer, &format!(r#"{{"alg":"HS256","kid":{kid}}}"#));
        assert_eq!(verify(&both, &token, now()), wanted, "{signer} as {kid}");
    }
    assert_eq!(verify(&both, &forged("b", r#"{"alg":"HS256"}"#), now()), Ok(()));
    // With one key, its id is ignored, as in `PyJWT`.
    let alone = ring([key("a").into()]);
    assert_eq!(verify(&alone, &forged("a", r#"{"alg":"HS256","kid":"c"}"#), now()), Ok(()));
}

#[test]
fn kid_does_not_select_another_algorithm() {
    let pair = SigningKey::generate(Algorithm::EdDsa, &SystemRandomness).unwrap();
    let both = ring([pair.with_id(KeyId::parse("pair").unwrap()).into(), key("shared").into()]);
    let token = forged("shared", r#"{"alg":"HS256","kid":"pair"}"#);
    assert_eq!(verify(&both, &token, now()), Err(TokenError::Signature));
    let token = forged("shared", r#"{"alg":"HS512","kid":"shared"}"#);
    assert_eq!(verify(&both, &token, now()), Err(TokenError::Algorithm));
}

#[test]
fn invalid_rings_are_refused() {
    let refused = |keys: Vec<RingKey>| KeyRing::new(keys).unwrap_err();
    assert_eq!(refused(Vec::new()), RingError::Empty);
    assert_eq!(
        refused(vec![key("a").into(), key("a").into()]),
        RingError::SameName(KeyId::parse("a").unwrap())
    );
    let many = (0..=KeyRing::MAX_KEYS).map(|at| key(&at.to_string()).into());
    assert_eq!(refused(many.collect()), RingError::TooMany);
}

#[test]
fn without_a_key_that_signs_nothing_is_issued() {
    let yet_to_come = RingKey::from(key("a")).signing_from(now() + Duration::SECOND);
    let retired = RingKey::from(key("b")).retired_after(now() - Duration::SECOND);
    let verifies = RingKey::from(key("c").verifying_key().clone());
    let issuer = TokenIssuer::new(ring([yet_to_come, retired, verifies]), TokenPolicy::django());
    assert!(matches!(issuer.issue(ADA, now()), Err(SigningError::NoKey)));
}

#[test]
fn of_keys_with_the_same_time_the_last_one_signs() {
    let both = ring([key("a").into(), key("b").into()]);
    assert!(header(&issue(&both, now())).contains("\"b\""));
    let both = ring(["a", "b"].map(|name| RingKey::from(key(name)).signing_from(now())).into_iter().rev());
    assert!(header(&issue(&both, now())).contains("\"a\""));
}

#[test]
fn the_public_keys_in_use_are_published() {
    let pair = |name: &str| {
        let key = SigningKey::generate(Algorithm::Es256, &SystemRandomness).unwrap();
        RingKey::from(key.with_id(KeyId::parse(name).unwrap()))
    };
    let ring = ring([
        key("shared").into(),
        pair("retired").retired_after(now() - Duration::SECOND),
        pair("current").signing_from(now()),
        pair("next").signing_from(now() + Duration::HOUR),
    ]);
    let published: serde_json::Value = serde_json::from_str(&ring.jwks(now())).unwrap();
    let names: Vec<&str> =
        published["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap()).collect();
    assert_eq!(names, ["next", "current"]);
    for key in published["keys"].as_array().unwrap() {
        let members: BTreeSet<&str> = key.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(members.into_iter().collect::<Vec<_>>(), ["alg", "crv", "kid", "kty", "use", "x", "y"]);
    }
    assert_eq!(KeyRing::from(key("alone")).jwks(now()), r#"{"keys":[]}"#);
}

#[test]
fn a_ring_is_replaced_under_load_and_no_valid_token_is_refused() {
    use std::sync::atomic::{AtomicBool, Ordering};

    let keys = SharedKeyRing::from(key("0"));
    let issuer = TokenIssuer::new(keys.clone(), TokenPolicy::django());
    let verifier = TokenVerifier::new(keys.clone(), TokenPolicy::django());
    let first = issuer.issue(ADA, now()).unwrap();
    let done = AtomicBool::new(false);
    let last = std::thread::scope(|scope| {
        let callers: Vec<_> = [(); 4]
            .map(|()| {
                scope.spawn(|| {
                    let mut mine = vec![first.clone()];
                    while !done.load(Ordering::Relaxed) {
                        mine.push(issuer.issue(ADA, now()).unwrap());
                        // One from before many replacements, and the newest.
                        for token in [&mine[mine.len() / 2], &mine[mine.len() - 1]] {
                            verifier.verify(token.as_bytes(), now()).unwrap();
                        }
                    }
                    mine.pop().unwrap()
                })
            })
            .into();
        let mut all = vec![RingKey::from(key("0"))];
        for rotation in 1..KeyRing::MAX_KEYS {
            all.push(RingKey::from(key(&rotation.to_string())).signing_from(now()));
            keys.replace(ring(all.clone()));
            assert_eq!(keys.current().keys().len(), rotation + 1);
            // Every thread has used this ring once.
            let signed = issuer.issue(ADA, now()).unwrap();
            assert!(header(&signed).contains(&format!("\"kid\":\"{rotation}\"")), "{}", header(&signed));
        }
        done.store(true, Ordering::Relaxed);
        callers.into_iter().map(|caller| caller.join().unwrap()).next_back().unwrap()
    });
    assert!(
        verifier.verify(first.as_bytes(), now()).is_ok() && verifier.verify(last.as_bytes(), now()).is_ok()
    );
    let newest = issuer.issue(ADA, now()).unwrap();
    // A key that is not in the ring any more is invalid for every user of the ring.
    keys.replace(ring([key("15").into()]));
    assert!(verifier.verify(newest.as_bytes(), now()).is_ok());
    assert_eq!(verifier.verify(first.as_bytes(), now()), Err(TokenError::Signature));
}
