//! JSON bodies, and what writes leave.

use super::draft::{Content, Draft, Sent};
use super::random::Random;
use super::values::{encoded, moment, number, word};

const VALUES: &[&str] = &[
    "null",
    "true",
    "false",
    "0",
    "-0",
    "1",
    "-1",
    "1.0",
    "1.50",
    "1e5",
    "1E400",
    "-1e400",
    "1e-7",
    "0.1",
    "123456789012345678901234567890",
    "1.7976931348623157e308",
    "5e-324",
    "NaN",
    "Infinity",
    "-Infinity",
    "01",
    "+1",
    ".5",
    "5.",
    "0x10",
    "1_0",
    "\"\"",
    "\" \"",
    "\"t\"",
    "\"  t  \"",
    "\"é\"",
    "\"🎉\"",
    "\"\\ud83c\\udf89\"",
    "\"\\ud800\"",
    "\"\\udc00\\ud800\"",
    "\"\\u0000\"",
    "\"a\\u0000b\"",
    "\"\\u2028\"",
    "\"\u{2028}\"",
    "\"\\/\"",
    "\"\\x41\"",
    "\"\\u00\"",
    "\"\\u00e9\"",
    "\"\\n\"",
    "\"\n\"",
    "\"\t\"",
    "\"\\u001f\"",
    "\"\u{7f}\"",
    "\"\u{feff}t\"",
    "\"\\u00a0t\\u2003\"",
    "\"\\u200b\"",
    "\"\\u0085\"",
    "\"\\u001c\"",
    "'t'",
    "t",
    "[]",
    "[1]",
    "[\"t\"]",
    "{}",
    "{\"a\": 1}",
    "[[[[]]]]",
    "\"null\"",
    "\"true\"",
    "\"\\\"\"",
    "\"\\\\\"",
    "\"<script>\"",
    "\"\\b\\f\\r\"",
    "True",
    "None",
    "undefined",
    "",
    "\"2026-01-01T00:00:00Z\"",
    "1e22",
    "1e16",
    "123456789.123456789",
    "1.0e0",
    "-0.0",
    "\"\\ufeff\"",
    "\"\\ufffe\"",
    "\"\\U00000041\"",
    "\"\u{fffd}\"",
    "\"a\\",
    "\"unterminated",
];
pub(super) const NAMES: &[&str] = &[
    "title",
    "title",
    "title",
    "content",
    "content",
    "content",
    "id",
    "created_at",
    "updated_at",
    "author",
    "Title",
    "",
    "title ",
    "\\u0074itle",
    "username",
    "password",
    "token",
    "__proto__",
    "pk",
    "url",
];
const TARGETS: &[(&str, &str)] = &[
    ("POST", "/api/posts/"),
    ("PUT", "/api/posts/2/"),
    ("PATCH", "/api/posts/2/"),
    ("PATCH", "/api/posts/3/"),
    ("PUT", "/api/posts/9999/"),
];
pub(super) const TOKEN_TARGETS: &[&str] =
    &["/auth/obtain_token/", "/auth/verify_token/", "/auth/refresh_token/"];

pub(super) fn target(random: &mut Random) -> Sent {
    let (method, path) = random.pick(TARGETS);
    let caller = random.pick(&["admin", "admin", "admin", "editor", "writer", "user"]);
    Sent::new(method, path).by(caller)
}

fn value(random: &mut Random) -> String {
    match random.below(12) {
        0 => format!("\"{}\"", "x".repeat(random.pick(&[49, 50, 51, 200]))),
        1 => format!(
            "\"{}\"",
            random.pick(&["é", "🎉", " ", "\\u0301", "\\ud83c\\udf89"]).repeat(random.pick(&[49, 50, 51]))
        ),
        2 => serde_json::Value::from(word(random)).to_string(),
        3 => serde_json::Value::from(moment(random)).to_string(),
        4 => number(random),
        5 => random.pick(VALUES).repeat(2),
        _ => random.pick(VALUES).to_owned(),
    }
}

/// Mostly an object.
fn json_text(random: &mut Random, names: &[&str]) -> String {
    if random.chance(12) {
        return value(random);
    }
    let mut members: Vec<String> = Vec::new();
    if random.chance(70) {
        // Good where nothing else is said of it.
        members.extend(names.iter().map(|name| format!("\"{name}\": \"{name}\"")));
    }
    for _ in 0..random.below(4) {
        let name = if random.chance(60) { random.pick(names) } else { random.pick(NAMES) };
        let member = format!("\"{name}\"{} {}", random.pick(&[":", ":", ":", ":", " :", ""]), value(random));
        if random.chance(50) { members.push(member) } else { members.insert(0, member) }
    }
    let mut text = format!("{{{}}}", members.join(random.pick(&[", ", ",", ", ", ", ", ",\n ", ",,", ";"])));
    match random.below(30) {
        0 => text.insert_str(
            0,
            random.pick(&["\u{feff}", " ", "\n", "\u{a0}", "x", "[", "//c\n", "\u{0}", ")]}',"]),
        ),
        1 => text.push_str(
            random.pick(&[" ", "\n", "x", "]", "}", ",", "\u{0}", "{}", "/* */", "\u{a0}", "\u{b}"]),
        ),
        2 => text = format!("[{text}]"),
        3 => drop(text.pop()),
        4 => text = text.replace("\"}", "\",}"),
        _ => {}
    }
    text
}

pub(crate) fn json(random: &mut Random) -> Vec<Draft> {
    let content_type = random.pick(&[
        "application/json",
        "application/json",
        "application/json",
        "application/json; charset=utf-8",
        "application/json; charset=latin-1",
        "application/json; charset=ascii",
        "application/json;charset=utf8",
        "application/json; charset=utf-16",
        "application/json; charset=utf-8-sig",
        "application/json; charset=utf-32",
        "application/json; charset=windows-1252",
    ]);
    let sent = if random.chance(30) {
        let path = random.pick(TOKEN_TARGETS);
        let names: &[&str] = if path.contains("obtain") { &["username", "password"] } else { &["token"] };
        Sent::new("POST", path).text(content_type, json_text(random, names))
    } else {
        target(random).text(content_type, json_text(random, &["title", "content"]))
    };
    let mut steps = vec![Draft::Request(as_bytes(random, sent))];
    read_back(random, &mut steps);
    steps
}

/// Sometimes a body that is no UTF-8.
pub(super) fn as_bytes(random: &mut Random, mut sent: Sent) -> Sent {
    if random.chance(4)
        && let Some(Content::Text(text)) = &sent.body
    {
        let mut bytes = text.clone().into_bytes();
        let at = random.below(bytes.len());
        bytes.insert(at, random.pick(&[0xff, 0xc3, 0x80, 0, 0xed, 0xf4]));
        sent.body = Some(Content::Bytes(bytes));
    }
    sent
}

/// What was written must be what is read.
pub(super) fn read_back(random: &mut Random, steps: &mut Vec<Draft>) {
    if random.chance(15) {
        let path = random.pick(&["/api/posts/2/", "/api/posts/3/", "/api/posts/?ordering=-id&limit=2"]);
        steps.push(Draft::Request(Sent::new("GET", path).by("admin")));
    }
}

/// Writes and what they leave, seen from several sides.
pub(crate) fn writes(random: &mut Random) -> Vec<Draft> {
    let mut steps = Vec::new();
    let caller = random.pick(&["admin", "editor", "writer"]);
    let object = |random: &mut Random| {
        let text = |random: &mut Random| serde_json::Value::from(word(random)).to_string();
        format!("{{\"title\": {}, \"content\": {}}}", text(random), text(random))
    };
    let mut create = Sent::new("POST", "/api/posts/").by(caller).text("application/json", object(random));
    create.save = Some("id");
    steps.push(Draft::Request(create));
    for _ in 0..=random.below(5) {
        let path = random.pick(&[
            "/api/posts/{id}/",
            "/api/posts/{id}/",
            "/api/posts/5/",
            "/api/posts/31/",
            "/api/posts/32/",
        ]);
        let sent = match random.below(7) {
            0 => Sent::new("PUT", path).text("application/json", object(random)),
            1 => {
                Sent::new("PATCH", path).text("application/json", format!("{{\"title\": {}}}", value(random)))
            }
            2 => Sent::new("DELETE", path),
            3 => Sent::new("GET", "/api/posts/?ordering=-id&limit=3"),
            4 => Sent::new("GET", "/api/posts/?ordering=-updated_at,id&limit=3&offset=1"),
            5 => {
                let term = word(random);
                Sent::new(
                    "GET",
                    format!("/api/posts/?ordering=-id&limit=2&search={}", encoded(random, &term)),
                )
            }
            _ => Sent::new("GET", path),
        };
        steps.push(Draft::Request(sent.by(random.pick(&["admin", "admin", "editor", "writer", "user"]))));
    }
    steps
}
