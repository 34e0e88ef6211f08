//! Login by form, cookies and CSRF.

use super::draft::{Draft, Sent};
use super::random::Random;
use super::values::{CALLERS, encoded, word};

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

const NEXT: &[&str] = &[
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
    "/\t/x",
    "/x?a=b&c=d",
    "//",
    "/",
    "http://",
    "https://127.0.0.1/",
    "HTTP://evil.example",
    "/x%2F%2Fy",
    "/ü?ü=ü#ü",
    "data:text/html,x",
    "/x;y",
    ".",
    "\u{a0}/x",
    "/\u{2028}",
    "/x'y\"z<",
    "http://[::1]/",
    "//[",
    "http://[x/",
];
const NAMES: &[&str] = &[
    "user",
    "user",
    "user",
    "admin",
    "admin",
    "admin",
    "editor",
    "writer",
    "inactive",
    "nobody",
    "unusable",
    "bcrypt",
    "Ünïcode",
    "USER",
    " user ",
];
const CONTENT_TYPES: &[&str] = &[
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded; charset=utf-8",
    "application/json",
    "text/plain",
    "",
];
const FORM_TOKENS: &[&str] = &["{csrftoken}", "{csrftoken}", "{csrftoken}", "{csrftoken}", "x", ""];
const HEADER_TOKENS: &[&str] =
    &["{csrftoken}", "{csrftoken}", "{csrftoken}", "x", "", "{csrftoken}x", "{sessionid}"];
const LATER: &[(&str, &str)] = &[
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
    ("PUT", "/api/posts/2/"),
    ("DELETE", "/api/posts/999/"),
    ("DELETE", "/account/"),
    ("PUT", "/account/"),
    ("TRACE", "/account/"),
    ("FOO", "/api/posts/1/"),
    ("OPTIONS", "/api-auth/login/"),
    ("HEAD", "/api-auth/login/"),
    ("PATCH", "/api-auth/login/"),
    ("POST", "/api-auth/logout/?next=/account/"),
    ("POST", "/api-auth/logout/?next=//evil.example/"),
    ("OPTIONS", "/api-auth/logout/"),
    ("POST", "/api-auth/logout"),
    ("GET", "/api/posts/?limit=1"),
    ("GET", "/api/posts"),
];
const BODIES: &[(&str, &str)] = &[
    ("application/json", r#"{"title": "t", "content": "c"}"#),
    ("application/json", r#"{"title": "t", "content": "c", "csrfmiddlewaretoken": "{csrftoken}"}"#),
    ("application/x-www-form-urlencoded", "title=t&content=c&csrfmiddlewaretoken={csrftoken}"),
    ("application/x-www-form-urlencoded", "title=t&content=c"),
    (
        "application/x-www-form-urlencoded",
        "csrfmiddlewaretoken=x&csrfmiddlewaretoken={csrftoken}&title=t&content=c",
    ),
    ("application/x-www-form-urlencoded", "csrfmiddlewaretoken={csrftoken}&csrfmiddlewaretoken=x&title=t"),
    (
        "multipart/form-data; boundary=b",
        "--b\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nt\r\n--b\r\nContent-Disposition: form-data; \
         name=\"csrfmiddlewaretoken\"\r\n\r\n{csrftoken}\r\n--b--\r\n",
    ),
    ("text/plain", "csrfmiddlewaretoken={csrftoken}"),
    ("application/x-www-form-urlencoded", ""),
];

/// A login by form, and what the session may do afterwards.
pub(crate) fn case(random: &mut Random) -> Vec<Draft> {
    let next = if random.chance(33) { "" } else { random.pick(NEXT) };
    let path = format!("/api-auth/login/?next={}", encoded(random, next));
    let log_in = log_in(random, &path, next);
    let mut steps = vec![Draft::Request(Sent::new("GET", path)), Draft::Request(log_in)];
    for _ in 0..=random.below(4) {
        steps.push(Draft::Request(later(random)));
    }
    steps
}

fn log_in(random: &mut Random, path: &str, next: &str) -> Sent {
    let name = random.pick(NAMES);
    let password = if random.chance(85) { format!("{}-Pass-1", name.trim()) } else { word(random) };
    let mut form = Vec::new();
    if random.chance(92) {
        form.push(format!("csrfmiddlewaretoken={}", random.pick(FORM_TOKENS)));
    }
    form.push(format!("username={}", encoded(random, name)));
    form.push(format!("password={}", encoded(random, &password)));
    if random.chance(40) {
        form.push(format!("next={}", encoded(random, next)));
    }
    let path = if random.chance(50) { path } else { "/api-auth/login/" };
    let mut sent = Sent::new("POST", path).text(random.pick(CONTENT_TYPES), form.join("&"));
    if random.chance(92) {
        sent = sent.header("Cookie", "csrftoken={csrftoken}");
    }
    if random.chance(15) {
        sent = sent.header("X-CSRFToken", random.pick(HEADER_TOKENS));
    }
    sent
}

fn later(random: &mut Random) -> Sent {
    let (method, path) = random.pick(LATER);
    let mut sent = Sent::new(method, path);
    if matches!(method, "POST" | "PATCH" | "PUT") {
        let (content_type, body) = random.pick(BODIES);
        sent = sent.text(content_type, body);
    }
    let good = ["sessionid={sessionid}", "csrftoken={csrftoken}"];
    let cookies = if random.chance(70) { good.to_vec() } else { random.some(COOKIES, 4) };
    if !cookies.is_empty() {
        sent = sent.header("Cookie", cookies.join(random.pick(&["; ", "; ", "; ", ";", ", ", ";;", " ; "])));
    }
    if random.chance(50) {
        let name = random.pick(&["X-CSRFToken", "X-CSRFToken", "x-csrftoken", "X-CSRF-Token", "X_CSRFTOKEN"]);
        sent = sent.header(name, random.pick(HEADER_TOKENS));
    }
    if random.chance(10) {
        // A foreign `Origin` is refused on purpose (docs/differences.md).
        sent =
            sent.header("Referer", random.pick(&["http://evil.example/", "http://127.0.0.1/", "null", ""]));
    }
    if random.chance(15) {
        sent = sent.by(random.pick(CALLERS));
    }
    sent
}
