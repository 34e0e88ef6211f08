//! Keys of a folder: who signs, who verifies, and what others may know.

use std::path::Path;

use presspass_auth::tokens::{JwkSet, RefreshableKeys, TokenPolicy, TokenVerifier};
use presspass_auth::{Clock as _, SystemClock};
use presspass_test_support::TestDatabase;
use serde_json::json;

use crate::common::{PASSWORD, Server, log_in, run};

const JWKS: &str = "/.well-known/jwks.json";

fn key(folder: &Path, arguments: &[&str]) -> String {
    let arguments: Vec<&str> = ["key"].into_iter().chain(arguments.iter().copied()).collect();
    let done = run(&arguments, &[("PRESSPASS_JWT__KEYS", &folder.display().to_string())]);
    assert_eq!(done.code, Some(0), "{done:?}");
    done.stdout
}

fn start(database: &TestDatabase, folder: &Path) -> Server {
    Server::start_on(database, &[("PRESSPASS_JWT__KEYS", &folder.display().to_string())])
}

fn token(server: &Server) -> String {
    let answer = log_in(&mut server.client(), "user", PASSWORD);
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["token"].as_str().unwrap().to_owned()
}

fn reads(server: &Server, token: &str) -> u16 {
    server.client().request("GET", "/account/").header("Authorization", format!("JWT {token}")).send().status
}

#[test]
fn a_server_with_a_secret_alone_publishes_an_empty_set() {
    let server = Server::start(TestDatabase::sqlite(), &[]);
    let answer = server.client().request("GET", JWKS).send();
    assert_eq!((answer.status, answer.text()), (200, r#"{"keys":[]}"#));
    assert_eq!(answer.header("Content-Type"), Some("application/json"));
    assert_eq!(answer.header("Cache-Control"), Some("public, max-age=300"));
    let request = server.client().request("GET", JWKS).header("Accept", "application/jwk-set+json").send();
    assert_eq!(request.header("Content-Type"), Some("application/jwk-set+json"));
    assert_eq!(server.client().request("POST", JWKS).send().header("Cache-Control"), None);
}

#[test]
fn tokens_stay_good_from_the_secret_key_over_the_first_key_to_the_next() {
    for database in TestDatabase::each() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("keys");
        let mut before = Server::start_on(&database, &[]);
        before.account("user", false, true);
        let by_secret = token(&before);
        drop(before);

        let first = key(&folder, &["generate"]);
        let server = start(&database, &folder);
        assert_eq!(reads(&server, &by_secret), 200);
        let by_first = token(&server);
        assert_eq!(reads(&server, &by_first), 200);
        // Who refreshes a token of the secret key gets one of the first key.
        let refreshed = server
            .client()
            .request("POST", "/auth/refresh_token/")
            .json(&json!({ "token": by_secret }))
            .send();
        assert_eq!(refreshed.status, 200, "{}", refreshed.text());
        drop(server);

        let next = key(&folder, &["rotate", "--algorithm", "EdDSA", "--in", "0"]);
        let server = start(&database, &folder);
        let by_next = token(&server);
        for token in [&by_secret, &by_first, &by_next] {
            assert_eq!(reads(&server, token), 200);
        }

        // A service that knows nothing but what is published.
        let published = server.client().request("GET", JWKS).send();
        let set = JwkSet::parse(published.text()).unwrap();
        let names: Vec<&str> = set.keys().iter().map(|key| key.id().unwrap().as_str()).collect();
        assert_eq!(names, [next.trim(), first.trim()]);
        let elsewhere = TokenVerifier::new(RefreshableKeys::new(set), TokenPolicy::default());
        for token in [&by_first, &by_next] {
            assert!(elsewhere.verify(token.as_bytes(), SystemClock.now()).is_ok());
        }
        assert!(elsewhere.verify(by_secret.as_bytes(), SystemClock.now()).is_err());
    }
}

#[test]
fn a_prefix_and_a_cap_are_kept_to() {
    let bearer = [("PRESSPASS_JWT__HEADER_PREFIX", "Bearer"), ("PRESSPASS_JWT__MAX_LIFETIME_SECONDS", "200")];
    let mut server = Server::start(TestDatabase::sqlite(), &bearer);
    let jwt = server.account("user", false, true);
    let ask = |authorization: &str| {
        server.client().request("GET", "/account/").header("Authorization", authorization).send()
    };
    let token = jwt.strip_prefix("JWT ").unwrap();
    assert_eq!(ask(&jwt).header("WWW-Authenticate"), Some("Bearer realm=\"api\""));
    let answer = ask(&format!("bearer {token}"));
    assert_eq!(
        (answer.status, answer.text()),
        (401, r#"{"detail":"Incorrect authentication credentials."}"#),
        "it claims 300 seconds"
    );
    let short = Server::start(TestDatabase::sqlite(), &[("PRESSPASS_JWT__HEADER_PREFIX", "Bearer")]);
    assert_eq!(short.client().request("GET", "/account/").send().status, 401);
}

#[test]
fn djangos_key_of_50_characters_signs_by_hs512() {
    let secret = "x)q2#8j&(v$k!0_z^w@m5*t7=r+e9b1nc3p6-4f9a0c5d7e8b1";
    let settings = [("SECRET_KEY", secret), ("PRESSPASS_JWT__ALGORITHM", "HS512")];
    let mut server = Server::start(TestDatabase::sqlite(), &settings);
    server.account("user", false, true);
    let token = token(&server);
    assert!(token.starts_with("eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzUxMiJ9."), "{token}");
    assert_eq!(reads(&server, &token), 200);
    assert!(server.stderr().contains("jwt.algorithm: HS512 is meant for a secret_key of 64 bytes"));
}

#[test]
fn a_folder_without_a_key_or_with_a_wrong_one_is_told_in_one_line() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().display().to_string();
    let settings = [("PRESSPASS_JWT__KEYS", folder.as_str())];
    let refused = run(&["serve"], &settings);
    assert_eq!(refused.code, Some(1));
    assert!(refused.stderr.contains("jwt.keys: there is no key in"), "{refused:?}");
    assert_eq!(refused.stderr.lines().count(), 1, "{refused:?}");
    std::fs::write(place.path().join("a.jwk"), "{}").unwrap();
    for command in [&["serve"][..], &["check"], &["key", "list"], &["key", "rotate"]] {
        let refused = run(command, &settings);
        assert_eq!(refused.code, Some(1), "{refused:?}");
        assert!(
            refused.stderr.contains("cannot use the key in") && refused.stderr.contains("a.jwk"),
            "{refused:?}"
        );
    }
}
