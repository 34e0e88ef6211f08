//! The access matrix: every caller × every route × every method.
//!
//! Each test asks everything under settings of its own, and holds the answers against a file beside this one, which
//! `PRESSPASS_SNAPSHOTS=write cargo test -p presspass-server --test server matrix` writes anew. Some things no file may say:
//! that nobody gets in, that a read or a refusal writes, that anything is a fault of ours.

mod before;
mod callers;
mod requests;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use actix_web::dev::ResourceDef;
use presspass_test_support::{Answer, TestDatabase};
use serde_json::Value;

use self::before::Before;
use self::callers::{Identity, Shown, identities};
use self::requests::{Access, Asked, Body, MEMBERS, METHODS, REQUESTS};
use crate::common::Server;

/// What a password costs is not what is asked here.
const ALWAYS: &[(&str, &str)] =
    &[("PRESSPASS_THROTTLE__ENABLED", "false"), ("PRESSPASS_PASSWORD__UPGRADE", "false")];

#[test]
fn every_route_of_the_program_is_in_the_matrix_and_no_other() {
    let patterns = presspass_server::app().route_patterns();
    let routes: BTreeSet<_> = patterns.iter().copied().collect();
    let asked: BTreeSet<_> = REQUESTS.iter().map(|asked| asked.pattern).collect();
    let missing: Vec<_> = routes.difference(&asked).collect();
    assert!(missing.is_empty(), "give these a line in matrix/requests.rs: {missing:?}");
    let gone: Vec<_> = asked.difference(&routes).collect();
    assert!(gone.is_empty(), "these routes are gone: {gone:?}");
    for Asked { pattern, path, .. } in REQUESTS {
        let first = patterns.iter().find(|it| ResourceDef::new(**it).is_match(path)).copied();
        assert_eq!(first, Some(*pattern), "{path} is another route's");
    }
}

#[test]
fn by_token_under_the_defaults_on_both_engines() {
    for database in TestDatabase::each() {
        check_on(database, "token", Shown::Token, &[]);
    }
}

#[test]
fn by_token_where_whoever_is_logged_in_may_write() {
    check("token-is-authenticated", Shown::Token, &[("PRESSPASS_PERMISSIONS", "is_authenticated")]);
}

#[test]
fn by_token_where_anyone_may_read() {
    let permissions = ("PRESSPASS_PERMISSIONS", "model_permissions_or_anon_read_only");
    check("token-anon-read-only", Shown::Token, &[permissions]);
}

#[test]
fn by_token_where_nobody_may_write() {
    check("token-read-only", Shown::Token, &[("PRESSPASS_POSTS__READ_ONLY", "true")]);
}

#[test]
fn by_token_where_sessions_are_asked_first() {
    let order = ("PRESSPASS_AUTHENTICATORS", "session,jwt,basic");
    check("token-session-first", Shown::Token, &[order, ("PRESSPASS_PERMISSIONS", "is_admin")]);
}

#[test]
fn by_token_in_a_cookie() {
    check("token-cookie", Shown::TokenCookie, &[("PRESSPASS_JWT__COOKIE", "JWT")]);
}

#[test]
fn by_session_from_a_page_of_ours() {
    check("session", Shown::Session, &[]);
}

#[test]
fn by_session_from_a_page_of_another_site() {
    check("session-alone", Shown::SessionAlone, &[("PRESSPASS_AUTHENTICATORS", "session")]);
}

#[test]
fn by_password() {
    check("password", Shown::Password, &[("PRESSPASS_AUTHENTICATORS", "basic,jwt,session")]);
}

/// Asks everything, and compares who was answered what with the file of that name.
fn check(name: &str, shown: Shown, settings: &[(&str, &str)]) {
    check_on(TestDatabase::sqlite(), name, shown, settings);
}

fn check_on(database: TestDatabase, name: &str, shown: Shown, settings: &[(&str, &str)]) {
    let settings: Vec<_> = ALWAYS.iter().chain(settings).copied().collect();
    let mut server = Server::start(database, &settings);
    server.posts(1);
    let identities = identities(&mut server, shown);
    let mut before = Before::keep(&mut server.rows);
    let mut seen = String::new();
    for asked in REQUESTS {
        // Methods that are answered alike stand together.
        let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
        for method in METHODS {
            let mut by_status: BTreeMap<u16, Vec<&str>> = BTreeMap::new();
            for identity in &identities {
                let answer = ask(&server, identity, asked, method);
                let changed = before.restore(&mut server.rows);
                hold(identity, asked, method, &answer, changed);
                by_status.entry(answer.status).or_default().push(identity.caller.name());
            }
            let told = told(by_status, identities.len());
            match groups.iter_mut().find(|(others, _)| *others == told) {
                Some((_, methods)) => methods.push(method),
                None => groups.push((told, vec![method])),
            }
        }
        for (told, methods) in groups {
            write!(seen, "{} {}\n{told}", asked.path, methods.join(" ")).expect("text grows");
        }
        seen.push('\n');
    }
    compare(name, &seen);
}

/// A line for each status.
fn told(by_status: BTreeMap<u16, Vec<&str>>, all: usize) -> String {
    let lines = by_status.into_iter().map(|(status, names)| {
        let names = if names.len() == all { "everyone".to_owned() } else { names.join(" ") };
        format!("    {status} {names}\n")
    });
    lines.collect()
}

fn ask(server: &Server, identity: &Identity, asked: &Asked, method: &str) -> Answer {
    let mut client = server.client();
    let mut request = client.request(method, asked.path);
    for (name, value) in &identity.headers {
        request = request.header(name, value);
    }
    if matches!(method, "POST" | "PUT" | "PATCH") {
        let fill = |value: &str| {
            let value = value.replace("{name}", identity.caller.username());
            value.replace("{password}", identity.caller.password()).replace("{token}", &identity.token)
        };
        let members = MEMBERS.iter().map(|(name, value)| (*name, fill(value)));
        request = match asked.body {
            Body::Json => request.json(&members.map(|(name, value)| (name, Value::from(value))).collect()),
            Body::Form => {
                let csrf = ("csrfmiddlewaretoken", identity.csrf.clone());
                let pairs = members.chain([csrf]).map(|(name, value)| format!("{name}={value}"));
                request.content("application/x-www-form-urlencoded", pairs.collect::<Vec<_>>().join("&"))
            }
        };
    }
    request.send()
}

/// What holds whatever the files say.
fn hold(identity: &Identity, asked: &Asked, method: &str, answer: &Answer, changed: bool) {
    let what = format!("{method} {} by {}: {}", asked.path, identity.caller.name(), answer.status);
    assert!(answer.status < 500, "{what}");
    let reads = matches!(method, "GET" | "HEAD" | "OPTIONS" | "TRACE");
    let good = answer.status < 400;
    assert!(!changed || (good && !reads), "{what}, and yet something was written");
    if asked.access == Access::Protected && identity.caller.is_nobody() {
        let may_be_public = reads && asked.path.starts_with("/api/posts/");
        assert!(!good || may_be_public, "{what}, to one who did not show who they are");
    }
    if asked.access == Access::Led && identity.caller.is_nobody() {
        assert!(answer.status >= 300, "{what}, to one who did not show who they are");
    }
}

fn compare(name: &str, seen: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/server/matrix").join(name);
    let file = file.with_extension("txt");
    if env::var("PRESSPASS_SNAPSHOTS").is_ok_and(|it| it == "write") {
        fs::write(&file, seen).expect("the file can be written");
        return;
    }
    let kept = fs::read_to_string(&file).unwrap_or_default();
    let (before, now) = (blocks(&kept), blocks(seen));
    let gone = before.difference(&now).map(|block| format!("- {block}"));
    let new = now.difference(&before).map(|block| format!("+ {block}"));
    assert!(
        kept == seen,
        "not as in {}:\n{}\nWrite it anew with PRESSPASS_SNAPSHOTS=write, and read what changed.",
        file.display(),
        gone.chain(new).collect::<Vec<_>>().join("\n")
    );
}

/// What is said of some methods of a path: their line, and those below it.
fn blocks(text: &str) -> BTreeSet<String> {
    let mut blocks: Vec<String> = Vec::new();
    for line in text.lines().filter(|line| !line.is_empty()) {
        match blocks.last_mut() {
            Some(block) if line.starts_with(' ') => block.extend(["\n", line]),
            _ => blocks.push(line.to_owned()),
        }
    }
    blocks.into_iter().collect()
}
