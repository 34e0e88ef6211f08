//! Tokens that are refused.

use super::*;

#[test]
fn a_token_whose_structure_is_wrong_is_refused() {
    let good = sign(HEADER, &claims().to_string());
    let parts: Vec<&str> = good.split('.').collect();
    let (h, p, s) = (parts[0], parts[1], parts[2]);
    for token in [
        String::new(),
        ".".into(),
        "..".into(),
        "...".into(),
        "a".into(),
        "a.b".into(),
        "a.b.c".into(),
        format!("{h}.{p}"),
        format!("{h}.{p}."),
        format!(".{p}.{s}"),
        format!("{h}..{s}"),
        format!("{good}."),
        format!(".{good}"),
        format!("{good}.x"),
        format!("{good}x"),
        format!("x{good}"),
        format!("{good}="),
        format!("{h}=.{p}.{s}"),
        format!("{h}.{p}=.{s}"),
        format!(" {good}"),
        format!("{good} "),
        format!("{good}\n"),
        format!("{h}.{p}. {s}"),
        format!("{h}.{p}.{s}\0"),
        format!("{h}.{p}.{}", &s[..s.len() - 1]),
        format!("{p}.{h}.{s}"),
        format!("{h}.{s}.{p}"),
        good.replace('_', "/"),
        good.to_uppercase(),
        format!("{h}.{p}.{}", "A".repeat(43)),
        good.replace('.', ","),
        good.replacen('.', "..", 1),
        "é.é.é".into(),
        format!("{h}.{p}.{s}{s}"),
        "A".repeat(9000),
        format!("{h}.{}.{s}", "A".repeat(9000)),
        format!("\u{feff}{good}"),
    ] {
        // A replacement that changes nothing is not a case.
        if token != good {
            assert!(verify(&token).is_err(), "{token}");
        }
    }
}

#[test]
fn the_last_bits_of_a_signature_cannot_be_changed() {
    // 32 bytes leave two bits of the last digit unused. Other digits that decode to the same bytes are not canonical.
    let good = sign(HEADER, &claims().to_string());
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let accepted = alphabet
        .iter()
        .filter(|last| verify(&format!("{}{}", &good[..good.len() - 1], **last as char)).is_ok())
        .count();
    assert_eq!(accepted, 1);
}

#[test]
fn a_payload_that_is_not_an_object_or_repeats_a_claim_is_refused() {
    for payload in [
        "",
        "null",
        "1",
        "[]",
        "\"x\"",
        "{",
        "{}x",
        "NaN",
        "\u{feff}{}",
        "{'exp':1}",
        r#"{"user_id":2,"username":"user","exp":1800000100,"exp":1800000100}"#,
        r#"{"user_id":2,"username":"user","username":"admin","exp":1800000100}"#,
        r#"{"user_id":2,"user_id":1,"username":"user","exp":1800000100}"#,
        r#"{"user_id":2,"username":"user","exp":1800000100,"aud":null,"aud":null}"#,
        r#"{"user_id":2,"username":"user","exp":1800000100,"nbf":1,"nbf":1}"#,
        r#"{"user_id":2,"username":"user","exp":1800000100,"x":NaN}"#,
        r#"{"user_id":2,"username":"user","exp":01800000100}"#,
        r#"[2,"user",1800000100]"#,
        r#" [2,"user",1800000100,null,null,null,null,null]"#,
    ] {
        assert!(verify_claims(payload).is_err(), "{payload}");
    }
}

#[test]
fn invalid_timestamps_are_refused() {
    for exp in [
        json!(NOW - 1),
        json!(0),
        json!(-1),
        json!("soon"),
        json!(format!("{}", NOW + 100)),
        json!(null),
        json!(true),
        json!([NOW + 100]),
        json!({"n": NOW + 100}),
        json!(""),
        json!((1_i64 << 53) + 1),
        json!(i64::MAX),
        json!(u64::MAX),
        json!(1e300),
        json!(-1e300),
        json!(1_799_999_999.0),
    ] {
        assert!(verify_claims(&with("exp", Some(exp.clone()))).is_err(), "{exp}");
    }
    for raw in ["1e400", "-1e400", "9223372036854775808", "1800000100000000000000000000000000"] {
        let payload = format!("{{\"user_id\":2,\"username\":\"user\",\"exp\":{raw}}}");
        assert!(verify_claims(&payload).is_err(), "{raw}");
    }
    for nbf in [json!(NOW + 1), json!("x"), json!(null), json!([]), json!(true), json!(1e300)] {
        assert!(verify_claims(&with("nbf", Some(nbf.clone()))).is_err(), "{nbf}");
    }
    for iat in [json!("x"), json!(null), json!([]), json!({}), json!(1e300)] {
        assert!(verify_claims(&with("iat", Some(iat.clone()))).is_err(), "{iat}");
    }
    assert_eq!(verify_claims(&with("exp", None)), Err(TokenError::NoExpiry));
}
