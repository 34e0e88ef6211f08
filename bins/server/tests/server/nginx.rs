//! Behind NGINX, with the configuration in docker/.

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

    fn client_of(&mut self, name: &str, is_superuser: bool) -> Client {
        self.client().authorized(self.server.account(name, is_superuser, true))
    }
}

#[test]
fn links_carry_the_host_and_the_scheme_that_the_client_used() {
    for scheme in ["http", "https"] {
        let Some(mut behind) = Behind::start(scheme) else { return };
        behind.server.posts(2);
        let mut reader = behind.client_of("reader", false);
        let mut next = |headers: &[(&str, &str)]| {
            let request = reader.get("/api/posts/?limit=1");
            let request = headers.iter().fold(request, |request, (name, value)| request.header(name, value));
            let answer = request.expect(200);
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
    let answer = behind.client().get("/account?x=1").header("Host", "blog.example").expect(301);
    assert_eq!(answer.header("Location"), Some("/account/?x=1"));
}

#[test]
fn a_client_logs_in_writes_and_reads() {
    let Some(mut behind) = Behind::start("http") else { return };
    behind.server.admin("admin");
    let token = log_in(&mut behind.client(), "admin", PASSWORD).json();
    let mut admin =
        behind.client().authorized(format!("JWT {}", token["token"].as_str().expect("a token is text")));
    let post = json!({"title": "Ü", "content": "x".repeat(100_000)});
    let created = admin.post("/api/posts/").json(&post).expect(201).json();
    assert_eq!(admin.get("/api/posts/1/").expect(200).json(), created);
    behind.client().get("/account/").expect(401);
}

#[test]
fn a_body_beyond_the_limit_is_413_from_either_of_them() {
    let Some(mut behind) = Behind::start("http") else { return };
    let mut admin = behind.client_of("admin", true);
    let body = vec![b'a'; 3 * 1024 * 1024];
    let request = admin.post("/api/posts/");
    let answer = request.json_text(body).send();
    assert_eq!((answer.status, answer.header("Content-Type")), (413, Some("application/json")));
    assert!(answer.json()["detail"].is_string(), "{}", answer.text());
    behind.client().get("/health/").expect(200);
}

#[test]
fn a_server_that_is_away_is_503_with_the_time_to_come_back() {
    let Some(mut behind) = Behind::start("http") else { return };
    behind.client().get("/health/").expect(200);
    assert_eq!(behind.server.terminate().code(), Some(0));
    let answer = behind.client().get("/account/").send();
    assert_eq!((answer.status, answer.header("Retry-After")), (503, Some("1")));
    assert_eq!(answer.json()["detail"], json!("The service is temporarily unavailable."));
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
