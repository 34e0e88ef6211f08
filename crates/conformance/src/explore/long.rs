//! What is long, deep, or many: paths, queries, headers, bodies.

use super::bodies::target;
use super::draft::{Draft, Sent};
use super::random::Random;

const LENGTHS: &[usize] = &[100, 255, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000];
/// Django fails beyond 945 to 948; how many exactly depends on what it does besides.
const DEPTHS: &[usize] = &[2, 10, 50, 100, 400, 900, 940, 960, 1_200];
const PIECES: &[&str] = &["x", "x", "é", " ", "1", "/", "%20", "%C3%A9", ",", "a=b&", "-", "\u{3000}", "."];

pub(crate) fn case(random: &mut Random) -> Vec<Draft> {
    let sent = match random.below(8) {
        0 => path(random),
        1 => query(random),
        2 => header(random),
        3 => deep(random),
        4 => many_members(random),
        5 => many_pairs(random),
        6 => long_member(random),
        _ => token(random),
    };
    vec![Draft::Request(sent)]
}

fn long(random: &mut Random, most: usize) -> String {
    let piece = random.pick(PIECES);
    piece.repeat((random.pick(LENGTHS).min(most) / piece.len()).max(1))
}

fn path(random: &mut Random) -> Sent {
    let piece = random.pick(&["x", "1", "0", "/", "%20", "%41", "a/", "-", "."]);
    let long = piece.repeat(random.pick(LENGTHS).min(8_000) / piece.len());
    let path = random.pick(&["/", "/api/posts/", "/auth/verify_token/", "/api/", "/account/"]);
    let end = random.pick(&["", "/"]);
    Sent::new(random.pick(&["GET", "POST", "OPTIONS"]), format!("{path}{long}{end}")).by("admin")
}

fn query(random: &mut Random) -> Sent {
    let name =
        random.pick(&["limit", "offset", "page", "cursor", "ordering", "format", "x", "created_at__gte"]);
    let value: String =
        long(random, 8_000).replace(' ', "+").replace('\u{3000}', "%E3%80%80").replace('é', "%C3%A9");
    Sent::new("GET", format!("/api/posts/?limit=1&{name}={value}")).by("admin")
}

fn header(random: &mut Random) -> Sent {
    let long = long(random, 16_000).replace('\u{3000}', "z");
    let (name, value) = match random.below(7) {
        0 => ("Accept", format!("application/json;{long}")),
        1 => ("Accept", format!("{long},application/json")),
        2 => ("Cookie", format!("a={long}")),
        3 => ("Authorization", format!("JWT {long}")),
        4 => ("Authorization", format!("Basic {long}")),
        5 => ("X-Long", long),
        _ => ("Accept", "application/json; indent=2,".repeat(random.pick(&[2, 50, 300]))),
    };
    let sent = Sent::new("GET", random.pick(&["/account/", "/api/posts/1/"])).header(name, value);
    if name == "Authorization" { sent } else { sent.by("admin") }
}

fn deep(random: &mut Random) -> Sent {
    let depth = random.pick(DEPTHS);
    let (open, close) = random.pick(&[("[", "]"), ("{\"a\":", "}"), ("[[", "]]"), ("[1,", "]")]);
    let inner = if open.ends_with(':') { "1" } else { "" };
    let nested = format!("{}{inner}{}", open.repeat(depth), close.repeat(depth)).replace(",]", "]");
    let name = random.pick(&["title", "x", "x", "content"]);
    let body = match random.below(4) {
        0 => nested,
        _ => format!("{{\"title\": \"t\", \"content\": \"c\", \"{name}\": {nested}}}"),
    };
    target(random).text("application/json", body)
}

fn many_members(random: &mut Random) -> Sent {
    let count = random.pick(&[10, 999, 1_000, 1_001, 3_000]);
    let same = random.chance(50);
    let members: Vec<String> = (0..count)
        .map(|at| if same { "\"title\": \"t\"".to_owned() } else { format!("\"x{at}\": {at}") })
        .collect();
    target(random).text("application/json", format!("{{\"content\": \"c\", {}}}", members.join(", ")))
}

fn many_pairs(random: &mut Random) -> Sent {
    let count = random.pick(&[10, 500, 998]);
    let pairs: Vec<String> = (0..count).map(|at| format!("x{}={at}", at % 7)).collect();
    if random.chance(50) {
        return Sent::new("GET", format!("/api/posts/?limit=1&{}", pairs.join("&"))).by("admin");
    }
    let text = format!("title=t&content=c&{}", pairs.join("&"));
    target(random).text("application/x-www-form-urlencoded", text)
}

fn long_member(random: &mut Random) -> Sent {
    let name = random.pick(&["title", "content", "content"]);
    let value = long(random, 30_000);
    if random.chance(50) {
        let body = serde_json::json!({"title": "t", "content": "c", name: value});
        return target(random).text("application/json", body.to_string());
    }
    let value = value.replace('&', "%26").replace(' ', "+");
    target(random).text("application/x-www-form-urlencoded", format!("title=t&content=c&{name}={value}"))
}

fn token(random: &mut Random) -> Sent {
    let value = long(random, 30_000).replace('"', "");
    let path = random.pick(&["/auth/obtain_token/", "/auth/verify_token/", "/auth/refresh_token/"]);
    let body = serde_json::json!({"username": value, "password": value, "token": value});
    Sent::new("POST", path).text("application/json", body.to_string())
}
