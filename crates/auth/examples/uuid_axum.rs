//! Orders on axum: users have UUIDs and log in by e-mail; access and refresh tokens, API keys behind the same scheme
//! `Bearer`, a header of an internal service, and a policy on each order.
//!
//! ```text
//! cargo run -p presspass-auth --example uuid_axum
//! curl -d '{"email":"ada@example.org","password":"lovelace-1815"}' -H 'Content-Type: application/json' localhost:8080/login
//! curl -H 'Authorization: Bearer …' localhost:8080/orders/00000000-0000-0000-0000-000000000007
//! ```

use std::error::Error;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::extract::{ConnectInfo, Path, State};
use axum::http::{StatusCode, request::Parts};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use presspass_auth::api_keys::{ApiKey, ApiKeyDigest, Scopes};
use presspass_auth::authenticators::{ApiKeyAuthenticator, JwtAuthenticator};
use presspass_auth::gate::{Account, Gate, Refusal};
use presspass_auth::passwords::{Hasher, HasherLimits, LoginOutcome, Password, PasswordLogin, Scheme};
use presspass_auth::permissions::HasScope;
use presspass_auth::policies::{Policy, PolicyRequest, when};
use presspass_auth::refresh::{MemoryRefreshTokens, RefreshError, RefreshToken, TokenPair, TokenService};
use presspass_auth::throttles::{LoginRates, LoginThrottle, MemoryThrottles};
use presspass_auth::tokens::{SigningKey, TokenIssuer, TokenPolicy, TokenVerifier};
use presspass_auth::tower::{AuthenticateLayer, RequireLayer, head_of};
use presspass_auth::{
    Authenticator, AuthenticatorChain, Challenge, Outcome, Rejection, RequestHead, StoreError,
    SystemRandomness,
};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

#[path = "uuid_axum/tables.rs"]
mod tables;
#[cfg(test)]
#[path = "uuid_axum/tests.rs"]
mod tests;

use tables::{Orders, User, Users, lock};

/// The key of an internal service, in a header of its own.
#[derive(Debug)]
struct Internal(ApiKeyDigest, User);

impl Authenticator<User> for Internal {
    fn name(&self) -> &'static str {
        "internal"
    }

    async fn authenticate(&self, head: &RequestHead<'_>) -> Result<Outcome<User>, StoreError> {
        let Some(header) = head.header("x-internal-key") else { return Ok(Outcome::NotAttempted) };
        let key = ApiKey::parse(&String::from_utf8_lossy(&header));
        if key.is_ok_and(|key| key.digest() == self.0) {
            return Ok(Outcome::Verified(self.1.clone()));
        }
        Ok(Outcome::Rejected(Rejection::unauthenticated("Invalid key.", "unknown internal key")))
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

/// Owners see their orders; the internal service sees all.
fn may_see() -> impl Policy<User, Uuid> {
    when(|request: &PolicyRequest<'_, User>, owner: &Uuid| {
        request.authenticator() == Some("internal") || request.user().is_some_and(|user| user.id == *owner)
    })
}

async fn order(
    State(orders): State<Arc<Orders>>,
    user: Account<User>,
    Path(id): Path<Uuid>,
    parts: Parts,
) -> Result<Response, Refusal> {
    let Some(owner) = lock(&orders.owners).get(&id).copied() else {
        return Ok(StatusCode::NOT_FOUND.into_response());
    };
    user.permit(head_of(&parts), &may_see(), &owner).await?;
    Ok(Json(json!({ "id": id, "owner": owner })).into_response())
}

async fn approve(user: Account<User>, Path(id): Path<Uuid>) -> Json<Value> {
    Json(json!({ "id": id, "approved_by": user.email }))
}

#[derive(Deserialize)]
struct Login {
    email: String,
    password: String,
}

async fn login(
    State(orders): State<Arc<Orders>>,
    // Behind a proxy it is the proxy's: see `TrustedProxies::client_address`.
    ConnectInfo(client): ConnectInfo<SocketAddr>,
    Json(login): Json<Login>,
) -> Result<Json<Value>, Response> {
    match orders.logins.log_in(&login.email, &Password::new(login.password), Some(client.ip())).await {
        Ok(LoginOutcome::Verified(account)) => {
            answer(orders.tokens.issue(account.user.id).await).map_err(IntoResponse::into_response)
        }
        Ok(LoginOutcome::Throttled(_, throttled)) => {
            let seconds = throttled.seconds().unwrap_or(60).to_string();
            Err((StatusCode::TOO_MANY_REQUESTS, [("retry-after", seconds)]).into_response())
        }
        Ok(_) => Err(StatusCode::UNAUTHORIZED.into_response()),
        Err(_) => Err(StatusCode::SERVICE_UNAVAILABLE.into_response()),
    }
}

#[derive(Deserialize)]
struct Refresh {
    refresh_token: String,
}

async fn refresh(
    State(orders): State<Arc<Orders>>,
    Json(body): Json<Refresh>,
) -> Result<Json<Value>, StatusCode> {
    let token = RefreshToken::parse(&body.refresh_token).ok_or(StatusCode::UNAUTHORIZED)?;
    answer(orders.tokens.refresh(&token).await)
}

async fn logout(State(orders): State<Arc<Orders>>, Json(body): Json<Refresh>) -> StatusCode {
    let Some(token) = RefreshToken::parse(&body.refresh_token) else { return StatusCode::NO_CONTENT };
    orders.tokens.revoke(&token).await.map_or(StatusCode::SERVICE_UNAVAILABLE, |()| StatusCode::NO_CONTENT)
}

fn answer(tokens: Result<TokenPair, RefreshError>) -> Result<Json<Value>, StatusCode> {
    match tokens {
        Ok(pair) => Ok(Json(json!({ "access_token": pair.access, "refresh_token": pair.refresh.expose() }))),
        Err(RefreshError::Invalid | RefreshError::Reused) => Err(StatusCode::UNAUTHORIZED),
        Err(_) => Err(StatusCode::SERVICE_UNAVAILABLE),
    }
}

/// The service, and the key of the internal one.
fn service(secret: &str, scheme: Scheme) -> Result<(Arc<Orders>, Router, ApiKey), Box<dyn Error>> {
    let policy = TokenPolicy::default().with_issuer("https://orders.example").with_token_type("at+jwt");
    let key = SigningKey::hs256(secret)?;
    let hasher = Hasher::start(scheme, HasherLimits::default(), Arc::new(SystemRandomness))?;
    let throttle =
        LoginThrottle::new(Arc::new(MemoryThrottles::default()), key.clone(), LoginRates::default());
    let orders = Arc::new(Orders {
        logins: PasswordLogin::new(Users::default(), hasher).with_throttle(throttle),
        keys: Mutex::default(),
        owners: Mutex::default(),
        tokens: TokenService::new(
            TokenIssuer::new(key.clone(), policy.clone()),
            MemoryRefreshTokens::default(),
        ),
    });
    let internal = ApiKey::new(&SystemRandomness)?;
    let robot = User { id: Uuid::nil(), email: String::new(), password: String::new(), scopes: Scopes::All };
    let chain =
        AuthenticatorChain::of(JwtAuthenticator::new(TokenVerifier::new(key, policy), orders.clone()))
            .then(ApiKeyAuthenticator::new(orders.clone()).with_keyword("Bearer"))
            .then(Internal(internal.digest(), robot));
    let app = Router::new()
        .route(
            "/orders/{id}/approve",
            post(approve).layer(RequireLayer::new(HasScope::new("orders:approve"))),
        )
        .route("/orders/{id}", get(order))
        .layer(AuthenticateLayer::new(Gate::new(chain).with_rights(orders.clone())))
        // Outside of the layer: an expired token does not prevent a client from getting a new one.
        .route("/login", post(login))
        .route("/refresh", post(refresh))
        .route("/logout", post(logout))
        .with_state(orders.clone());
    Ok((orders, app, internal))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let (orders, app, _) = service("a secret for trying this out, and nothing else", Scheme::default())?;
    let (id, password) =
        (Uuid::new_v4(), orders.logins.hasher().hash(&Password::new("lovelace-1815")).await?);
    let email = "ada@example.org".to_owned();
    lock(&orders.logins.store().0).push(User { id, email, password, scopes: Scopes::All });
    lock(&orders.owners).insert(Uuid::from_u128(7), id);
    let app = app.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(tokio::net::TcpListener::bind(("127.0.0.1", 8080)).await?, app).await?;
    Ok(())
}
