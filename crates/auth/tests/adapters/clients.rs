//! The addresses of clients, on both frameworks.

use std::net::{IpAddr, SocketAddr};

use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::{App, web};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::Request;
use axum::routing::get;
use presspass_auth::actix::Authenticate;
use presspass_auth::csrf::Site;
use presspass_auth::gate::{Account, Gate};
use presspass_auth::tower::AuthenticateLayer;
use presspass_auth::{
    Authenticator, AuthenticatorChain, Challenge, Outcome, RequestHead, StoreError, TrustedProxies,
};
use tower_service::Service;

use crate::support::now;

/// Every caller is known by its address.
#[derive(Debug)]
struct ByAddress;

impl Authenticator<String> for ByAddress {
    fn name(&self) -> &'static str {
        "address"
    }

    async fn authenticate(&self, head: &RequestHead<'_>) -> Result<Outcome<String>, StoreError> {
        let client = head.client().map_or("unknown".to_owned(), |client| client.to_string());
        Ok(Outcome::Verified(client))
    }

    fn challenge(&self) -> Option<Challenge> {
        None
    }

    fn reads_session_cookie(&self) -> bool {
        false
    }

    fn relies_on_cookie(&self, _head: &RequestHead<'_>) -> bool {
        false
    }
}

fn gate() -> Gate<String> {
    Gate::new(AuthenticatorChain::of(ByAddress)).behind(TrustedProxies::new(|it| it.is_loopback()))
}

async fn who(user: Account<String>) -> String {
    user.to_string()
}

const CASES: [(&str, Option<&str>, &str); 4] = [
    ("203.0.113.7", None, "203.0.113.7"),
    ("203.0.113.7", Some("198.51.100.9"), "203.0.113.7"),
    ("127.0.0.1", Some("6.6.6.6, 198.51.100.9"), "198.51.100.9"),
    ("127.0.0.1", None, "127.0.0.1"),
];

fn address(text: &str) -> SocketAddr {
    SocketAddr::new(text.parse().unwrap(), 4000)
}

#[test]
fn tower_knows_the_client_by_the_connection_and_by_trusted_proxies() {
    let mut app = Router::new().route("/", get(who)).layer(AuthenticateLayer::new(gate()));
    let mut ask = |peer: Option<&str>, forwarded: Option<&str>| {
        let mut request = Request::builder();
        if let Some(forwarded) = forwarded {
            request = request.header("x-forwarded-for", forwarded);
        }
        let mut request = request.body(Body::empty()).unwrap();
        if let Some(peer) = peer {
            request.extensions_mut().insert(ConnectInfo(address(peer)));
        }
        let response = now(app.call(request)).unwrap();
        String::from_utf8(now(to_bytes(response.into_body(), 100)).unwrap().to_vec()).unwrap()
    };
    for (peer, forwarded, client) in CASES {
        assert_eq!(ask(Some(peer), forwarded), client);
    }
    assert_eq!(ask(None, Some("198.51.100.9")), "unknown");
}

#[test]
fn a_server_without_axum_says_where_it_puts_the_address() {
    #[derive(Clone, Copy)]
    struct Peer(IpAddr);
    let layer = AuthenticateLayer::new(gate()).with_peer(|extensions| extensions.get().map(|Peer(it)| *it));
    let mut app = Router::new().route("/", get(who)).layer(layer);
    let mut request = Request::new(Body::empty());
    request.extensions_mut().insert(Peer([203, 0, 113, 7].into()));
    let response = now(app.call(request)).unwrap();
    assert_eq!(now(to_bytes(response.into_body(), 100)).unwrap(), "203.0.113.7");
}

#[actix_web::test]
async fn actix_knows_the_client_by_the_connection_and_by_trusted_proxies() {
    let app = App::new().wrap(Authenticate::new(gate())).route("/", web::get().to(who));
    let app = init_service(app).await;
    for (peer, forwarded, client) in CASES {
        let mut request = TestRequest::get().uri("/").peer_addr(address(peer));
        if let Some(forwarded) = forwarded {
            request = request.insert_header(("x-forwarded-for", forwarded));
        }
        assert_eq!(read_body(call_service(&app, request.to_request()).await).await, client);
    }
}

#[test]
fn a_trusted_proxy_says_that_the_client_uses_https() {
    // A page that was loaded over HTTP is not ours then.
    use crate::support::{SESSION, csrf};
    let (cookie, token) = (format!("sessionid={SESSION}"), csrf());
    let gate = || crate::support::gate().behind(TrustedProxies::new(|it| it.is_loopback()));
    let mut app =
        Router::new().route("/", axum::routing::post(async || "done")).layer(AuthenticateLayer::new(gate()));
    let mut from = |peer: &str, origin: &str| {
        let request = Request::post("/").header("host", "inner:8000").header("origin", origin);
        let request = request.header("x-forwarded-proto", "https").header("x-forwarded-host", "a.example");
        let request = request.header("cookie", &cookie).header("x-csrftoken", &token);
        let mut request = request.body(Body::empty()).unwrap();
        request.extensions_mut().insert(ConnectInfo(address(peer)));
        now(app.call(request)).unwrap().status().as_u16()
    };
    assert_eq!(from("127.0.0.1", "https://a.example"), 200);
    assert_eq!(from("127.0.0.1", "http://a.example"), 403);
    assert_eq!(from("203.0.113.7", "https://a.example"), 403);
    assert_eq!(from("203.0.113.7", "http://inner:8000"), 200);
    let _: Site<'_> = presspass_auth::tower::site(&Request::new(()));
}
