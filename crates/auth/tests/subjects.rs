//! Tokens with the registered claims: subjects of any type, custom claims, types, and the limits of dates.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use presspass_auth::tokens::{
    DjangoAccount, DjangoSubject, ExtraError, SigningError, SigningKey, Subject, SubjectError, TokenError,
    TokenIssuer, TokenPolicy, TokenRequest, TokenVerifier, VerifiedToken,
};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

const SECRET: &str = "a secret of thirty-two bytes or more";
const NOW: i64 = 1_800_000_000;

fn now() -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(NOW).unwrap()
}

fn key() -> SigningKey {
    SigningKey::hs256(SECRET).unwrap()
}

fn issue<'a>(policy: TokenPolicy, request: impl Into<TokenRequest<'a>>) -> String {
    TokenIssuer::new(key(), policy).issue(request, now()).unwrap()
}

fn verify(policy: TokenPolicy, token: &str) -> Result<VerifiedToken, TokenError> {
    TokenVerifier::new(key(), policy).verify(token.as_bytes(), now())
}

fn part(token: &str, at: usize) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(at).unwrap()).unwrap()).unwrap()
}

/// A token with any header and claims.
fn sign(header: &Value, claims: &Value) -> String {
    let [header, claims] = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
    let signed = format!("{header}.{claims}");
    let mac = Hmac::<sha2::Sha256>::new_from_slice(SECRET.as_bytes()).unwrap().chain_update(&signed);
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

fn of_claims(claims: &Value) -> Result<VerifiedToken, TokenError> {
    verify(TokenPolicy::default(), &sign(&json!({"alg": "HS256"}), claims))
}

#[test]
fn a_token_has_the_registered_claims_and_nothing_else() {
    let policy = TokenPolicy::default().with_issuer("here").with_audience("readers");
    let claims = part(&issue(policy, 7_u64), 1);
    let names: Vec<&str> = claims.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(names.len(), 6, "{names:?}");
    assert_eq!(
        (&claims["iss"], &claims["sub"], &claims["aud"]),
        (&json!("here"), &json!("7"), &json!("readers"))
    );
    assert_eq!((&claims["exp"], &claims["iat"]), (&json!(NOW + 300), &json!(NOW)));
    assert_eq!(claims["jti"].as_str().unwrap().len(), 22);
    let other = part(&issue(TokenPolicy::default(), 7_u64), 1);
    assert_ne!(claims["jti"], other["jti"]);
    // Of an account of Django's only the id.
    let django = DjangoSubject { user_id: 7, username: "ada", email: "ada@example.org" };
    let token = issue(TokenPolicy::default(), django);
    assert_eq!(part(&token, 1).as_object().unwrap().len(), 4, "{token}");
}

#[test]
fn subjects_have_any_type() {
    let id = Uuid::from_u128(0xc0ff_ee00_0000_4000_8000_0000_0000_0001);
    let verified = |token: String| verify(TokenPolicy::default(), &token).unwrap();
    assert_eq!(verified(issue(TokenPolicy::default(), id)).subject(), Ok(id));
    assert_eq!(verified(issue(TokenPolicy::default(), -7)).subject(), Ok(-7_i64));
    assert_eq!(verified(issue(TokenPolicy::default(), "ada@x.org")).subject(), Ok("ada@x.org".to_owned()));
    let not_a_uuid = verified(issue(TokenPolicy::default(), "ada"));
    assert_eq!(not_a_uuid.subject::<Uuid>(), Err(SubjectError::Unreadable));
    assert_eq!(not_a_uuid.subject::<DjangoAccount>(), Err(SubjectError::Missing));
}

#[test]
fn a_token_without_a_subject_names_none() {
    for (sub, error) in [
        (json!(""), SubjectError::Missing),
        (json!(null), SubjectError::Missing),
        (json!(7), SubjectError::Unreadable),
        (json!(["7"]), SubjectError::Unreadable),
        (json!({"7": 7}), SubjectError::Unreadable),
    ] {
        let token = of_claims(&json!({"sub": sub, "exp": NOW + 1})).unwrap();
        assert_eq!(token.subject::<String>(), Err(error), "{sub}");
    }
    let token = of_claims(&json!({"exp": NOW + 1})).unwrap();
    assert_eq!(token.subject::<String>(), Err(SubjectError::Missing));
    let twice = r#"{"sub":"a","sub":"b","exp":1800000001}"#;
    let twice = URL_SAFE_NO_PAD.encode(twice);
    let good = sign(&json!({"alg": "HS256"}), &json!({}));
    let token = format!("{}.{twice}.x", good.split('.').next().unwrap());
    assert!(verify(TokenPolicy::default(), &token).is_err());
}

/// A client of another provider.
#[derive(Debug, PartialEq, Deserialize)]
struct Machine {
    client_id: String,
}

impl Subject for Machine {
    fn read(token: &VerifiedToken) -> Result<Self, SubjectError> {
        token.claims().map_err(|_| SubjectError::Missing)
    }
}

#[test]
fn a_service_reads_a_subject_from_claims_of_its_own() {
    let token = of_claims(&json!({"client_id": "m1", "exp": NOW + 1})).unwrap();
    assert_eq!(token.subject(), Ok(Machine { client_id: "m1".to_owned() }));
    assert_eq!(of_claims(&json!({"exp": NOW + 1})).unwrap().subject::<Machine>(), Err(SubjectError::Missing));
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Tenant {
    email: String,
    tenant: u64,
}

#[test]
fn custom_claims_go_together_with_jti_and_revocation() {
    let tenant = Tenant { email: "ada@x.org".to_owned(), tenant: 7 };
    let request = TokenRequest::new("ada").with_claims(&tenant).unwrap().with_jti("a");
    let token = verify(TokenPolicy::default(), &issue(TokenPolicy::default(), request)).unwrap();
    assert_eq!(token.claims::<Tenant>(), Ok(tenant));
    assert_eq!((token.facts().family_jti(), token.facts().issued_at()), (Some("a"), NOW));
    assert_eq!(of_claims(&json!({"exp": NOW + 1})).unwrap().claims::<Tenant>(), Err(TokenError::ExtraClaims));
    let reserved = |claims: Value| TokenRequest::new("ada").with_claims(&claims).unwrap_err();
    for name in ["sub", "exp", "iat", "jti", "iss", "aud", "typ"] {
        assert_eq!(reserved(json!({ name: 1 })), ExtraError::Reserved(name.to_owned()));
    }
    assert!(!format!("{token:?}").contains("ada"));
}

#[test]
fn a_token_expires_in_the_second_of_exp_and_not_after_it_as_in_djangos_profile() {
    let at = |exp| json!({"sub": "7", "user_id": 7, "username": "ada", "exp": exp});
    assert_eq!(of_claims(&at(NOW)).map(drop), Err(TokenError::Expired));
    assert_eq!(of_claims(&at(NOW + 1)).map(drop), Ok(()));
    let token = |exp| sign(&json!({"alg": "HS256"}), &at(exp));
    assert_eq!(verify(TokenPolicy::django(), &token(NOW)).map(drop), Ok(()));
    assert_eq!(verify(TokenPolicy::django(), &token(NOW - 1)).map(drop), Err(TokenError::Expired));
    let lenient = TokenPolicy::default().with_leeway(Duration::seconds(5));
    assert_eq!(verify(lenient.clone(), &token(NOW - 4)).map(drop), Ok(()));
    assert_eq!(verify(lenient, &token(NOW - 5)).map(drop), Err(TokenError::Expired));
}

#[test]
fn dates_far_in_the_future_are_refused() {
    let refused = |name: &str, seconds: i64| {
        let mut claims = json!({"sub": "7", "exp": NOW + 300});
        claims[name] = json!(NOW + seconds);
        of_claims(&claims).err()
    };
    for (name, seconds, error) in [
        ("iat", 60, None),
        ("iat", 61, Some(TokenError::IssuedAt)),
        ("nbf", 60, None),
        ("nbf", 61, Some(TokenError::NotYetValid)),
        ("exp", 86_400, None),
        ("exp", 86_401, Some(TokenError::Lifetime)),
    ] {
        assert_eq!(refused(name, seconds), error, "{name} {seconds}");
    }
}

#[test]
fn no_token_is_issued_that_its_own_policy_refuses() {
    let issuer = TokenIssuer::new(key(), TokenPolicy::default());
    let days = |days| TokenRequest::new("ada").with_lifetime(Duration::days(days));
    assert!(issuer.issue(days(1), now()).is_ok());
    assert!(matches!(issuer.issue(days(2), now()), Err(SigningError::Lifetime)));
    let long = TokenPolicy::default().with_lifetime(Duration::days(30));
    assert!(verify(long.clone(), &issue(long, "ada")).is_ok());
    let django = TokenIssuer::new(key(), TokenPolicy::django());
    assert!(matches!(django.issue("ada", now()), Err(SigningError::Subject)));
}

#[test]
fn a_type_can_be_required() {
    let access = || TokenPolicy::default().with_token_type("at+jwt");
    let token = issue(access(), "ada");
    assert_eq!(part(&token, 0), json!({"alg": "HS256", "typ": "at+jwt"}));
    assert!(verify(access(), &token).is_ok() && verify(TokenPolicy::default(), &token).is_ok());
    // RFC 8725, section 3.11: a token for another purpose, under the same key.
    assert_eq!(verify(access(), &issue(TokenPolicy::default(), "ada")).map(drop), Err(TokenError::Type));
    for (typ, good) in [
        (json!("AT+JWT"), true),
        (json!("application/at+jwt"), true),
        (json!("at+jwt "), false),
        (json!("application/application/at+jwt"), false),
        (json!(["at+jwt"]), false),
        (json!(null), false),
    ] {
        let token = sign(&json!({"alg": "HS256", "typ": typ}), &json!({"sub": "a", "exp": NOW + 1}));
        assert_eq!(verify(access(), &token).is_ok(), good, "{typ}");
    }
}

proptest! {
    #[test]
    fn every_subject_is_read_again(sub in ".+", number in any::<i64>(), id in any::<u128>()) {
        let read = |token: String| verify(TokenPolicy::default(), &token).unwrap();
        prop_assert_eq!(read(issue(TokenPolicy::default(), sub.as_str())).subject(), Ok(sub));
        prop_assert_eq!(read(issue(TokenPolicy::default(), number)).subject(), Ok(number));
        let id = Uuid::from_u128(id);
        prop_assert_eq!(read(issue(TokenPolicy::default(), id)).subject(), Ok(id));
    }
}
