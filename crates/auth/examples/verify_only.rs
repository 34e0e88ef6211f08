//! A service that takes the tokens of another: it knows the key, and has no database.
//!
//! Whoever the token names is believed until it expires, so tokens should be short-lived; the service that has the
//! accounts is the one that refuses who was disabled since.
//!
//! `TOKEN_SECRET=… cargo run -p presspass-auth --example verify_only`

use std::error::Error;
use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use presspass_auth::authenticators::JwtAuthenticator;
use presspass_auth::gate::Account;
use presspass_auth::tokens::{SigningKey, TokenPolicy, TokenVerifier};
use presspass_auth::tower::AuthenticateLayer;
use presspass_auth::{
    AccountRef, AuthenticatorChain, BoxFuture, Clock, Resolution, StoreError, SystemClock, UserStore,
};

/// Takes a verified token at its word: the claim is the account.
#[derive(Debug)]
struct AsClaimed;

impl UserStore for AsClaimed {
    type User = AccountRef;

    fn resolve(&self, account: AccountRef) -> BoxFuture<'_, Result<Resolution<AccountRef>, StoreError>> {
        Box::pin(std::future::ready(Ok(Resolution::Active(account))))
    }
}

async fn who(account: Account<AccountRef>) -> String {
    format!("{} {}", account.id, account.username)
}

fn service(key: SigningKey, clock: Arc<dyn Clock>) -> Router {
    let verifier = Arc::new(TokenVerifier::new(key, TokenPolicy::default()));
    let tokens = JwtAuthenticator::new(verifier, Arc::new(AsClaimed), clock).with_prefix("Bearer");
    Router::new().route("/who", get(who)).layer(AuthenticateLayer::new(AuthenticatorChain::of(tokens)))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let service = service(SigningKey::hs256(std::env::var("TOKEN_SECRET")?)?, Arc::new(SystemClock));
    axum::serve(tokio::net::TcpListener::bind(("127.0.0.1", 8081)).await?, service).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use axum::http::Request;
    use presspass_auth::ManualClock;
    use presspass_auth::tokens::{TokenIssuer, TokenSubject};
    use time::OffsetDateTime;
    use tower_service::Service;

    use super::*;

    #[tokio::test]
    async fn a_token_of_the_issuer_is_taken_until_it_expires() {
        let key = || SigningKey::hs256("a secret that both services have").unwrap();
        let clock = Arc::new(ManualClock::new(OffsetDateTime::from_unix_timestamp(1_800_000_000).unwrap()));
        let issuer = TokenIssuer::new(key(), TokenPolicy::default());
        let subject = TokenSubject { user_id: 7, username: "ada", email: "" };
        let token = issuer.issue(subject, clock.now()).unwrap();
        let service = service(key(), clock.clone());
        let ask = async || {
            let request = Request::builder().uri("/who").header("authorization", format!("Bearer {token}"));
            let response = service.clone().call(request.body(Body::empty()).unwrap()).await.unwrap();
            let status = response.status().as_u16();
            let body = to_bytes(response.into_body(), 1024).await.unwrap();
            (status, String::from_utf8(body.to_vec()).unwrap())
        };
        assert_eq!(ask().await, (200, "7 ada".to_owned()));
        clock.advance(301);
        assert_eq!(ask().await, (401, r#"{"detail":"Signature has expired."}"#.to_owned()));
    }
}
