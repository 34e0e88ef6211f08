//! A service that accepts the tokens of another: it knows the public keys that the other publishes, and has no
//! database.
//!
//! A token is accepted until it expires, so tokens should be short-lived; only the service with the accounts refuses
//! disabled ones. This service can verify and not sign: an attacker who breaks into it finds no key that signs.
//!
//! How the keys are fetched is up to the service. This one reads a file once a minute, which can be updated with
//! `curl -o keys.json https://accounts.example.org/.well-known/jwks.json`:
//!
//! `KEYS=keys.json cargo run -p presspass-auth --example verify_only`

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use presspass_auth::authenticators::JwtAuthenticator;
use presspass_auth::gate::Account;
use presspass_auth::tokens::{JwkSet, RefreshableKeys, TokenPolicy, TokenVerifier, VerifiedToken};
use presspass_auth::tower::AuthenticateLayer;
use presspass_auth::{AuthenticatorChain, Clock, Resolution, StoreError, SystemClock, UserStore};

/// Accepts every account that a verified token names.
#[derive(Debug)]
struct AsClaimed;

impl UserStore for AsClaimed {
    type User = String;
    type Id = String;

    async fn resolve(&self, id: String, _token: VerifiedToken) -> Result<Resolution<String>, StoreError> {
        Ok(Resolution::Active(id))
    }
}

async fn who(account: Account<String>) -> String {
    account.to_string()
}

fn service(keys: RefreshableKeys, clock: Arc<dyn Clock>) -> Router {
    // Another service signs these tokens: it issues none with a lifetime of a year.
    let policy = TokenPolicy::default().with_max_lifetime(time::Duration::HOUR);
    let verifier = TokenVerifier::new(keys, policy);
    let tokens = JwtAuthenticator::new(verifier, AsClaimed).with_clock(clock);
    Router::new().route("/who", get(who)).layer(AuthenticateLayer::new(AuthenticatorChain::of(tokens)))
}

/// Reads the keys again once a minute. An invalid file changes nothing.
async fn refresh(keys: RefreshableKeys, file: String) {
    loop {
        tokio::time::sleep(Duration::from_mins(1)).await;
        let text = std::fs::read_to_string(&file).unwrap_or_default();
        if let Err(error) = keys.refresh(&text) {
            tracing::warn!(%error, "the keys stay as they are");
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let file = std::env::var("KEYS")?;
    let keys = RefreshableKeys::new(JwkSet::parse(&std::fs::read_to_string(&file)?)?);
    let service = service(keys.clone(), Arc::new(SystemClock));
    tokio::spawn(refresh(keys, file));
    axum::serve(tokio::net::TcpListener::bind(("127.0.0.1", 8081)).await?, service).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use axum::http::Request;
    use presspass_auth::tokens::{Algorithm, KeyRing, RingKey, SigningKey, TokenIssuer};
    use presspass_auth::{ManualClock, SystemRandomness};
    use time::OffsetDateTime;
    use tower_service::Service;

    use super::*;

    /// The service with the accounts.
    fn issue(ring: &KeyRing, clock: &ManualClock) -> String {
        TokenIssuer::new(ring.clone(), TokenPolicy::default()).issue("ada", clock.now()).unwrap()
    }

    async fn ask(service: &Router, token: &str) -> (u16, String) {
        let request = Request::builder().uri("/who").header("authorization", format!("Bearer {token}"));
        let response = service.clone().call(request.body(Body::empty()).unwrap()).await.unwrap();
        let status = response.status().as_u16();
        let body = to_bytes(response.into_body(), 1024).await.unwrap();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn a_token_of_the_issuer_is_accepted_until_it_expires() {
        let clock = Arc::new(ManualClock::new(OffsetDateTime::from_unix_timestamp(1_800_000_000).unwrap()));
        let ring = KeyRing::from(SigningKey::generate(Algorithm::Es256, &SystemRandomness).unwrap());
        let keys = RefreshableKeys::new(JwkSet::parse(&ring.jwks(clock.now())).unwrap());
        let (service, token) = (service(keys, clock.clone()), issue(&ring, &clock));
        assert_eq!(ask(&service, &token).await, (200, "ada".to_owned()));
        clock.advance(301);
        let expired = r#"{"detail":"The token has expired."}"#;
        assert_eq!(ask(&service, &token).await, (401, expired.to_owned()));
    }

    #[tokio::test]
    async fn a_new_key_is_used_once_it_was_fetched() {
        let clock = Arc::new(ManualClock::new(OffsetDateTime::from_unix_timestamp(1_800_000_000).unwrap()));
        let key = || RingKey::from(SigningKey::generate(Algorithm::EdDsa, &SystemRandomness).unwrap());
        let old = key();
        let before = KeyRing::new([old.clone()]).unwrap();
        let after = KeyRing::new([old, key()]).unwrap();
        let keys = RefreshableKeys::new(JwkSet::parse(&before.jwks(clock.now())).unwrap());
        let (service, token) = (service(keys.clone(), clock.clone()), issue(&after, &clock));
        assert_eq!(ask(&service, &token).await.0, 401);
        keys.refresh(&after.jwks(clock.now())).unwrap();
        assert_eq!(ask(&service, &token).await.0, 200);
        assert_eq!(ask(&service, &issue(&before, &clock)).await.0, 200);
    }
}
