//! Tests of issued and verified tokens.

mod properties;
mod refused;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use jsonwebtoken::EncodingKey;
use jsonwebtoken::crypto::rust_crypto;
use serde_json::{Value, json};
use time::OffsetDateTime;

use super::*;
use crate::revocation::{TokenFacts, TokenTimes};

const SECRET: &str = "a secret of thirty-two bytes or more";
const NOW: i64 = 1_800_000_000;
const HEADER: &str = r#"{"typ":"JWT","alg":"HS256"}"#;

fn now() -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(NOW).unwrap()
}

fn key() -> SigningKey {
    SigningKey::hs256(SECRET).unwrap()
}

fn verifier(policy: TokenPolicy) -> TokenVerifier {
    TokenVerifier::new(key(), policy)
}

/// A signature by jsonwebtoken over any header and payload.
fn sign(header: &str, payload: &str) -> String {
    let signed = format!("{}.{}", BASE64.encode(header), BASE64.encode(payload));
    let prepared = (rust_crypto::DEFAULT_PROVIDER.signer_factory)(
        &jsonwebtoken::Algorithm::HS256,
        &EncodingKey::from_secret(SECRET.as_bytes()),
    )
    .unwrap();
    format!("{signed}.{}", BASE64.encode(prepared.try_sign(signed.as_bytes()).unwrap()))
}

fn claims() -> Value {
    json!({"user_id": 2, "username": "user", "exp": NOW + 100, "email": "", "orig_iat": NOW - 5})
}

/// The claims with one of them changed, or removed if `value` is `None`.
fn with(name: &str, value: Option<Value>) -> String {
    let mut claims = claims();
    let members = claims.as_object_mut().unwrap();
    match value {
        Some(value) => members.insert(name.to_owned(), value),
        None => members.remove(name),
    };
    claims.to_string()
}

fn verify(token: &str) -> Result<VerifiedToken, TokenError> {
    verifier(TokenPolicy::django()).verify(token.as_bytes(), now())
}

fn verify_claims(payload: &str) -> Result<VerifiedToken, TokenError> {
    verify(&sign(HEADER, payload))
}

#[test]
fn jti_is_the_last_claim_and_refreshing_keeps_it() {
    let subject = DjangoSubject { user_id: 2, username: "user", email: "" };
    for allow_refresh in [true, false] {
        let policy = TokenPolicy { allow_refresh, issuer: Some("us".to_owned()), ..TokenPolicy::django() };
        let issuer = TokenIssuer::new(key(), policy.clone());
        for token in [
            issuer.issue(TokenRequest::new(subject).with_jti("abc"), now()).unwrap(),
            issuer.issue(TokenRequest::new(subject).with_jti("abc").with_orig_iat(5), now()).unwrap(),
        ] {
            let payload = BASE64.decode(token.split('.').nth(1).unwrap()).unwrap();
            assert!(String::from_utf8(payload).unwrap().ends_with(r#","jti":"abc"}"#));
            assert!(verifier(policy.clone()).verify(token.as_bytes(), now()).is_ok());
        }
    }
}

#[test]
fn an_issued_token_has_the_header_and_the_order_of_claims_of_djangorestframework_jwt() {
    let issuer = TokenIssuer::new(
        key(),
        TokenPolicy {
            audience: Some("readers".into()),
            issuer: Some("here".into()),
            ..TokenPolicy::django()
        },
    );
    let subject = DjangoSubject { user_id: 8, username: "Ünïcode🎉\"\\", email: "ü@example.com" };
    let token = issuer.issue(subject, now()).unwrap();
    let parts: Vec<&str> = token.split('.').collect();
    assert_eq!(BASE64.decode(parts[0]).unwrap(), HEADER.as_bytes());
    let payload = String::from_utf8(BASE64.decode(parts[1]).unwrap()).unwrap();
    assert_eq!(
        payload,
        "{\"user_id\":8,\"username\":\"\\u00dcn\\u00efcode\\ud83c\\udf89\\\"\\\\\",\"exp\":1800000300,\
         \"email\":\"\\u00fc@example.com\",\"orig_iat\":1800000000,\"aud\":\"readers\",\"iss\":\"here\"}"
    );
}

#[test]
fn refreshing_keeps_orig_iat_even_if_new_tokens_cannot_be_refreshed() {
    let subject = DjangoSubject { user_id: 1, username: "a", email: "" };
    for (allow_refresh, place) in [(true, "\"orig_iat\":5,\"iss\""), (false, "\"iss\":\"i\",\"orig_iat\":5}")]
    {
        let policy = TokenPolicy { allow_refresh, issuer: Some("i".into()), ..TokenPolicy::django() };
        let token = TokenIssuer::new(key(), policy)
            .issue(TokenRequest::new(subject).with_orig_iat(5), now())
            .unwrap();
        let payload = BASE64.decode(token.split('.').nth(1).unwrap()).unwrap();
        assert!(String::from_utf8(payload).unwrap().contains(place), "{place}");
    }
}

#[test]
fn a_valid_token_names_its_account() {
    let verified = verify_claims(&claims().to_string()).unwrap();
    assert_eq!(verified.subject(), Ok(DjangoAccount { id: 2, username: "user".into() }));
    assert_eq!(verified.orig_iat(), OrigIat::At(NOW - 5));
}

#[test]
fn a_verified_token_carries_what_revocation_needs() {
    let exp = NOW + 100;
    let facts = |payload: &str| {
        verify_claims(&format!("{{\"user_id\":2,\"username\":\"user\",{payload}}}")).unwrap().into_facts()
    };
    let expected = |jti, orig_jti, iat, orig_iat| {
        TokenFacts::new(jti, orig_jti, TokenTimes { iat, orig_iat, exp }, time::Duration::minutes(5))
    };
    for (claims, facts_of_it) in [
        (String::new(), expected(None, None, None, None)),
        (
            format!(",\"iat\":{NOW}.9,\"orig_iat\":900,\"jti\":\"a\",\"orig_jti\":\"b\""),
            expected(Some("a"), Some("b"), Some(NOW), Some(900)),
        ),
        (",\"jti\":7,\"orig_iat\":\"x\"".to_owned(), expected(None, None, None, None)),
        (",\"jti\":null,\"orig_iat\":0".to_owned(), expected(None, None, None, Some(0))),
        // Not a timestamp, but still the name of a family.
        (",\"orig_iat\":-1e300".to_owned(), expected(None, None, None, Some(i64::MIN))),
    ] {
        assert_eq!(facts(&format!("\"exp\":{exp}.5{claims}")), facts_of_it, "{claims}");
    }
    let policy = TokenPolicy { expiration_seconds: 60, ..TokenPolicy::django() };
    let verified = verifier(policy).verify(sign(HEADER, &claims().to_string()).as_bytes(), now()).unwrap();
    assert_eq!(verified.facts().issued_at(), exp - 60);
}

#[test]
fn odd_tokens_that_are_valid_are_accepted() {
    for header in [
        r#"{"alg":"HS256"}"#,
        r#"{"alg":"HS256","typ":"JWT"}"#,
        r#"{ "alg" : "HS256" , "typ" : "at+jwt", "kid": "x", "x5t": [1] }"#,
        r#"{"typ":null,"alg":"HS256"}"#,
        r#"{"typ":"jwt","alg":"HS256","jku":"https://example.com"}"#,
    ] {
        assert!(verify(&sign(header, &claims().to_string())).is_ok(), "{header}");
    }
    for payload in [
        with("email", None),
        with("orig_iat", None),
        with("orig_iat", Some(json!("yesterday"))),
        with("iat", Some(json!(NOW + 1000))),
        with("iat", Some(json!(1.5))),
        with("jti", Some(json!("x"))),
        with("nbf", Some(json!(NOW))),
        with("exp", Some(json!(NOW))),
        with("exp", Some(json!(1_800_000_000.5))),
        with("exp", Some(json!(1_i64 << 53))),
        with("admin", Some(json!({"deep": [[[[]]]]}))),
        with("username", Some(json!("ü"))),
        with("iss", Some(json!("anyone"))),
        format!(" {} ", claims()),
    ] {
        assert!(verify_claims(&payload).is_ok(), "{payload}");
    }
}

#[test]
fn a_token_names_its_account_by_id_and_name() {
    let subject = |payload: String| verify_claims(&payload).unwrap().subject::<DjangoAccount>();
    for falsy in [json!(""), json!(null), json!(false), json!(0), json!(0.0), json!([]), json!({})] {
        assert_eq!(subject(with("username", Some(falsy.clone()))), Err(SubjectError::Missing), "{falsy}");
    }
    assert_eq!(subject(with("username", None)), Err(SubjectError::Missing));
    for odd in [json!(5), json!(true), json!(["user"]), json!({"a": 1})] {
        assert_eq!(subject(with("username", Some(odd.clone()))), Err(SubjectError::Unreadable), "{odd}");
    }
    for odd in [json!("2"), json!(2.0), json!(null), json!(true), json!([2]), json!(u64::MAX)] {
        assert_eq!(subject(with("user_id", Some(odd.clone()))), Err(SubjectError::Unreadable), "{odd}");
    }
    assert_eq!(subject(with("user_id", None)), Err(SubjectError::Unreadable));
}

#[test]
fn audience_and_issuer_are_checked_if_they_are_configured() {
    let policy = TokenPolicy {
        audience: Some("readers".into()),
        issuer: Some("here".into()),
        ..TokenPolicy::django()
    };
    let verify = |aud: Value, iss: Value| {
        let mut claims = claims();
        claims["aud"] = aud;
        claims["iss"] = iss;
        verifier(policy.clone()).verify(sign(HEADER, &claims.to_string()).as_bytes(), now()).map(|_| ())
    };
    assert_eq!(verify(json!("readers"), json!("here")), Ok(()));
    assert_eq!(verify(json!(["writers", "readers"]), json!("here")), Ok(()));
    for aud in
        [json!("writers"), json!([]), json!(["readers", 1]), json!(1), json!(null), json!({"readers": 1})]
    {
        assert_eq!(verify(aud.clone(), json!("here")), Err(TokenError::Audience), "{aud}");
    }
    for iss in [json!("there"), json!(null), json!(1), json!(["here"])] {
        assert_eq!(verify(json!("readers"), iss.clone()), Err(TokenError::Issuer), "{iss}");
    }
    for aud in [json!("x"), json!(null), json!([])] {
        assert_eq!(verify_claims(&with("aud", Some(aud))), Err(TokenError::Audience), "none is expected");
    }
}

#[test]
fn leeway_is_zero_unless_set() {
    let expired = sign(HEADER, &with("exp", Some(json!(NOW - 10))));
    assert_eq!(verify(&expired), Err(TokenError::Expired));
    let lenient = verifier(TokenPolicy { leeway_seconds: 10, ..TokenPolicy::django() });
    assert!(lenient.verify(expired.as_bytes(), now()).is_ok());
}

#[test]
fn the_last_second_of_the_refresh_window_counts() {
    let verifier = verifier(TokenPolicy { refresh_expiration_seconds: 10, ..TokenPolicy::django() });
    assert!(verifier.refreshable(NOW - 10, now()));
    assert!(!verifier.refreshable(NOW - 11, now()));
    assert!(verifier.refreshable(i64::MAX, now()));
}

#[test]
fn a_short_key_is_refused_and_debug_shows_none() {
    let short = KeyError::TooShort { algorithm: Algorithm::Hs256, length: 31, needed: 32 };
    assert_eq!(SigningKey::hs256(&SECRET[..31]).err(), Some(short));
    assert_eq!(format!("{:?}", key()), "SigningKey(HS256, hidden)");
}

#[test]
fn a_token_of_another_key_is_refused() {
    let other = TokenIssuer::new(
        SigningKey::hs256("another secret of thirty-two bytes").unwrap(),
        TokenPolicy::django(),
    );
    let token = other.issue(DjangoSubject { user_id: 2, username: "user", email: "" }, now()).unwrap();
    assert_eq!(verify(&token), Err(TokenError::Signature));
}

/// As drf-jwt 1.19 issues and refreshes them, with `PyJWT` 2.
#[test]
fn tokens_in_the_form_of_drf_jwt_have_its_header_and_the_order_of_its_claims() {
    let subject = DjangoSubject { user_id: 2, username: "user", email: "user@example.com" };
    let decoded = |part: &str| String::from_utf8(BASE64.decode(part).unwrap()).unwrap();
    for (allow_refresh, orig_iat) in [(true, format!(",\"orig_iat\":{NOW}")), (false, String::new())] {
        let policy = TokenPolicy { allow_refresh, ..TokenPolicy::drf_jwt() };
        let issuer = TokenIssuer::new(key(), policy.clone());
        let first = issuer.issue(TokenRequest::new(subject).with_jti("a"), now()).unwrap();
        let parts: Vec<_> = first.split('.').map(str::to_owned).collect();
        assert_eq!(decoded(&parts[0]), r#"{"alg":"HS256","typ":"JWT"}"#);
        let expected = format!(
            "{{\"username\":\"user\",\"iat\":{NOW},\"exp\":{},\"jti\":\"a\",\"user_id\":2{orig_iat}}}",
            NOW + 300
        );
        assert_eq!(decoded(&parts[1]), expected);
        let refresh = TokenRequest::new(subject).with_orig_iat(NOW - 5).with_jti("b").with_orig_jti("a");
        let next = issuer.issue(refresh, now()).unwrap();
        let expected = format!(
            "{{\"username\":\"user\",\"iat\":{NOW},\"exp\":{},\"jti\":\"b\",\"user_id\":2,\"orig_iat\":{},\
             \"orig_jti\":\"a\"}}",
            NOW + 300,
            NOW - 5
        );
        assert_eq!(decoded(next.split('.').nth(1).unwrap()), expected);
        // Tokens of both forms are accepted, whichever is issued.
        for verifier in [TokenVerifier::new(key(), policy), verifier(TokenPolicy::django())] {
            for token in [&first, &next, &sign(HEADER, &claims().to_string())] {
                assert!(verifier.verify(token.as_bytes(), now()).is_ok(), "{token}");
            }
        }
    }
    let drf_jwt = verifier(TokenPolicy::drf_jwt());
    let early = sign(HEADER, &with("iat", Some(json!(NOW + 1))));
    assert_eq!(drf_jwt.verify(early.as_bytes(), now()).map(|_| ()), Err(TokenError::IssuedAt));
    assert!(verify(&early).is_ok());
}
