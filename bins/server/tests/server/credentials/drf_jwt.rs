//! `jwt.wire = "drf-jwt"`: what drf-jwt 1.19 answered is in `drf_jwt.txt`, and it is asked anew where the stack is at hand.
//!
//! `PRESSPASS_SNAPSHOTS=write cargo test -p presspass-server --test server drf_jwt` writes the file out of its answers.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use presspass_auth::{Clock as _, SystemClock};
use presspass_test_support::{Oracle, Stack, TestDatabase};
use regex_lite::{Captures, Regex};
use serde_json::{Value, json};

use super::{ask, post, refresh};
use crate::common::{PASSWORD, SECRET_KEY, Server};

const RECORDED: &str = include_str!("drf_jwt.txt");

const SETTINGS: [(&str, &str); 1] = [("PRESSPASS_JWT__WIRE", "drf-jwt")];

/// Sends the requests of the environment by Django's test client, and prints its answers.
const ASK: &str = r#"
import json, os
from django.conf import settings
from django.test import Client
settings.ALLOWED_HOSTS = ["*"]
answers = []
for request in json.loads(os.environ["REQUESTS"]):
    headers = {"HTTP_AUTHORIZATION": request["authorization"]} if request["authorization"] else {}
    client = Client(raise_request_exception=False)
    answer = client.generic(request["method"], request["path"], request["body"], "application/json", **headers)
    answers.append({
        "status": answer.status_code,
        "allow": answer.headers.get("Allow", ""),
        "challenge": answer.headers.get("WWW-Authenticate", ""),
        "vary": answer.headers.get("Vary", ""),
        "body": answer.content.decode(),
    })
print(json.dumps(answers))
"#;

struct Request {
    name: String,
    method: &'static str,
    path: &'static str,
    authorization: String,
    body: String,
}

fn sign(header: &str, payload: &str) -> String {
    let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload));
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(SECRET_KEY.as_bytes()).unwrap();
    mac.update(signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

const HEADER: &str = r#"{"alg":"HS256","typ":"JWT"}"#;

/// Tokens by what is odd about them.
fn tokens(ada: i64, bob: i64, now: i64) -> Vec<(&'static str, String)> {
    let claims = |changes: Value| {
        let mut claims = json!({"username": "ada", "user_id": ada, "iat": now, "exp": now + 300, "jti": "x", "orig_iat": now});
        for (name, value) in changes.as_object().unwrap() {
            if value == "-" {
                claims.as_object_mut().unwrap().remove(name);
            } else {
                claims[name] = value.clone();
            }
        }
        // In the order in which they were recorded.
        json!(claims.as_object().unwrap().iter().collect::<BTreeMap<_, _>>()).to_string()
    };
    let good = |changes: Value| sign(HEADER, &claims(changes));
    let mut tokens = vec![
        ("good", good(json!({}))),
        ("without iat", good(json!({"iat": "-"}))),
        (
            "iat with a fraction",
            sign(
                HEADER,
                &claims(json!({})).replace(&format!("\"iat\":{now}"), &format!("\"iat\":{}.5", now - 8)),
            ),
        ),
        ("without jti", good(json!({"jti": "-"}))),
        ("expired", good(json!({"exp": now - 10}))),
        ("without a name", good(json!({"username": "-"}))),
        ("with an empty name", good(json!({"username": ""}))),
        ("of nobody", good(json!({"username": "nobody", "user_id": 999}))),
        ("of a disabled account", good(json!({"username": "bob", "user_id": bob}))),
        ("nbf to come", good(json!({"nbf": now + 100}))),
        ("iat to come", good(json!({"iat": now + 100}))),
        ("iat no number", good(json!({"iat": "x"}))),
        ("exp no number", good(json!({"exp": "x"}))),
        ("another audience", good(json!({"aud": "x"}))),
        ("without orig_iat", good(json!({"orig_iat": "-"}))),
        ("orig_iat null", good(json!({"orig_iat": null}))),
        ("orig_iat 0", good(json!({"orig_iat": 0}))),
        ("too late to refresh", good(json!({"orig_iat": now - 8 * 86_400}))),
        ("with orig_jti", good(json!({"orig_jti": "y"}))),
        ("HS512", sign(r#"{"alg":"HS512","typ":"JWT"}"#, &claims(json!({})))),
        ("none", sign(r#"{"alg":"none","typ":"JWT"}"#, &claims(json!({})))),
        ("a list", sign(HEADER, "[]")),
        ("no JSON", sign(HEADER, "{")),
        ("two parts", "a.b".to_owned()),
        ("garbage", "x".to_owned()),
    ];
    let cut = tokens[0].1.clone();
    tokens.push(("badly signed", format!("{}xx", &cut[..cut.len() - 2])));
    tokens
}

fn requests(ada: i64, bob: i64, now: i64) -> Vec<Request> {
    let request = |name: String, method, path, authorization: String, body: Value| {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        Request { name, method, path, authorization, body }
    };
    let mut all = Vec::new();
    let tokens = tokens(ada, bob, now);
    for (name, token) in &tokens {
        for path in ["/auth/verify_token/", "/api/auth/refresh_token/"] {
            all.push(request(format!("{path} {name}"), "POST", path, String::new(), json!({"token": token})));
        }
        let read = format!("/account/ {name}");
        all.push(request(read, "GET", "/account/", format!("JWT {token}"), Value::Null));
    }
    for (name, body) in [
        ("right", json!({"username": "ada", "password": PASSWORD})),
        ("wrong", json!({"username": "ada", "password": "x"})),
        ("disabled", json!({"username": "bob", "password": PASSWORD})),
        ("missing", json!({})),
        ("null", json!({"username": null, "password": null})),
        ("blank", json!({"username": " ", "password": ""})),
        ("a list", json!([])),
    ] {
        let path = "/auth/obtain_token/";
        all.push(request(format!("{path} {name}"), "POST", path, String::new(), body));
    }
    for (name, body) in
        [("missing", json!({})), ("blank", json!({"token": ""})), ("number", json!({"token": 5}))]
    {
        let path = "/auth/verify_token/";
        all.push(request(format!("{path} {name}"), "POST", path, String::new(), body));
    }
    for path in ["/auth/obtain_token/", "/auth/refresh_token/", "/auth/verify_token/"] {
        for method in ["OPTIONS", "GET"] {
            all.push(request(format!("{method} {path}"), method, path, String::new(), Value::Null));
        }
    }
    let good = &tokens[0].1;
    for header in [
        "JWT".to_owned(),
        "JWT a b".to_owned(),
        format!("jwt {good}"),
        format!("JWT  {good}"),
        format!("Bearer {good}"),
    ] {
        let shown = header.replace(good, "good");
        all.push(request(format!("/account/ `{shown}`"), "GET", "/account/", header, Value::Null));
    }
    all
}

/// Tokens as their header and claims, with times counted from `iat`, and without what is random.
fn shown(body: &str, now: i64) -> String {
    let token = Regex::new(r"eyJ[A-Za-z0-9_-]+\.([A-Za-z0-9_-]*)\.[A-Za-z0-9_-]*").unwrap();
    let body = token.replace_all(body, |found: &Captures<'_>| {
        let part = |part: &str| {
            String::from_utf8(URL_SAFE_NO_PAD.decode(part).unwrap_or_default()).unwrap_or_default()
        };
        let header = found[0].split('.').next().unwrap_or_default();
        format!("<{} {}>", part(header), part(&found[1]))
    });
    // What a server issued is a little later than now.
    let time = Regex::new(r"\b1[0-9]{9}\b").unwrap();
    let body = time.replace_all(&body, |found: &Captures<'_>| {
        let distance = found[0].parse::<i64>().unwrap() - now;
        let distance = if (0..100).contains(&(distance % 300)) && distance >= 0 {
            distance / 300 * 300
        } else {
            distance
        };
        format!("now{distance:+}")
    });
    Regex::new("\"jti\":\"[^\"]{10,}\"").unwrap().replace_all(&body, "\"jti\":\"…\"").into_owned()
}

fn told(requests: &[Request], answers: &[Value], now: i64) -> String {
    requests.iter().zip(answers).fold(String::new(), |mut text, (request, answer)| {
        let field = |name: &str| answer[name].as_str().unwrap_or_default();
        writeln!(
            text,
            "{}\n    {} · {} · {} · {}\n    {}",
            request.name,
            answer["status"],
            field("allow"),
            field("challenge"),
            field("vary"),
            shown(field("body"), now)
        )
        .unwrap();
        text
    })
}

fn ours(server: &Server, requests: &[Request]) -> Vec<Value> {
    let ask = |request: &Request| {
        let mut client = server.client();
        let mut sent =
            client.request(request.method, request.path).header("Content-Type", "application/json");
        if !request.authorization.is_empty() {
            sent = sent.header("Authorization", &request.authorization);
        }
        let answer = sent.body(request.body.as_str()).send();
        let header = |name: &str| answer.header(name).unwrap_or_default().to_owned();
        json!({
            "status": answer.status,
            "allow": header("Allow"),
            "challenge": header("WWW-Authenticate"),
            "vary": header("Vary"),
            "body": answer.text(),
        })
    };
    requests.iter().map(ask).collect()
}

/// What drf-jwt answers; `None` where the stack is not at hand.
fn theirs(database: &TestDatabase, requests: &[Request]) -> Option<Vec<Value>> {
    let oracle = Oracle::find(Stack::Current)?;
    let mut environment = database.environment();
    environment.push(("SECRET_KEY", SECRET_KEY.to_owned()));
    let asked: Vec<_> = requests
        .iter()
        .map(|it| json!({"method": it.method, "path": it.path, "authorization": it.authorization, "body": it.body}))
        .collect();
    environment.push(("REQUESTS", json!(asked).to_string()));
    let output = oracle.manage(&["shell", "-c", ASK], &environment);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let stdout = String::from_utf8_lossy(&output.stdout);
    Some(serde_json::from_str(stdout.lines().last().unwrap()).unwrap())
}

#[test]
fn the_token_endpoints_and_the_authenticator_answer_as_drf_jwt_does() {
    let database = TestDatabase::sqlite();
    let mut server = Server::start_on(&database, &SETTINGS);
    server.user("ada");
    server.account("bob", false, false);
    let id = |server: &mut Server, name: &str| {
        server.rows.number(&format!("SELECT id FROM auth_user WHERE username = '{name}'"))
    };
    let (ada, bob) = (id(&mut server, "ada"), id(&mut server, "bob"));
    let now = SystemClock.now().unix_timestamp();
    let requests = requests(ada, bob, now);
    let ours = told(&requests, &ours(&server, &requests), now);
    if let Some(theirs) = theirs(&database, &requests) {
        let theirs = told(&requests, &theirs, now);
        if std::env::var("PRESSPASS_SNAPSHOTS").is_ok_and(|it| it == "write") {
            let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/server/credentials/drf_jwt.txt");
            std::fs::write(file, &theirs).unwrap();
        } else {
            assert_eq!(differences(&theirs, RECORDED), "", "drf-jwt answers otherwise than it was recorded");
        }
    }
    assert_eq!(differences(&ours, RECORDED), "");
}

/// Lines that are not alike, below the request that they are of.
fn differences(found: &str, expected: &str) -> String {
    let lines = found.lines().zip(expected.lines()).filter(|(found, expected)| found != expected);
    let told: Vec<_> =
        lines.map(|(found, expected)| format!("found    {found}\nexpected {expected}\n")).collect();
    let told = told.concat();
    let (found, expected) = (found.lines().count(), expected.lines().count());
    if found == expected { told } else { format!("{told}{found} lines, and not {expected}") }
}

#[test]
fn a_revoked_token_is_403_on_reads_and_what_was_refreshed_from_it_too() {
    for mut server in super::each(&SETTINGS) {
        let body = json!({"username": "ada", "password": PASSWORD});
        let obtained = post(&server, "/auth/obtain_token/", "", &body);
        assert_eq!(obtained.status, 201);
        let first = obtained.json()["token"].as_str().unwrap().to_owned();
        let next = post(&server, "/auth/refresh_token/", "", &json!({"token": first}));
        let next = next.json()["token"].as_str().unwrap().to_owned();
        let last = post(&server, "/auth/refresh_token/", "", &json!({"token": next}));
        let last = last.json()["token"].as_str().unwrap().to_owned();
        let other =
            post(&server, "/auth/obtain_token/", "", &body).json()["token"].as_str().unwrap().to_owned();
        assert_eq!(post(&server, "/auth/revoke_token/", "", &json!({"token": next})).status, 204);
        for token in [&first, &next, &last] {
            let read = ask(&server, "GET", "/account/", &format!("JWT {token}"));
            assert_eq!((read.status, read.text()), (403, r#"{"detail":"Token is blacklisted."}"#));
            assert_eq!(refresh(&server, token), Err(json!({"non_field_errors": ["Token is blacklisted."]})));
        }
        assert_eq!(ask(&server, "GET", "/account/", &format!("JWT {other}")).status, 200);
        assert_eq!(server.rows.number("SELECT count(*) FROM presspass_revoked_token"), 2);
    }
}

#[test]
fn the_document_has_the_statuses_and_members_of_the_wire() {
    let server = Server::start(TestDatabase::sqlite(), &SETTINGS);
    let document = server.client().get("/api/schema/?format=json").send();
    let document: Value = serde_json::from_str(document.text()).unwrap();
    let obtain = &document["paths"]["/api/auth/obtain_token/"]["post"]["responses"];
    assert!(obtain["201"].is_object() && obtain["200"].is_null(), "{obtain}");
    let token = &document["components"]["schemas"]["Token"]["properties"];
    assert!(token["pk"].is_object() && token["token"].is_object(), "{token}");
}
