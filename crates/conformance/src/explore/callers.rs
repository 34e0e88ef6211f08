//! Who is calling: tokens, `Authorization`, sessions.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use super::draft::{Draft, FORGED, Forge, Sent};
use super::random::Random;
use super::values::{CALLERS, encoded, moment, number, word};

const PROTECTED: &[(&str, &str)] = &[
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

pub(crate) fn tokens(random: &mut Random) -> Vec<Draft> {
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
    for _ in 0..if random.chance(20) { 1 } else { 0 } {
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
    for _ in 0..1 + random.below(2) {
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

pub(crate) fn token_settings(random: &mut Random) -> Vec<(&'static str, &'static str)> {
    let mut settings = Vec::new();
    if random.chance(30) {
        settings.push(("JWT_AUDIENCE", "a"));
    }
    if random.chance(30) {
        settings.push(("JWT_ISSUER", "i"));
    }
    if random.chance(25) {
        settings.push(("JWT_LEEWAY_SECONDS", "2000"));
    }
    if random.chance(20) {
        settings.push(("JWT_ALLOW_REFRESH", "0"));
    }
    if random.chance(20) {
        settings.push(("JWT_EXPIRATION_SECONDS", "3600"));
    }
    if random.chance(10) {
        settings.push(("JWT_REFRESH_EXPIRATION_SECONDS", "500"));
    }
    settings
}

const SCHEMES: &[&str] = &[
    "JWT",
    "JWT",
    "jwt",
    "Jwt",
    "Basic",
    "Basic",
    "basic",
    "BASIC",
    "Bearer",
    "Token",
    "",
    "JWT:",
    "JWTx",
    "\"JWT\"",
    "Basic,",
    "ＪＷＴ",
    "jWt",
];

pub(crate) fn authorization(random: &mut Random) -> Vec<Draft> {
    let scheme = random.pick(SCHEMES);
    let credentials = match random.below(8) {
        0..=2 => basic(random),
        3 | 4 => format!("{{{FORGED}}}"),
        5 => random
            .pick(&[
                "",
                "x",
                "x.y",
                "x.y.z",
                "....",
                "null",
                "eyJ.eyJ.x",
                "é.é.é",
                "e30.e30.",
                "bnVsbA.bnVsbA.x",
            ])
            .to_owned(),
        6 => URL_SAFE_NO_PAD.encode(word(random)),
        _ => encoded(random, "x y"),
    };
    let between = random.pick(&[" ", " ", " ", " ", "  ", "\t", "", "   ", ","]);
    let mut value = format!("{scheme}{between}{credentials}");
    match random.below(14) {
        0 => value.push_str(random.pick(&[" ", " x", "\t", ",", ", Basic eA==", "=", " \u{a0}", "\u{a0}x"])),
        1 => value.insert_str(0, random.pick(&[" ", "\t", ",", "\"", "\u{a0}"])),
        _ => {}
    }
    let (method, path) = random.pick(PROTECTED);
    let mut sent = Sent::new(method, path).header("Authorization", as_header(&value));
    if random.chance(6) {
        sent = sent.header("Authorization", as_header(&format!("{} x", random.pick(SCHEMES))));
    }
    vec![of_someone(random), Draft::Request(sent)]
}

/// A good token.
fn of_someone(random: &mut Random) -> Draft {
    let (id, name) = random.pick(&[(1, "admin"), (1, "admin"), (2, "user"), (3, "inactive"), (8, "Ünïcode")]);
    let claims = format!(r#"{{"user_id":{id},"username":"{name}","exp":"now+250","email":""}}"#);
    Draft::Forge(Forge { claims, header: None, key: None })
}

fn as_header(value: &str) -> String {
    value.replace(['\n', '\r', '\u{0}'], "")
}

fn basic(random: &mut Random) -> String {
    let name = random.pick(&[
        "user",
        "admin",
        "bcrypt",
        "inactive",
        "unusable",
        "nobody",
        "Ünïcode",
        "USER",
        " user",
        "user ",
        "",
        "us\u{0}er",
        "us:er",
        "ＵＳＥＲ",
    ]);
    let password = match random.below(6) {
        0 => "wrong".to_owned(),
        1 => String::new(),
        2 => random
            .pick(&[
                " user-Pass-1",
                "user-Pass-1 ",
                "user-Pass-1:",
                ":user-Pass-1",
                "user-Pass-1\n",
                "é",
                "\u{0}",
            ])
            .to_owned(),
        _ => format!("{name}-Pass-1"),
    };
    let text = match random.below(12) {
        0 => format!("{name}{password}"),
        1 => format!(":{name}:{password}"),
        2 => name.to_owned(),
        _ => format!("{name}:{password}"),
    };
    let bytes = match random.below(8) {
        // latin-1, or what is no UTF-8 at all
        0 => text.chars().map(|it| u8::try_from(u32::from(it)).unwrap_or(b'?')).collect(),
        1 => [text.as_bytes(), &[0xff]].concat(),
        _ => text.into_bytes(),
    };
    let mut encoded =
        if random.chance(10) { URL_SAFE_NO_PAD.encode(&bytes) } else { STANDARD.encode(&bytes) };
    match random.below(16) {
        0 => encoded = encoded.trim_end_matches('=').to_owned(),
        1 => encoded.push_str(random.pick(&["=", "==", "!", "A", "%3D", "é", "\u{a0}"])),
        2 => encoded.insert(random.below(encoded.len()), random.pick(&['!', '-', '_', '.', '=', '\t'])),
        3 => drop(encoded.pop()),
        _ => {}
    }
    encoded
}

const COOKIES: &[&str] = &[
    "sessionid={sessionid}",
    "sessionid={sessionid}",
    "csrftoken={csrftoken}",
    "csrftoken={csrftoken}",
    "sessionid=",
    "sessionid=unknown",
    "sessionid=\"{sessionid}\"",
    "SESSIONID={sessionid}",
    "csrftoken=",
    "csrftoken=x",
    "a=b",
    "a",
    "=x",
    "csrftoken=\"{csrftoken}\"",
    " sessionid = {sessionid}",
    "sessionid={sessionid}x",
    "é=ü",
    "$Version=1",
    "a=\"b;c\"",
];

/// A log-in by form, and what the session may do afterwards.
pub(crate) fn sessions(random: &mut Random) -> Vec<Draft> {
    let next = match random.below(3) {
        0 => String::new(),
        _ => random
            .pick(&[
                "/api/posts/1/",
                "http://evil.example/",
                "//evil.example",
                "/\\evil.example",
                "javascript:alert(1)",
                "http://127.0.0.1/",
                "///evil.example",
                "/a b",
                "/%0d%0aX: y",
                "",
                "relative",
                "\u{8}//x",
                "/é",
                "?a=b",
                "https:///x",
                "http:/x",
                "/api-auth/login/",
                "/x#y",
                "http:\\\\x",
                " //x",
            ])
            .to_owned(),
    };
    let path = format!("/api-auth/login/?next={}", encoded(random, &next));
    let name = random.pick(&[
        "user",
        "admin",
        "editor",
        "inactive",
        "nobody",
        "unusable",
        "bcrypt",
        "Ünïcode",
        "USER",
        " user ",
    ]);
    let password = if random.chance(85) { format!("{}-Pass-1", name.trim()) } else { word(random) };
    let mut form = vec![
        format!("username={}", encoded(random, name)),
        format!("password={}", encoded(random, &password)),
    ];
    if random.chance(90) {
        form.insert(
            0,
            random
                .pick(&[
                    "csrfmiddlewaretoken={csrftoken}",
                    "csrfmiddlewaretoken={csrftoken}",
                    "csrfmiddlewaretoken={csrftoken}",
                    "csrfmiddlewaretoken=x",
                    "csrfmiddlewaretoken=",
                ])
                .to_owned(),
        );
    }
    if random.chance(40) {
        form.push(format!("next={}", encoded(random, &next)));
    }
    let content_type = random.pick(&[
        "application/x-www-form-urlencoded",
        "application/x-www-form-urlencoded",
        "application/x-www-form-urlencoded",
        "application/x-www-form-urlencoded; charset=utf-8",
        "application/json",
        "text/plain",
        "",
    ]);
    let mut log_in =
        Sent::new("POST", if random.chance(50) { path.clone() } else { "/api-auth/login/".to_owned() })
            .text(content_type, form.join("&"));
    if random.chance(92) {
        log_in = log_in.header("Cookie", "csrftoken={csrftoken}");
    }
    if random.chance(15) {
        log_in = log_in.header("X-CSRFToken", random.pick(&["{csrftoken}", "x", ""]));
    }
    let mut steps = vec![Draft::Request(Sent::new("GET", path)), Draft::Request(log_in)];
    for _ in 0..1 + random.below(4) {
        let (method, path) = random.pick(&[
            ("GET", "/account/"),
            ("GET", "/api/posts/1/"),
            ("POST", "/api/posts/"),
            ("PATCH", "/api/posts/1/"),
            ("GET", "/api-auth/logout/"),
            ("POST", "/api-auth/logout/"),
            ("GET", "/api-auth/login/"),
            ("HEAD", "/account/"),
            ("OPTIONS", "/api/posts/"),
            ("GET", "/api-auth/"),
            ("PUT", "/api-auth/login/"),
            ("GET", "/api-auth/login"),
            ("POST", "/auth/verify_token/"),
        ]);
        let mut sent = Sent::new(method, path);
        if matches!(method, "POST" | "PATCH") {
            sent = sent.text("application/json", r#"{"title": "t", "content": "c"}"#);
        }
        let cookies = if random.chance(70) {
            vec!["sessionid={sessionid}", "csrftoken={csrftoken}"]
        } else {
            random.some(COOKIES, 4)
        };
        if !cookies.is_empty() {
            sent = sent.header("Cookie", cookies.join(random.pick(&["; ", "; ", ";", ", ", ";;", " ; "])));
        }
        if random.chance(50) {
            let value = random.pick(&[
                "{csrftoken}",
                "{csrftoken}",
                "{csrftoken}",
                "x",
                "",
                "{csrftoken}x",
                "{sessionid}",
            ]);
            sent = sent.header(
                random.pick(&["X-CSRFToken", "X-CSRFToken", "x-csrftoken", "X-CSRF-Token", "X_CSRFTOKEN"]),
                value,
            );
        }
        if random.chance(10) {
            sent = sent.header(
                random.pick(&["Referer", "Origin"]),
                random.pick(&["http://evil.example/", "http://127.0.0.1/", "null", ""]),
            );
        }
        if random.chance(15) {
            sent = sent.by(random.pick(CALLERS));
        }
        steps.push(Draft::Request(sent));
    }
    steps
}

/// Anything that a caller may ask, under any settings.
pub(crate) fn anything(random: &mut Random) -> Vec<Draft> {
    let (method, path) = random.pick(&[
        ("GET", "/api/posts/"),
        ("GET", "/api/posts/?limit=2&offset=3"),
        ("GET", "/api/posts/?page=2"),
        ("GET", "/api/posts/1/"),
        ("GET", "/api/posts/?search=post&ordering=-id"),
        ("GET", "/account/"),
        ("OPTIONS", "/api/posts/"),
        ("OPTIONS", "/api/posts/1/"),
        ("OPTIONS", "/account/"),
        ("POST", "/api/posts/"),
        ("PUT", "/api/posts/3/"),
        ("PATCH", "/api/posts/4/"),
        ("DELETE", "/api/posts/5/"),
        ("DELETE", "/api/posts/6/"),
        ("HEAD", "/api/posts/"),
        ("FOO", "/api/posts/1/"),
        ("GET", "/api/posts/999/"),
        ("PUT", "/api/posts/"),
        ("DELETE", "/account/"),
        ("POST", "/auth/obtain_token/"),
        ("GET", "/auth/obtain_token/"),
        ("OPTIONS", "/auth/verify_token/"),
        ("GET", "/api/posts/?title__icontains=1"),
        ("PATCH", "/api/posts/999/"),
        ("GET", "/api/posts/?created_at__gte=x"),
        ("GET", "/api/posts/?cursor=x"),
        ("OPTIONS", "/api/posts/999/"),
        ("OPTIONS", "/auth/obtain_token/"),
    ]);
    let mut sent = Sent::new(method, path);
    sent = match random.below(6) {
        0 => sent.header("Authorization", format!("Basic {}", basic(random)).replace(['\n', '\u{0}'], "")),
        1 => sent.header("Cookie", random.pick(&["JWT={forged}", "JWT=x", "sessionid=x", "a=b", "JWT="])),
        _ => sent.by(random.pick(CALLERS)),
    };
    if matches!(method, "POST" | "PUT" | "PATCH") {
        let body = match random.below(4) {
            0 => "{}".to_owned(),
            1 => format!("{{\"title\": {}, \"content\": \"c\"}}", serde_json::Value::from(moment(random))),
            2 => format!(
                "{{\"username\": \"user\", \"password\": \"user-Pass-1\", \"title\": {}}}",
                serde_json::Value::from(number(random))
            ),
            _ => {
                r#"{"title": "t", "content": "c", "username": "user", "password": "user-Pass-1"}"#.to_owned()
            }
        };
        sent = sent.text(
            random.pick(&["application/json", "application/json", "application/json", "text/plain"]),
            body,
        );
    }
    vec![of_someone(random), Draft::Request(sent)]
}
