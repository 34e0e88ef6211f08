//! The layers for tower, with axum and with a plain service.

use std::sync::Arc;

use crate::support::{PLANTED, POST, SESSION, User, chain, csrf, gate, jwt_of, now};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, Response};
use axum::routing::any;
use presspass_auth::csrf::CsrfPolicy;
use presspass_auth::gate::{Account, Gate, Refusal};
use presspass_auth::permissions::{BuiltIn, Compose};
use presspass_auth::tower::{AuthenticateLayer, RequireLayer};
use tower_layer::Layer;
use tower_service::Service;

async fn me(user: Account<User>) -> String {
    user.name.clone()
}

async fn anyone(user: Option<Account<User>>) -> String {
    user.map_or("anonymous".to_owned(), |user| user.name.clone())
}

/// The extensions, as another layer sees them.
async fn extension(request: Request<Body>) -> String {
    request.extensions().get::<Account<User>>().map_or("anonymous".to_owned(), |user| user.name.clone())
}

fn app(gate: Gate<User>) -> Router {
    Router::new()
        .route("/posts", any(me).layer(RequireLayer::new(BuiltIn::ModelPermissions).on(POST)))
        .route(
            "/posts-extension",
            any(extension).layer(RequireLayer::new(BuiltIn::ModelPermissions).on(POST)),
        )
        .route("/not-staff", any(anyone).layer(RequireLayer::new(BuiltIn::IsAdmin.negated())))
        .route("/me", any(me))
        .route("/anyone", any(anyone))
        .route("/extension", any(extension))
        .layer(AuthenticateLayer::new(gate))
        .route("/bare", any(me))
        .route("/bare-option", any(anyone))
        .route("/unguarded", any(anyone).layer(RequireLayer::new(BuiltIn::AllowAny)))
}

fn request(method: &str, path: &str, headers: &[(&str, &str)]) -> Request<Body> {
    let start = Request::builder().method(Method::from_bytes(method.as_bytes()).unwrap()).uri(path);
    let request = headers.iter().fold(start, |request, (name, value)| request.header(*name, *value));
    request.body(Body::empty()).unwrap()
}

fn ask(gate: Gate<User>, request: Request<Body>) -> (u16, String, Response<()>) {
    let response = now(app(gate).call(request)).unwrap();
    let (parts, body) = response.into_parts();
    let body = String::from_utf8(now(to_bytes(body, 4096)).unwrap().to_vec()).unwrap();
    (parts.status.as_u16(), body, Response::from_parts(parts, ()))
}

fn by(username: &str, method: &str, path: &str) -> (u16, String) {
    let authorization = jwt_of(username);
    let (status, body, _) = ask(gate(), request(method, path, &[("authorization", &authorization)]));
    (status, body)
}

#[test]
fn a_handler_receives_the_account_or_the_client_a_401() {
    assert_eq!(by("ada", "GET", "/me"), (200, "ada".to_owned()));
    assert_eq!(by("ada", "GET", "/extension"), (200, "ada".to_owned()));
    let (status, body, answer) = ask(gate(), request("GET", "/me", &[]));
    assert_eq!(status, 401);
    assert_eq!(body, r#"{"detail":"Authentication credentials were not provided."}"#);
    assert_eq!(answer.headers()["www-authenticate"], "JWT realm=\"api\"");
    assert_eq!(answer.headers()["content-type"], "application/json");
}

#[test]
fn an_optional_account_allows_no_credentials_but_not_invalid_ones() {
    assert_eq!(ask(gate(), request("GET", "/anyone", &[])).1, "anonymous");
    assert_eq!(by("ada", "GET", "/anyone"), (200, "ada".to_owned()));
    assert_eq!(by("bob", "GET", "/anyone"), (401, r#"{"detail":"User account is disabled."}"#.to_owned()));
}

#[test]
fn an_unavailable_store_is_503_and_the_log_has_the_reason() {
    let authorization = jwt_of("down");
    let (status, body, answer) = ask(gate(), request("GET", "/anyone", &[("authorization", &authorization)]));
    assert_eq!(status, 503);
    assert_eq!(answer.headers()["retry-after"], "1");
    assert!(!answer.headers().contains_key("www-authenticate"));
    assert!(!body.contains("secret"));
    let refusal = answer.extensions().get::<Arc<Refusal>>().unwrap();
    let cause = std::error::Error::source(refusal.as_ref()).unwrap();
    assert!(cause.to_string().contains("secret-host"));
}

#[test]
fn permissions_guard_a_route() {
    for (caller, method, path, status) in [
        ("", "GET", "/posts", 401),
        ("ada", "POST", "/posts", 200),
        ("ada", "DELETE", "/posts", 403),
        ("root", "DELETE", "/posts", 200),
        ("", "GET", "/not-staff", 200),
        ("grace", "GET", "/not-staff", 403),
        ("limited", "POST", "/posts", 200),
        ("limited", "POST", "/posts-extension", 200),
        ("limited", "GET", "/posts", 403),
        ("limited", "POST", "/me", 403),
    ] {
        let found = match caller {
            "" => ask(gate(), request(method, path, &[])).0,
            caller => by(caller, method, path).0,
        };
        assert_eq!(found, status, "{caller} {method} {path}");
    }
    assert_eq!(by("limited", "POST", "/posts-extension").1, "ada");
    assert_eq!(by("limited", "POST", "/extension").1, "anonymous");
}

#[test]
fn a_caller_with_a_cookie_needs_the_token_to_write() {
    let (cookie, token) = (format!("sessionid={SESSION}; csrftoken={PLANTED}"), csrf());
    let (status, _, answer) = ask(gate(), request("GET", "/me", &[("cookie", &cookie)]));
    assert_eq!((status, answer.headers()["vary"].to_str().unwrap()), (200, "Cookie"));
    let (status, body, answer) = ask(gate(), request("POST", "/me", &[("cookie", &cookie)]));
    assert_eq!(status, 403);
    assert_eq!(body, r#"{"detail":"CSRF Failed: CSRF token missing or incorrect."}"#);
    assert_eq!(answer.headers()["vary"], "Cookie");
    let good = [("cookie", cookie.as_str()), ("x-csrftoken", token.as_str()), ("host", "a.example")];
    assert_eq!(ask(gate(), request("POST", "/me", &good)).0, 200);
    assert_eq!(ask(gate().behind_https(), request("POST", "/me", &good)).0, 403);
    let of_ours = [good[0], good[1], good[2], ("origin", "https://a.example")];
    assert_eq!(ask(gate().behind_https(), request("POST", "/me", &of_ours)).0, 200);
    let foreign = [good[0], good[1], good[2], ("origin", "https://evil.example")];
    assert_eq!(ask(gate(), request("POST", "/me", &foreign)).0, 403);
    let planted = [good[0], ("x-csrftoken", PLANTED)];
    assert_eq!(ask(gate(), request("POST", "/me", &planted)).0, 403);
    let django = || gate().with_csrf(CsrfPolicy::default().double_submit());
    assert_eq!(ask(django(), request("POST", "/me", &planted)).0, 200);
    assert_eq!(ask(gate().without_csrf_check(), request("POST", "/me", &[good[0]])).0, 200);
}

#[test]
fn over_http_2_the_uri_has_the_host_and_the_scheme() {
    let (cookie, token) = (format!("sessionid={SESSION}"), csrf());
    let from = |origin: &str, host: &str| {
        let headers =
            [("cookie", cookie.as_str()), ("x-csrftoken", &token), ("origin", origin), ("host", host)];
        ask(gate(), request("POST", "https://a.example/me", &headers)).0
    };
    assert_eq!(from("https://a.example", "a.example"), 200);
    assert_eq!(from("http://a.example", "a.example"), 403);
    assert_eq!(from("https://evil.example", "evil.example"), 403);
}

#[test]
fn a_handler_without_the_layer_refuses_every_request() {
    for path in ["/bare", "/bare-option", "/unguarded"] {
        let (status, body) = by("ada", "GET", path);
        assert_eq!(status, 500);
        assert!(body.contains(r#""detail":"A server error occurred.""#), "{body}");
    }
}

/// A service without axum, whose bodies are strings.
#[derive(Clone)]
struct Plain;

impl Service<Request<()>> for Plain {
    type Response = Response<String>;
    type Error = std::convert::Infallible;
    type Future = std::future::Ready<Result<Response<String>, std::convert::Infallible>>;

    fn poll_ready(
        &mut self,
        _context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Result<(), Self::Error>> {
        std::task::Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<()>) -> Self::Future {
        let name = request.extensions().get::<Account<User>>().map(|user| user.name.clone());
        std::future::ready(Ok(Response::new(name.unwrap_or_default())))
    }
}

#[test]
fn a_service_without_axum_finds_the_account_in_the_extensions() {
    let mut service = AuthenticateLayer::new(chain()).layer(Plain);
    let mut ask = |authorization: &str| {
        let request = Request::builder().header("authorization", authorization).body(()).unwrap();
        let response = now(service.call(request)).unwrap();
        let status = response.status().as_u16();
        let body = now(to_bytes(Body::new(response.into_body()), 1000)).unwrap();
        (status, String::from_utf8(body.to_vec()).unwrap())
    };
    assert_eq!(ask(&jwt_of("ada")), (200, "ada".to_owned()));
    assert_eq!(ask("Basic x").0, 200);
    let (status, body) = ask("JWT x");
    assert_eq!(status, 401);
    let body: serde_json::Value = serde_json::from_str(&body).unwrap();
    let problem = serde_json::json!({
        "type": "about:blank",
        "title": "Unauthorized",
        "status": 401,
        "detail": "Error decoding signature.",
    });
    assert_eq!(body, problem);
}
