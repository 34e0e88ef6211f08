//! Revocation, passwords and API keys.

mod api_keys;
mod beside_django;
mod clocks;
mod commands;
mod drf_jwt;
mod passwords;
mod revocation;

use presspass_test_support::{Answer, RunningServer, TestDatabase};
use serde_json::{Value, json};

use crate::common::{PASSWORD, Server, log_in};

/// A password that is good, and another.
pub(super) const NEW: &str = "notes-on-Bernoulli-7";

/// A server on each engine, with an account `ada` that may do everything, and `bob`, that may nothing.
fn each(settings: &[(&str, &str)]) -> impl Iterator<Item = Server> {
    TestDatabase::each().into_iter().map(move |database| {
        let mut server = Server::start(database, settings);
        server.admin("ada");
        server.user("bob");
        server
    })
}

/// A token, as a login gives it.
fn obtain(server: &RunningServer, name: &str, password: &str) -> String {
    let answer = log_in(&mut server.client(), name, password);
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["token"].as_str().expect("a token is text").to_owned()
}

fn post(server: &RunningServer, path: &str, authorization: &str, body: &Value) -> Answer {
    let mut client = server.client();
    let request = client.post(path).json(body);
    let request =
        if authorization.is_empty() { request } else { request.header("Authorization", authorization) };
    request.send()
}

fn ask(server: &RunningServer, method: &str, path: &str, authorization: &str) -> Answer {
    server.client().request(method, path).header("Authorization", authorization).send()
}

/// What a read with this token, and both token endpoints, answer: all say the same.
fn status(server: &RunningServer, token: &str) -> u16 {
    let read = ask(server, "GET", "/account/", &format!("JWT {token}"));
    let detail = ask(server, "GET", "/api/posts/1/", &format!("JWT {token}")).status;
    for path in ["/auth/verify_token/", "/api/auth/refresh_token/"] {
        let answer = post(server, path, "", &json!({"token": token}));
        let is_live = answer.status == 200;
        assert_eq!(is_live, read.status == 200, "{path}: {}", answer.text());
        if read.status == 401 {
            assert_eq!(read.json()["detail"], answer.json()["non_field_errors"][0], "{path}");
        }
    }
    assert_eq!(detail == 401, read.status == 401);
    read.status
}

fn refresh(server: &RunningServer, token: &str) -> Result<String, Value> {
    let answer = post(server, "/auth/refresh_token/", "", &json!({"token": token}));
    let json = answer.json();
    if answer.status == 200 { Ok(json["token"].as_str().expect("a token").to_owned()) } else { Err(json) }
}

fn change(server: &RunningServer, authorization: &str, current: &str, new: &str) -> Answer {
    let body = json!({"current_password": current, "new_password": new});
    post(server, "/account/password/", authorization, &body)
}

fn key_of(server: &RunningServer, token: &str, scopes: &str) -> String {
    let body = json!({"name": "robot", "scopes": scopes, "current_password": PASSWORD});
    let answer = post(server, "/account/api_keys/", &format!("JWT {token}"), &body);
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()["key"].as_str().expect("a key is text").to_owned()
}
