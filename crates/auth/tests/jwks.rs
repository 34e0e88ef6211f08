//! JWK sets: the public keys that other services publish.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use presspass_auth::SystemRandomness;
use presspass_auth::tokens::{
    Algorithm, DjangoSubject, JwkSet, JwkSetError, KeyError, KeyId, KeyRing, RefreshableKeys, RingKey,
    SigningKey, TokenError, TokenIssuer, TokenPolicy, TokenVerifier,
};
use serde_json::{Value, json};
use time::OffsetDateTime;

const ADA: DjangoSubject<'static> = DjangoSubject { user_id: 1, username: "ada", email: "" };

fn now() -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(1_800_000_000).unwrap()
}

fn pair(algorithm: Algorithm, name: &str) -> SigningKey {
    SigningKey::generate(algorithm, &SystemRandomness).unwrap().with_id(KeyId::parse(name).unwrap())
}

fn rsa() -> SigningKey {
    SigningKey::from_pem(Algorithm::Rs256, include_str!("data/keys/rsa.pem")).unwrap()
}

fn ring(keys: &[&SigningKey]) -> KeyRing {
    KeyRing::new(keys.iter().map(|key| RingKey::from((*key).clone()))).unwrap()
}

fn token(ring: &KeyRing) -> String {
    TokenIssuer::new(ring.clone(), TokenPolicy::django()).issue(ADA, now()).unwrap()
}

/// The public key as a member of a set.
fn member(key: &SigningKey) -> Value {
    serde_json::from_str(&key.verifying_key().to_jwk().unwrap()).unwrap()
}

fn with(mut member: Value, name: &str, value: Value) -> Value {
    member[name] = value;
    member
}

fn without(mut member: Value, name: &str) -> Value {
    member.as_object_mut().unwrap().remove(name);
    member
}

fn set(keys: &[Value]) -> String {
    json!({ "keys": keys }).to_string()
}

#[test]
fn a_service_verifies_what_another_signs_by_its_published_keys_alone() {
    let keys = [
        pair(Algorithm::Es256, "a"),
        pair(Algorithm::Es384, "b"),
        pair(Algorithm::EdDsa, "c"),
        rsa().with_id(KeyId::parse("d").unwrap()),
    ];
    let all = ring(&keys.iter().collect::<Vec<_>>());
    let published = JwkSet::parse(&all.jwks(now())).unwrap();
    assert_eq!((published.keys().len(), published.ignored().len()), (4, 0));
    let verifier = TokenVerifier::new(published, TokenPolicy::django());
    for last in 0..keys.len() {
        let mut order: Vec<&SigningKey> = keys.iter().collect();
        order.rotate_left(last);
        assert!(verifier.verify(token(&ring(&order)).as_bytes(), now()).is_ok());
        // Without `kid`, it is tried with the keys of its algorithm.
        assert!(verifier.verify(token(&ring(&order[3..])).as_bytes(), now()).is_ok());
    }
    let stranger = pair(Algorithm::Es256, "a");
    let forged = token(&ring(&[&keys[1], &stranger]));
    assert_eq!(verifier.verify(forged.as_bytes(), now()), Err(TokenError::Signature));
}

#[test]
fn keys_are_replaced_while_they_are_used() {
    let (old, new) = (pair(Algorithm::EdDsa, "old"), pair(Algorithm::EdDsa, "new"));
    let keys = RefreshableKeys::new(JwkSet::parse(&set(&[member(&old)])).unwrap());
    let verifier = TokenVerifier::new(keys.clone(), TokenPolicy::django());
    let (before, after) = (token(&ring(&[&new, &old])), token(&ring(&[&old, &new])));
    assert!(verifier.verify(before.as_bytes(), now()).is_ok());
    // This is when a service should fetch the keys again.
    assert_eq!(verifier.verify(after.as_bytes(), now()), Err(TokenError::UnknownKey));
    keys.refresh(&set(&[member(&old), member(&new)])).unwrap();
    assert!(verifier.verify(before.as_bytes(), now()).is_ok());
    assert!(verifier.verify(after.as_bytes(), now()).is_ok());
    // An invalid set changes nothing.
    for wrong in ["", "{}", "<html>", r#"{"keys":[]}"#] {
        assert!(keys.refresh(wrong).is_err());
        assert!(verifier.clone().verify(after.as_bytes(), now()).is_ok());
    }
    keys.refresh(&set(&[member(&new)])).unwrap();
    assert_eq!(verifier.verify(before.as_bytes(), now()), Err(TokenError::UnknownKey));
}

#[test]
fn a_set_with_a_key_that_must_not_be_published_is_refused() {
    let key = pair(Algorithm::EdDsa, "a");
    let secret =
        json!({"kty": "oct", "alg": "HS256", "kid": "b", "k": "c2VjcmV0IHRoYXQgbm9ib2R5IG1heSBwdWJsaXNoIQ"});
    let private: Value = serde_json::from_str(&key.to_private_jwk()).unwrap();
    for (keys, error) in [
        (vec![member(&key), secret.clone()], JwkSetError::Secret),
        (vec![secret.clone()], JwkSetError::Secret),
        (vec![without(secret, "k"), member(&key)], JwkSetError::Secret),
        (vec![private, member(&key)], JwkSetError::Private),
    ] {
        assert_eq!(JwkSet::parse(&set(&keys)).err(), Some(error));
    }
}

#[test]
fn keys_that_cannot_be_used_are_ignored() {
    let key = member(&pair(Algorithm::Es256, "a"));
    let weak = include_str!("data/keys/rsa1024.public.pem");
    assert!(presspass_auth::tokens::VerifyingKey::from_pem(Algorithm::Rs256, weak).is_err());
    let others = [
        with(key.clone(), "use", json!("enc")),
        with(key.clone(), "key_ops", json!(["deriveKey"])),
        with(key.clone(), "alg", json!("ES512")),
        with(key.clone(), "alg", json!("none")),
        with(key.clone(), "alg", json!("HS256")),
        with(key.clone(), "crv", json!("P-521")),
        with(key.clone(), "crv", json!("P-384")),
        with(key.clone(), "x", json!("AAAA")),
        with(key.clone(), "x", json!("!")),
        without(key.clone(), "y"),
        json!({"kty": "AKP", "alg": "ML-DSA-44", "pub": "AAAA"}),
        json!({"kty": "EC"}),
        without(member(&rsa()), "alg"),
        // RFC 7517, appendix A.1.
        json!({"kty": "EC", "crv": "P-256", "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
               "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}),
    ];
    let wanted = others.len();
    let all: Vec<Value> = others.into_iter().chain([key.clone()]).collect();
    let read = JwkSet::parse(&set(&all)).unwrap();
    assert_eq!((read.keys().len(), read.ignored().len()), (1, wanted));
    assert_eq!(read.ignored()[wanted - 1].reason, KeyError::WellKnown("an example of RFC 7517"));
    assert_eq!(read.ignored()[0].kid.as_deref(), Some("a"));
    assert_eq!(JwkSet::parse(&set(&all[..wanted])).err(), Some(JwkSetError::NoKey));
}

#[test]
fn an_rsa_key_without_an_algorithm_has_the_assumed_one() {
    let published = set(&[without(member(&rsa()), "alg")]);
    let token = token(&ring(&[&rsa()]));
    let read = |rsa| JwkSet::parse_assuming(&published, rsa);
    let verifier = TokenVerifier::new(read(Algorithm::Rs256).unwrap(), TokenPolicy::django());
    assert!(verifier.verify(token.as_bytes(), now()).is_ok());
    let verifier = TokenVerifier::new(read(Algorithm::Ps256).unwrap(), TokenPolicy::django());
    assert_eq!(verifier.verify(token.as_bytes(), now()), Err(TokenError::Algorithm));
    assert_eq!(read(Algorithm::Es256).err(), Some(JwkSetError::NoKey));
    // It stays so when the keys are replaced.
    let keys = RefreshableKeys::new(read(Algorithm::Rs256).unwrap());
    keys.refresh(&published).unwrap();
    assert!(TokenVerifier::new(keys, TokenPolicy::django()).verify(token.as_bytes(), now()).is_ok());
}

#[test]
fn a_key_without_an_id_is_a_candidate_for_every_kid() {
    let key = pair(Algorithm::EdDsa, "a");
    let other = pair(Algorithm::EdDsa, "b");
    let read = JwkSet::parse(&set(&[without(member(&key), "kid"), member(&other)])).unwrap();
    let verifier = TokenVerifier::new(read, TokenPolicy::django());
    for order in [[&other, &key], [&key, &other]] {
        assert!(verifier.verify(token(&ring(&order)).as_bytes(), now()).is_ok());
    }
}

#[test]
fn a_text_that_is_not_a_set_is_refused() {
    let key = member(&pair(Algorithm::EdDsa, "a"));
    for text in [
        "",
        "null",
        "[]",
        "{}",
        r#"{"keys":null}"#,
        r#"{"keys":{}}"#,
        r#"{"keys":[],"keys":[]}"#,
        r#"{"KEYS":[]}"#,
        &format!("[{}]", json!([key])),
        &format!("{}x", set(std::slice::from_ref(&key))),
    ] {
        assert_eq!(JwkSet::parse(text).err(), Some(JwkSetError::Malformed), "{text}");
    }
    let long = set(&[with(key, "x5c", json!("A".repeat(JwkSet::MAX_LENGTH)))]);
    assert_eq!(JwkSet::parse(&long).err(), Some(JwkSetError::TooLong));
}

/// RFC 7517, section 5.
#[test]
fn a_key_that_is_not_understood_does_not_spoil_the_others() {
    let key = member(&pair(Algorithm::EdDsa, "a"));
    let last = |broken: &str| format!(r#"{{"keys":[{broken},{key}]}}"#);
    let repeated = |name: &str| key.to_string().replace(name, &format!("{name}\"x\",{name}"));
    let broken = [
        "1".to_owned(),
        "[]".to_owned(),
        "{}".to_owned(),
        with(key.clone(), "kid", json!(1)).to_string(),
        with(key.clone(), "kty", json!(null)).to_string(),
        with(key.clone(), "alg", json!({"EdDSA": null})).to_string(),
        repeated("\"kid\":"),
        repeated("\"alg\":"),
    ];
    for broken in &broken {
        let read = JwkSet::parse(&last(broken)).unwrap();
        assert_eq!((read.keys().len(), read.ignored().len()), (1, 1), "{broken}");
        assert_eq!(JwkSet::parse(&format!(r#"{{"keys":[{broken}]}}"#)).err(), Some(JwkSetError::NoKey));
    }
    let broken = broken.join(",");
    assert_eq!(JwkSet::parse(&last(&[broken.as_str(); 4].join(","))).unwrap().ignored().len(), 32);
}

#[test]
fn a_set_of_17_keys_is_refused_and_those_that_cannot_be_used_do_not_count() {
    let mut keys: Vec<Value> = (0..16).map(|at| member(&pair(Algorithm::EdDsa, &at.to_string()))).collect();
    assert_eq!(JwkSet::parse(&set(&keys)).unwrap().keys().len(), JwkSet::MAX_KEYS);
    keys.push(with(keys[0].clone(), "use", json!("enc")));
    assert_eq!(JwkSet::parse(&set(&keys)).unwrap().keys().len(), JwkSet::MAX_KEYS);
    keys.push(member(&pair(Algorithm::EdDsa, "16")));
    assert_eq!(JwkSet::parse(&set(&keys)).err(), Some(JwkSetError::TooMany));
}
