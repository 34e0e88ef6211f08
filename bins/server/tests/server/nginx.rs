//! Behind a real NGINX, with the configuration that docker/ ships.

use std::path::Path;

use presspass_faults::rolling_restart;
use presspass_test_support::{Client, Nginx, TestDatabase, find_program, skip};
use serde_json::json;

use crate::common::{PASSWORD, PRESSPASS, Server, log_in};

/// A server behind an NGINX that clients reach by `scheme`.
struct Behind {
    nginx: Nginx,
    server: Server,
}

impl Behind {
    fn start(scheme: &str) -> Option<Self> {
        let server = Server::start(TestDatabase::sqlite(), &[("PRESSPASS_TRUSTED_PROXIES", "127.0.0.1")]);
        Some(Self { nginx: Nginx::start(&[server.port()], scheme)?, server })
    }

    fn client(&self) -> Client {
        self.nginx.client()
    }
}

#[test]
fn links_carry_the_host_and_the_scheme_that_the_client_used() {
    for scheme in ["http", "https"] {
        let Some(mut behind) = Behind::start(scheme) else { return };
        behind.server.posts(2);
        let token = behind.server.account("reader", false, true);
        let mut client = behind.client();
        let mut next = |headers: &[(&str, &str)]| {
            let request = client.request("GET", "/api/posts/?limit=1").header("Authorization", &token);
            let request = headers.iter().fold(request, |request, (name, value)| request.header(name, value));
            let answer = request.send();
            assert_eq!(answer.status, 200, "{}", answer.text());
            answer.json()["next"].clone()
        };
        let path = "/api/posts/?limit=1&offset=1";
        assert_eq!(next(&[]), json!(format!("{scheme}://127.0.0.1:{}{path}", behind.nginx.port())));
        assert_eq!(next(&[("Host", "blog.example")]), json!(format!("{scheme}://blog.example{path}")));
        // What the client claims is not what the proxy says.
        let claimed =
            [("Host", "blog.example"), ("X-Forwarded-Host", "evil.example"), ("X-Forwarded-Proto", "gopher")];
        assert_eq!(next(&claimed), json!(format!("{scheme}://blog.example{path}")));
    }
}

#[test]
fn a_redirect_to_the_last_slash_stays_on_the_outer_host() {
    let Some(behind) = Behind::start("https") else { return };
    let answer = behind.client().request("GET", "/account?x=1").header("Host", "blog.example").send();
    assert_eq!(answer.status, 301);
    assert_eq!(answer.header("Location"), Some("/account/?x=1"));
}

#[test]
fn a_client_logs_in_writes_and_reads() {
    let Some(mut behind) = Behind::start("http") else { return };
    behind.server.account("admin", true, true);
    let mut client = behind.client();
    let token = log_in(&mut client, "admin", PASSWORD).json();
    let token = format!("JWT {}", token["token"].as_str().expect("a token is text"));
    let post = json!({"title": "Ü", "content": "x".repeat(100_000)});
    let made = client.request("POST", "/api/posts/").header("Authorization", &token).json(&post).send();
    assert_eq!(made.status, 201, "{}", made.text());
    let read = client.request("GET", "/api/posts/1/").header("Authorization", &token).send();
    assert_eq!(read.json(), made.json());
    assert_eq!(client.request("GET", "/account/").send().status, 401);
}

#[test]
fn a_body_beyond_the_limit_is_413_from_either_of_them() {
    let Some(mut behind) = Behind::start("http") else { return };
    let admin = behind.server.account("admin", true, true);
    let body = vec![b'a'; 3 * 1024 * 1024];
    let mut client = behind.client();
    let request = client.request("POST", "/api/posts/").header("Authorization", &admin);
    let answer = request.header("Content-Type", "application/json").body(body).send();
    assert_eq!((answer.status, answer.header("Content-Type")), (413, Some("application/json")));
    assert!(answer.json()["detail"].is_string(), "{}", answer.text());
    assert_eq!(behind.client().request("GET", "/health/").send().status, 200);
}

#[test]
fn a_server_that_is_away_is_503_with_the_time_to_come_back() {
    let Some(mut behind) = Behind::start("http") else { return };
    assert_eq!(behind.client().request("GET", "/health/").send().status, 200);
    assert_eq!(behind.server.terminate().code(), Some(0));
    let answer = behind.client().request("GET", "/account/").send();
    assert_eq!((answer.status, answer.header("Retry-After")), (503, Some("1")));
    assert_eq!(answer.json()["detail"], json!("The service is unavailable for the moment."));
}

#[test]
fn servers_that_are_restarted_in_turn_fail_no_request_and_lose_and_double_no_write() {
    if find_program("nginx").is_none() {
        return skip("nginx", "nginx was not found");
    }
    if TestDatabase::postgresql().is_none() {
        return;
    }
    // The least that NGINX needs; docs/reliability.md has the figures of the whole.
    let small = rolling_restart::Arguments { swaps: 2, pause: 0.2, clients: 4, drain: Some(3) };
    let report = rolling_restart::run(Path::new(PRESSPASS), &small).unwrap();
    assert!(report.held(), "{report}");
}

#[test]
fn the_images_user_is_a_number() {
    let user =
        include_str!("../../../../docker/Dockerfile").lines().find_map(|line| line.strip_prefix("USER "));
    let is_number = |part: &str| part.parse::<u32>().is_ok_and(|id| id > 0);
    assert!(user.is_some_and(|user| user.split(':').all(is_number)), "{user:?}");
}
