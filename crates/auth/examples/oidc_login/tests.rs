//! The login of a browser, with a small provider.

use axum::body::{Body, to_bytes};
use axum::http::Request;
use axum::routing::post;
use openidconnect::url::{Url, form_urlencoded};
use presspass_auth::SystemRandomness;
use presspass_auth::tokens::{Algorithm, KeyRing, TokenRequest};
use serde_json::json;
use tokio::net::TcpListener;
use tower_service::Service;

use super::*;

/// A provider at which ada is logged in. Its code is the nonce and the challenge that it has to remember.
async fn provider() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let ring = KeyRing::from(SigningKey::generate(Algorithm::Es256, &SystemRandomness).unwrap());
    let metadata = json!({
        "issuer": url, "jwks_uri": format!("{url}/keys"),
        "authorization_endpoint": format!("{url}/authorize"), "token_endpoint": format!("{url}/token"),
        "response_types_supported": ["code"], "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
    });
    let (keys, issuer) = (ring.jwks(SystemClock.now()), url.clone());
    let authorize = async |Query(query): Query<HashMap<String, String>>| {
        assert_eq!((query["client_id"].as_str(), query["code_challenge_method"].as_str()), ("notes", "S256"));
        let code = format!("{}.{}", query["nonce"], query["code_challenge"]);
        let mut back = Url::parse(&query["redirect_uri"]).unwrap();
        back.query_pairs_mut().append_pair("code", &code).append_pair("state", &query["state"]);
        Redirect::to(back.as_str())
    };
    let token = async move |body: String| {
        let form: HashMap<_, _> = form_urlencoded::parse(body.as_bytes()).into_owned().collect();
        let (nonce, challenge) = form["code"].split_once('.').unwrap();
        let verifier = PkceCodeVerifier::new(form["code_verifier"].clone());
        if PkceCodeChallenge::from_code_verifier_sha256(&verifier).as_str() != challenge {
            return (StatusCode::BAD_REQUEST, json!({ "error": "invalid_grant" }).to_string());
        }
        let policy = TokenPolicy::default().with_issuer(&issuer).with_audience("notes");
        let request = TokenRequest::new("ada").with_claims(&json!({ "nonce": nonce })).unwrap();
        let id_token = TokenIssuer::new(ring.clone(), policy).issue(request, SystemClock.now()).unwrap();
        let response = json!({ "access_token": "opaque", "token_type": "Bearer", "id_token": id_token });
        (StatusCode::OK, response.to_string())
    };
    let router = Router::new()
        .route("/.well-known/openid-configuration", get(async move || json_of(metadata.to_string())))
        .route("/keys", get(async move || json_of(keys)))
        .route("/authorize", get(authorize))
        .route(
            "/token",
            post(async move |body: String| {
                let (status, body) = token(body).await;
                (status, json_of(body))
            }),
        );
    tokio::spawn(axum::serve(listener, router).into_future());
    url
}

fn json_of(body: String) -> ([(header::HeaderName, &'static str); 1], String) {
    ([(header::CONTENT_TYPE, "application/json")], body)
}

/// What the service answers: its status, where it leads, the cookie that it sets, its body.
async fn ask(service: &Router, path: &str, cookie: &str) -> (u16, String, String, String) {
    let request = Request::builder().uri(path).header("cookie", cookie).body(Body::empty()).unwrap();
    let response = service.clone().call(request).await.unwrap();
    let header =
        |name: &str| response.headers().get(name).map_or("", |value| value.to_str().unwrap()).to_owned();
    let (location, set_cookie) = (header("location"), header("set-cookie"));
    let cookie = set_cookie.split(';').next().unwrap().to_owned();
    assert!(set_cookie.is_empty() || set_cookie.ends_with("; Path=/; Secure; HttpOnly; SameSite=Lax"));
    let status = response.status().as_u16();
    let body = to_bytes(response.into_body(), 1024).await.unwrap();
    (status, location, cookie, String::from_utf8(body.to_vec()).unwrap())
}

/// A service, and a login that the provider has allowed: the path to which it leads, and the browser's cookie.
async fn allowed() -> (Router, String, String) {
    let secret = "a secret of thirty-two bytes or more";
    let service = service(&provider().await, "notes", "http://localhost:8082", secret).await.unwrap();
    let (status, location, cookie, _) = ask(&service, "/login", "").await;
    assert_eq!(status, 303);
    let request = Request::get(location).body(Vec::new()).unwrap();
    let back = fetch(request).await.unwrap().headers()["location"].to_str().unwrap().to_owned();
    (service, back.strip_prefix("http://localhost:8082").unwrap().to_owned(), cookie)
}

#[tokio::test]
async fn a_login_at_the_provider_is_a_login_here() {
    let (service, back, pending) = allowed().await;
    let (status, location, token, _) = ask(&service, &back, &pending).await;
    assert_eq!((status, location.as_str()), (303, "/me"));
    let (status, .., body) = ask(&service, "/me", &token).await;
    assert_eq!((status, body.as_str()), (200, "ada"));
    assert_eq!(ask(&service, "/me", "").await.0, 401);
    // A code is good for one login.
    assert_eq!(ask(&service, &back, &pending).await.0, 403);
}

#[tokio::test]
async fn a_login_of_another_browser_or_with_another_code_is_refused() {
    let (service, back, pending) = allowed().await;
    let (status, _, cookie, _) = ask(&service, &back, "__Host-login=other").await;
    assert_eq!((status, cookie.as_str()), (403, ""));
    // The code of another login: its nonce and its challenge are others.
    let (_, other, _) = allowed().await;
    let code = |path: &str| path.split_once("code=").unwrap().1.split('&').next().unwrap().to_owned();
    let mixed = back.replace(&code(&back), &code(&other));
    assert_eq!(ask(&service, &mixed, &pending).await.0, 403);
}
