//! Policies, a service's own claims, and comparison with jsonwebtoken.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeMap;

use jsonwebtoken::{DecodingKey, EncodingKey, Header, Validation};
use presspass_auth::tokens::{
    Algorithm, DjangoSubject, ExtraError, SigningKey, TokenError, TokenIssuer, TokenPolicy, TokenRequest,
    TokenVerifier, TokenWire,
};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use time::OffsetDateTime;

const SECRET: &str = "a secret of sixty-four bytes or more, which is what HS512 asks for.";
const NOW: i64 = 1_800_000_000;
const ADA: DjangoSubject<'static> = DjangoSubject { user_id: 1, username: "ada", email: "ada@example.org" };

fn now() -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(NOW).unwrap()
}

fn key() -> SigningKey {
    SigningKey::hs256(SECRET).unwrap()
}

fn payload(token: &str) -> String {
    use base64::Engine as _;
    let payload = token.split('.').nth(1).unwrap();
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(payload).unwrap();
    String::from_utf8(bytes).unwrap()
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Tenant {
    // In alphabetical order, which serde_json keeps with and without its feature preserve_order.
    roles: Vec<String>,
    tenant: u64,
}

#[test]
fn a_services_own_claims_follow_the_others_and_are_read_again() {
    let issuer = TokenIssuer::new(key(), TokenPolicy::django());
    let verifier = TokenVerifier::new(key(), TokenPolicy::django());
    let extra = Tenant { tenant: 7, roles: vec!["Ünïcode \"🎉\" }".to_owned()] };
    let token = issuer.issue(TokenRequest::new(ADA).with_claims(&extra).unwrap(), now()).unwrap();
    assert_eq!(
        payload(&token),
        "{\"user_id\":1,\"username\":\"ada\",\"exp\":1800000300,\"email\":\"ada@example.org\",\
         \"orig_iat\":1800000000,\"roles\":[\"\\u00dcn\\u00efcode \\\"\\ud83c\\udf89\\\" }\"],\"tenant\":7}"
    );
    assert_eq!(verifier.verify(token.as_bytes(), now()).unwrap().claims::<Tenant>(), Ok(extra.clone()));
    let refresh = TokenRequest::new(ADA).with_orig_iat(5).with_claims(&extra).unwrap();
    let refreshed = issuer.issue(refresh, now()).unwrap();
    assert!(payload(&refreshed).contains("\"orig_iat\":5,\"roles\""));
    // An empty map adds nothing.
    let none = BTreeMap::<String, Value>::new();
    let without = TokenRequest::new(ADA).with_claims(&none).unwrap();
    assert_eq!(issuer.issue(without, now()).unwrap(), issuer.issue(ADA, now()).unwrap());
}

#[test]
fn claims_that_are_reserved_or_not_an_object_are_refused() {
    let refused = |extra: Value| TokenRequest::new(ADA).with_claims(&extra).unwrap_err();
    for name in ["user_id", "username", "exp", "orig_iat", "aud", "iss", "nbf", "iat", "jti", "sub"] {
        assert_eq!(refused(json!({ name: 1 })), ExtraError::Reserved(name.to_owned()));
    }
    for other in [json!(null), json!(1), json!([]), json!("x")] {
        assert_eq!(refused(other), ExtraError::NotAnObject);
    }
}

#[test]
fn a_valid_token_without_the_services_own_claims_is_refused_last() {
    let verifier = TokenVerifier::new(key(), TokenPolicy::django());
    let token = TokenIssuer::new(key(), TokenPolicy::django()).issue(ADA, now()).unwrap();
    let read =
        |token: &str, at| verifier.verify(token.as_bytes(), at).and_then(|token| token.claims::<Tenant>());
    assert_eq!(read(&token, now()), Err(TokenError::ExtraClaims));
    assert_eq!(read(&token, now() + time::Duration::HOUR), Err(TokenError::Expired));
    assert_eq!(read("a.b.c", now()), Err(TokenError::Malformed("the header is not base64url")));
}

#[test]
fn a_token_with_too_long_a_lifetime_is_refused_if_there_is_a_limit() {
    let issue = |expiration_seconds| {
        let policy = TokenPolicy::django().with_lifetime(time::Duration::seconds(expiration_seconds));
        TokenIssuer::new(key(), policy).issue(ADA, now()).unwrap()
    };
    let verify = |token: &str, most: Option<i64>, leeway| {
        let policy = TokenPolicy::django()
            .with_max_lifetime(most.map(time::Duration::seconds))
            .with_leeway(time::Duration::seconds(leeway));
        TokenVerifier::new(key(), policy).verify(token.as_bytes(), now()).map(drop)
    };
    assert_eq!(verify(&issue(3600), Some(3600), 0), Ok(()));
    assert_eq!(verify(&issue(3601), Some(3600), 0), Err(TokenError::Lifetime));
    assert_eq!(verify(&issue(3601), Some(3600), 1), Ok(()), "clocks differ");
    assert_eq!(verify(&issue(1 << 40), None, 0), Ok(()));
    assert_eq!(TokenError::Lifetime.detail(TokenWire::default()), "Incorrect authentication credentials.");
}

#[test]
fn a_token_with_another_lifetime_has_iat() {
    let issuer = TokenIssuer::new(key(), TokenPolicy::django());
    let request = |lifetime| TokenRequest::new(ADA).with_lifetime(lifetime).with_jti("abc");
    let token = issuer.issue(request(time::Duration::days(90)), now()).unwrap();
    assert!(payload(&token).contains("\"exp\":1807776000,"), "{}", payload(&token));
    assert!(payload(&token).ends_with(",\"iat\":1800000000,\"jti\":\"abc\"}"));
    assert!(
        !payload(&token).contains("orig_iat"),
        "nothing that is refreshed from it may be all that is revoked"
    );
    let usual = issuer.issue(request(time::Duration::minutes(5)), now()).unwrap();
    assert!(payload(&usual).ends_with(",\"orig_iat\":1800000000,\"iat\":1800000000,\"jti\":\"abc\"}"));
    assert!(TokenVerifier::new(key(), TokenPolicy::django()).verify(token.as_bytes(), now()).is_ok());
}

/// What jsonwebtoken has to check to be as strict, besides the header.
fn validation(algorithm: jsonwebtoken::Algorithm) -> Validation {
    let mut validation = Validation::new(algorithm);
    validation.leeway = 0;
    validation.validate_nbf = true;
    validation.validate_exp = false; // it reads the system's clock
    validation.required_spec_claims.insert("exp".to_owned());
    validation
}

const HMACS: [(Algorithm, jsonwebtoken::Algorithm); 3] = [
    (Algorithm::Hs256, jsonwebtoken::Algorithm::HS256),
    (Algorithm::Hs384, jsonwebtoken::Algorithm::HS384),
    (Algorithm::Hs512, jsonwebtoken::Algorithm::HS512),
];

proptest! {
    #[test]
    fn signatures_equal_those_of_jsonwebtoken(at in 0..3_usize, username in ".{0,40}", user_id in any::<i64>()) {
        let (ours, theirs) = HMACS[at];
        let subject = DjangoSubject { user_id, username: &username, email: "" };
        let key = SigningKey::from_secret(ours, SECRET).unwrap();
        let token = TokenIssuer::new(key, TokenPolicy::django()).issue(subject, now()).unwrap();
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let oracle = EncodingKey::from_secret(SECRET.as_bytes());
        prop_assert_eq!(jsonwebtoken::crypto::sign(signed.as_bytes(), &oracle, theirs).unwrap(), signature);
    }

    #[test]
    fn what_we_accept_jsonwebtoken_accepts(
        at in 0..3_usize,
        named in 0..3_usize,
        exp in prop_oneof![Just(json!(NOW + 100)), Just(json!(NOW - 1)), Just(json!(1.9e9)), Just(json!("soon")), Just(json!(null))],
        nbf in prop_oneof![Just(None), Just(Some(json!(5))), Just(Some(json!(NOW * 2))), Just(Some(json!("x")))],
        change in prop_oneof![4 => Just(None), 1 => any::<(prop::sample::Index, u8)>().prop_map(Some)],
    ) {
        let (ours, theirs) = HMACS[at];
        let mut claims = json!({"user_id": 1, "username": "ada", "exp": exp});
        if let Some(nbf) = nbf {
            claims["nbf"] = nbf;
        }
        let secret = EncodingKey::from_secret(SECRET.as_bytes());
        let mut token = jsonwebtoken::encode(&Header::new(HMACS[named].1), &claims, &secret).unwrap().into_bytes();
        if let Some((place, byte)) = change {
            let place = place.index(token.len());
            token[place] = byte;
        }
        let key = SigningKey::from_secret(ours, SECRET).unwrap();
        let accepted = TokenVerifier::new(key, TokenPolicy::django()).verify(&token, now()).is_ok();
        let secret = DecodingKey::from_secret(SECRET.as_bytes());
        let oracle = jsonwebtoken::decode::<Value>(&token, &secret, &validation(theirs));
        if accepted {
            prop_assert!(oracle.is_ok(), "{:?}", oracle.err());
        }
        // And the reverse, except for `exp`, which jsonwebtoken does not check here.
        if let (Ok(oracle), false) = (oracle, accepted) {
            let end = oracle.claims["exp"].as_f64();
            prop_assert!(end.is_none_or(|end| end < 1_800_000_000.0), "{}", oracle.claims);
        }
    }
}
