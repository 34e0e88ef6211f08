//! Forged tokens.

use super::draft::{Draft, FORGED, Forge, Sent};
use super::random::Random;

pub(super) const PROTECTED: &[(&str, &str)] = &[
    ("GET", "/account/"),
    ("GET", "/api/posts/1/"),
    ("GET", "/api/account/"),
    ("POST", "/api/posts/"),
    ("OPTIONS", "/api/posts/"),
    ("HEAD", "/api/posts/1/"),
    ("FOO", "/account/"),
    ("PATCH", "/api/posts/1/"),
];
const CLAIMS: &[&str] = &[
    "\"user_id\":1",
    "\"user_id\":2",
    "\"user_id\":3",
    "\"user_id\":99",
    "\"user_id\":\"1\"",
    "\"user_id\":1.0",
    "\"user_id\":1e0",
    "\"user_id\":true",
    "\"user_id\":null",
    "\"user_id\":-1",
    "\"user_id\":9223372036854775808",
    "\"user_id\":[1]",
    "\"username\":\"admin\"",
    "\"username\":\"user\"",
    "\"username\":\"inactive\"",
    "\"username\":\"nobody\"",
    "\"username\":\"\"",
    "\"username\":null",
    "\"username\":1",
    "\"username\":[\"admin\"]",
    "\"username\":\"ADMIN\"",
    "\"username\":\" admin \"",
    "\"username\":\"\\u0061dmin\"",
    "\"username\":\"Ünïcode\"",
    "\"username\":\"admin\\u0000\"",
    "\"username\":true",
    "\"exp\":\"now+100\"",
    "\"exp\":\"now-1000\"",
    "\"exp\":null",
    "\"exp\":9999999999",
    "\"exp\":\"9999999999\"",
    "\"exp\":9999999999.5",
    "\"exp\":1e10",
    "\"exp\":1e400",
    "\"exp\":-1",
    "\"exp\":0",
    "\"exp\":true",
    "\"exp\":\"x\"",
    "\"exp\":[]",
    "\"exp\":99999999999999999999",
    "\"exp\":9007199254740993",
    "\"exp\":\" 9999999999 \"",
    "\"exp\":NaN",
    "\"nbf\":\"now-100\"",
    "\"nbf\":\"now+1000\"",
    "\"nbf\":\"1\"",
    "\"nbf\":null",
    "\"nbf\":1.5",
    "\"nbf\":true",
    "\"iat\":\"now-100\"",
    "\"iat\":\"now+1000\"",
    "\"iat\":\"x\"",
    "\"iat\":1.5",
    "\"iat\":null",
    "\"orig_iat\":\"now-100\"",
    "\"orig_iat\":\"now-604000\"",
    "\"orig_iat\":\"now-605000\"",
    "\"orig_iat\":\"now+1000\"",
    "\"orig_iat\":0",
    "\"orig_iat\":null",
    "\"orig_iat\":1.5",
    "\"orig_iat\":\"1\"",
    "\"orig_iat\":true",
    "\"orig_iat\":-1",
    "\"aud\":\"a\"",
    "\"aud\":[\"a\"]",
    "\"aud\":[\"a\",\"b\"]",
    "\"aud\":\"b\"",
    "\"aud\":1",
    "\"aud\":null",
    "\"aud\":[]",
    "\"aud\":[1]",
    "\"aud\":\"\"",
    "\"iss\":\"i\"",
    "\"iss\":\"j\"",
    "\"iss\":1",
    "\"iss\":null",
    "\"iss\":[\"i\"]",
    "\"email\":\"a@b.c\"",
    "\"email\":1",
    "\"email\":null",
    "\"jti\":\"x\"",
    "\"jti\":1",
    "\"sub\":\"x\"",
    "\"sub\":1",
    "\"x\":{\"y\":[1,2]}",
    "\"é\":\"ü\"",
    "\"\":\"\"",
];
const HEADERS: &[&str] = &[
    r#"{"alg":"HS256"}"#,
    r#"{"alg":"HS256","typ":"JWT"}"#,
    r#"{"typ":"jwt","alg":"HS256"}"#,
    r#"{"typ":"X","alg":"HS256"}"#,
    r#"{"typ":1,"alg":"HS256"}"#,
    r#"{"typ":null,"alg":"HS256"}"#,
    r#"{"alg":"none"}"#,
    r#"{"alg":"HS384"}"#,
    r#"{"alg":"HS512"}"#,
    r#"{"alg":"RS256"}"#,
    r#"{"alg":"hs256"}"#,
    r#"{"alg":""}"#,
    r#"{"alg":null}"#,
    r#"{"alg":1}"#,
    r#"{"alg":["HS256"]}"#,
    r#"{"typ":"JWT"}"#,
    "{}",
    "[]",
    "null",
    "1",
    "\"x\"",
    r#"{"alg":"HS256","kid":"x"}"#,
    r#"{"alg":"HS256","kid":1}"#,
    r#"{"alg":"HS256","kid":null}"#,
    r#"{"alg":"HS256","crit":["x"]}"#,
    r#"{"alg":"HS256","b64":true}"#,
    r#"{"alg":"HS256","x":[{}]}"#,
    r#"{"alg":"HS256","jku":"http://x"}"#,
    r#"{"alg":"HS256","cty":"JWT"}"#,
    r#"{ "alg" : "HS256" }"#,
];

pub(crate) fn case(random: &mut Random) -> Vec<Draft> {
    let mut claims: Vec<String> = vec![
        "\"user_id\":1".to_owned(),
        "\"username\":\"admin\"".to_owned(),
        "\"exp\":\"now+250\"".to_owned(),
        "\"email\":\"\"".to_owned(),
    ];
    if random.chance(50) {
        claims.push("\"orig_iat\":\"now-100\"".to_owned());
    }
    for _ in 0..random.below(4) {
        let claim = random.pick(CLAIMS);
        let name = claim.split(':').next().unwrap_or_default();
        match claims.iter().position(|it| it.starts_with(name)) {
            // A claim given twice is rare, and known.
            Some(at) if random.chance(97) => {
                if let Some(place) = claims.get_mut(at) {
                    claim.clone_into(place);
                }
            }
            _ => claims.push(claim.to_owned()),
        }
    }
    if random.chance(20) {
        claims.remove(random.below(claims.len()));
    }
    let claims = match random.below(40) {
        0 => random.pick(&["null", "[]", "1", "\"x\"", "{}", "[1]", "true"]).to_owned(),
        _ => format!("{{{}}}", claims.join(",")),
    };
    let header = random.chance(20).then(|| random.pick(HEADERS).to_owned());
    let key = if random.chance(5) {
        Some(random.pick(&["", "x", "another-secret-of-at-least-32-bytes-0123"]))
    } else {
        None
    };
    // A claim that is no JSON cannot stand in a case file.
    let claims = if claims.contains("NaN") { claims.replace("NaN", "1") } else { claims };
    let mut steps = vec![Draft::Forge(Forge { claims, header, key })];
    let mut token = format!("{{{FORGED}}}");
    if random.chance(8) {
        let dot = random.pick(&[".", "=", "A", "..", ".x", "x", "é", "%", " ", "_", "\u{2028}"]);
        if random.chance(70) { token.push_str(dot) } else { token.insert_str(0, dot) }
    }
    for _ in 0..=random.below(2) {
        let sent = match random.below(3) {
            0 => {
                let (method, path) = random.pick(PROTECTED);
                Sent::new(method, path).header("Authorization", format!("JWT {token}"))
            }
            1 => Sent::new("POST", "/auth/verify_token/")
                .text("application/json", format!("{{\"token\": \"{token}\"}}")),
            _ => Sent::new("POST", "/auth/refresh_token/")
                .text("application/json", format!("{{\"token\": \"{token}\"}}")),
        };
        steps.push(Draft::Request(sent));
    }
    steps
}

pub(crate) fn settings(random: &mut Random) -> Vec<(&'static str, String)> {
    let mut settings = Vec::new();
    if random.chance(30) {
        settings.push(("JWT_AUDIENCE", random.pick(&["a", "a", "a", "a b", "ü", "a,b", "\"", "1"])));
    }
    if random.chance(30) {
        settings.push(("JWT_ISSUER", random.pick(&["i", "i", "i", "i j", "é", "\\", "1"])));
    }
    if random.chance(25) {
        settings.push(("JWT_LEEWAY_SECONDS", random.pick(&["2000", "2000", "300", "86400"])));
    }
    if random.chance(20) {
        settings.push(("JWT_ALLOW_REFRESH", "0"));
    }
    if random.chance(20) {
        settings.push(("JWT_EXPIRATION_SECONDS", random.pick(&["3600", "600", "86400", "100000000"])));
    }
    if random.chance(10) {
        settings.push(("JWT_REFRESH_EXPIRATION_SECONDS", random.pick(&["500", "2000", "100000000"])));
    }
    settings.into_iter().map(|(name, value)| (name, value.to_owned())).collect()
}
