//! Requests to declared resources, made up from the OpenAPI document of our own program: whatever is declared there is
//! explored.

use anyhow::{Context as _, ensure};
use serde_json::Value;

use super::draft::{Draft, Sent};
use super::random::Random;
use super::values::{encoded, moment, number, word};

const CALLERS: &[&str] = &["admin", "admin", "editor", "writer", "user", "user", "inactive", ""];

/// Texts that kinds of fields read, nearly read, or must refuse.
const TEXTS: &[&str] = &[
    "",
    " ",
    "a",
    "x-1",
    "A_b",
    "é",
    "🎉",
    "2026-02-01",
    "2026-2-1",
    "2026-02-30",
    "10:20",
    "25:00",
    "10:20:30.5",
    "2026-02-01T10:20:30Z",
    "2026-02-01 10:20",
    "2026-02-01T10:20:30+02:00",
    "true",
    "false",
    "True",
    "on",
    "null",
    "None",
    "0",
    "1",
    "-1",
    "7",
    "99",
    "100",
    "101",
    "-100",
    "-101",
    "32767",
    "32768",
    "2147483648",
    "9223372036854775808",
    "1.5",
    "1.234",
    "99999.99",
    "100000",
    "1e3",
    "1e400",
    "NaN",
    "Infinity",
    "-0",
    "0.00",
    "12.50",
    "٣",
    "1_0",
    " 1 ",
    "draft",
    "published",
    "Draft",
    "https://example.com/a?b=c",
    "http://",
    "ftp://x.y/z",
    "javascript:alert(1)",
    "a@b.co",
    "a@b",
    "A@EXAMPLE.com",
    "00112233-4455-6677-8899-aabbccddeeff",
    "00112233445566778899aabbccddeeff",
    "not-a-uuid",
    "1,2",
    "1,2,",
    ",",
    "1,x",
    "a\u{0}b",
    "%",
    "_",
    "\\",
    "'quoted'",
    "\u{1c}",
    "<b>",
];

/// Keys of models whose keys are UUIDs, in forms that Python reads, and what is none.
const UUIDS: &[&str] = &[
    "00000000-0000-0000-0000-000000000001",
    "00000000-0000-0000-0000-000000000002",
    "00000000000000000000000000000002",
    "{00000000-0000-0000-0000-000000000003}",
    "A0000000-0000-0000-0000-00000000000F",
    "1",
    "x",
];

const JSON: &[&str] = &[
    "null",
    "true",
    "false",
    "0",
    "1",
    "-1",
    "2",
    "3",
    "99",
    "1.5",
    "1.0",
    "1e3",
    "1e400",
    "\"\"",
    "[]",
    "[1]",
    "[1, 2]",
    "[1, 1]",
    "[99]",
    "[\"1\"]",
    "[\"x\"]",
    "[null]",
    "[true]",
    "[[1]]",
    "{}",
    "{\"a\": 1}",
    "123456789012345678901234567890",
];

#[derive(Debug, Clone)]
struct Member {
    name: String,
    schema: Value,
}

/// A path with its operations.
#[derive(Debug, Clone)]
struct Endpoint {
    path: String,
    /// Whether the keys in its path are UUIDs.
    has_uuids: bool,
    methods: Vec<&'static str>,
    query: Vec<Member>,
    body: Vec<Member>,
}

/// The resources of a program, but for accounts.
#[derive(Debug, Clone, Default)]
pub(crate) struct Resources(Vec<Endpoint>);

impl Resources {
    /// Those of its OpenAPI document.
    pub(crate) fn of(document: &Value) -> anyhow::Result<Self> {
        let paths = document["paths"].as_object().context("a document has paths")?;
        let ours = paths.iter().filter(|(path, _)| {
            path.starts_with("/api/")
                && !["/api/account", "/api/auth", "/api/schema"].iter().any(|it| path.starts_with(it))
        });
        let endpoints: Vec<Endpoint> = ours.map(|(path, item)| endpoint(document, path, item)).collect();
        ensure!(!endpoints.is_empty(), "the document has no resources");
        Ok(Self(endpoints))
    }

    /// The steps of one case.
    pub(crate) fn case(&self, random: &mut Random) -> Vec<Draft> {
        let Some(endpoint) = self.0.get(random.below(self.0.len())) else { return Vec::new() };
        let caller = random.pick(CALLERS);
        let path = path(random, endpoint);
        let method = random.pick(&endpoint.methods);
        if method == "GET" || method == "HEAD" || method == "OPTIONS" {
            let query = query(random, &endpoint.query);
            return vec![Draft::Request(Sent::new(method, format!("{path}{query}")).by(caller))];
        }
        let sent = Sent::new(method, path.clone()).by(caller);
        let sent = if method == "DELETE" {
            sent
        } else if random.chance(70) {
            sent.text("application/json", json(random, &endpoint.body))
        } else {
            sent.text("application/x-www-form-urlencoded", form(random, &endpoint.body))
        };
        // What a write has left is seen by a reader.
        vec![Draft::Request(sent), Draft::Request(Sent::new("GET", path).by("admin"))]
    }
}

fn endpoint(document: &Value, path: &str, item: &Value) -> Endpoint {
    let mut methods = vec!["GET", "GET", "GET", "GET", "HEAD", "OPTIONS"];
    for (name, method) in [("post", "POST"), ("put", "PUT"), ("patch", "PATCH"), ("delete", "DELETE")] {
        if item.get(name).is_some() {
            methods.extend([method, method]);
        }
    }
    let parameters = item["get"]["parameters"].as_array().into_iter().flatten();
    let query = parameters.filter(|it| it["in"] == "query").map(|it| Member {
        name: it["name"].as_str().unwrap_or_default().to_owned(),
        schema: it["schema"].clone(),
    });
    let written = ["post", "put"].iter().find_map(|name| item.get(*name));
    let schema = written.and_then(|it| it.pointer("/requestBody/content/application~1json/schema/$ref"));
    let schema = schema.and_then(Value::as_str).and_then(|it| document.pointer(it.trim_start_matches('#')));
    let properties = schema.and_then(|it| it["properties"].as_object()).into_iter().flatten();
    let body = properties.map(|(name, schema)| Member { name: name.clone(), schema: schema.clone() });
    let keys = item["parameters"].as_array().into_iter().flatten();
    let has_uuids = keys.into_iter().any(|it| it["schema"]["format"] == "uuid");
    Endpoint { path: path.to_owned(), has_uuids, methods, query: query.collect(), body: body.collect() }
}

fn path(random: &mut Random, endpoint: &Endpoint) -> String {
    let parts = endpoint.path.split('/').map(|part| {
        if part.starts_with('{') && endpoint.has_uuids {
            random.pick(UUIDS).to_owned()
        } else if part.starts_with('{') {
            random
                .pick(&[
                    "1",
                    "2",
                    "3",
                    "4",
                    "5",
                    "6",
                    "7",
                    "12",
                    "25",
                    "26",
                    "99",
                    "0",
                    "01",
                    "99999999999999999999",
                ])
                .to_owned()
        } else {
            part.to_owned()
        }
    });
    parts.collect::<Vec<_>>().join("/")
}

fn query(random: &mut Random, members: &[Member]) -> String {
    if members.is_empty() || random.chance(20) {
        return String::new();
    }
    let pairs = (0..=random.below(3)).filter_map(|_| {
        let member = members.get(random.below(members.len()))?;
        let value = if member.name == "ordering" {
            order(random, &member.schema)
        } else {
            text(random, &member.schema)
        };
        Some(format!("{}={}", member.name, encoded(random, &value)))
    });
    format!("?{}", pairs.collect::<Vec<_>>().join("&"))
}

fn order(random: &mut Random, schema: &Value) -> String {
    let names: Vec<&str> =
        schema["items"]["enum"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let some = random.some(&names, 3);
    if random.chance(10) { format!("{},nothing", some.join(",")) } else { some.join(",") }
}

/// A text for a field of this schema; often one that fits.
fn text(random: &mut Random, schema: &Value) -> String {
    if random.chance(45) {
        return random.pick(TEXTS).to_owned();
    }
    if random.chance(10) {
        return word(random);
    }
    let choices: Vec<&str> =
        schema["enum"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    if !choices.is_empty() {
        return random.pick(&choices).to_owned();
    }
    let kind =
        schema["type"].as_str().or_else(|| schema["type"].get(0).and_then(Value::as_str)).unwrap_or("string");
    match (kind, schema["format"].as_str().unwrap_or_default()) {
        ("integer" | "number", _) => random.pick(&["0", "1", "2", "3", "7", "12", "1.5"]).to_owned(),
        ("boolean", _) => random.pick(&["true", "false", "True", "False"]).to_owned(),
        (_, "date") => random.pick(&["2026-01-05", "2026-01-15", "2026-01-25"]).to_owned(),
        (_, "date-time") => moment(random),
        (_, "uuid") => random.pick(UUIDS).to_owned(),
        (_, "uri") => "https://example.com/".to_owned(),
        (_, "email") => "desk@example.com".to_owned(),
        (_, "decimal") => random.pick(&["1", "12.5", "0.00", "9999.99"]).to_owned(),
        _ => random
            .pick(&[
                "news",
                "local",
                "rust",
                "web",
                "article-1",
                "Article 2",
                "new-one",
                "New one",
                "Comment",
            ])
            .to_owned(),
    }
}

fn value(random: &mut Random, schema: &Value) -> String {
    if random.chance(20) {
        return random.pick(JSON).to_owned();
    }
    if random.chance(5) {
        return number(random);
    }
    let kind = schema["type"].as_str().unwrap_or("string");
    if kind == "array" && schema["items"]["format"] == "uuid" {
        return Value::from(vec![random.pick(UUIDS)]).to_string();
    }
    if kind == "array" {
        return random.pick(&["[]", "[1]", "[2, 1]", "[1, 2, 3]", "[1, 99]"]).to_owned();
    }
    let text = text(random, schema);
    let is_bare = matches!(kind, "integer" | "number" | "boolean") && random.chance(70);
    if is_bare && serde_json::from_str::<Value>(&text).is_ok() { text } else { Value::from(text).to_string() }
}

fn json(random: &mut Random, members: &[Member]) -> String {
    let most_of_all = random.chance(60);
    let kept: Vec<&Member> =
        members.iter().filter(|_| random.chance(if most_of_all { 90 } else { 30 })).collect();
    let mut pairs = Vec::new();
    for member in kept {
        pairs.push(format!("{}: {}", Value::from(member.name.as_str()), value(random, &member.schema)));
    }
    if random.chance(3) {
        return random.pick(JSON).to_owned();
    }
    format!("{{{}}}", pairs.join(", "))
}

fn form(random: &mut Random, members: &[Member]) -> String {
    let mut pairs = Vec::new();
    for member in members.iter().filter(|_| random.chance(75)).collect::<Vec<_>>() {
        for _ in 0..if member.schema["type"] == "array" { random.below(3) } else { 1 } {
            let text = if member.schema["type"] == "array" {
                random.pick(&["1", "2", "99", "", "x"]).to_owned()
            } else {
                text(random, &member.schema)
            };
            pairs.push(format!("{}={}", member.name, encoded(random, &text)));
        }
    }
    pairs.join("&")
}
