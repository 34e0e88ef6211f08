//! Lists: pages, order, search and filters.

use std::collections::BTreeMap;

use super::draft::{Draft, Sent};
use super::random::Random;
use super::values::{encoded, moment, number, ordering, word};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

const FILTERS: &[&str] = &[
    "title",
    "title__icontains",
    "created_at__gte",
    "created_at__lte",
    "updated_at__gte",
    "updated_at__lte",
];
const HOSTS: &[&str] = &[
    "a.example",
    "A.Example",
    "a.example:80",
    "a.example:443",
    "a.example:8000",
    "a.example:",
    "a.example.",
    "a_b.example",
    "[::1]",
    "[::1]:8000",
    "127.0.0.1",
    "localhost",
    "-a.example",
    "a..b",
    "1.2.3",
    "a.example:99999",
    "xn--4ca.example",
];
const NAMES: &[&str] = &[
    "limit",
    "offset",
    "page",
    "cursor",
    "ordering",
    "search",
    "page_size",
    "Limit",
    "limit ",
    "format",
    "x",
    "",
    "created_at",
    "created_at__gt",
    "title__contains",
    "ids",
    "limit[]",
    "q",
    "title__exact",
    "created_at__gte ",
];

pub(crate) fn case(random: &mut Random, settings: &BTreeMap<String, String>) -> Vec<Draft> {
    let mut pairs: Vec<String> = (0..=random.below(4)).map(|_| pair(random)).collect();
    // Without an order Django fails on every page by cursor.
    if settings.get("PAGINATION").is_some_and(|it| it == "cursor") && random.chance(90) {
        let order =
            random.pick(&["created_at", "-created_at", "id", "-id", "title", "-updated_at,id", "content"]);
        pairs.push(format!("ordering={order}"));
    }
    let mut query = pairs.join(random.pick(&["&", "&", "&", "&", "&", "&", "&&", ";"]));
    if random.chance(4) {
        query.insert_str(0, random.pick(&["&", "=", "?", "a&", "%"]));
    }
    let method = random.pick(&["GET", "GET", "GET", "GET", "GET", "GET", "HEAD", "OPTIONS"]);
    let mut sent = Sent::new(method, format!("/api/posts/?{query}")).by("admin");
    if random.chance(8) {
        sent = sent.header("Host", random.pick(HOSTS));
    }
    vec![Draft::Request(sent)]
}

fn pair(random: &mut Random) -> String {
    let (name, value) = match random.below(12) {
        0 => ("limit", number(random)),
        1 => ("offset", number(random)),
        2 => ("page", number(random)),
        3 => return format!("cursor={}", cursor(random)),
        4 => ("ordering", ordering(random)),
        5 => ("search", word(random)),
        6 => (random.pick(&["title", "title__icontains"]), word(random)),
        7 | 8 => (
            random.pick(&["created_at__gte", "created_at__lte", "updated_at__gte", "updated_at__lte"]),
            moment(random),
        ),
        9 => (random.pick(&["limit", "page", "offset"]), random.below(12).to_string()),
        10 => (random.pick(FILTERS), if random.chance(50) { word(random) } else { number(random) }),
        _ => (random.pick(NAMES), if random.chance(50) { word(random) } else { number(random) }),
    };
    let value = encoded(random, &value);
    let name = if random.chance(3) { encoded(random, name) } else { name.to_owned() };
    match random.below(60) {
        0 => name,
        1 => format!("{name}=={value}"),
        2 => format!("{name}={value}="),
        _ => format!("{name}={value}"),
    }
}

/// The framework's: base64 of a query.
fn cursor(random: &mut Random) -> String {
    let mut parts = Vec::new();
    for name in ["o", "r", "p"] {
        let value = match (name, random.below(5)) {
            (_, 0) => continue,
            ("p", 1..=3) => random
                .pick(&[
                    "2026-01-01 06:00:00.007404+00:00",
                    "2026-01-01+06%3A00%3A00.007404%2B00%3A00",
                    "2026-01-01 05:00:00+00:00",
                    "5",
                    "x",
                ])
                .to_owned(),
            ("r", 1..=3) => random.pick(&["0", "1", "1", "2", "true", ""]).to_owned(),
            (_, 1..=3) => random.below(5).to_string(),
            ("p", _) if random.chance(50) => number(random),
            ("p", _) => moment(random),
            _ => number(random),
        };
        let value = if name == "p" && random.chance(70) {
            value.replace('+', "%2B").replace(' ', "+")
        } else {
            value
        };
        parts.push(format!("{name}={value}"));
    }
    if random.chance(5) {
        parts.push(random.pick(&["o=1", "x=1", "", "=", "p=", "r"]).to_owned());
    }
    let mut text = STANDARD.encode(parts.join("&"));
    match random.below(20) {
        0 => text = text.trim_end_matches('=').to_owned(),
        1 => text.push_str(random.pick(&["=", "!", "%3D", "A", "%20", "%0A", "é"])),
        2 => text.insert(random.below(text.len()), random.pick(&['!', ' ', '-', '_', 'A'])),
        3 => return number(random).replace([' ', '\n', '\t', '\u{0}'], ""),
        _ => {}
    }
    text.replace('=', random.pick(&["=", "%3D", "%3d"])).replace(' ', "%20")
}
