//! A service that accepts the tokens of another: an identity provider, or the service with the accounts. It fetches the
//! keys that the other publishes, and has no database.
//!
//! A token is accepted until it expires, so tokens should be short-lived; only the service with the accounts refuses
//! disabled ones. This service can verify and not sign: an attacker who breaks into it finds no key that signs.
//!
//! `ISSUER=https://accounts.example.org AUDIENCE=notes cargo run -p presspass-auth --example verify_only`

use std::error::Error;
use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use presspass_auth::authenticators::JwtAuthenticator;
use presspass_auth::gate::Account;
use presspass_auth::tokens::{
    RemoteKeys, RemoteKeysError, TokenPolicy, TokenVerifier, UreqClient, VerifiedToken,
};
use presspass_auth::tower::AuthenticateLayer;
use presspass_auth::{AuthenticatorChain, Clock, Resolution, StoreError, SystemClock, UserStore};
use serde::Deserialize;

/// A caller, as the claims of the token describe it.
#[derive(Debug, Clone)]
struct Caller {
    id: String,
    scopes: Vec<String>,
}

/// A claim that the issuer adds (RFC 8693, section 4.2).
#[derive(Deserialize)]
struct Scope {
    #[serde(default)]
    scope: String,
}

/// Accepts every account that a verified token names.
#[derive(Debug)]
struct AsClaimed;

impl UserStore for AsClaimed {
    type User = Caller;
    type Id = String;

    async fn resolve(&self, id: String, token: VerifiedToken) -> Result<Resolution<Caller>, StoreError> {
        let Ok(Scope { scope }) = token.claims() else { return Ok(Resolution::Unknown) };
        let scopes = scope.split(' ').map(str::to_owned).collect();
        Ok(Resolution::Active(Caller { id, scopes }))
    }
}

async fn who(caller: Account<Caller>) -> String {
    format!("{} {}", caller.id, caller.scopes.join("+"))
}

/// The keys are fetched with the first token, and again when they have expired or a token has a new one.
fn service(issuer: &str, audience: &str, clock: Arc<dyn Clock>) -> Result<Router, RemoteKeysError> {
    let keys = RemoteKeys::discover(issuer, UreqClient::new())?;
    let policy = TokenPolicy::default().with_issuer(issuer).with_audience(audience);
    let tokens = JwtAuthenticator::new(TokenVerifier::new(keys, policy), AsClaimed).with_clock(clock);
    let chain = AuthenticatorChain::of(tokens);
    Ok(Router::new().route("/who", get(who)).layer(AuthenticateLayer::new(chain)))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let service = service(&std::env::var("ISSUER")?, &std::env::var("AUDIENCE")?, Arc::new(SystemClock))?;
    axum::serve(tokio::net::TcpListener::bind(("127.0.0.1", 8081)).await?, service).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use axum::body::{Body, to_bytes};
    use axum::http::Request;
    use presspass_auth::tokens::{Algorithm, KeyRing, RingKey, SigningKey, TokenIssuer, TokenRequest};
    use presspass_auth::{ManualClock, SystemRandomness};
    use serde_json::json;
    use time::OffsetDateTime;
    use tokio::net::TcpListener;
    use tower_service::Service;

    use super::*;

    /// The issuer: it publishes its keys on a port of this machine, until its runtime ends.
    #[derive(Clone)]
    struct Issuer {
        url: String,
        ring: Arc<Mutex<KeyRing>>,
        clock: Arc<ManualClock>,
    }

    impl Issuer {
        async fn start() -> Self {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let url = format!("http://{}", listener.local_addr().unwrap());
            let now = OffsetDateTime::from_unix_timestamp(1_800_000_000).unwrap();
            let (ring, clock) = (Arc::new(Mutex::new(key().into())), Arc::new(ManualClock::new(now)));
            let issuer = Self { url, ring, clock };
            let (metadata, keys) = (issuer.clone(), issuer.clone());
            let published = Router::new()
                .route(
                    "/.well-known/openid-configuration",
                    get(async move || {
                        json!({ "issuer": metadata.url, "jwks_uri": format!("{}/keys", metadata.url) })
                            .to_string()
                    }),
                )
                .route("/keys", get(async move || keys.ring.lock().unwrap().jwks(keys.clock.now())));
            tokio::spawn(axum::serve(listener, published).into_future());
            issuer
        }

        fn issue(&self, audience: &str) -> String {
            let policy = TokenPolicy::default().with_issuer(&self.url).with_audience(audience);
            let request = TokenRequest::new("ada").with_claims(&json!({ "scope": "notes:read notes:write" }));
            let ring = self.ring.lock().unwrap().clone();
            TokenIssuer::new(ring, policy).issue(request.unwrap(), self.clock.now()).unwrap()
        }
    }

    fn key() -> SigningKey {
        SigningKey::generate(Algorithm::Es256, &SystemRandomness).unwrap()
    }

    async fn ask(service: &Router, token: &str) -> (u16, String) {
        let request = Request::builder().uri("/who").header("authorization", format!("Bearer {token}"));
        let response = service.clone().call(request.body(Body::empty()).unwrap()).await.unwrap();
        let status = response.status().as_u16();
        let body = to_bytes(response.into_body(), 1024).await.unwrap();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn a_token_of_the_issuer_for_this_service_is_accepted_until_it_expires() {
        let issuer = Issuer::start().await;
        let service = service(&issuer.url, "notes", issuer.clock.clone()).unwrap();
        let token = issuer.issue("notes");
        assert_eq!(ask(&service, &token).await, (200, "ada notes:read+notes:write".to_owned()));
        assert_eq!(ask(&service, &issuer.issue("mail")).await.0, 401);
        issuer.clock.advance(300);
        assert_eq!(ask(&service, &token).await.0, 401);
    }

    #[tokio::test]
    async fn a_new_key_is_fetched_when_a_token_has_it() {
        let issuer = Issuer::start().await;
        let service = service(&issuer.url, "notes", issuer.clock.clone()).unwrap();
        assert_eq!(ask(&service, &issuer.issue("notes")).await.0, 200);
        let old = issuer.ring.lock().unwrap().keys()[0].clone();
        *issuer.ring.lock().unwrap() = KeyRing::new([old, RingKey::from(key())]).unwrap();
        // Anyone can invent a key, so the service asks no more than twice a minute.
        assert_eq!(ask(&service, &issuer.issue("notes")).await.0, 401);
        issuer.clock.advance(30);
        assert_eq!(ask(&service, &issuer.issue("notes")).await.0, 200);
    }

    #[tokio::test]
    async fn while_the_issuer_is_down_no_caller_is_refused() {
        let issuer = Issuer::start().await;
        let service = service("http://127.0.0.1:1", "notes", issuer.clock.clone()).unwrap();
        let policy = TokenPolicy::default().with_issuer("http://127.0.0.1:1").with_audience("notes");
        let token = TokenIssuer::new(key(), policy).issue("ada", issuer.clock.now()).unwrap();
        assert_eq!(ask(&service, &token).await.0, 503);
    }
}
