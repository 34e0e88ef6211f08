//! `Authorization` headers, and callers under all settings.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use super::draft::{Draft, FORGED, Forge, Sent};
use super::random::Random;
use super::tokens::PROTECTED;
use super::values::{CALLERS, encoded, moment, number, word};

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

pub(crate) fn case(random: &mut Random) -> Vec<Draft> {
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
