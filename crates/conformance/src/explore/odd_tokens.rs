//! Which tokens we refuse on purpose: docs/differences.md, "Tokens".

use serde_json::Value;

use super::known::Seen;
use crate::case::Forgery;

/// The fixture's accounts: see original/stack/fixture.py.
const ACCOUNTS: &[(i64, &str)] = &[
    (1, "admin"),
    (2, "user"),
    (3, "inactive"),
    (4, "editor"),
    (5, "writer"),
    (6, "bcrypt"),
    (7, "unusable"),
    (8, "Ünïcode"),
];
/// 2^53: the largest moment.
const LATEST: i64 = 1 << 53;

/// Whether the request carries a token that one of those lines speaks of.
pub(super) fn is_odd(seen: &Seen<'_>) -> bool {
    let Some(forged) = seen.forged else { return false };
    let name = format!("{{{}}}", forged.name);
    let texts = seen.header("Authorization").map(str::to_owned).chain([seen.body()]);
    let mut carried = texts.filter(|text| text.contains(&name)).peekable();
    carried.peek().is_some()
        && (carried.any(|text| is_embedded(&text, &name))
            || has_odd_header(forged)
            || has_odd_claims(&forged.claims, seen.settings.contains_key("JWT_AUDIENCE")))
}

/// Whether more than blanks and quotes stand beside it: foreign characters, padding.
fn is_embedded(text: &str, name: &str) -> bool {
    let (before, after) = text.split_once(name).unwrap_or((text, ""));
    let plain = |it: char| it == ' ' || it == '"';
    !before.ends_with(plain) || !(after.is_empty() || after.starts_with(plain))
}

fn has_odd_header(forged: &Forgery) -> bool {
    let Some(header) = &forged.header else { return false };
    let header: Value = serde_json::from_str(header).unwrap_or_default();
    let asks = ["crit", "b64", "zip", "enc"].iter().any(|name| header.get(name).is_some());
    asks || header.get("alg").is_none_or(|it| it != "HS256")
        || header.get("typ").is_some_and(|it| it == "JWE")
}

fn has_odd_claims(claims: &str, audience_is_set: bool) -> bool {
    // What this parser refuses is a number beyond its range.
    let Ok(value) = serde_json::from_str::<Value>(claims) else { return true };
    let Some(object) = value.as_object() else { return false };
    let twice = object.keys().any(|name| claims.matches(&format!("\"{name}\":")).count() > 1);
    let id = object.get("user_id").and_then(Value::as_i64);
    let name = object.get("username").and_then(Value::as_str);
    let named = ACCOUNTS.iter().any(|(known, account)| Some(*known) == id && Some(*account) == name);
    let moments = ["nbf", "iat", "orig_iat"].iter().filter_map(|name| object.get(*name)).all(is_moment);
    let to_come = object.get("nbf").and_then(Value::as_str).is_some_and(|it| it.starts_with("now+"));
    let unasked = object.contains_key("aud") && !audience_is_set;
    twice || !named || !object.get("exp").is_some_and(is_moment) || !moments || to_come || unasked
}

fn is_moment(value: &Value) -> bool {
    let from_now = value.as_str().is_some_and(|it| it.starts_with("now+") || it.starts_with("now-"));
    match value.as_i64() {
        Some(whole) => (-LATEST..=LATEST).contains(&whole),
        // Larger whole numbers are floats here.
        None => from_now || value.as_f64().is_some_and(|it| it.abs() < 9e15),
    }
}

#[cfg(test)]
mod tests {
    use super::{has_odd_claims, is_embedded};

    #[test]
    fn good_claims_are_not_odd() {
        let good = r#"{"user_id":1,"username":"admin","exp":"now+5","orig_iat":5.5,"aud":"a","x":[]}"#;
        assert!(!has_odd_claims(good, true));
        assert!(has_odd_claims(good, false));
        for (from, to) in [("\"exp\"", "\"e\""), ("1,", "2,"), ("5.5", "\"5\""), ("\"x\"", "\"exp\"")] {
            assert!(has_odd_claims(&good.replacen(from, to, 1), true), "{from} {to}");
        }
    }

    #[test]
    fn a_token_stands_alone_or_is_embedded() {
        for (text, embedded) in
            [("JWT {f}", false), ("{\"token\": \"{f}\"}", false), ("JWT {f}=", true), ("x{f}", true)]
        {
            assert_eq!(is_embedded(text, "{f}"), embedded, "{text}");
        }
    }
}
