//! Tokens that are obtained by a password, looked at, refreshed and used: in headers, in bodies and in cookies.

use super::draft::{Draft, Sent};
use super::random::Random;
use super::values::encoded;

const NAMES: &[&str] = &[
    "user",
    "user",
    "admin",
    "admin",
    "editor",
    "writer",
    "bcrypt",
    "Ünïcode",
    "inactive",
    "unusable",
    "nobody",
];
const USES: &[(&str, &str)] = &[
    ("GET", "/account/"),
    ("GET", "/api/posts/1/"),
    ("GET", "/api/posts/?limit=1"),
    ("HEAD", "/api/account/"),
    ("OPTIONS", "/api/posts/"),
    ("OPTIONS", "/api/posts/2/"),
    ("POST", "/api/posts/"),
    ("PATCH", "/api/posts/1/"),
    ("PUT", "/api/posts/2/"),
    ("DELETE", "/api/posts/999/"),
    ("DELETE", "/account/"),
    ("TRACE", "/account/"),
    ("FOO", "/api/posts/"),
];
/// The cookie is kept under its name, and the member of the body under `token`.
const COOKIES: &[&str] = &[
    "JWT={token}",
    "JWT={token}",
    "JWT={token}",
    "token={token}",
    "token={token}",
    "JWT={JWT}",
    "JWT=\"{token}\"",
    "JWT={token}x",
    "JWT=",
    "JWT=x; JWT={token}",
    "JWT={token}; JWT=x",
    "jwt={token}",
    " JWT = {token} ",
    "a=b; JWT={token}; c",
    "JWT={token} x",
    "JWT=JWT {token}",
    "JWT=\"\"",
    "JWT=x",
    "JWT=a.b.c",
];
const HEADERS: &[&str] = &[
    "JWT {token}",
    "JWT {token}",
    "JWT {token}",
    "jwt {token}",
    "Bearer {token}",
    "JWT",
    "JWT ",
    "JWT {token} x",
    "JWT  {token}",
    "Basic dXNlcjp1c2VyLVBhc3MtMQ==",
    "JWT {token}x",
    "{token}",
    "",
];

pub(crate) fn case(random: &mut Random) -> Vec<Draft> {
    let mut steps = vec![Draft::Request(obtained(random))];
    for _ in 0..=random.below(5) {
        let sent = match random.below(5) {
            0 => with_token(random, "/auth/refresh_token/"),
            1 => with_token(random, "/auth/verify_token/"),
            _ => used(random),
        };
        steps.push(Draft::Request(sent));
    }
    steps
}

fn prefix(random: &mut Random, path: &str) -> String {
    let end = random.pick(&["", "", "", "", "", "x", "x/", "?format=json", "?a=b"]);
    format!("{}{path}{end}", random.pick(&["", "", "/api"]))
}

fn obtained(random: &mut Random) -> Sent {
    let name = random.pick(NAMES);
    let password = if random.chance(92) { format!("{name}-Pass-1") } else { "wrong".to_owned() };
    let path = prefix(random, "/auth/obtain_token/");
    let mut sent = Sent::new("POST", path);
    sent = if random.chance(75) {
        let body = serde_json::json!({"username": name, "password": password});
        sent.text("application/json", body.to_string())
    } else {
        let (name, password) = (encoded(random, name), encoded(random, &password));
        sent.text("application/x-www-form-urlencoded", format!("username={name}&password={password}"))
    };
    sent.save = Some("token");
    sent
}

fn with_token(random: &mut Random, path: &str) -> Sent {
    let path = prefix(random, path);
    let token = random.pick(&[
        "{token}",
        "{token}",
        "{token}",
        "{token}",
        " {token} ",
        "{token}x",
        "",
        "JWT {token}",
    ]);
    let mut sent = Sent::new("POST", path);
    sent = if random.chance(80) {
        sent.text("application/json", format!("{{\"token\": \"{token}\"}}"))
    } else {
        sent.text("application/x-www-form-urlencoded", format!("token={token}"))
    };
    if random.chance(20) {
        sent = sent.header("Cookie", random.pick(COOKIES));
    }
    sent.save = Some("token").filter(|_| random.chance(70));
    sent
}

fn used(random: &mut Random) -> Sent {
    let (method, path) = random.pick(USES);
    let mut sent = Sent::new(method, path);
    if matches!(method, "POST" | "PUT" | "PATCH") {
        sent = sent.text("application/json", r#"{"title": "t", "content": "c"}"#);
    }
    if random.chance(60) {
        sent = sent.header("Authorization", random.pick(HEADERS));
    }
    if random.chance(60) {
        sent = sent.header("Cookie", random.pick(COOKIES));
    }
    sent
}
